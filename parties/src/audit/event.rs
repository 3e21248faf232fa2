//! What a party's log tells.

use serde::{Deserialize, Serialize};

use crate::identity::{Hex, PartyName, PublicKey, Signature};
use crate::keys::KeyName;
use crate::receipt::Ending;
use crate::session::{Agreement, Ordered, SessionId};

/// Something that happened. There is no secret in it, and no text that a partner chose freely and that was not checked
/// to be printable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// A session has ended, in whatever way.
    Session {
        /// Which.
        session: SessionId,
        /// The program's name.
        program: String,
        /// The program's digest.
        digest: Hex<32>,
        /// The protocol.
        protocol: String,
        /// Who took part, in the session's order.
        parties: Vec<PartyName>,
        /// What was held from earlier sessions, as the parties agreed on it.
        records: Ordered<String>,
        /// How it ended.
        outcome: SessionEnding,
    },
    /// A head was countersigned: this log's by a partner, or a partner's by this party.
    Head {
        /// The partner.
        partner: PartyName,
        /// The partner's identity.
        key: PublicKey,
        /// Whose log has this head.
        whose: Whose,
        /// The number of the head's entry.
        number: u64,
        /// The head's hash.
        hash: Hex<32>,
        /// The countersignature, by the one whose log it is *not*.
        signature: Signature,
    },
    /// What this party remembered of a partner's log was given up, by a person's word. The next head that the partner
    /// shows is believed.
    Accepted {
        /// The partner.
        partner: PartyName,
        /// The partner's identity.
        key: PublicKey,
        /// The number that was remembered.
        number: u64,
        /// The hash that was remembered.
        hash: Hex<32>,
    },
    /// Something happened to a request.
    Request {
        /// The request's id.
        request: Hex<32>,
        /// What is asked for: `transfer`, `login`, ….
        kind: String,
        /// What happened.
        action: RequestAction,
        /// Who did it.
        by: PartyName,
    },
    /// A policy has spoken.
    Decision {
        /// The request's id.
        request: Hex<32>,
        /// The key.
        key: KeyName,
        /// The policy's digest.
        policy: Hex<32>,
        /// The policy's version.
        version: u64,
        /// The rule that decided.
        rule: String,
        /// Whose approvals counted.
        approvals: Vec<PartyName>,
        /// What it said.
        verdict: Verdict,
    },
    /// An amount counts as spent: written before the first byte from which a signature can come.
    Spend {
        /// The request's id.
        request: Hex<32>,
        /// The key.
        key: KeyName,
        /// Of what.
        asset: String,
        /// How much, in the decimal spelling of the request.
        amount: String,
        /// To whom.
        destination: String,
    },
    /// A request was signed.
    Signed {
        /// The request's id.
        request: Hex<32>,
        /// The key.
        key: KeyName,
        /// The session that signed.
        session: SessionId,
    },
    /// Something happened to a key.
    Key {
        /// What it is called in this home.
        key: KeyName,
        /// Its id.
        key_id: Hex<32>,
        /// The epoch that it has afterwards.
        epoch: u64,
        /// What happened.
        action: KeyAction,
        /// Who did it here.
        by: PartyName,
    },
    /// A policy is in force.
    Policy {
        /// Of which key.
        key: KeyName,
        /// Its version.
        version: u64,
        /// Its digest.
        digest: Hex<32>,
        /// Who has approved it.
        approvals: Vec<PartyName>,
    },
    /// New shares of a key were proposed, or made without anybody asking for it.
    Rotation {
        /// What the key is called in this home.
        key: KeyName,
        /// Its id.
        key_id: Hex<32>,
        /// The epoch of the shares that are to be replaced.
        epoch: u64,
        /// The holder about whom something was found.
        holder: PartyName,
        /// What was found, in words.
        found: String,
        /// The rule that speaks of it, if there is one.
        rule: Option<String>,
        /// The digest of the policy in which the rule stands, if there is one.
        policy: Option<Hex<32>>,
        /// How far it came.
        step: RotationStep,
    },
    /// A resident process was invited to a session, and refused.
    Declined {
        /// Who has invited.
        by: PartyName,
        /// What the key is called in this home; `None` if no such key is here.
        key: Option<KeyName>,
        /// To what: `signing`, `preparing` or `rotating`.
        what: String,
        /// Why not.
        reason: String,
    },
    /// Something that should not have happened.
    Alarm {
        /// What.
        what: String,
        /// Whose doing it seems to be, if it is a partner's.
        partner: Option<PartyName>,
    },
}

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SessionEnding {
    /// With a result.
    Done,
    /// Early.
    Aborted {
        /// At which step.
        step: String,
        /// Why, as the partners were told.
        reason: String,
    },
}

