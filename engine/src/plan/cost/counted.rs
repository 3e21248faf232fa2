//! What parties compute besides the making of correlated randomness: a paper twin whose operations are counted.
//!
//! All protocols count alike, by what the executor asks for. Their steps differ, and so does what an operation takes; a
//! calibration prices it for each of them.

use quorate_circuits::number::Word;

use crate::net::{Cause, ChannelError, PartyIndex, Work};
use crate::protocol::{
    CallRequest, Domain, Holder, Linear, OpenRequest, Pick, ProductRequest, Protocol, Shape, ShareRequest, SortRequest,
    Twin,
};

/// From so many rows and columns on a table and its columns are a product of matrices.
const MATRIX: usize = 8;

/// A paper twin whose operations are counted in its ledger.
pub(super) struct Counted<P> {
    twin: P,
}

/// The twin's share, and what is public of it.
pub(super) struct Share<S> {
    share: S,
    shape: Shape,
}

impl<P: Twin> Counted<P> {
    /// Before its first message.
    pub(super) fn new(mut twin: P) -> Self {
        twin.ledger_mut().all_busy(Work::Session, 1);
        Self { twin }
    }

    /// The twin.
    pub(super) fn into_twin(self) -> P {
        self.twin
    }

    /// What one party holds it alone computes; what everybody knows takes nothing.
    fn busy(&mut self, holder: Holder, work: Work, units: usize) {
        match holder {
            Holder::Everybody => {}
            Holder::Party(party) => self.twin.ledger_mut().busy(party, work, units as u64),
            Holder::Shared => self.twin.ledger_mut().all_busy(work, units as u64),
        }
    }

    /// Each element of a vector is a unit, or each bit of a boolean one.
    fn busy_with(&mut self, holder: Holder, shape: Shape, element: Work, bit: Work) {
        match shape.domain {
            Domain::Arithmetic => self.busy(holder, element, shape.length),
            Domain::Boolean { width } => self.busy(holder, bit, width as usize * shape.length),
        }
    }

    /// One that consists of elements of others.
    fn picked(&mut self, share: P::Share, shape: Shape) -> Share<P::Share> {
        self.busy_with(shape.holder, shape, Work::Pick, Work::PickBit);
        Share { share, shape }
    }

    fn count_products(&mut self, requests: &[ProductRequest<'_, Share<P::Share>>]) {
        let mut rest = requests;
        while let Some(request) = rest.first() {
            let (holder, work, terms) = match request {
                ProductRequest::Elementwise(a, b) => (product_holder(a, b), Work::Product, a.shape.length),
                ProductRequest::TableColumn { table, column, rows } => {
                    let columns = rest.iter().take_while(|other| is_table(other, table)).count();
                    let work = if columns.min(*rows) < MATRIX { Work::Term } else { Work::MatrixTerm };
                    let terms = columns * table.shape.length;
                    rest = &rest[columns - 1..];
                    (product_holder(table, column), work, terms)
                }
            };
            // With a public factor it is no product of shares.
            let is_local = holder != Holder::Shared && work == Work::Product;
            self.busy(holder, if is_local { Work::Linear } else { work }, terms);
            rest = &rest[1..];
        }
    }
}

fn notes<S>(shares: Vec<S>, shapes: impl IntoIterator<Item = Shape>) -> Vec<Share<S>> {
    shares.into_iter().zip(shapes).map(|(share, shape)| Share { share, shape }).collect()
}

/// Who multiplies: what a party knows alone it multiplies alone.
fn product_holder<S>(a: &Share<S>, b: &Share<S>) -> Holder {
    a.shape.holder.join(b.shape.holder)
}

fn is_table<S>(request: &ProductRequest<'_, Share<S>>, of: &Share<S>) -> bool {
    matches!(request, ProductRequest::TableColumn { table, .. } if std::ptr::eq(*table, of))
}

fn shape_of_product<S>(request: &ProductRequest<'_, Share<S>>) -> Shape {
    match request {
        ProductRequest::Elementwise(a, b) => Shape::arithmetic(a.shape.length, product_holder(a, b)),
        ProductRequest::TableColumn { table, column, rows } => Shape::arithmetic(*rows, product_holder(table, column)),
    }
}

impl<P: Twin> Protocol for Counted<P> {
    type Share = Share<P::Share>;
    type Demand = P::Demand;

