//! Polynomials in unknowns: what outputs are made of.

use std::collections::{BTreeMap, HashMap};

use ethnum::I256;

/// Factors of a product at most; what has more is not followed.
const DEGREE: usize = 3;

/// Terms at most of a product of two polynomials that have several terms each.
const MOST_TERMS: usize = 256;

/// The place of a factor that is not there; above every unknown.
const NONE: u32 = u32::MAX;

/// A product of unknowns, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Monomial([u32; DEGREE]);

impl Monomial {
    /// The empty product.
    pub(super) const ONE: Self = Self([NONE; DEGREE]);

    /// One unknown.
    pub(super) fn of(unknown: u32) -> Self {
        let mut factors = [NONE; DEGREE];
        factors[0] = unknown;
        Self(factors)
    }

    /// The factors.
    pub(super) fn factors(&self) -> impl Iterator<Item = u32> + use<> {
        self.0.into_iter().take_while(|factor| *factor != NONE)
    }

    /// The only factor, if there is one.
    pub(super) fn single(&self) -> Option<u32> {
        let mut factors = self.factors();
        let first = factors.next()?;
        factors.next().is_none().then_some(first)
    }

    /// The powers of an unknown, from the first.
    pub(super) fn powers(unknown: u32) -> impl Iterator<Item = Self> {
        (1..=DEGREE).map(move |degree| {
            let mut factors = [NONE; DEGREE];
            factors[..degree].fill(unknown);
            Self(factors)
        })
    }

    /// The same product of unknowns by other numbers, which are in the same order.
    pub(super) fn renamed(&self, names: &HashMap<u32, u32>) -> Self {
        Self(self.0.map(|factor| names.get(&factor).copied().unwrap_or(NONE)))
    }

    /// Product; `None` beyond [`DEGREE`].
    pub(super) fn times(&self, other: &Self) -> Option<Self> {
        let mut all: Vec<u32> = self.factors().chain(other.factors()).collect();
        all.sort_unstable();
        all.resize(all.len().max(DEGREE), NONE);
        all.try_into().ok().map(Self)
    }
}

/// A polynomial with integer coefficients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Polynomial {
    /// Coefficients by product of unknowns; none of them is zero.
    pub(super) terms: BTreeMap<Monomial, I256>,
    /// Whether the coefficients are numbers that the program determines, rather than stand for ones that a run shows.
    pub(super) exact: bool,
}

impl Polynomial {
    /// No terms.
    pub(super) fn zero() -> Self {
        Self { terms: BTreeMap::new(), exact: true }
    }

    /// A known number, or one that stands for any.
    pub(super) fn constant(number: I256, exact: bool) -> Self {
        let terms = if number == 0 { BTreeMap::new() } else { BTreeMap::from([(Monomial::ONE, number)]) };
        Self { terms, exact }
    }

    /// What somebody who learns the value learns of the unknowns.
    pub(super) fn without_constant(mut self) -> Self {
        self.terms.remove(&Monomial::ONE);
        self
    }

    /// An unknown.
    pub(super) fn unknown(unknown: u32) -> Self {
        Self { terms: BTreeMap::from([(Monomial::of(unknown), I256::ONE)]), exact: true }
    }

    /// `self + factor * other`; `None` beyond 256 bits.
    pub(super) fn plus(mut self, other: &Self, factor: I256) -> Option<Self> {
        self.exact &= other.exact;
        for (monomial, coefficient) in &other.terms {
            self.add(*monomial, coefficient.checked_mul(factor)?)?;
        }
        Some(self)
    }

    /// `factor * self`; `None` beyond 256 bits.
    pub(super) fn times(&self, factor: I256) -> Option<Self> {
        Self::zero().plus(self, factor)
    }

    /// Product; `None` if it has too many terms or factors, or goes beyond 256 bits.
    pub(super) fn product(&self, other: &Self) -> Option<Self> {
        let (few, many) = (self.terms.len().min(other.terms.len()), self.terms.len().max(other.terms.len()));
        if few > 1 && few.saturating_mul(many) > MOST_TERMS {
            return None;
        }
        let mut product = Self { exact: self.exact && other.exact, ..Self::zero() };
        for (a, x) in &self.terms {
            for (b, y) in &other.terms {
                product.add(a.times(b)?, x.checked_mul(*y)?)?;
            }
        }
        Some(product)
    }

    /// The coefficients modulo two.
    pub(super) fn odd(mut self) -> Self {
        self.terms.retain(|_, coefficient| *coefficient % 2 != 0);
        self.terms.values_mut().for_each(|coefficient| *coefficient = I256::ONE);
        self
    }

    fn add(&mut self, monomial: Monomial, coefficient: I256) -> Option<()> {
        let sum = self.terms.entry(monomial).or_insert(I256::ZERO);
        *sum = sum.checked_add(coefficient)?;
        if *sum == 0 {
            self.terms.remove(&monomial);
        }
        Some(())
    }
}
