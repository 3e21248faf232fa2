//! Whether the parts of a policy fit together. What passes can be decided by; what only looks like a mistake is for
//! [`super::lint`].

use std::collections::BTreeSet;

use super::layout::Policy;
use super::{Found, PolicyFault, Quorum, Remedy, Rotation, RotationRule, Rule, Then, When};
use crate::request::{Amount, Span, Word};

/// The most people, rules, and entries of a list.
const MOST_PEOPLE: usize = 256;
const MOST_RULES: usize = 256;
const MOST_ENTRIES: usize = 4096;
const MOST_LIMITS: usize = 16;

/// The longest silence after which something is done.
const LONGEST_SILENCE: Span = Span::of_seconds(7 * 86_400);

fn wrong<T>(place: impl Into<String>, why: impl Into<String>) -> Result<T, PolicyFault> {
    Err(PolicyFault::Part { place: place.into(), why: why.into() })
}

impl Policy {
    /// Checks a policy that was read.
    ///
    /// # Errors
    /// The first part that does not fit.
    pub(super) fn check(&self) -> Result<(), PolicyFault> {
        if self.version == 0 || self.version > 1 << 53 {
            return wrong("version", "the first version is 1");
        }
        if self.vetoes == 0 {
            return wrong("vetoes", "at least one refusal must be able to block a request");
        }
        self.check_people()?;
        self.check_lists()?;
        self.check_quorum("change.quorum", &self.change.quorum)?;
        for issuer in self.issuers.values() {
            if issuer.claims.is_empty() {
                return wrong("issuers", "an issuer has no claims that are believed");
            }
        }
        if self.rules.len() > MOST_RULES {
            return wrong("rule", format!("there are more than {MOST_RULES}"));
        }
        let mut names = BTreeSet::new();
        for rule in &self.rules {
            if !names.insert(&rule.name) {
                return wrong(format!("rule {:?}", rule.name.as_str()), "another rule has this name");
            }
            self.check_rule(rule)?;
        }
        self.rotation.as_ref().map_or(Ok(()), |rotation| self.check_rotation(rotation))
    }

    fn check_people(&self) -> Result<(), PolicyFault> {
        if self.people.is_empty() || self.people.len() > MOST_PEOPLE {
            return wrong("people", format!("expected 1 to {MOST_PEOPLE} people"));
        }
        let mut identities = BTreeSet::new();
        for (name, person) in &self.people {
            let place = format!("people.{name}");
            if !identities.insert(person.identity) {
                return wrong(place, "somebody else has the same identity: one person would count twice");
            }
            if person.weight == 0 {
                return wrong(place, "a weight is at least 1");
            }
            for roles in &self.exclusive {
                let held: Vec<_> = roles.iter().filter(|role| person.roles.contains(role)).collect();
                if let [first, second, ..] = held.as_slice() {
                    return wrong(place, format!("nobody may have both roles {first} and {second} (`exclusive`)"));
                }
            }
        }
        for role in self.initiators.iter().chain(self.exclusive.iter().flatten()) {
            if !self.people.values().any(|person| person.roles.contains(role)) {
                return wrong("initiators or exclusive", format!("nobody has the role {role}"));
            }
        }
        Ok(())
    }

    fn check_lists(&self) -> Result<(), PolicyFault> {
        for (name, list) in &self.lists {
            if list.len() > MOST_ENTRIES {
                return wrong(format!("lists.{name}"), format!("there are more than {MOST_ENTRIES} entries"));
            }
            if list.iter().any(|word| word.as_str().starts_with('@')) {
                return wrong(format!("lists.{name}"), "a list cannot contain a list");
            }
        }
        Ok(())
    }

    fn check_quorum(&self, place: &str, quorum: &Quorum) -> Result<(), PolicyFault> {
        for role in quorum.roles() {
            if !self.people.values().any(|person| person.roles.contains(role)) {
                return wrong(place, format!("nobody has the role {role}"));
            }
        }
        for name in quorum.persons() {
            if !self.people.contains_key(name) {
                return wrong(place, format!("{name} is not among the people of the policy"));
            }
        }
        for (one, other) in quorum.counted_apart() {
            let both = |roles: &[super::Role]| roles.contains(one) && roles.contains(other);
            if let Some((name, _)) = self.people.iter().find(|(_, person)| both(&person.roles)) {
                return wrong(
                    place,
                    format!("{name} has both roles {one} and {other}, and one approval would count for both"),
                );
            }
        }
        Ok(())
    }

