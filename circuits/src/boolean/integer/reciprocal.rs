//! Division in few rounds: an approximate reciprocal, a product, and one correction.
//!
//! The divisor is scaled to n bits whose highest is 1, read as a number d from 1/2 on, below 1. A table gives the first
//! digits of 1/d, and each of Newton's steps v + v (1 - v d) doubles them (Goldschmidt 1964 has the same depth). All
//! approximations v are from below, with an error 1 - v d that is not negative and below 2^-k; the step makes its
//! square of it and rounds. When k is above n, the quotient that comes out is right or 1 too small.

use super::super::{Bits, Builder, Shape, Signedness, Wire};
use super::add::{add_with_carry, sub};
use super::bitwise::{and, not, or, xor};
use super::divide::Division;
use super::select::select;
use super::shift::{shift_left, shift_right};
use super::{Columns, lookup};

/// The most digits that the table gives. Each one more would double it.
const TABLE_DIGITS: usize = 10;

/// `x / y` and `x % y` for natural numbers of 32 and more bits; by zero, all ones and `x`. For each i, `zeros` says
/// whether the i highest bits of `y` are all 0.
pub(super) fn divide(builder: &mut Builder, x: &Bits, y: &Bits, zeros: &[Wire]) -> Division {
    let width = x.width();
    // By position, where the highest 1 is; nowhere in a divisor 0, which makes the first quotient 0.
    let highest: Bits = (0..width).map(|bit| builder.xor(zeros[width - bit - 1], zeros[width - bit])).collect();
    let scaled = shifted(builder, y, &highest, |y, bit| shift_left(y, width - 1 - bit));
    let scaled = scaled.truncate(width - 1).concat(&Wire::TRUE.into());

    let mut reciprocal = Reciprocal::from_table(builder, &scaled, table_digits(width + 1));
    while reciprocal.exact <= width {
        reciprocal = reciprocal.refined(builder, &scaled);
    }
    // The error of the reciprocal makes the quotient too small by half a unit at most, and so does the product's.
    let dropped = reciprocal.digits + 1;
    let exact_from = dropped - guard(width);
    let mut columns = Columns::new(width + dropped - exact_from, Shape::FewRounds);
    add_high_product(builder, &mut columns, x, &reciprocal.value, exact_from);
    let product: Bits = columns.total(builder).iter().skip(dropped - exact_from).collect();
    let quotient = shifted(builder, &product, &highest, |product, bit| shift_right(product, bit, Signedness::Unsigned));
    let corrected = correct(builder, x, y, &quotient);
    let by_zero = vec![zeros[width]; width].into();
    Division { quotient: or(builder, &corrected.quotient, &by_zero), remainder: corrected.remainder }
}

/// `x` shifted for the position at which `code` has its 1, or 0 if it has none: an AND gate for each pair of a position
/// and a bit that is left, in depth 1.
fn shifted(builder: &mut Builder, x: &Bits, code: &Bits, shift: impl Fn(&Bits, usize) -> Bits) -> Bits {
    code.iter().enumerate().fold(Bits::constant(0, x.width()), |sum, (position, here)| {
        let moved = shift(x, position);
        let kept = and(builder, &moved, &vec![here; moved.width()].into());
        xor(builder, &sum, &kept)
    })
}

/// The digits from which doubling, less one digit, leads to `width`.
fn table_digits(width: usize) -> usize {
    let mut digits = width;
    while digits > TABLE_DIGITS {
        digits = (digits + 1).div_ceil(2);
    }
    digits
}

/// An approximation of 1/d from below.
struct Reciprocal {
    /// A number v of one digit before the point, as 1/d is at most 2 and v less.
    value: Bits,
    /// Its binary digits behind the point.
    digits: usize,
    /// The error 1 - v d is less than 2^-exact, by so much that 2^-(2 exact + 3) more is still less.
    exact: usize,
}

impl Reciprocal {
    /// By the digits of d behind the first, one more than are to be exact.
    fn from_table(builder: &mut Builder, scaled: &Bits, exact: usize) -> Self {
        let index_width = exact + 1;
        let digits = exact + 2;
        // The reciprocal of the end of the interval of all d with these digits. The error is below 2^-index_width for
        // the length of the interval and half of that for rounding.
        let entry = |index: u128| {
            let end = (1 << index_width) + index + 1;
            Bits::constant((1 << (digits + index_width + 1)) / end, digits + 1)
        };
        let table: Vec<Bits> = (0..1 << index_width).map(entry).collect();
        let index: Bits = scaled.iter().skip(scaled.width() - 1 - index_width).take(index_width).collect();
        Self { value: lookup(builder, &table, &index, Shape::FewRounds), digits, exact }
    }

