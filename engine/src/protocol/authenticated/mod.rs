//! Garbled circuits among 2 to 16 parties, of whom all but one may do anything: authenticated garbling.
//!
//! Wang, Ranellucci and Katz, "Global-Scale Secure Multiparty Computation", CCS 2017, ePrint 2017/189, with the triples
//! of Yang, Wang and Zhang, "More Efficient MPC from Improved Triple Generation and Authenticated Garbling", CCS 2020,
//! ePrint 2019/1104, and the half gates of Katz, Ranellucci, Rosulek and Wang, CRYPTO 2018, ePrint 2018/578. Party 1
//! evaluates, everybody else garbles.
//!
//! *A share.* Every wire has a mask that nobody knows, shared as an authenticated bit (`shares`), and a masked value, for
//! which the garblers have labels. So wires last from one call to the next, and nothing is opened between them.
//!
//! *Claim.* Malicious, n - 1 of n corrupted, security with (selective) abort: 128 bits computational; statistically
//! 2^-40 for each batch of triples (`buckets`), and less than 2^-60 for each MAC that is cut to 64 bits.
//!
//! | step | who | bytes | depth |
//! |---|---|---|---|
//! | set-up of [`crate::ot`] with everybody, once | everybody | | 2 |
//! | a batch of triples and random bits, see `preprocessing` | everybody to all | for each gate some 8 OTs and 3 blocks | 12 and more |
//! | [`AUTHENTICATED_MASKS`], [`AUTHENTICATED_INPUTS`], from three parties on [`AUTHENTICATED_INPUT_ECHO`]; each `share` | everybody to the owner, the owner to all, all to all | 8 and 1/8 for each bit; 32 for each party | 2 or 3 |
//! | [`AUTHENTICATED_OPERANDS`], [`AUTHENTICATED_MACS`], each chunk of a `call` | everybody to all | 1/4 for each AND gate and instance; 16 | 2 |
//! | [`AUTHENTICATED_TABLES`], each chunk of a `call` | garblers to the evaluator | 56 for each AND gate and instance, 48 more for each further garbler | 1 |
//! | [`AUTHENTICATED_OUTPUTS`], each `open` | everybody to the receivers | 8 for each bit; from the evaluator a bit, and 32 | 1 |
//!
//! A chunk has at most `BLOCK` gates: calls with fewer take three messages in a row, whatever their depth.
//!
//! *Preprocessing in batches.* A `prepare` makes at most one batch of `BLOCK` triples; a larger call makes the next when
//! the last is spent, so that memory does not grow with the circuit; what one leaves behind serves the next (`pool`).
//! Since batches are then checked after parties have computed with earlier ones, a failed check must not tell anything
//! about Deltas: `zero_test`.
//!
//! *Nothing but abort.* A check's outcome depends on masks and triples, which are independent of all inputs, but for
//! the gates' MACs: whether one fails depends on masked values of a gate's operands, which are uniform to the others.
//! Parties say nothing when they stop. With three parties and more a sum that is wrong does not say whose fault it is;
//! such an error names a disagreement and accuses nobody.
//!
//! *Why nothing is wrong.* The evaluator checks each gate's masked result when it has it (`tables`). A garbler's own
//! labels authenticate masked values to it, and its MACs authenticate masks, so each receiver checks its own output.
//!
//! *The caller guarantees*: all parties make the same calls; every `prepare` comes before what it is for (it adds to what
//! is left of earlier ones); values are boolean, and have at most 128 bits where they enter or leave.

mod bits;
mod buckets;
mod bundle;
mod call;
mod combination;
mod gates;
mod holdings;
mod inputs;
mod origin;
mod outputs;
mod pairs;
mod paper;
mod pieces;
mod pool;
mod preprocessing;
mod products;
mod shares;
mod stock;
mod tables;
mod wires;
mod zero_test;

pub(in crate::protocol) use origin::batches_bytes;
pub use origin::material_bytes;
pub(in crate::protocol) use pairs::{agreed_cost, directions};
pub use paper::{Paper, Shape};
pub use wires::Wires;

