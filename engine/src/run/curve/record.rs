//! What a party brings: records, read and checked against each other and against who is there.

use std::collections::BTreeMap;

use quorate_circuits::bind::{BoundHeld, BoundOperation, BoundProgram, CurveOperation, ValueId};
use quorate_circuits::clear::Column;
use quorate_circuits::curve::{Curve, KeptPoint};
use quorate_circuits::program::Kind;

use super::Holdings;
use crate::key::{Holding, SignerSet};
use crate::net::Network;
use crate::record::{Belonging, Field, KeyRecord, KnownKey, OneTime, RecordError, WholeKey};

/// The record of the key.
pub(super) const KEY: &str = "key";
/// The record of a whole key that is divided among holders.
pub(super) const IMPORT: &str = "import";

/// The records of a run.
pub(super) struct Held<C: Curve> {
    pub(super) key: Option<HeldKey<C>>,
    /// A key that is divided among holders.
    whole: Option<WholeKey<C>>,
    /// By name.
    pub(super) one_time: BTreeMap<String, OneTime<C>>,
    /// By party: the holder's index.
    pub(super) seats: Vec<u16>,
}

/// A held key, and who uses it now.
pub(super) struct HeldKey<C: Curve> {
    pub(super) holding: Holding,
    pub(super) public: KeptPoint<C>,
    /// Who signs; those who deal or help are the program's.
    pub(super) signers: SignerSet,
    /// All of it, unless the program needs nothing but what is public, or this party has no share.
    pub(super) record: Option<KeyRecord<C>>,
}

/// Reads the records that a program holds. A one-time record needs the key's beside it, so that it is used with no
/// other.
pub(super) fn read<C: Curve>(
    program: &BoundProgram,
    holdings: &Holdings,
    net: &Network,
) -> Result<Held<C>, RecordError> {
    let bytes =
        |record: &str| holdings.records.get(record).ok_or_else(|| RecordError::Missing(format!("the record {record}")));
    let mut held = Held { key: None, whole: None, one_time: BTreeMap::new(), seats: holdings.seats.clone() };
    // A program that prepares nonces names no key; they belong to one all the same.
    let later = program.held.iter().any(|held| held.by.is_some());
    if program.held.iter().any(|held| held.record == IMPORT) {
        held.whole = Some(WholeKey::from_bytes(bytes(IMPORT)?)?);
    } else if later {
        held.key = Some(HeldKey::read_for_later(bytes(KEY)?)?);
    } else if !program.held.is_empty() || holdings.records.contains_key(KEY) {
        let key = HeldKey::read(program, bytes(KEY)?, &holdings.seats)?;
        check_seat(key.signers.position(key.holding.index)?, holdings, net)?;
        held.key = Some(key);
    }
    for BoundHeld { record, .. } in program.held.iter().filter(|held| held.record != KEY && held.record != IMPORT) {
        if !held.one_time.contains_key(record) {
            let one_time = OneTime::<C>::from_bytes(bytes(record)?)?;
            if let Some(key) = &held.key {
                check_belongs(record, &one_time.belonging, key)?;
            }
            held.one_time.insert(record.clone(), one_time);
        }
    }
    Ok(held)
}

/// Party `p` is the holder at position `p`.
fn check_seat(position: usize, holdings: &Holdings, net: &Network) -> Result<(), RecordError> {
    let (parties, seats) = (net.parties(), holdings.seats.len());
    if seats != parties {
        return Err(RecordError::Seats { parties, seats });
    }
    if position != net.me().0 {
        return Err(RecordError::OtherSeat { expected: holdings.seats[net.me().0], found: holdings.seats[position] });
    }
    Ok(())
}

impl<C: Curve> HeldKey<C> {
    /// Reads what the program needs. Signing with what was prepared needs no share of the key; to check one and to read OTs
    /// would take a fifth of its time.
    fn read(program: &BoundProgram, bytes: &[u8], seats: &[u16]) -> Result<Self, RecordError> {
        let mut of_key = program.held.iter().filter(|held| held.record == KEY).peekable();
        let only_public = of_key.peek().is_some() && of_key.all(|held| matches!(held.kind, Kind::Point(_)));
        let (holding, public, record) = if only_public {
            let (holding, public) = KeyRecord::<C>::public_part(bytes)?;
            (holding, public, None)
        } else {
            let (record, public) = KeyRecord::<C>::with_key(bytes)?;
            (record.share.holding().clone(), public, Some(record))
        };
        let signers = SignerSet::new(&holding.access, seats)?;
        Ok(Self { holding, public, signers, record })
    }

