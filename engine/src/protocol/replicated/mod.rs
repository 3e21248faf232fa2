//! Replicated secret sharing among three parties, one of whom may be corrupted: integers modulo 2^64 or 2^128, and bits
//! (Araki, Furukawa, Lindell, Nof, Ohara, "High-Throughput Semi-Honest Secure Three-Party Computation with an Honest
//! Majority", CCS 2016).
//!
//! A vector is the sum (of bits, the XOR) of three components. Party `i` holds components `i` and `i + 1`, counted
//! round; each component is held by two parties, and no party holds all three. Two parties in common have a key, whose
//! streams are components that need not be sent.
//!
//! *Two claims.* [`Replicated::new`] makes a party that trusts the others to follow the protocol: semi-honest, one of
//! three corrupted. Computational security is that of AES and BLAKE3; nothing is statistical: all arithmetic wraps in
//! its ring and every mask is uniform. [`Replicated::verified`] makes one that believes nothing: malicious, one of three
//! corrupted, with abort. It computes on bits and modulo 2^64; what it sends for AND gates, products and conversions it
//! proves, in chunks of some four million gates or a hundred thousand products and before anything is opened (the modules
//! `proof` and `integers`). It sorts by networks.
//!
//! *Why that suffices.* What a party shares, it tells one other alone, so there is nothing to be inconsistent about. Each
//! component of a product is a message to the one other party that holds it, which is proven to be right; likewise what is
//! sent for a conversion. An opened
//! component is known to two parties, and both have to say the same. Nothing else is sent. A wrong half of a key changes
//! what its sender holds, and no more than that.
//!
//! | step | who | bytes | depth |
//! |---|---|---|---|
//! | [`REPLICATED_SEEDS`], once | everybody to everybody | 16 | 1 |
//! | `public`, `linear`, `pick`, `regroup`, `concatenate`, `random_bits`, `addends` | | 0 | 0 |
//! | [`REPLICATED_INPUTS`], `share` | the owner to the party after | the vector | 1 |
//! | [`REPLICATED_PRODUCTS`], `multiply` | everybody to the party before | an element for each result | 1 |
//! | the same of one party's own factors | it to the party after | an element for each result | 1 |
//! | [`REPLICATED_ANDS`], `call` | everybody to the party before | 1 bit for each AND gate and instance | 1 for each layer |
//! | [`REPLICATED_CONVERSION`], `to_arithmetic` | party 1 to party 2 | at most an element for each bit | 1 |
//! | [`REPLICATED_CONVERTED`] | parties 2 and 3 to each other | an element for each element | 1 |
//! | of verified parties' own bits | the owner to the party after | an element for each element | |
//! | [`REPLICATED_SORT`], `sort` (its module has the messages) | everybody to everybody | some for each bit | 5 for each digit |
//! | [`REPLICATED_OUTPUTS`], `open` | the party after a receiver to it | the vector | 1 |
//! | the same of verified parties | the party before a receiver to it | 32 | |
//! | `proof`, of verified parties, every 2^22 gates or 2^17 products and before `open` | everybody to everybody | some kB | 5 |
//!
//! *Known vectors.* What one party shared, and what comes of it linearly, that party goes on knowing
//! ([`Holder::Party`]): its products are its own to compute, and it is sent nothing when they are opened to it. Of a verified
//! party nobody would believe such a product, so it is everybody's; but of its bits, too, it is kept in mind that it knows
//! them, and what numbers they are it proves alone. Public vectors cost nothing at all.
//!
//! *What nothing reveals.* Whatever leaves a party is masked by a stream that its receiver has not, used this once; an
//! opened component is what its receiver could compute from the value.
//!
//! *The caller guarantees*: all parties make the same calls; a first `prepare` comes before them; boolean vectors are
//! of at most 128 bits where they enter or leave.

mod circuit;
mod convert;
mod holdings;
mod input;
mod integers;
mod keys;
mod linear;
mod low_bytes;
mod matrix;
mod messages;
mod multiply;
mod open;
mod own_bits;
mod paper;
mod proof;
mod recorded;
mod share;
mod sort;

use quorate_circuits::number::Word;

pub use paper::Paper;
pub use share::Share;
pub(crate) use sort::{BYTES_OF_A_ROUND, sort_weight};

use self::keys::Keys;
use self::proof::Record;
use self::share::{Pair, Part};
use super::vector::Planes;
use super::{
    CallRequest, Domain, Holder, Linear, OpenRequest, Pick, ProductRequest, Protocol, Session, Shape, ShareRequest,
    SortRequest,
};
use crate::correlation::{RingElement, SecretVec};
use crate::net::{ChannelError, PartyIndex, Phase, Step};

/// Each party's half of the keys that it has in common with the two others.
pub const REPLICATED_SEEDS: Step = Step::new("replicated/seeds");
/// A component of what a party shares.
pub const REPLICATED_INPUTS: Step = Step::new("replicated/inputs");
/// Masked addends of products.
pub const REPLICATED_PRODUCTS: Step = Step::new("replicated/products");
/// Masked addends of a layer's AND gates.
pub const REPLICATED_ANDS: Step = Step::new("replicated/ands");
/// A component of the sums of two of a bit's components.
pub const REPLICATED_CONVERSION: Step = Step::new("replicated/conversion");
/// Masked terms of elements that were bits.
pub const REPLICATED_CONVERTED: Step = Step::new("replicated/converted");
/// What is sorted, in a step of a sort.
pub const REPLICATED_SORT: Step = Step::new("replicated/sort");
/// The components that receivers lack.
pub const REPLICATED_OUTPUTS: Step = Step::new("replicated/outputs");

