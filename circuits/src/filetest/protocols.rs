//! What a filetest asks of an engine.

use std::sync::Arc;

use crate::bind::BoundProgram;
use crate::clear::{Column, Inputs};

/// What a role learned: outputs by name.
pub type Learned = Vec<(String, Column)>;

/// What can be done with a program beyond this crate: the protocols of an engine.
pub trait Protocols {
    /// All protocols, by name.
    fn names(&self) -> Vec<&'static str>;

    /// Whether this one is to be tried at all; expectations about others are passed over.
    fn is_wanted(&self, protocol: &str) -> bool;

    /// Whether a protocol is for so many parties.
    fn fits(&self, protocol: &str, parties: usize) -> bool;

    /// Runs a program with one party for each role.
    ///
    /// # Errors
    /// What stopped the first that stopped, as it says it.
    fn run(&self, protocol: &str, program: &Arc<BoundProgram>, inputs: &Inputs) -> Result<Vec<Learned>, String>;

    /// What the plan costs.
    fn figures(&self, protocol: &str, program: &Arc<BoundProgram>) -> Figures;
}

/// No protocol: programs are run in the clear alone.
#[derive(Clone, Copy, Debug)]
pub struct InTheClear;

impl Protocols for InTheClear {
    fn names(&self) -> Vec<&'static str> {
        Vec::new()
    }

    fn is_wanted(&self, _: &str) -> bool {
        false
    }

    fn fits(&self, _: &str, _: usize) -> bool {
        false
    }

    fn run(&self, protocol: &str, _: &Arc<BoundProgram>, _: &Inputs) -> Result<Vec<Learned>, String> {
        Err(format!("there is no protocol {protocol}"))
    }

    fn figures(&self, _: &str, _: &Arc<BoundProgram>) -> Figures {
        Figures::default()
    }
}

/// What a plan costs, exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// AND gates evaluated under the protocol.
    pub and_gates: u64,
    /// Multiplications of arithmetic shares.
    pub multiplications: u64,
    /// Rounds of all phases.
    pub rounds: u64,
    /// Payload bytes sent by all parties together, in all phases.
    pub bytes: u64,
    /// Rounds online.
    pub online_rounds: u64,
    /// Payload bytes online.
    pub online_bytes: u64,
}

impl Figures {
    /// The figure of this name, one of [`super::expect::FIGURES`].
    pub(super) fn named(&self, name: &str) -> u64 {
        match name {
            "and_gates" => self.and_gates,
            "multiplications" => self.multiplications,
            "rounds" => self.rounds,
            "bytes" => self.bytes,
            "online_rounds" => self.online_rounds,
            _ => self.online_bytes,
        }
    }
}
