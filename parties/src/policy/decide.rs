//! The decision.

use super::circumstances::{Circumstances, Spend};
use super::decision::{Decision, Effect, Finding};
use super::layout::Policy;
use super::when::Facts;
use super::{Limit, Present, Quorum, Rule, Then, Tier};
use crate::approval::Standing;
use crate::identity::PartyName;
use crate::request::{Action, Amount, Kind, Moment, Request, Span};

/// By how much two clocks may differ, or one may have been put right.
pub const TOLERANCE: Span = Span::of_seconds(120);

/// What the policy says to a request: a function of what it is given, and of nothing else.
pub fn decide(policy: &Policy, request: &Request, circumstances: &Circumstances) -> Decision {
    let mut court = Court { policy, request, circumstances, findings: Vec::new() };
    court.always();
    let facts = court.facts();
    for rule in &policy.rules {
        court.rule(rule, &facts);
    }
    let approvals = circumstances.standing.approvals.clone();
    Decision::new(court.findings, approvals)
}

struct Court<'a> {
    policy: &'a Policy,
    request: &'a Request,
    circumstances: &'a Circumstances,
    findings: Vec<Finding>,
}

impl<'a> Court<'a> {
    fn find(&mut self, rule: impl Into<String>, effect: Effect, words: impl Into<String>) {
        self.findings.push(Finding { rule: rule.into(), effect, words: words.into() });
    }

    /// A clock that was put right by a little does not open a window again.
    fn now(&self) -> Moment {
        self.circumstances.last.map_or(self.circumstances.now, |last| last.max(self.circumstances.now))
    }

