//! `audit export`.

use std::path::PathBuf;

use serde_json::json;

use super::Place;
use crate::audit::export;
use crate::exit::Failure;
use crate::output::{print, say};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate audit export ann.log
Whoever has the file and this party's card checks it with
  quorate audit verify --file ann.log --card ann.card")]
pub(super) struct Export {
    /// The file, which must not be there yet
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Export {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let log = self.place.log()?;
        let head = export(log.entries()?, &self.file)?;
        if self.json {
            let value = json!({ "file": self.file, "number": head.number, "hash": head.hash });
            return print(&format!("{value}\n"));
        }
        say(format_args!("{}: the log up to {head}", self.file.display()));
        say("it holds no secrets, but says what was signed, with whom, and who approved");
        Ok(())
    }
}
