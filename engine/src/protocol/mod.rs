//! Protocols: each a folder, each behind the one trait that the executor drives.
//!
//! [`Protocol`] speaks of whole vectors: one call per vector operation, never per gate or element. Every
//! protocol comes twice, as the real party and as its *paper twin*, whose shares are shapes and whose messages
//! are lengths in a [`crate::net::Ledger`]; the executor runs both through the same plan, which is why
//! `explain` can be exact.

mod accusation;
pub mod additive;
mod ahead;
pub mod authenticated;
mod circuits_held;
mod claim;
pub mod dkls;
mod grid;
mod note;
mod pick;
mod promises;
pub mod replicated;
pub mod robust;
pub mod shamir;
pub mod shamir_signing;
pub mod spdz;
pub mod spdz_signing;
mod twin;
mod vector;
pub mod yao;

pub use accusation::{Accusation, Ground};
pub(crate) use ahead::Ahead;
pub use claim::{Adversary, Claim, Corruptions, Guarantee, OFFERS, OFFERS_ON_NUMBERS, Offer, ProtocolName};
pub use note::Note;
pub use pick::Pick;
pub(crate) use pick::{regrouped_length, runs};
pub use promises::promises;
pub(crate) use twin::Twin;
pub use vector::{Holder, Shape};

use std::sync::Arc;

use quorate_circuits::boolean::Circuit;
use quorate_circuits::number::Word;

use crate::crypto::{Random, SessionId};
use crate::net::{Cause, ChannelError, Network, PartyIndex};

/// What a party brings to a run besides its inputs.
pub struct Session {
    /// Binds every hash, commitment and pad to this run.
    pub id: SessionId,
    /// Channels to all other parties.
    pub network: Network,
    /// This party's only source of randomness.
    pub random: Random,
}

/// Where a share lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Domain {
    /// Elements of the plan's ring.
    Arithmetic,
    /// Elements of so many bits, least significant first, under a boolean sharing.
    Boolean {
        /// Bits of each element.
        width: u32,
    },
}

/// The ring of arithmetic shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ring {
    /// Integers modulo 2^64.
    Z64,
    /// Integers modulo 2^128.
    Z128,
}

impl Ring {
    /// Bits of an element.
    pub const fn bits(self) -> u32 {
        match self {
            Self::Z64 => 64,
            Self::Z128 => 128,
        }
    }

    /// Bytes of an element.
    pub const fn bytes(self) -> usize {
        self.bits() as usize / 8
    }
}

/// A vector that its owner shares with the others.
pub struct ShareRequest<'a> {
    /// Whose it is.
    pub owner: PartyIndex,
    /// Where the shares go.
    pub domain: Domain,
    /// Number of elements.
    pub length: usize,
    /// The plain mantissas at the owner; everybody else has `None`. Taken modulo the ring or the width.
    pub words: Option<&'a [Word]>,
}

/// An element-wise product of two arithmetic vectors of equal length, or a table times a column.
pub enum ProductRequest<'a, S> {
    /// Element by element.
    Elementwise(&'a S, &'a S),
    /// A table, row by row, times a column: `rows` results.
    TableColumn {
        /// `rows * columns` elements.
        table: &'a S,
        /// `columns` elements.
        column: &'a S,
        /// Number of rows.
        rows: usize,
    },
}

/// One circuit over a batch: element `i` of every operand is the input of instance `i`.
pub struct CallRequest<'a, S> {
    /// The circuit.
    pub circuit: &'a Arc<Circuit>,
    /// One boolean vector for each input value of the circuit, of its width and all of one length.
    pub operands: Vec<&'a S>,
}

/// Rows of keys that are sorted, each by itself, and vectors that are put in their order.
pub struct SortRequest<'a, S> {
    /// Boolean; row after row.
    pub keys: &'a S,
    /// Whether they are two's complement.
    pub signed: bool,
    /// Elements of a row.
    pub row: usize,
    /// An element for each key, in either domain. The keys themselves may be among them.
    pub moved: Vec<&'a S>,
}

/// A vector that is opened to some parties.
pub struct OpenRequest<'a, S> {
    /// The shares.
    pub share: &'a S,
    /// Who learns the values, ascending.
    pub receivers: &'a [PartyIndex],
}

/// A local, linear operation on arithmetic vectors.
pub enum Linear<'a, S> {
    /// Sum of two vectors of equal length.
    Add(&'a S, &'a S),
    /// Difference of two vectors of equal length.
    Sub(&'a S, &'a S),
    /// Product with public words: one for all elements, or one for each.
    Scale(&'a S, &'a [Word]),
    /// Sums of consecutive runs of `width` elements.
    SumRuns(&'a S, usize),
}

