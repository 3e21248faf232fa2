//! How a session ended, as its receipt tells.

use std::fmt;

use super::{Ending, Outcome, PreReceipt};
use crate::identity::PartyName;

/// What a receipt amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Where the session was given up, as each party that gave up saw it.
    pub aborted: Vec<Sighting>,
    /// Whose signatures are missing.
    pub missing: Vec<PartyName>,
    /// Who deviated, as more than a third of all parties have signed.
    pub deviated: Vec<PartyName>,
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
        pre_receipts: &[PreReceipt],
        outcomes: &[Outcome],
    ) -> Self {
        let parties: Vec<&PartyName> = parties.collect();
        let mut status = Self { aborted: Vec::new(), missing: Vec::new(), deviated: Vec::new() };
        let least = parties.len().saturating_sub(1) / 3;
        for party in parties {
            let accuses = |outcome: &&Outcome| outcome.figures.accused.iter().any(|found| found.party == *party);
            if outcomes.iter().filter(accuses).count() > least {
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
        self.aborted.is_empty() && self.missing.is_empty() && self.deviated.is_empty()
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
        if !self.deviated.is_empty() {
            let names: Vec<&str> = self.deviated.iter().map(PartyName::as_str).collect();
            let start = if self.aborted.is_empty() && self.missing.is_empty() { "complete; " } else { "; " };
            write!(f, "{start}deviated, as more than a third have signed: {}", names.join(", "))?;
        }
        Ok(())
    }
}
