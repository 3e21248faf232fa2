//! All parties on paper: shares are shapes, messages are lengths in a ledger.

use quorate_circuits::number::Word;

use super::Demand;
use super::holdings::{bits_hold, numbers_hold, portion_holds, products_hold, stock_holds, twins_hold};
use super::inputs::{inputs_cost, shared_bits, shared_numbers};
use super::known::{keys_cost, known_cost};
use super::openings::{OpenedOnPaper, output_masks};
use super::triples::{PORTION, VALUES, triples_cost};
use super::twins::{SUMS, twin_values, twins_cost};
use crate::net::{Cause, ChannelError, Holding, Ledger, PartyIndex, Phase, Work};
use crate::ot::BaseOt;
use crate::protocol::{
    CallRequest, Domain, Holder, Linear, OpenRequest, Pick, ProductRequest, Protocol, ShareRequest, Twin, authenticated,
};

/// The paper twin of all [`super::Spdz`] parties together.
pub struct Paper {
    garbling: authenticated::Paper,
    causes: Vec<Cause>,
    is_set_up: bool,
    /// Whether an earlier session made what is consumed.
    prepared: bool,
    /// Triples and known values that wait to be spent.
    stock: Demand,
    stocked: Vec<Holding>,
    opened: OpenedOnPaper,
    consumed: Demand,
}

/// What is public of a vector, and its entry in the accounts.
pub struct Shape(Kind);

enum Kind {
    Numbers { length: usize, _held: Holding },
    Bits { bits: authenticated::Shape, holder: Holder, _held: Holding },
}

/// What is consumed weighs as much as so many OTs.
const TRIPLE_WEIGHT: u64 = 2_100;
const VALUE_WEIGHT: u64 = 52;

impl Shape {
    fn length(&self) -> usize {
        match &self.0 {
            Kind::Numbers { length, .. } => *length,
            Kind::Bits { bits, .. } => bits.length,
        }
    }

    fn is_arithmetic(&self) -> bool {
        matches!(self.0, Kind::Numbers { .. })
    }

    /// # Panics
    /// If the vector is arithmetic: the planner converts before.
    fn bits(&self) -> (&authenticated::Shape, Holder) {
        match &self.0 {
            Kind::Bits { bits, holder, .. } => (bits, *holder),
            Kind::Numbers { .. } => panic!("a boolean vector is needed here"),
        }
    }
}

impl Paper {
    /// A session of `parties` parties before its first message.
    pub fn new(parties: usize) -> Self {
        Self {
            garbling: authenticated::Paper::new(parties),
            causes: Vec::new(),
            is_set_up: false,
            prepared: false,
            stock: Demand::default(),
            stocked: Vec::new(),
            opened: OpenedOnPaper::default(),
            consumed: Demand::default(),
        }
    }

    /// The same with this kind of base OT.
    #[must_use]
    pub fn based_on(mut self, base: BaseOt) -> Self {
        self.garbling = self.garbling.based_on(base);
        self
    }

    /// The same with what an earlier session made, if `prepared`.
    #[must_use]
    pub fn prepared(mut self, prepared: bool) -> Self {
        self.garbling = self.garbling.prepared(prepared);
        Self { prepared, ..self }
    }

    /// The messages so far.
    pub fn ledger(&self) -> &Ledger {
        self.garbling.ledger()
    }

    fn parties(&self) -> usize {
        self.ledger().parties()
    }

    fn numbers(&self, length: usize) -> Shape {
        Shape(Kind::Numbers { length, _held: numbers_hold(self.ledger().accounts(), length) })
    }

    fn wires(&self, bits: authenticated::Shape, holder: Holder) -> Shape {
        let held = bits_hold(self.ledger().accounts(), bits.width, bits.length);
        Shape(Kind::Bits { bits, holder, _held: held })
    }

    /// The coming requests of the garbling are for these of the requests that the executor announced.
    fn within(&mut self, places: impl Iterator<Item = usize>) {
        let cause = |place: usize| match self.causes.as_slice() {
            [only] => Some(*only),
            causes => causes.get(place).copied(),
        };
        let causes: Vec<Cause> = places.filter_map(cause).collect();
        self.garbling.requested_by(causes.into_iter());
    }

    /// The requests are again those that the executor announced, and what follows is sent in proportion to weights.
    fn again(&mut self, weights: impl Iterator<Item = u64>) {
        let causes = self.causes.clone();
        self.garbling.requested_by(causes.into_iter());
        self.ledger_mut().split(weights);
    }

