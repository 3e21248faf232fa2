//! Both parties on paper: shares are shapes, messages are lengths in a ledger.

use quorate_circuits::boolean::Circuit;
use quorate_circuits::number::Word;

use super::ahead::label_blocks;
use super::garbling::Garbling;
use super::holdings::CircuitsHeld;
use super::labels::common_width;
use super::tiling::WIDE;
use super::{Demand, EVALUATOR, GARBLER, START_BYTES, boolean_values_only, evaluator_bits, opened_bits, width_of};
use crate::crypto::Block;
use crate::net::{Cause, ChannelError, Holding, Ledger, Memory, PartyIndex, Phase, Whose, Work};
use crate::ot::{BaseOt, extend_cost, set_up_cost};
use crate::protocol::{
    CallRequest, Domain, Linear, Note, OpenRequest, Pick, ProductRequest, Protocol, ShareRequest, Twin,
    regrouped_length,
};

/// The paper twin of [`super::Garbler`] and [`super::Evaluator`] together.
pub struct Paper {
    garbling: Garbling,
    when: When,
    /// Bytes of what is kept for a later session, by party.
    material: [u64; 2],
    base: BaseOt,
    ledger: Ledger,
    started: bool,
    with_ots: bool,
    consumed: Demand,
    /// Correlated OTs that wait to be spent.
    stock: usize,
    stocked: Option<Holding>,
    circuits: CircuitsHeld,
}

/// In which session the circuits of a run are garbled: as the parties' own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    AtOnce,
    Ahead,
    Before,
}

/// What is public of a boolean vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Bits of each element.
    pub width: u32,
    /// Number of elements.
    pub length: usize,
}

impl Paper {
    /// A session before its first message.
    pub fn new(garbling: Garbling) -> Self {
        Self {
            garbling,
            when: When::AtOnce,
            material: [0; 2],
            base: BaseOt::default(),
            ledger: Ledger::new(2),
            started: false,
            with_ots: false,
            consumed: Demand::default(),
            stock: 0,
            stocked: None,
            circuits: CircuitsHeld::default(),
        }
    }

    /// The same with this kind of base OT.
    #[must_use]
    pub fn based_on(mut self, base: BaseOt) -> Self {
        self.base = base;
        self
    }

    /// A session that garbles for a later one.
    pub(crate) fn ahead(garbling: Garbling) -> Self {
        Self { when: When::Ahead, ..Self::new(garbling) }
    }

    /// The same with what an earlier session garbled, if `prepared`.
    #[must_use]
    pub fn prepared(self, prepared: bool) -> Self {
        if prepared { Self { when: When::Before, ..self } } else { self }
    }

    /// Another run that is garbled ahead begins anew.
    pub(crate) fn begin_anew(&mut self) {
        (self.started, self.with_ots) = (false, false);
        self.restock(0);
    }

    /// Bytes of what is kept for a later session, by party.
    pub(crate) fn material(&self) -> [u64; 2] {
        self.material
    }

    /// Enters what a party keeps.
    fn keep(&mut self, party: PartyIndex, bytes: usize) {
        if self.when == When::Ahead {
            self.material[party.0] += bytes as u64;
        }
    }

    /// The messages so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn set_up(&mut self, with_ots: bool) {
        if self.when == When::Before {
            return;
        }
        if !self.started {
            // Delta; the start point.
            [GARBLER, EVALUATOR].into_iter().for_each(|party| self.keep(party, Block::BYTES));
            self.ledger.enter(Phase::SetUp);
            self.ledger.message(GARBLER, EVALUATOR, START_BYTES as u64);
            self.started = true;
        }
        if with_ots && !self.with_ots {
            self.ledger.enter(Phase::SetUp);
            set_up_cost(&mut self.ledger, self.base, &[(GARBLER, EVALUATOR)]);
            self.both_busy(Work::SetUpSender, Work::SetUpReceiver, 1);
            self.with_ots = true;
        }
    }
}

impl Paper {
    fn both_busy(&mut self, garbler: Work, evaluator: Work, units: u64) {
        self.ledger.busy(GARBLER, garbler, units);
        self.ledger.busy(EVALUATOR, evaluator, units);
    }

