//! One party of a session, over TLS.
//!
//! Everything that can be known alone is checked first (`preparation`): the program, who plays what, this party's
//! inputs, whether any protocol offers the trust asked for. Then the parties meet, agree, settle on the planner's
//! choice (`settling`) and, if they were told so, on a prepared run, which is used up then ([`crate::prepared`]), run (`party`), sign what happened and countersign each
//! other's audit logs.

mod cast;
mod keeper;
mod party;
mod patience;
mod preparation;
mod routes;
mod settling;
mod watch;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use quorate_circuits::bind::{Arguments, BoundProgram, RoleIndex};
use quorate_circuits::clear::Column;
use quorate_engine::net::{Counters, Link, Network, Phase};
use quorate_engine::plan::{Asked, Choice, choose};
use quorate_engine::run::Outcome;
use tokio::runtime::{Builder, Runtime};

use crate::audit::{Opening, open_heads};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::inputs;
use crate::link::Links;
use crate::local::refused;
use crate::output::{CostReport, PartyReport, Report, outputs_json, warn};
use crate::prepared::{Drawn, RunReader, title};
use crate::session::{Agreement, Wait, agree, meet};

pub use watch::{ProgressEvent, Watch};

pub(crate) use keeper::{Keeper, Settling};
use party::{Finished, Seat};
pub(crate) use preparation::Preparation;

/// What this party was told to run.
#[derive(Clone, Debug)]
pub struct Request {
    /// The directory of its identity; found by itself if not given.
    pub home: Option<PathBuf>,
    /// The program: a name of the library, or a file.
    pub program: String,
    /// The roles that this party plays; its own name if that is one and none is given.
    pub roles: Vec<String>,
    /// `ROLE=NAME`: who plays the others; pinned partners whose names are roles if none is given.
    pub peers: Vec<String>,
    /// `NAME=SOURCE`: where its inputs come from.
    pub inputs: Vec<String>,
    /// `NAME=VALUE`.
    pub parameters: Vec<String>,
    /// The trust.
    pub asked: Asked,
    /// Where correlated randomness comes from.
    pub randomness: Randomness,
    /// Who deals correlated randomness, if anybody does; this party itself, perhaps.
    pub dealer: Option<PartyName>,
    /// `DIR` or `NAME=DIR`: the folders through which messages to all partners, or one, are carried by hand.
    pub via_files: Vec<String>,
    /// For how long a missing or vanished partner is waited for.
    pub wait: Duration,
}

/// Where a run's correlated randomness comes from. All parties agree on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Randomness {
    /// It is made in the session.
    #[default]
    Afresh,
    /// From a store that was filled ahead of time; without a run that all have, the session is refused.
    Prepared,
    /// From a store if there is a run that all have, else it is made in the session.
    PreparedOrAfresh,
}

impl Randomness {
    /// As parties agree on it; nothing if it is made in the session.
    pub(crate) const fn term(self) -> Option<&'static str> {
        match self {
            Self::Afresh => None,
            Self::Prepared => Some("only"),
            Self::PreparedOrAfresh => Some("or afresh"),
        }
    }
}

/// Runs this party's part of a session.
///
/// # Errors
/// Bad input (before anybody is called); partners that do not come, do not agree, leave or misbehave.
pub fn run(request: &Request, watch: &Watch) -> Result<Report, Failure> {
    let preparation = Preparation::new(request)?;
    watch.page(&preparation.page);
    preparation.prepared.remarks.iter().for_each(|remark| watch.note(remark));
    let runtime = runtime()?;
    let wait = Wait::new(request.wait);
    let result = runtime.block_on(async {
        let meeting = meet(&preparation.identity, &preparation.roster, wait, &|event| watch.meeting(&event)).await?;
        let network = network(&preparation, meeting.links);
        session(&preparation, network, meeting.session, watch, None).await
    });
    // Tasks that still wait for a peer that neither reads nor leaves are not waited for.
    runtime.shutdown_background();
    result
}

/// Sockets are driven by these threads while the protocol computes on the main one.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let built = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    built.map_err(|error| Failure::new(Exit::BadInput, format!("the system refuses threads for the network: {error}")))
}

/// The network of a meeting; what is said first is about the session.
pub(crate) fn network(preparation: &Preparation, links: Vec<Option<Link>>) -> Network {
    let mut network = Network::new(preparation.roster.me(), links);
    network.enter(Phase::Session);
    network
}

