//! What happens while the parties meet, for whoever watches.

use std::fmt;
use std::net::SocketAddr;

use crate::identity::{Address, PartyName};

/// Something that the user may want to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeetingEvent {
    /// This party can be reached.
    Listening {
        /// Where.
        address: Address,
    },
    /// These parties are still missing.
    Waiting {
        /// Who, and where they are: the addresses on their cards, or a folder.
        missing: Vec<(PartyName, String)>,
    },
    /// A peer is connected and authenticated.
    Connected {
        /// Who.
        peer: PartyName,
    },
    /// A peer has left again before all had come; it may return.
    Left {
        /// Who.
        peer: PartyName,
        /// Why.
        why: String,
    },
    /// Somebody who is not expected was turned away. Waiting goes on.
    TurnedAway {
        /// From where.
        from: SocketAddr,
        /// Why.
        why: String,
    },
}

/// Who watches.
pub type Progress<'a> = &'a (dyn Fn(MeetingEvent) + Send + Sync);

impl fmt::Display for MeetingEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listening { address } => write!(f, "listening at {address}"),
            Self::Waiting { missing } => {
                f.write_str("waiting for ")?;
                for (i, (name, place)) in missing.iter().enumerate() {
                    write!(f, "{}{name} at {place}", if i == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::Connected { peer } => write!(f, "connected with {peer}"),
            Self::Left { peer, why } => write!(f, "{peer} has left again: {why}"),
            Self::TurnedAway { from, why } => write!(f, "turned away a connection from {from}: {why}"),
        }
    }
}
