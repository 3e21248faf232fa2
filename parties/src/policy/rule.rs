//! One rule.

use serde::{Deserialize, Serialize};

use super::{Quorum, When};
use crate::request::{Amount, Request, Span, Word, Words};

/// A rule: on what it looks, and what follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What it is called in logs.
    pub name: Words,
    /// What follows.
    pub then: Then,
    /// Whether a co-signer may take part that no person attends. A rule that allows and says nothing means that none may;
    /// of several rules one that says `cold` wins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// Who must have approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quorum: Option<Quorum>,
    /// Which holders of the key must be among the signers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signers: Option<Quorum>,
    /// What must have been certified.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attestations: Vec<AttestationNeeded>,
    /// On what it looks.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub when: When,
    /// How often, and how much.
    #[serde(default, rename = "limit", skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Limit>,
}

fn is_empty(when: &When) -> bool {
    *when == When::default()
}

/// What a rule does with a request at which it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Then {
    /// It is allowed, if what the rule asks for is there.
    Allow,
    /// What the rule asks for is needed in addition; by itself this allows nothing.
    Require,
    /// It is refused.
    Refuse,
}

/// How a rule wants a request to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// A co-signer that no person attends may take part.
    Hot,
    /// Every signer is started by a person.
    Cold,
}

/// How often requests at which the rule looks may be signed in any span of this length, and how much they may add up to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The length of the span.
    pub window: Span,
    /// How often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// How much, with this request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<Amount>,
}

/// A certificate that a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestationNeeded {
    /// The claim.
    pub claim: Word,
    /// Of what.
    #[serde(default)]
    pub of: Subject,
}

/// Of what something is certified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// The destination.
    #[default]
    Destination,
    /// Who asks.
    Initiator,
    /// This request alone.
    Request,
}

impl Subject {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Destination => "destination",
            Self::Initiator => "initiator",
            Self::Request => "request",
        }
    }

    /// That part of a request.
    pub fn of(self, request: &Request) -> String {
        match self {
            Self::Destination => request.action.destination(),
            Self::Initiator => request.initiator.to_string(),
            Self::Request => request.id().to_string(),
        }
    }
}

impl Rule {
    /// Whether the rule takes freedom away.
    pub fn restricts(&self) -> bool {
        self.then != Then::Allow
    }

    /// What it says of co-signers that no person attends.
    pub fn says(&self) -> Option<Tier> {
        self.tier.or((self.then == Then::Allow).then_some(Tier::Cold))
    }
}
