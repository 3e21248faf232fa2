//! Prepared runs: correlated randomness that a group made ahead of time, each item for one run, used once.
//!
//! `quorate preprocess` fills a store at every party; `quorate run --prepared` streams from it and sends nothing of
//! what the store holds. What a store is of ([`About`]) is exact: the parties in their order, the protocol, the ring and
//! all that one run consumes. Programs that consume the same share a store.
//!
//! An item's bytes lie in a file of their own, sealed in chunks under a key that was drawn for them alone. That key is
//! what is *one-time material* in the sense of [`crate::keys::stock`], under the rules of presignatures: its use is on
//! the disk, and its sealed bytes are erased, before the protocol's first byte; a process that did not end in order
//! burns what it had; the others remember the last use that they saw and tell it at the next meeting, so that an older
//! copy of a store is found. Without its key the file of an item that was used, or burned, is noise.
//!
//! ```text
//! HOME/prepared/ID/.lock           held by the one process that uses the store
//! HOME/prepared/ID/about.json      what it is of
//! HOME/prepared/ID/stock/          the keys of the items and the journal; never backed up
//! HOME/prepared/ID/stock/runs/     an item each: SESSION-NUMBER
//! ```
//!
//! What seals the keys is derived from the identity's secret: who has all of a home has its store. Where that is too
//! little, the home belongs on an encrypted disk, as its inputs do.

mod about;
mod draw;
mod error;
mod file;
mod fill;
mod listing;
mod standing;
mod store;
#[cfg(test)]
mod tests;

pub use about::{About, Member};
pub(crate) use draw::{Drawn, title};
pub use error::PreparedError;
pub(crate) use file::RunReader;
pub use file::{RUN_HEADER_BYTES, check_run_file};
pub use fill::{FillOrder, Filled, preprocess};
pub use listing::{Listed, list};
