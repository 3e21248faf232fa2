//! A certificate: everybody who holds a new share of a key has signed that it is on its disk.
//!
//! New shares are *staged* beside those in use and take effect, with an end of the old ones, only with the signatures of
//! all their holders (two phases: a party that says different things to different ones at the end of a refresh would
//! otherwise leave some with new shares and some with old ones, which do not go together).

use serde::{Deserialize, Serialize};

use super::public::SharedPart;
use crate::identity::{Canonical, Identity, PartyName, Signature};
use crate::session::SessionId;

/// The longest text of a certificate, in bytes.
pub const CERTIFICATE_LIMIT: usize = 1 << 16;

/// Signatures of the holders of one sharing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The session that made the shares.
    pub session: SessionId,
    /// The signatures, as far as they are known, in the order of the holders.
    #[serde(default)]
    pub signatures: Vec<Certified>,
}

/// One holder's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certified {
    /// Who has signed.
    pub holder: PartyName,
    /// Its signature over the sharing and the session.
    pub signature: Signature,
}

impl Certificate {
    /// A certificate that only this party has signed.
    pub fn begin(session: SessionId, shared: &SharedPart, identity: &Identity) -> Self {
        let signature = identity.sign(&statement(session, shared));
        Self { session, signatures: vec![Certified { holder: identity.name().clone(), signature }] }
    }

    /// Takes a holder's signature in; says whether it is one of this sharing and session by that holder.
    #[must_use]
    pub fn accept(&mut self, shared: &SharedPart, certified: Certified) -> bool {
        let holder = shared.holders.iter().find(|holder| holder.name == certified.holder);
        let statement = statement(self.session, shared);
        let good = holder.is_some_and(|holder| holder.identity.verifies(&statement, &certified.signature));
        if good {
            // What was known before may have been damaged on the disk.
            self.signatures.retain(|known| known.holder != certified.holder);
            self.signatures.push(certified);
            let place = |name: &PartyName| shared.holders.iter().position(|holder| holder.name == *name);
            self.signatures.sort_by_key(|known| place(&known.holder));
        }
        good
    }

    /// Whether every holder has signed this sharing.
    pub fn is_complete(&self, shared: &SharedPart) -> bool {
        let statement = statement(self.session, shared);
        shared.holders.iter().all(|holder| {
            let of = |known: &&Certified| known.holder == holder.name;
            let signature = self.signatures.iter().find(of).map(|known| &known.signature);
            signature.is_some_and(|signature| holder.identity.verifies(&statement, signature))
        })
    }

    /// Who has not signed yet.
    pub fn missing(&self, shared: &SharedPart) -> Vec<PartyName> {
        let names = shared.holders.iter().map(|holder| &holder.name);
        names.filter(|name| !self.signatures.iter().any(|known| known.holder == **name)).cloned().collect()
    }

    /// Reads a certificate.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= CERTIFICATE_LIMIT)?;
        toml::from_str(text).ok()
    }

    /// The text that [`Self::parse`] reads.
    ///
    /// # Errors
    /// None that occurs: the fields are plain text.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        let text = toml::to_string(self)?;
        Ok(format!("# Every holder of these shares has signed that its own is stored.\n{text}"))
    }
}

fn statement(session: SessionId, shared: &SharedPart) -> Canonical {
    shared.write(Canonical::new("quorate key certificate 1").bytes(&session.0))
}
