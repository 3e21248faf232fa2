//! Channels: one ordered, framed, bounded and counted stream to each peer.
//!
//! A [`Link`] moves opaque frames and is what a runtime supplies (TLS, memory, simulation).
//! A [`Channel`] adds what every protocol relies on: each byte belongs to a named [`Step`], frames are
//! numbered, a message has the length the receiver expects or the channel fails, and every exchange is a
//! send *joined* with a receive, because two bounded queues that both send first deadlock.
//! A [`Network`] is a party's channels to all its peers.
//!
//! What this module never does: open sockets, read a clock, spawn a task.

mod accounts;
mod apportion;
mod attribution;
mod channel;
mod counters;
mod error;
mod frame;
mod gather;
mod ledger;
mod link;
mod material;
mod memory;
mod network;
mod simulated;
mod step;
mod work;

pub use accounts::{Accounts, Holding, Memory, PartyMemory, Whose};
pub use apportion::apportion;
pub use attribution::{Cause, Charge, Charges};
pub use channel::{Channel, MAX_PAYLOAD};
pub use counters::{Counters, Phase, PhaseCounters};
pub use error::{ChannelError, ChannelFault};
pub use frame::Frame;
pub use gather::Patience;
pub use ledger::Ledger;
pub use link::{FrameReceiver, FrameSender, Link, LinkError, LinkFuture, MAX_FRAME, mesh};
pub use material::{MaterialFault, PREPARED};
pub use memory::{memory_links, memory_pair};
pub use network::Network;
pub use simulated::{Clock, SimulatedLine, simulate};
pub use step::Step;
pub use work::{PartyWork, Units, Work};

/// A party of a session: its position in the session's agreed order, from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartyIndex(pub usize);

impl std::fmt::Display for PartyIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "party {}", self.0 + 1)
    }
}
