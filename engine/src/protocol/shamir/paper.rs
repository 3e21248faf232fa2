//! All parties on paper: shares are shapes, messages are lengths in a ledger.

use quorate_circuits::boolean::Circuit;
use quorate_circuits::number::Word;

use super::check::{Checked, verify_cost};
use super::circuit::words_of;
use super::convert::{PORTION, Square, convertible};
use super::holdings::{calls_hold, check_holds, record_holds, share_holds, stock_holds};
use super::inputs::{input_bytes, inputs_cost};
use super::keys::keys_cost;
use super::outputs::{outputs_cost, share_bytes};
use super::products::sizes;
use super::share::{Number, shape_of};
use super::told::{echo_cost, open_cost, sum_cost};
use super::{Demand, code_of};
use crate::galois::Lanes;
use crate::net::{Cause, ChannelError, Holding, Ledger, Memory, PartyIndex, Phase, Whose, Work};
use crate::protocol::circuits_held::CircuitsHeld;
use crate::protocol::vector::and_bits_by_layer;
use crate::protocol::{
    CallRequest, Domain, Linear, Note, OpenRequest, Pick, ProductRequest, Protocol, Shape, ShareRequest, Twin,
};

/// What is to be checked, on paper.
#[derive(Default)]
struct Recorded {
    shapes: Vec<(usize, usize)>,
    words: usize,
    held: Vec<Holding>,
}

/// The paper twin of all [`super::Shamir`] parties together.
pub struct Paper {
    ledger: Ledger,
    /// Of the Galois ring.
    degree: usize,
    /// Of the polynomials.
    threshold: usize,
    is_set_up: bool,
    has_heard: bool,
    numbers: Recorded,
    bits: Recorded,
    stock: usize,
    stocked: Option<Holding>,
    circuits: CircuitsHeld,
    consumed: Demand,
}

impl Paper {
    /// A session before its first message.
    pub fn new(parties: usize) -> Self {
        let code = code_of(parties);
        Self {
            ledger: Ledger::new(parties),
            degree: code.ring().degree(),
            threshold: code.degree(),
            is_set_up: false,
            has_heard: false,
            numbers: Recorded::default(),
            bits: Recorded::default(),
            stock: 0,
            stocked: None,
            circuits: CircuitsHeld::default(),
            consumed: Demand::default(),
        }
    }

    /// The messages so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// A vector that is there from now on.
    fn note(&self, domain: Domain, length: usize) -> Note<Shape> {
        let shape = shape_of(domain, length);
        Note::new(shape, share_holds(self.ledger.accounts(), shape, self.degree))
    }

    fn bit_note(&self, width: u32, length: usize) -> Note<Shape> {
        self.note(Domain::Boolean { width }, length)
    }

    /// The messages of [`super::Shamir::sum`].
    fn sum(&mut self, words: usize, word_bytes: usize) {
        sum_cost(&mut self.ledger, words, word_bytes);
        self.has_heard |= words > 0;
    }

    /// Products were made.
    fn record<C: Checked>(&mut self, of: fn(&mut Self) -> &mut Recorded, shape: (usize, usize)) {
        if shape.0 == 0 {
            return;
        }
        let holding = record_holds::<C>(self.ledger.accounts(), self.degree, shape);
        let recorded = of(self);
        recorded.shapes.push(shape);
        recorded.words += shape.0 * shape.1;
        recorded.held.push(holding);
    }

    /// A check, if it is due.
    fn verify_if_full<C: Checked>(&mut self, of: fn(&mut Self) -> &mut Recorded) {
        if of(self).words >= C::CHUNK {
            self.verify::<C>(of);
        }
    }

    /// The messages of [`super::Shamir::verify`].
    fn verify<C: Checked>(&mut self, of: fn(&mut Self) -> &mut Recorded) {
        let recorded = std::mem::take(of(self));
        if recorded.shapes.is_empty() {
            return;
        }
        self.compare();
        let working = check_holds::<C>(self.ledger.accounts(), self.degree, &recorded.shapes);
        verify_cost::<C>(&mut self.ledger, self.degree, &recorded.shapes, echo_cost);
        drop((working, recorded));
    }

    /// The messages of [`super::Shamir::compare`].
    fn compare(&mut self) {
        if std::mem::take(&mut self.has_heard) {
            echo_cost(&mut self.ledger);
        }
    }

    fn settle(&mut self) {
        self.verify::<Lanes>(|paper| &mut paper.bits);
        self.verify::<Number>(|paper| &mut paper.numbers);
        self.compare();
    }

