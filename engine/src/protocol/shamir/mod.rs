//! Shamir's secret sharing among 3 to 9 parties, fewer than half of whom may do anything: integers modulo 2^64, and bits.
//!
//! A number is the value at zero of a polynomial of degree `t`, `t` the greatest number below half of the parties, over a Galois
//! ring ([`crate::galois`]: Abspoel, Cramer, Damgård, Escudero and Yuan, TCC 2019, ePrint 2019/872); a bit the same over
//! GF(2^d). The share of party `p` is the value at point `p + 1`.
//!
//! | what | from which paper |
//! |---|---|
//! | sharings of random values and of inputs without a chance to deal wrongly (`keys`, `inputs`) | Cramer, Damgård and Ishai, TCC 2005 |
//! | products (`products`, `circuit`, `told`) | Damgård and Nielsen, CRYPTO 2007 |
//! | the check of all products (`check`) | Goyal and Song, ePrint 2020/134; Boneh et al., CRYPTO 2019 |
//! | bits that are numbers too (`convert`) | Damgård et al., S&P 2019, ePrint 2019/599 |
//!
//! *Claim.* Malicious, fewer than half corrupted, security with (selective) abort: 128 bits computational, those of AES and
//! BLAKE3; statistically below 2^-42 for each check of numbers (`check`) and 2^-120 for each of bits. Nobody is named.
//!
//! | step | who | bytes | depth |
//! |---|---|---|---|
//! | [`SHAMIR_PAIRS`], [`SHAMIR_KEYS`], [`SHAMIR_KEYS_ECHO`], once | everybody to everybody | 16 for each key, 32 | 3 |
//! | `public`, `linear`, `pick`, `regroup`, `concatenate`, `random_bits` | | 0 | 0 |
//! | [`SHAMIR_INPUTS`], `share` | the owner to everybody | the vector | 1 |
//! | [`SHAMIR_ADDENDS`], `multiply`, `call`, up to 8 KiB | everybody to everybody | 8 for each result, 8 for 64 AND gates | 1 |
//! | the same and [`SHAMIR_SUMS`], of more | everybody to everybody | twice 1/n of that | 2 |
//! | random bits: the same | everybody to everybody | 16 for each, or twice 1/n of that | 1 or 2 |
//! | [`SHAMIR_MASKED`], `addends` | everybody to everybody | 8 d for each number | 1 |
//! | [`SHAMIR_SHIFTED`], `to_arithmetic` | everybody to everybody | d bits for each bit, 64 elements at a time | 1 |
//! | `check`, every 2^17 terms or random bits, 2^21 AND gates, and before `open` | everybody to everybody | some 10 kB to 200 kB | 6 to 60 |
//! | [`SHAMIR_OUTPUTS`], `open` | everybody to the receivers | d times the vector | 1 |
//!
//! `d` is 2 for three parties, 3 for up to seven, 4 for eight and nine.
//!
//! *What nothing reveals.* Products are told less a random number that nobody knows; their addends are masked by streams
//! that every two parties have in common. An opened sharing is determined by its value and by any `t` of its shares.
//!
//! *Before anything leaves* it is masked by what nobody knows, or all products were checked and everybody was told the same.
//!
//! *Where this departs from the papers.* Random sharings are pseudo-random ones, so nothing is extracted from dealt sharings,
//! and no degree has to be checked. What is told of a product is an integer, not an element of the Galois ring. The
//! check is over an extension of the integers, whose elements are shared as vectors of integers, not of the Galois ring.
//!
//! *The caller guarantees*: all parties make the same calls; every `prepare` comes before what it is for; boolean vectors are of
//! at most 128 bits where they enter or leave. Numbers of more than 64 bits are the planner's to compute on bits.

mod check;
mod circuit;
mod convert;
mod holdings;
mod inputs;
mod keys;
mod outputs;
mod paper;
mod products;
mod share;
mod told;

pub use paper::Paper;
pub use share::Share;

use quorate_circuits::number::Word;

use self::check::Record;
use self::keys::{Keys, Reading};
use self::share::{Number, planes_of};
use super::{
    CallRequest, Corruptions, Domain, Linear, OpenRequest, Pick, ProductRequest, Protocol, Session, ShareRequest,
};
use crate::crypto::Transcript;
use crate::galois::{Code, Elements, GaloisRing, Lanes};
use crate::net::{ChannelError, Phase, Step};

/// Halves of the keys of every two parties.
pub const SHAMIR_PAIRS: Step = Step::new("shamir/pairs");
/// Keys of sets of parties.
pub const SHAMIR_KEYS: Step = Step::new("shamir/keys");
/// Digests of the keys that two parties have in common.
pub const SHAMIR_KEYS_ECHO: Step = Step::new("shamir/keys-echo");
/// Differences of what an owner shares from random values that it knows.
pub const SHAMIR_INPUTS: Step = Step::new("shamir/inputs");
/// Masked addends, of products above all.
pub const SHAMIR_ADDENDS: Step = Step::new("shamir/addends");
/// Sums of many addends.
pub const SHAMIR_SUMS: Step = Step::new("shamir/sums");
/// Digests of what everybody was told.
pub const SHAMIR_ECHO: Step = Step::new("shamir/echo");
/// Shares of coins.
pub const SHAMIR_COINS: Step = Step::new("shamir/coins");
/// Shares of the last product of a check.
pub const SHAMIR_CHECK: Step = Step::new("shamir/check");
/// Shares of numbers that become bits, masked.
pub const SHAMIR_MASKED: Step = Step::new("shamir/masked");
/// Shares of bits that become numbers, masked.
pub const SHAMIR_SHIFTED: Step = Step::new("shamir/shifted");
/// Shares of outputs.
pub const SHAMIR_OUTPUTS: Step = Step::new("shamir/outputs");

