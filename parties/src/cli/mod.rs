//! The command line: what can be asked for, and how each command answers.

mod audit;
mod calibrate;
mod circuit;
mod demo;
mod explain;
mod identity;
mod key;
mod local;
mod party_process;
mod policy;
mod preprocess;
mod programs;
mod receipt;
mod request;
mod run;
mod serve;
mod test;
mod trust;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::exit::{Exit, Failure};
use crate::output::say;

/// Compute together without sharing data.
#[derive(Debug, Parser)]
#[command(name = "quorate", version, max_term_width = 120, arg_required_else_help = true, after_help = OVERVIEW)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const OVERVIEW: &str = "\
Examples:
  quorate demo                       three hospitals on this machine, as separate processes
  quorate explain hospital-stats     who learns what, and what it costs, before anybody runs it
  quorate local millionaires --input alice.wealth=5 --input bob.wealth=3

Exit codes: 0 done, 1 our bug, 2 bad input or a trust that no protocol offers, 3 session failed, 4 refused by policy,
5 verification failed, 6 an expectation of a filetest does not hold.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Make this party's identity
    Init(identity::Init),
    /// Write this party's card, for partners to trust, to standard output
    Card(identity::Home),
    /// Pin a partner's card
    Trust(identity::Trust),
    /// List the pinned partners
    Peers(identity::Peers),
    /// List the programs of the library
    Programs(programs::Programs),
    /// Print a program's text
    Show(programs::Show),
    /// Print a program's digest
    Digest(programs::Show),
    /// Say who learns what and what it costs, without running anything
    Explain(explain::Explain),
    /// Count, run, write or draw a gate-level circuit
    Circuit(circuit::Circuit),
    /// Measure this machine, so that `explain` can predict computing
    Calibrate(calibrate::Calibrate),
    /// Make correlated randomness for later runs with partners, ahead of time
    Preprocess(preprocess::Preprocess),
    /// Run a program with partners
    Run(run::Run),
    /// Run all parties of a program on this machine, in one process or each in its own
    Local(local::Local),
    /// Be a party that `local --processes` has started
    #[command(hide = true)]
    PartyProcess(party_process::PartyProcess),
    /// Try what programs say in comments is expected of them
    Test(test::Test),
    /// Make, use and show threshold keys
    Key(key::Key),
    /// Say who may have what signed with a key
    Policy(policy::Policy),
    /// Ask for signatures, approve and refuse them, and sign what a policy allows
    Request(request::Request),
    /// Answer for this party while nobody is there: witness, stock, sessions that others start
    Serve(serve::Serve),
    /// Watch several parties compute together on this machine
    Demo(demo::Demo),
    /// Check what the parties of a session signed
    Receipt(receipt::Receipt),
    /// Show, check and export the log of what this party did
    Audit(audit::Audit),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    answer(std::env::args_os()).into()
}

/// Runs a command, whose first word is the program's name, and says how it ended.
pub(crate) fn answer(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(message) => {
            let code = if message.use_stderr() { Exit::BadInput } else { Exit::Done };
            // Nobody reads it: nothing is lost.
            let _ = message.print();
            return code;
        }
    };
    // A panic is our mistake, whatever it was about, and has an exit code of its own.
    let ended = std::panic::catch_unwind(|| dispatch(cli.command));
    let failure = match ended {
        Ok(Ok(())) => return Exit::Done,
        Ok(Err(failure)) => failure,
        Err(_) => Failure::new(Exit::Bug, "the command stopped unexpectedly"),
    };
    say(&failure);
    failure.exit
}

fn dispatch(command: Command) -> Result<(), Failure> {
    match command {
        Command::Init(command) => command.run(),
        Command::Card(command) => command.card(),
        Command::Trust(command) => command.run(),
        Command::Peers(command) => command.run(),
        Command::Programs(command) => command.run(),
        Command::Show(command) => command.show(),
        Command::Digest(command) => command.digest(),
        Command::Explain(command) => command.run(),
        Command::Circuit(command) => command.run(),
        Command::Calibrate(command) => command.run(),
        Command::Preprocess(command) => command.run(),
        Command::Run(command) => command.run(),
        Command::Local(command) => command.run(),
        Command::PartyProcess(command) => command.run(),
        Command::Test(command) => command.run(),
        Command::Key(command) => command.run(),
        Command::Policy(command) => command.run(),
        Command::Request(command) => command.run(),
        Command::Serve(command) => command.run(),
        Command::Demo(command) => command.run(),
        Command::Receipt(command) => command.run(),
        Command::Audit(command) => command.run(),
    }
}

/// Nobody means to wait for longer than a week.
const LONGEST_WAIT: f64 = 604_800.0;

/// What `--wait` means.
fn patience(seconds: f64) -> Result<Duration, Failure> {
    if seconds > 0.0 && seconds <= LONGEST_WAIT {
        return Ok(Duration::from_secs_f64(seconds));
    }
    let message = format!("--wait {seconds}: expected seconds, more than 0 and at most {LONGEST_WAIT}");
    Err(Failure::new(Exit::BadInput, message))
}
