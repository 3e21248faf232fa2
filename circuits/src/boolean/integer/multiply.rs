//! Products.

use super::super::{Bits, Builder, Shape, Signedness, Wire};
use super::add::add;
use super::{Columns, same_width};

/// From this width on, Karatsuba's three products of half the width take fewer AND gates than partial products;
/// below it, the additions outweigh what is saved. Measured, as [`KARATSUBA_SQUARE`].
const KARATSUBA: usize = 14;

/// The same for squares, which have half the partial products.
const KARATSUBA_SQUARE: usize = 20;

/// `x * y` mod 2^n, the same for natural numbers and two's complement; about half the gates if `x` is `y`.
///
/// # Panics
/// If the widths differ.
pub fn multiply(builder: &mut Builder, x: &Bits, y: &Bits, shape: Shape) -> Bits {
    same_width(x, y);
    let mut columns = Columns::new(x.width(), shape);
    columns.add_product(builder, 0, x, y, Signedness::Unsigned);
    columns.total(builder)
}

/// The whole of `x * y`, for operands of n and m bits in n + m bits; about half the gates if `x` is `y`.
pub fn multiply_wide(builder: &mut Builder, x: &Bits, y: &Bits, signedness: Signedness, shape: Shape) -> Bits {
    let mut columns = Columns::new(x.width() + y.width(), shape);
    columns.add_product(builder, 0, x, y, signedness);
    columns.total(builder)
}

impl Columns {
    /// Adds `x * y` * 2^weight; about half the gates if `x` is `y`.
    pub fn add_product(&mut self, builder: &mut Builder, weight: usize, x: &Bits, y: &Bits, signedness: Signedness) {
        match signedness {
            Signedness::Unsigned => self.add_natural_product(builder, weight, x, y),
            Signedness::Signed => self.add_signed_product(builder, weight, x, y),
        }
    }

    /// The product of the numbers without their signs, and the three terms of the signs (Baugh and Wooley 1973).
    fn add_signed_product(&mut self, builder: &mut Builder, weight: usize, x: &Bits, y: &Bits) {
        let (Some(x_rest), Some(y_rest)) = (x.width().checked_sub(1), y.width().checked_sub(1)) else { return };
        let (x_natural, y_natural) = (x.truncate(x_rest), y.truncate(y_rest));
        self.add_natural_product(builder, weight, &x_natural, &y_natural);
        let signs = builder.and(x.top(), y.top());
        self.add_bit(weight + x_rest + y_rest, signs);
        if x == y {
            self.subtract_multiple(builder, weight + x_rest + 1, x.top(), &x_natural);
        } else {
            self.subtract_multiple(builder, weight + x_rest, x.top(), &y_natural);
            self.subtract_multiple(builder, weight + y_rest, y.top(), &x_natural);
        }
    }

    /// Subtracts `x` * 2^weight if `factor` is 1.
    fn subtract_multiple(&mut self, builder: &mut Builder, weight: usize, factor: Wire, x: &Bits) {
        let multiple: Bits = x.iter().map(|bit| builder.and(factor, bit)).collect();
        self.subtract(builder, weight, &multiple, Signedness::Unsigned);
    }

    fn add_natural_product(&mut self, builder: &mut Builder, weight: usize, x: &Bits, y: &Bits) {
        // What lies beyond the width vanishes.
        let room = self.width().saturating_sub(weight);
        let (x, y) = (x.truncate(x.width().min(room)), y.truncate(y.width().min(room)));
        let half = x.width().max(y.width()).div_ceil(2);
        let threshold = if x == y { KARATSUBA_SQUARE } else { KARATSUBA };
        let narrower = x.width().min(y.width());
        if self.shape() == Shape::FewRounds || narrower < threshold || narrower <= half {
            self.add_partial_products(builder, weight, &x, &y);
        } else if room <= 2 * half {
            self.add_low_halves(builder, weight, half, &x, &y);
        } else {
            self.add_karatsuba(builder, weight, half, &x, &y);
        }
    }

    /// `x * y` where the product of the high halves vanishes.
    fn add_low_halves(&mut self, builder: &mut Builder, weight: usize, half: usize, x: &Bits, y: &Bits) {
        let ((x_low, x_high), (y_low, y_high)) = (halves(x, half), halves(y, half));
        self.add_natural_product(builder, weight, &x_low, &y_low);
        if x == y {
            self.add_natural_product(builder, weight + half + 1, &x_low, &x_high);
        } else {
            self.add_natural_product(builder, weight + half, &x_low, &y_high);
            self.add_natural_product(builder, weight + half, &x_high, &y_low);
        }
    }

    /// `x * y` from three products of half the width (Karatsuba and Ofman 1962; in garbled circuits, Henecka et al.,
    /// TASTY, 2010): the middle part is `(x_low + x_high) * (y_low + y_high)` minus the two others.
    fn add_karatsuba(&mut self, builder: &mut Builder, weight: usize, half: usize, x: &Bits, y: &Bits) {
        let ((x_low, x_high), (y_low, y_high)) = (halves(x, half), halves(y, half));
        let shape = self.shape();
        let mut product = |x: &Bits, y: &Bits| multiply_wide(builder, x, y, Signedness::Unsigned, shape);
        let (low, high) = (product(&x_low, &y_low), product(&x_high, &y_high));
        self.add(builder, weight, &low.concat(&high), Signedness::Unsigned);
        self.subtract(builder, weight + half, &low, Signedness::Unsigned);
        self.subtract(builder, weight + half, &high, Signedness::Unsigned);

        let mut across =
            |low: &Bits, high: &Bits| add(builder, &low.zero_extend(half + 1), &high.zero_extend(half + 1), shape);
        let (x_across, y_across) = (across(&x_low, &x_high), across(&y_low, &y_high));
        self.add_natural_product(builder, weight + half, &x_across, &y_across);
    }

    /// One AND gate for each pair of bits that counts less than 2^width.
    fn add_partial_products(&mut self, builder: &mut Builder, weight: usize, x: &Bits, y: &Bits) {
        for (x_bit, x_wire) in x.iter().enumerate() {
            let room = self.width().saturating_sub(weight + x_bit);
            if x != y {
                for (y_bit, y_wire) in y.iter().enumerate().take(room) {
                    let product = builder.and(x_wire, y_wire);
                    self.add_bit(weight + x_bit + y_bit, product);
                }
                continue;
            }
            // In a square each pair of different bits comes twice: once, then, for twice as much.
            self.add_bit(weight + 2 * x_bit, x_wire);
            for (y_bit, y_wire) in y.iter().enumerate().take(x_bit.min(room.saturating_sub(1))) {
                let product = builder.and(x_wire, y_wire);
                self.add_bit(weight + x_bit + y_bit + 1, product);
            }
        }
    }
}

/// The `half` low bits of `x`, and those above.
fn halves(x: &Bits, half: usize) -> (Bits, Bits) {
    (x.truncate(half), x.iter().skip(half).collect())
}
