//! The audit log: what this party did, in a chain that nobody can shorten or rewrite unnoticed.
//!
//! ```text
//! HOME/audit/log       one entry a line, as JSON
//! HOME/audit/head      how far the log was written: a bookmark, which the log itself corrects
//! HOME/audit/partners  what the log says of the partners' logs: saves reading all of it
//! HOME/audit/.lock     one process at a time appends
//! ```
//!
//! An entry has a number, a time, the hash of the entry before it, an [`Event`], its own hash and the party's signature
//! of that. `hash = H(previous, H(number, time, event))`: whoever knows the hash of one entry and the digests of the
//! bodies after it can compute every later hash, without seeing what the entries say. So partners, who sign each
//! other's [`Head`] at the end of every session, can check at the beginning of the next one that nothing of it was
//! taken back.
//!
//! What holds here: an entry is on the disk when [`AuditLog::append`] returns; a log that is damaged is never repaired by
//! dropping what it says, a torn last line apart, which was never acknowledged; there is no secret in an event.

mod compare;
mod entry;
mod error;
mod event;
mod export;
mod lock;
mod log;
mod memory;
mod moment;
mod reading;
mod search;
#[cfg(test)]
mod tests;
mod verify;
mod witness;

pub use compare::{Contradiction, NamedLog, compare};
pub use entry::{Entry, Head, LINE_LIMIT, beginning, extend};
pub use error::{AuditError, EntryFault};
pub use event::{Event, KeyAction, RequestAction, RotationStep, SessionEnding, Verdict, Whose};
pub use export::{export, verify_export};
pub use log::{AuditLog, Held};
pub use memory::Memory;
pub use moment::Moment;
pub use reading::Entries;
pub use verify::{Sighting, Verified, verify};
pub use witness::{HeadFault, Opening, WitnessError, close_heads, open_heads};