    fn make_bits(&mut self, count: usize) {
        for first in (0..count).step_by(PORTION) {
            let length = PORTION.min(count - first);
            self.sum(length, size_of::<Square>());
            self.ledger.all_busy(Work::RandomBit, length as u64);
            self.record::<Number>(|paper| &mut paper.numbers, (length, 1));
            self.verify_if_full::<Number>(|paper| &mut paper.numbers);
        }
        self.verify::<Number>(|paper| &mut paper.numbers);
        self.stock += count;
        self.restock();
    }

    fn take_bits(&mut self, request: usize, count: usize) {
        self.consumed.bits += count;
        self.ledger.consume(request, count as u64);
        self.stock = self.stock.saturating_sub(count);
        self.restock();
    }

    fn restock(&mut self) {
        self.stocked = None;
        self.stocked = Some(stock_holds(self.ledger.accounts(), self.degree, self.stock));
    }
}

impl Twin for Paper {
    fn ledger_mut(&mut self) -> &mut Ledger {
        &mut self.ledger
    }
}

impl Protocol for Paper {
    type Share = Note<Shape>;
    type Demand = Demand;

    fn requested_by(&mut self, causes: impl Iterator<Item = Cause>) {
        self.ledger.requested_by(causes);
    }

    fn knows(&mut self, party: Option<PartyIndex>, words: usize) {
        let bytes = (words * size_of::<Word>()) as u64;
        self.ledger.accounts().keep(Memory::Columns, party.map_or(Whose::Everybody, Whose::Party), bytes);
    }

    fn take_consumed(&mut self) -> Demand {
        std::mem::take(&mut self.consumed)
    }

    async fn prepare(&mut self, demand: &Demand) -> Result<(), ChannelError> {
        if !self.is_set_up {
            self.ledger.enter(Phase::SetUp);
            keys_cost(&mut self.ledger, self.threshold);
            self.is_set_up = true;
        }
        if demand.bits > 0 {
            self.ledger.enter(Phase::Preprocessing);
            self.make_bits(demand.bits);
        }
        self.ledger.enter(Phase::Online);
        Ok(())
    }

    fn length(&self, share: &Note<Shape>) -> usize {
        share.shape.length
    }

    fn duplicate(&self, share: &Note<Shape>) -> Note<Shape> {
        self.note(share.shape.domain, share.shape.length)
    }