/// Proofs of AND gates and of equations of numbers, and their challenges.
pub const REPLICATED_PROOF: Step = Step::new("replicated/proof");
/// What one verifier of a proof tells the other.
pub const REPLICATED_CHECK: Step = Step::new("replicated/check");
/// That all proofs held.
pub const REPLICATED_VERDICT: Step = Step::new("replicated/verdict");

/// How many parties there are.
const PARTIES: usize = 3;

/// A party, with `Wrapping<u64>` or `Wrapping<u128>` as its ring's elements.
pub struct Replicated<R: RingElement> {
    session: Session,
    keys: Option<Keys>,
    /// What is to be proven, of verified parties.
    record: Option<Record>,
    ring: std::marker::PhantomData<R>,
}

/// The party after one.
fn next(party: PartyIndex) -> PartyIndex {
    PartyIndex((party.0 + 1) % PARTIES)
}

/// The party before one.
fn previous(party: PartyIndex) -> PartyIndex {
    PartyIndex((party.0 + PARTIES - 1) % PARTIES)
}

/// Words modulo the ring.
fn elements<R: RingElement>(words: &[Word]) -> SecretVec<R> {
    words.iter().map(|word| R::from_word(*word)).collect::<Vec<_>>().into()
}

impl<R: RingElement> Replicated<R> {
    /// A party before its first message.
    ///
    /// # Panics
    /// If there are not three.
    pub fn new(session: Session) -> Self {
        assert_eq!(session.network.parties(), PARTIES, "replicated sharing is for three parties");
        Self { session, keys: None, record: None, ring: std::marker::PhantomData }
    }

    /// A party whose products are proven, and who believes no other's that is not.
    ///
    /// # Panics
    /// If there are not three.
    pub fn verified(session: Session) -> Self {
        Self { record: Some(Record::default()), ..Self::new(session) }
    }

    /// The session, when the protocol is over.
    pub fn into_session(self) -> Session {
        self.session
    }

    fn me(&self) -> PartyIndex {
        self.session.network.me()
    }

    fn keys(&mut self) -> &mut Keys {
        self.keys.as_mut().expect("the first prepare comes before anything is shared")
    }
}

impl<R: RingElement> Protocol for Replicated<R> {
    type Share = Share<R>;
    /// There is no correlated randomness beside the keys.
    type Demand = ();

    fn session(&mut self) -> Option<&mut Session> {
        Some(&mut self.session)
    }

    fn take_consumed(&mut self) {}

    async fn prepare(&mut self, (): &()) -> Result<(), ChannelError> {
        let Session { id, network, random, .. } = &mut self.session;
        if self.keys.is_none() {
            network.enter(Phase::SetUp);
            self.keys = Some(Keys::agree(network, random, id).await?);
        }
        network.enter(Phase::Online);
        Ok(())
    }

    fn length(&self, share: &Share<R>) -> usize {
        share.shape.length
    }

    fn duplicate(&self, share: &Share<R>) -> Share<R> {
        share.duplicate()
    }

    fn public(&mut self, domain: Domain, words: &[Word]) -> Share<R> {
        let part = match domain {
            Domain::Arithmetic => Part::Arithmetic(Pair::new(elements(words), SecretVec::default())),
            Domain::Boolean { width } => {
                let zeros = || Planes::zeros(width as usize, words.len());
                let mut pair = Pair::new(zeros(), zeros());
                if let Some(component) = pair.component(self.me(), share::carrier(Holder::Shared)) {
                    *component = Planes::of_elements(width as usize, words);
                }
                Part::Boolean(pair)
            }
        };
        Share { shape: Shape::public(domain, words.len()), part }
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Share<R>>, ChannelError> {
        self.shared(requests).await
    }

    fn random_bits(&mut self, width: u32, length: usize) -> Share<R> {
        let width = width as usize;
        let keys = self.keys();
        let [first, second] = [&mut keys.first, &mut keys.second].map(|streams| {
            let mut words = SecretVec::zeros(width * length.div_ceil(64));
            streams.random.fill_u64(&mut words);
            Planes::from_words(width, length, words)
        });
        Share::boolean(width, length, Pair::new(first, second))
    }

    fn linear(&mut self, operation: Linear<'_, Share<R>>) -> Share<R> {
        self.linear_of(&operation)
    }

    fn pick(&mut self, share: &Share<R>, pick: &Pick) -> Share<R> {
        self.picked(share, pick)
    }

    fn regroup(&mut self, share: &Share<R>, width: u32) -> Share<R> {
        self.regrouped(share, width)
    }

    fn concatenate(&mut self, shares: &[&Share<R>]) -> Share<R> {
        self.joined(shares)
    }

    async fn multiply(&mut self, requests: &[ProductRequest<'_, Share<R>>]) -> Result<Vec<Share<R>>, ChannelError> {
        self.products(requests).await
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Share<R>>]) -> Result<Vec<Vec<Share<R>>>, ChannelError> {
        self.evaluate(requests).await
    }

    async fn addends(&mut self, requests: &[(&Share<R>, u32)]) -> Result<Vec<Vec<Share<R>>>, ChannelError> {
        Ok(requests.iter().map(|(share, width)| self.addends_of(share, *width as usize)).collect())
    }

    async fn to_arithmetic(&mut self, requests: &[(&Share<R>, bool)]) -> Result<Vec<Share<R>>, ChannelError> {
        self.arithmetic_of(requests).await
    }

    async fn sort(&mut self, requests: &[SortRequest<'_, Share<R>>]) -> Result<Vec<Vec<Share<R>>>, ChannelError> {
        assert!(self.record.is_none(), "plans of verified parties sort by networks: nobody could prove a permutation");
        self.sorted(requests).await
    }

    async fn open(&mut self, requests: &[OpenRequest<'_, Share<R>>]) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        self.opened(requests).await
    }
}
