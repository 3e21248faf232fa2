//! What a party was told to run, as it tells the others.

use serde::{Deserialize, Serialize};

use super::{Ordered, Roster};
use crate::exit::{Exit, Failure};
use crate::identity::{Canonical, Hex, PartyName};

/// The longest text in the terms.
const LONGEST_TEXT: usize = 4096;
/// A parameter may be a message that is signed: 16,384 bytes as hexadecimal digits.
const LONGEST_PARAMETER: usize = 32 * 1024;

/// What a dealer stands for among the roles: no role of a program has such a name.
pub const DEALER: &str = "(dealer)";

/// Everything on which the parties of a session must agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The program's name.
    pub program: String,
    /// The digest of the program's canonical text.
    pub digest: Hex<32>,
    /// The chosen parameters, in the program's order.
    pub parameters: Ordered<String>,
    /// Who holds each role, in the program's order; behind them the [`DEALER`], if there is one.
    pub roles: Ordered<PartyName>,
    /// What the program holds from earlier sessions, by record: which key of which epoch, which presignature.
    pub records: Ordered<String>,
    /// The claim under which the program runs.
    pub claim: Claim,
    /// The protocol.
    pub protocol: String,
}

/// What is promised against whom (semantics, section 1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// `semi-honest` or `malicious`.
    pub adversary: String,
    /// How many parties may collude.
    pub corrupt: u64,
    /// What honest parties are guaranteed.
    pub guarantee: String,
    /// `enforced` if the protocol checks the ranges of what is shared, else `trusted`.
    pub ranges: String,
    /// The claim in words.
    pub text: String,
}

/// Why terms cannot be proposed. All of it is this party's to put right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// A role of the program has no holder.
    #[error("nobody holds the role {role}")]
    Vacant {
        /// The role.
        role: String,
    },
    /// A role that the program has not.
    #[error("{holder} is to hold the role {role}, which the program has not")]
    UnknownRole {
        /// The role.
        role: String,
        /// Who should hold it.
        holder: PartyName,
    },
    /// A role's holder is not among the parties.
    #[error("the role {role} is held by {holder}, who is not a party of the session")]
    Outsider {
        /// The role.
        role: String,
        /// Its holder.
        holder: PartyName,
    },
    /// A party holds no role.
    #[error("{party} is a party of the session and holds no role")]
    Idle {
        /// The party.
        party: PartyName,
    },
    /// The dealer would not be one.
    #[error("{dealer} is the dealer, who is trusted not to collude with anybody, and holds the role {role}")]
    DealerPlays {
        /// The dealer.
        dealer: PartyName,
        /// A role that it holds.
        role: String,
    },
    /// A text cannot be sent.
    #[error("{field}: expected at most {limit} bytes and no control characters; this text has {length} bytes")]
    Text {
        /// Where it stands.
        field: String,
        /// How long it may be.
        limit: usize,
        /// How long it is.
        length: usize,
    },
    /// All of it together is too long.
    #[error("the terms have {length} bytes; at most {limit} can be exchanged")]
    TooLong {
        /// Their length.
        length: usize,
        /// The limit.
        limit: usize,
    },
}

impl From<TermsError> for Failure {
    fn from(error: TermsError) -> Self {
        let hint = match &error {
            TermsError::Vacant { role } => {
                Some(format!("say who holds it: --peer {role}=NAME for a partner, --as {role} for yourself"))
            }
            TermsError::DealerPlays { .. } => {
                Some("a dealer brings no data and learns nothing: name somebody else, or leave out --dealer".to_owned())
            }
            TermsError::Idle { party } => {
                Some(format!("leave {party} out, or give it a role with --peer ROLE={party}"))
            }
            _ => None,
        };
        Self { exit: Exit::BadInput, message: error.to_string(), hint }
    }
}

