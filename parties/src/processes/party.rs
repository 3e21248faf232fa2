//! A party's process.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::LocalBoxFuture;
use quorate_circuits::bind::{Arguments, BoundProgram, RoleIndex};
use quorate_circuits::clear::{Column, Inputs};
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{Network, PartyIndex, Phase, Step};
use quorate_engine::plan::{Plan, choose};
use quorate_engine::protocol::Session;
use quorate_engine::run::{Hooks, Outcome, RunError, run_party};

use super::check::digest;
use super::order::{Figures, InputOrder, Order, Told};
use super::{seeded, sockets};
use crate::exit::{Exit, Failure};
use crate::identity::Hex;
use crate::link::{Limits, Links};
use crate::local::refused;
use crate::output::{outputs_json, say};
use crate::program::Loaded;
use crate::run::ProgressEvent;
use crate::usage;

/// All are there: nothing is measured before.
const READY: Step = Step::new("processes/ready");

/// Nobody has anything more to say: no link closes while a party still computes.
const DONE: Step = Step::new("processes/done");

/// How often a process says how far it is.
const EVERY: Duration = Duration::from_secs(1);

/// Does what the order in this file says; the answer is what it tells.
///
/// # Errors
/// An order that cannot be carried out; partners that are not there; a failed assert.
pub fn take_part(order: &Path) -> Result<String, Failure> {
    let bug = |why: String| Failure::new(Exit::Bug, why);
    let unread = |error: std::io::Error| bug(format!("{}: {error}", order.display()));
    let order: Order =
        serde_json::from_slice(&fs::read(order).map_err(unread)?).map_err(|error| bug(error.to_string()))?;
    let told = Participant::new(order)?.run()?;
    serde_json::to_string(&told).map_err(|error| bug(error.to_string()))
}

/// A party that knows what to run.
struct Participant {
    order: Order,
    plan: Plan,
    inputs: Inputs,
}

impl Participant {
    fn new(order: Order) -> Result<Self, Failure> {
        let loaded = Loaded::find(&order.program)?;
        if loaded.digest.0 != order.digest.0 {
            let message = format!("{} has changed since it was read first", order.program);
            return Err(Failure::new(Exit::BadInput, message));
        }
        let arguments = Arguments { parameters: order.parameters.clone(), sizes: order.sizes.clone() };
        let bound = loaded.bind(&arguments)?;
        let inputs = match &order.inputs {
            InputOrder::Random { seed, private_sizes } => {
                seeded::inputs(&bound, *seed, private_sizes, |input| input.role.0 == order.me)
            }
            InputOrder::File(path) => {
                let unread = |why: String| Failure::new(Exit::Bug, format!("{}: {why}", path.display()));
                let bytes = fs::read(path).map_err(|error| unread(error.to_string()))?;
                postcard::from_bytes(&bytes).map_err(|error| unread(error.to_string()))?
            }
        };
        let plan = plan(&bound, &order)?;
        Ok(Self { order, plan, inputs })
    }

    fn run(self) -> Result<Told, Failure> {
        let runtime = crate::run::runtime()?;
        let told = runtime.block_on(async {
            let mut links = Links::new(Limits::default());
            let connected = sockets::connect(&self.order, &mut links).await?;
            let network = Network::new(PartyIndex(self.order.me), connected);
            let told = self.compute(network).await;
            links.finish(told.as_ref().err().map(|failure| failure.message.as_str())).await;
            told
        });
        // A peer that neither reads nor leaves is not waited for.
        runtime.shutdown_background();
        told
    }

