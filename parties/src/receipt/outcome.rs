//! What each party signs when its part of the session is over.

use serde::{Deserialize, Serialize};

use crate::identity::{Canonical, Hex, Identity, PartyName, PublicKey, Signature};
use crate::session::{Agreement, SessionId, Terms};

/// Longer reasons are cut: a receipt is read, and a peer must be able to take it.
const LONGEST_WORDS: usize = 500;

/// How the session ended for one party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Ending {
    /// It has its outputs.
    Done,
    /// It gave up.
    Aborted {
        /// At which step.
        step: String,
        /// Why, as it saw it.
        reason: String,
    },
}

/// What a party states about its own part. Bytes, rounds and time are self-reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// The names of the outputs it has learned.
    pub learned: Vec<String>,
    /// Payload bytes sent.
    pub bytes_sent: u64,
    /// Payload bytes received.
    pub bytes_received: u64,
    /// Rounds.
    pub rounds: u64,
    /// Wall time.
    pub milliseconds: u64,
    /// Who deviated although it could finish, as it saw it.
    #[serde(default)]
    pub accused: Vec<Accused>,
}

/// A party that another one states to have deviated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accused {
    /// Who.
    pub party: PartyName,
    /// At which step.
    pub step: String,
    /// On which ground.
    pub ground: Ground,
}

/// Why a party is said to have deviated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Ground {
    /// All who follow the protocol saw it.
    Proven,
    /// All saw that it was this party or another one: one of the two need not have deviated.
    Disputed {
        /// The other one.
        with: PartyName,
    },
    /// What it sent to the signer was wrong, or did not come.
    Noticed,
}

impl std::fmt::Display for Ground {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Proven => f.write_str("all saw it"),
            Self::Disputed { with } => write!(f, "it was this party or {with}"),
            Self::Noticed => f.write_str("what it sent was wrong, or did not come"),
        }
    }
}

/// One party's signed outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Who signs.
    pub party: PartyName,
    /// How the session ended for it.
    pub ending: Ending,
    /// What it states about its part.
    pub figures: Figures,
    /// The party's signature over the session, its terms and all of the above.
    pub signature: Signature,
}

impl Outcome {
    /// Signs this party's outcome. The step and reason of an abort become one printable line.
    pub fn sign(identity: &Identity, agreement: &Agreement, ending: Ending, figures: Figures) -> Self {
        let ending = match ending {
            Ending::Done => Ending::Done,
            Ending::Aborted { step, reason } => Ending::Aborted { step: one_line(&step), reason: one_line(&reason) },
        };
        let mut signed = Self { party: identity.name().clone(), ending, figures, signature: Hex([0; 64]) };
        signed.signature = identity.sign(&signed.statement(agreement.session, &agreement.terms));
        signed
    }

    /// Whether the signature is `key`'s, for this session.
    pub(super) fn is_signed_by(&self, key: PublicKey, session: SessionId, terms: &Terms) -> bool {
        key.verifies(&self.statement(session, terms), &self.signature)
    }

    fn statement(&self, session: SessionId, terms: &Terms) -> Canonical {
        let Self { party, ending, figures, signature: _ } = self;
        let Figures { learned, bytes_sent, bytes_received, rounds, milliseconds, accused } = figures;
        // Where nobody is accused it is what it was before anybody could be.
        let version = if accused.is_empty() { "quorate outcome 1" } else { "quorate outcome 2" };
        let start = terms.write(Canonical::new(version).bytes(&session.0)).text(party.as_str());
        let ended = match ending {
            Ending::Done => start.text("done"),
            Ending::Aborted { step, reason } => start.text("aborted").text(step).text(reason),
        };
        let stated = ended
            .list(learned.iter(), |c, name| c.text(name))
            .number(*bytes_sent)
            .number(*bytes_received)
            .number(*rounds)
            .number(*milliseconds);
        match accused.as_slice() {
            [] => stated,
            accused => stated.list(accused.iter(), |c, Accused { party, step, ground }| {
                c.text(party.as_str()).text(step).text(&ground.to_string())
            }),
        }
    }
}

fn one_line(words: &str) -> String {
    words.chars().take(LONGEST_WORDS).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
