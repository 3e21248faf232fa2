//! `test`.

use std::path::PathBuf;

use super::trust::protocol_or_clear;
use crate::exit::{Exit, Failure};
use crate::filetest::{self, Under};
use crate::output::{print, say};

#[derive(Debug, clap::Args)]
#[command(after_help = "Programs say in comments that begin with #: what is expected of them:

  #: run: alice.wealth = 5, bob.wealth = 7 -> alice_richer = false, bob_richer = true
  #: run with groups = 2: a.value = [1.50, 2], a.group = [0, 1] -> mean = [1.5, blank]
  #: fails: alice.wealth = -1 -> \"must lie in\"
  #: explain under yao: and_gates = 128, rounds = 6
  #: explain with parties = 3: reveals total to all; party_1.budget solvable by party_2, party_3; no lints
  #: error at 4:9: \"a private value meets a secret one\"

Each run is tried in the clear and under every protocol that is for as many parties as there are roles.

Examples:
  quorate test my-programs
  quorate test median.qp --protocol yao --json

Exit codes: 0 all expectations hold, 2 a file or an expectation is malformed, 6 an expectation does not hold.")]
pub(super) struct Test {
    /// Programs, or folders with programs (*.qp)
    #[arg(value_name = "DIR|FILE", required = true)]
    paths: Vec<PathBuf>,
    #[arg(long, value_name = "PROTOCOL", help = protocol_or_clear("Try no other protocol", " [default: all that fit]"))]
    protocol: Option<String>,
    /// Rewrite figures of `explain` expectations that are others now
    #[arg(long)]
    bless: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Test {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let under = match self.protocol.as_deref() {
            None => Under::All,
            Some("clear") => Under::Clear,
            Some(name) => name
                .parse()
                .map(Under::Protocol)
                .map_err(|why| Failure::new(Exit::BadInput, format!("--protocol: {why}")))?,
        };
        let files = filetest::find(&self.paths)?;
        let mut printed = Ok(());
        let report = filetest::run(&files, under, self.bless, |ended| {
            if !self.json && printed.is_ok() {
                printed = print(&ended.text());
            }
        })?;
        printed?;
        if self.json {
            print(&format!("{}\n", report.json()))?;
        } else {
            say(report.summary().trim_end());
        }
        report.verdict()
    }
}