use quorate_circuits::number::Word;

use self::gates::Gates;
use self::origin::Origin;
use self::pool::Pool;
use self::preprocessing::{Batch, Made};
use self::products::KeyHashes;
use self::shares::Shares;
use self::stock::{Stock, Triples};
use super::yao::labels::bits_of;
use super::yao::recent::RecentSchedules;
use super::{CallRequest, Domain, Linear, OpenRequest, Pick, ProductRequest, Protocol, Session, ShareRequest};
use crate::crypto::{Block, GarblingHash, Transcript};
use crate::net::{ChannelError, ChannelFault, Network, PartyIndex, Phase, Step};
use crate::ot::{BaseOt, ReceiverCots, SenderCots};

/// The party that evaluates.
pub const EVALUATOR: PartyIndex = PartyIndex(0);

/// Differences that make a party's choices in OTs the same towards all.
pub const AUTHENTICATED_CHOICES: Step = Step::new("authenticated/choices");
/// Products of shares, under hashes of keys.
pub const AUTHENTICATED_PRODUCTS: Step = Step::new("authenticated/products");
/// Bits of the buckets, the combinations of all products and of all bits.
pub const AUTHENTICATED_OPENINGS: Step = Step::new("authenticated/openings");
/// Differences between products and random bits.
pub const AUTHENTICATED_CORRECTIONS: Step = Step::new("authenticated/corrections");
/// Terms of the zero test.
pub const AUTHENTICATED_TERMS: Step = Step::new("authenticated/terms");
/// Commitments, digests and MACs of what was opened.
pub const AUTHENTICATED_CONFIRMATION: Step = Step::new("authenticated/confirmation");
/// Shares of the zero test.
pub const AUTHENTICATED_ZERO_TEST: Step = Step::new("authenticated/zero-test");
/// Parts of the masks of inputs, to their owners.
pub const AUTHENTICATED_MASKS: Step = Step::new("authenticated/masks");
/// Masked inputs.
pub const AUTHENTICATED_INPUTS: Step = Step::new("authenticated/inputs");
/// Digests of the masked inputs that were heard.
pub const AUTHENTICATED_INPUT_ECHO: Step = Step::new("authenticated/input-echo");
/// Masked operands of AND gates.
pub const AUTHENTICATED_OPERANDS: Step = Step::new("authenticated/operands");
/// The MAC of all masked operands.
pub const AUTHENTICATED_MACS: Step = Step::new("authenticated/macs");
/// Garbled tables.
pub const AUTHENTICATED_TABLES: Step = Step::new("authenticated/tables");
/// Parts of the masks of outputs, and masked values.
pub const AUTHENTICATED_OUTPUTS: Step = Step::new("authenticated/outputs");

/// Triples of a batch, and gates of a chunk, at most: buckets of three are enough from some 371,000 on.
const BLOCK: usize = 3 << 17;
/// The chance that a batch is not what it should be, as a power of one half.
const STATISTICAL_BITS: u32 = 40;
/// Bytes of a MAC that is checked by itself.
const MAC_BYTES: usize = size_of::<u64>();

/// What a stretch of a plan consumes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// AND gates, each instance by itself.
    pub and_gates: usize,
    /// Bits of inputs, and random ones.
    pub bits: usize,
}

/// A party.
pub struct Authenticated {
    session: Session,
    base: BaseOt,
    origin: Origin,
    key_hashes: KeyHashes,
    /// The hashes of the garblers' labels, by party.
    hashes: Vec<GarblingHash>,
    triples: Stock<3>,
    bits: Stock<1>,
    /// What serves the next batch and the next chunk.
    pool: Pool,
    /// AND gates for which triples are still to be made.
    promised: usize,
    consumed: Demand,
    schedules: RecentSchedules,
    /// The next tweak of the garblers' hashes.
    next_tweak: u64,
    /// Openings so far.
    openings: u64,
}

