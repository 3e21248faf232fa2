//! `receipt verify`.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::identity::known_cards;
use crate::exit::{Exit, Failure};
use crate::output::{print, say};
use crate::receipt::{Ending, Outcome, RECEIPT_LIMIT, Verified, verify};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate receipt verify ~/.quorate/receipts/SESSION.json")]
pub(super) struct Receipt {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check every signature of a receipt, offline; exit 5 if it does not verify
    #[command(after_help = "Example: quorate receipt verify ~/.quorate/receipts/SESSION.json")]
    Verify {
        /// The receipt
        file: PathBuf,
        /// The directory with the cards to compare keys with [default: $QUORATE_HOME, else ~/.quorate]
        #[arg(long, value_name = "DIR")]
        home: Option<PathBuf>,
    },
}

impl Receipt {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let Command::Verify { file, home } = &self.command;
        let content = read(file)?;
        let verified = verify(&content, &known_cards(home.as_deref())?)?;
        print(&text(&verified))?;
        if !verified.unknown.is_empty() {
            let names: Vec<String> = verified.unknown.iter().map(ToString::to_string).collect();
            say(format_args!(
                "note: no card of {} is known here: the receipt shows that these keys signed, not whose they are",
                names.join(", ")
            ));
        }
        Ok(())
    }
}

/// One byte more than any receipt has is enough for the verifier to refuse it.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let refused = |error: std::io::Error| {
        Failure::new(Exit::BadInput, format!("{}: this cannot be read ({error})", path.display()))
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(refused)?;
    file.take(RECEIPT_LIMIT as u64 + 1).read_to_end(&mut bytes).map_err(refused)?;
    Ok(bytes)
}

fn text(verified: &Verified) -> String {
    let receipt = &verified.receipt;
    let mut text = format!("verified: {}\n", verified.status);
    text += &format!("session   {}\nprogram   {}, digest {}\n", receipt.session, receipt.program, receipt.digest);
    text += &format!("protocol  {}\nclaim     {}\n", receipt.protocol, receipt.claim.text);
    for (name, value) in receipt.parameters.iter() {
        text += &format!("parameter {name} = {value}\n");
    }
    for (name, size) in receipt.sizes.iter() {
        text += &format!("size      {name} = {size}\n");
    }
    for (name, title) in receipt.records.iter() {
        text += &format!("record    {name}: {title}\n");
    }
    for (role, holder) in receipt.roles.iter() {
        text += &format!("role      {role}: {holder}\n");
    }
    for Outcome { party, ending, figures, .. } in &receipt.outcomes {
        text += &match ending {
            Ending::Done if figures.learned.is_empty() => format!("signed    {party}: done, learned nothing\n"),
            Ending::Done => format!("signed    {party}: done, learned {}\n", figures.learned.join(", ")),
            Ending::Aborted { step, reason } => format!("signed    {party}: aborted at {step}: {reason}\n"),
        };
    }
    text
}
