//! On what a rule looks.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Role, Spend};
use crate::request::{Amount, Kind, Moment, Word};

/// The conditions of a rule. All that are given must hold; a rule without conditions looks at every request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// One of these kinds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// One of these assets or currencies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<Word>,
    /// More than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<Amount>,
    /// This or less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Amount>,
    /// One of these destinations; `@name` stands for a list of the policy.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub destinations: Vec<Word>,
    /// None of these destinations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_than: Vec<Word>,
    /// An initiator with one of these roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub initiators: Vec<Role>,
    /// One of these days of the week, in UTC.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<Weekday>,
    /// Between these times of the day, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// A risk of this or more, of 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_at_least: Option<u8>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "they have names")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// All of them, as a week has them.
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// The day of a moment.
    pub fn of(moment: Moment) -> Self {
        Self::ALL[moment.weekday()]
    }

    /// The first three letters.
    pub fn short(self) -> &'static str {
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][self as usize]
    }
}

/// A part of the day, `08:00-18:00`: from the first minute on, until just before the last. `22:00-06:00` spans midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    from: u32,
    to: u32,
}

impl Hours {
    /// Whether a minute of the day lies within.
    pub fn contain(self, minute: u32) -> bool {
        if self.from < self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }

    /// The two minutes of the day at which it changes.
    pub fn edges(self) -> [u32; 2] {
        [self.from, self.to % 1440]
    }
}

impl FromStr for Hours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let minute = |part: &str| -> Option<u32> {
            let (hour, minute) = part.split_once(':')?;
            let digits = |text: &str| text.len() == 2 && text.bytes().all(|digit| digit.is_ascii_digit());
            if !digits(hour) || !digits(minute) {
                return None;
            }
            let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
            (minute < 60 && hour * 60 + minute <= 1440).then_some(hour * 60 + minute)
        };
        let parts = text.split_once('-').and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
        match parts {
            Some((from, to)) if from != to && from < 1440 && !(from == 0 && to == 1440) => Ok(Self { from, to }),
            _ => {
                let found: String = text.chars().take(24).collect();
                Err(format!("{found:?} is no part of a day: expected for example 08:00-18:00"))
            }
        }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        hours.to_string()
    }
}

/// What conditions are held against.
#[derive(Clone, Debug)]
pub(super) struct Facts<'a> {
    pub(super) kind: Kind,
    pub(super) asset: Option<&'a str>,
    pub(super) amount: Option<Amount>,
    pub(super) destination: &'a str,
    pub(super) initiator: &'a [Role],
    pub(super) now: Moment,
    /// What is not known counts as the highest.
    pub(super) risk: u8,
}

/// Whether a list has a destination. Where more matches mean less freedom, capital letters make no difference: an
/// address has several spellings, and none of them gets around a rule.
fn has(list: &[&Word], destination: &str, restricts: bool) -> bool {
    list.iter().any(|word| {
        if restricts { word.as_str().eq_ignore_ascii_case(destination) } else { word.as_str() == destination }
    })
}

impl When {
    /// The first condition that does not hold, in words; `None` if all hold. `restricts` says that the rule takes
    /// freedom away; `named` gives the content of a list.
    pub(super) fn fails<'a>(
        &'a self,
        facts: &Facts<'_>,
        restricts: bool,
        named: &dyn Fn(&str) -> &'a [Word],
    ) -> Option<String> {
        let Facts { kind, asset, amount, destination, initiator, now, risk } = facts;
        if !self.kinds.is_empty() && !self.kinds.contains(kind) {
            return Some(format!("it is a {kind}"));
        }
        if !self.assets.is_empty() && !asset.is_some_and(|asset| self.assets.iter().any(|word| word.as_str() == asset))
        {
            return Some(asset.map_or_else(|| "nothing is paid".to_owned(), |asset| format!("the asset is {asset}")));
        }
        if let Some(limit) = self.above.filter(|limit| amount.is_none_or(|amount| amount <= *limit)) {
            return Some(format!("the amount is not above {limit}"));
        }
        if let Some(limit) = self.up_to.filter(|limit| amount.is_none_or(|amount| amount > *limit)) {
            return Some(format!("the amount is above {limit}"));
        }
        if !self.destinations.is_empty() && !has(&expand(&self.destinations, named), destination, restricts) {
            return Some("the destination is not listed".to_owned());
        }
        if !self.other_than.is_empty() && has(&expand(&self.other_than, named), destination, !restricts) {
            return Some("the destination is listed".to_owned());
        }
        if !self.initiators.is_empty() && !initiator.iter().any(|role| self.initiators.contains(role)) {
            return Some("its initiator has another role".to_owned());
        }
        if !self.days.is_empty() && !self.days.contains(&Weekday::of(*now)) {
            return Some(format!("it is {}", Weekday::of(*now).short()));
        }
        if let Some(hours) = self.hours.filter(|hours| !hours.contain(now.minute_of_day())) {
            return Some(format!("it is not between {hours} UTC"));
        }
        self.risk_at_least.filter(|least| risk < least).map(|least| format!("the risk {risk} is below {least}"))
    }

    /// Whether an earlier payment counts for a limit of this rule: the conditions on what was paid to whom.
    pub(super) fn counts<'a>(&'a self, spend: &Spend, named: &dyn Fn(&str) -> &'a [Word]) -> bool {
        let kinds = spend.kinds();
        (self.kinds.is_empty() || self.kinds.iter().any(|kind| kinds.contains(kind)))
            && (self.assets.is_empty() || self.assets.iter().any(|asset| asset.as_str() == spend.asset))
            && self.above.is_none_or(|limit| spend.amount > limit)
            && self.up_to.is_none_or(|limit| spend.amount <= limit)
            && (self.destinations.is_empty() || has(&expand(&self.destinations, named), &spend.destination, true))
            && (self.other_than.is_empty() || !has(&expand(&self.other_than, named), &spend.destination, false))
    }
}

/// Destinations, with lists in the place of their names.
pub(super) fn expand<'a>(words: &'a [Word], named: &dyn Fn(&str) -> &'a [Word]) -> Vec<&'a Word> {
    let of = |word: &'a Word| match word.as_str().strip_prefix('@') {
        Some(name) => named(name).iter().collect(),
        None => vec![word],
    };
    words.iter().flat_map(of).collect()
}
