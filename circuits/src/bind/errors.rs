//! How far rounding can lead: a bound, for every value, between what is computed and what exact arithmetic on real
//! numbers would give.
//!
//! Sums and products of decimals are exact; `round` and `root` are what rounds, by at most half a unit of the last
//! decimal and by less than one. `exp`, `log`, `sigmoid` and `tanh` are less than one unit off; a gadget that a program calls
//! as a circuit counts as exact on its bits. Bounds follow an error from there through what is computed from it. Where a
//! rounded number is compared, divided without a remainder, shifted or taken apart into bits, the result is exact for
//! the number as it was rounded, and has no error of its own; near a boundary it can be another one than exact
//! arithmetic would give.

use ethnum::I256;

use super::{BoundOperation, BoundProgram, Extent, Value, ValueId};
use crate::number::{Range, value_of};
use crate::program::Function;

/// A bound on an error, in halves of a unit of the last decimal; `None` if there is none, or beyond 256 bits.
pub type HalfUnits = Option<I256>;

impl BoundProgram {
    /// By value: how far it can be from what exact arithmetic would give.
    pub fn errors(&self) -> Vec<HalfUnits> {
        let mut errors: Vec<HalfUnits> = Vec::with_capacity(self.values.len());
        for value in &self.values {
            let error = self.error(value, &errors);
            errors.push(error);
        }
        errors
    }

    fn error(&self, value: &Value, errors: &[HalfUnits]) -> HalfUnits {
        use BoundOperation as B;
        let of = |i: usize| errors[value.operands[i].0];
        let most = |ids: &[ValueId]| ids.iter().map(|id| errors[id.0]).try_fold(I256::ZERO, |a, b| Some(a.max(b?)));
        match &value.operation {
            B::Rescale(factor) => of(0)?.checked_mul(I256::from(*factor)),
            B::Sum => of(0)?.checked_mul(length(self.value(value.operands[0]))),
            B::Dot => {
                let product = self.product(value, errors)?;
                product.checked_mul(length(self.value(value.operands[1])))
            }
            B::MatrixProduct { inner } => self.product(value, errors)?.checked_mul(I256::from(*inner as u64)),
            B::RunningSums => of(0)?.checked_mul(length(self.value(value.operands[0]))),
            B::Fold(crate::program::Reduction::Sum) => {
                value.operands.iter().try_fold(I256::ZERO, |sum, id| sum.checked_add(errors[id.0]?))
            }
            B::Fold(_) | B::Concatenate | B::Remaining => most(&value.operands),
            B::SumBy { .. } => of(1)?.checked_mul(length(self.value(value.operands[1]))),
            B::ExtremeBy { .. } | B::SortBy => of(1),
            B::Sorted => of(value.operands.len() - 1),
            B::Share | B::Sort | B::View(_) | B::Within | B::Reveal { .. } | B::Output { .. } => of(0),
            B::Number => self.number_error(value, errors),
            B::Elementwise(function) => self.elementwise_error(*function, value, errors),
            B::Curve(_)
            | B::Input(_)
            | B::Constant(_)
            | B::Random { .. }
            | B::CountBy { .. }
            | B::HistogramBy { .. }
            | B::Bits { .. }
            | B::Circuit(_)
            | B::Assert { .. } => Some(I256::ZERO),
        }
    }

    /// That of bits which are a circuit's: of a lookup in a table whose bits went into it, what was wrong there; of a
    /// function of decimals its own, and where what was wrong before leads.
    fn number_error(&self, number: &Value, errors: &[HalfUnits]) -> HalfUnits {
        let bits = self.value(number.operands[0]);
        let BoundOperation::Circuit(source) = &bits.operation else { return Some(I256::ZERO) };
        let input = self.value(bits.operands[0]);
        if let Some(function) = source.approximated() {
            return function.error(errors[input.operands[0].0]?);
        }
        if source.looks_up_first_input() {
            return errors[self.value(input.operands[0]).operands[0].0];
        }
        Some(I256::ZERO)
    }

    fn elementwise_error(&self, function: Function, value: &Value, errors: &[HalfUnits]) -> HalfUnits {
        let of = |i: usize| errors[value.operands[i].0];
        match function {
            Function::Add | Function::Sub => of(0)?.checked_add(of(1)?),
            Function::Neg | Function::Abs => of(0),
            Function::Min | Function::Max => Some(of(0)?.max(of(1)?)),
            Function::Select => Some(of(1)?.max(of(2)?)),
            Function::Mul => self.product(value, errors),
            Function::Round => {
                let factor = self.value(value.operands[1]).range.single()?;
                // What was wrong before counts less in the greater unit; rounding adds half of one.
                Some((of(0)? + factor - 1) / factor + 1)
            }
            Function::Root => Some(root_error(of(0)?)),
            _ => Some(I256::ZERO),
        }
    }

    /// |x y - x' y'| <= |x| |y - y'| + |y| |x - x'| + |x - x'| |y - y'|.
    fn product(&self, value: &Value, errors: &[HalfUnits]) -> HalfUnits {
        let [x, y] = [0, 1].map(|i| value.operands[i]);
        let (e, f) = (errors[x.0]?, errors[y.0]?);
        if e == 0 && f == 0 {
            return Some(I256::ZERO);
        }
        let both = (e.checked_mul(f)? + 1) / 2;
        let left = magnitude(self.value(x)).checked_mul(f)?;
        let right = magnitude(self.value(y)).checked_mul(e)?;
        left.checked_add(right)?.checked_add(both)
    }
}

/// Less than one unit, and the root of what was wrong before: |sqrt(x + e) - sqrt(x)| <= sqrt(e).
fn root_error(before: I256) -> I256 {
    let two = I256::from(2);
    if before == 0 { two } else { two + two * (super::ranges::root((before + 1) / two) + 1) }
}

/// The greatest magnitude of a mantissa: of constants, of those that there are.
fn magnitude(value: &Value) -> I256 {
    let Range { low, high } = value.range;
    match &value.operation {
        BoundOperation::Constant(words) => {
            words.iter().map(|word| value_of(*word, &value.range).abs()).max().unwrap_or(I256::ZERO)
        }
        _ => low.abs().max(high.abs()),
    }
}

/// How many numbers are added up.
fn length(value: &Value) -> I256 {
    match value.shape.0.last() {
        Some(Extent::Known { length, .. }) => I256::from(*length as u64),
        Some(Extent::Private { greatest, .. }) => I256::from(*greatest),
        None => I256::ONE,
    }
}
