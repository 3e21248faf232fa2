//! What a party brings that has no share of a key: what everybody may know of it; or the whole secret.

use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use zeroize::{Zeroize, Zeroizing};

use super::RecordError;
use super::bytes::Bytes;
use crate::key::encoding::{curve_code, read_text, write_structure};
use crate::key::{AccessStructure, Holding, KeyId};

/// What the bytes of a known key begin with; the last byte is the version, 1 for a plain threshold.
const KNOWN: [u8; 4] = *b"QKP1";
/// Likewise for all other structures.
const STRUCTURED: [u8; 4] = *b"QKP2";
/// What the bytes of a whole key begin with.
const WHOLE: [u8; 4] = *b"QKW1";

/// A key as somebody knows it who holds no share of it. Public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey<C: Curve> {
    /// Its name.
    pub key: KeyId,
    /// The epoch of its shares.
    pub epoch: u32,
    /// Who can use it.
    pub access: AccessStructure,
    /// The public key.
    pub public: C::Point,
}

impl<C: Curve> KnownKey<C> {
    /// The bytes of a record that stands for a share where there is none.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let threshold = self.access.plain_threshold();
        let mut bytes = if threshold.is_some() { KNOWN } else { STRUCTURED }.to_vec();
        bytes.push(curve_code(C::NAME));
        bytes.extend_from_slice(&self.key.0);
        bytes.extend_from_slice(&self.epoch.to_le_bytes());
        match threshold {
            Some(threshold) => {
                let numbers = [threshold as u16, self.access.holders() as u16];
                bytes.extend(numbers.into_iter().flat_map(u16::to_le_bytes));
            }
            None => write_structure(&self.access, &mut bytes),
        }
        C::encode_point(&self.public, &mut bytes);
        Zeroizing::new(bytes)
    }

    /// Whether bytes begin like a known key rather than like a share.
    pub(crate) fn is(bytes: &[u8]) -> bool {
        bytes.starts_with(&KNOWN[..3])
    }

    /// Reads it.
    ///
    /// # Errors
    /// Bytes that are none of this version and curve.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        let structured = bytes.starts_with(&STRUCTURED);
        let mut bytes = Bytes::of(bytes, if structured { STRUCTURED } else { KNOWN })?;
        bytes.curve(C::NAME)?;
        let key = KeyId(bytes.array()?);
        let epoch = u32::from_le_bytes(bytes.array()?);
        let access = if structured {
            let length = u16::from_le_bytes(bytes.array()?);
            read_text(bytes.take(length.into())?)?
        } else {
            let [threshold, holders] =
                [bytes.array()?, bytes.array()?].map(|number| usize::from(u16::from_le_bytes(number)));
            AccessStructure::new(threshold, holders).map_err(|_| RecordError::Malformed("who can use the key"))?
        };
        let public = bytes.point::<C>()?;
        bytes.end()?;
        Ok(Self { key, epoch, access, public })
    }

    /// What share it is of: none, which has the index 0.
    pub(crate) fn holding(&self) -> Holding {
        Holding { key: self.key, epoch: self.epoch, access: self.access.clone(), index: 0 }
    }
}

/// A key in one place, or for others than its owner its public point. Wiped when dropped, never printed.
pub struct WholeKey<C: Curve> {
    /// The public key.
    pub public: C::Point,
    /// The secret, if this party has it.
    pub(crate) secret: Option<C::Scalar>,
}

impl<C: Curve> WholeKey<C> {
    /// The key of this secret scalar; `None` for zero, or what is not below the group's order.
    pub fn of_secret(secret: &[u8; SCALAR_BYTES]) -> Option<Self> {
        let secret = C::decode_scalar(secret)?;
        let public = C::base_multiple(&secret);
        let key = Self { public, secret: Some(secret) };
        (!bool::from(group::Group::is_identity(&public))).then_some(key)
    }

    /// The key as everybody else knows it.
    pub fn of_public(public: C::Point) -> Self {
        Self { public, secret: None }
    }

