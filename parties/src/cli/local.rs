//! `local`.

use super::trust::TrustOptions;
use crate::exit::{Exit, Failure};
use crate::inputs::{Given, warn_of_literals};
use crate::local::{self, Trust};
use crate::output::print;
use crate::program::{Loaded, parameters};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate local millionaires --input alice.wealth=8400000 --input bob.wealth=7950000
  quorate local budget-total --input party_1.budget=a.csv:amount --input party_2.budget=b.csv:amount --protocol clear")]
pub(super) struct Local {
    /// A program of the library, or a file
    program: String,
    /// Where an input comes from: a number, FILE.csv:COLUMN[,COLUMN], FILE.parquet:COLUMN, or - (repeatable)
    #[arg(long = "input", value_name = "ROLE.NAME=SOURCE")]
    inputs: Vec<String>,
    /// A parameter of the program (repeatable); those that count roles follow from the inputs
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    #[command(flatten)]
    trust: TrustOptions,
    /// The protocol: yao, additive, or clear for none at all [default: the cheapest that fits]
    #[arg(long, value_name = "PROTOCOL", help_heading = "Trust")]
    protocol: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Local {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let loaded = Loaded::find(&self.program)?;
        let given = self.inputs.iter().map(|text| Given::parse(text)).collect::<Result<Vec<_>, _>>()?;
        if let Some(Given { name, .. }) = given.iter().find(|given| given.role.is_none()) {
            let message = format!("--input {name}: whose input is it?");
            return Err(Failure::new(Exit::BadInput, message).hint(format!("write --input ROLE.{name}=SOURCE")));
        }
        warn_of_literals(&given);
        let report = local::run(&loaded, &given, &parameters(&self.parameters)?, &self.asked()?)?;
        print(&if self.json { format!("{}\n", report.json()) } else { report.text() })
    }

    fn asked(&self) -> Result<Trust, Failure> {
        match self.protocol.as_deref() {
            Some("clear") if self.trust.is_silent() => Ok(Trust::Clear),
            Some("clear") => Err(Failure::new(
                Exit::BadInput,
                "--protocol clear protects nothing: it goes with no other trust option",
            )),
            protocol => self.trust.asked(protocol).map(Trust::Protocol),
        }
    }
}