impl From<&Ending> for SessionEnding {
    fn from(ending: &Ending) -> Self {
        match ending {
            Ending::Done => Self::Done,
            Ending::Aborted { step, reason } => Self::Aborted { step: step.clone(), reason: reason.clone() },
        }
    }
}

/// Whose log a head is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// This party's.
    Own,
    /// The partner's.
    Partner,
}

/// What happened to a request. That its time is over is no event: nobody does it and no process has to be there for it; the
/// request says when, and every decision after that says it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestAction {
    /// It was written here.
    Created,
    /// It came from elsewhere.
    Imported,
    /// Somebody approved it.
    Approved,
    /// Somebody refused it.
    Refused,
    /// Somebody took an approval back.
    Revoked,
}

/// What a policy said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Verdict {
    /// Yes.
    Allowed,
    /// No.
    Refused {
        /// Why.
        reason: String,
    },
}

/// How far a rotation came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum RotationStep {
    /// It was proposed, to people and to the policy.
    Proposed,
    /// The policy does not let it begin here.
    Refused {
        /// Why.
        reason: String,
    },
    /// It begins: written before the first byte of its protocol, and counted from then on.
    Begun,
    /// The new shares are in use here.
    Done,
    /// It did not come to an end.
    Failed {
        /// Why.
        reason: String,
    },
}

/// What happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyAction {
    /// It was made.
    Generated,
    /// Its shares were renewed.
    Refreshed,
    /// It has other holders or another threshold.
    Reshared,
    /// A lost share was made again.
    Recovered,
    /// It came from outside and was split.
    Imported,
    /// It left as a whole.
    Exported,
    /// A holder was shut out.
    Isolated,
    /// It is not used any more.
    Retired,
    /// A share was given to guardians.
    BackedUp,
    /// A share came back from guardians.
    Restored,
    /// A recovery was rehearsed.
    Drilled,
}

impl Event {
    /// That the session of an agreement has ended.
    pub(crate) fn session(agreement: &Agreement, outcome: SessionEnding) -> Self {
        let Agreement { session, parties, terms, .. } = agreement;
        Self::Session {
            session: *session,
            program: terms.program.clone(),
            digest: terms.digest,
            protocol: terms.protocol.clone(),
            parties: parties.iter().map(|party| party.name.clone()).collect(),
            records: terms.records.clone(),
            outcome,
        }
    }

    /// The word for its kind, as `audit show --kind` takes it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Session { .. } => "session",
            Self::Head { .. } => "head",
            Self::Accepted { .. } => "accepted",
            Self::Request { .. } => "request",
            Self::Decision { .. } => "decision",
            Self::Spend { .. } => "spend",
            Self::Signed { .. } => "signed",
            Self::Key { .. } => "key",
            Self::Policy { .. } => "policy",
            Self::Rotation { .. } => "rotation",
            Self::Declined { .. } => "declined",
            Self::Alarm { .. } => "alarm",
        }
    }

    /// The words of all kinds.
    pub const KINDS: [&str; 12] = [
        "session", "head", "accepted", "request", "decision", "spend", "signed", "key", "policy", "rotation",
        "declined", "alarm",
    ];
}
