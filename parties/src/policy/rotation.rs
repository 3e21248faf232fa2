//! When a key's shares are made anew without anybody asking for it.
//!
//! A policy that says nothing of this rotates nothing. A [`Rotation`] is a list of rules, approved like the rest of the
//! policy before anything has happened; [`Rotation::judge`] is a pure function of the rules, of what was found about a
//! holder, and of what the deciding party's own log and clock say. Every party that is to take part asks it for itself.
//!
//! | found | what may follow | who must have found it |
//! |---|---|---|
//! | `silent`: a holder has not answered for `after` | `without` it: the other holders share among themselves, under the same threshold; `replace`: they and the one named `substitute` | every remaining holder, by its own calls |
//! | `suspicious`: a check with a holder has failed | `refresh`: new shares for the same holders, and new pairs | one of the two whose check it was: nobody else can see it, and nobody loses a share by it |

use std::fmt;

use serde::{Deserialize, Serialize};

use super::decide::TOLERANCE;
use super::{Hours, Weekday};
use crate::identity::PartyName;
use crate::request::{Moment, Span, Words};

/// What is rotated by itself, and how often at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// So many rotations may begin …
    pub at_most: u32,
    /// … in any span of this length. One that fails counts too.
    pub within: Span,
    /// On these days of the week, in UTC; on all if nothing is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<Weekday>,
    /// Between these times of the day, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// The rules; of a holder and what is found about it speaks one at most.
    #[serde(default, rename = "rule")]
    pub rules: Vec<RotationRule>,
}

/// What follows from what is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotationRule {
    /// What it is called in logs.
    pub name: Words,
    /// What must have been found.
    pub when: Found,
    /// For how long a holder must have been silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Span>,
    /// About whom; about any holder if nobody is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<PartyName>,
    /// What is done.
    pub then: Remedy,
    /// Who takes the place of the holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitute: Option<PartyName>,
}

/// What can be found about a holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Found {
    /// It does not answer.
    Silent,
    /// It has failed a check.
    Suspicious,
}

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Remedy {
    /// New shares for the same holders.
    Refresh,
    /// New shares for the others.
    Without,
    /// New shares for the others and the substitute.
    Replace,
}

/// What a party knows when it judges.
#[derive(Clone, Debug)]
pub struct Occasion<'a> {
    /// The holder.
    pub holder: &'a PartyName,
    /// What was found about it.
    pub found: Found,
    /// For how many seconds it has been silent, as far as this party watches that.
    pub silent: Option<u64>,
    /// What the clock says.
    pub now: Moment,
    /// When the log was last written to.
    pub last: Option<Moment>,
    /// When rotations of the key have begun before.
    pub begun: &'a [Moment],
}

/// Why nothing is rotated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmoved {
    /// It may be a matter of seconds.
    NotYet(String),
    /// The policy says no.
    Refused {
        /// The rule that speaks of it, if one does.
        rule: Option<Words>,
        /// Why.
        why: String,
    },
}

impl Rotation {
    /// The rule that speaks of this.
    pub fn rule(&self, holder: &PartyName, found: Found) -> Option<&RotationRule> {
        let speaks = |rule: &&RotationRule| rule.when == found && rule.speaks_of(holder);
        self.rules.iter().find(speaks)
    }

    /// The shortest silence after which anything is done about a holder.
    pub fn patience(&self, holder: &PartyName) -> Option<Span> {
        self.rule(holder, Found::Silent).and_then(|rule| rule.after)
    }

    /// The rule by which the key is rotated now.
    ///
    /// # Errors
    /// If it is not: which rule speaks of it, and why nothing follows.
    pub fn judge(&self, occasion: &Occasion<'_>) -> Result<&RotationRule, Unmoved> {
        let Occasion { holder, found, silent, now, last, begun } = occasion;
        let rule = self.rule(holder, *found).ok_or_else(|| Unmoved::Refused {
            rule: None,
            why: format!("no rule rotates the key because {holder} {}", found.words()),
        })?;
        let refused = |why: String| Unmoved::Refused { rule: Some(rule.name.clone()), why };
        if let Some(last) = last.filter(|last| now.after(TOLERANCE) < *last) {
            return Err(refused(format!("the clock says {now}, before the last entry of the log, {last}")));
        }
        // A clock that was put right by a little does not open a window again.
        let now = last.map_or(*now, |last| last.max(*now));
        if !self.days.is_empty() && !self.days.contains(&Weekday::of(now)) {
            return Err(refused(format!("it is {}, when nothing is rotated by itself", Weekday::of(now).short())));
        }
        if let Some(hours) = self.hours.filter(|hours| !hours.contain(now.minute_of_day())) {
            return Err(refused(format!("it is not between {hours} UTC, when alone the key is rotated by itself")));
        }
        let since = now.before(self.within);
        let counted = begun.iter().filter(|at| **at > since).count();
        if counted as u64 >= u64::from(self.at_most) {
            let (most, within) = (self.at_most, self.within);
            return Err(refused(format!("{counted} rotations have begun within {within}; at most {most} may")));
        }
        match (rule.after, silent) {
            (Some(after), Some(silent)) if *silent < after.seconds() => {
                let words = format!("{holder} has been silent for {silent} s here, and the rule says {after}");
                Err(Unmoved::NotYet(words))
            }
            _ => Ok(rule),
        }
    }
}

impl RotationRule {
    fn speaks_of(&self, holder: &PartyName) -> bool {
        self.holders.is_empty() || self.holders.contains(holder)
    }

    /// Whether there is something of which both rules speak.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let any = self.holders.is_empty() || other.holders.is_empty();
        self.when == other.when && (any || self.holders.iter().any(|holder| other.holders.contains(holder)))
    }

    /// The rule as people say it.
    pub fn words(&self) -> String {
        let Self { when, after, holders, then, substitute, .. } = self;
        let whom = match holders.as_slice() {
            [] => "a holder".to_owned(),
            some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
        };
        let found = match (when, after) {
            (Found::Silent, Some(after)) => format!("{whom} has not answered for {after}"),
            _ => format!("{whom} {}", when.words()),
        };
        let then = match (then, substitute) {
            (Remedy::Refresh, _) => "new shares for the same holders".to_owned(),
            (Remedy::Without, _) => "new shares for the others".to_owned(),
            (Remedy::Replace, Some(name)) => format!("new shares for the others and {name}"),
            (Remedy::Replace, None) => "new shares for the others and nobody".to_owned(),
        };
        format!("when {found}: {then}")
    }
}

impl Found {
    /// What was found, after the holder's name.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Silent => "does not answer",
            Self::Suspicious => "has failed a check",
        }
    }
}

impl fmt::Display for Rotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {} within {}", self.at_most, self.within)?;
        if !self.days.is_empty() {
            write!(f, " on {}", self.days.iter().map(|day| day.short()).collect::<Vec<_>>().join(", "))?;
        }
        self.hours.map_or(Ok(()), |hours| write!(f, " between {hours} UTC"))
    }
}

impl fmt::Display for Unmoved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotYet(why) | Self::Refused { rule: None, why } => f.write_str(why),
            Self::Refused { rule: Some(rule), why } => write!(f, "rule {rule}: {why}"),
        }
    }
}