/// Bits of a number.
const NUMBER_BITS: usize = 64;

/// What a stretch of a plan consumes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// Random bits that are numbers too.
    pub bits: usize,
}

/// A party.
pub struct Shamir {
    session: Session,
    code: Code,
    reading: Reading,
    /// When it is set up.
    keys: Option<Keys>,
    /// What is to be checked.
    numbers: Record<Number>,
    bits: Record<Lanes>,
    /// Checked ones, of which so many are used.
    random_bits: Elements<Number>,
    used_bits: usize,
    /// All that everybody was told, since the beginning.
    heard: Transcript,
    /// Whether something was told since that was compared.
    has_heard: bool,
    consumed: Demand,
}

/// The code of so many parties' sharings.
fn code_of(parties: usize) -> Code {
    Code::new(GaloisRing::with_points(parties + 1), parties, Corruptions::FewerThanHalf.of(parties))
}

impl Shamir {
    /// A party before its first message.
    pub fn new(session: Session) -> Self {
        let code = code_of(session.network.parties());
        Self {
            reading: Reading::new(&code, session.network.me().0),
            keys: None,
            numbers: Record::default(),
            bits: Record::default(),
            random_bits: Elements::zeros(code.ring(), 0),
            used_bits: 0,
            heard: Transcript::new("quorate 2026 shamir told", &session.id),
            has_heard: false,
            consumed: Demand::default(),
            code,
            session,
        }
    }

    /// The session, when the protocol is over.
    pub fn into_session(self) -> Session {
        self.session
    }

    fn keys(&mut self) -> &mut Keys {
        self.keys.as_mut().expect("the first prepare comes before anything is shared")
    }

    /// Checks everything that was multiplied, and that everybody was told the same.
    async fn settle(&mut self) -> Result<(), ChannelError> {
        self.verify::<Lanes>().await?;
        self.verify::<Number>().await?;
        self.compare().await
    }
}

impl Protocol for Shamir {
    type Share = Share;
    type Demand = Demand;

    fn session(&mut self) -> Option<&mut Session> {
        Some(&mut self.session)
    }

    fn take_consumed(&mut self) -> Demand {
        std::mem::take(&mut self.consumed)
    }

    async fn prepare(&mut self, demand: &Demand) -> Result<(), ChannelError> {
        if self.keys.is_none() {
            self.session.network.enter(Phase::SetUp);
            self.keys = Some(Keys::agree(&mut self.session, &self.code).await?);
        }
        if demand.bits > 0 {
            self.session.network.enter(Phase::Preprocessing);
            self.make_bits(demand.bits).await?;
        }
        self.session.network.enter(Phase::Online);
        Ok(())
    }

    fn length(&self, share: &Share) -> usize {
        share.shape.length
    }

    fn duplicate(&self, share: &Share) -> Share {
        share.duplicate()
    }

    fn public(&mut self, domain: Domain, words: &[Word]) -> Share {
        Share::public(self.code.ring(), domain, words)
    }

    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Share>, ChannelError> {
        self.shared(requests).await
    }

    fn random_bits(&mut self, width: u32, length: usize) -> Share {
        let (width, ring) = (width as usize, self.code.ring());
        let lanes = self.keys().random::<Lanes>(width * length.div_ceil(64));
        Share::boolean(width, length, planes_of(width, length, &lanes, ring))
    }

    fn linear(&mut self, operation: Linear<'_, Share>) -> Share {
        Share::linear(&operation)
    }

    fn pick(&mut self, share: &Share, pick: &Pick) -> Share {
        share.picked(pick)
    }

    fn regroup(&mut self, share: &Share, width: u32) -> Share {
        share.regrouped(width)
    }

    fn concatenate(&mut self, shares: &[&Share]) -> Share {
        Share::joined(self.code.ring(), shares)
    }

    async fn multiply(&mut self, requests: &[ProductRequest<'_, Share>]) -> Result<Vec<Share>, ChannelError> {
        self.products(requests).await
    }

    async fn call(&mut self, requests: &[CallRequest<'_, Share>]) -> Result<Vec<Vec<Share>>, ChannelError> {
        self.evaluate(requests).await
    }

    async fn addends(&mut self, requests: &[(&Share, u32)]) -> Result<Vec<Vec<Share>>, ChannelError> {
        self.addends_of_numbers(requests).await
    }

    async fn to_arithmetic(&mut self, requests: &[(&Share, bool)]) -> Result<Vec<Share>, ChannelError> {
        self.numbers_of_bits(requests).await
    }

    async fn open(&mut self, requests: &[OpenRequest<'_, Share>]) -> Result<Vec<Option<Vec<Word>>>, ChannelError> {
        self.opened_to_receivers(requests).await
    }
}

#[cfg(test)]
mod tests;
