//! `run`.

use std::path::PathBuf;

use quorate_engine::plan::Asked;

use super::patience;
use super::trust::{CHEAPEST, DealerOption, TrustOptions, any_protocol};
use crate::exit::{Exit, Failure};
use crate::output::print;
use crate::run::{Randomness, Request, Watch};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples, in two terminals:
  quorate run millionaires --input wealth=-            at alice, who reads her wealth from standard input
  quorate run millionaires --as bob --peer alice=alice --input wealth=bob.csv:wealth
At both, after `quorate preprocess millionaires --runs 5`:
  quorate run millionaires --prepared --input wealth=-
With a dealer, whom alice and bob have permitted by `quorate policy dealers --permit carol`, all three add --dealer carol; \
carol herself has no role and no input:
  quorate run millionaires --peer alice=alice --peer bob=bob --dealer carol")]
pub(super) struct Run {
    /// A program of the library, or a file
    program: String,
    /// The directory of the identity [default: $QUORATE_HOME, else ~/.quorate]
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
    /// The roles that this party plays [default: its own name]
    #[arg(long = "as", value_name = "ROLE[,ROLE]")]
    roles: Vec<String>,
    /// Who plays another role (repeatable) [default: pinned partners whose names are roles]
    #[arg(long = "peer", value_name = "ROLE=NAME")]
    peers: Vec<String>,
    /// Where an input comes from: a number, FILE.csv:COLUMN[,COLUMN], FILE.parquet:COLUMN, or - (repeatable)
    #[arg(long = "input", value_name = "[ROLE.]NAME=SOURCE")]
    inputs: Vec<String>,
    /// A parameter of the program (repeatable); those that count roles follow from the cast
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    #[command(flatten)]
    trust: TrustOptions,
    #[command(flatten)]
    dealer: DealerOption,
    #[arg(long, value_name = "PROTOCOL", help_heading = "Trust", help = any_protocol("The protocol", CHEAPEST))]
    protocol: Option<String>,
    /// Use up a run that the group has prepared (`quorate preprocess`); without one that all parties have, refuse, or make
    /// what is needed afresh
    #[arg(long, value_name = "only|or-afresh", num_args = 0..=1, require_equals = true, default_missing_value = "only",
        value_parser = ["only", "or-afresh"])]
    prepared: Option<String>,
    /// Exchange messages with all partners, or one, as files in a folder that somebody carries (repeatable)
    #[arg(long = "via-files", value_name = "[NAME=]DIR")]
    via_files: Vec<String>,
    /// For how long a missing or vanished partner is waited for
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    wait: f64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Tell progress as JSON lines on standard error
    #[arg(long, hide = true, value_name = "FORM", value_parser = ["json"])]
    progress: Option<String>,
}

impl Run {
    pub(super) fn run(self) -> Result<(), Failure> {
        let watch = if self.progress.is_some() { Watch::program() } else { Watch::person(!self.json) };
        let json = self.json;
        let report = crate::run::run(&self.request()?, &watch)?;
        print(&if json { format!("{}\n", report.json()) } else { report.text() })
    }

    fn request(self) -> Result<Request, Failure> {
        if self.protocol.as_deref() == Some("clear") {
            let message = "--protocol clear runs in one process only: with partners it would show them the data";
            return Err(Failure::new(Exit::BadInput, message).hint("use `quorate local`"));
        }
        let wait = patience(self.wait)?;
        let randomness = match self.prepared.as_deref() {
            None => Randomness::Afresh,
            Some("or-afresh") => Randomness::PreparedOrAfresh,
            Some(_) => Randomness::Prepared,
        };
        let asked = self.dealer.with(self.trust.asked(self.protocol.as_deref())?);
        let asked = Asked { prepared: randomness != Randomness::Afresh, ..asked };
        let Self { program, home, roles, peers, inputs, parameters, dealer, via_files, .. } = self;
        let dealer = dealer.dealer;
        Ok(Request { home, program, roles, peers, inputs, parameters, asked, dealer, randomness, via_files, wait })
    }
}
