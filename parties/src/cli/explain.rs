//! `explain`.

use quorate_engine::plan::Line;

use super::line::NamedLine;
use super::trust::TrustOptions;
use crate::exit::{Exit, Failure};
use crate::explain::Explanation;
use crate::output::print;
use crate::program::{Loaded, parameters};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate explain hospital-stats --parties 5 --param groups=3
  quorate explain risk-score --parties 2 --param rows=694 --param columns=6 --network 20ms,50mbit")]
pub(super) struct Explain {
    /// A program of the library, or a file
    program: String,
    /// How many members the program's family of roles has
    #[arg(long, value_name = "N")]
    parties: Option<u64>,
    /// A parameter or a size of the program (repeatable); the least allowed is assumed for what is not given
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    #[command(flatten)]
    trust: TrustOptions,
    /// The protocol: yao or additive [default: the cheapest that fits]
    #[arg(long, value_name = "PROTOCOL", help_heading = "Trust")]
    protocol: Option<String>,
    /// The line for which times are predicted: lan, wan, or round trip and bandwidth as in 20ms,50mbit [default: lan]
    #[arg(long, value_name = "NETWORK")]
    network: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let loaded = Loaded::find(&self.program)?;
        let line = match &self.network {
            None => Line::LAN,
            Some(text) => {
                let NamedLine(line) =
                    text.parse().map_err(|why| Failure::new(Exit::BadInput, format!("--network: {why}")))?;
                line
            }
        };
        let asked = self.trust.asked(self.protocol.as_deref())?;
        let explanation = Explanation::new(&loaded, self.parties, &parameters(&self.parameters)?, &asked, line)?;
        print(&if self.json { format!("{}\n", explanation.json()) } else { explanation.text() })
    }
}
