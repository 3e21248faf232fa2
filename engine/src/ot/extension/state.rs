//! What a pair keeps from one extension to the next.

use super::columns::Leaves;
use crate::crypto::SessionId;
use crate::net::ChannelFault;

/// Either side's state. It is taken out for an extension and put back when that succeeded, so that a failed
/// or abandoned one leaves nothing to be used again.
pub(super) struct State {
    pub(super) session: SessionId,
    /// The execution of the base OTs that this state comes from.
    pub(super) instance: [u8; 32],
    pub(super) leaves: Leaves,
    /// Blocks of the leaves' streams that are used up.
    pub(super) position: u64,
    /// Correlated OTs handed out so far.
    pub(super) index: u64,
}

/// What an extension without a state answers.
pub(super) const SPENT: ChannelFault =
    ChannelFault::CheckFailed("this pair's OT extension failed or was abandoned earlier; its state is gone");

impl State {
    pub(super) fn new(session: SessionId, instance: [u8; 32], leaves: Leaves) -> Self {
        Self { session, instance, leaves, position: 0, index: 0 }
    }

    /// Where the next extension begins.
    pub(super) fn place(&self) -> (u64, u64) {
        (self.position, self.index)
    }
}