    /// With twice as many exact digits, less one.
    ///
    /// The new error is at most the square of the old one, half a unit of the last new digit for rounding 1 - v d, half
    /// a unit for the product, and two for rounding the value and for what is subtracted. With 2 exact + 2 digits those
    /// three are 3/4 of the square's bound.
    fn refined(&self, builder: &mut Builder, scaled: &Bits) -> Self {
        let digits = 2 * self.exact + 2;
        let exact = 2 * self.exact - 1;
        // As many digits of d as count. Without the others v d is too small by less than half a unit of the new value,
        // which could make that too large: a unit less is not.
        let taken = scaled.width().min(digits + 2);
        let rounded = taken < scaled.width();
        let d: Bits = scaled.iter().skip(scaled.width() - taken).collect();

        let error = self.error(builder, &d);
        let fine = digits + 1;
        let error: Bits = error.iter().skip(self.digits + taken - fine).collect();
        let dropped = self.digits + fine - digits;
        let exact_from = dropped - guard(error.width());
        let mut columns = Columns::new(self.digits + fine + 1 - exact_from, Shape::FewRounds);
        columns.add(builder, fine - exact_from, &self.value, Signedness::Unsigned);
        add_high_product(builder, &mut columns, &error, &self.value, exact_from);
        if rounded {
            columns.subtract_bit(builder, dropped - exact_from, Wire::TRUE);
        }
        let value = columns.total(builder).iter().skip(dropped - exact_from).collect();
        Self { value, digits, exact }
    }

    /// 1 - v d, of which the `exact` digits behind the point are 0 and not among the bits.
    fn error(&self, builder: &mut Builder, d: &Bits) -> Bits {
        let mut columns = Columns::new(self.digits + d.width() - self.exact, Shape::FewRounds);
        subtract_product(builder, &mut columns, &self.value, d);
        columns.total(builder)
    }
}

/// Adds `x * y` / 2^from without the partial products below: too small by less than a unit for each bit of x.
fn add_high_product(builder: &mut Builder, columns: &mut Columns, x: &Bits, y: &Bits, from: usize) {
    for (x_bit, x) in x.iter().enumerate() {
        for (y_bit, y) in y.iter().enumerate().skip(from.saturating_sub(x_bit)) {
            let product = builder.and(x, y);
            columns.add_bit(x_bit + y_bit - from, product);
        }
    }
}

/// The bits of which half a unit is more than what [`add_high_product`] neglects for so many bits.
fn guard(width: usize) -> usize {
    width.next_power_of_two().ilog2() as usize + 1
}

/// Subtracts `x * y`: as y is 2^n - 1 - !y, it is x !y + x - x 2^n that is added.
fn subtract_product(builder: &mut Builder, columns: &mut Columns, x: &Bits, y: &Bits) {
    let complement = not(builder, y);
    columns.add_product(builder, 0, x, &complement, Signedness::Unsigned);
    columns.add(builder, 0, x, Signedness::Unsigned);
    columns.subtract(builder, y.width(), x, Signedness::Unsigned);
}

/// The division from a quotient that is right or 1 too small.
fn correct(builder: &mut Builder, x: &Bits, y: &Bits, quotient: &Bits) -> Division {
    let width = x.width();
    // It is less than twice the divisor.
    let mut columns = Columns::new(width + 1, Shape::FewRounds);
    columns.add(builder, 0, x, Signedness::Unsigned);
    subtract_product(builder, &mut columns, quotient, y);
    let remainder = columns.total(builder);
    let (longer, y) = (remainder.zero_extend(width + 2), y.zero_extend(width + 2));
    let less = sub(builder, &longer, &y, Shape::FewRounds);
    let one_more = add_with_carry(builder, quotient, &Bits::constant(0, width), Wire::TRUE, Shape::FewRounds);
    let right = less.top();
    Division {
        quotient: select(builder, right, quotient, &one_more),
        remainder: select(builder, right, &remainder.truncate(width), &less.truncate(width)),
    }
}
