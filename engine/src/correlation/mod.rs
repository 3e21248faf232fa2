//! Correlated randomness from oblivious transfer, for n parties of whom n - 1 may be corrupted, without a dealer:
//! bit triples, random products of ring elements and tables, daBits.
//!
//! Whoever asks for it gets the same from a [dealer] instead, who is then trusted not to collude with anybody. What
//! follows is about transfers.
//!
//! *Claim.* Semi-honest; computational security is that of [`crate::ot`], there is no statistical error.
//!
//! Every product of shared operands is a sum of products of one party's part with another's, and each of those takes
//! OTs between the two, for bits (Asharov, Lindell, Schneider and Zohner 2013, section 5), for ring elements and
//! tables (Gilboa 1999). The *chooser* of the OTs enters its factor bit by bit, the *sender* its entries. Element by
//! element and for bits, a pair uses one direction for both of its products: the lower party sends. For a table of
//! several rows the holder of the column chooses, so that a factor's bits are transferred once for all rows.
//!
//! *Cost*, exact in [`CorrelationsOnPaper`]; k is the ring's width. An OT takes 31 bits (and those of [`crate::ot`]
//! that are sacrificed) and one bit for its choice from the chooser, and the message from the sender:
//!
//! | what | OTs for each pair | message |
//! |---|---|---|
//! | bit triple | 2 | 2 bits |
//! | product, both operands shared | 2 k | k (k + 1) / 8 B |
//! | product, operands held by one party each | k between these two alone | k (k + 1) / 16 B |
//! | table of r rows, c columns | k c for each ordered pair of holders | r c k (k + 1) / 16 B |
//! | daBit | 1 | k bits |
//!
//! Two parties make large demands of bit triples and element-wise products otherwise, at a fraction of the OTs' bytes and
//! half of the messages' for each party: see `streamed`.
//!
//! What is made may be written out and read back by a later session of the same parties, which then sends nothing of
//! this: see `material`.
//!
//! A demand is made chunk by chunk, in memory that does not grow with it. A chunk is five messages deep and, if it
//! has daBits, n - 1 more.
//!
//! *The caller guarantees* that all parties ask for the same demands in the same order. What is consumed is moved
//! out of the store; asking for more than was prepared is the caller's error and panics.

mod bit_product;
mod chunk;
mod dabit;
pub mod dealer;
mod demand;
mod gilboa;
mod holdings;
mod make;
mod material;
mod on_paper;
mod ring;
mod secret;
mod store;
mod streamed;
mod table;
mod transfer;

use std::collections::BTreeSet;

pub use crate::net::MaterialFault;
pub use dabit::DaBits;
pub use demand::{Demand, Holders, ProductKind};
pub use material::{MaterialSink, MaterialSource};
pub(crate) use material::{next, put};
pub use on_paper::CorrelationsOnPaper;
pub use ring::{RingElement, elements_of};
pub use secret::SecretVec;
pub use store::{BitTriples, ProductShares};
pub use table::{Dimensions, add_products};
pub use transfer::CHOICES;

use self::chunk::{Chunk, Direction, cut, directions};
use self::make::Making;
use self::store::Store;
use self::streamed::split;
use self::transfer::{Pads, Transfers};
use crate::crypto::{Prg, Random, SessionId};
use crate::net::{ChannelError, Network, PartyIndex, Step};
use crate::ot::BaseOt;

/// From sender to chooser: the corrections of bit triples and products.
pub const PRODUCTS: Step = Step::new("correlation/products");
/// From sender to chooser: one step of the daBits' fold.
pub const DABITS: Step = Step::new("correlation/dabits");

/// A party's correlated randomness: where it comes from, and what is there and not yet consumed.
pub struct Correlations<R: RingElement> {
    source: Source,
    store: Store<R>,
}

/// Where correlated randomness comes from.
enum Source {
    /// From transfers between every two parties.
    Transfers(Box<Transferring>),
    /// From a dealer: this party's stream, once it has one.
    Dealer(Option<Box<Prg>>),
    /// It was made in an earlier session.
    Prepared(Box<dyn MaterialSource>),
}

