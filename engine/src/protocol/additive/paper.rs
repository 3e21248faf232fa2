//! All parties on paper: shares are shapes, messages are lengths in a ledger.

use quorate_circuits::boolean::Circuit;
use quorate_circuits::number::Word;

use super::convertible_bits;
use super::gmw::evaluate_cost;
use super::holdings::{calls_hold, products_hold, share_holds};
use super::open::{open_cost, opened_bytes};
use super::product::{opened_elements, products_cost};
use super::tiling::Plan;
use crate::correlation::{CorrelationsOnPaper, Demand};
use crate::crypto::pair_seeds_cost;
use crate::net::{Cause, ChannelError, Ledger, Memory, PartyIndex, Phase, Whose};
use crate::ot::BaseOt;
use crate::protocol::circuits_held::CircuitsHeld;
use crate::protocol::vector::Shape;
use crate::protocol::{
    CallRequest, Domain, Linear, Note, OpenRequest, Pick, ProductRequest, Protocol, Ring, ShareRequest, Twin,
};

/// The paper twin of all [`super::Additive`] parties together.
pub struct Paper {
    ring: Ring,
    ledger: Ledger,
    seeded: bool,
    correlations: CorrelationsOnPaper,
    consumed: Demand,
    circuits: CircuitsHeld,
}

impl Paper {
    /// A session of `parties` parties before its first message.
    pub fn new(parties: usize, ring: Ring) -> Self {
        Self {
            ring,
            ledger: Ledger::new(parties),
            seeded: false,
            correlations: CorrelationsOnPaper::new(ring.bits() as usize),
            consumed: Demand::default(),
            circuits: CircuitsHeld::default(),
        }
    }

    /// The same with a dealer behind them, if there is one.
    #[must_use]
    pub fn dealt(mut self, is_dealt: bool) -> Self {
        if is_dealt {
            let parties = self.ledger.parties();
            self.ledger = Ledger::among(parties, parties + 1);
            self.correlations = CorrelationsOnPaper::dealt(self.ring.bits() as usize);
        }
        self
    }

    /// The same with this kind of base OT.
    #[must_use]
    pub fn based_on(mut self, base: BaseOt) -> Self {
        self.correlations = self.correlations.based_on(base);
        self
    }

    /// The same with correlated randomness of an earlier session, if `prepared`.
    #[must_use]
    pub fn prepared(mut self, prepared: bool) -> Self {
        self.correlations = self.correlations.prepared(prepared);
        self
    }

    /// The messages so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }
}

impl Paper {
    /// A vector that is there from now on.
    fn note(&self, shape: Shape) -> Note<Shape> {
        Note::new(shape, share_holds(self.ledger.accounts(), shape, self.ring.bytes()))
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
        if !self.seeded {
            self.ledger.enter(Phase::SetUp);
            pair_seeds_cost(&mut self.ledger);
            self.seeded = true;
        }
        if self.correlations.needs_set_up(demand, self.ledger.parties()) {
            self.ledger.enter(Phase::SetUp);
            self.correlations.set_up(&mut self.ledger, demand);
        }
        if !demand.is_empty() {
            self.ledger.enter(Phase::Preprocessing);
            self.correlations.make(&mut self.ledger, demand, &self.consumed);
        }
        self.ledger.enter(Phase::Online);
        Ok(())
    }

    fn length(&self, share: &Note<Shape>) -> usize {
        share.shape.length
    }

    fn duplicate(&self, share: &Note<Shape>) -> Note<Shape> {
        self.note(share.shape)
    }

