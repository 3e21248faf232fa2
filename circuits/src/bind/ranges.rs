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
        _ => None,
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
