//! What an outside office certifies, for a time: that an account was screened, that a supplier is known.

use serde::{Deserialize, Serialize};

use crate::identity::{Canonical, Hex, Identity, PartyName, PublicKey, Signature};
use crate::request::{Moment, Word};

/// A signed certificate of one claim about one subject. Which issuers are believed, and for which claims, is said by
/// the policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// What is claimed: a word of the policy.
    pub claim: Word,
    /// Of what: an address, an account number, the name of a party or the id of a request.
    pub subject: Word,
    /// Who certifies it.
    pub issuer: PartyName,
    /// The issuer's identity.
    pub identity: PublicKey,
    /// Since when.
    pub issued: Moment,
    /// Until when.
    pub expires: Moment,
    /// The signature over all of the above.
    pub signature: Signature,
}

impl Attestation {
    /// Certifies a claim.
    pub fn sign(identity: &Identity, claim: Word, subject: Word, issued: Moment, expires: Moment) -> Self {
        let (issuer, key) = (identity.name().clone(), identity.public_key());
        let mut made = Self { claim, subject, issuer, identity: key, issued, expires, signature: Hex([0; 64]) };
        made.signature = identity.sign(&made.canonical());
        made
    }

    /// Whether the identity that it names has signed it.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.identity.verifies(&self.canonical(), &self.signature)
    }

    fn canonical(&self) -> Canonical {
        let Self { claim, subject, issuer, identity, issued, expires, signature: _ } = self;
        Canonical::new("quorate attestation 1")
            .text(claim.as_str())
            .text(subject.as_str())
            .text(issuer.as_str())
            .bytes(identity.as_bytes())
            .number(issued.seconds())
            .number(expires.seconds())
    }
}
