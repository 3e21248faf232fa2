//! Row spaces modulo a prime.

use std::collections::BTreeMap;

use super::polynomial::Monomial;

/// 2^61 - 1.
pub(super) const PRIME: u64 = (1 << 61) - 1;

/// A row: coefficients by product of unknowns; none of them is zero.
type Row = BTreeMap<Monomial, u64>;

/// Rows in echelon form, by their first product, whose coefficient is one.
pub(super) struct Echelon {
    modulus: u64,
    rows: BTreeMap<Monomial, Row>,
}

impl Echelon {
    /// No rows, modulo a prime below 2^62.
    pub(super) fn new(modulus: u64) -> Self {
        Self { modulus, rows: BTreeMap::new() }
    }

    /// Adds a row.
    pub(super) fn insert(&mut self, row: Row) {
        let row = self.rest(row);
        if let Some((first, leading)) = row.first_key_value() {
            let (first, scale) = (*first, inverse(*leading, self.modulus));
            let row = row.into_iter().map(|(monomial, x)| (monomial, multiply(x, scale, self.modulus))).collect();
            self.rows.insert(first, row);
        }
    }

    /// Whether a row is a combination of those added.
    pub(super) fn spans(&self, row: Row) -> bool {
        self.rest(row).is_empty()
    }

    /// What is left of a row when the others are subtracted until its first product is none of theirs.
    fn rest(&self, mut row: Row) -> Row {
        while let Some((first, leading)) = row.first_key_value() {
            let Some(other) = self.rows.get(first) else { break };
            let factor = self.modulus - leading;
            for (monomial, x) in other {
                let sum = row.entry(*monomial).or_insert(0);
                *sum = (*sum + multiply(*x, factor, self.modulus)) % self.modulus;
                if *sum == 0 {
                    row.remove(monomial);
                }
            }
        }
        row
    }
}

pub(super) fn multiply(a: u64, b: u64, modulus: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(modulus)) as u64
}

/// By Fermat's little theorem.
fn inverse(a: u64, modulus: u64) -> u64 {
    let (mut result, mut base, mut exponent) = (1, a, modulus - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base, modulus);
        }
        base = multiply(base, base, modulus);
        exponent >>= 1;
    }
    result
}

/// A fixed number below 2^60 for each index, and not zero, that looks like any other (the finaliser of Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
pub(super) fn scrambled(index: u64) -> u64 {
    let mut z = index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 4) | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(coefficients: &[u64]) -> Row {
        (0..).map(Monomial::of).zip(coefficients.iter().copied()).filter(|(_, x)| *x != 0).collect()
    }

    #[test]
    fn combinations_are_spanned() {
        for (modulus, spanned) in [(PRIME, true), (2, true)] {
            let mut echelon = Echelon::new(modulus);
            echelon.insert(row(&[1, 1, 0]));
            echelon.insert(row(&[0, 1, 1]));
            assert_eq!(echelon.spans(row(&[1, 0, modulus - 1])), spanned);
            assert!(!echelon.spans(row(&[1, 0, 0])));
            echelon.insert(row(&[1, 1, 1]));
            assert!(echelon.spans(row(&[1, 0, 0])) && echelon.spans(row(&[0, 0, 1])));
        }
    }
}
