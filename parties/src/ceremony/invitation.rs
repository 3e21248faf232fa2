//! What the other signers are invited to, by whoever starts a session of theirs.

use serde::{Deserialize, Serialize};

use crate::identity::{Hex, PublicKey};
use crate::session::encode;

/// A session that a resident process may be asked to join. It says no more than what is needed to decide; everything is
/// agreed on in the session itself, field by field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Invitation {
    /// One-time material is prepared.
    Presign {
        /// The key, as sessions name it.
        key: String,
        /// For how many signatures.
        count: u32,
        /// The identity keys of the signers, by the index of their shares.
        signers: Vec<PublicKey>,
    },
    /// Something is signed that a person at each signer has to know of.
    Sign {
        /// The key, as sessions name it.
        key: String,
        /// The digest of what is signed and how: signers who were told the same have the same.
        subject: Hex<32>,
        /// The identity keys of the signers, by the index of their shares.
        signers: Vec<PublicKey>,
    },
    /// A request is signed, as far as the policy of each signer allows it.
    Request {
        /// The key, as sessions name it.
        key: String,
        /// The request's id.
        request: Hex<32>,
        /// The request, with what the one who invites knows of what was said to it.
        bundle: String,
        /// The identity keys of the signers, by the index of their shares.
        signers: Vec<PublicKey>,
    },
}

impl Invitation {
    /// The key, as sessions name it.
    pub(crate) fn key(&self) -> &str {
        match self {
            Self::Presign { key, .. } | Self::Sign { key, .. } | Self::Request { key, .. } => key,
        }
    }

    /// What sessions for the same thing have in common: what people have said to a request may differ.
    pub(crate) fn content(&self) -> Vec<u8> {
        match self {
            Self::Request { key, request, signers, .. } => {
                let (key, request, bundle, signers) = (key.clone(), *request, String::new(), signers.clone());
                encode(&Self::Request { key, request, bundle, signers })
            }
            other => encode(other),
        }
    }

    /// The identity keys of the signers.
    pub(crate) fn signers(&self) -> &[PublicKey] {
        match self {
            Self::Presign { signers, .. } | Self::Sign { signers, .. } | Self::Request { signers, .. } => signers,
        }
    }
}
