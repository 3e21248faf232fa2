//! How a session ended, as its receipt tells.

use std::fmt;

use quorate_engine::protocol::Guarantee;

use super::{Accused, Ending, Ground, Outcome, PreReceipt};
use crate::identity::PartyName;
use crate::session::Claim;

/// What a receipt amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Where the session was given up, as each party that gave up saw it.
    pub aborted: Vec<Sighting>,
    /// Whose signatures are missing.
    pub missing: Vec<PartyName>,
    /// Who deviated from a run that finished, as more have signed than may be corrupted.
    pub deviated: Vec<PartyName>,
    /// Of whom one did, likewise.
    pub disputed: Vec<(PartyName, PartyName)>,
}

/// An abort as one party saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Who.
    pub party: PartyName,
    /// At which step.
    pub step: String,
    /// Why.
    pub reason: String,
}

impl Status {
    /// The status of a session of `parties`. A party's signature is missing if its outcome is, or if it states to be
    /// done and its pre-receipt is not there.
    pub fn of<'a>(
        parties: impl Iterator<Item = &'a PartyName>,
        claim: &Claim,
        pre_receipts: &[PreReceipt],
        outcomes: &[Outcome],
    ) -> Self {
        let mut status = Self { aborted: Vec::new(), missing: Vec::new(), deviated: Vec::new(), disputed: Vec::new() };
        // Where nobody is outvoted, what single parties say of others counts for nothing.
        let outvotes = claim.guarantee == Guarantee::Output.name();
        let agreed = |is: &dyn Fn(&Accused) -> bool| {
            let accusers = outcomes.iter().filter(|outcome| outcome.figures.accused.iter().any(is));
            outvotes && accusers.count() as u64 > claim.corrupt
        };
        let parties: Vec<&PartyName> = parties.collect();
        for (place, party) in parties.iter().enumerate() {
            for other in &parties[place + 1..] {
                let between = |found: &Accused, one: &PartyName, other: &PartyName| {
                    found.party == *one && matches!(&found.ground, Ground::Disputed { with } if with == other)
                };
                if agreed(&|found| between(found, party, other) || between(found, other, party)) {
                    status.disputed.push(((*party).clone(), (*other).clone()));
                }
            }
        }
        for party in parties {
            if agreed(&|found| found.party == *party && !matches!(found.ground, Ground::Disputed { .. })) {
                status.deviated.push(party.clone());
            }
            let foretold = pre_receipts.iter().any(|pre_receipt| pre_receipt.party == *party);
            match outcomes.iter().find(|outcome| outcome.party == *party).map(|outcome| &outcome.ending) {
                Some(Ending::Done) if foretold => {}
                Some(Ending::Done) | None => status.missing.push(party.clone()),
                Some(Ending::Aborted { step, reason }) => {
                    let (step, reason) = (step.clone(), reason.clone());
                    status.aborted.push(Sighting { party: party.clone(), step, reason });
                }
            }
        }
        status
    }

    /// Whether every party has signed that it is done.
    pub fn is_complete(&self) -> bool {
        self.aborted.is_empty() && self.missing.is_empty() && self.deviated.is_empty() && self.disputed.is_empty()
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_complete() {
            return f.write_str("complete");
        }
        for (i, Sighting { party, step, reason }) in self.aborted.iter().enumerate() {
            write!(f, "{}aborted at step {step}, as seen by {party} ({reason})", if i == 0 { "" } else { "; " })?;
        }
        for (i, party) in self.missing.iter().enumerate() {
            let start = if self.aborted.is_empty() { "" } else { "; " };
            match i {
                0 => write!(f, "{start}missing the signatures of {party}")?,
                _ => write!(f, ", {party}")?,
            }
        }
        let one_of_two = self.disputed.iter().map(|(one, other)| format!("{one} or {other}"));
        let named: Vec<String> = self.deviated.iter().map(ToString::to_string).chain(one_of_two).collect();
        if named.is_empty() {
            return Ok(());
        }
        let start = if self.aborted.is_empty() && self.missing.is_empty() { "complete; " } else { "; " };
        write!(f, "{start}deviated, as more have signed than may be corrupted: {}", named.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Hex;
    use crate::receipt::Figures;

    fn name(text: &str) -> PartyName {
        text.parse().expect("a lawful name")
    }

    fn outcome(party: &str, accused: &[(&str, Ground)]) -> Outcome {
        let accused = accused.iter().map(|(party, ground)| Accused {
            party: name(party),
            step: "robust/dealing".to_owned(),
            ground: ground.clone(),
        });
        let figures = Figures {
            learned: Vec::new(),
            bytes_sent: 0,
            bytes_received: 0,
            rounds: 0,
            milliseconds: 0,
            accused: accused.collect(),
        };
        Outcome { party: name(party), ending: Ending::Done, figures, signature: Hex([0; 64]) }
    }

    /// Of four parties one of whom may be corrupted.
    fn status(guarantee: Guarantee, outcomes: &[Outcome]) -> Status {
        let claim = Claim {
            adversary: "malicious".to_owned(),
            corrupt: 1,
            guarantee: guarantee.name().to_owned(),
            ranges: "enforced".to_owned(),
            text: String::new(),
        };
        let names = ["ann", "ben", "cas", "dan"].map(name);
        Status::of(names.iter(), &claim, &[], outcomes)
    }

    #[test]
    fn two_name_whom_one_does_not() {
        let one = [outcome("dan", &[("ann", Ground::Noticed)])];
        assert_eq!(status(Guarantee::Output, &one).deviated, []);
        let two = ["ann", "ben"].map(|signer| outcome(signer, &[("dan", Ground::Noticed)]));
        let found = status(Guarantee::Output, &two);
        assert_eq!(found.deviated, [name("dan")]);
        assert!(found.to_string().ends_with("; deviated, as more have signed than may be corrupted: dan"), "{found}");
        assert_eq!(status(Guarantee::SelectiveAbort, &two).deviated, [], "nobody is outvoted there");
    }

    #[test]
    fn of_two_who_contradict_each_other_neither_is_named_alone() {
        let disputed = |with| Ground::Disputed { with: name(with) };
        let outcomes =
            ["ann", "ben"].map(|signer| outcome(signer, &[("dan", disputed("cas")), ("cas", disputed("dan"))]));
        let found = status(Guarantee::Output, &outcomes);
        assert_eq!(
            (found.deviated.as_slice(), found.disputed.as_slice()),
            (&[][..], &[(name("cas"), name("dan"))][..])
        );
        assert!(found.to_string().ends_with("cas or dan"), "{found}");
    }
}
