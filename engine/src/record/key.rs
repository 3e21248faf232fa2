//! The record of a key.

use quorate_circuits::curve::Curve;
use zeroize::Zeroizing;

use super::RecordError;
use super::bytes::Bytes;
use crate::key::{Holding, KeyShare};
use crate::ot::{KEPT_PAIR_BYTES, KeptPair};

/// What the bytes begin with; the last byte is the version.
const TAG: [u8; 4] = *b"QKR1";

/// A party's record of a key. Secret.
pub struct KeyRecord<C: Curve> {
    /// Its share.
    pub share: KeyShare<C>,
    /// By holder, from index 1: correlated OTs with that holder. Empty for a key that only sums are made with.
    pub pairs: Vec<Option<KeptPair>>,
}

impl<C: Curve> KeyRecord<C> {
    /// The record as bytes, to be sealed.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let share = self.share.to_bytes();
        let length = TAG.len() + 4 + share.len() + self.pairs.len() * (1 + KEPT_PAIR_BYTES);
        // The exact capacity: growing would leave copies behind that nobody wipes.
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        bytes.extend_from_slice(&TAG);
        bytes.extend_from_slice(&(share.len() as u16).to_le_bytes());
        bytes.extend_from_slice(&share);
        bytes.extend_from_slice(&(self.pairs.len() as u16).to_le_bytes());
        for pair in &self.pairs {
            bytes.push(u8::from(pair.is_some()));
            if let Some(pair) = pair {
                bytes.extend_from_slice(&pair.to_bytes());
            }
        }
        bytes
    }

    /// Reads a record.
    ///
    /// # Errors
    /// Bytes that are no record of this version and curve.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut bytes = Bytes::of(bytes, TAG)?;
        let length = u16::from_le_bytes(bytes.array()?);
        let share = KeyShare::<C>::from_bytes(bytes.take(length.into())?)?;
        let holders = share.holding().access.holders();
        let count = usize::from(u16::from_le_bytes(bytes.array()?));
        if count != 0 && count != holders {
            return Err(RecordError::Malformed("the number of holders with whom OTs were set up"));
        }
        let mut pairs = Vec::new();
        for _ in 0..count {
            pairs.push(match bytes.array::<1>()? {
                [0] => None,
                [1] => {
                    let pair = KeptPair::from_bytes(bytes.take(KEPT_PAIR_BYTES)?);
                    Some(pair.map_err(|_| RecordError::Malformed("the OTs with a holder"))?)
                }
                _ => return Err(RecordError::Malformed("whether OTs were set up with a holder")),
            });
        }
        bytes.end()?;
        Ok(Self { share, pairs })
    }

    /// What share of what key a record is of, and the public key; nothing secret is read.
    ///
    /// # Errors
    /// Bytes whose public part is none of this version and curve.
    pub fn public_part(bytes: &[u8]) -> Result<(Holding, C::Point), RecordError> {
        let mut bytes = Bytes::of(bytes, TAG)?;
        let length = u16::from_le_bytes(bytes.array()?);
        Ok(KeyShare::<C>::public_part(bytes.take(length.into())?)?)
    }

    /// The record with what was set up anew with one holder, in place of what there was.
    pub fn replace_pair(&mut self, holder: u16, pair: KeptPair) {
        if let Some(place) = self.pairs.get_mut(usize::from(holder).wrapping_sub(1)) {
            *place = Some(pair);
        }
    }

    /// The record without what was set up with one holder, whose check has failed: nothing of that pair is ever used
    /// again.
    pub fn ban(&mut self, holder: u16) {
        if let Some(pair) = self.pairs.get_mut(usize::from(holder).wrapping_sub(1)) {
            *pair = None;
        }
    }
}
