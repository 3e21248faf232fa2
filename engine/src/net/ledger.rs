//! A choreography on paper: the same messages as a run, as lengths only.
//!
//! The cost function of each protocol step stands beside its code and writes the step's messages into a
//! ledger; what the ledger then says must equal the channels' counters, to the byte and to the round.

use std::sync::Arc;

use super::accounts::{Accounts, Memory, PartyMemory};
use super::attribution::{Attribution, Cause, Chain, Charges};
use super::work::{PartyWork, Work};
use super::{Counters, MAX_PAYLOAD, PartyIndex, Phase};

/// Frames of a message that a sender has ready while the line is busy: those of a link's queue, and the one before.
const FRAMES_READY: usize = 5;

/// The predicted figures of every party.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// How many parties count, from the first.
    among: usize,
    phase: Phase,
    depth: Vec<u32>,
    parties: Vec<Counters>,
    and_gates: u64,
    multiplications: u64,
    attribution: Attribution,
    work: Vec<PartyWork>,
    accounts: Accounts,
}

impl Ledger {
    /// An empty ledger.
    pub fn new(parties: usize) -> Self {
        Self::among(parties, parties)
    }

    /// An empty ledger of `parties` parties, of whom only the first `among` count, as after `Network::narrow`.
    pub fn among(among: usize, parties: usize) -> Self {
        Self {
            among,
            phase: Phase::SetUp,
            depth: vec![0; parties],
            parties: vec![Counters::default(); parties],
            and_gates: 0,
            multiplications: 0,
            attribution: Attribution::new(parties),
            work: vec![PartyWork::default(); parties],
            accounts: Accounts::among(among, parties),
        }
    }

    /// How many parties count: all, if nothing else was said.
    pub fn parties(&self) -> usize {
        self.among
    }

    /// Counts what follows under `phase`.
    pub fn enter(&mut self, phase: Phase) {
        if phase == Phase::Preprocessing {
            self.attribution.begin_batch();
        }
        self.phase = phase;
    }

    /// What the requests of the coming steps are for: one cause for all of them, or one for each.
    pub fn requested_by(&mut self, causes: impl Iterator<Item = Cause>) {
        self.attribution.requested_by(causes);
    }

    /// What follows online is sent for the requests with these weights, in proportion to them.
    pub fn split(&mut self, weights: impl Iterator<Item = u64>) {
        self.attribution.split(weights);
    }

    /// A request consumes correlated randomness whose making sends so many bits, or anything else that is in
    /// proportion to them.
    pub fn consume(&mut self, request: usize, weight: u64) {
        self.attribution.consume(request, weight);
    }

    /// A request evaluates AND gates.
    pub fn add_and_gates(&mut self, request: usize, gates: u64) {
        self.and_gates += gates;
        self.attribution.charge(request).and_gates += gates;
    }

    /// A request multiplies arithmetic shares.
    pub fn add_multiplications(&mut self, request: usize, multiplications: u64) {
        self.multiplications += multiplications;
        self.attribution.charge(request).multiplications += multiplications;
    }

    /// One message.
    pub fn message(&mut self, from: PartyIndex, to: PartyIndex, bytes: u64) {
        self.simultaneous(&[(from, to, bytes)]);
    }

    /// Messages that are all sent before any of them is received, as in `Network::scatter`.
    pub fn simultaneous(&mut self, messages: &[(PartyIndex, PartyIndex, u64)]) {
        let (sent_at, ends) = (self.depth.clone(), self.attribution.ends());
        self.on_the_way(messages);
        for (from, to, bytes) in messages {
            self.count(from.0, to.0, *bytes);
            self.arrived(to.0, sent_at[from.0], ends[from.0].clone());
        }
    }

    /// A message in pieces of at most `piece` bytes, each made, sent and used before the next but one.
    pub fn stream(&mut self, from: PartyIndex, to: PartyIndex, bytes: u64, piece: u64) {
        let (ready, end) = (bytes.min(FRAMES_READY as u64 * piece), self.attribution.ends()[from.0].clone());
        self.accounts.pass(Memory::Messages, from, ready);
        self.accounts.pass(Memory::Messages, to, ready);
        self.count(from.0, to.0, bytes);
        self.arrived(to.0, self.depth[from.0], end);
    }

