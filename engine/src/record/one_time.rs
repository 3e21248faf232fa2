//! One-time records: what a presigning session keeps for one later signature.
//!
//! A record belongs to one key at one epoch and to one set of signers, and is spent by moving it: it is neither `Clone`
//! nor printable, and its bytes leave it only to be sealed. Whoever stores it hands it out once (`parties`).

use std::collections::BTreeMap;

use quorate_circuits::curve::{Curve, KeptPoint};
use zeroize::{Zeroize, Zeroizing};

use super::RecordError;
use super::bytes::Bytes;
use crate::key::KeyId;
use crate::key::encoding::curve_code;

/// What the bytes begin with; the last byte is the version.
const TAG: [u8; 4] = *b"QOT3";
/// The most signers and fields: bounds for what is read.
const MOST_SIGNERS: usize = 64;
const MOST_FIELDS: usize = 16;
const LONGEST_NAME: usize = 64;

/// To whom a one-time record belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belonging {
    /// The key.
    pub key: KeyId,
    /// The epoch of its shares.
    pub epoch: u32,
    /// The signers, as indices of holders, in the order of the session that made it.
    pub signers: Vec<u16>,
    /// Which of them this party is.
    pub own: u16,
}

/// A one-time record. Secret.
pub struct OneTime<C: Curve> {
    /// To whom it belongs.
    pub belonging: Belonging,
    /// Its fields by name.
    pub fields: BTreeMap<String, Field<C>>,
}

/// A field of a one-time record.
pub enum Field<C: Curve> {
    /// This party's additive share of a secret scalar.
    Share(C::Scalar),
    /// A public scalar.
    Scalar(C::Scalar),
    /// A public point, which is multiplied when the record is used.
    Point(KeptPoint<C>),
    /// This party's part of a secret scalar, hidden by a sharing of zero: what an honest majority keeps, and another protocol
    /// does not take.
    Masked(C::Scalar),
    /// This party's secret nonces for FROST and everybody's public commitments, as [`crate::frost`] writes them.
    Nonces(Zeroizing<Vec<u8>>),
}

impl<C: Curve> OneTime<C> {
    /// The record as bytes, to be sealed. It is spent.
    pub fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(2048));
        bytes.extend_from_slice(&TAG);
        bytes.push(curve_code(C::NAME));
        bytes.extend_from_slice(&self.belonging.key.0);
        bytes.extend_from_slice(&self.belonging.epoch.to_le_bytes());
        bytes.push(self.belonging.signers.len() as u8);
        for index in self.belonging.signers.iter().chain([&self.belonging.own]) {
            bytes.extend_from_slice(&index.to_le_bytes());
        }
        bytes.push(self.fields.len() as u8);
        for (name, field) in &self.fields {
            bytes.push(name.len() as u8);
            bytes.extend_from_slice(name.as_bytes());
            field.write(&mut bytes);
        }
        bytes
    }

    /// Reads a record.
    ///
    /// # Errors
    /// Bytes that are no record of this version and curve.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut bytes = Bytes::of(bytes, TAG)?;
        bytes.curve(C::NAME)?;
        let key = KeyId(bytes.array()?);
        let epoch = u32::from_le_bytes(bytes.array()?);
        let count = bytes.count(MOST_SIGNERS)?;
        let signers =
            (0..count).map(|_| Ok(u16::from_le_bytes(bytes.array()?))).collect::<Result<Vec<_>, RecordError>>()?;
        let own = u16::from_le_bytes(bytes.array()?);
        if !signers.contains(&own) {
            return Err(RecordError::Malformed("the signers of a one-time record"));
        }
        let mut fields = BTreeMap::new();
        for _ in 0..bytes.count(MOST_FIELDS)? {
            let length = bytes.count(LONGEST_NAME)?;
            let name =
                std::str::from_utf8(bytes.take(length)?).map_err(|_| RecordError::Malformed("a field's name"))?;
            // As they are written: one record has one encoding.
            if fields.last_key_value().is_some_and(|(last, _): (&String, _)| last.as_str() >= name) {
                return Err(RecordError::Malformed("the order of fields"));
            }
            fields.insert(name.to_owned(), Field::read(&mut bytes)?);
        }
        bytes.end()?;
        Ok(Self { belonging: Belonging { key, epoch, signers, own }, fields })
    }
}

impl<C: Curve> Field<C> {
    fn write(&self, into: &mut Vec<u8>) {
        match self {
            Self::Share(share) => {
                into.push(0);
                let mut encoded = C::encode_scalar(share);
                into.extend_from_slice(&encoded);
                encoded.zeroize();
            }
            Self::Scalar(scalar) => {
                into.push(1);
                into.extend_from_slice(&C::encode_scalar(scalar));
            }
            Self::Point(point) => {
                into.push(2);
                point.encode(into);
            }
            Self::Masked(share) => {
                into.push(4);
                let mut encoded = C::encode_scalar(share);
                into.extend_from_slice(&encoded);
                encoded.zeroize();
            }
            Self::Nonces(nonces) => {
                into.push(3);
                into.extend_from_slice(&(nonces.len() as u16).to_le_bytes());
                into.extend_from_slice(nonces);
            }
        }
    }

    fn read(bytes: &mut Bytes<'_>) -> Result<Self, RecordError> {
        match bytes.array::<1>()?[0] {
            0 => Ok(Self::Share(bytes.scalar::<C>()?)),
            1 => Ok(Self::Scalar(bytes.scalar::<C>()?)),
            2 => Ok(Self::Point(bytes.kept_point(C::NONCE_STEPS)?)),
            3 => {
                let length = u16::from_le_bytes(bytes.array()?);
                Ok(Self::Nonces(Zeroizing::new(bytes.take(length.into())?.to_vec())))
            }
            4 => Ok(Self::Masked(bytes.scalar::<C>()?)),
            _ => Err(RecordError::Malformed("the kind of a field")),
        }
    }
}

impl<C: Curve> Drop for Field<C> {
    fn drop(&mut self) {
        if let Self::Share(share) | Self::Masked(share) = self {
            share.zeroize();
        }
    }
}
