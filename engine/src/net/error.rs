//! What can go wrong on a channel, always with the peer and the step.

use super::{LinkError, MaterialFault, PartyIndex, Step};

/// A channel failed, or this party cannot go on in one of its steps. Every later use of the session fails too: abort is final.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{peer}, step {step}: {fault}")]
pub struct ChannelError {
    /// The peer at the other end; this party itself, if it is its own fault.
    pub peer: PartyIndex,
    /// The step in which it happened.
    pub step: Step,
    /// What happened.
    pub fault: ChannelFault,
}

/// The kinds of fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChannelFault {
    /// The link stopped: the peer left, was silent for too long, or the network failed.
    #[error("{0}")]
    Link(#[from] LinkError),
    /// The frame is shorter than its header.
    #[error("a frame of {0} bytes is shorter than its header")]
    Truncated(usize),
    /// The peer is in another step of the protocol.
    #[error("the peer sent a message of another step (tag {found:08x})")]
    WrongStep {
        /// The tag found.
        found: u32,
    },
    /// A frame was repeated, lost or reordered.
    #[error("frame number {found} arrived where {expected} was due")]
    WrongSequence {
        /// The number due.
        expected: u32,
        /// The number found.
        found: u32,
    },
    /// The message has not the length that this step's message has.
    #[error("a message of {found} bytes arrived where {expected} were due")]
    WrongLength {
        /// The length due.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// A message decoded to something the step does not allow.
    #[error("{0}")]
    Malformed(&'static str),
    /// What the peer heard of somebody is not what this party heard: one of the two, or whom they heard, deviated, and
    /// nothing says which.
    #[error("the parties heard different things: {0}")]
    Disagreement(&'static str),
    /// A consistency check failed: the peer deviated from the protocol.
    #[error("consistency check failed: {0}")]
    CheckFailed(&'static str),
    /// Two parties report different messages of one broadcast. Either the peer told them different things or the
    /// witness says so falsely: links between two parties prove nothing to a third.
    #[error("it told {witness} something else than me, unless {witness} says so falsely")]
    Equivocation {
        /// Who reports another message.
        witness: PartyIndex,
    },
    /// What this party itself made in an earlier session cannot be read. No peer has to do with it.
    #[error(transparent)]
    Prepared(#[from] MaterialFault),
}

impl ChannelFault {
    /// Whether a consistency check failed. The verdict of some checks tells the peer something about a secret that
    /// outlives the session (which is why it may only fail once): those of [`crate::ot`] and `crate::vole` end the pair
    /// for good. A message that is not even well formed tells nothing.
    pub fn is_failed_check(&self) -> bool {
        matches!(self, Self::CheckFailed(_))
    }
}

impl ChannelError {
    /// Whether the fault is something the peer *sent* (as opposed to its absence, or to something that another party may
    /// have caused).
    pub fn is_misbehaviour(&self) -> bool {
        !matches!(
            self.fault,
            ChannelFault::Link(LinkError::Closed | LinkError::TimedOut { .. } | LinkError::Transport(_))
                | ChannelFault::Disagreement(_)
                | ChannelFault::Prepared(_)
        )
    }
}
