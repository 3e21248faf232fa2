//! `calibrate`.

use std::path::PathBuf;

use quorate_engine::protocol::ProtocolName;
use serde_json::json;

use crate::exit::{Exit, Failure};
use crate::explain::{Calibration, measurable};
use crate::identity::Home;
use crate::output::{bytes_text, grid, print, say};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate calibrate
  quorate calibrate --protocol replicated --protocol yao --seconds 60

Runs small programs under each protocol, all parties as processes that are linked by TLS, and finds out how
much processor time a unit of each kind of work takes on this machine; and how much memory a party's process
takes by itself. The result is kept in $QUORATE_HOME/calibration.json; `quorate explain` then predicts
computing and memory beside bytes and rounds. Close what else computes before.")]
pub(super) struct Calibrate {
    /// Measure this protocol alone, and keep what was measured of others (repeatable) [default: all]
    #[arg(long = "protocol", value_name = "PROTOCOL")]
    protocols: Vec<ProtocolName>,
    /// About how long to measure, in seconds; with few, programs are smaller and prices rougher
    #[arg(long, value_name = "SECONDS", default_value_t = 450.0)]
    seconds: f64,
    /// The home to keep the result in [default: $QUORATE_HOME, else ~/.quorate]
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Calibrate {
    pub(super) fn run(&self) -> Result<(), Failure> {
        if !(0.0..=36_000.0).contains(&self.seconds) {
            let message = format!("--seconds {}: write a number from 0 to 36000", self.seconds);
            return Err(Failure::new(Exit::BadInput, message));
        }
        let protocols = self.protocols()?;
        let home = Home::locate(self.home.as_deref())?;
        home.make()?;
        // What cannot be read is measured anew.
        let earlier = Calibration::load(&home).ok().flatten();
        let names: Vec<&str> = protocols.iter().map(|protocol| protocol.name()).collect();
        say(format_args!("measuring {} for about {} s …", names.join(", "), self.seconds));
        let calibration = Calibration::measure(&protocols, self.seconds)?.over(earlier);
        let path = calibration.store(&home)?;
        if self.json {
            let object = json!({
                "path": path.display().to_string(),
                "machine": calibration.machine,
                "prices": calibration.prices,
                "process_bytes": calibration.process,
            });
            return print(&format!("{object}\n"));
        }
        let machine = calibration.machine.text();
        let process = bytes_text(calibration.process);
        let table = table(&calibration);
        print(&format!("{machine}\n\n{table}\na party's process takes {process}\nkept in {}\n", path.display()))
    }

    fn protocols(&self) -> Result<Vec<ProtocolName>, Failure> {
        let all: Vec<ProtocolName> = measurable().collect();
        if self.protocols.is_empty() {
            return Ok(all);
        }
        match self.protocols.iter().find(|protocol| !all.contains(protocol)) {
            None => Ok(self.protocols.clone()),
            Some(other) => {
                let names: Vec<&str> = all.iter().map(|protocol| protocol.name()).collect();
                let message = format!("--protocol {}: computing is predicted for {}", other.name(), names.join(", "));
                Err(Failure::new(Exit::BadInput, message))
            }
        }
    }
}

/// A row for each unit, a protocol's together.
fn table(calibration: &Calibration) -> String {
    let rows = calibration.prices.iter().flat_map(|(name, prices)| {
        prices.tables.iter().flat_map(move |table| {
            let row = move |(unit, seconds): (&String, &f64)| {
                [name.clone(), table.parties.to_string(), unit.clone(), format!("{:.2}", seconds * 1e9)]
            };
            table.seconds.iter().map(row)
        })
    });
    grid(&["protocol", "parties", "unit of work", "nanoseconds"], rows)
}
