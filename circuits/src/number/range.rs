//! Ranges of mantissas, and what arithmetic does to them.

use ethnum::I256;

/// The values that a mantissa can take: `low..=high`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range {
    /// The smallest value.
    pub low: I256,
    /// The largest value.
    pub high: I256,
}

impl Range {
    /// 0 or 1.
    pub const BIT: Self = Self { low: I256::ZERO, high: I256::ONE };

    /// `low..=high`.
    pub fn new(low: impl Into<I256>, high: impl Into<I256>) -> Self {
        Self { low: low.into(), high: high.into() }
    }

    /// Just one value.
    pub fn exactly(value: impl Into<I256>) -> Self {
        let value = value.into();
        Self { low: value, high: value }
    }

    /// What `bits` bits hold, unsigned.
    pub fn unsigned(bits: u32) -> Self {
        Self { low: I256::ZERO, high: (I256::ONE << bits) - 1 }
    }

    /// What `bits` bits hold in two's complement.
    pub fn signed(bits: u32) -> Self {
        let half = I256::ONE << (bits - 1);
        Self { low: -half, high: half - 1 }
    }

    /// Whether a sign is needed.
    pub fn is_signed(&self) -> bool {
        self.low < 0
    }

    /// Whether there is no value in it.
    pub fn is_empty(&self) -> bool {
        self.low > self.high
    }

    /// Whether `value` lies in it.
    pub fn contains(&self, value: I256) -> bool {
        self.low <= value && value <= self.high
    }

    /// Whether all of `other` lies in it.
    pub fn covers(&self, other: &Self) -> bool {
        self.low <= other.low && other.high <= self.high
    }

    /// The only value, if there is only one.
    pub fn single(&self) -> Option<I256> {
        (self.low == self.high).then_some(self.low)
    }

    /// Bits that hold every value: two's complement where signed, at least one.
    pub fn bits(&self) -> u32 {
        if self.is_signed() {
            let magnitude = (-(self.low + 1)).max(self.high);
            257 - magnitude.leading_zeros()
        } else {
            (256 - self.high.leading_zeros()).max(1)
        }
    }

    /// Whether every value fits a [`super::Word`] under one reading.
    pub fn fits_word(&self) -> bool {
        Self::signed(128).covers(self) || Self::unsigned(128).covers(self)
    }

    /// Sums. `None` beyond 256 bits, which is beyond 128 anyway.
    pub fn add(&self, other: &Self) -> Option<Self> {
        Some(Self { low: self.low.checked_add(other.low)?, high: self.high.checked_add(other.high)? })
    }

    /// Differences.
    pub fn sub(&self, other: &Self) -> Option<Self> {
        Some(Self { low: self.low.checked_sub(other.high)?, high: self.high.checked_sub(other.low)? })
    }

    /// Products.
    pub fn mul(&self, other: &Self) -> Option<Self> {
        let products = [
            self.low.checked_mul(other.low)?,
            self.low.checked_mul(other.high)?,
            self.high.checked_mul(other.low)?,
            self.high.checked_mul(other.high)?,
        ];
        let low = products.into_iter().min()?;
        let high = products.into_iter().max()?;
        Some(Self { low, high })
    }

    /// Products of a value with itself.
    pub fn square(&self) -> Option<Self> {
        let (low, high) = (self.low.checked_mul(self.low)?, self.high.checked_mul(self.high)?);
        let least = if self.contains(I256::ZERO) { I256::ZERO } else { low.min(high) };
        Some(Self { low: least, high: low.max(high) })
    }

    /// Sums of between `least` and `most` values.
    pub fn sum_of(&self, least: u64, most: u64) -> Option<Self> {
        let (least, most) = (I256::from(least), I256::from(most));
        let low = self.low.checked_mul(if self.low < 0 { most } else { least })?;
        let high = self.high.checked_mul(if self.high > 0 { most } else { least })?;
        Some(Self { low, high })
    }

    /// Values of either.
    pub fn union(&self, other: &Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// Negations.
    pub fn neg(&self) -> Self {
        Self { low: -self.high, high: -self.low }
    }
}

impl std::fmt::Debug for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..={}", self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_minimal() {
        for (range, bits) in [
            (Range::new(0, 0), 1),
            (Range::new(0, 1), 1),
            (Range::new(0, 255), 8),
            (Range::new(0, 256), 9),
            (Range::new(-1, 0), 1),
            (Range::new(-128, 127), 8),
            (Range::new(-129, 0), 9),
            (Range::new(-1, 128), 9),
            (Range::unsigned(128), 128),
            (Range::signed(128), 128),
        ] {
            assert_eq!(range.bits(), bits, "{range:?}");
        }
    }

    #[test]
    fn arithmetic_covers_the_corners() {
        let (a, b) = (Range::new(-3, 5), Range::new(-7, 2));
        assert_eq!(a.mul(&b), Some(Range::new(-35, 21)));
        assert_eq!(a.sub(&b), Some(Range::new(-5, 12)));
        assert_eq!(a.square(), Some(Range::new(0, 25)));
        assert_eq!(Range::new(2, 3).square(), Some(Range::new(4, 9)));
        assert_eq!(a.sum_of(0, 10), Some(Range::new(-30, 50)));
        assert_eq!(Range::new(1, 2).sum_of(3, 10), Some(Range::new(3, 20)));
    }
}