    fn facts(&self) -> Facts<'a> {
        let action = &self.request.action;
        let initiator = self.policy.people.get(&self.request.initiator);
        Facts {
            kind: action.kind(),
            asset: action.asset(),
            amount: action.amount(),
            destination: match action {
                Action::Transfer(transfer) => transfer.destination.as_str(),
                Action::Wire(wire) => wire.iban.as_str(),
                Action::Login(login) => login.audience.as_str(),
                Action::Digest(_) => "",
            },
            initiator: initiator.map_or(&[], |person| person.roles.as_slice()),
            now: self.now(),
            risk: self.circumstances.risk.unwrap_or(100).min(100),
        }
    }

    /// What every policy asks for.
    fn always(&mut self) {
        let Circumstances { now, last, standing, signed, drilled, .. } = self.circumstances;
        let (request, policy) = (self.request, self.policy);
        if let Some(last) = last.filter(|last| now.after(TOLERANCE) < *last) {
            self.find(
                "(clock)",
                Effect::Refuses,
                format!("the clock says {now}, before the last entry of the log, {last}"),
            );
        }
        if request.key != policy.key {
            let words = format!("the request is for the key {}, the policy is of {}", request.key, policy.key);
            self.find("(key)", Effect::Refuses, words);
        }
        if request.expires <= self.now() {
            self.find("(expiry)", Effect::Refuses, format!("the request has expired at {}", request.expires));
        }
        if request.created > now.after(TOLERANCE) {
            self.find(
                "(expiry)",
                Effect::Refuses,
                format!("the request was created at {}, in the future", request.created),
            );
        }
        if *signed {
            self.find("(replay)", Effect::Refuses, "the request was signed before");
        }
        self.initiator(standing);
        let refusals = standing.refusals.len() as u64;
        if refusals >= u64::from(policy.vetoes) {
            self.find("(refusals)", Effect::Refuses, format!("refused by {}", names(&standing.refusals)));
        }
        if !drilled && let Some(limits) = &policy.undrilled {
            let words = match (request.action.amount(), request.action.asset()) {
                (Some(amount), Some(asset)) => {
                    let limit = limits.get(asset).copied().unwrap_or(Amount::ZERO);
                    (amount > limit).then(|| format!("{amount} {asset} is above {limit}"))
                }
                _ if request.action.kind() == Kind::Digest => Some("nobody sees what a digest moves".to_owned()),
                _ => None,
            };
            if let Some(words) = words {
                let words = format!("{words}, and no recovery of the key was rehearsed yet");
                self.find("(undrilled)", Effect::Refuses, words);
            }
        }
    }

    fn initiator(&mut self, standing: &Standing) {
        let (request, policy) = (self.request, self.policy);
        if let Some(fault) = &standing.initiator {
            return self.find("(initiator)", Effect::Refuses, fault.clone());
        }
        let roles = policy.people.get(&request.initiator).map_or(&[][..], |person| &person.roles);
        if !policy.initiators.is_empty() && !policy.initiators.iter().any(|role| roles.contains(role)) {
            let roles: Vec<_> = policy.initiators.iter().map(ToString::to_string).collect();
            let words = format!("{} may not ask: that needs the role {}", request.initiator, roles.join(" or "));
            self.find("(initiator)", Effect::Refuses, words);
        }
    }

    fn rule(&mut self, rule: &Rule, facts: &Facts<'_>) {
        let name = rule.name.as_str();
        let policy = self.policy;
        if let Some(why) = rule.when.fails(facts, rule.restricts(), &|list| policy.list(list)) {
            return self.find(name, Effect::Apart, why);
        }
        if rule.then == Then::Refuse {
            return self.find(name, Effect::Refuses, "the rule refuses it");
        }
        let before = self.findings.len();
        self.tier(rule);
        self.approvals(rule);
        self.signers(rule);
        self.attestations(rule);
        for limit in &rule.limits {
            self.limit(rule, limit);
        }
        match rule.then {
            // It allows even while something is missing: then that is what is said.
            Then::Allow => self.find(name, Effect::Allows, "the rule allows it"),
            _ if self.findings.len() == before => self.find(name, Effect::Met, "nothing is missing"),
            _ => {}
        }
    }

    fn tier(&mut self, rule: &Rule) {
        if self.circumstances.automatic && rule.says() == Some(Tier::Cold) {
            self.find(rule.name.as_str(), Effect::Refuses, "it is cold: a person starts every signer");
        }
    }

    fn approvals(&mut self, rule: &Rule) {
        let Some(quorum) = &rule.quorum else { return };
        let approvals = self.circumstances.standing.approvals.iter();
        // Whatever was counted before this: the initiator never approves.
        let others = approvals.filter(|name| **name != self.request.initiator);
        match quorum.missing(&Present::new(&self.policy.people, others)) {
            Some(missing) => {
                let discounted = self.circumstances.standing.discounted.iter();
                let why = discounted.map(|one| format!("; the {} of {} does not count: {}", one.what, one.by, one.why));
                let words = format!("approval by {missing}{}", why.collect::<String>());
                self.find(rule.name.as_str(), Effect::Missing, words);
            }
            None => self.find(rule.name.as_str(), Effect::Met, format!("approved: {quorum}")),
        }
    }

    fn signers(&mut self, rule: &Rule) {
        let (Some(quorum), Some(signers)) = (&rule.signers, &self.circumstances.signers) else { return };
        if let Some(missing) = quorum.missing(&Present::new(&self.policy.people, signers)) {
            self.find(rule.name.as_str(), Effect::Refuses, format!("among the signers is missing {missing}"));
        }
    }

    fn attestations(&mut self, rule: &Rule) {
        for needed in &rule.attestations {
            let subject = needed.of.of(self.request);
            let held = self
                .circumstances
                .standing
                .attested
                .iter()
                .any(|(claim, of)| claim == needed.claim.as_str() && *of == subject);
            if !held {
                let words = format!("a certificate of {} for the {}", needed.claim, needed.of.name());
                self.find(rule.name.as_str(), Effect::Missing, words);
            }
        }
    }

    fn limit(&mut self, rule: &Rule, limit: &Limit) {
        let since = self.now().before(limit.window);
        let (policy, id) = (self.policy, self.request.id());
        let counted: Vec<&Spend> = (self.circumstances.history.iter())
            .filter(|spend| {
                spend.request != id && spend.at > since && rule.when.counts(spend, &|list| policy.list(list))
            })
            .collect();
        let name = rule.name.as_str();
        if let Some(most) = limit.count.filter(|most| counted.len() as u64 >= u64::from(*most)) {
            let words = format!("{} were signed within {}; at most {most} are", counted.len(), limit.window);
            self.find(name, Effect::Refuses, words);
        }
        if let Some(most) = limit.sum {
            let spent = counted.iter().fold(Amount::ZERO, |sum, spend| sum.plus(spend.amount));
            let amount = self.request.action.amount().unwrap_or(Amount::ZERO);
            if spent.plus(amount) > most {
                let words = format!("{spent} was spent within {}; with {amount} it is above {most}", limit.window);
                self.find(name, Effect::Refuses, words);
            }
        }
    }
}

fn names(people: &[PartyName]) -> String {
    people.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What a quorum asks for, in words.
pub(super) fn in_words(quorum: &Quorum) -> String {
    format!("approval by {quorum}")
}
