//! One person's signed word.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::identity::{Canonical, Hex, Identity, PartyName, PublicKey, Signature};
use crate::request::{Moment, RequestId};

/// What a person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Yes, until it expires.
    Approve,
    /// The approval is taken back.
    Revoke,
    /// No.
    Refuse,
}

impl Verdict {
    /// The word that is signed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Revoke => "revoke",
            Self::Refuse => "refuse",
        }
    }

    /// What a person has done who said it.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Revoke => "revoked",
            Self::Refuse => "refused",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A signed statement. That it exists says nothing of its signature.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Who says it.
    pub by: PartyName,
    /// The identity of that person.
    pub identity: PublicKey,
    /// What.
    pub verdict: Verdict,
    /// The digest of the policy under which it was said.
    pub policy: Hex<32>,
    /// When, by the person's own clock.
    pub given: Moment,
    /// Until when an approval counts. Refusals and revocations count for good.
    pub expires: Moment,
    /// The signature over all of the above and the request's id.
    pub signature: Signature,
}

impl Statement {
    /// Says something to a request.
    pub fn sign(
        identity: &Identity,
        request: RequestId,
        verdict: Verdict,
        policy: Hex<32>,
        given: Moment,
        expires: Moment,
    ) -> Self {
        let (by, key) = (identity.name().clone(), identity.public_key());
        let mut said = Self { by, identity: key, verdict, policy, given, expires, signature: Hex([0; 64]) };
        said.signature = identity.sign(&said.canonical(request));
        said
    }

    /// Whether the identity that it names has signed it, for this request.
    #[must_use]
    pub fn is_signed(&self, request: RequestId) -> bool {
        self.identity.verifies(&self.canonical(request), &self.signature)
    }

    fn canonical(&self, request: RequestId) -> Canonical {
        let Self { by, identity, verdict, policy, given, expires, signature: _ } = self;
        Canonical::new("quorate approval 1")
            .bytes(&request.0)
            .text(by.as_str())
            .bytes(identity.as_bytes())
            .text(verdict.name())
            .bytes(&policy.0)
            .number(given.seconds())
            .number(expires.seconds())
    }
}
