//! `calibrate`.

use std::path::PathBuf;

use serde_json::json;

use crate::exit::{Exit, Failure};
use crate::explain::Calibration;
use crate::identity::Home;
use crate::output::{bytes_text, grid, print, say};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate calibrate

Measures how much processor time the parts of the protocols take on this machine, and how much memory
a party's process takes by itself, and keeps it in $QUORATE_HOME/calibration.json; `quorate explain`
then predicts computing and memory beside bytes and rounds.")]
pub(super) struct Calibrate {
    /// About how long to measure, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
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
        if !(0.1..=600.0).contains(&self.seconds) {
            let message = format!("--seconds {}: write a number from 0.1 to 600", self.seconds);
            return Err(Failure::new(Exit::BadInput, message));
        }
        let home = Home::locate(self.home.as_deref())?;
        home.make()?;
        say(format_args!("measuring for about {} s …", self.seconds));
        let calibration = Calibration::measure(self.seconds)?;
        let path = calibration.store(&home)?;
        if self.json {
            let machine = json!(calibration.machine);
            let object = json!({
                "path": path.display().to_string(),
                "machine": machine,
                "seconds": calibration.seconds,
                "process_bytes": calibration.process,
            });
            return print(&format!("{object}\n"));
        }
        let nanoseconds = |(name, seconds): (&String, &f64)| [name.clone(), format!("{:.2}", seconds * 1e9)];
        let table = grid(&["unit of work", "nanoseconds"], calibration.seconds.iter().map(nanoseconds));
        let process = bytes_text(calibration.process);
        let machine = calibration.machine.text();
        print(&format!("{machine}\n\n{table}\na party's process takes {process}\nkept in {}\n", path.display()))
    }
}
