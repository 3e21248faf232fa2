//! Vectors of secret elements, in planes: one for each power of `X`, so that loops run along vectors.

use std::ops::Range;

use super::{Coefficient, GaloisRing, MAX_DEGREE, Scalar};
use crate::correlation::SecretVec;
use crate::crypto::Random;

/// So many elements of a Galois ring. Wiped when dropped.
#[derive(Default)]
pub struct Elements<C: Coefficient> {
    degree: usize,
    length: usize,
    /// Plane after plane.
    words: SecretVec<C>,
}

impl<C: Coefficient> Elements<C> {
    /// Zeros.
    pub fn zeros(ring: GaloisRing, length: usize) -> Self {
        Self::from_words(ring, length, SecretVec::zeros(ring.degree() * length))
    }

    /// These words, plane after plane.
    ///
    /// # Panics
    /// If they are not whole planes.
    pub fn from_words(ring: GaloisRing, length: usize, words: SecretVec<C>) -> Self {
        assert_eq!(words.len(), ring.degree() * length, "whole planes");
        Self { degree: ring.degree(), length, words }
    }

    /// Integers, or bits: constant polynomials.
    pub fn constants(ring: GaloisRing, constants: &[C]) -> Self {
        let mut elements = Self::zeros(ring, constants.len());
        elements.plane_mut(0).copy_from_slice(constants);
        elements
    }

    /// Uniform elements.
    pub fn random(ring: GaloisRing, length: usize, random: &mut Random) -> Self {
        Self::from_words(ring, length, SecretVec::random(ring.degree() * length, random))
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// All words, plane after plane.
    pub fn words(&self) -> &[C] {
        &self.words
    }

    /// The coefficients of a power of `X`.
    pub fn plane(&self, power: usize) -> &[C] {
        &self.words[power * self.length..][..self.length]
    }

    /// The same, to be changed.
    pub fn plane_mut(&mut self, power: usize) -> &mut [C] {
        &mut self.words[power * self.length..][..self.length]
    }

    /// A second copy, for a second use.
    pub fn duplicate(&self) -> Self {
        Self { words: self.words.duplicate(), ..*self }
    }

    /// New planes made of the old ones, one by one.
    pub fn map_planes(&self, length: usize, mut made: impl FnMut(&[C], &mut Vec<C>)) -> Self {
        let mut words = Vec::with_capacity(self.degree * length);
        (0..self.degree).for_each(|power| made(self.plane(power), &mut words));
        assert_eq!(words.len(), self.degree * length, "as many elements as announced");
        Self { degree: self.degree, length, words: words.into() }
    }

    /// Some of them.
    pub fn part(&self, range: Range<usize>) -> Self {
        self.map_planes(range.len(), |plane, to| to.extend_from_slice(&plane[range.clone()]))
    }

    /// Vectors of one ring, end to end.
    pub fn concatenate(ring: GaloisRing, parts: &[&Self]) -> Self {
        let length = parts.iter().map(|part| part.length).sum();
        let mut words = SecretVec::with_capacity(ring.degree() * length);
        for power in 0..ring.degree() {
            parts.iter().for_each(|part| words.append_words(part.plane(power)));
        }
        Self::from_words(ring, length, words)
    }

    /// Adds others.
    pub fn add(&mut self, other: &Self) {
        self.words.iter_mut().zip(other.words.iter()).for_each(|(a, b)| *a += *b);
    }

    /// Subtracts others.
    pub fn subtract(&mut self, other: &Self) {
        self.words.iter_mut().zip(other.words.iter()).for_each(|(a, b)| *a -= *b);
    }

    /// Adds products of a public scalar with others.
    pub fn add_scaled(&mut self, ring: GaloisRing, factor: &Scalar, others: &Self) {
        let mut column = *factor;
        for from in 0..self.degree {
            // `column` is the product of the factor with X^from.
            for (to, constant) in column.0.iter().enumerate().take(self.degree) {
                add_times(self.plane_mut(to), C::of_constant(constant.0), others.plane(from));
            }
            column = ring.times_x(column);
        }
    }

    /// Products with a public scalar.
    #[must_use]
    pub fn scaled(&self, ring: GaloisRing, factor: &Scalar) -> Self {
        let mut scaled = Self::zeros(ring, self.length);
        scaled.add_scaled(ring, factor, self);
        scaled
    }

    /// Products with integers, or bits: one for all, or one for each.
    #[must_use]
    pub fn times(&self, factors: &[C]) -> Self {
        self.map_planes(self.length, |plane, to| match factors {
            [factor] => to.extend(plane.iter().map(|c| *c * *factor)),
            _ => to.extend(plane.iter().zip(factors).map(|(c, factor)| *c * *factor)),
        })
    }

    /// Products, element by element.
    ///
    /// # Panics
    /// If lengths differ.
    #[must_use]
    pub fn product(&self, ring: GaloisRing, other: &Self) -> Self {
        assert_eq!(self.length, other.length, "factors of one length");
        let mut product = Self::zeros(ring, self.length);
        for from in (0..self.degree).rev() {
            product.times_x(ring);
            for to in 0..self.degree {
                let factors = self.plane(from).iter().zip(other.plane(to));
                product.plane_mut(to).iter_mut().zip(factors).for_each(|(sum, (a, b))| *sum += *a * *b);
            }
        }
        product
    }

    /// Multiplies all by `X`.
    fn times_x(&mut self, ring: GaloisRing) {
        let (mut top, degree) = (self.plane(self.degree - 1).to_vec(), self.degree);
        self.words.copy_within(..(degree - 1) * self.length, self.length);
        self.plane_mut(0).fill(C::ZERO);
        let mut highest = Scalar::ZERO;
        highest.0[degree - 1] = std::num::Wrapping(1);
        for (to, constant) in ring.times_x(highest).0.iter().enumerate().take(degree) {
            add_times(self.plane_mut(to), C::of_constant(constant.0), &top);
        }
        top.fill(C::ZERO);
        zeroize::optimization_barrier(&top);
    }

    /// The first element that is not zero. Of elements that are opened, or zero if all are honest.
    pub fn first_nonzero(&self) -> Option<usize> {
        (0..self.degree).filter_map(|power| self.plane(power).iter().position(|c| *c != C::ZERO)).min()
    }

    /// An element's coefficients.
    pub(super) fn coefficients(&self, place: usize) -> [C; MAX_DEGREE] {
        std::array::from_fn(|power| if power < self.degree { self.plane(power)[place] } else { C::ZERO })
    }
}

/// Adds products of a constant with a plane.
fn add_times<C: Coefficient>(sums: &mut [C], constant: C, terms: &[C]) {
    if constant == C::ZERO {
        return;
    }
    if constant == C::of_constant(1) {
        return sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += *term);
    }
    sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += constant * *term);
}