impl Terms {
    /// Checks that the roles are the program's, all held by parties of the roster, none of whom is idle. Done before
    /// anybody is dialled.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self, program_roles: &[String], roster: &Roster) -> Result<(), TermsError> {
        if let Some(role) = program_roles.iter().find(|role| self.roles.find(role).is_none()) {
            return Err(TermsError::Vacant { role: role.clone() });
        }
        for (role, holder) in self.roles.iter() {
            if role != DEALER && !program_roles.iter().any(|known| known == role) {
                return Err(TermsError::UnknownRole { role: role.to_owned(), holder: holder.clone() });
            }
            if !roster.cards().iter().any(|card| card.name() == holder) {
                return Err(TermsError::Outsider { role: role.to_owned(), holder: holder.clone() });
            }
        }
        if let Some(dealer) = self.dealer()
            && let Some(role) = self.roles_of(dealer).find(|role| *role != DEALER)
        {
            return Err(TermsError::DealerPlays { dealer: dealer.clone(), role: role.to_owned() });
        }
        match roster.cards().iter().find(|card| self.roles_of(card.name()).next().is_none()) {
            Some(idle) => Err(TermsError::Idle { party: idle.name().clone() }),
            None => self.check_texts(),
        }
    }

    /// Who deals correlated randomness, if anybody does.
    pub fn dealer(&self) -> Option<&PartyName> {
        self.roles.find(DEALER)
    }

    /// How many of a roster's parties compute: all but a dealer.
    pub fn computing(&self, roster: &Roster) -> usize {
        roster.cards().len() - usize::from(self.dealer().is_some())
    }

    /// The roles that a party holds, in the program's order.
    pub fn roles_of<'a>(&'a self, party: &'a PartyName) -> impl Iterator<Item = &'a str> {
        self.roles.iter().filter(move |(_, holder)| *holder == party).map(|(role, _)| role)
    }

    /// Checks what a peer's bytes may contain too: texts are short, and none steers a terminal.
    pub(crate) fn check_texts(&self) -> Result<(), TermsError> {
        let Self { program, digest: _, parameters, roles, records, claim, protocol } = self;
        let Claim { adversary, corrupt: _, guarantee, ranges, text } = claim;
        let fixed = [
            ("program", program),
            ("claim.adversary", adversary),
            ("claim.guarantee", guarantee),
            ("claim.ranges", ranges),
            ("claim.text", text),
            ("protocol", protocol),
        ];
        for (field, text) in fixed {
            check_text(field, text)?;
        }
        for (name, value) in parameters.iter() {
            check_text("name of a parameter", name)?;
            check(&format!("parameter {name}"), value, LONGEST_PARAMETER)?;
        }
        for (name, value) in records.iter() {
            check_text("name of a record", name)?;
            check_text(&format!("record {name}"), value)?;
        }
        roles.iter().try_for_each(|(role, _)| check_text("name of a role", role))
    }

    /// Adds the terms to what is hashed or signed.
    pub(crate) fn write(&self, canonical: Canonical) -> Canonical {
        let Self { program, digest, parameters, roles, records, claim, protocol } = self;
        let Claim { adversary, corrupt, guarantee, ranges, text } = claim;
        canonical
            .text(program)
            .bytes(&digest.0)
            .list(parameters.iter(), |c, (name, value)| c.text(name).text(value))
            .list(roles.iter(), |c, (role, holder)| c.text(role).text(holder.as_str()))
            .list(records.iter(), |c, (name, value)| c.text(name).text(value))
            .text(adversary)
            .number(*corrupt)
            .text(guarantee)
            .text(ranges)
            .text(text)
            .text(protocol)
    }
}

pub(crate) fn check_text(field: &str, text: &str) -> Result<(), TermsError> {
    check(field, text, LONGEST_TEXT)
}

fn check(field: &str, text: &str, limit: usize) -> Result<(), TermsError> {
    if text.len() <= limit && !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(TermsError::Text { field: field.to_owned(), limit, length: text.len() })
}
