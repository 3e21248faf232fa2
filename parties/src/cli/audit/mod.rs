//! `audit`: what this party did, and whether anybody took some of it back.

mod accept;
mod export;
mod show;
mod verify;

use std::path::PathBuf;

use clap::Subcommand;

use crate::audit::AuditLog;
use crate::exit::Failure;
use crate::identity::Home;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate audit show --kind session,key          what was run, and what happened to keys
  quorate audit verify --partner ben.log         the whole chain, and ben's beside it")]
pub(super) struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the entries of this party's log
    Show(show::Show),
    /// Check every hash, signature and countersignature of a log; exit 5 with the first wrong entry
    Verify(verify::Verify),
    /// Write the log into a file, for partners and auditors
    Export(export::Export),
    /// Give up what is remembered of a partner's log, or learn it from an export; this is recorded
    Accept(accept::Accept),
}

impl Audit {
    pub(super) fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Show(command) => command.run(),
            Command::Verify(command) => command.run(),
            Command::Export(command) => command.run(),
            Command::Accept(command) => command.run(),
        }
    }
}

/// Where the log is.
#[derive(Debug, clap::Args)]
struct Place {
    /// The directory of the identity [default: $QUORATE_HOME, else ~/.quorate]
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
}

impl Place {
    fn home(&self) -> Result<Home, Failure> {
        Ok(Home::locate(self.home.as_deref())?)
    }

    fn log(&self) -> Result<AuditLog, Failure> {
        Ok(AuditLog::open(&self.home()?)?)
    }
}
