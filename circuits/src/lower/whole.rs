//! Operations on whole numbers and their bits: modulo powers of two, shifts, quotients, roots, rounding.

use super::{Lowering, Operand};
use crate::boolean::integer::Dividend;
use crate::boolean::{Bits, Signedness, integer};
use crate::number::Word;
use crate::program::Function;

impl Lowering<'_> {
    pub(super) fn whole(&mut self, function: Function) -> Option<Bits> {
        use Function as F;
        let (shape, width) = (self.shape, self.width);
        Some(match function {
            F::WrappingAdd | F::WrappingSub | F::WrappingMul => {
                let (x, y) = (self.fitted(0), self.fitted(1));
                match function {
                    F::WrappingAdd => integer::add(self.builder, &x, &y, shape),
                    F::WrappingSub => integer::sub(self.builder, &x, &y, shape),
                    _ => integer::multiply(self.builder, &x, &y, shape),
                }
            }
            F::Quotient | F::Remainder => {
                let (mut x, mut y, signedness) = self.common();
                if signedness == Signedness::Signed {
                    // The least number divided by -1 needs one bit more.
                    (x, y) = (x.sign_extend(x.width() + 1), y.sign_extend(y.width() + 1));
                }
                let division = integer::divide(self.builder, &x, &y, signedness, shape);
                let result = if function == F::Quotient { division.quotient } else { division.remainder };
                self.cut(&result, signedness)
            }
            F::Round => self.rounded(),
            F::Root => {
                let root = integer::square_root(self.builder, &self.bits[0], shape);
                self.cut(&root, Signedness::Unsigned)
            }
            F::ShiftLeft => {
                // The range says how far it can go.
                let x = self.bits[0].zero_extend(width.max(self.bits[0].width()));
                integer::shift_left_by(self.builder, &x, &self.bits[1]).truncate(width)
            }
            F::ShiftRight => {
                let shifted = integer::shift_right_by(self.builder, &self.bits[0], &self.bits[1], Signedness::Unsigned);
                shifted.truncate(width)
            }
            F::Popcount => {
                let count = integer::popcount(self.builder, &self.bits[0], shape);
                self.cut(&count, Signedness::Unsigned)
            }
            _ => return None,
        })
    }

    /// The first operand divided by the second, a public power of ten, to the nearest, halves upwards.
    fn rounded(&mut self) -> Bits {
        let [value, factor] = [self.operands[0], self.operands[1]];
        let factor = factor.constant.unwrap_or(1);
        let by_sum = Dividend::over(factor).and_then(|mut dividend| {
            dividend.add(&self.bits[0], value.signedness(), false);
            dividend.add_constant(factor / 2);
            dividend.quotient(self.builder, self.width, self.shape)
        });
        by_sum.unwrap_or_else(|| self.rounded_by_division(value, factor))
    }

    /// The same for factors that a sum does not divide by.
    fn rounded_by_division(&mut self, value: Operand, factor: Word) -> Bits {
        // Moved by a multiple of the factor, nothing is negative, and rounding down is what division does.
        let lift = if value.signed { (1u128 << (value.width - 1)).div_ceil(factor) } else { 0 };
        let moved = factor / 2 + lift * factor;
        let width = value.width.max(128 - moved.leading_zeros()) as usize + 1;
        let x = self.bits[0].extend(width, value.signedness());
        let x = integer::add(self.builder, &x, &Bits::constant(moved, width), self.shape);
        let divisor = Bits::constant(factor, width);
        let quotient = integer::divide(self.builder, &x, &divisor, Signedness::Unsigned, self.shape).quotient;
        let back = Bits::constant(lift.wrapping_neg(), width);
        let quotient = integer::add(self.builder, &quotient, &back, self.shape);
        self.cut(&quotient, if value.signed { Signedness::Signed } else { Signedness::Unsigned })
    }
}
