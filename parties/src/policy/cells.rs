//! A policy as a table: all kinds of requests that its rules tell apart, and what each needs.
//!
//! Rules look at kinds, assets, bands of amounts, listed destinations, roles, times and risks, and at each only through
//! a few boundaries. Between two boundaries nothing changes, so one probe in each cell says everything.

use std::collections::{BTreeMap, BTreeSet};

use super::when::{Facts, Weekday, expand};
use super::{Policy, Rule, Then, Tier, When};
use crate::identity::PartyName;
use crate::request::{Amount, Kind, Moment, Word};

/// Below the first band.
pub(super) const NOTHING: Amount = Amount::ZERO;

/// More cells are not looked at.
const MOST_CELLS: usize = 1 << 18;

/// One value of one of the things that rules look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Kind(Kind),
    /// An asset, or all that no rule names.
    Asset(Option<Word>),
    /// Above the first, up to the second.
    Band(Amount, Option<Amount>),
    /// A destination that stands for others which no rule tells apart from it; what they are called.
    Destination(Word, String),
    /// Somebody who asks, for all whom no rule tells apart; what they are called.
    Initiator(Option<PartyName>, String),
    /// A minute of a day of the week; when it begins to be so.
    Time(Moment, String),
    /// At least the first, at most the second.
    Risk(u8, u8),
}

/// What a policy says to a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Requirement {
    /// Refused, by which rule.
    Refused(String),
    /// Allowed with these.
    Needs(BTreeSet<String>),
}

/// A cell: a probe of each thing that rules look at.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) kind: Kind,
    pub(super) asset: Option<Word>,
    pub(super) amount: Option<Amount>,
    pub(super) destination: String,
    pub(super) initiator: Option<PartyName>,
    pub(super) now: Moment,
    pub(super) risk: u8,
}

impl Default for Cell {
    fn default() -> Self {
        let (asset, amount, initiator) = (None, None, None);
        Self { kind: Kind::Login, asset, amount, destination: String::new(), initiator, now: monday(), risk: 0 }
    }
}

/// A Monday at midnight.
fn monday() -> Moment {
    Moment::from_seconds(4 * 86_400)
}

impl Cell {
    /// The same cell with one more thing known.
    pub(super) fn with(&self, value: &Value) -> Self {
        let mut cell = self.clone();
        match value {
            Value::Kind(kind) => cell.kind = *kind,
            Value::Asset(asset) => cell.asset = Some(asset.clone().unwrap_or_else(other)),
            Value::Band(above, up_to) => cell.amount = Some(up_to.unwrap_or_else(|| above.next())),
            Value::Destination(word, _) => cell.destination = word.as_str().to_owned(),
            Value::Initiator(name, _) => cell.initiator.clone_from(name),
            Value::Time(moment, _) => cell.now = *moment,
            Value::Risk(least, _) => cell.risk = *least,
        }
        cell
    }

    pub(super) fn facts<'a>(&'a self, policy: &'a Policy) -> Facts<'a> {
        let person = self.initiator.as_ref().and_then(|name| policy.people.get(name));
        Facts {
            kind: self.kind,
            asset: self.asset.as_ref().map(|word| word.as_str()),
            amount: self.amount,
            destination: &self.destination,
            initiator: person.map_or(&[], |person| &person.roles),
            now: self.now,
            risk: self.risk,
        }
    }

    /// The rules that look at it.
    pub(super) fn rules<'a>(&'a self, policy: &'a Policy) -> impl Iterator<Item = &'a Rule> {
        let facts = self.facts(policy);
        let named = |list: &str| policy.list(list);
        policy.rules.iter().filter(move |rule| rule.when.fails(&facts, rule.restricts(), &named).is_none())
    }

    /// What the policy says to it.
    pub(super) fn requirement(&self, policy: &Policy) -> Requirement {
        let (mut needs, mut allowed, mut tier) = (BTreeSet::new(), false, Tier::Hot);
        for rule in self.rules(policy) {
            match rule.then {
                Then::Refuse => return Requirement::Refused(rule.name.to_string()),
                Then::Allow => allowed = true,
                Then::Require => {}
            }
            tier = rule.says().map_or(tier, |says| tier.max(says));
            needs.extend(needs_of(rule));
        }
        if !allowed {
            return Requirement::Refused("no rule allows it".to_owned());
        }
        if tier == Tier::Cold {
            needs.insert("a person at every signer".to_owned());
        }
        Requirement::Needs(needs)
    }
}

