//! `policy`: who may have what signed with a key, and who may deal.

mod adopt;
mod dealers;
mod inspect;

use std::path::PathBuf;

use clap::Subcommand;

use crate::exit::Failure;
use crate::identity::Home;
use crate::policy::Office;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at each holder of the key:
  quorate policy check policy.toml
  quorate policy adopt treasury policy.toml
From then on the key signs requests that the policy allows, and nothing else.")]
pub(super) struct Policy {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read a policy and say what is in it; exit 2 with line or rule if it is none
    Check(inspect::Check),
    /// Say in words what a new version allows that the old one refused, and the other way round
    Diff(inspect::Diff),
    /// Decide requests of the past, one after the other, with the counters moving
    Test(inspect::Test),
    /// Look for rules that do nothing and for ways around those that do something
    Lint(inspect::Lint),
    /// Put a policy into force in this home; later versions need approvals
    Adopt(adopt::Adopt),
    /// Approve the next version of a policy
    Approve(adopt::Approve),
    /// Show the policy of a key, with its versions
    Show(adopt::Show),
    /// Say who may deal correlated randomness for this party's runs: nobody, unless permitted here
    Dealers(dealers::Dealers),
}

impl Policy {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Check(command) => command.run(),
            Command::Diff(command) => command.run(),
            Command::Test(command) => command.run(),
            Command::Lint(command) => command.run(),
            Command::Adopt(command) => command.run(),
            Command::Approve(command) => command.run(),
            Command::Show(command) => command.run(),
            Command::Dealers(command) => command.run(),
        }
    }
}

/// Where the party is, and how it answers.
#[derive(Debug, clap::Args)]
pub(super) struct Place {
    /// The directory of the identity [default: $QUORATE_HOME, else ~/.quorate]
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

impl Place {
    pub(super) fn home(&self) -> Result<Home, Failure> {
        Ok(Home::locate(self.home.as_deref())?)
    }

    pub(super) fn office(&self) -> Result<Office, Failure> {
        Office::open(self.home.as_deref())
    }
}
