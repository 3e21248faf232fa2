//! What a run takes from earlier sessions, and leaves for later ones.

use std::future::Future;
use std::pin::Pin;

use quorate_engine::net::{Network, PartyIndex};
use quorate_engine::run::{Holdings, Kept, Outcome};

use crate::exit::Failure;
use crate::session::Agreement;

/// What becomes of a settlement.
pub(crate) type Settling<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + 'a>>;

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

    /// Settles with all others what was kept: shares of a key are used only once everybody is known to have stored its own.
    /// Nothing else has to.
    ///
    /// # Errors
    /// A partner that leaves or says something else; the file system's.
    fn settle<'a>(&'a mut self, agreement: &'a Agreement, network: &'a mut Network) -> Settling<'a> {
        let _ = (agreement, network);
        Box::pin(async { Ok(()) })
    }

    /// Records that a check with this party failed, before anything is answered: what was set up with it is never used
    /// again.
    ///
    /// # Errors
    /// The file system's.
    fn ban(&mut self, party: PartyIndex) -> Result<(), Failure>;
}
