//! Additive secret sharing among 2 to 64 parties, of whom all but one may collude: integers modulo 2^64 or 2^128,
//! and bits.
//!
//! An arithmetic vector is the sum of the parties' shares, a boolean one the XOR of theirs. Multiplication spends
//! random products (Beaver 1991), AND gates spend bit triples (Goldreich, Micali and Wigderson 1987), both made from
//! OT without a dealer ([`crate::correlation`]); or, if that is asked for, by a dealer
//! ([`crate::correlation::dealer`]), one party more that is trusted not to collude with anybody.
//!
//! *Claim.* Semi-honest, n - 1 of n corrupted. Computational security is that of OT, AES and BLAKE3; nothing is
//! statistical: all arithmetic wraps in its ring and every mask is uniform.
//!
//! | step | who | bytes to each | depth |
//! |---|---|---|---|
//! | [`ADDITIVE_SEEDS`], once, then the set-up of the OTs in use, or the dealer's | everybody | 16 | 1 |
//! | making of correlations, see [`crate::correlation`] | | | |
//! | `share`, `public`, `linear`, `pick`, `regroup`, `concatenate`, `random_bits`, `addends` | | 0 | 0 |
//! | [`ADDITIVE_PRODUCTS`], `multiply` | who has a part of a factor, to who has one of the other | its elements | 1 |
//! | [`ADDITIVE_ANDS`], `call` | everybody | 2 bits for each AND gate and instance | 1 for each layer |
//! | [`ADDITIVE_CONVERSION`], `to_arithmetic` | everybody | 1 bit for each bit | 1 |
//! | [`ADDITIVE_OUTPUTS`], `open` | everybody to the receivers | the vector | 1 |
//!
//! *Held vectors.* An arithmetic vector stays with its owner ([`Holder::Party`]) until it meets another's: products of
//! two held vectors then concern two parties alone, and a party multiplies its own by itself. Public vectors cost
//! nothing at all.
//!
//! *What nothing reveals.* Whatever leaves a party is masked by a random product, triple, daBit or sharing of zero
//! that is used this once; it was moved out of its store. An opened vector is shared afresh by a sharing of zero, so
//! that receivers see the sum and no more.
//!
//! *The caller guarantees*: all parties make the same calls; a first `prepare` comes before them, and what is
//! consumed was prepared; boolean vectors are of at most 128 bits where they enter or leave.

mod convert;
mod gmw;
mod holdings;
mod linear;
mod open;
mod paper;
mod product;
mod seeds;
mod share;
mod tiling;

use quorate_circuits::number::Word;

pub use paper::Paper;
pub use seeds::ADDITIVE_SEEDS;
pub use share::Share;

use self::seeds::Seeds;
use self::share::Part;
use super::{
    CallRequest, Domain, Holder, Linear, OpenRequest, Pick, ProductRequest, Protocol, Session, Shape, ShareRequest,
};
use crate::correlation::{Correlations, Demand, MaterialSource, RingElement, SecretVec};
use crate::net::{ChannelError, PartyIndex, Phase, Step};
use crate::ot::BaseOt;
use crate::protocol::vector::Planes;

/// Masked factors.
pub const ADDITIVE_PRODUCTS: Step = Step::new("additive/products");
/// Masked operands of a layer's AND gates.
pub const ADDITIVE_ANDS: Step = Step::new("additive/ands");
/// Masked bits that become ring elements.
pub const ADDITIVE_CONVERSION: Step = Step::new("additive/conversion");
/// Shares of opened vectors.
pub const ADDITIVE_OUTPUTS: Step = Step::new("additive/outputs");

/// A party, with `Wrapping<u64>` or `Wrapping<u128>` as its ring's elements.
pub struct Additive<R: RingElement> {
    session: Session,
    seeds: Option<Seeds>,
    correlations: Correlations<R>,
    consumed: Demand,
}

/// Bits of a boolean vector that count in a ring of `ring_bits` bits; higher ones weigh nothing there.
fn convertible_bits(shape: Shape, ring_bits: usize) -> usize {
    shape.width().min(ring_bits) * shape.length
}

impl<R: RingElement> Additive<R> {
    /// A party before its first message.
    pub fn new(session: Session) -> Self {
        let correlations = Correlations::new(session.network.me());
        Self { session, seeds: None, correlations, consumed: Demand::default() }
    }

