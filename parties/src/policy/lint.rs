//! What in a policy looks like a mistake: rules that do nothing, and ways around those that do something.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Cell, Requirement, Table};
use super::{Limit, Policy, Present, Quorum, Remedy, Rotation, Rule, Then, Tier};
use crate::identity::PartyName;
use crate::request::{Amount, Kind, Span};

/// Rotations that may follow each other sooner than this are many.
const SELDOM: Span = Span::of_seconds(3_600);

/// So long a machine may take to start anew.
const RESTART: Span = Span::of_seconds(120);

/// Something that looks like a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where: the name of a rule, or a field.
    pub place: String,
    /// What.
    pub words: String,
}

/// Everything in a policy that looks like a mistake.
pub fn lint(policy: &Policy) -> Vec<Remark> {
    let mut lint = Lint { policy, remarks: Vec::new() };
    lint.quorums();
    lint.people();
    for rule in &policy.rules {
        lint.limits(rule);
    }
    let table = Table::new(vec![policy]);
    match table.check_size() {
        Ok(()) => {
            let cells = table.cells();
            lint.reach(&cells);
            lint.bypasses(&cells);
            lint.double_counts(&cells);
        }
        Err(cells) => lint.say("rule", format!("the rules tell {cells} cases apart: too many to look at each")),
    }
    if let Some(rotation) = &policy.rotation {
        lint.rotation(rotation);
    }
    if policy.undrilled.is_none() {
        lint.say("undrilled", "nothing limits what is signed before a recovery of the key was rehearsed");
    }
    lint.remarks
}

/// Whether somebody must have approved.
fn needs_approval(needs: &BTreeSet<String>) -> bool {
    needs.iter().any(|need| need.starts_with("approval by"))
}

struct Lint<'a> {
    policy: &'a Policy,
    remarks: Vec<Remark>,
}

