//! From one command to many processes, and back to one report.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;

use quorate_circuits::bind::{Arguments, BoundProgram};
use quorate_circuits::clear::Inputs;
use quorate_engine::net::PartyIndex;
use quorate_engine::plan::{Asked, Choice, Cost, choose};
use serde_json::Value;

use super::check::{Expected, compare};
use super::folder::PrivateFolder;
use super::order::{Figures, InputOrder, Order, Told};
use super::party_name;
use super::seeded::Seed;
use super::sockets::{Listener, Transport};
use crate::demo::{Child, View, first_failure, follow};
use crate::exit::{Exit, Failure};
use crate::identity::{Card, Hex, Home, Identity, PartyName};
use crate::local::refused;
use crate::output::{CostReport, Measurement, PartyReport, Report, Traffic, outputs_json};
use crate::program::Loaded;
use crate::session::Ordered;

/// What all processes have in common.
pub(crate) struct Processes<'a> {
    /// The program as the user named it: a process finds it under the same name.
    pub(crate) name: &'a str,
    pub(crate) loaded: &'a Loaded,
    pub(crate) arguments: &'a Arguments,
    pub(crate) asked: Asked,
    pub(crate) dealer: Option<&'a PartyName>,
    pub(crate) transport: Transport,
    pub(crate) quiet: bool,
    /// Longer outputs are told by their digest alone.
    pub(crate) shown: usize,
}

/// What came of it.
pub(crate) struct Ran {
    choice: Choice,
    dealer: Option<PartyName>,
    told: Vec<Told>,
}

impl Processes<'_> {
    /// Runs a bound program on these inputs.
    ///
    /// # Errors
    /// A trust that no protocol offers; a process that fails.
    pub(crate) fn run_with(&self, bound: &Arc<BoundProgram>, inputs: &Inputs) -> Result<Ran, Failure> {
        self.run(bound, |folder, party| {
            let own = bound.inputs.iter().filter(|input| input.role.0 == party).map(|input| &input.name);
            let own: BTreeMap<&String, &Vec<_>> = own.filter_map(|name| inputs.get_key_value(name)).collect();
            let bytes = postcard::to_stdvec(&own).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
            Ok(InputOrder::File(folder.write(&format!("{}.inputs", party_name(party)), bytes)?))
        })
    }

    /// Runs a bound program on inputs that every process draws for itself.
    ///
    /// # Errors
    /// As [`Self::run_with`].
    pub(crate) fn run_random(
        &self,
        bound: &Arc<BoundProgram>,
        seed: Seed,
        private_sizes: &BTreeMap<String, u64>,
    ) -> Result<Ran, Failure> {
        self.run(bound, |_, _| Ok(InputOrder::Random { seed, private_sizes: private_sizes.clone() }))
    }

    fn run(
        &self,
        bound: &Arc<BoundProgram>,
        inputs: impl Fn(&PrivateFolder, usize) -> Result<InputOrder, Failure>,
    ) -> Result<Ran, Failure> {
        let party_of: Vec<PartyIndex> = (0..bound.roles.len()).map(PartyIndex).collect();
        // A refusal need not wait for the processes.
        let choice = choose(bound, party_of.len(), &party_of, &self.asked).map_err(|refusal| refused(&refusal))?;
        let parties = choice.plan.seats();
        let folder = PrivateFolder::new("processes")?;
        let opened = (0..parties).map(|party| Listener::open(self.transport, folder.path(), party));
        let listeners = opened.collect::<Result<Vec<_>, _>>()?;
        let addresses: Vec<String> = listeners.iter().map(|listener| listener.address.clone()).collect();
        let homes: Vec<Option<PathBuf>> = match self.transport {
            Transport::Tls => found(folder.path(), &addresses)?.into_iter().map(Some).collect(),
            Transport::Unix | Transport::Tcp => vec![None; parties],
        };
        let token = fresh_token()?;
        let mut orders = Vec::with_capacity(parties);
        for (me, home) in homes.into_iter().enumerate() {
            let order = Order {
                program: self.name.to_owned(),
                digest: Hex(self.loaded.digest.0),
                parameters: self.arguments.parameters.clone(),
                sizes: self.arguments.sizes.clone(),
                asked: (&self.asked).into(),
                me,
                parties,
                transport: self.transport,
                addresses: addresses.clone(),
                token,
                home,
                inputs: inputs(&folder, me)?,
                shown: self.shown,
            };
            let order = serde_json::to_string(&order).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
            orders.push(folder.write(&format!("{}.json", party_name(me)), order)?);
        }
        let names: Vec<&str> =
            bound.roles.iter().map(String::as_str).chain(self.dealer.map(PartyName::as_str)).collect();
        let told = self.told(&names, orders, listeners)?;
        Ok(Ran { choice, dealer: self.dealer.cloned(), told })
    }

    /// Starts a process for each order and waits for all of them.
    fn told(&self, names: &[&str], orders: Vec<PathBuf>, listeners: Vec<Listener>) -> Result<Vec<Told>, Failure> {
        let (sender, news) = mpsc::channel();
        // Dropping a child ends its process: nothing is left behind, however this function is left.
        let mut children = Vec::with_capacity(orders.len());
        for (party, (order, listener)) in orders.into_iter().zip(listeners).enumerate() {
            let arguments: [OsString; 2] = ["party-process".into(), order.into()];
            children.push(Child::start_with(party, &arguments, listener.into_input(), sender.clone())?);
        }
        drop(sender);
        let view = View::new(names, self.quiet);
        let children = follow(children, &news, |party, event| view.show(party, event))?;
        view.close();
        let ended = children.into_iter().map(Child::wait).collect::<Result<Vec<_>, _>>()?;
        if let Some(failure) = first_failure(names, &ended) {
            return Err(failure);
        }
        let read = |(name, ended): (&&str, &crate::demo::Ended)| {
            serde_json::from_str(&ended.result).map_err(|error| {
                Failure::new(Exit::Bug, format!("what {name} tells at its end cannot be read: {error}"))
            })
        };
        names.iter().zip(&ended).map(read).collect()
    }
}

