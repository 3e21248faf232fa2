//! Why a run stopped.

use quorate_circuits::clear::ClearError;

use crate::correlation::MaterialFault;
use crate::net::{ChannelError, ChannelFault};
use crate::record::RecordError;

/// Why a run stopped. Abort is final for the session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// A channel failed, or a peer sent what the protocol does not allow.
    #[error(transparent)]
    Channel(ChannelError),
    /// This party's own input is not what the program asks for, or an assert does not hold.
    #[error(transparent)]
    Program(#[from] ClearError),
    /// What this party holds from earlier sessions cannot be used here.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Correlated randomness of an earlier session cannot be read, or that for a later one cannot be kept.
    #[error(transparent)]
    Material(#[from] MaterialFault),
    /// The runtime's hook stopped the run, for example because a partner's pre-receipt does not verify.
    #[error("{0}")]
    Stopped(String),
}

impl From<ChannelError> for RunError {
    fn from(error: ChannelError) -> Self {
        match error.fault {
            ChannelFault::Prepared(fault) => Self::Material(fault),
            _ => Self::Channel(error),
        }
    }
}
