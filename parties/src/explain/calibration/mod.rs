//! How fast this machine computes: measured once, kept in the home, used by every forecast.
//!
//! The engine counts units of work ([`quorate_engine::net::Work`]); a calibration says how many seconds of processor time
//! one of each takes under each protocol, TLS and the links among it. It comes from runs of whole programs. Left out is what
//! a party does by itself: reading its own data and computing with them in plain, agreeing, signing. The engine also counts the bytes of what a
//! party holds; a calibration says how much memory a party's process needs besides.

mod fit;
mod measure;
mod prices;
mod process;
mod programs;

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use quorate_engine::plan::Cost;
use quorate_engine::protocol::ProtocolName;
use serde::{Deserialize, Serialize};

use crate::exit::{Exit, Failure};
use crate::identity::{Home, write_atomically};

pub(crate) use self::measure::measurable;
pub use self::prices::{Prices, Table};

/// The file in the home.
const FILE: &str = "calibration.json";
/// A calibration is some tens of kilobytes.
const LIMIT: u64 = 1 << 20;
const VERSION: u32 = 3;

/// What one unit of each kind of work costs on a machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    version: u32,
    /// Where it was measured.
    pub machine: Machine,
    /// Prices of work, by what they are for: a protocol, the way it is run, the ring.
    pub prices: BTreeMap<String, Prices>,
    /// Bytes of memory of a party's process that has next to nothing to do.
    pub process: u64,
}

/// A machine, as far as it matters for speed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The operating system.
    pub system: String,
    /// The instruction set.
    pub architecture: String,
    /// The processor's name, where the system says it.
    pub processor: Option<String>,
    /// How many threads run at once.
    pub threads: Option<usize>,
}

impl Calibration {
    /// Measures this machine: each protocol at least once, and more often for as long as `seconds` last.
    ///
    /// # Errors
    /// If processes cannot be started or linked, or the system does not say how much memory they use.
    pub fn measure(protocols: &[ProtocolName], seconds: f64) -> Result<Self, Failure> {
        let prices = measure::measure(protocols, seconds)?;
        Ok(Self { version: VERSION, machine: Machine::this(), prices, process: process::memory()? })
    }

    /// The same with the prices of an earlier one for whatever was not measured again, if it was on this machine.
    #[must_use]
    pub fn over(mut self, earlier: Option<Self>) -> Self {
        for (name, prices) in
            earlier.filter(|earlier| earlier.machine == self.machine).into_iter().flat_map(|e| e.prices)
        {
            self.prices.entry(name).or_insert(prices);
        }
        self
    }

    /// The calibration in a home, if there is one.
    ///
    /// # Errors
    /// A file that cannot be read, or is no calibration.
    pub fn load(home: &Home) -> Result<Option<Self>, Failure> {
        let path = home.path().join(FILE);
        let mut text = String::new();
        let read = fs::File::open(&path).and_then(|file| file.take(LIMIT + 1).read_to_string(&mut text));
        match read {
            Ok(_) => Self::parse(&text).map(Some).map_err(|why| damaged(&path, &why)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(damaged(&path, &error.to_string())),
        }
    }

    /// Reads a calibration.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() as u64 > LIMIT {
            return Err("it is too long".to_owned());
        }
        let calibration: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if calibration.version != VERSION {
            return Err(format!("it is of version {}; this is version {VERSION}", calibration.version));
        }
        for (name, prices) in &calibration.prices {
            if let Some(fault) = prices.fault() {
                return Err(format!("{name}: {fault}"));
            }
        }
        Ok(calibration)
    }

    /// Writes it into a home, which need not have an identity, and says where.
    ///
    /// # Errors
    /// The file system's.
    pub fn store(&self, home: &Home) -> Result<PathBuf, Failure> {
        let path = home.path().join(FILE);
        let text = serde_json::to_string_pretty(self).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        home.make()?;
        write_atomically(&path, (text + "\n").as_bytes())?;
        Ok(path)
    }

    /// Predicted seconds of processor time of each party, by phase, if the protocol has prices.
    pub fn parties(&self, cost: &Cost) -> Option<Vec<[f64; 3]>> {
        let prices = self.prices.get(cost.priced_as.as_ref()?)?;
        cost.work.iter().map(|work| prices.seconds(cost.work.len(), work)).collect()
    }

    /// Predicted seconds of the busiest party, by phase: the others wait for it.
    pub fn busiest(&self, cost: &Cost) -> Option<[f64; 3]> {
        let parties = self.parties(cost)?;
        Some(std::array::from_fn(|phase| parties.iter().map(|party| party[phase]).fold(0.0, f64::max)))
    }
}