    fn public(&mut self, domain: Domain, words: &[Word]) -> Note<Shape> {
        self.note(Shape::public(domain, words.len()))
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Note<Shape>>, ChannelError> {
        Ok(requests.iter().map(|r| self.note(Shape::shared_by(r.owner, r.domain, r.length))).collect())
    }

    fn random_bits(&mut self, width: u32, length: usize) -> Note<Shape> {
        self.note(Shape::boolean(width as usize, length))
    }

    fn linear(&mut self, operation: Linear<'_, Note<Shape>>) -> Note<Shape> {
        self.note(Shape::of_linear(&operation, |note| note.shape))
    }

    fn pick(&mut self, share: &Note<Shape>, pick: &Pick) -> Note<Shape> {
        self.note(share.shape.of_pick(pick))
    }

    fn regroup(&mut self, share: &Note<Shape>, width: u32) -> Note<Shape> {
        self.note(share.shape.of_regrouping(width))
    }

    fn concatenate(&mut self, shares: &[&Note<Shape>]) -> Note<Shape> {
        self.note(Shape::of_concatenation(&shares.iter().map(|note| note.shape).collect::<Vec<_>>()))
    }

    async fn multiply(
        &mut self,
        requests: &[ProductRequest<'_, Note<Shape>>],
    ) -> Result<Vec<Note<Shape>>, ChannelError> {
        let plans: Vec<Plan> = requests.iter().map(|request| Plan::of(request, |note| note.shape)).collect();
        let parties = self.ledger.parties();
        let masked = products_hold(self.ledger.accounts(), &plans, self.ring.bytes(), parties);
        self.ledger.split(plans.iter().map(|plan| opened_elements(plan, parties)));
        products_cost(&mut self.ledger, &plans, self.ring.bytes());
        for (request, plan) in plans.iter().enumerate() {
            self.ledger.add_multiplications(request, plan.multiplications());
            for tile in &plan.tiles {
                self.consumed.add_products(tile.kind, tile.instances);
                self.ledger.consume(request, self.correlations.product_bits(tile.kind, tile.instances, parties));
            }
        }
        let results = plans.iter().map(|plan| Shape::arithmetic(plan.dimensions.results(), plan.holder));
        let notes = results.map(|shape| self.note(shape)).collect();
        drop(masked);
        Ok(notes)
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Note<Shape>>]) -> Result<Vec<Vec<Note<Shape>>>, ChannelError> {
        let instances = |r: &CallRequest<'_, Note<Shape>>| r.operands.first().map_or(0, |operand| operand.shape.length);
        let calls: Vec<(&Circuit, usize)> = requests.iter().map(|r| (r.circuit.as_ref(), instances(r))).collect();
        requests.iter().for_each(|request| self.circuits.add(self.ledger.accounts(), request.circuit));
        let wires = calls_hold(self.ledger.accounts(), &calls);
        self.consumed.bit_triple_words += evaluate_cost(&mut self.ledger, &calls);
        let triple_bits = self.correlations.bit_triple_bits(self.ledger.parties());
        for (request, (circuit, n)) in calls.iter().enumerate() {
            let ands = (circuit.and_gates() * n) as u64;
            self.ledger.add_and_gates(request, ands);
            self.ledger.consume(request, ands * triple_bits);
        }
        let outputs = |(circuit, n): &(&Circuit, usize)| -> Vec<Note<Shape>> {
            circuit.output_widths().iter().map(|&width| self.note(Shape::boolean(width, *n))).collect()
        };
        let notes = calls.iter().map(outputs).collect();
        drop(wires);
        Ok(notes)
    }

    async fn addends(&mut self, requests: &[(&Note<Shape>, u32)]) -> Result<Vec<Vec<Note<Shape>>>, ChannelError> {
        let addends = |(share, width): &(&Note<Shape>, u32)| {
            let shape = Shape::boolean(*width as usize, share.shape.length);
            (0..self.ledger.parties()).map(|_| self.note(shape)).collect()
        };
        Ok(requests.iter().map(addends).collect())
    }

    async fn to_arithmetic(&mut self, requests: &[(&Note<Shape>, bool)]) -> Result<Vec<Note<Shape>>, ChannelError> {
        let ring_bits = self.ring.bits() as usize;
        let by_request = requests.iter().map(|(note, _)| convertible_bits(note.shape, ring_bits) as u64);
        let bits = by_request.clone().sum::<u64>() as usize;
        let dabit_bits = self.correlations.dabit_bits(self.ledger.parties());
        by_request.clone().enumerate().for_each(|(request, n)| self.ledger.consume(request, n * dabit_bits));
        self.ledger.split(by_request);
        if bits > 0 {
            self.ledger.exchange_all(bits.div_ceil(8) as u64);
        }
        self.consumed.dabit_words += bits.div_ceil(64);
        let results = requests.iter().map(|(note, _)| Shape::arithmetic(note.shape.length, super::Holder::Shared));
        Ok(results.map(|shape| self.note(shape)).collect())
    }

    async fn open(
        &mut self,
        requests: &[OpenRequest<'_, Note<Shape>>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let bytes = self.ring.bytes();
        self.ledger.split(requests.iter().map(|r| (opened_bytes(r.share.shape, bytes) * r.receivers.len()) as u64));
        open_cost(&mut self.ledger, requests, bytes, |note| note.shape);
        Ok(requests.iter().map(|request| Some(vec![0; request.share.shape.length])).collect())
    }
}
