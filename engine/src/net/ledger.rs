//! A choreography on paper: the same messages as a run, as lengths only.
//!
//! The cost function of each protocol step stands beside its code and writes the step's messages into a
//! ledger; what the ledger then says must equal the channels' counters, to the byte and to the round.

use super::{Counters, PartyIndex, Phase};

/// The predicted figures of every party.
#[derive(Clone, Debug)]
pub struct Ledger {
    phase: Phase,
    depth: Vec<u32>,
    parties: Vec<Counters>,
    /// AND gates evaluated under a protocol.
    pub and_gates: u64,
    /// Multiplications of arithmetic shares.
    pub multiplications: u64,
}

impl Ledger {
    /// An empty ledger.
    pub fn new(parties: usize) -> Self {
        Self {
            phase: Phase::SetUp,
            depth: vec![0; parties],
            parties: vec![Counters::default(); parties],
            and_gates: 0,
            multiplications: 0,
        }
    }

    /// How many parties there are.
    pub fn parties(&self) -> usize {
        self.parties.len()
    }

    /// Counts what follows under `phase`.
    pub fn enter(&mut self, phase: Phase) {
        self.phase = phase;
    }

    /// One message.
    pub fn message(&mut self, from: PartyIndex, to: PartyIndex, bytes: u64) {
        self.simultaneous(&[(from, to, bytes)]);
    }

    /// Messages that are all sent before any of them is received, as in `Network::scatter`.
    pub fn simultaneous(&mut self, messages: &[(PartyIndex, PartyIndex, u64)]) {
        let sent_at: Vec<u32> = messages.iter().map(|(from, ..)| self.depth[from.0]).collect();
        for ((from, to, bytes), depth) in messages.iter().zip(sent_at) {
            self.count(from.0, to.0, *bytes);
            self.arrived(to.0, depth);
        }
    }

    /// Everybody sends `bytes` to everybody else, as in `Network::exchange_all`.
    pub fn exchange_all(&mut self, bytes: u64) {
        let before = self.depth.clone();
        let others = self.parties.len() as u64 - 1;
        for p in 0..self.parties.len() {
            let phase = &mut self.parties[p].phases[self.phase as usize];
            phase.bytes_sent += bytes * others;
            phase.bytes_received += bytes * others;
            if let Some(deepest) = (0..before.len()).filter(|&q| q != p).map(|q| before[q]).max() {
                self.arrived(p, deepest);
            }
        }
    }

    /// The figures, by party.
    pub fn counters(&self) -> &[Counters] {
        &self.parties
    }

    fn count(&mut self, from: usize, to: usize, bytes: u64) {
        self.parties[from].phases[self.phase as usize].bytes_sent += bytes;
        self.parties[to].phases[self.phase as usize].bytes_received += bytes;
    }

    fn arrived(&mut self, to: usize, sent_at: u32) {
        let deeper = (sent_at + 1).saturating_sub(self.depth[to]);
        self.depth[to] += deeper;
        self.parties[to].rounds_of[self.phase as usize] += deeper;
    }
}