    fn restock(&mut self) {
        self.stocked.clear();
        self.stocked = stock_holds(self.garbling.ledger().accounts(), &self.stock);
    }

    fn take_known(&mut self, request: usize, counts: &[usize]) {
        self.consumed.add_known(counts);
        let weight = counts.iter().sum::<usize>() as u64 * VALUE_WEIGHT;
        self.ledger_mut().consume(request, weight);
        self.stock.known.iter_mut().zip(counts).for_each(|(left, count)| *left = left.saturating_sub(*count));
        self.restock();
    }

    fn take_triples(&mut self, request: usize, count: usize) {
        self.consumed.triples += count;
        self.ledger_mut().consume(request, count as u64 * TRIPLE_WEIGHT);
        self.ledger_mut().add_multiplications(request, count as u64);
        self.stock.triples = self.stock.triples.saturating_sub(count);
        self.restock();
    }

    /// Every pair is busy with values of its owners, and with so many triples.
    fn busy(&mut self, counts: &[usize], triples: usize) {
        let parties = self.parties();
        for (from, to) in authenticated::directions(parties) {
            let values = counts[from.0] as u64;
            let ledger = self.ledger_mut();
            ledger.busy(from, Work::ValueOwner, values);
            ledger.busy(to, Work::ValueKeyed, values);
            ledger.busy(from, Work::ValueTriple, triples as u64);
        }
    }

    /// As [`super::Spdz::set_up`].
    fn set_up(&mut self) {
        self.garbling.set_up();
        if self.is_set_up || self.prepared {
            return;
        }
        self.is_set_up = true;
        let (parties, base) = (self.parties(), self.garbling.base());
        let ledger = self.ledger_mut();
        ledger.enter(Phase::SetUp);
        keys_cost(ledger, base);
        for (sender, receiver) in authenticated::directions(parties) {
            ledger.busy(sender, Work::SetUpSender, 1);
            ledger.busy(receiver, Work::SetUpReceiver, 1);
        }
    }

    /// What is sent to make what these stretches consume, ahead of a run.
    pub(crate) fn make_ahead(&mut self, demands: &[Demand]) {
        self.garbling.begin_anew();
        self.is_set_up = false;
        for demand in demands {
            self.set_up();
            self.garbling.begin_ahead(&demand.garbling);
            self.make(demand);
            self.stock = Demand::default();
            self.garbling.finish_ahead();
        }
    }

    fn make(&mut self, demand: &Demand) {
        let counts = demand.counts(self.parties());
        if demand.triples == 0 && counts.iter().all(|count| *count == 0) {
            return;
        }
        if self.prepared {
            self.stock.triples += demand.triples;
        } else {
            self.make_stock(demand, &counts);
        }
        self.stock.add_known(&counts);
        self.restock();
    }

    fn make_stock(&mut self, demand: &Demand, counts: &[usize]) {
        let parties = self.parties();
        self.ledger_mut().enter(Phase::Preprocessing);
        known_cost(self.ledger_mut(), counts);
        self.busy(counts, 0);
        for first in (0..demand.triples).step_by(PORTION) {
            let count = PORTION.min(demand.triples - first);
            let values = VALUES * count + 1;
            let making = portion_holds(self.ledger().accounts(), values, count);
            triples_cost(self.ledger_mut(), count);
            self.busy(&vec![values; parties], count);
            drop(making);
            self.stock.triples += count;
            self.restock();
        }
    }