/// Agrees, settles, runs and signs.
///
/// # Errors
/// Partners that do not agree, leave or misbehave; the keeper's.
pub(crate) async fn session(
    preparation: &Preparation,
    mut network: Network,
    links: Links,
    watch: &Watch,
    keeper: Option<&mut dyn Keeper>,
) -> Result<Report, Failure> {
    let settled = agree_and_settle(preparation, &mut network).await;
    let Settled { agreement, opening, bound, choice, material } = match settled {
        Ok(settled) => settled,
        Err(Parting { failure, farewell }) => {
            drop(network);
            links.finish(Some(&farewell)).await;
            return Err(failure);
        }
    };
    if let Some(run) = agreement.terms.records.find(PREPARED).filter(|_| material.is_some()) {
        watch.note(&format!("prepared {run} is used up"));
    }
    watch.begin(&agreement, &choice.plan.technique());
    let start = Instant::now();
    let seat = Seat { preparation, agreement: &agreement, opening: &opening, plan: &choice.plan, watch };
    let finished = seat.run(network, start, keeper, material).await;
    watch.end();
    conclude(finished, links, preparation, &agreement, (&bound, &choice)).await
}

/// A failure, and what the peers are told of it: nothing about this party's data.
pub(crate) struct Parting {
    pub(crate) failure: Failure,
    pub(crate) farewell: String,
}

impl Parting {
    /// A failure of this party's own, of which the peers are told no details.
    pub(crate) fn private(failure: Failure, farewell: &str) -> Self {
        Self { failure, farewell: farewell.to_owned() }
    }
}

impl<E: Into<Failure> + ToString> From<E> for Parting {
    fn from(error: E) -> Self {
        let farewell = error.to_string();
        Self { failure: error.into(), farewell }
    }
}

/// What stands before the protocol begins.
pub(crate) struct Settled {
    pub(crate) agreement: Agreement,
    /// What the parties have shown each other of their audit logs.
    pub(crate) opening: Opening,
    pub(crate) bound: Arc<BoundProgram>,
    pub(crate) choice: Choice,
    /// The prepared run of this session. It is used up.
    pub(crate) material: Option<RunReader>,
}

/// Agrees on terms, shows the audit logs, and settles on what runs.
///
/// # Errors
/// Partners that do not agree, leave or misbehave; no prepared run, if there has to be one.
pub(crate) async fn agree_and_settle(preparation: &Preparation, network: &mut Network) -> Result<Settled, Parting> {
    let Preparation { roster, terms, sizes, .. } = preparation;
    let agreement = agree(network, roster, terms, sizes).await?;
    let opening = open_heads(network, &agreement, &preparation.log).await?;
    let sizes = agreement.sizes.iter().map(|(name, size)| (name.to_owned(), *size)).collect();
    let arguments = Arguments { parameters: preparation.arguments.parameters.clone(), sizes };
    // Own sizes were checked before: what does not fit now was announced by a partner.
    let bound = preparation.loaded.bind(&arguments).map_err(|failure| {
        let farewell = "the announced sizes do not fit the program".to_owned();
        in_session(failure, Some(farewell))
    })?;
    inputs::check_shapes(&bound, &preparation.owned, true).map_err(|misfit| {
        let farewell = misfit.without_source();
        in_session(misfit.into(), Some(farewell))
    })?;
    let parties = terms.computing(roster);
    let chosen = |asked: &Asked| {
        choose(&bound, parties, &preparation.party_of, asked).map_err(|refusal| in_session(refused(&refusal), None))
    };
    let (mut agreement, mut choice) = (agreement, chosen(&preparation.asked)?);
    let drawn = draw(preparation, network, &agreement, &choice).await?;
    if let Some(term) = preparation.randomness.term() {
        if drawn.is_none() {
            let asked = Asked { prepared: false, protocol: Some(choice.plan.protocol), ..preparation.asked };
            choice = chosen(&asked)?;
        }
        let used = drawn.as_ref().map_or_else(|| "nothing is left".to_owned(), |drawn| title(drawn.run()));
        let named = |(name, value): (&str, &String)| {
            let is_this = name == PREPARED && value == term;
            (name.to_owned(), if is_this { used.clone() } else { value.clone() })
        };
        agreement.terms.records = agreement.terms.records.iter().map(named).collect();
    }
    let agreement = settling::settle(network, roster, agreement, &choice).await?;
    let material = match drawn {
        Some(drawn) => Some(drawn.take(network, roster).await?),
        None => None,
    };
    Ok(Settled { agreement, opening, bound, choice, material })
}

