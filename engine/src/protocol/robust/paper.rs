//! All parties on paper: shares are shapes, messages are lengths in a ledger. Nobody deviates there.

use quorate_circuits::boolean::Circuit;
use quorate_circuits::number::Word;

use super::convert::ADDENDS;
use super::dealing::Division;
use super::input::{difference_bytes, masks_of};
use super::lane::SUMS;
use super::open::opened_bytes;
use super::packed::lanes;
use super::stock::Need;
use super::triples::COMPLAINT;
use super::{Demand, Number};
use crate::crypto::{Council, Speaker, agreement_cost};
use crate::galois::GaloisRing;
use crate::net::{Cause, ChannelError, Holding, Ledger, Memory, PartyIndex, Phase, Whose, Work};
use crate::protocol::circuits_held::CircuitsHeld;
use crate::protocol::vector::and_bits_by_layer;
use crate::protocol::{
    CallRequest, Domain, Holder, Linear, Note, OpenRequest, Pick, ProductRequest, Protocol, Shape, ShareRequest, Twin,
};

/// Bytes of a contribution to a coin with the nonce of its commitment, and of the commitment.
const COIN: [usize; 2] = [32, 64];
/// Bytes of 64 bits.
const LANES: usize = size_of::<u64>();

/// The paper twin of all [`super::Robust`] parties together.
pub struct Paper<R: Number> {
    ledger: Ledger,
    council: Council,
    degree: usize,
    circuits: CircuitsHeld,
    /// Made, and not consumed.
    left: Demand,
    /// What is held of it.
    held: Option<Holding>,
    consumed: Demand,
    ring: std::marker::PhantomData<R>,
}

impl<R: Number> Paper<R> {
    /// A session before its first message.
    pub fn new(parties: usize) -> Self {
        Self {
            ledger: Ledger::new(parties),
            council: Council::of_all(parties),
            degree: GaloisRing::with_points(parties + 1).degree(),
            circuits: CircuitsHeld::default(),
            left: Demand::default(),
            held: None,
            consumed: Demand::default(),
            ring: std::marker::PhantomData,
        }
    }

    /// The messages so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn parties(&self) -> usize {
        self.council.members().len()
    }

    /// A vector that is there from now on.
    fn note(&self, shape: Shape) -> Note<Shape> {
        let shape = Shape { holder: Holder::Shared, ..shape };
        let bytes = match shape.domain {
            Domain::Arithmetic => shape.length * size_of::<R>(),
            Domain::Boolean { width } => width as usize * lanes(shape.length) * LANES,
        };
        let bytes = (self.degree * bytes) as u64;
        Note::new(shape, self.ledger.accounts().hold(Memory::Shares, Whose::Everybody, bytes))
    }

    fn consume(&mut self, numbers: Need, bits: Need) {
        let demand = Demand { numbers, bits };
        self.consumed = self.consumed.plus(&demand);
        self.left = self.left.minus(&demand);
    }

    /// Makes what of `need` is not there, of elements of so many bytes; the answer is what is there then.
    fn make(&mut self, need: Need, left: Need, bytes: usize) -> Need {
        let (faults, members) = (self.council.faults(), self.parties());
        let mut missing = need.minus(&left);
        let mut there = left;
        while !missing.is_nothing() {
            let batch = missing.first_batch(faults);
            self.make_batch(&batch, bytes);
            missing = missing.minus(&batch);
            there = there.plus(&Need { bits: batch.bits.next_multiple_of(members), ..batch });
        }
        there
    }

    fn make_batch(&mut self, need: &Need, bytes: usize) {
        let (faults, members) = (self.council.faults(), self.parties());
        let lot = need.lot(members, faults);
        let division = Division::of(lot, &self.council, faults);
        let element = self.degree * bytes;
        let held = division.elements() * element * 2 * members;
        let _working = self.ledger.accounts().hold(Memory::Correlations, Whose::Everybody, held as u64);
        self.ledger.exchange_all((division.elements() * element) as u64);
        self.ledger.all_busy(Work::Dealt, division.elements() as u64);
        self.ledger.all_busy(Work::RandomBit, lot.bits as u64);
        COIN.iter().for_each(|length| self.all_say(*length));
        self.all_say(members * division.sums() * element);
        if lot.pads > 0 {
            self.ledger.exchange_all((lot.pads * element) as u64);
            self.all_say(COMPLAINT);
        }
        if lot.bits > 0 {
            let all = (faults + 1) * lot.bits;
            self.ledger.exchange_all((2 * all * element) as u64);
            self.ledger.exchange_all(((faults + 1) * members * SUMS * element) as u64);
            (0..faults).for_each(|_| self.ledger.exchange_all((2 * lot.bits * element) as u64));
        }
    }

    fn all_say(&mut self, length: usize) {
        let speakers: Vec<Speaker> =
            self.council.members().iter().map(|member| Speaker { party: *member, length }).collect();
        agreement_cost(&mut self.ledger, &self.council, &speakers);
    }

    /// Everybody sends so many bytes of each power of `X` to everybody.
    fn open_to_all(&mut self, bytes: usize) {
        if bytes > 0 {
            self.ledger.exchange_all((self.degree * bytes) as u64);
        }
    }

    /// Members send receivers so many bytes of each power.
    fn tell(&mut self, bytes: &[Option<usize>]) {
        let members = self.council.members();
        let degree = self.degree;
        let messages: Vec<_> = bytes
            .iter()
            .enumerate()
            .filter_map(|(to, bytes)| Some((to, (*bytes)?)))
            .flat_map(|(to, bytes)| {
                let others = members.iter().filter(move |member| member.0 != to);
                others.map(move |from| (*from, PartyIndex(to), (degree * bytes) as u64))
            })
            .collect();
        self.ledger.simultaneous(&messages);
    }
}

