//! What keeps a party from going on although no peer has to do with it: material that it made in an earlier session.

use super::{ChannelError, ChannelFault, PartyIndex, Step};

/// In which step a party is that reads or writes material. Nothing is sent in it.
pub const PREPARED: Step = Step::new("prepared");

/// Why prepared material cannot be read or kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MaterialFault {
    /// It ends too early.
    #[error("what was prepared ends before the run does")]
    Truncated,
    /// It is not what was written.
    #[error("what was prepared was altered since")]
    Altered,
    /// The storage failed, in the words of the runtime.
    #[error("{0}")]
    Storage(String),
}

impl MaterialFault {
    /// The same as what keeps party `me` from going on.
    pub(crate) fn of(self, me: PartyIndex) -> ChannelError {
        ChannelError { peer: me, step: PREPARED, fault: ChannelFault::Prepared(self) }
    }
}