/// Transfers, and what they start from.
#[derive(Default)]
struct Transferring {
    /// Directions that are set up, of all pairs, so that every party knows when a set-up takes place.
    set_up: BTreeSet<Direction>,
    transfers: Transfers,
    base: BaseOt,
}

impl<R: RingElement> Correlations<R> {
    /// None yet, for party `me`, from transfers.
    pub fn new(me: PartyIndex) -> Self {
        Self { source: Source::Transfers(Box::default()), store: Store::new(me) }
    }

    /// None yet, for party `me`, from a [dealer].
    pub fn dealt(me: PartyIndex) -> Self {
        Self { source: Source::Dealer(None), store: Store::new(me) }
    }

    /// The same with material of an earlier session: nothing is set up and made, [`Self::refill`] reads instead.
    #[must_use]
    pub fn prepared_by(self, source: Box<dyn MaterialSource>) -> Self {
        Self { source: Source::Prepared(source), ..self }
    }

    /// The same with this kind of base OT, where there are transfers.
    #[must_use]
    pub fn based_on(mut self, base: BaseOt) -> Self {
        if let Source::Transfers(transferring) = &mut self.source {
            transferring.base = base;
        }
        self
    }

    /// Whether something has to be set up for `demand`: transfers of some pair of parties, this one or others, or the
    /// dealer's streams.
    pub fn needs_set_up(&self, demand: &Demand, parties: usize) -> bool {
        match &self.source {
            Source::Transfers(from) => !needed(demand, parties, (R::BITS, from.base)).is_subset(&from.set_up),
            Source::Dealer(stream) => stream.is_none() && !demand.is_empty(),
            Source::Prepared(_) => false,
        }
    }

    /// Sets up what `demand` needs and what is missing. All parties call it at the same point.
    ///
    /// # Errors
    /// The channels'; a malformed message of a set-up.
    pub async fn set_up(
        &mut self,
        net: &mut Network,
        random: &mut Random,
        session: &SessionId,
        demand: &Demand,
    ) -> Result<(), ChannelError> {
        match &mut self.source {
            Source::Transfers(from) => {
                let missing = &needed(demand, net.parties(), (R::BITS, from.base)) - &from.set_up;
                from.transfers.set_up(net, random, session, from.base, &missing).await?;
                from.set_up.extend(missing);
            }
            Source::Dealer(stream) => *stream = Some(Box::new(dealer::take_seed(net, session).await?)),
            Source::Prepared(_) => {}
        }
        Ok(())
    }

    /// Reads all of `demand` into the store, if it was made in an earlier session.
    ///
    /// # Errors
    /// If it is not there, or was altered.
    pub fn refill(&mut self, demand: &Demand) -> Result<(), MaterialFault> {
        match &mut self.source {
            Source::Transfers(_) | Source::Dealer(_) => Ok(()),
            Source::Prepared(source) => self.store.read(demand, &mut **source),
        }
    }

    /// Moves all of `demand`, which was made and nothing else since, out into `sink`, for a later session.
    ///
    /// # Errors
    /// The sink's.
    pub fn put_aside(&mut self, demand: &Demand, sink: &mut dyn MaterialSink) -> Result<(), MaterialFault> {
        self.store.write(demand, sink)
    }

