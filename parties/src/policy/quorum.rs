//! Who must have said yes: `2 of treasury and (1 of compliance or weight 3 of board) and distinct locations >= 2`.

mod reading;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Person, Role};
use crate::identity::PartyName;

/// An expression over people. `and` and `or` are never mixed without parentheses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Quorum {
    /// `2 of treasury`: so many people with the role.
    Count {
        /// How many.
        needed: u32,
        /// Which role.
        role: Role,
    },
    /// `weight 3 of board`: people with the role whose weights add up to so much.
    Weight {
        /// How much.
        needed: u32,
        /// Which role.
        role: Role,
    },
    /// `person ann`: this one.
    Person(PartyName),
    /// `distinct locations >= 2`: those who count come from so many places.
    Distinct {
        /// Which attribute of people.
        attribute: Attribute,
        /// How many different values.
        needed: u32,
    },
    /// All of these.
    All(Vec<Quorum>),
    /// One of these.
    Any(Vec<Quorum>),
}

/// An attribute of people that can be asked to differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// Where.
    Location,
    /// Under whose law.
    Jurisdiction,
}

impl Attribute {
    const fn plural(self) -> &'static str {
        match self {
            Self::Location => "locations",
            Self::Jurisdiction => "jurisdictions",
        }
    }

    fn of(self, person: &Person) -> Option<&str> {
        match self {
            Self::Location => person.location.as_ref().map(|word| word.as_str()),
            Self::Jurisdiction => person.jurisdiction.as_ref().map(|word| word.as_str()),
        }
    }
}

/// Who is there, among the people of a policy. Whoever is not among them does not count.
#[derive(Clone, Debug)]
pub struct Present<'a> {
    people: &'a BTreeMap<PartyName, Person>,
    names: BTreeSet<&'a PartyName>,
}

impl<'a> Present<'a> {
    /// These people; of one person once.
    pub fn new(people: &'a BTreeMap<PartyName, Person>, names: impl IntoIterator<Item = &'a PartyName>) -> Self {
        Self { people, names: names.into_iter().filter(|name| people.contains_key(*name)).collect() }
    }

    fn with(&self, role: &Role) -> impl Iterator<Item = (&'a PartyName, &'a Person)> {
        let present = self.names.iter().filter_map(|name| Some((*name, self.people.get(*name)?)));
        present.filter(move |(_, person)| person.roles.contains(role))
    }

    /// The people with a role who are not there.
    fn others(&self, role: &Role) -> Vec<String> {
        let absent = self.people.iter().filter(|(name, _)| !self.names.contains(name));
        absent.filter(|(_, person)| person.roles.contains(role)).map(|(name, _)| name.to_string()).collect()
    }
}

impl Quorum {
    /// Whether these people are enough.
    pub fn is_met(&self, present: &Present<'_>) -> bool {
        self.missing(present).is_none()
    }

    /// What is missing, in words; `None` if nothing is.
    pub fn missing(&self, present: &Present<'_>) -> Option<String> {
        let mut counted = present.clone();
        if self.names_somebody() {
            counted.names.retain(|name| present.people.get(*name).is_some_and(|person| self.counts(name, person)));
        }
        self.lack(&counted)
    }

    fn lack(&self, present: &Present<'_>) -> Option<String> {
        let named = |role: &Role| match present.others(role) {
            others if others.is_empty() => "nobody else has it".to_owned(),
            others => others.join(", "),
        };
        match self {
            Self::Count { needed, role } => {
                let have = present.with(role).count() as u64;
                let more = u64::from(*needed).saturating_sub(have);
                (more > 0).then(|| format!("{more} more of {role} ({})", named(role)))
            }
            Self::Weight { needed, role } => {
                let have: u64 = present.with(role).map(|(_, person)| u64::from(person.weight)).sum();
                let more = u64::from(*needed).saturating_sub(have);
                (more > 0).then(|| format!("weight {more} more of {role} ({})", named(role)))
            }
            Self::Person(name) => (!present.names.contains(name)).then(|| name.to_string()),
            Self::Distinct { attribute, needed } => {
                let people = present.names.iter().filter_map(|name| present.people.get(*name));
                let values: BTreeSet<&str> = people.filter_map(|person| attribute.of(person)).collect();
                let enough = values.len() as u64 >= u64::from(*needed);
                (!enough).then(|| format!("{needed} different {}; there are {}", attribute.plural(), values.len()))
            }
            Self::All(parts) => {
                let missing: Vec<String> = parts.iter().filter_map(|part| part.lack(present)).collect();
                (!missing.is_empty()).then(|| missing.join("; and "))
            }
            Self::Any(parts) => {
                let missing: Option<Vec<String>> = parts.iter().map(|part| part.lack(present)).collect();
                missing.map(|missing| format!("either {}", missing.join(", or ")))
            }
        }
    }

    /// Whether a person can count for any part.
    pub fn counts(&self, name: &PartyName, person: &Person) -> bool {
        match self {
            Self::Count { role, .. } | Self::Weight { role, .. } => person.roles.contains(role),
            Self::Person(named) => named == name,
            Self::Distinct { .. } => false,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.counts(name, person)),
        }
    }

    /// The roles that it names.
    pub fn roles(&self) -> BTreeSet<&Role> {
        let mut roles = BTreeSet::new();
        self.each(&mut |part| {
            if let Self::Count { role, .. } | Self::Weight { role, .. } = part {
                roles.insert(role);
            }
        });
        roles
    }

    /// The people whom it names.
    pub fn persons(&self) -> BTreeSet<&PartyName> {
        let mut persons = BTreeSet::new();
        self.each(&mut |part| {
            if let Self::Person(name) = part {
                persons.insert(name);
            }
        });
        persons
    }

    /// Two roles that stand on two sides of an `and`, for all pairs of them. Whoever had both would count twice.
    pub fn counted_apart(&self) -> Vec<(&Role, &Role)> {
        let mut pairs = Vec::new();
        self.each(&mut |part| {
            let Self::All(parts) = part else { return };
            for (place, one) in parts.iter().enumerate() {
                for other in &parts[place + 1..] {
                    let others = other.roles();
                    pairs.extend(one.roles().into_iter().flat_map(|a| others.iter().map(move |b| (a, *b))));
                }
            }
        });
        pairs.retain(|(a, b)| a != b);
        pairs
    }

    fn names_somebody(&self) -> bool {
        !self.roles().is_empty() || !self.persons().is_empty()
    }

    /// Visits every part, the whole first.
    fn each<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        if let Self::All(parts) | Self::Any(parts) = self {
            for part in parts {
                part.each(visit);
            }
        }
    }
}

impl fmt::Display for Quorum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (place, part) in parts.iter().enumerate() {
                if place > 0 {
                    write!(f, " {word} ")?;
                }
                match part {
                    Self::All(_) | Self::Any(_) => write!(f, "({part})")?,
                    single => write!(f, "{single}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::Count { needed, role } => write!(f, "{needed} of {role}"),
            Self::Weight { needed, role } => write!(f, "weight {needed} of {role}"),
            Self::Person(name) => write!(f, "person {name}"),
            Self::Distinct { attribute, needed } => write!(f, "distinct {} >= {needed}", attribute.plural()),
            Self::All(parts) => joined(f, parts, "and"),
            Self::Any(parts) => joined(f, parts, "or"),
        }
    }
}

impl FromStr for Quorum {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        reading::read(text)
    }
}

impl TryFrom<String> for Quorum {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Quorum> for String {
    fn from(quorum: Quorum) -> Self {
        quorum.to_string()
    }
}

#[cfg(test)]
mod tests;
