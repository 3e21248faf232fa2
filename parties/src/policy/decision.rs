//! What a policy says, and why.

use serde_json::{Value, json};

use crate::identity::PartyName;

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may be signed.
    Allowed,
    /// Something is missing that may still come.
    Wanting,
    /// It may not.
    Refused,
}

impl Verdict {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Wanting => "wanting",
            Self::Refused => "refused",
        }
    }
}

/// What a rule did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It does not look at this request.
    Apart,
    /// It allows it.
    Allows,
    /// What it asks for is there.
    Met,
    /// Something is missing.
    Missing,
    /// It refuses.
    Refuses,
}

impl Effect {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Apart => "apart",
            Self::Allows => "allows",
            Self::Met => "met",
            Self::Missing => "missing",
            Self::Refuses => "refuses",
        }
    }
}

/// What one rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name; in brackets if it is one of those that every policy has.
    pub rule: String,
    /// What it did.
    pub effect: Effect,
    /// What it found.
    pub words: String,
}

/// The answer of a policy, with what every rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The answer.
    pub verdict: Verdict,
    /// The rule that decided: the first that refuses or misses something, else the first that allows.
    pub rule: String,
    /// What all rules found.
    pub findings: Vec<Finding>,
    /// Everything that is missing.
    pub missing: Vec<String>,
    /// Whose approvals counted.
    pub approvals: Vec<PartyName>,
}

impl Decision {
    /// The answer of these findings.
    pub(super) fn new(findings: Vec<Finding>, approvals: Vec<PartyName>) -> Self {
        let any = |effect: Effect| findings.iter().any(|finding| finding.effect == effect);
        if !any(Effect::Allows) && !any(Effect::Refuses) {
            return Self::nobody_allows(findings, approvals);
        }
        let first = |effect: Effect| findings.iter().find(|finding| finding.effect == effect);
        let (verdict, deciding) = match (first(Effect::Refuses), first(Effect::Missing), first(Effect::Allows)) {
            (Some(refusing), _, _) => (Verdict::Refused, refusing),
            (None, Some(missing), _) => (Verdict::Wanting, missing),
            (None, None, Some(allowing)) => (Verdict::Allowed, allowing),
            (None, None, None) => return Self::nobody_allows(findings, approvals),
        };
        let rule = deciding.rule.clone();
        let missing = findings.iter().filter(|finding| finding.effect == Effect::Missing);
        let missing = missing.map(|finding| finding.words.clone()).collect();
        Self { verdict, rule, missing, findings, approvals }
    }

    /// What no rule allows is refused.
    fn nobody_allows(mut findings: Vec<Finding>, approvals: Vec<PartyName>) -> Self {
        let words = "no rule of the policy allows it".to_owned();
        findings.push(Finding { rule: "(default)".to_owned(), effect: Effect::Refuses, words });
        Self { verdict: Verdict::Refused, rule: "(default)".to_owned(), findings, missing: Vec::new(), approvals }
    }

    /// Whether it may be signed.
    pub fn is_allowed(&self) -> bool {
        self.verdict == Verdict::Allowed
    }

    /// Why it may not be signed, in one line; nothing if it may.
    pub fn reason(&self) -> Option<String> {
        let effect = match self.verdict {
            Verdict::Allowed => return None,
            Verdict::Wanting => Effect::Missing,
            Verdict::Refused => Effect::Refuses,
        };
        let why = self.findings.iter().filter(|finding| finding.effect == effect);
        let why: Vec<String> = why.map(|finding| format!("{}: {}", finding.rule, finding.words)).collect();
        let lead = if self.verdict == Verdict::Wanting { "missing: " } else { "" };
        Some(format!("{lead}{}", why.join("; ")))
    }

    /// The JSON object.
    pub fn json(&self) -> Value {
        let findings = self
            .findings
            .iter()
            .map(|finding| json!({"rule": finding.rule, "effect": finding.effect.name(), "found": finding.words}));
        json!({
            "verdict": self.verdict.name(),
            "rule": self.rule,
            "reason": self.reason(),
            "missing": self.missing,
            "approvals": self.approvals.iter().map(PartyName::as_str).collect::<Vec<_>>(),
            "findings": findings.collect::<Vec<_>>(),
        })
    }

    /// For people, a line for each rule that looked at the request.
    pub fn text(&self) -> String {
        let mut text = format!("verdict    {} by {}\n", self.verdict.name(), self.rule);
        for finding in self.findings.iter().filter(|finding| finding.effect != Effect::Apart) {
            text += &format!("{:10} {}: {}\n", finding.effect.name(), finding.rule, finding.words);
        }
        text
    }
}
