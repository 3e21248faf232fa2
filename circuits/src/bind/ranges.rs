//! What the range of a value follows from the ranges of its operands. `None`: beyond 256 bits.

use ethnum::I256;

use crate::number::Range;
use crate::program::{Function, Kind};

/// The range of an element-wise function. Operands have equal decimals where that matters.
pub(super) fn elementwise(function: Function, operands: &[&Range], same: bool, kind: Kind) -> Option<Range> {
    use Function as F;
    let [a, b, c] = [0, 1, 2].map(|i| operands.get(i).copied().unwrap_or(&Range::BIT));
    match function {
        F::Not | F::Lt | F::Le | F::Gt | F::Ge | F::Eq | F::Ne => Some(Range::BIT),
        F::And | F::Or | F::Xor if kind == Kind::Bit => Some(Range::BIT),
        F::And => Some(Range { low: I256::ZERO, high: a.high.min(b.high) }),
        F::Or | F::Xor => Some(Range::unsigned(a.bits().max(b.bits()))),
        F::Neg => Some(a.neg()),
        F::Abs => {
            let most = a.low.abs().max(a.high.abs());
            let least = if a.contains(I256::ZERO) { I256::ZERO } else { a.low.abs().min(a.high.abs()) };
            Some(Range { low: least, high: most })
        }
        F::Add => a.add(b),
        F::Sub => a.sub(b),
        F::Mul if same => a.square(),
        F::Mul => a.mul(b),
        F::Select => Some(b.union(c)),
        F::Min => Some(Range { low: a.low.min(b.low), high: a.high.min(b.high) }),
        F::Max => Some(Range { low: a.low.max(b.low), high: a.high.max(b.high) }),
        F::WrappingAdd | F::WrappingSub | F::WrappingMul => {
            c.single().filter(|bits| (1..=128).contains(bits)).map(|bits| Range::unsigned(bits.as_u32()))
        }
        F::ShiftLeft => {
            let factor = (b.high < 128).then(|| I256::ONE << b.high.as_u32())?;
            Some(Range { low: I256::ZERO, high: a.high.checked_mul(factor)? })
        }
        F::ShiftRight => Some(Range { low: I256::ZERO, high: a.high >> b.low.min(I256::from(255)).as_u32() }),
        F::Popcount => Some(Range::new(0, a.bits())),
        F::Quotient => Some(quotient(a, b)),
        F::Remainder => Some(remainder(a, b)),
        // The second operand is the power of ten that the mantissa loses.
        F::Round => b.single().map(|factor| Range { low: rounded(a.low, factor), high: rounded(a.high, factor) }),
        F::Root => Some(Range { low: root(a.low), high: root(a.high) }),
        _ => None,
    }
}

/// Quotients towards zero; the divisor is never zero.
fn quotient(a: &Range, b: &Range) -> Range {
    // The extremes lie at the ends of the dividend and at the ends and the smallest magnitudes of the divisor.
    let divisors = [b.low, b.high, I256::ONE, I256::MINUS_ONE].into_iter().filter(|d| b.contains(*d) && *d != 0);
    let quotients = divisors.flat_map(|d| [a.low / d, a.high / d]).chain(a.contains(I256::ZERO).then_some(I256::ZERO));
    quotients.map(Range::exactly).reduce(|x, y| x.union(&y)).unwrap_or(Range::exactly(0))
}

fn remainder(a: &Range, b: &Range) -> Range {
    let most = b.low.abs().max(b.high.abs()) - 1;
    let low = if a.low < 0 { -most.min(a.low.abs()) } else { I256::ZERO };
    let high = if a.high > 0 { most.min(a.high) } else { I256::ZERO };
    Range { low, high }
}

/// The nearest multiple of `factor`, halves upwards, in units of it.
pub(crate) fn rounded(value: I256, factor: I256) -> I256 {
    (value + factor / 2).div_euclid(factor)
}

/// The square root, rounded down; 0 of negative numbers, which are refused elsewhere.
pub(crate) fn root(value: I256) -> I256 {
    if value <= 0 {
        return I256::ZERO;
    }
    // Newton's method from above.
    let mut x = I256::ONE << (128 - value.leading_zeros() / 2);
    loop {
        let next = (x + value / x) >> 1;
        if next >= x {
            return x;
        }
        x = next;
    }
}

/// The range of several values combined.
pub(super) fn fold(reduction: crate::program::Reduction, operands: &[&Range]) -> Option<Range> {
    let (first, rest) = operands.split_first()?;
    rest.iter().try_fold(**first, |range, next| match reduction {
        crate::program::Reduction::Sum => range.add(next),
        crate::program::Reduction::Min => elementwise(Function::Min, &[&range, next], false, Kind::Number),
        crate::program::Reduction::Max => elementwise(Function::Max, &[&range, next], false, Kind::Number),
    })
}
