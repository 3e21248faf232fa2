//! Whole numbers shared out in proportion, so that the parts add up to the whole.

/// Shares `total` out in proportion to `weights` by the method of largest remainders: every part is its quota
/// rounded down, and the units that are left go to the largest fractions, of equal ones to the first.
///
/// The parts add up to `total`. Without any weight the first part gets all of it.
pub fn apportion(total: u64, weights: &[u64]) -> Vec<u64> {
    let whole: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    let mut parts = vec![0; weights.len()];
    if whole == 0 {
        parts.iter_mut().take(1).for_each(|part| *part = total);
        return parts;
    }
    let product = |weight: u64| u128::from(total) * u128::from(weight);
    for (part, weight) in parts.iter_mut().zip(weights) {
        // A quota is at most the total.
        *part = (product(*weight) / whole) as u64;
    }
    let left = total - parts.iter().sum::<u64>();
    let mut by_fraction: Vec<usize> = (0..weights.len()).collect();
    by_fraction.sort_by_key(|i| std::cmp::Reverse(product(weights[*i]) % whole));
    by_fraction.into_iter().take(left as usize).for_each(|i| parts[i] += 1);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_largest_fractions_get_what_is_left() {
        assert_eq!(apportion(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(apportion(7, &[5, 3, 0]), [4, 3, 0]);
        assert_eq!(apportion(5, &[0, 0]), [5, 0]);
        assert_eq!(apportion(u64::MAX, &[u64::MAX, u64::MAX]), [u64::MAX / 2 + 1, u64::MAX / 2]);
    }

    proptest! {
        #[test]
        fn parts_add_up_and_are_their_quota_rounded_either_way(
            total in 0..1_u64 << 60,
            weights in prop::collection::vec(0..1_u64 << 40, 1..20),
        ) {
            let parts = apportion(total, &weights);
            prop_assert_eq!(parts.iter().sum::<u64>(), total);
            let whole: u128 = weights.iter().map(|w| u128::from(*w)).sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let quota = (u128::from(total) * u128::from(*weight)).checked_div(whole);
                prop_assert!(quota.is_none_or(|quota| u128::from(*part).abs_diff(quota) <= 1));
            }
        }
    }
}
