//! Comparison by value, whatever the scales.

use std::cmp::Ordering;

use super::{Decimal, power_of_ten};

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = self.mantissa.signum();
        sign.cmp(&other.mantissa.signum()).then_with(|| {
            let magnitudes = magnitude_order(*self, *other);
            if sign < 0 { magnitudes.reverse() } else { magnitudes }
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

/// Orders absolute values by bringing the coarser one to the finer scale. Where that overflows, the coarser one is the
/// larger: its digits would exceed every 128-bit mantissa.
fn magnitude_order(left: Decimal, right: Decimal) -> Ordering {
    if left.scale > right.scale {
        return magnitude_order(right, left).reverse();
    }
    if left.mantissa == 0 {
        return 0.cmp(&right.mantissa.unsigned_abs());
    }
    let finer = power_of_ten(u32::from(right.scale - left.scale))
        .and_then(|power| left.mantissa.unsigned_abs().checked_mul(power.unsigned_abs()));
    finer.map_or(Ordering::Greater, |finer| finer.cmp(&right.mantissa.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        assert_eq!(Decimal::new(125, 1), Decimal::new(1250, 2));
        assert_eq!(Decimal::new(0, 0), Decimal::new(0, 300));
        assert_ne!(Decimal::new(1, 0), Decimal::new(1, 1));
    }

    #[test]
    fn far_scales_compare_without_overflow() {
        let huge = Decimal::new(i128::MAX, 0);
        let tiny = Decimal::new(i128::MAX, 300);
        assert!(huge > tiny);
        assert!(Decimal::new(-1, 0) < Decimal::new(-1, 300));
        assert!(Decimal::new(i128::MIN, 0) < Decimal::new(i128::MIN, 1));
        assert!(Decimal::new(0, 0) < tiny && Decimal::new(0, 0) > Decimal::new(-1, 300));
    }
}
