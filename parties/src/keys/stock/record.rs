//! The journal: what happened to the stock, in order, each record with a checksum over everything before.
//!
//! ```text
//! magic 16, version 4
//! records: length 2, kind 1, payload, checksum 16
//! ```
//!
//! A checksum is BLAKE3 of the checksum before it and the record, cut to 16 bytes. It finds what a crash or a faulty
//! disk did; it is no seal. Whoever can write here can as well put an older copy of the whole folder in place, and
//! against that only partners help, who tell what they have seen last.

use super::item::Position;
use super::signers::{MEMBERS_LIMIT, Signers};
use super::{Material, Origin, Reason};
use crate::identity::{Hex, PublicKey};
use crate::keys::layout::{Ended, Reader};
use crate::session::SessionId;

pub(super) const MAGIC: &[u8; 16] = b"quorate journal\n";
pub(super) const VERSION: u32 = 1;

/// The longest journal, in bytes: it is written anew at every start.
pub(super) const JOURNAL_LIMIT: usize = 1 << 24;

type Checksum = [u8; 16];

/// A batch of items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) session: SessionId,
    pub(super) lot: u64,
    pub(super) count: u32,
    /// Bytes of each item.
    pub(super) length: u32,
    pub(super) signers: Signers,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// The stock belongs to this; always the first record, and no other.
    Opened(Origin),
    /// A process began to use the stock.
    Started,
    /// It ended in order.
    Stopped,
    /// A batch came in.
    Added(Batch),
    /// Everything of these signers up to here is used up or burned.
    Used { signers: [u8; 32], last: Position },
    /// A partner was seen to use this.
    Seen { partner: [u8; 32], signers: [u8; 32], last: Position },
    /// Everything was burned, and so many items with it.
    Burned { reason: Reason, items: u64 },
}

/// A journal as it was found.
pub(super) struct Journal {
    pub(super) records: Vec<Record>,
    /// Whether something follows that is no record.
    pub(super) torn: bool,
}

/// Writes records, each with the checksum over all before it.
#[derive(Clone)]
pub(super) struct Writer(Checksum);

impl Writer {
    /// At the beginning of a journal, whose first bytes are these.
    pub(super) fn begin() -> (Self, Vec<u8>) {
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(&VERSION.to_le_bytes());
        (Self(chained(&[0; 16], &head)), head)
    }

    /// The bytes of the next record.
    pub(super) fn append(&mut self, record: &Record, into: &mut Vec<u8>) {
        let payload = record.payload();
        let start = into.len();
        // The longest payload is a batch of 64 signers, 2,098 bytes.
        into.extend_from_slice(&(payload.len() as u16).to_le_bytes());
        into.push(record.kind());
        into.extend_from_slice(&payload);
        self.0 = chained(&self.0, &into[start..]);
        into.extend_from_slice(&self.0);
    }
}

impl Journal {
    /// Reads a journal as far as its checksums go; of another version only that is said.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, u32> {
        let (writer, head) = Writer::begin();
        let mut reader = Reader::new(bytes);
        let opening = (reader.array::<16>(), reader.u32());
        match opening {
            (Ok(magic), Ok(version)) if magic == *MAGIC && version != VERSION => return Err(version),
            _ if !bytes.starts_with(&head) => return Ok(Self { records: Vec::new(), torn: true }),
            _ => {}
        }
        let (mut records, mut checksum, mut torn) = (Vec::new(), writer.0, false);
        while !reader.rest().is_empty() {
            match next(&mut reader, &mut checksum) {
                Some(record) => records.push(record),
                None => {
                    torn = true;
                    break;
                }
            }
        }
        Ok(Self { records, torn })
    }
}

fn next(reader: &mut Reader<'_>, checksum: &mut Checksum) -> Option<Record> {
    let all = reader.rest();
    let length = usize::from(reader.u16().ok()?);
    let kind = reader.byte().ok()?;
    let payload = reader.take(length).ok()?;
    let expected = chained(checksum, &all[..3 + length]);
    if reader.array::<16>().ok()? != expected {
        return None;
    }
    *checksum = expected;
    let mut payload = Reader::new(payload);
    let record = Record::of_payload(kind, &mut payload).ok()??;
    payload.rest().is_empty().then_some(record)
}