fn needs_of(rule: &Rule) -> Vec<String> {
    let mut needs = Vec::new();
    needs.extend(rule.quorum.as_ref().map(super::decide::in_words));
    needs.extend(rule.signers.as_ref().map(|signers| format!("among the signers {signers}")));
    for needed in &rule.attestations {
        needs.push(format!("a certificate of {} for the {}", needed.claim, needed.of.name()));
    }
    for limit in &rule.limits {
        needs.extend(limit.count.map(|count| format!("at most {count} within {} ({})", limit.window, rule.name)));
        needs.extend(limit.sum.map(|sum| format!("at most {sum} within {} ({})", limit.window, rule.name)));
    }
    needs
}

/// An asset or destination that no rule names.
fn other() -> Word {
    "(other)".parse().expect("a word")
}

/// The values of everything that the rules of these policies tell apart, for requests of one kind: one list for each
/// thing, in the order in which people speak of them.
#[derive(Debug)]
pub(super) struct Table<'a> {
    policies: Vec<&'a Policy>,
}

impl<'a> Table<'a> {
    pub(super) fn new(policies: Vec<&'a Policy>) -> Self {
        Self { policies }
    }

    fn rules(&self) -> impl Iterator<Item = (&'a Policy, &'a Rule)> + '_ {
        self.policies.iter().flat_map(|policy| policy.rules.iter().map(move |rule| (*policy, rule)))
    }

    fn whens(&self) -> impl Iterator<Item = &'a When> + '_ {
        self.rules().map(|(_, rule)| &rule.when)
    }

    /// How many cells there are at most.
    ///
    /// # Errors
    /// That number, if there are too many to be looked at.
    pub(super) fn check_size(&self) -> Result<(), usize> {
        let payments = self.assets().iter().map(|asset| self.bands(asset.as_ref()).len()).sum::<usize>();
        let each = self.destinations().len() * self.initiators().len() * self.times().len() * self.risks().len();
        let cells = (2 * payments + 2).saturating_mul(each);
        if cells > MOST_CELLS { Err(cells) } else { Ok(()) }
    }

    /// The values of the next thing after those of a cell: kinds first. `depth` counts things.
    pub(super) fn values(&self, depth: usize, kind: Kind, asset: Option<&Word>) -> Option<Vec<Value>> {
        let nothing = || vec![];
        Some(match depth {
            0 => Kind::ALL.into_iter().map(Value::Kind).collect(),
            1 if kind.pays() => self.assets().into_iter().map(Value::Asset).collect(),
            2 if kind.pays() => self.bands(asset.filter(|asset| **asset != other())),
            1 | 2 => nothing(),
            3 if kind == Kind::Digest => nothing(),
            3 => self.destinations(),
            4 => self.initiators(),
            5 => self.times(),
            6 => self.risks(),
            _ => return None,
        })
    }

    fn assets(&self) -> Vec<Option<Word>> {
        let named: BTreeSet<&Word> = self.whens().flat_map(|when| &when.assets).collect();
        named.into_iter().cloned().map(Some).chain([None]).collect()
    }

    fn bands(&self, asset: Option<&Word>) -> Vec<Value> {
        let of_asset = |when: &&When| asset.is_some_and(|asset| when.assets.contains(asset));
        let edges: BTreeSet<Amount> =
            self.whens().filter(of_asset).flat_map(|when| [when.above, when.up_to]).flatten().collect();
        let edges: Vec<Amount> = edges.into_iter().filter(|edge| *edge > Amount::ZERO).collect();
        let from = std::iter::once(Amount::ZERO).chain(edges.iter().copied());
        let to = edges.iter().copied().map(Some).chain([None]);
        from.zip(to).map(|(above, up_to)| Value::Band(above, up_to)).collect()
    }

    /// Destinations that are in the same lists of the same rules are one.
    fn destinations(&self) -> Vec<Value> {
        let conditions: Vec<(&Policy, &[Word])> = (self.rules())
            .flat_map(|(policy, rule)| [(policy, &rule.when.destinations[..]), (policy, &rule.when.other_than[..])])
            .filter(|(_, words)| !words.is_empty())
            .collect();
        let mut groups: BTreeMap<Vec<bool>, BTreeSet<Word>> = BTreeMap::new();
        let listed = |policy: &'a Policy, words: &'a [Word]| expand(words, &|list| policy.list(list));
        let all: BTreeSet<Word> =
            conditions.iter().flat_map(|(policy, words)| listed(policy, words)).cloned().collect();
        for word in all {
            let is_in = |(policy, words): &(&'a Policy, &'a [Word])| listed(policy, words).contains(&&word);
            groups.entry(conditions.iter().map(is_in).collect()).or_default().insert(word);
        }
        let label = |group: &BTreeSet<Word>| {
            let whole = self
                .policies
                .iter()
                .rev()
                .flat_map(|policy| &policy.lists)
                .find(|(_, list)| list.iter().cloned().collect::<BTreeSet<_>>() == *group);
            match (whole, group.first()) {
                (Some((name, _)), _) => format!("to @{name}"),
                (None, Some(first)) if group.len() > 1 => format!("to {first} and {} others", group.len() - 1),
                (None, first) => format!("to {}", first.map_or("nobody", |word| word.as_str())),
            }
        };
        let mut values: Vec<Value> = (groups.values())
            .filter_map(|group| Some(Value::Destination(group.first()?.clone(), label(group))))
            .collect();
        let rest = if values.is_empty() { "to anybody" } else { "to anybody else" };
        values.push(Value::Destination(other(), rest.to_owned()));
        values
    }

    fn initiators(&self) -> Vec<Value> {
        let conditions: Vec<_> = self.whens().map(|when| &when.initiators).filter(|roles| !roles.is_empty()).collect();
        let mut groups: BTreeMap<Vec<bool>, BTreeSet<&PartyName>> = BTreeMap::new();
        for policy in self.policies.iter().filter(|_| !conditions.is_empty()) {
            for name in policy.people.keys() {
                // In both policies, because roles change.
                let roles = self.policies.iter().filter_map(|policy| policy.people.get(name));
                let looks = |roles: Vec<_>| conditions.iter().map(move |c| roles.iter().any(|role| c.contains(role)));
                let vector = roles.flat_map(|person| looks(person.roles.clone()).collect::<Vec<_>>()).collect();
                groups.entry(vector).or_default().insert(name);
            }
        }
        if groups.len() < 2 {
            return vec![Value::Initiator(groups.values().flatten().next().map(|name| (*name).clone()), String::new())];
        }
        let label = |group: &BTreeSet<&PartyName>| {
            format!("asked by {}", group.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" or "))
        };
        let value =
            |group: &BTreeSet<&PartyName>| Value::Initiator(group.first().map(|name| (*name).clone()), label(group));
        groups.values().map(value).collect()
    }

    fn times(&self) -> Vec<Value> {
        let mut minutes: BTreeSet<u32> = self.whens().filter_map(|when| when.hours).flat_map(|h| h.edges()).collect();
        minutes.insert(0);
        let days = if self.whens().all(|when| when.days.is_empty()) { 1 } else { 7 };
        let minutes: Vec<u32> = minutes.into_iter().collect();
        let mut values = Vec::new();
        for day in 0..days {
            for (place, from) in minutes.iter().enumerate() {
                let to = minutes.get(place + 1).copied().unwrap_or(1440);
                let moment = Moment::from_seconds(monday().seconds() + day * 86_400 + u64::from(*from) * 60);
                let name = if days == 1 { "" } else { Weekday::of(moment).short() };
                let hours = format!("{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60);
                let hours = if minutes.len() == 1 { String::new() } else { hours };
                values.push(Value::Time(moment, format!("{name} {hours}").trim().to_owned()));
            }
        }
        values
    }

    fn risks(&self) -> Vec<Value> {
        let mut edges: BTreeSet<u8> = self.whens().filter_map(|when| when.risk_at_least).collect();
        edges.insert(0);
        let edges: Vec<u8> = edges.into_iter().collect();
        let last = |place: usize| edges.get(place + 1).map_or(100, |next| next - 1);
        edges.iter().enumerate().map(|(place, least)| Value::Risk(*least, last(place))).collect()
    }

    /// All cells.
    pub(super) fn cells(&self) -> Vec<Cell> {
        let mut cells = vec![Cell::default()];
        for depth in 0..7 {
            let mut next = Vec::new();
            for cell in cells {
                match self.values(depth, cell.kind, cell.asset.as_ref()) {
                    Some(values) if !values.is_empty() => next.extend(values.iter().map(|value| cell.with(value))),
                    _ => next.push(cell),
                }
            }
            cells = next;
        }
        cells
    }
}
