//! Public points that are kept for being multiplied later.

use ff::{Field, PrimeField};

use super::digits::{BITS, digits};
use super::{Curve, PublicPoint, SCALAR_BYTES};

/// The window of the digits: 1, 3 and their negatives.
const WINDOW: usize = 3;

/// A public point with multiples of it, so that a later multiplication doubles less: a scalar is cut into as many pieces
/// as there are steps, and all pieces share their doublings (Straus). What is multiplied must be public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPoint<C: Curve> {
    point: C::Public,
    /// By piece: the point times the piece's least power of two, and three times that.
    steps: Vec<[C::Public; 2]>,
}

impl<C: Curve> KeptPoint<C> {
    /// The point with so many steps: none, or a number by which 256 can be divided.
    ///
    /// # Panics
    /// If the number of steps is another one.
    pub fn new(point: C::Public, steps: usize) -> Self {
        assert!(steps == 0 || BITS.is_multiple_of(steps), "the pieces of a scalar are equally long");
        let width = BITS.checked_div(steps).unwrap_or(0);
        let step = |first: &C::Public| (0..width).fold(*first, |point, _| point.doubled());
        let firsts = std::iter::successors(Some(point), |first| Some(step(first))).take(steps);
        Self { point, steps: firsts.map(|first| [first, first.doubled() + first]).collect() }
    }

    /// The point.
    pub fn point(&self) -> C::Public {
        self.point
    }

    /// Bytes of an encoding.
    pub const fn bytes(steps: usize) -> usize {
        let points = if steps == 0 { 1 } else { 2 * steps };
        points * C::FULL_POINT_BYTES
    }

    /// Appends the encoding: all points with both coordinates.
    pub fn encode(&self, into: &mut Vec<u8>) {
        match self.steps.as_slice() {
            [] => C::encode_full_points(&[self.point], into),
            steps => C::encode_full_points(steps.as_flattened(), into),
        }
    }

    /// What [`Self::encode`] wrote with so many steps; `None` if it has another length or one of its points is none. That
    /// the steps are multiples of the point is not checked: **for what this party has kept itself under its own seal**.
    pub fn decode(bytes: &[u8], steps: usize) -> Option<Self> {
        if bytes.len() != Self::bytes(steps) {
            return None;
        }
        let points: Vec<C::Public> =
            bytes.chunks_exact(C::FULL_POINT_BYTES).map(C::decode_full_point).collect::<Option<_>>()?;
        let steps = if steps == 0 { Vec::new() } else { points.as_chunks().0.to_vec() };
        Some(Self { point: *points.first()?, steps })
    }

    /// A scalar times the point. **Variable time: both must be public.**
    pub fn public_multiple(&self, scalar: &C::Scalar) -> C::Public {
        let Some(width) = BITS.checked_div(self.steps.len()) else { return C::multiple(&self.point, scalar) };
        let digits = digits(&little_endian::<C>(scalar), width, WINDOW);
        let mut sum = C::Public::neutral();
        for column in (0..=width).rev() {
            sum = sum.doubled();
            for (digits, [once, thrice]) in digits.chunks_exact(width + 1).zip(&self.steps) {
                match digits[column] {
                    0 => {}
                    1 => sum = sum + *once,
                    -1 => sum = sum - *once,
                    3 => sum = sum + *thrice,
                    _ => sum = sum - *thrice,
                }
            }
        }
        sum
    }
}

/// A scalar as a number, its least byte first, whatever its encoding.
fn little_endian<C: Curve>(scalar: &C::Scalar) -> [u8; SCALAR_BYTES] {
    let mut bytes = C::encode_scalar(scalar);
    if C::encode_scalar(&C::Scalar::ONE)[0] == 0 {
        bytes.reverse();
    }
    bytes
}

/// The inverse of a public scalar of one of the curves; `None` of zero. **Variable time.**
pub fn public_inverse<S: PrimeField>(scalar: &S) -> Option<S> {
    use k256::elliptic_curve::bigint::{Odd, U256};

    let read = |repr: &[u8], reversed: bool| {
        if reversed { U256::from_le_slice(repr) } else { U256::from_be_slice(repr) }
    };
    let little = S::ONE.to_repr().as_ref()[0] == 1;
    // One more than the greatest scalar.
    let order = read((-S::ONE).to_repr().as_ref(), little).wrapping_add(&U256::ONE);
    let order: Option<Odd<U256>> = Odd::new(order).into_option();
    let inverse: Option<U256> = read(scalar.to_repr().as_ref(), little).invert_odd_mod_vartime(&order?).into_option();
    let mut repr = S::Repr::default();
    let bytes = inverse?.to_be_bytes();
    repr.as_mut().copy_from_slice(bytes.as_ref());
    if little {
        repr.as_mut().reverse();
    }
    S::from_repr(repr).into()
}