    /// The messages of [`super::Spdz::twins`], of vectors of an owner, bits and request each.
    fn twins(&mut self, vectors: &[(PartyIndex, usize, usize)]) {
        let parties = self.parties();
        let mut counts = vec![0; parties];
        vectors.iter().for_each(|(owner, bits, _)| counts[owner.0] += bits);
        if counts.iter().all(|count| *count == 0) {
            return;
        }
        let owners = || (0..parties).filter(|owner| counts[*owner] > 0);
        let places: Vec<usize> = owners()
            .map(|owner| {
                vectors.iter().find(|(of, bits, _)| of.0 == owner && *bits > 0).map_or(0, |(.., place)| *place)
            })
            .collect();
        let masks: Vec<ShareRequest<'_>> = owners()
            .map(|owner| ShareRequest {
                owner: PartyIndex(owner),
                domain: Domain::Boolean { width: 1 },
                length: SUMS,
                words: None,
            })
            .collect();
        self.within(places.iter().copied());
        let shared = at_once(self.garbling.share(&masks));
        let weights = weights_of(vectors);
        self.again(weights.iter().copied());
        let values = twin_values(&counts);
        let held = twins_hold(self.ledger().accounts(), &values);
        for (owner, bits, place) in vectors {
            let mut of_one = vec![0; parties];
            of_one[owner.0] = *bits;
            self.take_known(*place, &of_one);
        }
        let rest: Vec<usize> = values.iter().zip(&counts).map(|(values, bits)| values - bits).collect();
        self.take_known(places[0], &rest);
        twins_cost(self.ledger_mut(), &counts);
        let all: Vec<PartyIndex> = (0..parties).map(PartyIndex).collect();
        let opened: Vec<_> = shared.iter().map(|share| OpenRequest { share, receivers: &all }).collect();
        self.within(places.into_iter());
        at_once(self.garbling.open(&opened));
        self.again(weights.into_iter());
        drop(held);
    }

    /// The messages of drawing a vector of each shape, for the request at its place.
    fn draw(&mut self, shapes: &[(u32, usize, usize)]) -> Vec<authenticated::Shape> {
        let parties = self.parties();
        let each = || shapes.iter().flat_map(|shape| (0..parties).map(move |owner| (PartyIndex(owner), *shape)));
        let requests: Vec<ShareRequest<'_>> = each()
            .map(|(owner, (width, length, _))| ShareRequest {
                owner,
                domain: Domain::Boolean { width },
                length,
                words: None,
            })
            .collect();
        self.within(each().map(|(_, (.., place))| place));
        let wires = at_once(self.garbling.share(&requests));
        let vectors: Vec<_> =
            each().map(|(owner, (width, length, place))| (owner, width as usize * length, place)).collect();
        self.twins(&vectors);
        wires
    }

    /// The messages of the twins of bits that nobody knows.
    fn twins_of_nobodys(&mut self, shapes: &[(u32, usize, usize)]) {
        if shapes.is_empty() {
            return;
        }
        let parties = self.parties();
        let wires = self.draw(shapes);
        let all: Vec<PartyIndex> = (0..parties).map(PartyIndex).collect();
        let masked = wires.iter().step_by(parties);
        let requests: Vec<_> = masked.map(|share| OpenRequest { share, receivers: &all }).collect();
        self.within(shapes.iter().map(|(.., place)| *place));
        at_once(self.garbling.open(&requests));
        let of_requests: Vec<_> =
            shapes.iter().map(|(width, length, place)| (PartyIndex(0), *width as usize * length, *place)).collect();
        self.again(weights_of(&of_requests).into_iter());
        let bits: usize = of_requests.iter().map(|(_, bits, _)| bits).sum();
        for _ in 1..parties {
            let held = products_hold(self.ledger().accounts(), bits);
            of_requests.iter().for_each(|(_, bits, place)| self.take_triples(*place, *bits));
            self.opened.open(self.garbling.ledger_mut(), 2 * bits);
            drop(held);
        }
    }
}

/// How many bits each request has, as weights.
fn weights_of(vectors: &[(PartyIndex, usize, usize)]) -> Vec<u64> {
    let requests = vectors.iter().map(|(.., place)| place + 1).max().unwrap_or(0);
    let mut weights = vec![0; requests];
    vectors.iter().for_each(|(_, bits, place)| weights[*place] += *bits as u64);
    weights
}

/// A paper twin waits for nobody, and cannot fail.
fn at_once<T>(step: impl Future<Output = Result<T, ChannelError>>) -> T {
    use futures_util::FutureExt;
    let done = step.now_or_never().expect("a paper twin waits for nobody");
    done.expect("a paper twin receives nothing that could be wrong")
}

impl Twin for Paper {
    fn ledger_mut(&mut self) -> &mut Ledger {
        self.garbling.ledger_mut()
    }
}

impl Protocol for Paper {
    type Share = Shape;
    type Demand = Demand;

    fn requested_by(&mut self, causes: impl Iterator<Item = Cause>) {
        self.causes = causes.collect();
        let causes = self.causes.clone();
        self.garbling.requested_by(causes.into_iter());
    }

    fn knows(&mut self, party: Option<PartyIndex>, words: usize) {
        self.garbling.knows(party, words);
    }