impl Authenticated {
    /// A party before its first message.
    pub fn new(session: Session) -> Self {
        let (me, parties) = (session.network.me(), session.network.parties());
        let hash = |garbler: usize| {
            let mut transcript = Transcript::new("quorate 2026 authenticated garbling", &session.id);
            GarblingHash::new(transcript.append_party("garbler", PartyIndex(garbler)).block())
        };
        Self {
            key_hashes: KeyHashes::new(&session.id, me, parties),
            hashes: (0..parties).map(hash).collect(),
            session,
            base: BaseOt::default(),
            origin: Origin::Peers(None),
            triples: Stock::default(),
            bits: Stock::default(),
            pool: Pool::default(),
            promised: 0,
            consumed: Demand::default(),
            schedules: RecentSchedules::default(),
            next_tweak: 0,
            openings: 0,
        }
    }

    /// The same with this kind of base OT.
    #[must_use]
    pub fn based_on(mut self, base: BaseOt) -> Self {
        self.base = base;
        self
    }

    /// The kind of base OT.
    pub(in crate::protocol) fn base(&self) -> BaseOt {
        self.base
    }

    /// The session, when the protocol is over.
    pub fn into_session(self) -> Session {
        self.session
    }

    fn me(&self) -> PartyIndex {
        self.session.network.me()
    }

    /// How many parties there are.
    pub(in crate::protocol) fn parties(&self) -> usize {
        self.session.network.parties()
    }

    /// The session, for a protocol that has this one within.
    pub(in crate::protocol) fn own_session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Correlated OTs for a protocol that has this one within, in both directions with every peer, in order. This
    /// party's choices are the same towards all, as far as it follows the protocol.
    ///
    /// # Errors
    /// Those of the extension.
    pub(in crate::protocol) async fn correlated(
        &mut self,
        step: Step,
        count: usize,
    ) -> Result<(Vec<SenderCots>, Vec<ReceiverCots>), ChannelError> {
        let Origin::Peers(Some(pairs)) = &mut self.origin else { panic!("made with peers that are set up") };
        pairs.correlated(&mut self.session, step, count).await
    }

    fn delta(&self) -> Block {
        self.origin.delta().expect("the first prepare comes before anything else")
    }

    /// Kinds of labels of a wire: the masked value and all garblers' labels, or one's own.
    fn label_kinds(&self) -> usize {
        if self.me() == EVALUATOR { self.parties() } else { 1 }
    }

    /// Makes `bits` random bits, and as many triples as are promised and may be made at once, with a bit for each; or reads
    /// them.
    async fn make(&mut self, bits: usize) -> Result<(), ChannelError> {
        let triples = self.promised.min(BLOCK);
        if triples + bits == 0 {
            return Ok(());
        }
        let me = self.me();
        if !self.read_batch(triples, bits).map_err(|fault| fault.of(me))? {
            self.make_batch(triples, bits).await?;
        }
        self.promised -= triples;
        self.tidy();
        Ok(())
    }

    async fn make_batch(&mut self, triples: usize, bits: usize) -> Result<(), ChannelError> {
        let phase = self.session.network.phase();
        self.session.network.enter(Phase::Preprocessing);
        let batch = Batch::new(self.parties(), triples, bits);
        let Self { session, origin: Origin::Peers(Some(pairs)), key_hashes, pool, .. } = self else {
            panic!("the first prepare comes before anything else")
        };
        let Made { triples: made, results, bits } = batch.make(session, pairs, key_hashes, pool).await?;
        if let Some(Triples { x, y, z }) = made {
            self.triples.add([x, y, z]);
        }
        // Bits of inputs are taken first, so that the others are the masks of as many gates.
        self.bits.add([bits]);
        self.bits.add([results]);
        self.session.network.enter(phase);
        Ok(())
    }

    /// So many gates, with masks of their results and as many triples in stock.
    async fn begin(&mut self, gates: usize) -> Result<Gates, ChannelError> {
        while self.triples.left() < gates && self.promised > 0 {
            self.make(0).await?;
        }
        let parties = self.parties();
        let [masks] = self.bits.take(parties, gates, &mut self.pool);
        self.consumed.and_gates += gates;
        Ok(Gates::new(parties, masks, &mut self.pool))
    }

