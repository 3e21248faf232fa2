//! `demo`.

use crate::demo;
use crate::exit::Failure;
use crate::output::print;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  quorate demo\n  quorate demo signing\n  quorate demo custody\n  quorate demo budget --json"
)]
pub(super) struct Demo {
    /// millionaires, budget, hospitals, risk, signing or custody [default: lists them and runs hospitals]
    name: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let ceremonies = match self.name.as_deref() {
            Some("signing") => Some(demo::signing::run(self.json)?),
            Some("custody") => Some(demo::custody::run(self.json)?),
            _ => None,
        };
        if let Some(report) = ceremonies {
            return print(&if self.json { format!("{}\n", report.json()) } else { report.text() });
        }
        let report = demo::run(self.name.as_deref(), self.json)?;
        print(&if self.json { format!("{}\n", report.json()) } else { report.text() })
    }
}
