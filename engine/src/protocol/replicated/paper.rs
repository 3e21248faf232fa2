//! All parties on paper: shares are shapes, messages are lengths in a ledger.

use quorate_circuits::boolean::Circuit;
use quorate_circuits::number::Word;

use super::PARTIES;
use super::circuit::layers_on_paper;
use super::convert::{conversion_bytes, conversion_messages, convertible_width};
use super::holdings::{calls_hold, equations_hold, proof_holds, record_holds, share_holds};
use super::input::{component_bytes, input_messages, shared_shape};
use super::integers::Shapes;
use super::multiply::{Plan, Way, product_messages};
use super::open::{open_messages, opened_bytes};
use super::proof::{is_due, verify_cost};
use super::recorded::pieces;
use super::sort::sort_cost;
use crate::crypto::pair_seeds_cost;
use crate::net::{Cause, ChannelError, Holding, Ledger, Memory, PartyIndex, Phase, Whose};
use crate::protocol::circuits_held::CircuitsHeld;
use crate::protocol::{
    CallRequest, Domain, Holder, Linear, Note, OpenRequest, Pick, ProductRequest, Protocol, Ring, Shape, ShareRequest,
    SortRequest, Twin,
};

/// The paper twin of all [`super::Replicated`] parties together.
pub struct Paper {
    ring: Ring,
    ledger: Ledger,
    seeded: bool,
    circuits: CircuitsHeld,
    /// Of verified parties: what is to be proven.
    recorded: Option<Recorded>,
}

/// What is to be proven.
#[derive(Default)]
struct Recorded {
    /// Words of gates.
    words: usize,
    /// Each party's equations.
    equations: [Shapes; PARTIES],
    /// That all this is held.
    holdings: Vec<Holding>,
}

impl Recorded {
    fn terms(&self) -> usize {
        self.equations.iter().flatten().map(|(terms, equations)| terms * equations).sum()
    }
}

impl Paper {
    /// A session before its first message.
    pub fn new(ring: Ring) -> Self {
        let (ledger, circuits) = (Ledger::new(PARTIES), CircuitsHeld::default());
        Self { ring, ledger, seeded: false, circuits, recorded: None }
    }

    /// The same of verified parties.
    pub fn verified(ring: Ring) -> Self {
        Self { recorded: Some(Default::default()), ..Self::new(ring) }
    }

    /// So many AND gates were evaluated.
    fn record(&mut self, bits: usize) {
        let Some(recorded) = &mut self.recorded else { return };
        recorded.words += bits.div_ceil(64);
        recorded.holdings.push(record_holds(self.ledger.accounts(), bits.div_ceil(64)));
        self.verify_if_due();
    }

    /// So many equations are to be proven by each party, of so many terms.
    fn record_equations(&mut self, equations: [(usize, usize); PARTIES]) {
        let Some(recorded) = &mut self.recorded else { return };
        for (shapes, (terms, equations)) in recorded.equations.iter_mut().zip(equations).filter(|(_, e)| e.1 > 0) {
            *shapes.entry(terms).or_default() += equations;
        }
        recorded.holdings.push(equations_hold(self.ledger.accounts(), equations));
        self.verify_if_due();
    }

    fn verify_if_due(&mut self) {
        if self.recorded.as_ref().is_some_and(|recorded| is_due(recorded.words, recorded.terms())) {
            self.verify();
        }
    }

    fn verify(&mut self) {
        let Some(recorded) = self.recorded.as_mut().map(std::mem::take) else { return };
        if recorded.words + recorded.terms() == 0 {
            return;
        }
        let working = proof_holds(self.ledger.accounts(), recorded.words, &recorded.equations);
        verify_cost(&mut self.ledger, recorded.words, &recorded.equations);
        drop((working, recorded.holdings));
    }

    /// The messages so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

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
    type Demand = ();

    fn requested_by(&mut self, causes: impl Iterator<Item = Cause>) {
        self.ledger.requested_by(causes);
    }

    fn knows(&mut self, party: Option<PartyIndex>, words: usize) {
        let bytes = (words * size_of::<Word>()) as u64;
        self.ledger.accounts().keep(Memory::Columns, party.map_or(Whose::Everybody, Whose::Party), bytes);
    }

    fn take_consumed(&mut self) {}

