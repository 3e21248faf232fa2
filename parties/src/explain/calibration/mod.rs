//! How fast this machine computes: measured once, kept in the home, used by every forecast.
//!
//! The engine counts units of work ([`Work`]); a calibration says how many seconds of processor time one of each takes.
//! Reading and reducing a party's own data, and TLS, are no part of it. The engine also counts the bytes of what a party
//! holds; a calibration says how much memory a party's process needs besides.

mod measure;
mod process;
mod solve;
mod workload;

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use quorate_engine::net::{PartyWork, Work};
use quorate_engine::plan::Cost;
use serde::{Deserialize, Serialize};

use crate::exit::{Exit, Failure};
use crate::identity::{Home, write_atomically};

/// The file in the home.
const FILE: &str = "calibration.json";
/// A calibration is a few kilobytes.
const LIMIT: u64 = 1 << 16;
const VERSION: u32 = 2;

/// What one unit of each kind of work costs on a machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    version: u32,
    /// Where it was measured.
    pub machine: Machine,
    /// Seconds of processor time, by the name of the kind of work.
    pub seconds: BTreeMap<String, f64>,
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
    /// Measures this machine, for about `seconds` seconds.
    ///
    /// # Errors
    /// If the system does not say how much processor time a thread has used, or how much memory a process.
    pub fn measure(seconds: f64) -> Result<Self, Failure> {
        let seconds = measure::measure(seconds)?;
        let seconds = Work::ALL.iter().map(|work| work.name().to_owned()).zip(seconds).collect();
        Ok(Self { version: VERSION, machine: Machine::this(), seconds, process: process::memory()? })
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
        let sound = |seconds: &f64| seconds.is_finite() && (0.0..1000.0).contains(seconds);
        for work in Work::ALL {
            match calibration.seconds.get(work.name()) {
                None => return Err(format!("{:?} is missing", work.name())),
                Some(seconds) if !sound(seconds) => return Err(format!("{:?} takes {seconds} s", work.name())),
                Some(_) => {}
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

    /// Predicted seconds of processor time of each party, by phase.
    pub fn parties(&self, cost: &Cost) -> Vec<[f64; 3]> {
        let price = |work: Work| self.seconds.get(work.name()).copied().unwrap_or_default();
        let party = |work: &PartyWork| work.each_ref().map(|units| units.seconds(price));
        cost.work.iter().map(party).collect()
    }

    /// Predicted seconds of the busiest party, by phase: the others wait for it.
    pub fn busiest(&self, cost: &Cost) -> [f64; 3] {
        let parties = self.parties(cost);
        std::array::from_fn(|phase| parties.iter().map(|party| party[phase]).fold(0.0, f64::max))
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

    fn calibration(seconds: f64) -> Calibration {
        let machine = Machine { system: "s".into(), architecture: "a".into(), processor: None, threads: Some(2) };
        let seconds = Work::ALL.iter().map(|work| (work.name().to_owned(), seconds)).collect();
        Calibration { version: VERSION, machine, seconds, process: 1 << 24 }
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
        assert!(refused(&text.replace("\"version\":2", "\"version\":9")).contains("version 9"));
        assert!(refused(&text.replacen("\"message\"", "\"massage\"", 1)).contains("\"message\" is missing"));
        assert!(refused(&text.replacen("1e-9", "-1e-9", 1)).contains("takes"));
        assert!(refused(&text.replacen("1e-9", "1e999", 1)).contains("out of range"));
        assert!(refused(&text.replacen("1e-9", "\"fast\"", 1)).contains("invalid type"));
        assert!(refused(&text.replacen("16777216", "-1", 1)).contains("invalid value"));
        assert!(refused(&(text + &" ".repeat(1 << 16))).contains("too long"));
    }

    #[test]
    fn twice_as_slow_is_twice_as_long() {
        let units = |n: u64| {
            let mut work = PartyWork::default();
            Work::ALL.iter().for_each(|kind| work[2].add(*kind, n));
            work
        };
        let seconds = |n: u64, each: f64| {
            units(n)[2].seconds(|work| calibration(each).seconds.get(work.name()).copied().unwrap_or(f64::NAN))
        };
        let once = seconds(1000, 1e-9);
        assert!((once - 1e-6 * Work::ALL.len() as f64).abs() < 1e-12);
        assert!((seconds(2000, 1e-9) - 2.0 * once).abs() < 1e-12 && (seconds(1000, 2e-9) - 2.0 * once).abs() < 1e-12);
    }
}
