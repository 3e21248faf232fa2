//! All parties in one process: the researcher's loop. The protocols, plans and messages are the real ones; the links
//! are queues in memory.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use futures_executor::block_on;
use quorate_circuits::bind::{Arguments, BoundInput, BoundOperation, BoundProgram, RoleIndex};
use quorate_circuits::clear::{self, Column, Inputs};
use quorate_data::Files;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{ChannelFault, Link, LinkError, Network, PartyIndex, memory_links};
use quorate_engine::plan::{Asked, Plan, Refusal, choose};
use quorate_engine::protocol::Session;
use quorate_engine::run::{NoHooks, Outcome, RunError, run_party};

use crate::exit::{Exit, Failure};
use crate::identity::{Hex, PartyName};
use crate::inputs::{self, Given, Prepared};
use crate::output::{CostReport, PartyReport, Report, Traffic, outputs_json, say};
use crate::program::Loaded;
use crate::roles;

/// Under what the program is run.
#[derive(Clone, Debug)]
pub enum Trust {
    /// Under the cheapest protocol that offers this.
    Protocol {
        /// What is asked for.
        asked: Asked,
        /// What a dealer is called, if one is asked for.
        dealer: Option<PartyName>,
    },
    /// In the clear: what the program means, without any protocol.
    Clear,
}

/// Runs a program with the inputs of all its roles, each role as a party of its own.
///
/// # Errors
/// Bad input, a trust that no protocol offers, a failed assert.
pub fn run(
    loaded: &Loaded,
    given: &[Given],
    parameters: &BTreeMap<String, String>,
    trust: &Trust,
) -> Result<Report, Failure> {
    let Ready { bound, prepared, sources, .. } = ready(loaded, given, parameters)?;
    prepared.remarks.iter().for_each(say);
    let report = match trust {
        Trust::Clear => in_the_clear(&bound, &prepared)?,
        Trust::Protocol { asked, dealer } => under_a_protocol(&bound, &prepared, asked, dealer.as_ref())?,
    };
    Ok(Report { sources, dropped: prepared.dropped, ..report })
}

/// A program with the inputs of all its roles.
pub(crate) struct Ready {
    pub(crate) bound: Arc<BoundProgram>,
    pub(crate) arguments: Arguments,
    pub(crate) prepared: Prepared,
    /// Where each input comes from.
    pub(crate) sources: BTreeMap<String, String>,
}

/// Reads the inputs of all roles and binds the program.
///
/// # Errors
/// Bad input.
pub(crate) fn ready(loaded: &Loaded, given: &[Given], parameters: &BTreeMap<String, String>) -> Result<Ready, Failure> {
    let parameters = roles::count(&loaded.program, inputs::mentioned_roles(given), parameters)?;
    let mut arguments = Arguments { parameters, sizes: BTreeMap::new() };
    let all = all_roles(loaded, &arguments)?;
    let owned = inputs::read(&loaded.program, &all, given, &Files::new())?;
    let sizes = inputs::measure(&loaded.program, &owned)?;
    arguments.sizes = sizes.iter().map(|(name, size)| (name.to_owned(), *size)).collect();
    require_sizes(loaded, &all, &owned, &arguments)?;
    let bound = loaded.bind(&arguments)?;
    let prepared = inputs::prepare(&bound, &all, &owned)?;
    inputs::check_shapes(&bound, &owned, true)?;
    let sources = owned.iter().map(|input| (input.name.clone(), input.source.to_string())).collect();
    Ok(Ready { bound, arguments, prepared, sources })
}

/// The roles of the program with these parameters. Sizes do not change them.
fn all_roles(loaded: &Loaded, arguments: &Arguments) -> Result<Vec<String>, Failure> {
    let least = arguments.with_least_sizes(&loaded.program);
    Ok(loaded.bind(&least)?.roles.clone())
}

/// A size that nothing was measured for means that an input is missing, which is what the user can act on.
fn require_sizes(
    loaded: &Loaded,
    all: &[String],
    owned: &[inputs::Owned],
    arguments: &Arguments,
) -> Result<(), Failure> {
    let least = loaded.bind(&arguments.with_least_sizes(&loaded.program))?;
    if least.sizes.iter().all(|(name, _)| arguments.sizes.contains_key(name)) {
        return Ok(());
    }
    inputs::prepare(&least, all, owned).map(drop)
}

fn in_the_clear(bound: &BoundProgram, prepared: &Prepared) -> Result<Report, Failure> {
    if bound.values.iter().any(|value| matches!(value.operation, BoundOperation::Random { .. })) {
        let message = format!("{} draws random numbers: in the clear nobody draws them", bound.program.name());
        return Err(Failure::new(Exit::BadInput, message).hint("leave out --protocol clear"));
    }
    let start = Instant::now();
    let evaluation = clear::evaluate(bound, &prepared.inputs, &[])
        .map_err(|error| Failure::new(Exit::BadInput, error.to_string()))?;
    let columns: BTreeMap<&str, &Column> = evaluation.outputs(bound).collect();
    let party = |(role, name): (usize, &String)| PartyReport {
        traffic: Some(Traffic::default()),
        ..PartyReport::new(bound, &[RoleIndex(role)], name)
    };
    Ok(Report {
        protocol: "clear".to_owned(),
        outputs: outputs_json(bound, |name| columns.get(name).copied()),
        parties: bound.roles.iter().enumerate().map(party).collect(),
        seconds: start.elapsed().as_secs_f64(),
        ..Report::of(bound)
    })
}