impl Demand {
    fn plus(&self, other: &Self) -> Self {
        Self { numbers: self.numbers.plus(&other.numbers), bits: self.bits.plus(&other.bits) }
    }

    fn minus(&self, other: &Self) -> Self {
        Self { numbers: self.numbers.minus(&other.numbers), bits: self.bits.minus(&other.bits) }
    }
}

impl<R: Number> Twin for Paper<R> {
    fn ledger_mut(&mut self) -> &mut Ledger {
        &mut self.ledger
    }
}

impl<R: Number> Protocol for Paper<R> {
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
        self.ledger.enter(Phase::Preprocessing);
        self.left.numbers = self.make(demand.numbers, self.left.numbers, size_of::<R>());
        self.left.bits = self.make(demand.bits, self.left.bits, LANES);
        let elements = |need: Need| need.masks + 3 * need.triples + need.bits;
        let bytes = elements(self.left.numbers) * size_of::<R>() + elements(self.left.bits) * LANES;
        let bytes = (self.degree * bytes) as u64;
        self.held = Some(self.ledger.accounts().hold(Memory::Correlations, Whose::Everybody, bytes));
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
        let bytes = |r: &ShareRequest<'_>| difference_bytes::<R>(r.domain, r.length);
        self.ledger.split(requests.iter().map(|request| bytes(request) as u64));
        let mut of_owner = vec![None; self.parties()];
        for (at, request) in requests.iter().enumerate() {
            *of_owner[request.owner.0].get_or_insert(0) += bytes(request);
            let masks = Need { masks: masks_of(request.domain, request.length), ..Need::default() };
            self.ledger.consume(at, bytes(request) as u64);
            match request.domain {
                Domain::Arithmetic => self.consume(masks, Need::default()),
                Domain::Boolean { .. } => self.consume(Need::default(), masks),
            }
        }
        self.tell(&of_owner);
        let mut owners: Vec<PartyIndex> = requests.iter().map(|request| request.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        let speakers: Vec<Speaker> =
            owners.iter().map(|p| Speaker { party: *p, length: of_owner[p.0].unwrap_or(0) }).collect();
        agreement_cost(&mut self.ledger, &self.council, &speakers);
        Ok(requests.iter().map(|r| self.note(Shape::shared_by(r.owner, r.domain, r.length))).collect())
    }