    fn take_consumed(&mut self) -> Demand {
        Demand { garbling: self.garbling.take_consumed(), ..std::mem::take(&mut self.consumed) }
    }

    async fn prepare(&mut self, demand: &Demand) -> Result<(), ChannelError> {
        self.set_up();
        self.garbling.prepare(&demand.garbling).await?;
        self.make(demand);
        self.ledger_mut().enter(Phase::Online);
        Ok(())
    }

    fn length(&self, share: &Shape) -> usize {
        share.length()
    }

    fn duplicate(&self, share: &Shape) -> Shape {
        match &share.0 {
            Kind::Numbers { length, .. } => self.numbers(*length),
            Kind::Bits { bits, holder, .. } => self.wires(self.garbling.duplicate(bits), *holder),
        }
    }

    fn public(&mut self, domain: Domain, words: &[Word]) -> Shape {
        match domain {
            Domain::Arithmetic => self.numbers(words.len()),
            Domain::Boolean { .. } => {
                let bits = self.garbling.public(domain, words);
                self.wires(bits, Holder::Everybody)
            }
        }
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Shape>, ChannelError> {
        let counts = shared_numbers(self.parties(), requests);
        let numbers = || requests.iter().enumerate().filter(|(_, request)| request.domain == Domain::Arithmetic);
        self.ledger_mut().split(requests.iter().map(|request| match request.domain {
            Domain::Arithmetic => request.length as u64,
            Domain::Boolean { .. } => 0,
        }));
        for (place, request) in numbers() {
            let mut of_one = vec![0; self.parties()];
            of_one[request.owner.0] = request.length;
            self.take_known(place, &of_one);
        }
        inputs_cost(self.ledger_mut(), &counts);
        let bits = shared_bits(requests);
        let places: Vec<usize> = (0..requests.len()).filter(|p| requests[*p].domain != Domain::Arithmetic).collect();
        let mut wires = Vec::new();
        if !bits.is_empty() {
            self.within(places.into_iter());
            wires = self.garbling.share(&bits).await?;
        }
        let mut wires = wires.into_iter();
        let shapes = requests.iter().filter_map(|request| match request.domain {
            Domain::Arithmetic => Some(self.numbers(request.length)),
            Domain::Boolean { .. } => wires.next().map(|bits| self.wires(bits, Holder::Party(request.owner))),
        });
        Ok(shapes.collect())
    }

    fn random_bits(&mut self, width: u32, length: usize) -> Shape {
        let bits = self.garbling.random_bits(width, length);
        self.wires(bits, Holder::Shared)
    }

    fn linear(&mut self, operation: Linear<'_, Shape>) -> Shape {
        match operation {
            Linear::Add(a, _) | Linear::Sub(a, _) | Linear::Scale(a, _) => self.numbers(a.length()),
            Linear::SumRuns(a, width) => self.numbers(a.length() / width),
        }
    }

    fn pick(&mut self, share: &Shape, pick: &Pick) -> Shape {
        match &share.0 {
            Kind::Numbers { length, .. } => self.numbers(pick.length_of(*length)),
            Kind::Bits { bits, holder, .. } => {
                let picked = self.garbling.pick(bits, pick);
                self.wires(picked, *holder)
            }
        }
    }

    fn regroup(&mut self, share: &Shape, width: u32) -> Shape {
        let (bits, holder) = share.bits();
        let regrouped = self.garbling.regroup(bits, width);
        self.wires(regrouped, holder)
    }

    fn concatenate(&mut self, shares: &[&Shape]) -> Shape {
        if shares.iter().all(|share| share.is_arithmetic()) {
            return self.numbers(shares.iter().map(|share| share.length()).sum());
        }
        let parts: Vec<_> = shares.iter().map(|share| share.bits()).collect();
        let holder = parts.iter().fold(Holder::Everybody, |all, (_, holder)| all.join(*holder));
        let bits = self.garbling.concatenate(&parts.iter().map(|(bits, _)| *bits).collect::<Vec<_>>());
        self.wires(bits, holder)
    }

    async fn multiply(&mut self, requests: &[ProductRequest<'_, Shape>]) -> Result<Vec<Shape>, ChannelError> {
        let sizes: Vec<(usize, usize)> = requests
            .iter()
            .map(|request| match request {
                ProductRequest::Elementwise(left, _) => (left.length(), left.length()),
                ProductRequest::TableColumn { table, rows, .. } => (table.length(), *rows),
            })
            .collect();
        let count = sizes.iter().map(|(products, _)| products).sum();
        self.ledger_mut().split(sizes.iter().map(|(products, _)| *products as u64));
        let held = products_hold(self.ledger().accounts(), count);
        sizes.iter().enumerate().for_each(|(place, (products, _))| self.take_triples(place, *products));
        self.opened.open(self.garbling.ledger_mut(), 2 * count);
        drop(held);
        Ok(sizes.into_iter().map(|(_, results)| self.numbers(results)).collect())
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Shape>]) -> Result<Vec<Vec<Shape>>, ChannelError> {
        let within: Vec<CallRequest<'_, authenticated::Shape>> = requests
            .iter()
            .map(|request| CallRequest {
                circuit: request.circuit,
                operands: request.operands.iter().map(|operand| operand.bits().0).collect(),
            })
            .collect();
        let outputs = self.garbling.call(&within).await?;
        let computed = |outputs: Vec<authenticated::Shape>| {
            outputs.into_iter().map(|bits| self.wires(bits, Holder::Shared)).collect()
        };
        Ok(outputs.into_iter().map(computed).collect())
    }

    async fn addends(&mut self, requests: &[(&Shape, u32)]) -> Result<Vec<Vec<Shape>>, ChannelError> {
        let parties = self.parties();
        let shapes = requests.iter().enumerate();
        let shapes: Vec<_> = shapes.map(|(place, (share, width))| (*width, share.length(), place)).collect();
        let mut drawn = self.draw(&shapes).into_iter();
        for (_, length, place) in &shapes {
            self.take_known(*place, &vec![*length; parties]);
        }
        self.again(shapes.iter().map(|(_, length, _)| *length as u64));
        self.opened.open(self.garbling.ledger_mut(), shapes.iter().map(|(_, length, _)| length).sum());
        self.opened.check(self.garbling.ledger_mut());
        let mut addends = Vec::with_capacity(shapes.len());
        for (width, length, _) in shapes {
            let mut all = vec![self.public(Domain::Boolean { width }, &vec![0; length])];
            for (owner, bits) in drawn.by_ref().take(parties).enumerate() {
                all.push(self.wires(bits, Holder::Party(PartyIndex(owner))));
            }
            addends.push(all);
        }
        Ok(addends)
    }

    async fn to_arithmetic(&mut self, requests: &[(&Shape, bool)]) -> Result<Vec<Shape>, ChannelError> {
        let bits = |shape: &authenticated::Shape| shape.width as usize * shape.length;
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for (place, (share, _)) in requests.iter().enumerate() {
            match share.bits() {
                (shape, Holder::Party(owner)) => known.push((owner, bits(shape), place)),
                (shape, Holder::Shared) => unknown.push((shape.width, shape.length, place)),
                (_, Holder::Everybody) => {}
            }
        }
        self.twins(&known);
        self.twins_of_nobodys(&unknown);
        Ok(requests.iter().map(|(share, _)| self.numbers(share.length())).collect())
    }

    async fn open(&mut self, requests: &[OpenRequest<'_, Shape>]) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let parties = self.parties();
        self.ledger_mut().split(requests.iter().map(|r| (r.share.length() * r.receivers.len()) as u64));
        self.opened.check(self.garbling.ledger_mut());
        let mut all = 0;
        for (place, request) in requests.iter().enumerate().filter(|(_, request)| request.share.is_arithmetic()) {
            let output = std::iter::once((request.share.length(), request.receivers));
            let (counts, opened) = output_masks(parties, output);
            self.take_known(place, &counts);
            all += opened;
        }
        self.opened.open(self.garbling.ledger_mut(), all);
        self.opened.check(self.garbling.ledger_mut());
        let bits: Vec<_> = (0..requests.len()).filter(|place| !requests[*place].share.is_arithmetic()).collect();
        if !bits.is_empty() {
            self.within(bits.iter().copied());
            let within: Vec<_> = bits
                .iter()
                .map(|place| OpenRequest {
                    share: requests[*place].share.bits().0,
                    receivers: requests[*place].receivers,
                })
                .collect();
            self.garbling.open(&within).await?;
        }
        Ok(requests.iter().map(|request| Some(vec![0; request.share.length()])).collect())
    }
}