impl<C: Coefficient> std::fmt::Debug for Elements<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Elements({} of degree {})", self.length, self.degree)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Lanes;
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use std::num::Wrapping;

    fn scalar_at(elements: &Elements<Wrapping<u128>>, place: usize) -> Scalar {
        Scalar(elements.coefficients(place))
    }

    proptest! {
        #[test]
        fn vectors_are_scalars_side_by_side(points in 3_usize..=32, length in 0_usize..5, seed: [u8; 32], factor: u128) {
            let ring = GaloisRing::with_points(points);
            let mut random = Random::dangerous_from_seed(seed);
            let a = Elements::<Wrapping<u128>>::random(ring, length, &mut random);
            let b = Elements::random(ring, length, &mut random);
            let mut scalar = ring.point(points - 1);
            scalar.0[1] = Wrapping(factor);
            let (product, scaled) = (a.product(ring, &b), a.scaled(ring, &scalar));
            let times = a.times(&[Wrapping(factor)]);
            for place in 0..length {
                let (x, y) = (scalar_at(&a, place), scalar_at(&b, place));
                prop_assert_eq!(scalar_at(&product, place), ring.product(x, y));
                prop_assert_eq!(scalar_at(&scaled, place), ring.product(x, scalar));
                prop_assert_eq!(scalar_at(&times, place), ring.product(x, Scalar::integer(factor)));
            }
        }

        /// Whatever is done to numbers is done to their lowest bits.
        #[test]
        fn lanes_are_numbers_modulo_two(words in vec(any::<u128>(), 2 * 3 * 64), index in 0_usize..8) {
            let ring = GaloisRing::with_points(8);
            let numbers = |part: usize| {
                let words = words[part * 192..][..192].iter().map(|w| Wrapping(*w)).collect::<Vec<_>>();
                Elements::from_words(ring, 64, words.into())
            };
            let lanes = |elements: &Elements<Wrapping<u128>>| {
                let plane = |power: usize| {
                    let bits = elements.plane(power).iter().enumerate();
                    Lanes(bits.fold(0, |word, (i, c)| word | (c.0 as u64 & 1) << i))
                };
                Elements::from_words(ring, 1, (0..3).map(plane).collect::<Vec<_>>().into())
            };
            let (a, b) = (numbers(0), numbers(1));
            let point = ring.point(index);
            let words = |elements: &Elements<Lanes>| elements.words().to_vec();
            let (products, both) = (lanes(&a.product(ring, &b)), lanes(&a).product(ring, &lanes(&b)));
            prop_assert_eq!(words(&products), words(&both));
            let (scaled, lane) = (lanes(&a.scaled(ring, &point)), lanes(&a).scaled(ring, &point));
            prop_assert_eq!(words(&scaled), words(&lane));
        }
    }
}
