//! The record of a key.

use quorate_circuits::curve::{Curve, KeptPoint};
use zeroize::Zeroizing;

use super::RecordError;
use super::bytes::Bytes;
use crate::key::{Holding, KeyShare};
use crate::ot::{KEPT_PAIR_BYTES, KeptPair};

/// What the bytes begin with; the last byte is the version.
const TAG: [u8; 4] = *b"QKR2";

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
        let pairs = self.pairs.len() * (1 + KEPT_PAIR_BYTES);
        let length = TAG.len() + 4 + share.len() + KeptPoint::<C>::bytes(C::KEY_STEPS) + pairs;
        // The exact capacity: growing would leave copies behind that nobody wipes.
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        bytes.extend_from_slice(&TAG);
        bytes.extend_from_slice(&(share.len() as u16).to_le_bytes());
        bytes.extend_from_slice(&share);
        KeptPoint::<C>::new(self.share.public_key().into(), C::KEY_STEPS).encode(&mut bytes);
        bytes.extend_from_slice(&(self.pairs.len() as u16).to_le_bytes());
        for pair in &self.pairs {
            bytes.push(u8::from(pair.is_some()));
            if let Some(pair) = pair {
                bytes.extend_from_slice(&pair.to_bytes());
            }
        }
        bytes
    }

    /// Reads a record that this party wrote itself and has kept under its own seal since
    /// ([`KeyShare::from_kept_bytes`]).
    ///
    /// # Errors
    /// Bytes that are no record of this version and curve.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        let (record, key) = Self::with_key(bytes)?;
        if key != KeptPoint::new(key.point(), C::KEY_STEPS) {
            return Err(OTHER_KEY);
        }
        Ok(record)
    }

    /// Likewise, with the public key as it is kept for multiplications, whose steps are taken on trust: only this party
    /// could have changed them, and a signature with wrong ones does not verify.
    ///
    /// # Errors
    /// As [`Self::from_bytes`].
    pub(crate) fn with_key(bytes: &[u8]) -> Result<(Self, KeptPoint<C>), RecordError> {
        let Parts { share, key, pairs } = Parts::of::<C>(bytes)?;
        let (_, encoding) = KeyShare::<C>::public_part(share)?;
        if !C::is_same_point(&key[..C::FULL_POINT_BYTES], encoding) {
            return Err(OTHER_KEY);
        }
        let share = KeyShare::<C>::from_kept_bytes(share)?;
        let key = match C::KEY_STEPS {
            // The same bytes have been decoded.
            0 => KeptPoint::new(share.public_key().into(), 0),
            _ => read_key(key)?,
        };
        let pairs = pairs.iter().map(|pair| pair.map(KeptPair::from_bytes).transpose()).collect::<Result<Vec<_>, _>>();
        let pairs = pairs.map_err(|_| RecordError::Malformed("the OTs with a holder"))?;
        check_count(share.holding(), pairs.len())?;
        Ok((Self { share, pairs }, key))
    }

    /// What share of what key a record is of, and the public key as a kept point. Nothing secret is read;
    /// whether the share fits and the OTs are any is not looked at, but the record has its length.
    ///
    /// # Errors
    /// Bytes whose public part is none of this version and curve, or that are longer or shorter than the record.
    pub fn public_part(bytes: &[u8]) -> Result<(Holding, KeptPoint<C>), RecordError> {
        let Parts { share, key, pairs } = Parts::of::<C>(bytes)?;
        let (holding, encoding) = KeyShare::<C>::public_part(share)?;
        if !C::is_same_point(&key[..C::FULL_POINT_BYTES], encoding) {
            return Err(OTHER_KEY);
        }
        check_count(&holding, pairs.len())?;
        Ok((holding, read_key(key)?))
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

const OTHER_KEY: RecordError = RecordError::Malformed("the public key beside the share");

fn read_key<C: Curve>(bytes: &[u8]) -> Result<KeptPoint<C>, RecordError> {
    KeptPoint::decode(bytes, C::KEY_STEPS).ok_or(OTHER_KEY)
}

/// The parts of a record, not read yet.
struct Parts<'a> {
    share: &'a [u8],
    /// The public key as a [`KeptPoint`].
    key: &'a [u8],
    /// By holder.
    pairs: Vec<Option<&'a [u8]>>,
}

impl<'a> Parts<'a> {
    fn of<C: Curve>(bytes: &'a [u8]) -> Result<Self, RecordError> {
        let mut bytes = Bytes::of(bytes, TAG)?;
        let length = u16::from_le_bytes(bytes.array()?);
        let share = bytes.take(length.into())?;
        // The share says of which curve it is; what follows does not, and has another length on another curve.
        KeyShare::<C>::public_part(share)?;
        let key = bytes.take(KeptPoint::<C>::bytes(C::KEY_STEPS))?;
        let count = u16::from_le_bytes(bytes.array()?);
        let pair = |_| match bytes.array::<1>()? {
            [0] => Ok(None),
            [1] => bytes.take(KEPT_PAIR_BYTES).map(Some),
            _ => Err(RecordError::Malformed("whether OTs were set up with a holder")),
        };
        let pairs = (0..count).map(pair).collect::<Result<_, _>>()?;
        bytes.end()?;
        Ok(Self { share, key, pairs })
    }
}

/// OTs were set up with all holders, or with none.
fn check_count(holding: &Holding, count: usize) -> Result<(), RecordError> {
    if count == 0 || count == holding.access.holders() {
        return Ok(());
    }
    Err(RecordError::Malformed("the number of holders with whom OTs were set up"))
}