    fn check_rule(&self, rule: &Rule) -> Result<(), PolicyFault> {
        let place = |field: &str| format!("rule {:?}, field `{field}`", rule.name.as_str());
        let When { kinds, assets, above, up_to, destinations, other_than, initiators, hours: _, days: _, .. } =
            &rule.when;
        if (above.is_some() || up_to.is_some()) && assets.is_empty() {
            return wrong(place("when.assets"), "an amount is of an asset: name the assets for which the amounts hold");
        }
        if above.zip(*up_to).is_some_and(|(above, up_to)| above >= up_to) {
            return wrong(place("when.above"), "no amount is above this and at most `up_to`");
        }
        if kinds.iter().all(|kind| !kind.pays()) && !kinds.is_empty() && !assets.is_empty() {
            return wrong(place("when.assets"), "requests of these kinds pay nothing");
        }
        for word in destinations.iter().chain(other_than) {
            self.check_destination(&place("when.destinations"), word)?;
        }
        for role in initiators {
            if !self.people.values().any(|person| person.roles.contains(role)) {
                return wrong(place("when.initiators"), format!("nobody has the role {role}"));
            }
        }
        match rule.when.risk_at_least {
            Some(least) if !(1..=100).contains(&least) => {
                return wrong(place("when.risk_at_least"), "a risk lies between 1 and 100");
            }
            Some(_) if rule.then == Then::Allow => {
                return wrong(place("when.risk_at_least"), "a risk can only raise what is required: it allows nothing");
            }
            _ => {}
        }
        let asks = rule.quorum.is_some() || rule.signers.is_some() || !rule.attestations.is_empty();
        let asks = asks || !rule.limits.is_empty() || rule.tier.is_some();
        match rule.then {
            Then::Refuse if asks => return wrong(place("then"), "a rule that refuses asks for nothing"),
            Then::Require if !asks => return wrong(place("then"), "a rule that requires must say what"),
            _ => {}
        }
        for (field, quorum) in [("quorum", &rule.quorum), ("signers", &rule.signers)] {
            if let Some(quorum) = quorum {
                self.check_quorum(&place(field), quorum)?;
            }
        }
        self.check_limits(rule, &place("limit"))?;
        for needed in &rule.attestations {
            if !self.issuers.values().any(|issuer| issuer.claims.contains(&needed.claim)) {
                return wrong(place("attestations"), format!("no issuer is believed who claims {}", needed.claim));
            }
        }
        Ok(())
    }

    fn check_rotation(&self, rotation: &Rotation) -> Result<(), PolicyFault> {
        if rotation.at_most == 0 {
            return wrong("rotation.at_most", "a section that rotates nothing is left out");
        }
        if rotation.rules.is_empty() || rotation.rules.len() > MOST_RULES {
            return wrong("rotation.rule", format!("expected 1 to {MOST_RULES} rules"));
        }
        for (number, rule) in rotation.rules.iter().enumerate() {
            let before = &rotation.rules[..number];
            let place = format!("rotation rule {:?}", rule.name.as_str());
            if before.iter().any(|other| other.name == rule.name) {
                return wrong(place, "another rule has this name");
            }
            if let Some(other) = before.iter().find(|other| other.meets(rule)) {
                return wrong(place, format!("rule {:?} speaks of the same already", other.name.as_str()));
            }
            self.check_rotation_rule(rule, &place)?;
        }
        Ok(())
    }

    fn check_rotation_rule(&self, rule: &RotationRule, place: &str) -> Result<(), PolicyFault> {
        match (rule.when, rule.after, rule.then) {
            (Found::Silent, None, _) => return wrong(place, "`after` says how long a holder must have been silent"),
            (Found::Silent, Some(after), _) if after > LONGEST_SILENCE => {
                return wrong(place, format!("`after` is at most {LONGEST_SILENCE}"));
            }
            (Found::Silent, _, Remedy::Refresh) => {
                return wrong(place, "a holder that does not answer cannot take part: `without` or `replace` it");
            }
            (Found::Suspicious, Some(_), _) => return wrong(place, "`after` is for holders that are silent"),
            (Found::Suspicious, _, Remedy::Without | Remedy::Replace) => {
                let why = "a failed check is seen by two holders alone, and one of them may lie: nobody loses a share by \
                           it; `refresh`, and isolate the holder if people think so";
                return wrong(place, why);
            }
            _ => {}
        }
        match (rule.then, &rule.substitute) {
            (Remedy::Replace, None) => wrong(place, "`substitute` says who takes the place of the holder"),
            (Remedy::Replace, Some(name)) if !self.people.contains_key(name) => {
                wrong(place, format!("{name} is not among the people of the policy, who have identities"))
            }
            (Remedy::Replace, Some(name)) if rule.holders.contains(name) => {
                wrong(place, format!("{name} cannot take its own place"))
            }
            (Remedy::Refresh | Remedy::Without, Some(_)) => wrong(place, "`substitute` is for `then = \"replace\"`"),
            _ => Ok(()),
        }
    }

    fn check_destination(&self, place: &str, word: &Word) -> Result<(), PolicyFault> {
        match word.as_str().strip_prefix('@') {
            Some(name) if !self.lists.contains_key(name) => wrong(place, format!("there is no list {name:?}")),
            _ => Ok(()),
        }
    }

    fn check_limits(&self, rule: &Rule, place: &str) -> Result<(), PolicyFault> {
        if rule.limits.len() > MOST_LIMITS {
            return wrong(place, format!("there are more than {MOST_LIMITS}"));
        }
        for limit in &rule.limits {
            match (limit.count, limit.sum) {
                (None, None) => return wrong(place, "a limit needs a `count` or a `sum`"),
                (Some(0), _) | (_, Some(Amount::ZERO)) => {
                    return wrong(place, "a limit of nothing refuses everything: say `then = \"refuse\"`");
                }
                (_, Some(_)) if rule.when.assets.len() != 1 => {
                    return wrong(place, "a sum is of one asset: name it, and no other, in `when.assets`");
                }
                _ => {}
            }
        }
        Ok(())
    }
}