impl Machine {
    /// This one.
    fn this() -> Self {
        Self {
            system: std::env::consts::OS.to_owned(),
            architecture: std::env::consts::ARCH.to_owned(),
            processor: processor(),
            threads: std::thread::available_parallelism().ok().map(Into::into),
        }
    }

    /// In one line.
    pub fn text(&self) -> String {
        let processor = self.processor.as_deref().unwrap_or("an unnamed processor");
        let threads = self.threads.map_or(String::new(), |threads| format!(", {threads} threads"));
        format!("{processor}{threads}, {} {}", self.system, self.architecture)
    }
}

fn processor() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn damaged(path: &Path, why: &str) -> Failure {
    let message = format!("{}: this is no calibration of this version ({why})", path.display());
    Failure::new(Exit::BadInput, message).hint("measure again with `quorate calibrate`")
}

#[cfg(test)]
mod tests {
    use super::*;

    use quorate_engine::net::{PartyWork, Work};

    fn table(parties: usize, seconds: f64) -> Table {
        let seconds = Work::ALL.iter().map(|work| (work.name().to_owned(), seconds)).collect();
        Table { parties, seconds }
    }

    fn calibration(seconds: f64) -> Calibration {
        let machine = Machine { system: "s".into(), architecture: "a".into(), processor: None, threads: Some(2) };
        let prices = Prices { tables: vec![table(2, seconds), table(4, 3.0 * seconds)] };
        Calibration { version: VERSION, machine, prices: [("yao".to_owned(), prices)].into(), process: 1 << 24 }
    }

    #[test]
    fn files_are_read_back() {
        let written = calibration(1.5e-9);
        assert_eq!(Calibration::parse(&serde_json::to_string(&written).expect("JSON")), Ok(written));
    }

    #[test]
    fn damaged_files_are_refused_with_the_reason() {
        let text = serde_json::to_string(&calibration(1e-9)).expect("JSON");
        let refused = |text: &str| Calibration::parse(text).expect_err("it is damaged");
        assert!(refused("").contains("EOF"));
        assert!(refused(&text[..text.len() / 2]).contains("EOF"));
        assert!(refused(&text.replace("\"version\":3", "\"version\":9")).contains("version 9"));
        assert!(refused(&text.replacen("\"message\"", "\"massage\"", 1)).contains("\"massage\" is no unit"));
        assert!(refused(&text.replacen("\"parties\":2", "\"parties\":7", 1)).contains("order"));
        assert!(refused(&text.replacen("\"parties\":4", "\"parties\":9007199254740993", 1)).contains("no session"));
        assert!(refused(&text.replacen("1e-9", "-1e-9", 1)).contains("takes"));
        assert!(refused(&text.replacen("1e-9", "1e999", 1)).contains("out of range"));
        assert!(refused(&text.replacen("1e-9", "\"fast\"", 1)).contains("invalid type"));
        assert!(refused(&text.replacen("16777216", "-1", 1)).contains("invalid value"));
        assert!(refused(&(text + &" ".repeat(1 << 20))).contains("too long"));
    }

    #[test]
    fn twice_as_much_is_twice_as_long_and_parties_are_on_a_line() {
        let units = |n: u64| {
            let mut work = PartyWork::default();
            Work::ALL.iter().for_each(|kind| work[2].add(*kind, n));
            work
        };
        let seconds = |parties, n, each| {
            let [set_up, preprocessing, online] =
                calibration(each).prices["yao"].seconds(parties, &units(n)).expect("two tables price every number");
            assert!(set_up + preprocessing == 0.0);
            online
        };
        let (once, close) = (seconds(2, 1000, 1e-9), |a: f64, b: f64| (a - b).abs() < 1e-12);
        assert!(close(once, 1e-6 * Work::ALL.len() as f64));
        assert!(close(seconds(2, 2000, 1e-9), 2.0 * once) && close(seconds(2, 1000, 2e-9), 2.0 * once));
        assert!(close(seconds(3, 1000, 1e-9), 2.0 * once) && close(seconds(5, 1000, 1e-9), 4.0 * once));
        let alone = Prices { tables: vec![table(3, 1e-9)] };
        assert!(alone.seconds(3, &units(1)).is_some() && alone.seconds(4, &units(1)).is_none());
    }

    #[test]
    fn what_is_measured_again_replaces_what_was_there() {
        let mut other = calibration(5e-9);
        other.prices.insert("shamir".to_owned(), Prices { tables: vec![table(3, 1.0)] });
        let merged = calibration(1e-9).over(Some(other.clone()));
        assert_eq!(merged.prices["yao"], calibration(1e-9).prices["yao"]);
        assert!(merged.prices.contains_key("shamir"));
        other.machine.threads = Some(64);
        assert_eq!(calibration(1e-9).over(Some(other)), calibration(1e-9));
    }
}
