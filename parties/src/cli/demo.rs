//! `demo`.

use crate::demo;
use crate::exit::Failure;
use crate::output::print;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  quorate demo\n  quorate demo signing\n  quorate demo budget --json")]
pub(super) struct Demo {
    /// millionaires, budget, hospitals, risk or signing [default: lists them and runs hospitals]
    name: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(super) fn run(&self) -> Result<(), Failure> {
        if self.name.as_deref() == Some("signing") {
            let report = demo::signing::run(self.json)?;
            return print(&if self.json { format!("{}\n", report.json()) } else { report.text() });
        }
        let report = demo::run(self.name.as_deref(), self.json)?;
        print(&if self.json { format!("{}\n", report.json()) } else { report.text() })
    }
}