    /// The bytes: secret if this party has the secret.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // The exact capacity: growing would leave copies behind that nobody wipes.
        let mut bytes = Zeroizing::new(Vec::with_capacity(WHOLE.len() + 2 + C::POINT_BYTES + SCALAR_BYTES));
        bytes.extend_from_slice(&WHOLE);
        bytes.push(curve_code(C::NAME));
        C::encode_point(&self.public, &mut bytes);
        bytes.push(u8::from(self.secret.is_some()));
        if let Some(secret) = &self.secret {
            bytes.extend_from_slice(Zeroizing::new(C::encode_scalar(secret)).as_slice());
        }
        bytes
    }

    /// The secret as bytes, if this party has it.
    pub fn expose_secret(&self) -> Option<Zeroizing<[u8; SCALAR_BYTES]>> {
        self.secret.as_ref().map(|secret| Zeroizing::new(C::encode_scalar(secret)))
    }

    /// Reads it.
    ///
    /// # Errors
    /// Bytes that are none of this version and curve, or a secret that is not the point's.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut bytes = Bytes::of(bytes, WHOLE)?;
        bytes.curve(C::NAME)?;
        let mut key = Self { public: bytes.point::<C>()?, secret: None };
        match bytes.array::<1>()? {
            [0] => {}
            [1] => key.secret = Some(bytes.scalar::<C>()?),
            _ => return Err(RecordError::Malformed("whether the secret follows")),
        }
        bytes.end()?;
        if key.secret.as_ref().is_some_and(|secret| C::base_multiple(secret) != key.public) {
            return Err(RecordError::Malformed("the secret, which is not that of the public key"));
        }
        Ok(key)
    }
}

impl<C: Curve> Drop for WholeKey<C> {
    fn drop(&mut self) {
        if let Some(secret) = &mut self.secret {
            secret.zeroize();
        }
    }
}

#[cfg(test)]
mod tests {
    use quorate_circuits::curve::{Ed25519, Secp256k1};

    use super::*;

    #[test]
    fn a_known_key_is_read_as_it_was_written() {
        let access = AccessStructure::new(2, 3).unwrap();
        let public = <Secp256k1 as Curve>::Point::default() + Secp256k1::base_multiple(&7_u64.into());
        let known = KnownKey::<Secp256k1> { key: KeyId([7; 32]), epoch: 3, access, public };
        let bytes = known.to_bytes();
        assert!(KnownKey::<Secp256k1>::is(&bytes));
        assert_eq!(KnownKey::from_bytes(&bytes).as_ref(), Ok(&known));
        for length in 0..bytes.len() {
            assert!(KnownKey::<Secp256k1>::from_bytes(&bytes[..length]).is_err(), "{length}");
        }
        assert!(KnownKey::<Ed25519>::from_bytes(&bytes).is_err());
        assert_eq!((known.holding().index, known.holding().epoch), (0, 3));
    }

    #[test]
    fn a_whole_key_is_its_points_secret() {
        let key = WholeKey::<Ed25519>::of_secret(&Ed25519::encode_scalar(&9_u64.into())).unwrap();
        let bytes = key.to_bytes();
        let again = WholeKey::<Ed25519>::from_bytes(&bytes).unwrap();
        assert_eq!(*again.expose_secret().unwrap(), Ed25519::encode_scalar(&9_u64.into()));
        let mut other = bytes.to_vec();
        *other.last_mut().unwrap() ^= 1;
        assert!(WholeKey::<Ed25519>::from_bytes(&other).is_err());
        assert!(
            WholeKey::<Ed25519>::of_secret(&[0; 32]).is_none() && WholeKey::<Ed25519>::of_secret(&[255; 32]).is_none()
        );
        let public = WholeKey::<Ed25519>::of_public(key.public);
        assert!(WholeKey::<Ed25519>::from_bytes(&public.to_bytes()).unwrap().expose_secret().is_none());
    }
}