    /// The same with a dealer if there is one: then it is the last party of the session, and takes no other part.
    #[must_use]
    pub fn dealt(mut self, is_dealt: bool) -> Self {
        if is_dealt {
            let network = &mut self.session.network;
            network.narrow(network.parties() - 1);
            self.correlations = Correlations::dealt(network.me());
        }
        self
    }

    /// The same with this kind of base OT.
    #[must_use]
    pub fn based_on(mut self, base: BaseOt) -> Self {
        self.correlations = self.correlations.based_on(base);
        self
    }

    /// The same with correlated randomness of an earlier session: it is read, not made.
    #[must_use]
    pub fn prepared_by(mut self, source: Box<dyn MaterialSource>) -> Self {
        self.correlations = self.correlations.prepared_by(source);
        self
    }

    /// The session, when the protocol is over.
    pub fn into_session(mut self) -> Session {
        self.session.network.widen();
        self.session
    }

    fn me(&self) -> PartyIndex {
        self.session.network.me()
    }

    fn parties(&self) -> usize {
        self.session.network.parties()
    }

    fn seeds(&mut self) -> &mut Seeds {
        self.seeds.as_mut().expect("the first prepare comes before anything is shared")
    }

    async fn set_up(&mut self, demand: &Demand) -> Result<(), ChannelError> {
        let Session { id, network, random, .. } = &mut self.session;
        if self.seeds.is_none() {
            network.enter(Phase::SetUp);
            self.seeds = Some(Seeds::agree(network, random, id).await?);
        }
        if self.correlations.needs_set_up(demand, network.parties()) {
            network.enter(Phase::SetUp);
            self.correlations.set_up(network, random, id, demand).await?;
        }
        Ok(())
    }

    fn share_one(&mut self, request: &ShareRequest<'_>) -> Share<R> {
        let ShareRequest { owner, domain, length, words } = *request;
        let words = words.unwrap_or(&[]);
        assert_eq!(words.len(), if owner == self.me() { length } else { 0 }, "the owner's words, and nobody else's");
        let part = match domain {
            Domain::Arithmetic => Part::Arithmetic(elements(words)),
            Domain::Boolean { width } => {
                let mine = Planes::of_elements(width as usize, words);
                let count = width as usize * length.div_ceil(64);
                let share = self.seeds().share_bits(owner, count, mine.words());
                Part::Boolean(Planes::from_words(width as usize, length, share))
            }
        };
        Share { shape: Shape::shared_by(owner, domain, length), part }
    }
}

/// Words modulo the ring.
fn elements<R: RingElement>(words: &[Word]) -> SecretVec<R> {
    words.iter().map(|word| R::from_word(*word)).collect::<Vec<_>>().into()
}

impl<R: RingElement> Protocol for Additive<R> {
    type Share = Share<R>;
    type Demand = Demand;

    fn session(&mut self) -> Option<&mut Session> {
        Some(&mut self.session)
    }

    fn take_consumed(&mut self) -> Demand {
        std::mem::take(&mut self.consumed)
    }

    async fn prepare(&mut self, demand: &Demand) -> Result<(), ChannelError> {
        let me = self.me();
        self.correlations.refill(demand).map_err(|fault| fault.of(me))?;
        self.set_up(demand).await?;
        let Session { network, random, .. } = &mut self.session;
        if !demand.is_empty() {
            network.enter(Phase::Preprocessing);
            self.correlations.make(network, random, demand).await?;
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
            Domain::Arithmetic => Part::Arithmetic(elements(words)),
            Domain::Boolean { width } if self.me().0 == 0 => Part::Boolean(Planes::of_elements(width as usize, words)),
            Domain::Boolean { width } => Part::Boolean(Planes::zeros(width as usize, words.len())),
        };
        Share { shape: Shape::public(domain, words.len()), part }
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Share<R>>, ChannelError> {
        Ok(requests.iter().map(|request| self.share_one(request)).collect())
    }

    fn random_bits(&mut self, width: u32, length: usize) -> Share<R> {
        let width = width as usize;
        let words = SecretVec::random(width * length.div_ceil(64), &mut self.session.random);
        Share::boolean(width, length, Planes::from_words(width, length, words))
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

    async fn open(&mut self, requests: &[OpenRequest<'_, Share<R>>]) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        self.opened(requests).await
    }
}