    fn requested_by(&mut self, causes: impl Iterator<Item = Cause>) {
        self.twin.requested_by(causes);
    }

    fn knows(&mut self, party: Option<PartyIndex>, words: usize) {
        self.twin.knows(party, words);
    }

    fn take_consumed(&mut self) -> P::Demand {
        self.twin.take_consumed()
    }

    async fn prepare(&mut self, demand: &P::Demand) -> Result<(), ChannelError> {
        self.twin.prepare(demand).await
    }

    fn length(&self, share: &Self::Share) -> usize {
        share.shape.length
    }

    fn duplicate(&self, share: &Self::Share) -> Self::Share {
        Share { share: self.twin.duplicate(&share.share), shape: share.shape }
    }

    fn public(&mut self, domain: Domain, words: &[Word]) -> Self::Share {
        Share { share: self.twin.public(domain, words), shape: Shape::public(domain, words.len()) }
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Self::Share>, ChannelError> {
        let shares = self.twin.share(requests).await?;
        let shapes: Vec<Shape> = requests.iter().map(|r| Shape::shared_by(r.owner, r.domain, r.length)).collect();
        for shape in &shapes {
            self.busy_with(Holder::Shared, *shape, Work::Share, Work::ShareBit);
        }
        Ok(notes(shares, shapes))
    }

    fn random_bits(&mut self, width: u32, length: usize) -> Self::Share {
        let share = self.twin.random_bits(width, length);
        Share { share, shape: Shape::boolean(width as usize, length) }
    }

    fn linear(&mut self, operation: Linear<'_, Self::Share>) -> Self::Share {
        let shape = Shape::of_linear(&operation, |share| share.shape);
        let (share, elements) = match operation {
            Linear::Add(a, b) => (self.twin.linear(Linear::Add(&a.share, &b.share)), shape.length),
            Linear::Sub(a, b) => (self.twin.linear(Linear::Sub(&a.share, &b.share)), shape.length),
            Linear::Scale(a, words) => (self.twin.linear(Linear::Scale(&a.share, words)), shape.length),
            Linear::SumRuns(a, width) => (self.twin.linear(Linear::SumRuns(&a.share, width)), a.shape.length),
        };
        self.busy(shape.holder, Work::Linear, elements);
        Share { share, shape }
    }

    fn pick(&mut self, share: &Self::Share, pick: &Pick) -> Self::Share {
        let picked = self.twin.pick(&share.share, pick);
        self.picked(picked, share.shape.of_pick(pick))
    }

    fn regroup(&mut self, share: &Self::Share, width: u32) -> Self::Share {
        let regrouped = self.twin.regroup(&share.share, width);
        self.picked(regrouped, share.shape.of_regrouping(width))
    }

    fn concatenate(&mut self, shares: &[&Self::Share]) -> Self::Share {
        let shape = Shape::of_concatenation(&shares.iter().map(|share| share.shape).collect::<Vec<_>>());
        let shares: Vec<&P::Share> = shares.iter().map(|share| &share.share).collect();
        let share = self.twin.concatenate(&shares);
        self.picked(share, shape)
    }

    async fn multiply(
        &mut self,
        requests: &[ProductRequest<'_, Self::Share>],
    ) -> Result<Vec<Self::Share>, ChannelError> {
        let within: Vec<ProductRequest<'_, P::Share>> = requests
            .iter()
            .map(|request| match request {
                ProductRequest::Elementwise(a, b) => ProductRequest::Elementwise(&a.share, &b.share),
                ProductRequest::TableColumn { table, column, rows } => {
                    ProductRequest::TableColumn { table: &table.share, column: &column.share, rows: *rows }
                }
            })
            .collect();
        let products = self.twin.multiply(&within).await?;
        self.count_products(requests);
        Ok(notes(products, requests.iter().map(shape_of_product)))
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Self::Share>]) -> Result<Vec<Vec<Self::Share>>, ChannelError> {
        let within: Vec<CallRequest<'_, P::Share>> = requests
            .iter()
            .map(|request| CallRequest {
                circuit: request.circuit,
                operands: request.operands.iter().map(|operand| &operand.share).collect(),
            })
            .collect();
        let results = self.twin.call(&within).await?;
        let mut noted = Vec::with_capacity(results.len());
        for (request, outputs) in requests.iter().zip(results) {
            let length = request.operands.first().map_or(0, |operand| operand.shape.length);
            let (ands, all, words) = (request.circuit.and_gates(), request.circuit.gates().len(), length.div_ceil(64));
            self.busy(Holder::Shared, Work::And, ands);
            self.busy(Holder::Shared, Work::AndWord, ands * words);
            self.busy(Holder::Shared, Work::LocalWord, (all - ands) * words);
            let widths = request.circuit.output_widths();
            let wires = request.circuit.input_widths().iter().sum::<usize>() + widths.iter().sum::<usize>();
            self.busy(Holder::Shared, Work::CircuitBit, wires * length);
            noted.push(notes(outputs, widths.iter().map(|width| Shape::boolean(*width, length))));
        }
        Ok(noted)
    }

    async fn addends(&mut self, requests: &[(&Self::Share, u32)]) -> Result<Vec<Vec<Self::Share>>, ChannelError> {
        let within: Vec<(&P::Share, u32)> = requests.iter().map(|(share, width)| (&share.share, *width)).collect();
        let results = self.twin.addends(&within).await?;
        let mut noted = Vec::with_capacity(results.len());
        for ((share, width), addends) in requests.iter().zip(results) {
            let shape = Shape::boolean(*width as usize, share.shape.length);
            self.busy(Holder::Shared, Work::AddendBit, addends.len() * *width as usize * share.shape.length);
            noted.push(notes(addends, std::iter::repeat(shape)));
        }
        Ok(noted)
    }

    async fn to_arithmetic(&mut self, requests: &[(&Self::Share, bool)]) -> Result<Vec<Self::Share>, ChannelError> {
        let within: Vec<(&P::Share, bool)> = requests.iter().map(|(share, signed)| (&share.share, *signed)).collect();
        let converted = self.twin.to_arithmetic(&within).await?;
        for (share, _) in requests {
            self.busy(Holder::Shared, Work::ConvertBit, share.shape.width() * share.shape.length);
        }
        Ok(notes(converted, requests.iter().map(|(s, _)| Shape::arithmetic(s.shape.length, Holder::Shared))))
    }

    async fn sort(&mut self, requests: &[SortRequest<'_, Self::Share>]) -> Result<Vec<Vec<Self::Share>>, ChannelError> {
        let within: Vec<SortRequest<'_, P::Share>> = requests
            .iter()
            .map(|request| SortRequest {
                keys: &request.keys.share,
                signed: request.signed,
                row: request.row,
                moved: request.moved.iter().map(|moved| &moved.share).collect(),
            })
            .collect();
        let results = self.twin.sort(&within).await?;
        let mut noted = Vec::with_capacity(results.len());
        for (request, sorted) in requests.iter().zip(results) {
            let keys = request.keys.shape;
            self.busy(Holder::Shared, Work::SortBit, keys.width() * keys.length);
            self.busy(Holder::Shared, Work::SortElement, request.moved.len() * keys.length);
            let shapes = request.moved.iter().map(|moved| Shape { holder: Holder::Shared, ..moved.shape });
            noted.push(notes(sorted, shapes));
        }
        Ok(noted)
    }

    async fn open(
        &mut self,
        requests: &[OpenRequest<'_, Self::Share>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let within: Vec<OpenRequest<'_, P::Share>> = requests
            .iter()
            .map(|request| OpenRequest { share: &request.share.share, receivers: request.receivers })
            .collect();
        let opened = self.twin.open(&within).await?;
        for shape in requests.iter().map(|request| request.share.shape) {
            self.busy_with(Holder::Shared, shape, Work::Open, Work::OpenBit);
        }
        Ok(opened)
    }
}
