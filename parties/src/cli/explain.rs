//! `explain`.

use std::path::PathBuf;

use quorate_engine::plan::Asked;
use serde_json::Value;

use super::trust::{CHEAPEST, DealerOption, TrustOptions, any_protocol};
use crate::exit::{Exit, Failure};
use crate::explain::{Calibration, Difference, Explanation, Question};
use crate::identity::Home;
use crate::output::{print, say};
use crate::program::{Loaded, parameters};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate explain hospital-stats --parties 5 --param groups=3
  quorate explain risk-score --parties 2 --param rows=694 --param columns=6 --network 20ms,50mbit
  quorate explain risk-score --param rows=1000 --flame cost.svg
  quorate explain risk-score --param rows=1000 --prepared
  quorate explain --diff risk-score mine.qp --param rows=1000")]
pub(super) struct Explain {
    /// A program of the library, or a file
    #[arg(required_unless_present = "diff")]
    program: Option<String>,
    /// How many members the program's family of roles has
    #[arg(long, value_name = "N")]
    parties: Option<u64>,
    /// A parameter or a size of the program (repeatable); the least allowed is assumed for what is not given
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    #[command(flatten)]
    trust: TrustOptions,
    #[command(flatten)]
    dealer: DealerOption,
    #[arg(long, value_name = "PROTOCOL", help_heading = "Trust", help = any_protocol("The protocol", CHEAPEST))]
    protocol: Option<String>,
    /// Of runs on correlated randomness that is prepared ahead (`quorate preprocess`)
    #[arg(long)]
    prepared: bool,
    /// Draw the cost by source line into this file (SVG)
    #[arg(long, value_name = "FILE", conflicts_with = "diff")]
    flame: Option<PathBuf>,
    /// Say what changed from one program to another, in disclosure and in cost
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with = "program")]
    diff: Option<Vec<String>>,
    /// The home whose calibration predicts computing [default: $QUORATE_HOME, else ~/.quorate]
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let question = self.question()?;
        if let Some([old, new]) = self.diff.as_deref() {
            let difference = Difference::new(&Loaded::find(old)?, &Loaded::find(new)?, &question)?;
            return self.answer(|| difference.json(), || difference.text());
        }
        // One of the two is required.
        let loaded = Loaded::find(self.program.as_deref().unwrap_or_default())?;
        let explanation = Explanation::new(&loaded, &question)?;
        if let Some(path) = &self.flame {
            std::fs::write(path, explanation.flame()).map_err(|error| {
                Failure::new(Exit::BadInput, format!("--flame: {} cannot be written ({error})", path.display()))
            })?;
            say(format_args!("the picture is in {}", path.display()));
        }
        self.answer(|| explanation.json(), || explanation.text())
    }

    fn answer(&self, json: impl FnOnce() -> Value, text: impl FnOnce() -> String) -> Result<(), Failure> {
        print(&if self.json { format!("{}\n", json()) } else { text() })
    }

    /// A machine without a home has no calibration.
    fn calibration(&self) -> Result<Option<Calibration>, Failure> {
        Home::locate(self.home.as_deref()).ok().map_or(Ok(None), |home| Calibration::load(&home))
    }

    fn question(&self) -> Result<Question, Failure> {
        let asked = self.dealer.with(self.trust.asked(self.protocol.as_deref())?);
        let asked = Asked { prepared: self.prepared, ..asked };
        let (parameters, dealer) = (parameters(&self.parameters)?, self.dealer.dealer.clone());
        Ok(Question { parties: self.parties, parameters, asked, dealer, calibration: self.calibration()? })
    }
}