    /// Bundles of instances go through the gates together; what is left over goes alone.
    fn gates_busy(&mut self, circuit: &Circuit, length: usize) {
        let (together, alone) = (length / WIDE * WIDE, length % WIDE);
        let (ands, all) = (circuit.and_gates(), circuit.gates().len());
        // A gate is two hashes of either label; in three halves it is three, and what is done with them grows likewise.
        let hashes = |gates: usize| match self.garbling {
            Garbling::HalfGates => gates as u64,
            Garbling::ThreeHalves => (gates as u64 * 3).div_ceil(2),
        };
        let (hashed_together, hashed_alone) = (hashes(ands * together), hashes(ands * alone));
        let work = [
            (Work::GarbleAnd, Work::EvaluateAnd, hashed_together),
            (Work::GarbleLocal, Work::EvaluateLocal, ((all - ands) * together) as u64),
            (Work::GarbleAlone, Work::EvaluateAlone, hashed_alone),
        ];
        for (garbler, evaluator, units) in work {
            match self.when {
                When::AtOnce => self.both_busy(garbler, evaluator, units),
                When::Ahead => self.ledger.busy(GARBLER, garbler, units),
                When::Before => self.ledger.busy(EVALUATOR, evaluator, units),
            }
        }
    }

    /// A vector whose labels are there from now on: a block for every bit at either party.
    fn note(&self, shape: Shape) -> Note<Shape> {
        let bytes = (shape.bits() * Block::BYTES) as u64;
        Note::new(shape, self.ledger.accounts().hold(Memory::Shares, Whose::Everybody, bytes))
    }

    /// Correlated OTs come and go; the rows of a batch are freed with its last.
    fn restock(&mut self, left: usize) {
        let bytes = (left * Block::BYTES) as u64;
        if left == 0 || left > self.stock {
            self.stocked = Some(self.ledger.accounts().hold(Memory::Correlations, Whose::Everybody, bytes));
        }
        self.stock = left;
    }

    fn spend(&mut self, ots: usize) {
        if self.when == When::Before {
            return;
        }
        self.consumed.correlated_ots += ots;
        self.restock(self.stock.saturating_sub(ots));
    }
}

