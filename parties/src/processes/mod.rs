//! All parties of a program as processes of this machine: the command with which figures are checked.
//!
//! Each process reads the program, plans, has its own inputs (`seeded` draws them, or a file holds them), meets the
//! others (`sockets`) and runs the protocol as in any other session, but for what a session says beside it: there are
//! no partners to agree with, so no terms are compared and no receipts signed. What is measured begins when all are
//! there and ends with the last output; it is what the process itself read from its clocks (`party`). Whoever has
//! started them knows all inputs, evaluates the program in the clear and compares (`check`).

mod check;
mod folder;
mod order;
mod party;
mod seeded;
mod sockets;
mod start;

pub(crate) use check::{Expected, digest};
pub(crate) use folder::PrivateFolder;
pub use order::{Figures, PhaseFigures};
pub use party::take_part;
pub(crate) use seeded::inputs as random_inputs;
pub use seeded::{Seed, fresh_seed};
pub use sockets::Transport;
pub(crate) use start::Processes;

use std::collections::BTreeMap;

use quorate_circuits::bind::Arguments;
use quorate_engine::plan::Asked;

use crate::exit::Failure;
use crate::identity::PartyName;
use crate::inputs::Given;
use crate::local::{self, Ready};
use crate::output::{Measurement, Report, say};
use crate::program::Loaded;

/// The longest output that is told beside random inputs, which say nothing to anybody.
const SHOWN: usize = 1_000;

/// What is run.
#[derive(Debug)]
pub struct Request<'a> {
    /// The program as the user named it, and read.
    pub name: &'a str,
    /// The program.
    pub loaded: &'a Loaded,
    /// Parameters; with random inputs, sizes too.
    pub parameters: BTreeMap<String, String>,
    /// The trust.
    pub asked: Asked,
    /// What a dealer is called, if one is asked for.
    pub dealer: Option<PartyName>,
    /// What carries the links.
    pub transport: Transport,
    /// Whether nothing but errors is said.
    pub quiet: bool,
}

/// Runs a program with the inputs of all its roles.
///
/// # Errors
/// Bad input, a trust that no protocol offers, a failed assert; an output that is another one than in the clear.
pub fn run_given(request: &Request<'_>, given: &[Given]) -> Result<Report, Failure> {
    let Ready { bound, arguments, prepared, sources } = local::ready(request.loaded, given, &request.parameters)?;
    if !request.quiet {
        prepared.remarks.iter().for_each(say);
    }
    let processes = processes(request, &arguments, usize::MAX);
    let ran = processes.run_with(&bound, &prepared.inputs)?;
    let equal = ran.check(&bound, || check::expected(&bound, &prepared.inputs))?;
    let report = ran.report(&bound, Measurement { transport: request.transport, seed: None, equal });
    Ok(Report { sources, dropped: prepared.dropped, ..report })
}

/// Runs a program with random inputs. A size is the parameter of its name, else the least allowed.
///
/// # Errors
/// As [`run_given`].
pub fn run_random(request: &Request<'_>, seed: Seed) -> Result<Report, Failure> {
    let mut parameters = request.parameters.clone();
    let private_sizes = private_sizes(request.loaded, &mut parameters)?;
    let numbers = crate::explain::Numbers::new(request.loaded, None, &parameters)?;
    let bound = request.loaded.bind(&numbers.arguments)?;
    let processes = processes(request, &numbers.arguments, SHOWN);
    let ran = processes.run_random(&bound, seed, &private_sizes)?;
    let inputs = || seeded::inputs(&bound, seed, &private_sizes, |_| true);
    let equal = ran.check(&bound, || check::expected(&bound, &inputs()))?;
    Ok(ran.report(&bound, Measurement { transport: request.transport, seed: Some(seed), equal }))
}

fn processes<'a>(request: &'a Request<'a>, arguments: &'a Arguments, shown: usize) -> Processes<'a> {
    let Request { name, loaded, asked, transport, quiet, .. } = *request;
    let dealer = request.dealer.as_ref();
    Processes { name, loaded, arguments, asked, dealer, transport, quiet, shown }
}

/// Takes the sizes that only owners know out of the parameters.
fn private_sizes(loaded: &Loaded, parameters: &mut BTreeMap<String, String>) -> Result<BTreeMap<String, u64>, Failure> {
    let mut sizes = BTreeMap::new();
    for size in loaded.program.sizes().iter().filter(|size| size.private) {
        let Some(text) = parameters.remove(&size.name) else { continue };
        let lawful = size.least..=size.greatest;
        let value = text.parse::<u64>().ok().filter(|value| lawful.contains(value)).ok_or_else(|| {
            let message = format!("--param {}={text}: it must be in {}..={}", size.name, size.least, size.greatest);
            Failure::new(crate::exit::Exit::BadInput, message)
        })?;
        sizes.insert(size.name.clone(), value);
    }
    Ok(sizes)
}

/// The name of a party's home, and of its socket.
fn party_name(party: usize) -> String {
    format!("party_{}", party + 1)
}
