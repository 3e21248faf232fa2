//! From what each party's process knows to one report.

use std::collections::BTreeMap;
use std::path::PathBuf;

use quorate_engine::protocol::{Claim, ProtocolName};
use serde::Deserialize;
use serde_json::Value;

use super::child::Ended;
use super::scenes::Scene;
use crate::exit::{Exit, Failure};
use crate::output::{CostReport, PartyReport, Report, Traffic};
use crate::session::Ordered;

/// The JSON object of `quorate run --json`.
#[derive(Deserialize)]
struct Told {
    session: String,
    program: String,
    digest: String,
    protocol: String,
    claim: ToldClaim,
    outputs: Ordered<Value>,
    parties: Vec<ToldParty>,
    cost: CostReport,
    seconds: f64,
    receipt: PathBuf,
    parameters: Ordered<String>,
    sources: BTreeMap<String, String>,
    dropped: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct ToldClaim {
    adversary: String,
    corrupt: usize,
    guarantee: String,
}

#[derive(Deserialize)]
struct ToldParty {
    role: String,
    name: String,
    learned: Vec<String>,
    bytes_sent: Option<u64>,
    bytes_received: Option<u64>,
    rounds: Option<u32>,
    cpu_seconds: Option<f64>,
    peak_memory_bytes: Option<u64>,
}

/// The report of the first party, completed by what the others know of themselves and have learned. The longest of
/// their times counts.
pub(super) fn merge(scene: &Scene<'_>, ended: &[Ended]) -> Result<Report, Failure> {
    let mut told = Vec::with_capacity(ended.len());
    for (player, ended) in scene.parties.iter().zip(ended) {
        let one: Told = serde_json::from_str(&ended.result)
            .map_err(|error| bug(&format!("the result of {} cannot be read: {error}", player.name)))?;
        told.push(one);
    }
    agree(&told)?;
    let outputs = merge_outputs(&told);
    let parties = merge_parties(scene, &told);
    let seconds = told.iter().map(|one| one.seconds).fold(0.0, f64::max);
    let sources = told.iter().flat_map(|one| one.sources.clone()).collect();
    let dropped = told.iter().flat_map(|one| one.dropped.clone()).collect();
    let first = told.into_iter().next().ok_or_else(|| bug("nobody took part"))?;
    Ok(Report {
        claim: Some(claim(&first)?),
        dealer: None,
        session: Some(first.session),
        program: first.program,
        digest: first.digest,
        protocol: first.protocol,
        outputs,
        parties,
        cost: first.cost,
        seconds,
        receipt: Some(first.receipt),
        unsigned: Vec::new(),
        parameters: first.parameters.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect(),
        sources,
        dropped,
        randomness: None,
        measurement: None,
    })
}

/// All parties were in one session, and those who learned an output learned the same.
fn agree(told: &[Told]) -> Result<(), Failure> {
    for pair in told.windows(2) {
        if pair[0].session != pair[1].session {
            return Err(bug("the parties were in different sessions"));
        }
        for (name, value) in pair[0].outputs.iter().filter(|(_, value)| !value.is_null()) {
            if pair[1].outputs.find(name).is_some_and(|other| !other.is_null() && other != value) {
                return Err(bug(&format!("two parties have different results for {name}")));
            }
        }
    }
    Ok(())
}

fn merge_outputs(told: &[Told]) -> Ordered<Value> {
    let names = told.first().into_iter().flat_map(|one| one.outputs.iter()).map(|(name, _)| name);
    let known =
        |name: &str| told.iter().filter_map(|one| one.outputs.find(name)).find(|value| !value.is_null()).cloned();
    names.map(|name| (name, known(name).unwrap_or(Value::Null))).collect()
}

/// Each party as it describes itself.
fn merge_parties(scene: &Scene<'_>, told: &[Told]) -> Vec<PartyReport> {
    let own = |(player, one): (&super::scenes::Player<'_>, &Told)| {
        let party = one.parties.iter().find(|party| party.name == player.name)?;
        let ToldParty { bytes_sent, bytes_received, rounds, cpu_seconds, peak_memory_bytes, .. } = *party;
        let traffic = match (bytes_sent, bytes_received, rounds) {
            (Some(bytes_sent), Some(bytes_received), Some(rounds)) => {
                Some(Traffic { bytes_sent, bytes_received, rounds })
            }
            _ => None,
        };
        let (role, name, learned) = (party.role.clone(), party.name.clone(), party.learned.clone());
        Some(PartyReport { role, name, learned, traffic, cpu_seconds, peak_memory_bytes, figures: None })
    };
    scene.parties.iter().zip(told).filter_map(own).collect()
}

fn claim(told: &Told) -> Result<Claim, Failure> {
    let ToldClaim { adversary, corrupt, guarantee } = &told.claim;
    // What follows its name is how it was run.
    let name = told.protocol.split_once(' ').map_or(told.protocol.as_str(), |(name, _)| name);
    let protocol: ProtocolName = name.parse().map_err(|why: String| bug(&why))?;
    Ok(Claim {
        adversary: adversary.parse().map_err(|why: String| bug(&why))?,
        corrupt: *corrupt,
        guarantee: guarantee.parse().map_err(|why: String| bug(&why))?,
        ..protocol.offer().claim(told.parties.len())
    })
}

fn bug(what: &str) -> Failure {
    Failure::new(Exit::Bug, what)
}
