//! A holder's share in the hands of guardians.
//!
//! ```text
//! holder     key backup               the share is dealt to guardians, verifiably; one public file
//! anybody    key guard --check        the file is checked without any secret
//! guardian   key guard                its part opens and is the right one: it keeps the file
//! holder     key restore --request    a signed request
//! guardian   key release              after the delay and without a veto: its part, encrypted to who asked
//! holder     key restore --part …     enough parts are the share again, in a new generation without stock
//! ```
//!
//! Five kinds of papers travel, all text, all signed, none secret to whoever carries them: [`Backup`], [`Request`],
//! [`Veto`] and [`Part`]. The holder keeps copies of its own ([`Copies`]), a guardian what it guards ([`Guarded`]). What
//! the sharing and its encryption are stands in [`quorate_engine::key::backup`]. No file here ever holds presignatures,
//! nonces or what pairs of holders have set up.

mod copies;
mod dealing;
mod delay;
mod error;
mod guarded;
mod history;
mod paper;
mod part;
mod request;
mod restore;
mod seal;
#[cfg(test)]
mod tests;
mod veto;

pub use copies::Copies;
pub use dealing::{Backup, Guardians, Person};
pub use delay::{Delay, LONGEST_DELAY};
pub use error::BackupError;
pub use guarded::{Guarded, Known, Standing};
pub use history::History;
pub use paper::{PAPER_LIMIT, PaperFault, PaperKind, kind};
pub use part::Part;
pub use request::{Purpose, Request};
pub use restore::{Restored, combine};
pub use veto::Veto;

pub(crate) use restore::share_of;