/// A party of a protocol, or its paper twin.
///
/// The caller makes the same calls in the same order at every party. Methods that take several requests run
/// them side by side, in the rounds of the longest.
#[expect(
    async_fn_in_trait,
    reason = "protocols are driven by a generic executor on one thread; no Send bound is wanted"
)]
pub trait Protocol {
    /// A vector of shares. Dropping it wipes it.
    type Share;
    /// How much correlated randomness a stretch of a plan consumes.
    type Demand: Default + Clone;

    /// The session of a real party; a paper twin has none.
    fn session(&mut self) -> Option<&mut Session> {
        None
    }

    /// Who deviated and was outvoted, as far as this party knows; nobody under protocols that abort.
    fn accusations(&self) -> Vec<Accusation> {
        Vec::new()
    }

    /// What the coming requests are for: one cause for all, or one for each. A paper twin attributes its costs; a
    /// real party does not care.
    fn requested_by(&mut self, _causes: impl Iterator<Item = Cause>) {}

    /// A column of so many words that `party` knows, or everybody, in the clear to the end. A paper twin enters it in its
    /// accounts; a real party has it.
    fn knows(&mut self, _party: Option<PartyIndex>, _words: usize) {}

    /// What has been consumed since the last call, which is what the same calls will consume again. A real
    /// party answers too, so that tests can compare it with its twin.
    fn take_consumed(&mut self) -> Self::Demand;

    /// Makes correlated randomness for `demand` (set-up with peers first, where it is missing), or reads what was made in an
    /// earlier session, if this party was given any.
    async fn prepare(&mut self, demand: &Self::Demand) -> Result<(), ChannelError>;

    /// Number of elements.
    fn length(&self, share: &Self::Share) -> usize;

    /// A copy of a share, for a second use.
    fn duplicate(&self, share: &Self::Share) -> Self::Share;

    /// Public words as a sharing that everybody knows.
    fn public(&mut self, domain: Domain, words: &[Word]) -> Self::Share;

    /// Shares the owners' vectors.
    async fn share(&mut self, requests: &[ShareRequest<'_>]) -> Result<Vec<Self::Share>, ChannelError>;

    /// Uniform bits that nobody knows: `length` elements of `width` bits, boolean.
    fn random_bits(&mut self, width: u32, length: usize) -> Self::Share;

    /// A local operation on arithmetic shares.
    fn linear(&mut self, operation: Linear<'_, Self::Share>) -> Self::Share;

    /// Elements of a vector, in either domain.
    fn pick(&mut self, share: &Self::Share, pick: &Pick) -> Self::Share;

    /// The bits of a boolean vector, element by element and least significant first, as elements of `width` bits.
    /// No width is too large here; words of 128 bits are needed only where vectors enter or leave.
    ///
    /// # Panics
    /// If the bits are not those of whole elements, or the vector is arithmetic.
    fn regroup(&mut self, share: &Self::Share, width: u32) -> Self::Share;

    /// Vectors of one domain, end to end.
    fn concatenate(&mut self, shares: &[&Self::Share]) -> Self::Share;

    /// Products of arithmetic shares.
    async fn multiply(
        &mut self,
        requests: &[ProductRequest<'_, Self::Share>],
    ) -> Result<Vec<Self::Share>, ChannelError>;

    /// Circuits over boolean shares; one vector for each output value of each circuit.
    async fn call(&mut self, requests: &[CallRequest<'_, Self::Share>]) -> Result<Vec<Vec<Self::Share>>, ChannelError>;

    /// Arithmetic vectors as boolean vectors of so many bits, each, whose sum modulo 2^width they are: one for each
    /// party, and what else the protocol adds.
    async fn addends(&mut self, requests: &[(&Self::Share, u32)]) -> Result<Vec<Vec<Self::Share>>, ChannelError>;

    /// Boolean vectors as arithmetic ones; the elements are read as two's complement where `signed`.
    async fn to_arithmetic(&mut self, requests: &[(&Self::Share, bool)]) -> Result<Vec<Self::Share>, ChannelError>;

    /// Sorts rows in ascending order; keys that are equal keep theirs. One vector for each that is moved. Only protocols
    /// whose plans sort ([`crate::plan`]) can do it.
    ///
    /// # Panics
    /// If the protocol cannot.
    async fn sort(
        &mut self,
        _requests: &[SortRequest<'_, Self::Share>],
    ) -> Result<Vec<Vec<Self::Share>>, ChannelError> {
        unreachable!("plans sort by a network where the protocol has nothing better")
    }

    /// Opens vectors: the words modulo the ring or the width where this party receives them. A paper twin
    /// answers zeros.
    async fn open(&mut self, requests: &[OpenRequest<'_, Self::Share>])
    -> Result<Vec<Option<Vec<Word>>>, ChannelError>;
}
