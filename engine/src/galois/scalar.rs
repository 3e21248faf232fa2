//! The Galois ring modulo 2^128 of a degree, and its elements one by one: points and what follows from them, all public.

use std::num::Wrapping;

/// The greatest degree there is.
pub const MAX_DEGREE: usize = 5;

/// `X^degree + X^TAP + 1` is irreducible modulo 2.
const TAPS: [usize; MAX_DEGREE + 1] = [0, 0, 1, 1, 1, 2];

/// The ring `Z_{2^128}[X] / (X^d + X^tap + 1)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GaloisRing {
    degree: usize,
}

/// A public element, by its coefficients; those from the degree on are zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scalar(pub [Wrapping<u128>; MAX_DEGREE]);

impl Scalar {
    /// Zero.
    pub const ZERO: Self = Self([Wrapping(0); MAX_DEGREE]);

    /// An integer.
    pub fn integer(integer: u128) -> Self {
        let mut scalar = Self::ZERO;
        scalar.0[0] = Wrapping(integer);
        scalar
    }

    /// The sum.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a += b);
        self
    }

    /// The difference.
    #[must_use]
    pub fn minus(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a -= b);
        self
    }

    /// Its lowest bits, as an element of GF(2^d).
    fn modulo_two(mut self) -> Self {
        self.0.iter_mut().for_each(|c| c.0 &= 1);
        self
    }
}

impl GaloisRing {
    /// The ring of least degree, two at least, with so many points.
    ///
    /// # Panics
    /// If there are more than 32.
    pub fn with_points(count: usize) -> Self {
        let degree = (2..=MAX_DEGREE).find(|degree| 1 << degree >= count);
        Self { degree: degree.expect("at most 32 points") }
    }

    /// d.
    pub fn degree(self) -> usize {
        self.degree
    }

    /// By power of `X`, the constant one of 64 bits side by side.
    pub fn one_in_all_lanes(self) -> Vec<u64> {
        (0..self.degree).map(|power| if power == 0 { u64::MAX } else { 0 }).collect()
    }

    /// Point `index`, less than 2^d: the polynomial whose coefficients are the index's bits. Differences of points are
    /// units.
    ///
    /// # Panics
    /// If there is none.
    pub fn point(self, index: usize) -> Scalar {
        assert!(index < 1 << self.degree, "there are {} points", 1 << self.degree);
        let mut point = Scalar::ZERO;
        (0..self.degree).for_each(|bit| point.0[bit] = Wrapping((index >> bit & 1) as u128));
        point
    }

    /// The product with `X`.
    pub fn times_x(self, a: Scalar) -> Scalar {
        let (mut shifted, top) = (Scalar::ZERO, a.0[self.degree - 1]);
        shifted.0[1..self.degree].copy_from_slice(&a.0[..self.degree - 1]);
        shifted.0[0] -= top;
        shifted.0[TAPS[self.degree]] -= top;
        shifted
    }

    /// The product.
    pub fn product(self, a: Scalar, b: Scalar) -> Scalar {
        let (mut product, mut shifted) = (Scalar::ZERO, a);
        for factor in &b.0[..self.degree] {
            product.0.iter_mut().zip(shifted.0).for_each(|(sum, c)| *sum += c * factor);
            shifted = self.times_x(shifted);
        }
        product
    }

    /// The inverse, if it has one: modulo 2 by exponentiation, and from there by Newton's iteration, which doubles the
    /// bits that are right.
    pub fn inverse(self, a: Scalar) -> Option<Scalar> {
        let residue = a.modulo_two();
        if residue == Scalar::ZERO {
            return None;
        }
        // a^(2^d - 2), the product of a^2, a^4, ...
        let (mut inverse, mut power) = (Scalar::integer(1), residue);
        for _ in 1..self.degree {
            power = self.product(power, power).modulo_two();
            inverse = self.product(inverse, power).modulo_two();
        }
        for _ in 0..u128::BITS.ilog2() {
            let error = Scalar::integer(2).minus(self.product(a, inverse));
            inverse = self.product(inverse, error);
        }
        Some(inverse)
    }

    /// What the values at points `from` count in the value at `at` of a polynomial of degree less than their number
    /// (Lagrange).
    ///
    /// # Panics
    /// If two of `from` do not differ by a unit.
    pub fn lagrange(self, from: &[Scalar], at: Scalar) -> Vec<Scalar> {
        let coefficient = |j: usize| {
            let others = from.iter().enumerate().filter(|(m, _)| *m != j);
            let (above, below) = others.fold((Scalar::integer(1), Scalar::integer(1)), |(above, below), (_, x)| {
                (self.product(above, at.minus(*x)), self.product(below, from[j].minus(*x)))
            });
            self.product(above, self.inverse(below).expect("points differ by units"))
        };
        (0..from.len()).map(coefficient).collect()
    }

