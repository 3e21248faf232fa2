//! From an exact number to an integer with a fixed number of decimals.

use super::{Decimal, power_of_ten};

/// What to do with a value that has more decimals than were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Refuse it.
    Exact,
    /// Take the nearest value, the even one of two that are equally near (as numpy and pandas do).
    Nearest,
}

/// Why a number does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It has more decimals than asked for, and rounding was not allowed.
    TooManyDecimals,
    /// Its integer exceeds 128 bits.
    TooLarge,
}

impl Decimal {
    /// The integer `self * 10^decimals`, and by how much the value changed if it was rounded.
    pub fn scaled(self, decimals: u32, rounding: Rounding) -> Result<(i128, Option<Decimal>), Misfit> {
        let scale = u32::from(self.scale);
        if scale <= decimals {
            return self.widened(decimals - scale).map(|integer| (integer, None));
        }
        let (integer, change) = match power_of_ten(scale - decimals) {
            Some(unit) => self.nearest_multiple(unit),
            // Without such a power the value is far below half a unit: a mantissa is less than 2^127, and that than 10^39 / 2.
            None => (0, self.mantissa.unsigned_abs()),
        };
        match (change, rounding) {
            (0, _) => Ok((integer, None)),
            (_, Rounding::Exact) => Err(Misfit::TooManyDecimals),
            // Only the mantissa -2^127 saturates, and a change of that size is reported, never computed with.
            (_, Rounding::Nearest) => {
                let change = i128::try_from(change).unwrap_or(i128::MAX);
                Ok((integer, Some(Self::new(change, self.scale))))
            }
        }
    }

    /// How many decimals the value needs: those of its scale without trailing zeros.
    pub fn decimals_needed(self) -> u32 {
        let mut number = self;
        while number.scale > 0 && number.mantissa % 10 == 0 {
            number = Self::new(number.mantissa / 10, number.scale - 1);
        }
        u32::from(number.scale)
    }

    fn widened(self, by: u32) -> Result<i128, Misfit> {
        if self.mantissa == 0 || by == 0 {
            return Ok(self.mantissa);
        }
        power_of_ten(by).and_then(|power| self.mantissa.checked_mul(power)).ok_or(Misfit::TooLarge)
    }

    /// The mantissa in units, and the distance between the two: ties go to the even one.
    fn nearest_multiple(self, unit: i128) -> (i128, u128) {
        let (quotient, below) = (self.mantissa / unit, (self.mantissa % unit).unsigned_abs());
        let above = unit.unsigned_abs() - below;
        if below > above || (below == above && quotient % 2 != 0) {
            (quotient + self.mantissa.signum(), above)
        } else {
            (quotient, below)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn nearest(text: &str, decimals: u32) -> (i128, Option<Decimal>) {
        text.parse::<Decimal>().unwrap().scaled(decimals, Rounding::Nearest).unwrap()
    }

    #[test]
    fn exact_accepts_trailing_zeros_only() {
        let number: Decimal = "12.50".parse().unwrap();
        assert_eq!(number.scaled(1, Rounding::Exact), Ok((125, None)));
        assert_eq!(number.scaled(3, Rounding::Exact), Ok((12_500, None)));
        assert_eq!(number.scaled(0, Rounding::Exact), Err(Misfit::TooManyDecimals));
        assert_eq!(number.decimals_needed(), 1);
        assert_eq!(Decimal::new(0, 5).decimals_needed(), 0);
    }

    #[test]
    fn nearest_rounds_ties_to_even() {
        let half = Some(Decimal::new(5, 1));
        assert_eq!(nearest("0.5", 0), (0, half));
        assert_eq!(nearest("1.5", 0), (2, half));
        assert_eq!(nearest("-2.5", 0), (-2, half));
        assert_eq!(nearest("-3.5", 0), (-4, half));
        assert_eq!(nearest("2.51", 1), (25, Some(Decimal::new(1, 2))));
        assert_eq!(nearest("-2.59", 1), (-26, Some(Decimal::new(1, 2))));
        assert_eq!(nearest("3e-300", 2), (0, Some(Decimal::new(3, 300))));
    }

    #[test]
    fn overflow_is_refused() {
        let number = Decimal::from(10i128.pow(30));
        assert_eq!(number.scaled(8, Rounding::Exact), Ok((10i128.pow(38), None)));
        assert_eq!(number.scaled(9, Rounding::Exact), Err(Misfit::TooLarge));
        assert_eq!(number.scaled(4_000_000_000, Rounding::Exact), Err(Misfit::TooLarge));
        assert_eq!(Decimal::from(0).scaled(4_000_000_000, Rounding::Exact), Ok((0, None)));
    }

    proptest! {
        #[test]
        fn rounding_never_moves_by_more_than_half_a_unit(mantissa: i128, scale in 0u16..50, decimals in 0u32..12) {
            let number = Decimal::new(mantissa, scale);
            if let Ok((integer, change)) = number.scaled(decimals, Rounding::Nearest) {
                let rounded = Decimal::new(integer, decimals as u16);
                prop_assert_eq!(change.is_none(), rounded == number);
                let half = Decimal::new(5, decimals as u16 + 1);
                prop_assert!(change.is_none_or(|change| change <= half && change > Decimal::from(0)));
            }
        }
    }
}