    fn random_bits(&mut self, width: u32, length: usize) -> Note<Shape> {
        let masks = width as usize * lanes(length);
        self.ledger.consume(0, (masks * LANES) as u64);
        self.consume(Need::default(), Need { masks, ..Need::default() });
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
        let sizes: Vec<(usize, usize)> = requests
            .iter()
            .map(|request| match request {
                ProductRequest::Elementwise(a, _) => (a.shape.length, a.shape.length),
                ProductRequest::TableColumn { table, rows, .. } => (table.shape.length, *rows),
            })
            .collect();
        self.ledger.split(sizes.iter().map(|(terms, _)| *terms as u64));
        for (at, (terms, _)) in sizes.iter().enumerate() {
            self.ledger.consume(at, (terms * size_of::<R>()) as u64);
            self.ledger.add_multiplications(at, *terms as u64);
        }
        let triples = sizes.iter().map(|(terms, _)| terms).sum();
        self.consume(Need { triples, ..Need::default() }, Need::default());
        self.open_to_all(2 * triples * size_of::<R>());
        Ok(sizes.iter().map(|(_, results)| self.note(Shape::arithmetic(*results, Holder::Shared))).collect())
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Note<Shape>>]) -> Result<Vec<Vec<Note<Shape>>>, ChannelError> {
        let calls: Vec<(&Circuit, usize)> = requests
            .iter()
            .map(|r| (r.circuit.as_ref(), r.operands.first().map_or(0, |operand| operand.shape.length)))
            .collect();
        requests.iter().for_each(|request| self.circuits.add(self.ledger.accounts(), request.circuit));
        let words: usize = calls.iter().map(|(circuit, n)| circuit.wires() * lanes(*n)).sum();
        let wires = (self.degree * words * LANES) as u64;
        let wires = self.ledger.accounts().hold(Memory::Wires, Whose::Everybody, wires);
        for bits in and_bits_by_layer(&calls) {
            let words = lanes(bits.iter().sum());
            self.ledger.split(bits.iter().map(|bits| *bits as u64));
            bits.iter().enumerate().for_each(|(at, bits)| self.ledger.consume(at, *bits as u64));
            self.consume(Need::default(), Need { triples: words, ..Need::default() });
            self.open_to_all(2 * words * LANES);
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
        let elements: usize = requests.iter().map(|(note, _)| note.shape.length).sum();
        self.ledger.split(requests.iter().map(|(note, _)| note.shape.length as u64));
        for (at, (note, width)) in requests.iter().enumerate() {
            let bits = *width as usize * note.shape.length;
            self.ledger.consume(at, (bits * size_of::<R>()) as u64);
            self.consume(Need { bits, ..Need::default() }, Need::default());
        }
        self.ledger.exchange_all((self.degree * elements * size_of::<R>()) as u64);
        let addends = |(note, width): &(&Note<Shape>, u32)| {
            let shape = Shape::boolean(*width as usize, note.shape.length);
            (0..ADDENDS).map(|_| self.note(shape)).collect()
        };
        Ok(requests.iter().map(addends).collect())
    }

    async fn to_arithmetic(&mut self, requests: &[(&Note<Shape>, bool)]) -> Result<Vec<Note<Shape>>, ChannelError> {
        let bits = |note: &Note<Shape>| note.shape.width() * note.shape.length;
        self.ledger.split(requests.iter().map(|(note, _)| bits(note) as u64));
        for (at, (note, _)) in requests.iter().enumerate() {
            self.ledger.consume(at, (bits(note) * size_of::<R>()) as u64);
            self.consume(Need { bits: bits(note), ..Need::default() }, Need::default());
        }
        let words: usize = requests.iter().map(|(note, _)| lanes(bits(note))).sum();
        self.ledger.exchange_all((self.degree * words * LANES) as u64);
        Ok(requests.iter().map(|(note, _)| self.note(Shape::arithmetic(note.shape.length, Holder::Shared))).collect())
    }

    async fn open(
        &mut self,
        requests: &[OpenRequest<'_, Note<Shape>>],
    ) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        let bytes = |request: &OpenRequest<'_, Note<Shape>>| opened_bytes::<R>(request.share.shape);
        self.ledger.split(requests.iter().map(|request| (bytes(request) * request.receivers.len()) as u64));
        let mut of_receiver = vec![None; self.parties()];
        for request in requests {
            request.receivers.iter().for_each(|receiver| *of_receiver[receiver.0].get_or_insert(0) += bytes(request));
        }
        self.tell(&of_receiver);
        Ok(requests.iter().map(|request| Some(vec![0; request.share.shape.length])).collect())
    }
}
