//! `preprocess`.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::patience;
use super::trust::TrustOptions;
use crate::exit::Failure;
use crate::identity::Home;
use crate::output::{bytes_text, grid, print};
use crate::prepared::{FillOrder, Filled, Listed, list, preprocess};
use crate::run::{Randomness, Request, Watch};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples, at all parties of the group:
  quorate preprocess risk-score --as bank_1 --peer model_owner=lena --param rows=1000 --param columns=6 --runs 20
  quorate preprocess risk-score --as bank_1 --peer model_owner=lena --param rows=1000 --param columns=6 --disk-limit 2GiB
  quorate preprocess --list
  quorate run risk-score --prepared --as bank_1 --peer model_owner=lena --input features=bank_1.csv:age,income,…")]
pub(super) struct Preprocess {
    /// A program of the library, or a file
    #[arg(required_unless_present = "list")]
    program: Option<String>,
    /// Show what is prepared in this home
    #[arg(long, conflicts_with_all = ["program", "roles", "peers", "parameters", "protocol", "via_files", "progress"])]
    list: bool,
    /// How many runs are to be ready afterwards, those that are there included
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=65536))]
    runs: u32,
    /// How much all that is prepared in this home may take, as in 500MB or 2GiB [default: no limit]
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    disk_limit: Option<u64>,
    /// The directory of the identity [default: $QUORATE_HOME, else ~/.quorate]
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
    /// The roles that this party plays [default: its own name]
    #[arg(long = "as", value_name = "ROLE[,ROLE]")]
    roles: Vec<String>,
    /// Who plays another role (repeatable) [default: pinned partners whose names are roles]
    #[arg(long = "peer", value_name = "ROLE=NAME")]
    peers: Vec<String>,
    /// A parameter or a public size of the program (repeatable); those that count roles follow from the cast
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    #[command(flatten)]
    trust: TrustOptions,
    /// The protocol: additive, authenticated-garbling or spdz, whose runs can be prepared
    #[arg(long, value_name = "PROTOCOL", help_heading = "Trust")]
    protocol: Option<String>,
    /// Exchange messages with all partners, or one, as files in a folder that somebody carries (repeatable)
    #[arg(long = "via-files", value_name = "[NAME=]DIR")]
    via_files: Vec<String>,
    /// For how long a missing or vanished partner is waited for
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    wait: f64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Tell progress as JSON lines on standard error
    #[arg(long, hide = true, value_name = "FORM", value_parser = ["json"])]
    progress: Option<String>,
}

impl Preprocess {
    pub(super) fn run(self) -> Result<(), Failure> {
        let json = self.json;
        if self.list {
            let listed = list(&Home::locate(self.home.as_deref())?)?;
            return print(&if json { format!("{}\n", listed_json(&listed)) } else { listed_text(&listed) });
        }
        let watch = if self.progress.is_some() { Watch::program() } else { Watch::person(!json) };
        let filled = preprocess(&self.order()?, &watch)?;
        print(&if json { format!("{}\n", filled_json(&filled)) } else { filled_text(&filled) })
    }

    fn order(self) -> Result<FillOrder, Failure> {
        let (wait, asked) = (patience(self.wait)?, self.trust.asked(self.protocol.as_deref())?);
        let Self { home, roles, peers, parameters, via_files, runs, disk_limit, .. } = self;
        let request = Request {
            home,
            // One of the two is required.
            program: self.program.unwrap_or_default(),
            roles,
            peers,
            inputs: Vec::new(),
            parameters,
            asked,
            dealer: None,
            randomness: Randomness::Afresh,
            via_files,
            wait,
        };
        Ok(FillOrder { request, runs, disk_limit })
    }
}

/// A number of bytes, in any of the usual units.
fn bytes(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 9] = [
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("TiB", 1 << 40),
        ("kB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
        ("B", 1),
    ];
    let text = text.trim();
    let unit = UNITS.into_iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)));
    let (digits, unit) = unit.unwrap_or((text, 1));
    let number = digits.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    number.ok_or_else(|| "expected a whole number of bytes, as in 500MB or 2GiB".to_owned())
}

fn filled_json(filled: &Filled) -> Value {
    let Filled { session, about, made, ready, bounded_by, stored, counters, seconds } = filled;
    json!({
        "session": session.to_string(),
        "program": about.program,
        "protocol": about.protocol,
        "parties": about.parties.iter().map(|member| member.name.to_string()).collect::<Vec<_>>(),
        "store": about.id().to_string(),
        "made": made,
        "ready": ready,
        "bounded_by": bounded_by.as_ref().map(ToString::to_string),
        "bytes_each": about.bytes_each,
        "bytes_stored": stored,
        "bytes_sent": counters.bytes_sent(),
        "bytes_received": counters.bytes_received(),
        "rounds": counters.rounds(),
        "seconds": seconds,
    })
}

fn filled_text(filled: &Filled) -> String {
    let Filled { session, about, made, ready, bounded_by, stored, counters, seconds } = filled;
    let runs = |count: u64| if count == 1 { "1 run".to_owned() } else { format!("{count} runs") };
    let mut text = format!("{} of {} prepared; {} now ready\n", runs(u64::from(*made)), about.program, runs(*ready));
    if let Some(party) = bounded_by {
        text += &format!("no more fit the disk limit of {party}\n");
    }
    text += &format!(
        "group     {}\nprotocol  {}\ndisk      {} a run, {} in this home\ntraffic   {} sent, {} received, {} rounds\n",
        about.group(),
        about.protocol,
        bytes_text(about.bytes_each),
        bytes_text(*stored),
        bytes_text(counters.bytes_sent()),
        bytes_text(counters.bytes_received()),
        counters.rounds(),
    );
    text + &format!("time      {seconds:.3} s\nsession   {session}\n")
}

fn listed_json(listed: &[Listed]) -> Value {
    let store = |store: &Listed| {
        let about = store.about.as_ref();
        json!({
            "folder": store.folder.display().to_string(),
            "store": about.map(|about| about.id().to_string()),
            "program": about.map(|about| about.program.clone()),
            "protocol": about.map(|about| about.protocol.clone()),
            "parties": about.map(|about| about.parties.iter().map(|m| m.name.to_string()).collect::<Vec<_>>()),
            "runs": store.left,
            "bytes_each": about.map(|about| about.bytes_each),
            "bytes_stored": store.bytes,
        })
    };
    json!({ "stores": listed.iter().map(store).collect::<Vec<_>>() })
}

fn listed_text(listed: &[Listed]) -> String {
    if listed.is_empty() {
        return "nothing is prepared\n".to_owned();
    }
    let row = |store: &Listed| {
        let size = bytes_text(store.bytes);
        match &store.about {
            Some(about) => {
                let (each, id) = (bytes_text(about.bytes_each), about.id().to_string()[..16].to_owned());
                [about.program.clone(), about.group(), about.protocol.clone(), store.left.to_string(), each, size, id]
            }
            None => {
                let damaged = format!("damaged: {}", store.folder.display());
                [damaged, String::new(), String::new(), store.left.to_string(), String::new(), size, String::new()]
            }
        }
    };
    let header = ["first for", "group", "protocol", "runs left", "a run", "in all", "store"];
    grid(&header, listed.iter().map(row))
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn bytes_have_units() {
        let cases = [("7", 7), ("7B", 7), ("2GiB", 2 << 30), ("500 MB", 500_000_000), (" 1kB", 1_000)];
        for (text, number) in cases {
            assert_eq!(bytes(text), Ok(number), "{text}");
        }
        for text in ["", "GiB", "-1", "1.5GB", "99999999999TiB", "1 XB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
