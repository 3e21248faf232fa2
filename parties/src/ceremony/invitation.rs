//! What the other signers are invited to, by whoever starts a session of theirs.

use serde::{Deserialize, Serialize};

use crate::identity::{Hex, PartyName, PublicKey};
use crate::keys::KeyName;
use crate::policy::Found;
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
    /// A key is shared anew, as far as the policy of each party says so by itself.
    Rotate {
        /// The key, as sessions name it.
        key: String,
        /// The key's name.
        name: KeyName,
        /// The holder about whom something was found.
        holder: PartyName,
        /// What was found.
        found: Found,
        /// The digest of the policy by which the one who invites goes.
        policy: Hex<32>,
        /// What its clock says.
        now: u64,
        /// How many sign together from then on.
        threshold: u16,
        /// Who deals.
        dealers: Vec<PartyName>,
        /// Who holds the key from then on.
        holders: Vec<PartyName>,
        /// The identity keys of all parties, in the order of the session.
        parties: Vec<PublicKey>,
    },
}

impl Invitation {
    /// The key, as sessions name it.
    pub(crate) fn key(&self) -> &str {
        match self {
            Self::Presign { key, .. }
            | Self::Sign { key, .. }
            | Self::Request { key, .. }
            | Self::Rotate { key, .. } => key,
        }
    }

    /// What sessions for the same thing have in common: what people have said to a request may differ, and clocks do.
    pub(crate) fn content(&self) -> Vec<u8> {
        match self {
            Self::Request { key, request, signers, .. } => {
                let (key, request, bundle, signers) = (key.clone(), *request, String::new(), signers.clone());
                encode(&Self::Request { key, request, bundle, signers })
            }
            Self::Rotate { .. } => {
                let mut timeless = self.clone();
                if let Self::Rotate { now, .. } = &mut timeless {
                    *now = 0;
                }
                encode(&timeless)
            }
            other => encode(other),
        }
    }

    /// The identity keys of the signers, or of whoever else takes part.
    pub(crate) fn signers(&self) -> &[PublicKey] {
        match self {
            Self::Presign { signers, .. } | Self::Sign { signers, .. } | Self::Request { signers, .. } => signers,
            Self::Rotate { parties, .. } => parties,
        }
    }
}