    async fn prepare(&mut self, (): &()) -> Result<(), ChannelError> {
        if !self.seeded {
            self.ledger.enter(Phase::SetUp);
            pair_seeds_cost(&mut self.ledger);
            self.seeded = true;
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
        let bytes = self.ring.bytes();
        self.ledger.split(requests.iter().map(|r| component_bytes(r.domain, r.length, bytes) as u64));
        input_messages(requests.iter().map(|r| (r.owner, r.domain, r.length)), bytes).charge(&mut self.ledger);
        let verified = self.recorded.is_some();
        Ok(requests.iter().map(|request| self.note(shared_shape(request, verified))).collect())
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
        let plans: Vec<Plan> =
            requests.iter().map(|request| Plan::of(request, self.recorded.is_some(), |note| note.shape)).collect();
        let results: Vec<_> =
            plans.iter().map(|plan| self.note(Shape::arithmetic(plan.dimensions.results(), plan.holder))).collect();
        self.ledger.split(plans.iter().map(|plan| plan.sent() as u64));
        product_messages(&plans, self.ring.bytes()).charge(&mut self.ledger);
        for (request, plan) in plans.iter().enumerate().filter(|(_, plan)| plan.way == Way::Shared) {
            self.ledger.add_multiplications(request, plan.dimensions.table() as u64);
        }
        for plan in plans.iter().filter(|plan| plan.way == Way::Shared) {
            for piece in pieces(plan.dimensions.results(), plan.terms()) {
                self.record_equations([(plan.terms(), piece.len()); PARTIES]);
            }
        }
        Ok(results)
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Note<Shape>>]) -> Result<Vec<Vec<Note<Shape>>>, ChannelError> {
        let calls: Vec<(&Circuit, usize)> = requests
            .iter()
            .map(|r| (r.circuit.as_ref(), r.operands.first().map_or(0, |operand| operand.shape.length)))
            .collect();
        requests.iter().for_each(|request| self.circuits.add(self.ledger.accounts(), request.circuit));
        let wires = calls_hold(self.ledger.accounts(), &calls);
        for (bits, messages) in layers_on_paper(&calls, self.recorded.is_some()) {
            let gates = bits.iter().sum();
            self.ledger.split(bits.into_iter().map(|bits| bits as u64));
            messages.charge(&mut self.ledger);
            self.record(gates);
        }
        for (request, (circuit, n)) in calls.iter().enumerate() {
            self.ledger.add_and_gates(request, (circuit.and_gates() * n) as u64);
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
            (0..PARTIES).map(|_| self.note(shape)).collect()
        };
        Ok(requests.iter().map(addends).collect())
    }

    async fn to_arithmetic(&mut self, requests: &[(&Note<Shape>, bool)]) -> Result<Vec<Note<Shape>>, ChannelError> {
        let ring_bits = self.ring.bits() as usize;
        let shapes = || requests.iter().map(|(note, _)| note.shape);
        let results = shapes().map(|shape| self.note(Shape::arithmetic(shape.length, shape.holder))).collect();
        self.ledger.split(shapes().map(|shape| conversion_bytes(shape, ring_bits) as u64));
        let [first, second] = conversion_messages(shapes(), ring_bits);
        first.charge(&mut self.ledger);
        second.charge(&mut self.ledger);
        for shape in shapes() {
            let width = convertible_width(shape, ring_bits);
            for piece in pieces(shape.length, width) {
                let elements = (width, piece.len());
                self.record_equations(match shape.holder {
                    Holder::Party(owner) => {
                        std::array::from_fn(|party| if party == owner.0 { elements } else { (width, 0) })
                    }
                    _ => [(1, width * piece.len()), elements, elements],
                });
            }
        }
        Ok(results)
    }

    async fn sort(&mut self, requests: &[SortRequest<'_, Note<Shape>>]) -> Result<Vec<Vec<Note<Shape>>>, ChannelError> {
        sort_cost(&mut self.ledger, requests, self.ring.bits() as usize, |note: &Note<Shape>| note.shape);
        let sorted = |request: &SortRequest<'_, Note<Shape>>| {
            let moved = request.moved.iter().map(|note| note.shape);
            moved.map(|shape| self.note(Shape { holder: Holder::Shared, ..shape })).collect()
        };
        Ok(requests.iter().map(sorted).collect())
    }

    async fn open(
        &mut self,
        requests: &[OpenRequest<'_, Note<Shape>>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let bytes = self.ring.bytes();
        self.ledger.split(requests.iter().map(|r| opened_bytes(r.share.shape, r.receivers, bytes) as u64));
        self.verify();
        let verified = self.recorded.is_some();
        open_messages(requests, bytes, verified, |note: &Note<Shape>| note.shape).charge(&mut self.ledger);
        Ok(requests.iter().map(|request| Some(vec![0; request.share.shape.length])).collect())
    }
}
