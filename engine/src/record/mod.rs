//! Records: what a party keeps from one session for a later one, as secret bytes for a sealed store.
//!
//! A [`KeyRecord`] is a share of a key and, if products are to be made with it, the correlated OTs with every other
//! holder; it is used as often as one likes. A [`OneTime`] record is a presignature or a pair of nonces; it is spent
//! by being read. Programs speak of both by name (`held key.secret`, `keep presignature.mask = …`); how the bytes are
//! sealed, and that a one-time record is handed out once, is the runtime's. Whoever has no share brings a [`KnownKey`],
//! and whoever has a whole one a [`WholeKey`].

mod bytes;
mod key;
mod known;
mod one_time;

use quorate_circuits::curve::CurveName;

use crate::key::{AccessStructure, EncodingError, SignerSetError};

pub use key::KeyRecord;
pub use known::{KnownKey, WholeKey};
pub use one_time::{Belonging, Field, OneTime};

/// A record that cannot be used here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The bytes end too early.
    #[error("the record is cut off")]
    Truncated,
    /// The bytes are none of a record.
    #[error("the record is damaged: {0} is not what a record has there")]
    Malformed(&'static str),
    /// Another version.
    #[error("the record has the layout {:?}, which this version does not know", char::from(*.0))]
    Version(u8),
    /// Another curve than the program's.
    #[error("the record is not one of {0}, on which this program computes")]
    OtherCurve(CurveName),
    /// The share in it.
    #[error("the share of the key: {0}")]
    Share(#[from] EncodingError),
    /// The signers do not fit the key.
    #[error(transparent)]
    Signers(#[from] SignerSetError),
    /// The signers are not as many as the parties of the session.
    #[error("{seats} signers are named, and the session has {parties} parties")]
    Seats {
        /// The session's.
        parties: usize,
        /// The signers named.
        seats: usize,
    },
    /// The share is another holder's than the one at this party's place among the signers.
    #[error("this party signs as holder {expected}, but its share is that of holder {found}")]
    OtherSeat {
        /// The holder at the party's place.
        expected: u16,
        /// The share's.
        found: u16,
    },
    /// So many deal a key anew, or help, that the claim lets more of them collude than the key withstands.
    #[error("{found} parties bring shares of the key, which {threshold} can use: more may collude than it withstands")]
    TooMany {
        /// How many are needed at least.
        threshold: usize,
        /// How many there are.
        found: usize,
    },
    /// The program holds a record that was not given.
    #[error("the program holds {0}, which is not there")]
    Missing(String),
    /// A one-time record that belongs to another key.
    #[error("{0} was made for another key")]
    OtherKey(String),
    /// A one-time record of shares that were replaced since.
    #[error("{record} was made in epoch {found} of the key, which is now in epoch {expected}")]
    OtherEpoch {
        /// The record.
        record: String,
        /// The key's epoch.
        expected: u32,
        /// The record's.
        found: u32,
    },
    /// A one-time record for other signers.
    #[error("{record} was made by the holders {found:?}; the signers are {expected:?}")]
    OtherSigners {
        /// The record.
        record: String,
        /// Those of the session.
        expected: Vec<u16>,
        /// Those that made it.
        found: Vec<u16>,
    },
    /// A one-time record that was made under another protocol, which promises something else.
    #[error("{0} was made under another protocol than the one that is to use it")]
    OtherProtocol(String),
    /// An honest majority uses a key of a threshold of `t + 1`, and is `2t + 1` signers.
    #[error("{found} signers are there, and an honest majority that uses a key of {access} is {}", expected.map_or("none".to_owned(), |count| format!("{count} of them")))]
    NoMajority {
        /// Who can use the key.
        access: AccessStructure,
        /// How many signers are needed; none are where the structure is more than a threshold.
        expected: Option<usize>,
        /// How many there are.
        found: usize,
    },
    /// Products are asked for with a peer with whom no OTs were set up.
    #[error("nothing was set up with holder {0} for making products")]
    NoPair(u16),
}
