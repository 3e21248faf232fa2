//! All parties on paper: shares are shapes, messages are lengths in a ledger.

use std::sync::Arc;

use quorate_circuits::number::Word;

use super::gates::operands_cost;
use super::holdings::{CircuitsHeld, Held, batch_holds, chunk_holds, garblers, stock_holds, wires_hold};
use super::inputs::{inputs_cost, owned_bits};
use super::outputs::outputs_cost;
use super::pairs::{directions, pairs_cost};
use super::pieces::{Piece, chunks};
use super::preprocessing::Batch;
use super::tables::table_bytes;
use super::{BLOCK, Demand, EVALUATOR, boolean_values_only, width_of};
use crate::net::{Cause, ChannelError, Holding, Ledger, Memory, PartyIndex, Phase, Whose, Work};
use crate::ot::BaseOt;
use crate::protocol::yao::labels::common_width;
use crate::protocol::yao::schedule::Schedule;
use crate::protocol::{
    CallRequest, Domain, Linear, OpenRequest, Pick, ProductRequest, Protocol, ShareRequest, Twin, regrouped_length,
};

/// The paper twin of all [`super::Authenticated`] parties together.
pub struct Paper {
    ledger: Ledger,
    base: BaseOt,
    is_set_up: bool,
    /// Whether an earlier session made what is consumed.
    prepared: bool,
    /// Triples and bits that wait to be spent.
    stock: Demand,
    stocked: Option<Holding>,
    promised: usize,
    consumed: Demand,
    circuits: CircuitsHeld,
}

/// What is public of a boolean vector, and its entry in the accounts.
#[derive(Debug)]
pub struct Shape {
    /// Bits of each element.
    pub width: u32,
    /// Number of elements.
    pub length: usize,
    _held: Held,
}

/// What a consumed gate weighs beside a bit, in OTs.
const GATE_WEIGHT: u64 = 12;

impl Paper {
    /// A session of `parties` parties before its first message.
    pub fn new(parties: usize) -> Self {
        Self {
            ledger: Ledger::new(parties),
            base: BaseOt::default(),
            is_set_up: false,
            prepared: false,
            stock: Demand::default(),
            stocked: None,
            promised: 0,
            consumed: Demand::default(),
            circuits: CircuitsHeld::default(),
        }
    }

    /// The same with this kind of base OT.
    #[must_use]
    pub fn based_on(mut self, base: BaseOt) -> Self {
        self.base = base;
        self
    }

    /// The same with what an earlier session made, if `prepared`.
    #[must_use]
    pub fn prepared(self, prepared: bool) -> Self {
        Self { prepared, ..self }
    }

    /// The messages so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The kind of base OT.
    pub(in crate::protocol) fn base(&self) -> BaseOt {
        self.base
    }

    fn shape(&self, width: u32, length: usize) -> Shape {
        Shape { width, length, _held: wires_hold(self.ledger.accounts(), width as usize * length) }
    }

    fn restock(&mut self, stock: Demand) {
        self.stock = stock;
        // What was there is entered anew, not twice.
        self.stocked = None;
        self.stocked = Some(stock_holds(self.ledger.accounts(), stock.and_gates, stock.bits));
    }

    fn make(&mut self, bits: usize, phase: Phase) {
        let parties = self.ledger.parties();
        let triples = self.promised.min(BLOCK);
        if triples + bits == 0 {
            return;
        }
        if !self.prepared {
            self.make_batch(Batch::new(parties, triples, bits));
        }
        let Demand { and_gates, bits: before } = self.stock;
        self.restock(Demand { and_gates: and_gates + triples, bits: before + triples + bits });
        self.promised -= triples;
        self.ledger.enter(phase);
    }

    fn make_batch(&mut self, batch: Batch) {
        let parties = self.ledger.parties();
        self.ledger.enter(Phase::Preprocessing);
        let making = batch_holds(self.ledger.accounts(), batch.rows(), batch.leaky());
        batch.cost(&mut self.ledger);
        for (sender, receiver) in directions(parties) {
            let (single, products) = ((batch.rows() - batch.leaky()) as u64, batch.leaky() as u64);
            self.ledger.busy(sender, Work::CotSender, single);
            self.ledger.busy(receiver, Work::CotReceiver, single);
            self.ledger.busy(sender, Work::TripleSender, products);
            self.ledger.busy(receiver, Work::TripleChooser, products);
        }
        drop(making);
    }

    /// As [`super::Authenticated::set_up`].
    pub(in crate::protocol) fn set_up(&mut self) {
        if self.is_set_up || self.prepared {
            return;
        }
        self.ledger.enter(Phase::SetUp);
        pairs_cost(&mut self.ledger, self.base);
        for (sender, receiver) in directions(self.ledger.parties()) {
            self.ledger.busy(sender, Work::SetUpSender, 1);
            self.ledger.busy(receiver, Work::SetUpReceiver, 1);
        }
        self.is_set_up = true;
    }

    /// As [`super::Authenticated::begin_ahead`].
    pub(in crate::protocol) fn begin_ahead(&mut self, demand: &Demand) {
        self.promised += demand.and_gates;
        self.make(demand.bits, Phase::Online);
        self.restock(Demand::default());
    }

    /// As [`super::Authenticated::finish_ahead`].
    pub(in crate::protocol) fn finish_ahead(&mut self) {
        while self.promised > 0 {
            self.make(0, Phase::Online);
            self.restock(Demand::default());
        }
    }

    /// Another run that is made ahead has keys of its own.
    pub(in crate::protocol) fn begin_anew(&mut self) {
        self.is_set_up = false;
    }

    /// What is sent to make what these stretches consume, ahead of a run.
    pub(crate) fn make_ahead(&mut self, demands: &[Demand]) {
        self.begin_anew();
        for demand in demands {
            self.set_up();
            self.begin_ahead(demand);
            self.finish_ahead();
        }
    }