    /// Makes all of `demand` and adds it to the store, unless it comes from an earlier session. All parties call it at
    /// the same point, after the set-up.
    ///
    /// # Errors
    /// The channels'; a failed check of an OT extension.
    ///
    /// # Panics
    /// If there was no set-up.
    pub async fn make(&mut self, net: &mut Network, random: &mut Random, demand: &Demand) -> Result<(), ChannelError> {
        let from = match &mut self.source {
            Source::Transfers(from) => from,
            Source::Dealer(stream) => {
                let stream = stream.as_mut().expect("a set-up comes before what is made");
                return dealer::take(net, stream, &mut self.store, demand).await;
            }
            Source::Prepared(_) => return Ok(()),
        };
        let parted = split(demand, net.parties(), (R::BITS, from.base));
        let demand = parted.as_ref().map_or(demand, |(_, rest)| rest);
        if let Some((streamed, _)) = &parted {
            streamed::make((net, random), (&mut from.transfers, &mut self.store), streamed).await?;
        }
        for chunk in cut(demand, net.parties(), R::BITS) {
            make_chunk((net, random), (&mut from.transfers, &mut self.store), &chunk).await?;
        }
        Ok(())
    }

    /// Moves bit triples out of the store.
    pub fn take_bits(&mut self, words: usize) -> BitTriples {
        self.store.take_bits(words)
    }

    /// Moves random products out of the store.
    pub fn take_products(&mut self, kind: ProductKind, instances: usize) -> ProductShares<R> {
        self.store.take_products(kind, instances)
    }

    /// Moves daBits out of the store.
    pub fn take_dabits(&mut self, words: usize) -> DaBits<R> {
        self.store.take_dabits(words)
    }
}

async fn make_chunk<R: RingElement>(
    (net, random): (&mut Network, &mut Random),
    (transfers, store): (&mut Transfers, &mut Store<R>),
    chunk: &Chunk,
) -> Result<(), ChannelError> {
    let (me, parties) = (net.me(), net.parties());
    let mut making = Making::begin(me, parties, chunk, random);
    let words = chunk.ot_words(parties, R::BITS);
    let pads = transfers.run(net, random, &words, &making.choices()).await?;
    exchange_products(net, chunk, &mut making, &pads).await?;
    if chunk.dabit_words > 0 {
        fold_dabits(net, chunk, &mut making, &pads).await?;
    }
    making.finish(store);
    Ok(())
}

/// All directions in which a demand needs OTs, in a ring of so many bits and with base OTs of a kind.
fn needed(demand: &Demand, parties: usize, of: (usize, BaseOt)) -> BTreeSet<Direction> {
    match split(demand, parties, of) {
        Some((streamed, rest)) => &streamed.directions() | &directions(&rest, parties),
        None => directions(demand, parties),
    }
}

async fn exchange_products<R: RingElement>(
    net: &mut Network,
    chunk: &Chunk,
    making: &mut Making<'_, R>,
    pads: &Pads,
) -> Result<(), ChannelError> {
    let (me, parties) = (net.me(), net.parties());
    let messages = making.messages(pads);
    let outgoing: Vec<Option<&[u8]>> = (0..parties).map(|p| messages.get(&PartyIndex(p)).map(Vec::as_slice)).collect();
    let mut lengths = vec![None; parties];
    for ((sender, chooser), bytes) in chunk.message_bytes(parties, R::BITS) {
        if chooser == me {
            lengths[sender.0] = Some(bytes);
        }
    }
    let incoming = net.scatter(PRODUCTS, &outgoing, &lengths).await?;
    making.absorb(pads, &incoming);
    Ok(())
}

/// Step after step: every party but the first is the chooser of one.
async fn fold_dabits<R: RingElement>(
    net: &mut Network,
    chunk: &Chunk,
    making: &mut Making<'_, R>,
    pads: &Pads,
) -> Result<(), ChannelError> {
    let me = net.me();
    for chooser in (1..net.parties()).map(PartyIndex) {
        if me < chooser {
            net.send(chooser, DABITS, &making.fold(chooser, pads)).await?;
        }
        if me == chooser {
            let bytes = 64 * chunk.dabit_words * R::BYTES;
            let lengths: Vec<_> = (0..net.parties()).map(|p| (p < me.0).then_some(bytes)).collect();
            let incoming = net.scatter(DABITS, &vec![None; net.parties()], &lengths).await?;
            (0..me.0).for_each(|p| making.absorb_fold(PartyIndex(p), pads, &incoming[p]));
        }
    }
    Ok(())
}