    /// Everybody sends `bytes` to everybody else, as in `Network::exchange_all`.
    pub fn exchange_all(&mut self, bytes: u64) {
        let (before, ends) = (self.depth.clone(), self.attribution.ends());
        let others = self.among as u64 - 1;
        self.attribution.sent(self.phase, bytes * others * self.among as u64);
        for p in 0..self.among {
            self.accounts.pass(Memory::Messages, PartyIndex(p), bytes * (1 + others) + others * frames(bytes));
            self.busy(PartyIndex(p), Work::Message, 2 * others);
            [Work::Sent, Work::Received].into_iter().for_each(|work| self.busy(PartyIndex(p), work, bytes * others));
            let phase = &mut self.parties[p].phases[self.phase as usize];
            phase.bytes_sent += bytes * others;
            phase.bytes_received += bytes * others;
            if let Some(deepest) = (0..self.among).filter(|&q| q != p).max_by_key(|q| before[*q]) {
                self.arrived(p, before[deepest], ends[deepest].clone());
            }
        }
    }

    /// The figures, by party.
    pub fn counters(&self) -> &[Counters] {
        &self.parties
    }

    /// AND gates evaluated under the protocol.
    pub fn and_gates(&self) -> u64 {
        self.and_gates
    }

    /// Multiplications of arithmetic shares.
    pub fn multiplications(&self) -> u64 {
        self.multiplications
    }

    /// A party computes.
    pub fn busy(&mut self, party: PartyIndex, work: Work, units: u64) {
        // A session's statements are no part of a protocol.
        if let Some(of_phase) = self.work[party.0].get_mut(self.phase as usize) {
            of_phase.add(work, units);
        }
    }

    /// All parties that count compute alike.
    pub fn all_busy(&mut self, work: Work, units: u64) {
        (0..self.among).for_each(|party| self.busy(PartyIndex(party), work, units));
    }

    /// What every party computes.
    pub fn work(&self) -> &[PartyWork] {
        &self.work
    }

    /// Where the protocol enters what every party holds.
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// What every party holds at its fullest moment.
    pub fn memory(&self) -> Vec<PartyMemory> {
        self.accounts.most()
    }

    /// The figures, by what they are for.
    pub fn charges(&self) -> Charges {
        let deepest = (0..self.depth.len()).max_by_key(|p| self.depth[*p]).unwrap_or(0);
        self.attribution.clone().charges(deepest)
    }

    /// The memory of messages that are all sent before any of them is used: at the sender the message and its frames, at
    /// the receiver the message.
    fn on_the_way(&self, messages: &[(PartyIndex, PartyIndex, u64)]) {
        let mut bytes = vec![0; self.parties.len()];
        for (from, to, message) in messages {
            bytes[from.0] += message + frames(*message);
            bytes[to.0] += message;
        }
        for (party, bytes) in bytes.into_iter().enumerate() {
            self.accounts.pass(Memory::Messages, PartyIndex(party), bytes);
        }
    }

    fn count(&mut self, from: usize, to: usize, bytes: u64) {
        self.attribution.sent(self.phase, bytes);
        for (party, work) in [(from, Work::Sent), (to, Work::Received)] {
            self.busy(PartyIndex(party), Work::Message, 1);
            self.busy(PartyIndex(party), work, bytes);
        }
        self.parties[from].phases[self.phase as usize].bytes_sent += bytes;
        self.parties[to].phases[self.phase as usize].bytes_received += bytes;
    }

    /// A message has arrived that was sent at depth `sent_at`, at the end of the chain `before`.
    fn arrived(&mut self, to: usize, sent_at: u32, before: Option<Arc<Chain>>) {
        let deeper = (sent_at + 1).saturating_sub(self.depth[to]);
        if deeper == 0 {
            return;
        }
        self.attribution.lengthened(self.phase, before, to);
        self.depth[to] += deeper;
        self.parties[to].rounds_of[self.phase as usize] += deeper;
    }
}

/// Bytes of a message's frames that wait for the line.
fn frames(message: u64) -> u64 {
    message.min((FRAMES_READY * MAX_PAYLOAD) as u64)
}