/// The name of the record that says which prepared run a session uses.
const PREPARED: &str = "prepared";

/// Finds the prepared run of a session, if it is to use one; nothing if there is none and it can do without.
async fn draw(
    preparation: &Preparation,
    network: &mut Network,
    agreement: &Agreement,
    choice: &Choice,
) -> Result<Option<Drawn>, Parting> {
    let Preparation { roster, home, identity, randomness, .. } = preparation;
    if *randomness == Randomness::Afresh {
        return Ok(None);
    }
    match Drawn::find(network, roster, (home, identity), agreement, &choice.plan).await? {
        Ok(drawn) => Ok(Some(drawn)),
        Err(_) if *randomness == Randomness::PreparedOrAfresh => Ok(None),
        Err(refusal) => Err(refusal.into()),
    }
}

/// A failure that the data of several parties together cause.
fn in_session(failure: Failure, farewell: Option<String>) -> Parting {
    let farewell = farewell.unwrap_or_else(|| failure.message.clone());
    Parting { failure: Failure { exit: Exit::Session, ..failure }, farewell }
}

/// Leaves the session in order, with the result or with the reason why there is none.
async fn conclude(
    finished: Finished,
    links: Links,
    preparation: &Preparation,
    agreement: &Agreement,
    (bound, choice): (&BoundProgram, &Choice),
) -> Result<Report, Failure> {
    let Finished { result, counters, receipt, unsigned, elapsed } = finished;
    match result {
        Ok(outcome) => {
            links.finish(None).await;
            let report = report(preparation, agreement, bound, choice, &outcome);
            // The result is there: a full disk does not take it away.
            let receipt = receipt.inspect_err(|failure| warn(format_args!("no receipt: {}", failure.message))).ok();
            let mut report = Report { receipt, unsigned, seconds: elapsed.as_secs_f64(), ..report };
            own_figures(&mut report, agreement.me.0, counters);
            Ok(report)
        }
        Err(Parting { failure, farewell }) => {
            links.finish(Some(&farewell)).await;
            Err(match receipt {
                Ok(path) => Failure {
                    message: format!("{}\nreceipt of the abort: {}", failure.message, path.display()),
                    ..failure
                },
                Err(_) => failure,
            })
        }
    }
}

fn report(
    preparation: &Preparation,
    agreement: &Agreement,
    bound: &BoundProgram,
    choice: &Choice,
    outcome: &Outcome,
) -> Report {
    let columns: BTreeMap<&str, &Column> =
        outcome.outputs.iter().map(|(name, column)| (name.as_str(), column)).collect();
    let dealer = agreement.terms.dealer();
    let parties = agreement.parties.iter().enumerate().map(|(p, party)| {
        if dealer == Some(&party.name) {
            return PartyReport::dealer(&party.name);
        }
        let roles = (0..bound.roles.len()).filter(|role| preparation.party_of[*role].0 == p).map(RoleIndex);
        PartyReport::new(bound, &roles.collect::<Vec<_>>(), party.name.as_str())
    });
    Report {
        session: Some(agreement.session.to_string()),
        protocol: agreement.terms.protocol.clone(),
        claim: Some(choice.claim),
        dealer: dealer.cloned(),
        outputs: outputs_json(bound, |name| columns.get(name).copied()),
        parties: parties.collect(),
        cost: CostReport::from(&choice.cost),
        sources: preparation.owned.iter().map(|input| (input.name.clone(), input.source.to_string())).collect(),
        dropped: preparation.prepared.dropped.clone(),
        randomness: agreement.terms.records.find(PREPARED).cloned(),
        ..Report::of(bound)
    }
}

/// What this process knows of itself alone.
fn own_figures(report: &mut Report, me: usize, counters: Counters) {
    if let Some(own) = report.parties.get_mut(me) {
        own.traffic = Some(counters.into());
        own.cpu_seconds = crate::usage::process_cpu_seconds();
        own.peak_memory_bytes = crate::usage::peak_memory_bytes();
    }
}
