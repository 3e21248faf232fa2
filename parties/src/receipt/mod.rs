//! Receipts: what the parties of a session signed about it (semantics, section 7).
//!
//! Before any output opens, every party signs a **pre-receipt**: the session's terms, commitments to its inputs and
//! digests of everything it has sent and received so far. Afterwards each signs its own **outcome**. A [`Receipt`]
//! holds both and is verified offline. It attests what those keys stated (bytes and times are self-reported); it is
//! not a proof of computation.

mod commitment;
mod error;
mod exchange;
mod outcome;
mod pre_receipt;
mod status;
mod text;
mod verify;

pub use commitment::{InputCommitments, commitment};
pub use error::{ReceiptError, ReceiptFault};
pub use exchange::{Outcomes, exchange_outcomes, exchange_pre_receipts, gather_pre_receipts};
pub use outcome::{Accused, Ending, Figures, Ground, Outcome};
pub use pre_receipt::{PreReceipt, Transcript};
pub use status::{Sighting, Status};
pub use text::{RECEIPT_LIMIT, Receipt, ReceiptParty};
pub use verify::{Verified, verify};
