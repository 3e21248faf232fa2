//! `party-process`: what `local --processes` starts.

use std::path::PathBuf;

use crate::exit::Failure;
use crate::output::print;
use crate::processes::take_part;

#[derive(Debug, clap::Args)]
pub(super) struct PartyProcess {
    /// What to do
    order: PathBuf,
}

impl PartyProcess {
    pub(super) fn run(&self) -> Result<(), Failure> {
        print(&format!("{}\n", take_part(&self.order)?))
    }
}
