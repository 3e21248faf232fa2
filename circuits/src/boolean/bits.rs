//! A value as wires.

use std::ops::Index;

use super::Wire;

/// The wires of one value, least significant bit first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bits(Vec<Wire>);

/// How the bits of an integer are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Signedness {
    /// A natural number.
    Unsigned,
    /// Two's complement: the most significant bit counts negatively.
    Signed,
}

impl Bits {
    /// A public constant: the `width` low bits of `value`. A negative number is given in two's complement,
    /// `i as u128`; beyond 128 bits the constant is zero-extended.
    pub fn constant(value: u128, width: usize) -> Self {
        (0..width).map(|bit| Wire::constant(bit < 128 && value >> bit & 1 == 1)).collect()
    }

    /// How many bits there are.
    pub fn width(&self) -> usize {
        self.0.len()
    }

    /// The wires, least significant bit first.
    pub fn wires(&self) -> &[Wire] {
        &self.0
    }

    /// The most significant bit, which is the sign of a signed number; the constant 0 of an empty value.
    pub fn top(&self) -> Wire {
        self.0.last().copied().unwrap_or(Wire::FALSE)
    }

    /// The `width` low bits: the value mod 2^width.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn truncate(&self, width: usize) -> Self {
        assert!(width <= self.width(), "{} bits cannot be truncated to {width}", self.width());
        Self(self.0[..width].to_vec())
    }

    /// The same number in `width` bits.
    ///
    /// # Panics
    /// If there are more already.
    pub fn extend(&self, width: usize, signedness: Signedness) -> Self {
        assert!(width >= self.width(), "{} bits cannot be extended to {width}", self.width());
        let fill = match signedness {
            Signedness::Unsigned => Wire::FALSE,
            Signedness::Signed => self.top(),
        };
        let mut wires = self.0.clone();
        wires.resize(width, fill);
        Self(wires)
    }

    /// [`Self::extend`] for a natural number.
    ///
    /// # Panics
    /// If there are more than `width` bits already.
    pub fn zero_extend(&self, width: usize) -> Self {
        self.extend(width, Signedness::Unsigned)
    }

    /// [`Self::extend`] for a number in two's complement.
    ///
    /// # Panics
    /// If there are more than `width` bits already.
    pub fn sign_extend(&self, width: usize) -> Self {
        self.extend(width, Signedness::Signed)
    }

    /// These bits as the low part and `high` above them.
    pub fn concat(&self, high: &Self) -> Self {
        self.iter().chain(high.iter()).collect()
    }

    /// The wires, least significant bit first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Wire> + ExactSizeIterator {
        self.0.iter().copied()
    }
}

impl Index<usize> for Bits {
    type Output = Wire;

    fn index(&self, bit: usize) -> &Wire {
        &self.0[bit]
    }
}

impl From<Wire> for Bits {
    fn from(wire: Wire) -> Self {
        Self(vec![wire])
    }
}

impl From<Vec<Wire>> for Bits {
    fn from(wires: Vec<Wire>) -> Self {
        Self(wires)
    }
}

impl FromIterator<Wire> for Bits {
    fn from_iter<I: IntoIterator<Item = Wire>>(wires: I) -> Self {
        Self(wires.into_iter().collect())
    }
}
