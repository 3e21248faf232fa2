//! From the trust that was asked for to the cheapest protocol that offers it, or a refusal.

use std::sync::Arc;

use quorate_circuits::bind::BoundProgram;

use super::curve::fitting;
use super::opened::computes_with_opened;
use super::{Cost, CurvePlan, Line, Plan, cost, plan};
use crate::net::PartyIndex;
use crate::ot::BaseOt;
use crate::protocol::yao::Garbling;
use crate::protocol::{Adversary, Claim, Guarantee, OFFERS, Offer, ProtocolName};

/// What a run asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The adversary; semi-honest if nothing is said.
    pub adversary: Option<Adversary>,
    /// How many may be corrupted; all but one if nothing is said.
    pub corrupt: Option<usize>,
    /// The guarantee; abort if nothing is said.
    pub guarantee: Option<Guarantee>,
    /// The protocol; the cheapest that fits if nothing is said.
    pub protocol: Option<ProtocolName>,
    /// How `yao` garbles; as it fits the line, half gates if nothing is said of that either.
    pub garbling: Option<Garbling>,
    /// With which base OTs pairs are set up; ristretto255 if nothing is said. Protocols without transfers set up none.
    pub base_ot: Option<BaseOt>,
    /// Whether correlations come from a dealer, who is trusted not to collude with anybody. Nobody gets one who has not
    /// asked for it.
    pub dealer: bool,
    /// Whether the ranges of shared values are checked under the protocol. Against malicious parties they always are.
    pub check_ranges: bool,
    /// The line between parties, for which the cheapest is chosen; a local network if nothing is said.
    pub line: Option<Line>,
    /// Whether correlated randomness of an earlier session is used.
    pub prepared: bool,
}

impl Asked {
    /// Whether ranges are to be enforced.
    pub fn enforces_ranges(&self) -> bool {
        self.check_ranges || self.adversary == Some(Adversary::Malicious)
    }

    /// How `yao` is to garble.
    pub fn garbling(&self) -> Garbling {
        self.garbling.or(self.line.map(|line| line.garbling())).unwrap_or_default()
    }
}

/// A protocol considered.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Which.
    pub protocol: ProtocolName,
    /// Its plan and cost, or the reason why it does not do.
    pub verdict: Result<(Plan, Cost), String>,
}

/// The outcome.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The plan.
    pub plan: Plan,
    /// Its cost.
    pub cost: Cost,
    /// What it promises: at least what was asked for.
    pub claim: Claim,
    /// Whether the ranges of shared values are enforced: then the plan's program is the one with range checks.
    pub ranges_enforced: bool,
    /// All that were considered.
    pub candidates: Vec<Candidate>,
}

/// No protocol offers what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no protocol offers {asked}: {}", reasons.join("; "))]
pub struct Refusal {
    /// What was asked for.
    pub asked: String,
    /// Each candidate's reason.
    pub reasons: Vec<String>,
}

/// Chooses the protocol with the shortest time on the line asked for among those whose own claim is at least what is
/// asked for: never fewer corruptions, never a weaker guarantee, never a dealer of which nothing was said; `parties` are
/// those besides it. On numbers, protections against malicious parties are
/// paid for in computing, of which a line's time knows nothing: they are used where they are asked for.
///
/// # Errors
/// If none fits.
pub fn choose(
    program: &Arc<BoundProgram>,
    parties: usize,
    party_of: &[PartyIndex],
    asked: &Asked,
) -> Result<Choice, Refusal> {
    let enforces = asked.enforces_ranges();
    let checked = enforces.then(|| Arc::new(program.with_range_checks()));
    // Where nothing stops a run, a value out of its range does not.
    let defaulted = enforces.then(|| Arc::new(program.with_range_defaults()));
    let program_of = |offer: &Offer| {
        let variant = if offer.guarantee == Guarantee::Output { &defaulted } else { &checked };
        variant.as_ref().unwrap_or(program)
    };
    let candidates: Vec<Candidate> = OFFERS
        .iter()
        .map(|offer| Candidate {
            protocol: offer.name,
            verdict: fits(offer, program_of(offer), parties, asked).map(|()| {
                let garbling = asked.garbling();
                let base_ot = asked.base_ot.unwrap_or_default();
                let plan = plan(program_of(offer), offer.name, parties, party_of);
                let (prepared, is_dealt) = (asked.prepared, asked.dealer);
                let plan = Plan { garbling, base_ot, prepared, is_dealt, ..plan };
                let cost = cost(&plan);
                (plan, cost)
            }),
        })
        .collect();
    let line = asked.line.unwrap_or_default();
    let best = candidates
        .iter()
        .filter_map(|candidate| candidate.verdict.as_ref().ok())
        .min_by_key(|(_, cost)| line.time(cost))
        .cloned();
    match best {
        Some((plan, cost)) => {
            let claim = plan.claim();
            let ranges_enforced = plan.program.ranges_enforced;
            Ok(Choice { plan, cost, claim, ranges_enforced, candidates })
        }
        None => Err(refusal(parties, asked, &candidates)),
    }
}

