//! What a party sent and received, by phase: the figures that `explain` predicts exactly.

/// The three columns of a protocol's cost (semantics, section 6), and what is said beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Once per pair: base oblivious transfers, shared seeds.
    SetUp,
    /// Correlated randomness, independent of the inputs.
    Preprocessing,
    /// Everything that depends on the inputs.
    Online,
    /// What a session says beside its protocol: agreement, receipts. No part of a protocol's cost, and no
    /// round of it.
    Session,
}

impl Phase {
    /// The columns of a protocol's cost, in the order in which they run.
    pub const ALL: [Self; 3] = [Self::SetUp, Self::Preprocessing, Self::Online];

    /// The name in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SetUp => "set-up",
            Self::Preprocessing => "preprocessing",
            Self::Online => "online",
            Self::Session => "session",
        }
    }
}

/// One phase's figures for one party.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhaseCounters {
    /// Payload bytes sent to all peers.
    pub bytes_sent: u64,
    /// Payload bytes received from all peers.
    pub bytes_received: u64,
}

/// A party's figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// By phase: `phases[phase as usize]`.
    pub phases: [PhaseCounters; 4],
    /// Rounds by phase: by how much the longest chain of messages, each sent after the one before it was
    /// received, that ends at this party grew in it.
    pub rounds_of: [u32; 4],
}

impl Counters {
    /// Payload bytes that the protocol sent.
    pub fn bytes_sent(&self) -> u64 {
        self.protocol().map(|p| p.bytes_sent).sum()
    }

    /// Payload bytes that the protocol received.
    pub fn bytes_received(&self) -> u64 {
        self.protocol().map(|p| p.bytes_received).sum()
    }

    /// Rounds: the length of that chain at the end.
    pub fn rounds(&self) -> u32 {
        Phase::ALL.iter().map(|phase| self.rounds_of[*phase as usize]).sum()
    }

    fn protocol(&self) -> impl Iterator<Item = &PhaseCounters> {
        Phase::ALL.iter().map(|phase| &self.phases[*phase as usize])
    }
}