    /// Powers of points: entry `j` of row `i` is point `j` to the power of `i`. Any square of columns with the first rows is
    /// invertible.
    pub fn vandermonde(self, points: &[Scalar], rows: usize) -> Vec<Vec<Scalar>> {
        let next = |row: &Vec<Scalar>| Some(row.iter().zip(points).map(|(p, x)| self.product(*p, *x)).collect());
        std::iter::successors(Some(vec![Scalar::integer(1); points.len()]), next).take(rows).collect()
    }

    /// A hyper-invertible matrix, all of whose square submatrices are invertible: it takes the values of a polynomial at
    /// points 0 to `columns` to those at the `rows` points after them (Beerliová-Trubíniová and Hirt, "Perfectly-Secure MPC
    /// with Linear Communication Complexity", TCC 2008, section 3).
    ///
    /// # Panics
    /// If the ring has fewer than `rows + columns` points.
    pub fn hyper_invertible(self, rows: usize, columns: usize) -> Vec<Vec<Scalar>> {
        let from: Vec<Scalar> = (0..columns).map(|index| self.point(index)).collect();
        (0..rows).map(|row| self.lagrange(&from, self.point(columns + row))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scalar(degree: usize, words: [u128; MAX_DEGREE]) -> Scalar {
        let mut scalar = Scalar::ZERO;
        (0..degree).for_each(|i| scalar.0[i] = Wrapping(words[i]));
        scalar
    }

    /// Schoolbook: the product of polynomials, and then its rest.
    fn naive(degree: usize, a: Scalar, b: Scalar) -> Scalar {
        let mut product = [Wrapping(0_u128); 2 * MAX_DEGREE];
        for (i, j) in (0..degree).flat_map(|i| (0..degree).map(move |j| (i, j))) {
            product[i + j] += a.0[i] * b.0[j];
        }
        for i in (degree..2 * degree).rev() {
            let top = std::mem::take(&mut product[i]);
            product[i - degree] -= top;
            product[i - degree + TAPS[degree]] -= top;
        }
        scalar(degree, std::array::from_fn(|i| product[i].0))
    }

    proptest! {
        #[test]
        fn products_and_inverses(degree in 2..=MAX_DEGREE, a: [u128; MAX_DEGREE], b: [u128; MAX_DEGREE]) {
            let ring = GaloisRing { degree };
            let (a, b) = (scalar(degree, a), scalar(degree, b));
            prop_assert_eq!(ring.product(a, b), naive(degree, a, b));
            match ring.inverse(a) {
                Some(inverse) => prop_assert_eq!(ring.product(a, inverse), Scalar::integer(1)),
                None => prop_assert!(a.0.iter().all(|c| c.0 & 1 == 0)),
            }
        }
    }

    #[test]
    fn differences_of_points_are_units() {
        for degree in 2..=MAX_DEGREE {
            let ring = GaloisRing { degree };
            for (i, j) in (0..1 << degree).flat_map(|i| (0..i).map(move |j| (i, j))) {
                assert!(ring.inverse(ring.point(i).minus(ring.point(j))).is_some(), "{i}, {j} of degree {degree}");
            }
        }
    }

    /// The determinant, by expansion.
    fn determinant(ring: GaloisRing, rows: &[Vec<Scalar>], columns: &[usize]) -> Scalar {
        let Some((first, rest)) = rows.split_first() else { return Scalar::integer(1) };
        let mut sum = Scalar::ZERO;
        for (place, column) in columns.iter().enumerate() {
            let others: Vec<usize> = columns.iter().copied().filter(|other| other != column).collect();
            let term = ring.product(first[*column], determinant(ring, rest, &others));
            sum = if place % 2 == 0 { sum.plus(term) } else { sum.minus(term) };
        }
        sum
    }

    #[test]
    fn hyper_invertible_is_what_it_says() {
        for n in 2..=4 {
            let ring = GaloisRing::with_points(2 * n);
            let matrix = ring.hyper_invertible(n, n);
            for (rows, columns) in (1_usize..1 << n).flat_map(|r| (1_usize..1 << n).map(move |c| (r, c))) {
                if rows.count_ones() != columns.count_ones() {
                    continue;
                }
                let chosen = |set: usize| (0..n).filter(move |i| set >> i & 1 == 1);
                let some: Vec<Vec<Scalar>> = chosen(rows).map(|row| matrix[row].clone()).collect();
                let columns: Vec<usize> = chosen(columns).collect();
                assert!(ring.inverse(determinant(ring, &some, &columns)).is_some());
            }
        }
    }

    #[test]
    fn vandermonde_evaluates() {
        let ring = GaloisRing::with_points(8);
        let points: Vec<Scalar> = (1..6).map(|i| ring.point(i)).collect();
        let matrix = ring.vandermonde(&points, 3);
        for (j, x) in points.iter().enumerate() {
            assert_eq!(matrix[0][j], Scalar::integer(1));
            assert_eq!(matrix[1][j], *x);
            assert_eq!(matrix[2][j], ring.product(*x, *x));
        }
    }
}