    fn take_bits(&mut self, count: usize) -> Shares {
        self.consumed.bits += count;
        // They become wires, which are of no more blocks than they have bits.
        let [bits] = self.bits.take(self.parties(), count, &mut Pool::default());
        bits
    }

    /// Gives memory back when no batch is to come.
    fn tidy(&mut self) {
        if self.promised == 0 {
            self.pool.clear();
        }
    }
}

/// What a failed check of a sum is: with two parties it is the other one's fault, with more nobody's in particular.
fn deviation(network: &Network, step: Step, what: &'static str) -> ChannelError {
    let fault = if network.parties() == 2 { ChannelFault::CheckFailed(what) } else { ChannelFault::Disagreement(what) };
    let peer = PartyIndex(usize::from(network.me().0 == 0));
    ChannelError { peer, step, fault }
}

/// The answer to a call that arithmetic sharings have and garbling does not.
fn boolean_values_only() -> ! {
    panic!("the planner gives authenticated garbling boolean values only")
}

/// Bits of an element.
fn width_of(domain: Domain) -> u32 {
    match domain {
        Domain::Boolean { width } => width,
        Domain::Arithmetic => boolean_values_only(),
    }
}

impl Protocol for Authenticated {
    type Share = Wires;
    type Demand = Demand;

    fn session(&mut self) -> Option<&mut Session> {
        Some(&mut self.session)
    }

    fn take_consumed(&mut self) -> Demand {
        std::mem::take(&mut self.consumed)
    }

    async fn prepare(&mut self, demand: &Demand) -> Result<(), ChannelError> {
        self.set_up().await?;
        self.session.network.enter(Phase::Online);
        self.promised += demand.and_gates;
        self.make(demand.bits).await
    }

    fn length(&self, share: &Wires) -> usize {
        share.length()
    }

    fn duplicate(&self, share: &Wires) -> Wires {
        share.duplicate()
    }

    /// What everybody knows needs no mask.
    fn public(&mut self, domain: Domain, words: &[Word]) -> Wires {
        let width = width_of(domain);
        let values: Vec<bool> = bits_of(words, width).collect();
        let labels = self.known_labels(values.len(), |place| values[place]);
        Wires::new(width, words.len(), Shares::zeros(self.parties(), values.len()), labels)
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Wires>, ChannelError> {
        self.share_all(requests).await
    }

    /// Masks of the masked value 0.
    fn random_bits(&mut self, width: u32, length: usize) -> Wires {
        let masks = self.take_bits(width as usize * length);
        let labels = self.known_labels(masks.len(), |_| false);
        Wires::new(width, length, masks, labels)
    }

    fn linear(&mut self, _: Linear<'_, Wires>) -> Wires {
        boolean_values_only()
    }

    fn pick(&mut self, share: &Wires, pick: &Pick) -> Wires {
        share.pick(pick)
    }

    fn regroup(&mut self, share: &Wires, width: u32) -> Wires {
        share.regroup(width)
    }

    fn concatenate(&mut self, shares: &[&Wires]) -> Wires {
        Wires::concatenate(shares)
    }

    async fn multiply(&mut self, _: &[ProductRequest<'_, Wires>]) -> Result<Vec<Wires>, ChannelError> {
        boolean_values_only()
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Wires>]) -> Result<Vec<Vec<Wires>>, ChannelError> {
        self.evaluate(requests).await
    }

    async fn addends(&mut self, _: &[(&Wires, u32)]) -> Result<Vec<Vec<Wires>>, ChannelError> {
        boolean_values_only()
    }

    async fn to_arithmetic(&mut self, _: &[(&Wires, bool)]) -> Result<Vec<Wires>, ChannelError> {
        boolean_values_only()
    }

    async fn open(&mut self, requests: &[OpenRequest<'_, Wires>]) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        self.open_all(requests).await
    }
}

#[cfg(test)]
mod tests;