/// What an offer promises for a program: a key that is made is safe only below its threshold.
pub(super) fn claim(offer: &Offer, curve: Option<&CurvePlan>, parties: usize) -> Claim {
    let claim = offer.claim(parties.max(1));
    Claim { corrupt: curve.map_or(claim.corrupt, |curve| curve.corrupt(parties).min(claim.corrupt)), ..claim }
}

fn fits(offer: &Offer, program: &BoundProgram, parties: usize, asked: &Asked) -> Result<(), String> {
    let curve = match (offer.name.is_on_curves(), program.works_on_curves()) {
        (false, false) => None,
        (true, true) => Some(fitting(program, offer.name, parties)?),
        (false, true) => return Err("it computes on numbers and bits; this program is one over a curve".into()),
        (true, false) => return Err("it computes over a curve; this program is one of numbers and bits".into()),
    };
    let claim = claim(offer, curve.as_ref(), parties);
    if asked.protocol.is_some_and(|wanted| wanted != offer.name) {
        return Err("another protocol was asked for".into());
    }
    if curve.is_some() && asked.protocol.is_none() && offer.needs_more_signers() {
        // The program says nothing of the key's threshold, to which the number of signers has to fit exactly.
        return Err("it takes more signers to use a key than holders to have it: ask for it by name".to_owned());
    }
    if curve.is_some() && asked.protocol.is_none() && offer.name == ProtocolName::SpdzSigning {
        // It opens what the text says, a held key too: nobody gets that without having asked for it.
        return Err("it runs any arithmetic on scalars and opens whatever it is told to: ask for it by name".to_owned());
    }
    if !(offer.least_parties..=offer.most_parties).contains(&parties) {
        let most = offer.most_parties;
        return Err(if offer.least_parties == most {
            format!("it is for {most} parties; there are {parties}")
        } else {
            format!("it is for {} to {most} parties; there are {parties}", offer.least_parties)
        });
    }
    if asked.adversary.is_some_and(|wanted| wanted > claim.adversary) {
        return Err(format!("it is secure against {} parties only", claim.adversary.name()));
    }
    if let Some(corrupt) = asked.corrupt.filter(|wanted| *wanted > claim.corrupt) {
        return Err(format!("it withstands {}, not {corrupt}", corrupt_parties(claim.corrupt)));
    }
    let (offered, most) = (offer.corrupt.of(parties), parties.saturating_sub(1));
    if asked.corrupt.is_none() && asked.protocol.is_none() && offered < most {
        let withstands = corrupt_parties(offered);
        return Err(format!(
            "it withstands {withstands}, and {most} may be if nothing is said; ask with --corrupt {offered}"
        ));
    }
    if asked.prepared && !offer.name.takes_prepared() {
        return Err("it takes nothing that was prepared in an earlier session".to_owned());
    }
    if asked.prepared && offer.name == ProtocolName::Yao && computes_with_opened(program) {
        return Err("the program computes with what it opened before, and nobody can garble that ahead".to_owned());
    }
    if asked.dealer && !offer.name.takes_dealer() {
        return Err("it takes nothing from a dealer".to_owned());
    }
    if asked.dealer && asked.prepared {
        return Err("what was prepared in an earlier session needs no dealer".to_owned());
    }
    if asked.base_ot.is_some() && asked.dealer {
        return Err("with a dealer it makes no oblivious transfers of which a base could be asked for".to_owned());
    }
    if asked.base_ot.is_some() && !offer.name.has_transfers() {
        return Err("it makes no oblivious transfers of which a base could be asked for".to_owned());
    }
    if let Some(guarantee) = asked.guarantee.filter(|wanted| *wanted > claim.guarantee) {
        return Err(format!("it guarantees {}, not {}", claim.guarantee.name(), guarantee.name()));
    }
    let unasked = asked.protocol.is_none() && asked.adversary.is_none_or(|wanted| wanted < claim.adversary);
    if unasked && !offer.name.is_on_curves() && claim.adversary == Adversary::Malicious {
        return Err("it is for malicious parties: ask for it by name, or for --adversary malicious".to_owned());
    }
    Ok(())
}

fn corrupt_parties(number: usize) -> String {
    format!("{number} corrupt {}", if number == 1 { "party" } else { "parties" })
}

fn refusal(parties: usize, asked: &Asked, candidates: &[Candidate]) -> Refusal {
    let adversary = asked.adversary.unwrap_or(Adversary::SemiHonest).name();
    let corrupt = asked.corrupt.unwrap_or(parties.saturating_sub(1));
    let guarantee = asked.guarantee.unwrap_or(Guarantee::SelectiveAbort).name();
    let protocol = asked.protocol.map_or(String::new(), |p| format!(" with {}", p.name()));
    let dealer = if asked.dealer { ", and a dealer" } else { "" };
    let reasons = candidates
        .iter()
        .filter_map(|c| c.verdict.as_ref().err().map(|reason| format!("{}: {reason}", c.protocol.name())))
        .collect();
    Refusal { asked: format!("{adversary}, {corrupt} of {parties} corrupt, {guarantee}{protocol}{dealer}"), reasons }
}
