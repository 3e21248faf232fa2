//! What the processes are told, and what they tell.

use std::collections::BTreeMap;
use std::path::PathBuf;

use quorate_engine::net::{Counters, Phase};
use quorate_engine::plan::Asked;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::seeded::Seed;
use super::sockets::Transport;
use crate::exit::{Exit, Failure};
use crate::identity::Hex;
use crate::session::Ordered;

/// What a party's process is to do.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    /// The program: a name of the library, or a file.
    pub(super) program: String,
    /// Its digest, so that all processes have read the same text.
    pub(super) digest: Hex<32>,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) sizes: BTreeMap<String, u64>,
    pub(super) asked: AskedWords,
    /// This party, from 0, and how many there are, a dealer among them.
    pub(super) me: usize,
    pub(super) parties: usize,
    pub(super) transport: Transport,
    /// By party: where it listens.
    pub(super) addresses: Vec<String>,
    /// What a connection begins with where nobody is authenticated.
    pub(super) token: Hex<32>,
    /// This party's identity and its partners' cards, where everybody is.
    pub(super) home: Option<PathBuf>,
    pub(super) inputs: InputOrder,
    /// Longer outputs are told by their digest alone.
    pub(super) shown: usize,
}

/// Where a process has its inputs from.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum InputOrder {
    /// It draws them.
    Random {
        seed: Seed,
        /// Sizes that only the owner knows.
        private_sizes: BTreeMap<String, u64>,
    },
    /// It reads them.
    File(PathBuf),
}

/// [`Asked`] in words.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AskedWords {
    adversary: Option<String>,
    corrupt: Option<usize>,
    guarantee: Option<String>,
    protocol: Option<String>,
    garbling: Option<String>,
    base_ot: Option<String>,
    dealer: bool,
    check_ranges: bool,
    line: Option<String>,
}

impl From<&Asked> for AskedWords {
    fn from(asked: &Asked) -> Self {
        Self {
            adversary: asked.adversary.map(|adversary| adversary.name().to_owned()),
            corrupt: asked.corrupt,
            guarantee: asked.guarantee.map(|guarantee| guarantee.name().to_owned()),
            protocol: asked.protocol.map(|protocol| protocol.name().to_owned()),
            garbling: asked.garbling.map(|garbling| garbling.name().to_owned()),
            base_ot: asked.base_ot.map(|base| base.name().to_owned()),
            dealer: asked.dealer,
            check_ranges: asked.check_ranges,
            line: asked.line.map(|line| line.to_string()),
        }
    }
}

impl AskedWords {
    pub(super) fn asked(&self) -> Result<Asked, Failure> {
        let unknown = |why: String| Failure::new(Exit::Bug, why);
        Ok(Asked {
            adversary: self.adversary.as_ref().map(|word| word.parse()).transpose().map_err(unknown)?,
            corrupt: self.corrupt,
            guarantee: self.guarantee.as_ref().map(|word| word.parse()).transpose().map_err(unknown)?,
            protocol: self.protocol.as_ref().map(|word| word.parse()).transpose().map_err(unknown)?,
            garbling: self.garbling.as_ref().map(|word| word.parse()).transpose().map_err(unknown)?,
            base_ot: self.base_ot.as_ref().map(|word| word.parse()).transpose().map_err(unknown)?,
            dealer: self.dealer,
            check_ranges: self.check_ranges,
            line: self.line.as_ref().map(|words| words.parse()).transpose().map_err(unknown)?,
            prepared: false,
        })
    }
}

/// What a party's process tells at its end.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Told {
    /// The outputs that it learned, as long as they are not too long; null otherwise.
    pub(super) outputs: Ordered<Value>,
    /// Digests of all outputs that it learned.
    pub(super) digests: BTreeMap<String, Hex<32>>,
    pub(super) figures: Figures,
}

/// What a party has taken: of the protocol alone, from its first message to its last output, if nothing else is said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Processor time, user and system, of all threads.
    pub cpu_seconds: f64,
    /// Time on the clock.
    pub wall_seconds: f64,
    /// Set-up, preprocessing and online.
    pub phases: [PhaseFigures; 3],
    /// Processor time of the whole process: with reading the program, planning, the inputs, meeting the others.
    pub process_cpu_seconds: f64,
    /// The most memory that the process held at once.
    pub peak_memory_bytes: Option<u64>,
}

/// A phase's part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PhaseFigures {
    /// Processor time.
    pub cpu_seconds: f64,
    /// Payload bytes sent.
    pub bytes_sent: u64,
    /// Payload bytes received.
    pub bytes_received: u64,
    /// Rounds.
    pub rounds: u32,
}

impl Figures {
    /// Enters what the channels have counted.
    pub(super) fn count(&mut self, counters: &Counters) {
        for (figures, phase) in self.phases.iter_mut().zip(Phase::ALL) {
            let counted = counters.phases[phase as usize];
            (figures.bytes_sent, figures.bytes_received) = (counted.bytes_sent, counted.bytes_received);
            figures.rounds = counters.rounds_of[phase as usize];
        }
    }
}