    /// Reads what a program of a key's later life needs: a share, or what somebody knows who has none.
    fn read_for_later(bytes: &[u8]) -> Result<Self, RecordError> {
        let (holding, public, record) = if KnownKey::<C>::is(bytes) {
            let known = KnownKey::<C>::from_bytes(bytes)?;
            (known.holding(), KeptPoint::new(known.public.into(), 0), None)
        } else {
            let (record, public) = KeyRecord::<C>::with_key(bytes)?;
            (record.share.holding().clone(), public, Some(record))
        };
        let all: Vec<u16> = holding.access.indices().collect();
        let signers = SignerSet::new(&holding.access, &all)?;
        Ok(Self { holding, public, signers, record })
    }

    /// The whole record.
    pub(super) fn record(&self) -> Result<&KeyRecord<C>, RecordError> {
        self.record.as_ref().ok_or_else(|| RecordError::Missing("a share of the key".to_owned()))
    }
}

fn check_belongs<C: Curve>(record: &str, belonging: &Belonging, key: &HeldKey<C>) -> Result<(), RecordError> {
    let holding = &key.holding;
    let record = record.to_owned();
    if belonging.key != holding.key {
        return Err(RecordError::OtherKey(record));
    }
    if belonging.epoch != holding.epoch {
        return Err(RecordError::OtherEpoch { record, expected: holding.epoch, found: belonging.epoch });
    }
    if belonging.signers != key.signers.indices() || belonging.own != holding.index {
        let (expected, found) = (key.signers.indices().to_vec(), belonging.signers.clone());
        return Err(RecordError::OtherSigners { record, expected, found });
    }
    Ok(())
}

impl<C: Curve> Held<C> {
    /// The key, where the program holds one.
    pub(super) fn key(&self) -> Result<&HeldKey<C>, RecordError> {
        self.key.as_ref().ok_or_else(|| RecordError::Missing("a key".to_owned()))
    }

    /// A key that is divided among holders.
    pub(super) fn whole(&self) -> Result<&WholeKey<C>, RecordError> {
        self.whole.as_ref().ok_or_else(|| RecordError::Missing("a whole key".to_owned()))
    }

    /// Whether a value of the program is held in a record.
    pub(super) fn is_of(&self, program: &BoundProgram, value: ValueId, record: &str) -> bool {
        matches!(program.value(value).operation, BoundOperation::Curve(CurveOperation::Held(held))
            if program.held[held].record == record)
    }

    /// The public key of what is held in a record.
    pub(super) fn public_key(&self, record: &str) -> Option<C::Public> {
        match record {
            KEY => self.key.as_ref().map(|key| key.public.point()),
            IMPORT => self.whole.as_ref().map(|whole| whole.public.into()),
            _ => None,
        }
    }

    /// The public points in the records, as they are kept for multiplications.
    pub(super) fn kept_points(&self) -> Vec<KeptPoint<C>> {
        let of_key = self.key.iter().map(|key| &key.public);
        let fields = self.one_time.values().flat_map(|record| record.fields.values());
        let of_fields = fields.filter_map(|field| match field {
            Field::Point(point) => Some(point),
            _ => None,
        });
        of_key.chain(of_fields).cloned().collect()
    }

    /// A public field.
    pub(super) fn public_field(&self, held: &BoundHeld) -> Result<Column, RecordError> {
        let missing = || RecordError::Missing(held.name());
        if [KEY, IMPORT].contains(&held.record.as_str()) {
            let Kind::Point(_) = held.kind else { return Err(missing()) };
            return Ok(Column::Points(vec![C::point(self.public_key(&held.record).ok_or_else(missing)?)]));
        }
        match self.one_time.get(&held.record).and_then(|record| record.fields.get(&held.field)) {
            Some(Field::Scalar(scalar)) if matches!(held.kind, Kind::Scalar(_)) => {
                Ok(Column::Scalars(vec![C::scalar(*scalar)]))
            }
            Some(Field::Point(point)) if matches!(held.kind, Kind::Point(_)) => {
                Ok(Column::Points(vec![C::point(point.point())]))
            }
            _ => Err(missing()),
        }
    }

    /// A field that was kept as shares, by an honest majority (`masked`) or not: of it, this party's.
    pub(super) fn share(&self, held: &BoundHeld, masked: bool) -> Result<C::Scalar, RecordError> {
        match self.one_time.get(&held.record).and_then(|record| record.fields.get(&held.field)) {
            Some(Field::Share(share)) if !masked => Ok(*share),
            Some(Field::Masked(share)) if masked => Ok(*share),
            Some(Field::Share(_) | Field::Masked(_)) => Err(RecordError::OtherProtocol(held.record.clone())),
            _ => Err(RecordError::Missing(held.name())),
        }
    }

    /// To whom what is kept now belongs.
    pub(super) fn belonging(&self) -> Result<Belonging, RecordError> {
        let key = self.key()?;
        let holding = &key.holding;
        let signers = key.signers.indices().to_vec();
        Ok(Belonging { key: holding.key, epoch: holding.epoch, signers, own: holding.index })
    }
}
