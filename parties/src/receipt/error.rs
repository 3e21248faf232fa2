//! What can be wrong while receipts are exchanged, and with a receipt that is verified.

use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::session::PeerFault;

/// Why signed statements could not be exchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// A peer was absent, left, misbehaved or signed wrongly.
    #[error(transparent)]
    Peer(#[from] PeerFault),
    /// Two parties' accounts of what they exchanged contradict each other.
    #[error("what {sender} states to have sent to {receiver} is not what {receiver} states to have received")]
    Transcripts {
        /// Who sent.
        sender: PartyName,
        /// Who received.
        receiver: PartyName,
    },
    /// This party's statement cannot be sent.
    #[error("the signed statement has {length} bytes; at most {limit} can be exchanged")]
    TooLong {
        /// Its length.
        length: usize,
        /// The limit.
        limit: usize,
    },
}

impl From<ReceiptError> for Failure {
    fn from(error: ReceiptError) -> Self {
        match error {
            ReceiptError::Peer(fault) => fault.into(),
            ReceiptError::Transcripts { .. } => {
                Self::new(Exit::Session, error.to_string()).hint("no output was opened; one of the two misreports")
            }
            ReceiptError::TooLong { .. } => Self::new(Exit::BadInput, error.to_string()),
        }
    }
}

/// The first thing that is wrong with a receipt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the receipt does not verify: {field}: {why}")]
pub struct ReceiptFault {
    /// Where, as a path of field names.
    pub field: String,
    /// What is wrong there.
    pub why: String,
}

impl ReceiptFault {
    pub(super) fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self { field: field.into(), why: why.into() }
    }
}

impl From<ReceiptFault> for Failure {
    fn from(fault: ReceiptFault) -> Self {
        Self::new(Exit::Unverified, fault.to_string())
    }
}
