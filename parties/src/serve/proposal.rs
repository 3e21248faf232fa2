//! A proposal to rotate a key: what was found, about whom, and what would be done.
//!
//! ```text
//! HOME/proposals/TIME-KEY-HOLDER.toml
//! ```

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::identity::{Card, Hex, Home, IdentityError, PartyName, PublicKey};
use crate::keys::{KeyName, PublicPart};
use crate::policy::Found;

/// What was found about a holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// It has not answered for so long.
    Silent { seconds: u64 },
    /// It has failed a check: what was set up with it is never used again.
    Suspicious,
}

impl Cause {
    /// What rules call it.
    pub(super) fn found(self) -> Found {
        match self {
            Self::Silent { .. } => Found::Silent,
            Self::Suspicious => Found::Suspicious,
        }
    }
}

/// A proposal. Nothing is secret in it, and nothing follows from it by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Proposal {
    /// Seconds since 1970.
    time: u64,
    /// The key, by the name that it has in this home.
    key: KeyName,
    key_id: Hex<32>,
    epoch: u64,
    /// The holder that is to be replaced.
    holder: PartyName,
    identity: PublicKey,
    /// What was found, in words.
    found: String,
    /// Who else holds the key.
    remaining: Vec<PartyName>,
    /// How many of them sign together.
    signers_needed: u16,
}

impl Proposal {
    pub(super) fn new(public: &PublicPart, holder: &Card, cause: Cause) -> Self {
        let found = match cause {
            Cause::Silent { seconds } => format!("has not answered for {seconds} s"),
            Cause::Suspicious => "has failed a check".to_owned(),
        };
        let remaining = public.holders.iter().filter(|other| other.identity != holder.public_key());
        Self {
            time: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
            key: public.name.clone(),
            key_id: public.key_id,
            epoch: public.epoch,
            holder: holder.name().clone(),
            identity: holder.public_key(),
            found,
            remaining: remaining.map(|other| other.name.clone()).collect(),
            signers_needed: public.signers_needed,
        }
    }

    /// What was found, in words.
    pub(super) fn why(&self) -> String {
        self.found.clone()
    }

    /// Writes it into the home, and says where.
    pub(super) fn write(&self, home: &Home) -> Result<PathBuf, IdentityError> {
        let name = format!("{}-{}-{}.toml", self.time, self.key, self.holder);
        let text = toml::to_string(self).unwrap_or_else(|_| unreachable!("plain fields are always TOML"));
        home.write_proposal(&name, text.as_bytes())
    }
}
