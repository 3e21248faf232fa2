//! Several parties' logs side by side.

use super::{Head, Verified, Whose};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;

/// A verified log and its owner's name.
#[derive(Clone, Debug)]
pub struct NamedLog {
    /// Whose it is.
    pub name: PartyName,
    /// What it says.
    pub log: Verified,
}

/// Two logs that cannot both be whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// A log does not have what another one says that it had.
    #[error(
        "entry {number} of the log of {owner} is missing or another one: {witness} has seen {head}, as entry {entry} of its log says, and the log given here ends at entry {end}"
    )]
    Head {
        /// Whose log it is.
        owner: PartyName,
        /// The number of the first entry that does not fit.
        number: u64,
        /// Who has seen another one.
        witness: PartyName,
        /// What it has seen.
        head: Head,
        /// In which entry it says so.
        entry: u64,
        /// The number of the log's last entry.
        end: u64,
    },
    /// Two logs have seen two different entries of a third.
    #[error(
        "the log of {owner} was forked at or before entry {number}: {first} and {second} have each seen another entry of this number"
    )]
    Fork {
        /// Whose log it is.
        owner: PartyName,
        /// The number of the entry.
        number: u64,
        /// One who has seen it.
        first: PartyName,
        /// Another one.
        second: PartyName,
    },
}

impl From<Contradiction> for Failure {
    fn from(contradiction: Contradiction) -> Self {
        let hint = match &contradiction {
            Contradiction::Head { owner, .. } => {
                format!(
                    "if {owner} only gave an older export, ask for a new one; else its log was cut, set back or forked"
                )
            }
            Contradiction::Fork { owner, .. } => format!("{owner} has shown two histories: ask for both logs"),
        };
        Self::new(Exit::Unverified, contradiction.to_string()).hint(hint)
    }
}

/// Compares logs with what each says of the others'.
///
/// # Errors
/// The contradiction at the lowest number.
pub fn compare(logs: &[NamedLog]) -> Result<(), Contradiction> {
    let mut found: Option<(u64, Contradiction)> = None;
    let mut note = |number: u64, contradiction: Contradiction| {
        if found.as_ref().is_none_or(|(lowest, _)| number < *lowest) {
            found = Some((number, contradiction));
        }
    };
    let seen = |log: &NamedLog| {
        let sightings = log.log.sightings.iter().filter(|sighting| sighting.whose == Whose::Partner);
        sightings.cloned().map(|sighting| (log.name.clone(), sighting)).collect::<Vec<_>>()
    };
    let all: Vec<_> = logs.iter().flat_map(seen).collect();
    for (witness, sighting) in &all {
        let number = sighting.head.number;
        match logs.iter().find(|log| log.log.owner == sighting.key) {
            Some(log) if log.log.contains(&sighting.head) => {}
            Some(log) => {
                let (owner, witness, head) = (log.name.clone(), witness.clone(), sighting.head);
                let (entry, end) = (sighting.entry, log.log.head.number);
                // Of a log that is too short, the first entry that is missing is the next one.
                let number = number.min(end + 1);
                note(number, Contradiction::Head { owner, number, witness, head, entry, end });
            }
            None => {
                let other = all.iter().find(|(_, other)| {
                    other.key == sighting.key && other.head.number == number && other.head.hash != sighting.head.hash
                });
                if let Some((second, _)) = other {
                    let (owner, first, second) = (sighting.partner.clone(), witness.clone(), second.clone());
                    note(number, Contradiction::Fork { owner, number, first, second });
                }
            }
        }
    }
    found.map_or(Ok(()), |(_, contradiction)| Err(contradiction))
}
