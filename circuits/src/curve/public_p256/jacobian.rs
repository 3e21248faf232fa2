//! Additions on P-256, `y^2 = x^3 - 3 x + b`, in Jacobian coordinates: `(x, y, z)` is the point `(x / z^2, y / z^3)`, and
//! with `z = 0` the identity.
//!
//! The formulas are those of Cohen, Miyaji and Ono ("Efficient elliptic curve exponentiation using mixed coordinates",
//! ASIACRYPT 1998), for doublings those of Bernstein for the coefficient -3. What the formulas leave out, a point added to
//! itself, to its negative or to the identity, is told apart and branched on.

use super::field::Element;

/// The curve's constant.
const B: Element = constant("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
/// The generator (SEC 2, section 2.4.2).
pub(super) const GENERATOR: Affine = Affine {
    x: constant("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
    y: constant("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
};

/// The number of 64 hexadecimal digits.
const fn constant(digits: &str) -> Element {
    let (digits, mut bytes) = (digits.as_bytes(), [0; 32]);
    let mut at = 0;
    while at < 64 {
        let digit = if digits[at] <= b'9' { digits[at] - b'0' } else { digits[at] - b'a' + 10 };
        bytes[at / 2] = bytes[at / 2] << 4 | digit;
        at += 1;
    }
    match Element::from_bytes(&bytes) {
        Some(element) => element,
        None => panic!("a constant below the prime"),
    }
}

/// A point of the curve that is not the identity, by its coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Affine {
    pub(super) x: Element,
    pub(super) y: Element,
}

/// What `y^2` is for an x-coordinate.
fn right_side(x: &Element) -> Element {
    let three = Element::ONE.doubled().plus(&Element::ONE);
    x.square().minus(&three).times(x).plus(&B)
}

impl Affine {
    /// The point with these coordinates, if it is one of the curve.
    pub(super) fn new(x: Element, y: Element) -> Option<Self> {
        (y.square() == right_side(&x)).then_some(Self { x, y })
    }

    /// The point with this x-coordinate, if there is one, whose y-coordinate is odd or even. It is never zero, as the
    /// group's order is odd.
    pub(super) fn with_x(x: Element, y_is_odd: bool) -> Option<Self> {
        let y = right_side(&x).square_root()?;
        let y = if y.is_odd() == y_is_odd { y } else { y.negative() };
        Some(Self { x, y })
    }

    pub(super) fn negative(&self) -> Self {
        Self { x: self.x, y: self.y.negative() }
    }
}

/// A point in Jacobian coordinates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jacobian {
    x: Element,
    y: Element,
    z: Element,
}

impl From<Affine> for Jacobian {
    fn from(Affine { x, y }: Affine) -> Self {
        Self { x, y, z: Element::ONE }
    }
}

impl Jacobian {
    pub(super) const IDENTITY: Self = Self { x: Element::ONE, y: Element::ONE, z: Element::ZERO };

    pub(super) fn is_identity(&self) -> bool {
        self.z.is_zero()
    }

    pub(super) fn negative(&self) -> Self {
        Self { y: self.y.negative(), ..*self }
    }

    /// 3 products and 5 squares. Of the identity it is the identity; no point has order two.
    pub(super) fn doubled(&self) -> Self {
        let delta = self.z.square();
        let gamma = self.y.square();
        let beta = self.x.times(&gamma);
        let alpha = self.x.minus(&delta).times(&self.x.plus(&delta));
        let alpha = alpha.doubled().plus(&alpha);
        let four_beta = beta.doubled().doubled();
        let x = alpha.square().minus(&four_beta.doubled());
        let z = self.y.plus(&self.z).square().minus(&gamma).minus(&delta);
        let eight_gamma_squared = gamma.square().doubled().doubled().doubled();
        let y = alpha.times(&four_beta.minus(&x)).minus(&eight_gamma_squared);
        Self { x, y, z }
    }

    /// 8 products and 3 squares.
    pub(super) fn plus_affine(&self, other: &Affine) -> Self {
        if self.is_identity() {
            return (*other).into();
        }
        let z_squared = self.z.square();
        let u = other.x.times(&z_squared);
        let s = other.y.times(&z_squared.times(&self.z));
        self.chord((&self.x, &self.y), (&u, &s), &self.z)
    }

    /// 12 products and 4 squares, unless one has a z-coordinate of one.
    pub(super) fn plus(&self, other: &Self) -> Self {
        if other.is_identity() {
            return *self;
        }
        if other.z == Element::ONE {
            return self.plus_affine(&Affine { x: other.x, y: other.y });
        }
        if self.is_identity() {
            return *other;
        }
        let (z, other_z) = (self.z.square(), other.z.square());
        let (x, other_x) = (self.x.times(&other_z), other.x.times(&z));
        let (y, other_y) = (self.y.times(&other_z.times(&other.z)), other.y.times(&z.times(&self.z)));
        self.chord((&x, &y), (&other_x, &other_y), &self.z.times(&other.z))
    }

    /// The sum of this point and another whose coordinates have been given one denominator, that of `z`.
    #[inline]
    fn chord(&self, (x, y): (&Element, &Element), (other_x, other_y): (&Element, &Element), z: &Element) -> Self {
        let (h, r) = (other_x.minus(x), other_y.minus(y));
        if h.is_zero() {
            return if r.is_zero() { self.doubled() } else { Self::IDENTITY };
        }
        let h_squared = h.square();
        let h_cubed = h_squared.times(&h);
        let v = x.times(&h_squared);
        let sum_x = r.square().minus(&h_cubed).minus(&v.doubled());
        let sum_y = r.times(&v.minus(&sum_x)).minus(&y.times(&h_cubed));
        Self { x: sum_x, y: sum_y, z: z.times(&h) }
    }

    /// The coordinates; `None` of the identity.
    pub(super) fn to_affine(self) -> Option<Affine> {
        if self.z == Element::ONE {
            return Some(Affine { x: self.x, y: self.y });
        }
        (!self.is_identity()).then(|| self.divided_by_z(&self.z.inverse()))
    }

    /// All coordinates, with one inversion.
    pub(super) fn to_affine_all(points: &[Self]) -> Vec<Option<Affine>> {
        let denominator = |point: &Self| if point.is_identity() { Element::ONE } else { point.z };
        let mut inverses: Vec<Element> = points.iter().map(denominator).collect();
        Element::invert_all(&mut inverses);
        let pairs = points.iter().zip(&inverses);
        pairs.map(|(point, inverse)| (!point.is_identity()).then(|| point.divided_by_z(inverse))).collect()
    }

    fn divided_by_z(&self, inverse: &Element) -> Affine {
        let squared = inverse.square();
        Affine { x: self.x.times(&squared), y: self.y.times(&squared.times(inverse)) }
    }
}

impl PartialEq for Jacobian {
    fn eq(&self, other: &Self) -> bool {
        if self.is_identity() || other.is_identity() {
            return self.is_identity() == other.is_identity();
        }
        let (z, other_z) = (self.z.square(), other.z.square());
        self.x.times(&other_z) == other.x.times(&z)
            && self.y.times(&other_z.times(&other.z)) == other.y.times(&z.times(&self.z))
    }
}

impl Eq for Jacobian {}