    fn public(&mut self, domain: Domain, words: &[Word]) -> Note<Shape> {
        self.note(domain, words.len())
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Note<Shape>>, ChannelError> {
        self.ledger.split(requests.iter().map(|r| input_bytes(r.domain, r.length) as u64));
        inputs_cost(&mut self.ledger, requests);
        self.has_heard |= requests.iter().any(|request| input_bytes(request.domain, request.length) > 0);
        Ok(requests.iter().map(|request| self.note(request.domain, request.length)).collect())
    }

    fn random_bits(&mut self, width: u32, length: usize) -> Note<Shape> {
        self.bit_note(width, length)
    }

    fn linear(&mut self, operation: Linear<'_, Note<Shape>>) -> Note<Shape> {
        let shape = Shape::of_linear(&operation, |note| note.shape);
        self.note(shape.domain, shape.length)
    }

    fn pick(&mut self, share: &Note<Shape>, pick: &Pick) -> Note<Shape> {
        let shape = share.shape.of_pick(pick);
        self.note(shape.domain, shape.length)
    }

    fn regroup(&mut self, share: &Note<Shape>, width: u32) -> Note<Shape> {
        let shape = share.shape.of_regrouping(width);
        self.note(shape.domain, shape.length)
    }

    fn concatenate(&mut self, shares: &[&Note<Shape>]) -> Note<Shape> {
        let shape = Shape::of_concatenation(&shares.iter().map(|note| note.shape).collect::<Vec<_>>());
        self.note(shape.domain, shape.length)
    }

    async fn multiply(
        &mut self,
        requests: &[ProductRequest<'_, Note<Shape>>],
    ) -> Result<Vec<Note<Shape>>, ChannelError> {
        let all: Vec<(usize, usize)> =
            requests.iter().map(|request| sizes(request, |note| note.shape.length)).collect();
        let sent = |(results, terms): &(usize, usize)| if *terms > 0 { *results } else { 0 };
        self.ledger.split(all.iter().map(|sizes| sent(sizes) as u64));
        self.sum(all.iter().map(sent).sum(), size_of::<Number>());
        for (request, (results, terms)) in all.iter().enumerate() {
            self.ledger.add_multiplications(request, (results * terms) as u64);
        }
        let is_table = |request: &&(&ProductRequest<'_, _>, &(usize, usize))| {
            matches!(request.0, ProductRequest::TableColumn { .. })
        };
        let (tables, elementwise): (Vec<_>, Vec<_>) = requests.iter().zip(&all).partition(|pair| is_table(&pair));
        for (_, (results, terms)) in tables.into_iter().filter(|(_, (_, terms))| *terms > 0) {
            self.record::<Number>(|paper| &mut paper.numbers, (*results, *terms));
        }
        let elements = elementwise.into_iter().map(|(_, (results, _))| results).sum();
        self.record::<Number>(|paper| &mut paper.numbers, (elements, 1));
        self.verify_if_full::<Number>(|paper| &mut paper.numbers);
        Ok(all.iter().map(|(results, _)| self.note(Domain::Arithmetic, *results)).collect())
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Note<Shape>>]) -> Result<Vec<Vec<Note<Shape>>>, ChannelError> {
        let calls: Vec<(&Circuit, usize)> = requests
            .iter()
            .map(|r| (r.circuit.as_ref(), r.operands.first().map_or(0, |operand| operand.shape.length)))
            .collect();
        requests.iter().for_each(|request| self.circuits.add(self.ledger.accounts(), request.circuit));
        let wires = calls_hold(self.ledger.accounts(), &calls, self.degree);
        for bits in and_bits_by_layer(&calls) {
            let words = words_of(bits.iter().sum());
            self.ledger.split(bits.into_iter().map(|bits| bits as u64));
            self.sum(words, size_of::<Lanes>());
            self.record::<Lanes>(|paper| &mut paper.bits, (words, 1));
            self.verify_if_full::<Lanes>(|paper| &mut paper.bits);
        }
        for (request, (circuit, n)) in calls.iter().enumerate() {
            self.ledger.add_and_gates(request, (circuit.and_gates() * n) as u64);
        }
        let outputs = |(circuit, n): &(&Circuit, usize)| -> Vec<Note<Shape>> {
            circuit.output_widths().iter().map(|&width| self.bit_note(width as u32, *n)).collect()
        };
        let notes = calls.iter().map(outputs).collect();
        drop(wires);
        Ok(notes)
    }

    async fn addends(&mut self, requests: &[(&Note<Shape>, u32)]) -> Result<Vec<Vec<Note<Shape>>>, ChannelError> {
        self.ledger.split(requests.iter().map(|(share, _)| share.shape.length as u64));
        for (request, (share, width)) in requests.iter().enumerate() {
            self.take_bits(request, *width as usize * share.shape.length);
        }
        let words = requests.iter().map(|(share, _)| share.shape.length).sum();
        open_cost(&mut self.ledger, self.degree, words, size_of::<Number>());
        let addends =
            |(share, width): &(&Note<Shape>, u32)| (0..2).map(|_| self.bit_note(*width, share.shape.length)).collect();
        Ok(requests.iter().map(addends).collect())
    }

    async fn to_arithmetic(&mut self, requests: &[(&Note<Shape>, bool)]) -> Result<Vec<Note<Shape>>, ChannelError> {
        let width = |share: &Note<Shape>| convertible(share.shape.width() as u32);
        self.ledger.split(requests.iter().map(|(share, _)| (width(share) * share.shape.length) as u64));
        for (request, (share, _)) in requests.iter().enumerate() {
            self.take_bits(request, width(share) * share.shape.length);
        }
        let words = requests.iter().map(|(share, _)| width(share) * share.shape.length.div_ceil(64)).sum();
        open_cost(&mut self.ledger, self.degree, words, size_of::<Lanes>());
        Ok(requests.iter().map(|(share, _)| self.note(Domain::Arithmetic, share.shape.length)).collect())
    }

    async fn open(
        &mut self,
        requests: &[OpenRequest<'_, Note<Shape>>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let degree = self.degree;
        let weight = |r: &OpenRequest<'_, Note<Shape>>| share_bytes(r.share.shape, degree) * r.receivers.len();
        self.ledger.split(requests.iter().map(|request| weight(request) as u64));
        self.settle();
        outputs_cost(&mut self.ledger, requests, degree, |note: &Note<Shape>| note.shape);
        Ok(requests.iter().map(|request| Some(vec![0; request.share.shape.length])).collect())
    }
}