impl Shape {
    fn bits(&self) -> usize {
        self.width as usize * self.length
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
        self.set_up(demand.correlated_ots > 0);
        if demand.correlated_ots > 0 && self.when != When::Before {
            self.ledger.enter(Phase::Preprocessing);
            extend_cost(&mut self.ledger, &[(GARBLER, EVALUATOR, demand.correlated_ots)]);
            self.both_busy(Work::CotSender, Work::CotReceiver, demand.correlated_ots as u64);
            self.restock(self.stock + demand.correlated_ots);
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
        self.note(Shape { width: width_of(domain), length: words.len() })
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Note<Shape>>, ChannelError> {
        let bits = evaluator_bits(requests);
        let by_request = requests.iter().map(|request| evaluator_bits(std::slice::from_ref(request)) as u64);
        by_request.clone().enumerate().for_each(|(request, bits)| self.ledger.consume(request, bits));
        self.ledger.split(by_request);
        if bits > 0 && self.when != When::Ahead {
            self.ledger.message(EVALUATOR, GARBLER, bits.div_ceil(8) as u64);
        }
        let label_bytes = |requests: &[ShareRequest<'_>]| label_blocks(requests) * Block::BYTES;
        if self.when == When::Before && label_bytes(requests) > 0 {
            self.ledger.split(requests.iter().map(|request| label_bytes(std::slice::from_ref(request)) as u64));
            self.ledger.message(GARBLER, EVALUATOR, label_bytes(requests) as u64);
        }
        self.keep(GARBLER, label_bytes(requests));
        for bits in requests.iter().map(|request| evaluator_bits(std::slice::from_ref(request))) {
            self.keep(EVALUATOR, bits.div_ceil(8) + bits * Block::BYTES);
        }
        let shapes: Vec<Shape> =
            requests.iter().map(|r| Shape { width: width_of(r.domain), length: r.length }).collect();
        let labels = shapes.iter().map(Shape::bits).sum::<usize>() as u64;
        self.both_busy(Work::LabelGarbler, Work::LabelEvaluator, labels);
        let notes = shapes.into_iter().map(|shape| self.note(shape)).collect();
        self.spend(bits);
        Ok(notes)
    }

    fn random_bits(&mut self, width: u32, length: usize) -> Note<Shape> {
        let note = self.note(Shape { width, length });
        self.ledger.consume(0, note.shape.bits() as u64);
        self.spend(note.shape.bits());
        self.keep(EVALUATOR, note.shape.bits() * Block::BYTES);
        note
    }

    fn linear(&mut self, _: Linear<'_, Note<Shape>>) -> Note<Shape> {
        boolean_values_only()
    }

    fn pick(&mut self, share: &Note<Shape>, pick: &Pick) -> Note<Shape> {
        let Shape { width, length } = share.shape;
        self.note(Shape { width, length: pick.length_of(length) })
    }

    fn regroup(&mut self, share: &Note<Shape>, width: u32) -> Note<Shape> {
        let before = share.shape;
        self.note(Shape { width, length: regrouped_length(before.width as usize, before.length, width as usize) })
    }

    fn concatenate(&mut self, shares: &[&Note<Shape>]) -> Note<Shape> {
        let width = common_width(shares.iter().map(|share| share.shape.width));
        self.note(Shape { width, length: shares.iter().map(|share| share.shape.length).sum() })
    }

    async fn multiply(&mut self, _: &[ProductRequest<'_, Note<Shape>>]) -> Result<Vec<Note<Shape>>, ChannelError> {
        boolean_values_only()
    }

    /// The tables flow one way: as many messages as they may be, they are one step deep.
    async fn call(&mut self, requests: &[CallRequest<'_, Note<Shape>>]) -> Result<Vec<Vec<Note<Shape>>>, ChannelError> {
        let (mut tables, mut results) = (Vec::with_capacity(requests.len()), Vec::with_capacity(requests.len()));
        let mut piece = 0;
        for (place, request) in requests.iter().enumerate() {
            let length = request.operands.first().map_or(0, |operand| operand.shape.length);
            self.ledger.add_and_gates(place, (request.circuit.and_gates() * length) as u64);
            self.gates_busy(request.circuit, length);
            let widths = request.circuit.output_widths().iter();
            results.push(widths.map(|&width| self.note(Shape { width: width as u32, length })).collect());
            let room = self.circuits.run(&self.ledger, request.circuit, length, self.garbling);
            piece = piece.max(room.piece);
            tables.push(room.tables);
        }
        let all: u64 = tables.iter().sum();
        self.ledger.split(tables.into_iter());
        self.keep(EVALUATOR, all as usize);
        if all > 0 && self.when != When::Before {
            self.ledger.stream(GARBLER, EVALUATOR, all, piece);
        }
        Ok(results)
    }

    async fn addends(&mut self, _: &[(&Note<Shape>, u32)]) -> Result<Vec<Vec<Note<Shape>>>, ChannelError> {
        boolean_values_only()
    }

    async fn to_arithmetic(&mut self, _: &[(&Note<Shape>, bool)]) -> Result<Vec<Note<Shape>>, ChannelError> {
        boolean_values_only()
    }

    async fn open(
        &mut self,
        requests: &[OpenRequest<'_, Note<Shape>>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        self.ledger.split(requests.iter().map(|r| (r.share.shape.bits() * r.receivers.len()) as u64));
        let messages = [(GARBLER, EVALUATOR), (EVALUATOR, GARBLER)].map(|(from, to)| {
            let bits = opened_bits(requests, to, |note| note.shape.bits());
            (bits > 0).then_some((from, to, bits.div_ceil(8) as u64))
        });
        match self.when {
            When::Ahead => {
                requests.iter().for_each(|request| self.keep(GARBLER, request.share.shape.bits().div_ceil(8)))
            }
            When::AtOnce | When::Before => {
                self.ledger.simultaneous(&messages.into_iter().flatten().collect::<Vec<_>>());
            }
        }
        Ok(requests.iter().map(|request| Some(vec![0; request.share.shape.length])).collect())
    }
}
