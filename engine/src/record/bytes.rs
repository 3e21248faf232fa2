//! Reading records: nothing is allocated by a length that was not checked, and every byte is accounted for.

use quorate_circuits::curve::{Curve, CurveName, KeptPoint, SCALAR_BYTES};
use zeroize::Zeroizing;

use super::RecordError;
use crate::key::encoding::curve_code;

/// The bytes of a record that are not read yet.
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    /// The bytes after the tag.
    pub(super) fn of(bytes: &'a [u8], tag: [u8; 4]) -> Result<Self, RecordError> {
        match bytes.split_first_chunk() {
            Some((found, rest)) if *found == tag => Ok(Self(rest)),
            Some((found, _)) if found[..3] == tag[..3] => Err(RecordError::Version(found[3])),
            _ => Err(RecordError::Malformed("the first bytes")),
        }
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], RecordError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(RecordError::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], RecordError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// A number of things that follow, of at most `most`.
    pub(super) fn count(&mut self, most: usize) -> Result<usize, RecordError> {
        let count = usize::from(self.array::<1>()?[0]);
        if count <= most { Ok(count) } else { Err(RecordError::Malformed("a number of things that follow")) }
    }

    pub(super) fn curve(&mut self, expected: CurveName) -> Result<(), RecordError> {
        if self.array::<1>()?[0] == curve_code(expected) { Ok(()) } else { Err(RecordError::OtherCurve(expected)) }
    }

    pub(super) fn scalar<C: Curve>(&mut self) -> Result<C::Scalar, RecordError> {
        let bytes = Zeroizing::new(self.array::<SCALAR_BYTES>()?);
        C::decode_scalar(&bytes).ok_or(RecordError::Malformed("a scalar, which is not below the group's order"))
    }

    pub(super) fn point<C: Curve>(&mut self) -> Result<C::Point, RecordError> {
        C::decode_point(self.take(C::POINT_BYTES)?).ok_or(RecordError::Malformed("a point, which is not of the group"))
    }

    pub(super) fn kept_point<C: Curve>(&mut self, steps: usize) -> Result<KeptPoint<C>, RecordError> {
        KeptPoint::decode(self.take(KeptPoint::<C>::bytes(steps))?, steps)
            .ok_or(RecordError::Malformed("a point, which is not of the group"))
    }

    pub(super) fn end(&self) -> Result<(), RecordError> {
        if self.0.is_empty() { Ok(()) } else { Err(RecordError::Malformed("the length: bytes follow the end")) }
    }
}
