//! `local`.

use super::trust::{CHEAPEST, DealerOption, TrustOptions, protocol_or_clear};
use crate::exit::{Exit, Failure};
use crate::inputs::{Given, warn_of_literals};
use crate::local::{self, Trust};
use crate::output::print;
use crate::processes::{Request, Seed, Transport, fresh_seed, run_given, run_random};
use crate::program::{Loaded, parameters};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate local millionaires --input alice.wealth=8400000 --input bob.wealth=7950000
  quorate local budget-total --input party_1.budget=a.csv:amount --input party_2.budget=b.csv:amount --protocol clear
  quorate local benches/programs/compare.qp --processes --stats --random --param rows=1000000 --protocol yao
  quorate local millionaires --processes --transport unix --random --seed 000102030405060708090a0b0c0d0e0f --json

With --processes every role is a process of its own. Each measures itself, from its first message to its last output: \
processor time (user and system, all threads), bytes, rounds and memory, by phase. Reading, planning, drawing random \
inputs and comparing with the clear evaluation are not counted; the whole process stands beside. An output that is \
another one than in the clear is an error.")]
pub(super) struct Local {
    /// A program of the library, or a file
    program: String,
    /// Where an input comes from: a number, FILE.csv:COLUMN[,COLUMN], FILE.parquet:COLUMN, or - (repeatable)
    #[arg(long = "input", value_name = "ROLE.NAME=SOURCE")]
    inputs: Vec<String>,
    /// A parameter of the program (repeatable); those that count roles follow from the inputs
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    #[command(flatten)]
    trust: TrustOptions,
    #[command(flatten)]
    dealer: DealerOption,
    #[arg(long, value_name = "PROTOCOL", help_heading = "Trust", help = protocol_or_clear("The protocol", CHEAPEST))]
    protocol: Option<String>,
    #[command(flatten)]
    processes: Processes,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// How processes are run and measured.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Processes")]
struct Processes {
    /// Run every role as a process of its own
    #[arg(long)]
    processes: bool,
    /// Print what each process has taken, by phase
    #[arg(long, requires = "processes")]
    stats: bool,
    /// Draw all inputs at random from their ranges; --param then gives sizes too, else they are the least allowed
    #[arg(long, requires = "processes", conflicts_with = "inputs")]
    random: bool,
    /// Draw the inputs that this seed gives: 32 hexadecimal digits [default: a fresh one, which is printed]
    #[arg(long, requires = "random", value_name = "HEX")]
    seed: Option<Seed>,
    /// What carries the links: unix, tcp, or tls as between partners
    #[arg(long, requires = "processes", value_name = "TRANSPORT", default_value = "tls")]
    transport: Transport,
}

impl Local {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let loaded = Loaded::find(&self.program)?;
        let given = self.inputs.iter().map(|text| Given::parse(text)).collect::<Result<Vec<_>, _>>()?;
        if let Some(Given { name, .. }) = given.iter().find(|given| given.role.is_none()) {
            let message = format!("--input {name}: whose input is it?");
            return Err(Failure::new(Exit::BadInput, message).hint(format!("write --input ROLE.{name}=SOURCE")));
        }
        warn_of_literals(&given);
        if self.processes.processes {
            return self.run_processes(&loaded, &given);
        }
        let report = local::run(&loaded, &given, &parameters(&self.parameters)?, &self.asked()?)?;
        print(&if self.json { format!("{}\n", report.json()) } else { report.text() })
    }

    fn run_processes(&self, loaded: &Loaded, given: &[Given]) -> Result<(), Failure> {
        let Trust::Protocol { asked, dealer } = self.asked()? else {
            let message = "--protocol clear: in the clear there is nothing that processes would say to each other";
            return Err(Failure::new(Exit::BadInput, message).hint("leave out --processes, or name a protocol"));
        };
        let Processes { stats, random, seed, transport, .. } = self.processes;
        let parameters = parameters(&self.parameters)?;
        let request = Request { name: &self.program, loaded, parameters, asked, dealer, transport, quiet: self.json };
        let report = match random {
            true => run_random(&request, seed.map_or_else(fresh_seed, Ok)?)?,
            false => run_given(&request, given)?,
        };
        print(&match (self.json, stats) {
            (true, _) => format!("{}\n", report.json()),
            (false, true) => report.statistics_text(),
            (false, false) => report.text(),
        })
    }

    fn asked(&self) -> Result<Trust, Failure> {
        match self.protocol.as_deref() {
            Some("clear") if self.trust.is_silent() && self.dealer.dealer.is_none() => Ok(Trust::Clear),
            Some("clear") => Err(Failure::new(
                Exit::BadInput,
                "--protocol clear protects nothing: it goes with no other trust option",
            )),
            protocol => {
                let (asked, dealer) = (self.dealer.with(self.trust.asked(protocol)?), self.dealer.dealer.clone());
                Ok(Trust::Protocol { asked, dealer })
            }
        }
    }
}