    fn take_bits(&mut self, request: usize, bits: usize) {
        self.consumed.bits += bits;
        self.ledger.consume(request, bits as u64);
        self.restock(Demand { bits: self.stock.bits.saturating_sub(bits), ..self.stock });
    }

    /// A chunk of gates: triples if they are missing, operands, tables.
    fn chunk(&mut self, chunk: &[Piece], calls: &[(Arc<Schedule>, usize)]) {
        let gates: usize = chunk.iter().map(Piece::ands).sum();
        while self.stock.and_gates < gates && self.promised > 0 {
            self.make(0, Phase::Online);
        }
        self.consumed.and_gates += gates;
        let Demand { and_gates, bits } = self.stock;
        let left = Demand { and_gates: and_gates.saturating_sub(gates), bits: bits.saturating_sub(gates) };
        self.restock(left);
        let (held, piece) = chunk_holds(&self.ledger, chunk, calls);
        let parties = self.ledger.parties();
        let mut by_request = vec![0; calls.len()];
        chunk.iter().for_each(|piece| by_request[piece.request] += piece.ands() as u64);
        self.ledger.split(by_request.iter().copied());
        for (request, gates) in by_request.iter().enumerate() {
            self.ledger.consume(request, gates * GATE_WEIGHT);
        }
        operands_cost(&mut self.ledger, gates);
        let bytes = (gates * table_bytes(parties)) as u64;
        for garbler in garblers(parties).filter(|_| bytes > 0) {
            self.ledger.stream(garbler, EVALUATOR, bytes, piece);
            self.ledger.busy(garbler, Work::GarbleAnd, (2 * parties * gates) as u64);
            self.ledger.busy(EVALUATOR, Work::EvaluateAnd, (2 * parties * gates) as u64);
        }
        drop(held);
    }
}

impl Twin for Paper {
    fn ledger_mut(&mut self) -> &mut Ledger {
        &mut self.ledger
    }
}

impl Protocol for Paper {
    type Share = Shape;
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
        self.set_up();
        self.ledger.enter(Phase::Online);
        self.promised += demand.and_gates;
        self.make(demand.bits, Phase::Online);
        Ok(())
    }

    fn length(&self, share: &Shape) -> usize {
        share.length
    }

    fn duplicate(&self, share: &Shape) -> Shape {
        self.shape(share.width, share.length)
    }

    fn public(&mut self, domain: Domain, words: &[Word]) -> Shape {
        self.shape(width_of(domain), words.len())
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Shape>, ChannelError> {
        let by_request: Vec<usize> = requests.iter().map(|r| width_of(r.domain) as usize * r.length).collect();
        by_request.iter().enumerate().for_each(|(request, bits)| self.take_bits(request, *bits));
        self.ledger.split(by_request.iter().map(|bits| *bits as u64));
        let owners = (0..self.ledger.parties()).map(PartyIndex);
        let bits: Vec<usize> = owners.map(|owner| owned_bits(requests, owner)).collect();
        inputs_cost(&mut self.ledger, &bits);
        Ok(requests.iter().map(|request| self.shape(width_of(request.domain), request.length)).collect())
    }

    fn random_bits(&mut self, width: u32, length: usize) -> Shape {
        self.take_bits(0, width as usize * length);
        self.shape(width, length)
    }

    fn linear(&mut self, _: Linear<'_, Shape>) -> Shape {
        boolean_values_only()
    }

    fn pick(&mut self, share: &Shape, pick: &Pick) -> Shape {
        self.shape(share.width, pick.length_of(share.length))
    }

    fn regroup(&mut self, share: &Shape, width: u32) -> Shape {
        self.shape(width, regrouped_length(share.width as usize, share.length, width as usize))
    }

    fn concatenate(&mut self, shares: &[&Shape]) -> Shape {
        let width = common_width(shares.iter().map(|share| share.width));
        self.shape(width, shares.iter().map(|share| share.length).sum())
    }

    async fn multiply(&mut self, _: &[ProductRequest<'_, Shape>]) -> Result<Vec<Shape>, ChannelError> {
        boolean_values_only()
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Shape>]) -> Result<Vec<Vec<Shape>>, ChannelError> {
        let (mut calls, mut results) = (Vec::with_capacity(requests.len()), Vec::with_capacity(requests.len()));
        for (place, request) in requests.iter().enumerate() {
            let length = request.operands.first().map_or(0, |operand| operand.length);
            self.ledger.add_and_gates(place, (request.circuit.and_gates() * length) as u64);
            let widths = request.circuit.output_widths().iter();
            results.push(widths.map(|&width| self.shape(width as u32, length)).collect());
            calls.push((self.circuits.schedule(self.ledger.accounts(), request.circuit), length));
        }
        for chunk in chunks(&calls, self.ledger.parties()) {
            self.chunk(&chunk, &calls);
        }
        Ok(results)
    }

    async fn addends(&mut self, _: &[(&Shape, u32)]) -> Result<Vec<Vec<Shape>>, ChannelError> {
        boolean_values_only()
    }

    async fn to_arithmetic(&mut self, _: &[(&Shape, bool)]) -> Result<Vec<Shape>, ChannelError> {
        boolean_values_only()
    }

    async fn open(&mut self, requests: &[OpenRequest<'_, Shape>]) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let bits = |shape: &Shape| shape.width as usize * shape.length;
        self.ledger.split(requests.iter().map(|r| (bits(r.share) * r.receivers.len()) as u64));
        outputs_cost(&mut self.ledger, requests, bits);
        Ok(requests.iter().map(|request| Some(vec![0; request.share.length])).collect())
    }
}