fn under_a_protocol(
    bound: &Arc<BoundProgram>,
    prepared: &Prepared,
    asked: &Asked,
    dealer: Option<&PartyName>,
) -> Result<Report, Failure> {
    let count = bound.roles.len();
    let party_of: Vec<PartyIndex> = (0..count).map(PartyIndex).collect();
    let choice = choose(bound, count, &party_of, asked).map_err(|refusal| refused(&refusal))?;
    let id = session_id()?;
    let start = Instant::now();
    let ended = run_all(&choice.plan, &prepared.inputs, id);
    let seconds = start.elapsed().as_secs_f64();
    let mut parties = Vec::new();
    let mut learned: BTreeMap<String, Column> = BTreeMap::new();
    let mut errors = Vec::new();
    let reports = PartyReport::seats(bound, dealer);
    for (report, ended) in reports.into_iter().zip(ended) {
        let Ended { result, cpu_seconds } = ended?;
        match result {
            Ok(Outcome { outputs, counters, .. }) => {
                learned.extend(outputs);
                parties.push(PartyReport { traffic: Some(counters.into()), cpu_seconds, ..report });
            }
            Err(error) => errors.push((report.name, error)),
        }
    }
    if let Some(failure) = first_cause(&errors) {
        return Err(failure);
    }
    Ok(Report {
        session: Some(Hex(id.0).to_string()),
        protocol: choice.plan.technique(),
        claim: Some(choice.claim),
        dealer: dealer.cloned(),
        outputs: outputs_json(bound, |name| learned.get(name)),
        parties,
        cost: CostReport::from(&choice.cost),
        seconds,
        ..Report::of(bound)
    })
}

/// Runs a plan in this process: by role, the outputs that it learned.
///
/// # Errors
/// What stopped the first party that stopped.
pub(crate) fn learned(plan: &Plan, inputs: &Inputs) -> Result<Vec<Vec<(String, Column)>>, Failure> {
    let ended = run_all(plan, inputs, session_id()?);
    let mut learned = Vec::new();
    let mut errors = Vec::new();
    for (role, ended) in plan.program.roles.iter().zip(ended) {
        match ended?.result {
            Ok(outcome) => learned.push(outcome.outputs),
            Err(error) => errors.push((role.clone(), error)),
        }
    }
    match first_cause(&errors) {
        Some(failure) => Err(failure),
        None => Ok(learned),
    }
}

/// How a party's thread ended.
struct Ended {
    result: Result<Outcome, RunError>,
    cpu_seconds: Option<f64>,
}

/// One thread for each party. The parties are what runs side by side, so each computes on its own thread.
fn run_all(plan: &Plan, inputs: &Inputs, id: SessionId) -> Vec<Result<Ended, Failure>> {
    let links = memory_links(plan.seats());
    thread::scope(|scope| {
        let parties: Vec<_> = links
            .into_iter()
            .enumerate()
            .map(|(me, links)| scope.spawn(move || party(plan, inputs, id, PartyIndex(me), links)))
            .collect();
        let bug = || Failure::new(Exit::Bug, "a party's thread stopped unexpectedly");
        parties.into_iter().map(|party| party.join().unwrap_or_else(|_| Err(bug()))).collect()
    })
}

fn party(
    plan: &Plan,
    inputs: &Inputs,
    id: SessionId,
    me: PartyIndex,
    links: Vec<Option<Link>>,
) -> Result<Ended, Failure> {
    let own = |input: &&BoundInput| plan.party_of[input.role.0] == me;
    let names = plan.program.inputs.iter().filter(own).map(|input| &input.name);
    let inputs: Inputs =
        names.filter_map(|name| inputs.get_key_value(name)).map(|(n, words)| (n.clone(), words.clone())).collect();
    let random = Random::from_operating_system().map_err(|error| Failure::new(Exit::BadInput, error.to_string()))?;
    let session = Session { id, network: Network::new(me, links), random };
    let (_, result) = block_on(run_party(plan, session, &inputs, &mut NoHooks));
    Ok(Ended { result, cpu_seconds: crate::usage::thread_cpu_seconds() })
}

/// When one party stops, the others see its link close: what stopped the first is what the user wants to know.
fn first_cause(errors: &[(String, RunError)]) -> Option<Failure> {
    let closed = ChannelFault::Link(LinkError::Closed);
    let is_echo = |error: &RunError| matches!(error, RunError::Channel(channel) if channel.fault == closed);
    let (role, error) = errors.iter().find(|(_, error)| !is_echo(error)).or(errors.first())?;
    let exit = match error {
        RunError::Program(_) | RunError::Record(_) | RunError::Material(_) => Exit::BadInput,
        RunError::Channel(_) | RunError::Stopped(_) => Exit::Session,
    };
    Some(Failure::new(exit, format!("{role}: {error}")))
}

/// What a refusal of the planner tells the user.
pub(crate) fn refused(refusal: &Refusal) -> Failure {
    let reasons: String = refusal.reasons.iter().map(|reason| format!("\n  {reason}")).collect();
    Failure::new(Exit::BadInput, format!("no protocol offers {}:{reasons}", refusal.asked))
        .hint("nothing weaker is chosen silently: ask for less, or for another protocol")
}

fn session_id() -> Result<SessionId, Failure> {
    let mut id = [0; 32];
    getrandom::fill(&mut id)
        .map_err(|_| Failure::new(Exit::BadInput, "the operating system's source of randomness is unavailable"))?;
    Ok(SessionId(id))
}
