//! Numbers written as the digits of one: a sum such as `x + 256 * y` shows both if `x` stays below 256.

use ethnum::I256;

/// A term of a sum: which unknown, its coefficient, and how far apart the unknown's values can lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) unknown: u32,
    pub(super) coefficient: I256,
    pub(super) width: I256,
}

/// The partial sums that follow from the value of a sum: with coefficients in ascending order, the first terms are
/// the last digit wherever together they stay below what divides all the others.
///
/// That is sufficient, and not necessary: sums that show less regular parts are not found.
pub(super) fn digits(mut terms: Vec<Term>) -> Vec<Vec<Term>> {
    terms.sort_by_key(|term| term.coefficient.abs());
    // The divisor of everything from each position on.
    let mut divisors = vec![I256::ZERO; terms.len() + 1];
    for (i, term) in terms.iter().enumerate().rev() {
        divisors[i] = divisor(divisors[i + 1], term.coefficient.abs());
    }
    let (mut parts, mut part): (Vec<Vec<Term>>, Vec<Term>) = (Vec::new(), Vec::new());
    let mut reach = Some(I256::ZERO);
    for (i, term) in terms.iter().enumerate() {
        part.push(*term);
        let span = term.coefficient.abs().checked_mul(term.width);
        reach = reach.zip(span).and_then(|(reach, span)| reach.checked_add(span));
        if i + 1 == terms.len() || reach.is_some_and(|reach| reach < divisors[i + 1]) {
            parts.push(std::mem::take(&mut part));
        }
    }
    parts
}

fn divisor(mut a: I256, mut b: I256) -> I256 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn term(unknown: u32, coefficient: i64, width: i64) -> Term {
        Term { unknown, coefficient: I256::from(coefficient), width: I256::from(width) }
    }

    fn parts(terms: &[(i64, i64)]) -> Vec<Vec<u32>> {
        let terms = (0..).zip(terms).map(|(i, (coefficient, width))| term(i, *coefficient, *width)).collect();
        digits(terms).iter().map(|part| part.iter().map(|term| term.unknown).collect()).collect()
    }

    #[test]
    fn positions_are_found() {
        assert_eq!(parts(&[(1, 255), (256, 255)]), [[0], [1]]);
        assert_eq!(parts(&[(1, 256), (256, 255)]), [[0, 1]]);
        assert_eq!(parts(&[(100, 9), (1, 9), (-10, 9)]), [[1], [2], [0]]);
        assert_eq!(parts(&[(1, 4), (1, 5), (10, 9), (10, 9)]), [[0, 1], [2, 3]]);
        assert_eq!(parts(&[(2, 1), (3, 1)]), [[0], [1]]);
        assert_eq!(parts(&[(2, 3), (3, 1)]), [[0, 1]]);
    }

    proptest! {
        /// Two assignments that give the same sum agree on every part.
        #[test]
        fn parts_follow_from_the_sum(terms in prop::collection::vec((1..30_i64, 0..4_i64), 1..5)) {
            let split = parts(&terms);
            let mut seen: std::collections::HashMap<i64, Vec<i64>> = std::collections::HashMap::new();
            let count: i64 = terms.iter().map(|(_, width)| width + 1).product();
            for mut index in 0..count {
                let values: Vec<i64> = terms.iter().map(|(coefficient, width)| {
                    let digit = index % (width + 1);
                    index /= width + 1;
                    coefficient * digit
                }).collect();
                let sums: Vec<i64> = split.iter().map(|part| part.iter().map(|u| values[*u as usize]).sum()).collect();
                let before = seen.entry(values.iter().sum()).or_insert_with(|| sums.clone());
                prop_assert_eq!(&sums, before);
            }
        }
    }
}