impl Ran {
    /// Whether all outputs are those of the clear evaluation; nothing if that cannot be known.
    ///
    /// # Errors
    /// An output that is another one.
    pub(crate) fn check(
        &self,
        bound: &BoundProgram,
        expected: impl FnOnce() -> Result<Option<Expected>, Failure>,
    ) -> Result<Option<bool>, Failure> {
        let Some(expected) = expected()? else { return Ok(None) };
        compare(&bound.roles, &self.told, &expected)?;
        Ok(Some(true))
    }

    /// What was predicted, and what each party took.
    pub(crate) fn figures(self) -> (Cost, Vec<Figures>) {
        (self.choice.cost, self.told.into_iter().map(|told| told.figures).collect())
    }

    /// The report.
    pub(crate) fn report(self, bound: &BoundProgram, measurement: Measurement) -> Report {
        let names = outputs_json(bound, |_| None);
        let known = |name: &str| self.told.iter().filter_map(|told| told.outputs.find(name)).find(|v| !v.is_null());
        let outputs: Ordered<Value> =
            names.iter().map(|(name, _)| (name, known(name).cloned().unwrap_or(Value::Null))).collect();
        let seconds = self.told.iter().map(|told| told.figures.wall_seconds).fold(0.0, f64::max);
        let party = |(seat, told): (PartyReport, Told)| {
            let figures = told.figures;
            let traffic = Traffic {
                bytes_sent: figures.phases.iter().map(|phase| phase.bytes_sent).sum(),
                bytes_received: figures.phases.iter().map(|phase| phase.bytes_received).sum(),
                rounds: figures.phases.iter().map(|phase| phase.rounds).sum(),
            };
            PartyReport {
                traffic: Some(traffic),
                cpu_seconds: Some(figures.cpu_seconds),
                peak_memory_bytes: figures.peak_memory_bytes,
                figures: Some(figures),
                ..seat
            }
        };
        Report {
            protocol: self.choice.plan.technique(),
            claim: Some(self.choice.claim),
            outputs,
            parties: PartyReport::seats(bound, self.dealer.as_ref()).into_iter().zip(self.told).map(party).collect(),
            dealer: self.dealer,
            cost: CostReport::from(&self.choice.cost),
            seconds,
            measurement: Some(measurement),
            ..Report::of(bound)
        }
    }
}

/// Homes with identities, each with the cards of all others; by party, where.
fn found(folder: &Path, addresses: &[String]) -> Result<Vec<PathBuf>, Failure> {
    let homes: Vec<Home> = (0..addresses.len()).map(|party| Home::at(folder.join(party_name(party)))).collect();
    let mut cards: Vec<Card> = Vec::new();
    for (party, (home, address)) in homes.iter().zip(addresses).enumerate() {
        let identity = Identity::generate(party_name(party).parse()?, address.parse()?)?;
        home.store(&identity)?;
        cards.push(identity.card().clone());
    }
    for (party, home) in homes.iter().enumerate() {
        for (_, card) in cards.iter().enumerate().filter(|(other, _)| *other != party) {
            home.pin(card)?;
        }
    }
    Ok(homes.iter().map(|home| home.path().to_owned()).collect())
}

fn fresh_token() -> Result<Hex<32>, Failure> {
    let mut token = [0; 32];
    getrandom::fill(&mut token)
        .map_err(|_| Failure::new(Exit::BadInput, "the operating system's source of randomness is unavailable"))?;
    Ok(Hex(token))
}
