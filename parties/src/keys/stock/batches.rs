//! A batch's file: a slot for each item, sealed by itself, so that one can be opened and erased without the others.
//!
//! ```text
//! magic 16, version 4, count 4, length 4
//! slots: nonce 24, ciphertext of `length` bytes, tag 16; all zeros once the item is used
//! ```

use zeroize::Zeroizing;

use super::item::{ItemId, Position};
use super::record::Batch;
use super::{Origin, StockFault};
use crate::identity::Canonical;
use crate::keys::cipher::{self, CipherFault, OVERHEAD};
use crate::session::SessionId;

const MAGIC: &[u8; 16] = b"quorate stock\r\n\0";
const VERSION: u32 = 1;
const HEAD: usize = 28;

/// The most items of a batch.
pub const ITEMS_LIMIT: u32 = 1 << 16;

/// The longest item, in bytes.
pub const ITEM_BYTES_LIMIT: u32 = 1 << 16;

/// The longest file, in bytes.
pub(super) const FILE_LIMIT: usize = 1 << 26;

/// How many items, and how long each is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) count: u32,
    pub(super) length: u32,
}

/// Whether a batch may have this shape.
pub(super) fn fits(shape: Shape) -> bool {
    (1..=ITEMS_LIMIT).contains(&shape.count)
        && (1..=ITEM_BYTES_LIMIT).contains(&shape.length)
        && file_length(shape) <= FILE_LIMIT as u64
}

fn file_length(shape: Shape) -> u64 {
    HEAD as u64 + u64::from(shape.count) * slot_length(shape) as u64
}

pub(super) fn slot_length(shape: Shape) -> usize {
    shape.length as usize + OVERHEAD
}

/// Where a slot begins.
pub(super) fn slot_at(shape: Shape, number: u32) -> u64 {
    HEAD as u64 + u64::from(number) * slot_length(shape) as u64
}

/// The name of a batch's file.
pub(super) fn file_name(session: SessionId) -> String {
    format!("{session}{SUFFIX}")
}

/// How the names of batches' files end.
pub(super) const SUFFIX: &str = ".items";

impl Batch {
    pub(super) fn shape(&self) -> Shape {
        Shape { count: self.count, length: self.length }
    }

    pub(super) fn id(&self, number: u32) -> ItemId {
        ItemId { batch: self.session, position: Position { lot: self.lot, number } }
    }

    /// What an item is bound to.
    fn associated(&self, origin: &Origin, number: u32) -> Canonical {
        let Origin { material, key_id, epoch, generation, party } = origin;
        Canonical::new("quorate stock item 1")
            .text(material.name())
            .bytes(&key_id.0)
            .number(*epoch)
            .number(*generation)
            .bytes(party.as_bytes())
            .list(self.signers.members().iter(), |statement, member| statement.bytes(member.as_bytes()))
            .bytes(&self.session.0)
            .number(self.lot)
            .number(u64::from(number))
    }

    /// The file with all items sealed.
    pub(super) fn seal(
        &self,
        key: &[u8; 32],
        origin: &Origin,
        items: &[Zeroizing<Vec<u8>>],
    ) -> Result<Vec<u8>, StockFault> {
        let mut file = Vec::with_capacity(file_length(self.shape()) as usize);
        file.extend_from_slice(MAGIC);
        for number in [VERSION, self.count, self.length] {
            file.extend_from_slice(&number.to_le_bytes());
        }
        for (number, item) in (0..).zip(items) {
            let associated = self.associated(origin, number);
            let sealed = cipher::seal(key, associated.as_bytes(), item).map_err(|fault| match fault {
                CipherFault::Randomness => StockFault::Randomness,
                CipherFault::Refused => StockFault::Batch { why: "an item cannot be sealed" },
            })?;
            file.extend_from_slice(&sealed);
        }
        Ok(file)
    }

    /// The item in a slot.
    pub(super) fn open(
        &self,
        key: &[u8; 32],
        origin: &Origin,
        number: u32,
        slot: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StockFault> {
        let item = cipher::open(key, self.associated(origin, number).as_bytes(), slot);
        item.map_err(|_| StockFault::Altered)
    }

    /// Whether the file agrees with a journal by which the items before `next` are used and the others are not: what
    /// is said to be there has not been erased. The other way round, an item that is used and not yet erased, is what
    /// a full disk leaves.
    pub(super) fn agrees(&self, next: u32, file: &[u8]) -> bool {
        let shape = self.shape();
        let mut head = MAGIC.to_vec();
        for number in [VERSION, shape.count, shape.length] {
            head.extend_from_slice(&number.to_le_bytes());
        }
        let slots = file.get(HEAD..).unwrap_or_default();
        let present = |slot: &[u8]| slot.iter().any(|byte| *byte != 0);
        file.starts_with(&head)
            && file.len() as u64 == file_length(shape)
            && slots.chunks_exact(slot_length(shape)).skip(next as usize).all(present)
    }
}
