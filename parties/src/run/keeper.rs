//! What a run takes from earlier sessions, and leaves for later ones.

use quorate_engine::net::PartyIndex;
use quorate_engine::run::{Holdings, Kept, Outcome};

use crate::exit::Failure;
use crate::session::Agreement;

/// Where records come from and go to, for programs that hold or keep something.
pub(crate) trait Keeper {
    /// What the program holds. Asked for once, when all parties have agreed and just before the protocol begins: one-time
    /// material is durably consumed by this.
    ///
    /// # Errors
    /// If it is not there; the file system's. The session ends then.
    fn holdings(&mut self, agreement: &Agreement) -> Result<Holdings, Failure>;

    /// Stores what the program keeps, durably, before this party signs that it is done.
    ///
    /// # Errors
    /// The file system's; a result that must not be released. The session ends then.
    fn keep(&mut self, agreement: &Agreement, kept: Vec<Kept>, outcome: &Outcome) -> Result<(), Failure>;

    /// Records that a check with this party failed, before anything is answered: what was set up with it is never used
    /// again.
    ///
    /// # Errors
    /// The file system's.
    fn ban(&mut self, party: PartyIndex) -> Result<(), Failure>;
}