    async fn compute(&self, mut network: Network) -> Result<Told, Failure> {
        let in_session = |error: quorate_engine::net::ChannelError| Failure::new(Exit::Session, error.to_string());
        let random =
            Random::from_operating_system().map_err(|error| Failure::new(Exit::BadInput, error.to_string()))?;
        network.enter(Phase::Session);
        network.exchange_all(READY, &[], 0).await.map_err(in_session)?;
        let clock = Arc::new(Mutex::new(PhaseClock::new()));
        let reading = clock.clone();
        network.watch_phases(move |phase| reading.lock().unwrap_or_else(PoisonError::into_inner).enter(phase));
        network.enter(Phase::SetUp);
        let id = SessionId(self.order.token.0);
        let session = Session { id, network, random };
        tell(&ProgressEvent::Begin { session: String::new(), protocol: self.plan.technique() });
        let mut progress = Progress { last: Instant::now() };
        let (mut session, result) = run_party(&self.plan, session, &self.inputs, &mut progress).await;
        let mut figures = clock.lock().unwrap_or_else(PoisonError::into_inner).figures();
        let outcome = result.map_err(|error| stopped(&error))?;
        figures.count(&outcome.counters);
        session.network.enter(Phase::Session);
        session.network.exchange_all(DONE, &[], 0).await.map_err(in_session)?;
        figures.process_cpu_seconds = usage::process_cpu_time().as_secs_f64();
        figures.peak_memory_bytes = usage::peak_memory_bytes();
        tell(&ProgressEvent::End);
        Ok(self.told(&outcome, figures))
    }

    fn told(&self, outcome: &Outcome, figures: Figures) -> Told {
        let bound = &self.plan.program;
        let mine = |name: &str| {
            let receives =
                |(output, id): (&str, _)| output == name && bound.receivers(id).contains(&RoleIndex(self.order.me));
            bound.outputs().any(receives)
        };
        let learned: BTreeMap<&str, &Column> = outcome
            .outputs
            .iter()
            .map(|(name, column)| (name.as_str(), column))
            .filter(|(name, _)| mine(name))
            .collect();
        let short = |name: &str| learned.get(name).copied().filter(|column| column.len() <= self.order.shown);
        let digests = learned.iter().map(|(name, column)| ((*name).to_owned(), Hex(digest(column)))).collect();
        Told { outputs: outputs_json(bound, short), digests, figures }
    }
}

/// The plan that all processes find, since they find it from the same.
fn plan(bound: &Arc<BoundProgram>, order: &Order) -> Result<Plan, Failure> {
    let party_of: Vec<PartyIndex> = (0..bound.roles.len()).map(PartyIndex).collect();
    let choice = choose(bound, party_of.len(), &party_of, &order.asked.asked()?);
    Ok(choice.map_err(|refusal| refused(&refusal))?.plan)
}

fn stopped(error: &RunError) -> Failure {
    let exit = match error {
        RunError::Program(_) | RunError::Record(_) | RunError::Material(_) => Exit::BadInput,
        RunError::Channel(_) | RunError::Stopped(_) => Exit::Session,
    };
    Failure::new(exit, error.to_string())
}

/// Attributes this process's time to phases.
struct PhaseClock {
    begun: Instant,
    phase: Phase,
    /// Processor time at the last change.
    last: Duration,
    spent: [Duration; 4],
}

impl PhaseClock {
    fn new() -> Self {
        let last = usage::process_cpu_time();
        Self { begun: Instant::now(), phase: Phase::SetUp, last, spent: [Duration::ZERO; 4] }
    }

    fn enter(&mut self, phase: Phase) {
        let now = usage::process_cpu_time();
        self.spent[self.phase as usize] += now.saturating_sub(self.last);
        (self.phase, self.last) = (phase, now);
    }

    fn figures(&mut self) -> Figures {
        let wall = self.begun.elapsed();
        self.enter(self.phase);
        let mut figures = Figures { wall_seconds: wall.as_secs_f64(), ..Figures::default() };
        for (figures, phase) in figures.phases.iter_mut().zip(Phase::ALL) {
            figures.cpu_seconds = self.spent[phase as usize].as_secs_f64();
        }
        figures.cpu_seconds = figures.phases.iter().map(|phase| phase.cpu_seconds).sum();
        figures
    }
}

/// Says now and then how far this process is.
struct Progress {
    last: Instant,
}

impl Hooks for Progress {
    fn before_opening<'a>(&'a mut self, _: &'a mut Session) -> LocalBoxFuture<'a, Result<(), RunError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn progress(&mut self, done: u64, total: u64) {
        if self.last.elapsed() >= EVERY {
            self.last = Instant::now();
            tell(&ProgressEvent::Step { done, total });
        }
    }
}

fn tell(event: &ProgressEvent) {
    if let Ok(line) = serde_json::to_string(event) {
        say(line);
    }
}