fn chained(before: &Checksum, bytes: &[u8]) -> Checksum {
    let mut hasher = blake3::Hasher::new_derive_key("quorate journal 1");
    hasher.update(before).update(bytes);
    let mut checksum = [0; 16];
    hasher.finalize_xof().fill(&mut checksum);
    checksum
}

impl Record {
    const fn kind(&self) -> u8 {
        match self {
            Self::Opened(_) => 1,
            Self::Started => 2,
            Self::Stopped => 3,
            Self::Added(_) => 4,
            Self::Used { .. } => 5,
            Self::Seen { .. } => 6,
            Self::Burned { .. } => 7,
        }
    }

    fn payload(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self {
            Self::Opened(Origin { material, key_id, epoch, generation, party }) => {
                bytes.push(material.code());
                bytes.extend_from_slice(&key_id.0);
                bytes.extend_from_slice(&epoch.to_le_bytes());
                bytes.extend_from_slice(&generation.to_le_bytes());
                bytes.extend_from_slice(party.as_bytes());
            }
            Self::Started | Self::Stopped => {}
            Self::Added(batch) => {
                bytes.extend_from_slice(&batch.session.0);
                bytes.extend_from_slice(&batch.lot.to_le_bytes());
                bytes.extend_from_slice(&batch.count.to_le_bytes());
                bytes.extend_from_slice(&batch.length.to_le_bytes());
                // At most 64 members.
                bytes.push(batch.signers.members().len() as u8);
                batch.signers.members().iter().for_each(|member| bytes.extend_from_slice(member.as_bytes()));
            }
            Self::Used { signers, last } => {
                bytes.extend_from_slice(signers);
                push_position(&mut bytes, *last);
            }
            Self::Seen { partner, signers, last } => {
                bytes.extend_from_slice(partner);
                bytes.extend_from_slice(signers);
                push_position(&mut bytes, *last);
            }
            Self::Burned { reason, items } => {
                bytes.push(reason.code());
                bytes.extend_from_slice(&items.to_le_bytes());
            }
        }
        bytes
    }

    /// The outer result is for a payload that is too short; `None` is a value that no record has.
    fn of_payload(kind: u8, reader: &mut Reader<'_>) -> Result<Option<Self>, Ended> {
        Ok(match kind {
            1 => {
                let (material, key_id) = (reader.byte()?, reader.array()?);
                let (epoch, generation, party) = (reader.u64()?, reader.u64()?, reader.array()?);
                let known = Material::of_code(material).zip(PublicKey::from_bytes(party));
                let key_id = Hex(key_id);
                known.map(|(material, party)| Self::Opened(Origin { material, key_id, epoch, generation, party }))
            }
            2 => Some(Self::Started),
            3 => Some(Self::Stopped),
            4 => {
                let (session, lot) = (Hex(reader.array()?), reader.u64()?);
                let (count, length) = (reader.u32()?, reader.u32()?);
                let members = usize::from(reader.byte()?).min(MEMBERS_LIMIT + 1);
                let keys = (0..members).map(|_| reader.array()).collect::<Result<Vec<[u8; 32]>, Ended>>()?;
                let keys: Option<Vec<PublicKey>> = keys.into_iter().map(PublicKey::from_bytes).collect();
                let signers = keys.and_then(Signers::new);
                signers.map(|signers| Self::Added(Batch { session, lot, count, length, signers }))
            }
            5 => Some(Self::Used { signers: reader.array()?, last: position(reader)? }),
            6 => Some(Self::Seen { partner: reader.array()?, signers: reader.array()?, last: position(reader)? }),
            7 => {
                let (reason, items) = (Reason::of_code(reader.byte()?), reader.u64()?);
                reason.map(|reason| Self::Burned { reason, items })
            }
            _ => None,
        })
    }
}

fn push_position(bytes: &mut Vec<u8>, position: Position) {
    bytes.extend_from_slice(&position.lot.to_le_bytes());
    bytes.extend_from_slice(&position.number.to_le_bytes());
}

fn position(reader: &mut Reader<'_>) -> Result<Position, Ended> {
    Ok(Position { lot: reader.u64()?, number: reader.u32()? })
}