impl Lint<'_> {
    fn say(&mut self, place: impl Into<String>, words: impl Into<String>) {
        self.remarks.push(Remark { place: place.into(), words: words.into() });
    }

    /// Expressions that nobody can meet, or one person alone.
    fn quorums(&mut self) {
        let policy = self.policy;
        self.quorum("change", &policy.change.quorum, "change");
        if policy.people.keys().any(|name| policy.change.quorum.is_met(&Present::new(&policy.people, [name]))) {
            self.say("change", "one person alone can change the policy");
        }
        for rule in &policy.rules {
            if let Some(quorum) = &rule.quorum {
                self.quorum(rule.name.as_str(), quorum, "quorum");
                self.without_the_initiator(rule, quorum);
                self.alone(rule, quorum);
            }
            if let Some(signers) = &rule.signers {
                self.quorum(rule.name.as_str(), signers, "signers");
            }
        }
    }

    fn quorum(&mut self, place: &str, quorum: &Quorum, field: &str) {
        if let Some(missing) = quorum.missing(&Present::new(&self.policy.people, self.policy.people.keys())) {
            self.say(place, format!("the {field} can never be met, even by everybody: {missing}"));
        }
    }

    /// Whether the others are enough, whoever asks.
    fn without_the_initiator(&mut self, rule: &Rule, quorum: &Quorum) {
        let people = &self.policy.people;
        if !quorum.is_met(&Present::new(people, people.keys())) {
            return;
        }
        for name in self.initiators(rule) {
            let others = people.keys().filter(|other| **other != name);
            if let Some(missing) = quorum.missing(&Present::new(people, others)) {
                self.say(rule.name.as_str(), format!("where {name} asks, the quorum can never be met: {missing}"));
            }
        }
    }

    /// Who can ask for something at which a rule looks.
    fn initiators(&self, rule: &Rule) -> Vec<PartyName> {
        let may = |roles: &[super::Role], wanted: &[super::Role]| {
            wanted.is_empty() || wanted.iter().any(|role| roles.contains(role))
        };
        let people = self.policy.people.iter();
        let able = people.filter(|(_, person)| {
            may(&person.roles, &self.policy.initiators) && may(&person.roles, &rule.when.initiators)
        });
        able.map(|(name, _)| name.clone()).collect()
    }

    fn alone(&mut self, rule: &Rule, quorum: &Quorum) {
        if matches!(quorum, Quorum::Count { .. } | Quorum::Person(_)) {
            return;
        }
        let people = &self.policy.people;
        let alone = people.keys().filter(|name| quorum.is_met(&Present::new(people, [*name])));
        let alone: Vec<_> = alone.map(ToString::to_string).collect();
        if !alone.is_empty() {
            self.say(rule.name.as_str(), format!("{} alone meets the quorum `{quorum}`", alone.join(" or ")));
        }
    }

    /// Roles that nobody counts, and people who ask and approve.
    fn people(&mut self) {
        for (name, person) in &self.policy.people {
            let asks = self.policy.initiators.iter().any(|role| person.roles.contains(role));
            let signs = self.policy.rules.iter().filter_map(|rule| rule.signers.as_ref());
            let counts = self.policy.counts(name) || signs.into_iter().any(|quorum| quorum.counts(name, person));
            if asks && self.policy.counts(name) {
                let words = "may ask and may approve what others ask: two such people can pay for each other; an \
                             `exclusive` pair of roles keeps that apart";
                self.say(format!("people.{name}"), words);
            }
            if !self.policy.initiators.is_empty() && !asks && !counts {
                self.say(format!("people.{name}"), "has no role that any rule counts");
            }
        }
    }

    /// What rotates too readily, or not at all.
    fn rotation(&mut self, rotation: &Rotation) {
        let Rotation { at_most, within, rules, .. } = rotation;
        if within.seconds() / u64::from((*at_most).max(1)) < SELDOM.seconds() {
            let words =
                format!("{at_most} within {within}: whoever silences holders for an hour rotates the key often");
            self.say("rotation", words);
        }
        for rule in rules {
            let place = format!("rotation rule {}", rule.name);
            if rule.after.is_some_and(|after| after < RESTART) {
                let words = format!(
                    "a holder whose machine starts anew is silent for longer than {}",
                    rule.after.unwrap_or(RESTART)
                );
                self.say(&*place, words);
            }
            if rule.after.is_some_and(|after| after >= *within) {
                let words = "a holder must be silent for longer than the span in which rotations are counted";
                self.say(&*place, words);
            }
            if rule.then == Remedy::Without && rule.holders.is_empty() && *at_most > 1 {
                let words = "holder after holder may lose its share, until just as many are left as sign";
                self.say(&*place, words);
            }
            let substitute = rule.substitute.as_ref();
            let double = rules.iter().any(|other| other.name < rule.name && other.substitute.as_ref() == substitute);
            if substitute.is_some() && double {
                let words = "another rule has the same substitute, who takes the place of one holder only";
                self.say(&*place, words);
            }
        }
    }

    /// Limits that never act because another one acts before.
    fn limits(&mut self, rule: &Rule) {
        for Limit { window, count, sum } in &rule.limits {
            let Some((sum, up_to)) = sum.zip(rule.when.up_to) else { continue };
            if sum < up_to {
                let words = format!("{sum} within {window} is less than the single limit {up_to}, which never acts");
                self.say(rule.name.as_str(), words);
            }
            if let Some(count) = count.filter(|count| up_to.times(u64::from(*count)) <= sum) {
                let words = format!("{count} times {up_to} within {window} is not above {sum}, which never acts");
                self.say(rule.name.as_str(), words);
            }
        }
    }

    /// Rules that look at nothing, or allow nothing.
    fn reach(&mut self, cells: &[Cell]) {
        let (mut seen, mut useful, mut free) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for cell in cells {
            let requirement = cell.requirement(self.policy);
            let refused = matches!(requirement, Requirement::Refused(_));
            let approved = matches!(&requirement, Requirement::Needs(needs) if needs_approval(needs));
            for rule in cell.rules(self.policy) {
                seen.insert(&rule.name);
                if !refused || rule.then != Then::Allow {
                    useful.insert(&rule.name);
                }
                if !refused && !approved {
                    free.insert(&rule.name);
                }
            }
        }
        for rule in &self.policy.rules {
            if !seen.contains(&rule.name) {
                self.say(rule.name.as_str(), "no request can meet its conditions");
            } else if !useful.contains(&rule.name) {
                self.say(rule.name.as_str(), "other rules refuse everything that it allows");
            } else if rule.then == Then::Allow && rule.quorum.is_none() && !free.contains(&rule.name) {
                self.say(rule.name.as_str(), "asks for no approval, but other rules do for everything that it allows");
            }
        }
    }

    /// Amounts that need less than smaller ones, and amounts without limit that need nothing.
    fn bypasses(&mut self, cells: &[Cell]) {
        let mut remarks = BTreeSet::new();
        let mut bands: BTreeMap<String, Vec<(Amount, bool)>> = BTreeMap::new();
        for cell in cells {
            let Requirement::Needs(needs) = cell.requirement(self.policy) else { continue };
            let approved = needs_approval(&needs);
            let allowing: Vec<&Rule> = cell.rules(self.policy).filter(|rule| rule.then == Then::Allow).collect();
            if let (Some(amount), Some(asset)) = (cell.amount, &cell.asset) {
                let key = format!(
                    "{} of {asset} to {}, {:?}, {}, {}",
                    cell.kind, cell.destination, cell.initiator, cell.now, cell.risk
                );
                bands.entry(key).or_default().push((amount, approved));
            }
            let unlimited =
                |rule: &&&Rule| rule.when.up_to.is_none() && rule.limits.iter().all(|limit| limit.sum.is_none());
            for rule in allowing.iter().filter(|_| !approved) {
                let name = rule.name.to_string();
                if cell.kind.pays() && allowing.iter().all(|rule| unlimited(&rule)) {
                    remarks.insert((name, "allows any amount without any approval".to_owned()));
                } else if cell.kind == Kind::Digest {
                    remarks
                        .insert((name, "allows digests without any approval: nobody sees what they move".to_owned()));
                }
            }
            for rule in allowing.iter().filter(|rule| cell.kind.pays() && rule.says() == Some(Tier::Hot)) {
                let words = match (unlimited(&rule), rule.limits.is_empty()) {
                    (true, _) => "is hot and has no limit of an amount",
                    (false, true) => "is hot and nothing limits how often",
                    (false, false) => continue,
                };
                remarks.insert((rule.name.to_string(), words.to_owned()));
            }
        }
        for (place, mut amounts) in bands {
            amounts.sort_unstable();
            let first = amounts.iter().position(|(_, approved)| *approved);
            let later = first.and_then(|first| amounts[first..].iter().find(|(_, approved)| !approved));
            if let Some((first, (above, _))) = first.zip(later) {
                let place = place.split(", ").next().unwrap_or_default().to_owned();
                let words = format!("{above} needs no approval, but {} does", amounts[first].0);
                remarks.insert((place, words));
            }
        }
        self.remarks.extend(remarks.into_iter().map(|(place, words)| Remark { place, words }));
    }

    /// People who count for two rules at once by two roles.
    fn double_counts(&mut self, cells: &[Cell]) {
        let mut remarks = BTreeSet::new();
        for cell in cells {
            let quorums: Vec<&Quorum> = cell.rules(self.policy).filter_map(|rule| rule.quorum.as_ref()).collect();
            let roles: BTreeSet<_> = quorums.iter().flat_map(|quorum| quorum.roles()).collect();
            for (name, person) in &self.policy.people {
                let held: Vec<_> =
                    roles.iter().filter(|role| person.roles.contains(role)).map(ToString::to_string).collect();
                if quorums.len() > 1 && held.len() > 1 {
                    remarks.insert((name, held.join(" and ")));
                }
            }
        }
        for (name, roles) in remarks {
            let words =
                format!("has the roles {roles}, which several rules ask for together: one approval counts for all");
            self.say(format!("people.{name}"), words);
        }
    }
}
