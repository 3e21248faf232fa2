//! Integer operations as gate-level circuits.
//!
//! An element in the boolean domain has as many bits as its range needs, two's complement where the range has
//! negative values. Each function here makes the circuit of one operation for operands of given widths;
//! constants are folded into it.

mod lookup;
mod rounding;
mod whole;

use std::sync::Arc;

use crate::boolean::integer;
use crate::boolean::{Bits, Builder, Circuit, Shape, Signedness};
use crate::number::{Range, Word};
use crate::program::Function;

pub use lookup::{Lookup, Table};
pub use rounding::{Bound, Rounding, rounded_addends};

/// An operand of a circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operand {
    /// Bits of each element.
    pub width: u32,
    /// Whether they are two's complement.
    pub signed: bool,
    /// The word, where it is public and the same in every element.
    pub constant: Option<Word>,
}

impl Operand {
    /// An operand with values in `range`.
    pub fn of(range: &Range) -> Self {
        Self { width: range.bits(), signed: range.is_signed(), constant: None }
    }

    /// A constant with a value in `range`.
    pub fn constant(word: Word, range: &Range) -> Self {
        Self { constant: Some(word), ..Self::of(range) }
    }

    fn signedness(self) -> Signedness {
        if self.signed { Signedness::Signed } else { Signedness::Unsigned }
    }
}

/// The circuit of an element-wise function: one input for each operand that is no constant, one output of
/// `range.bits()` bits. `None` for functions that have no circuit.
pub fn elementwise(function: Function, operands: &[Operand], range: &Range, shape: Shape) -> Option<Arc<Circuit>> {
    let (mut builder, bits) = inputs(operands);
    let output = Operand::of(range);
    let result = Lowering { builder: &mut builder, operands, bits: &bits, width: output.width as usize, shape }
        .apply(function)?;
    Some(Arc::new(builder.finish(vec![result])))
}

/// The circuit of a product with a constant.
pub fn rescale(operand: Operand, factor: Word, range: &Range, shape: Shape) -> Arc<Circuit> {
    let (mut builder, bits) = inputs(&[operand]);
    let width = range.bits() as usize;
    let x = bits[0].extend(width, operand.signedness()).truncate(width);
    let product = integer::multiply(&mut builder, &x, &Bits::constant(factor, width), shape);
    Arc::new(builder.finish(vec![product]))
}

/// The circuit of the sum of several operands; the sum has `width` bits.
pub fn sum(operands: &[Operand], width: u32, shape: Shape) -> Arc<Circuit> {
    let (mut builder, bits) = inputs(operands);
    let width = width as usize;
    let total = if operands.iter().any(|o| o.signed) {
        // One sign bit more makes an unsigned operand a signed one.
        let signed: Vec<Bits> = bits
            .iter()
            .zip(operands)
            .map(|(b, o)| b.extend(b.width() + usize::from(!o.signed), o.signedness()))
            .collect();
        integer::sum_signed(&mut builder, &signed, width, shape)
    } else {
        integer::sum(&mut builder, &bits, width, shape)
    };
    Arc::new(builder.finish(vec![total]))
}

/// The circuit of what two values of `width` bits have left when a third, which is one of them, is taken away.
pub fn remaining(width: u32) -> Arc<Circuit> {
    let (mut builder, bits) = inputs(&[Operand { width, signed: false, constant: None }; 3]);
    let both = integer::xor(&mut builder, &bits[0], &bits[1]);
    let other = integer::xor(&mut builder, &both, &bits[2]);
    Arc::new(builder.finish(vec![other]))
}

/// What is read off a sum of boolean addends modulo 2^width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Readout {
    /// All bits.
    All,
    /// The top bit: the sign.
    Sign,
    /// Whether the top bit is not set.
    NotSign,
    /// Whether all bits are zero.
    IsZero,
    /// Whether some bit is not zero.
    NotZero,
}

/// The circuit that adds `parties` addends modulo 2^width and reads something off the sum: an arithmetic
/// sharing becomes a boolean one.
pub fn addends(parties: usize, width: u32, readout: Readout, shape: Shape) -> Arc<Circuit> {
    let operand = Operand { width, signed: false, constant: None };
    let (mut builder, bits) = inputs(&vec![operand; parties]);
    let sum = integer::sum(&mut builder, &bits, width as usize, shape);
    let output = match readout {
        Readout::All => sum,
        Readout::Sign => Bits::from(vec![sum.top()]),
        Readout::NotSign => Bits::from(vec![builder.not(sum.top())]),
        Readout::IsZero => Bits::from(vec![integer::is_zero(&mut builder, &sum)]),
        Readout::NotZero => {
            let zero = integer::is_zero(&mut builder, &sum);
            Bits::from(vec![builder.not(zero)])
        }
    };
    Arc::new(builder.finish(vec![output]))
}

fn inputs(operands: &[Operand]) -> (Builder, Vec<Bits>) {
    let widths: Vec<usize> = operands.iter().filter(|o| o.constant.is_none()).map(|o| o.width as usize).collect();
    let (builder, inputs) = Builder::new(&widths);
    let mut inputs = inputs.into_iter();
    let bits = operands
        .iter()
        .map(|operand| match operand.constant {
            Some(word) => Bits::constant(word, operand.width as usize),
            None => inputs.next().unwrap_or_else(|| Bits::constant(0, 1)),
        })
        .collect();
    (builder, bits)
}

struct Lowering<'a> {
    builder: &'a mut Builder,
    operands: &'a [Operand],
    bits: &'a [Bits],
    /// Bits of the result.
    width: usize,
    shape: Shape,
}

impl Lowering<'_> {
    fn apply(&mut self, function: Function) -> Option<Bits> {
        use Function as F;
        let (shape, width) = (self.shape, self.width);
        Some(match function {
            F::Not => integer::not(self.builder, &self.bits[0]),
            F::And | F::Or | F::Xor => {
                let (x, y) = (self.fitted(0), self.fitted(1));
                match function {
                    F::And => integer::and(self.builder, &x, &y),
                    F::Or => integer::or(self.builder, &x, &y),
                    _ => integer::xor(self.builder, &x, &y),
                }
            }
            F::Neg => {
                let x = self.fitted(0);
                integer::neg(self.builder, &x, shape)
            }
            F::Abs if self.operands[0].signed => {
                let x = self.bits[0].sign_extend(width.max(self.bits[0].width()));
                integer::abs(self.builder, &x, shape).truncate(width)
            }
            F::Abs => self.fitted(0),
            F::Add => {
                let (x, y) = (self.fitted(0), self.fitted(1));
                integer::add(self.builder, &x, &y, shape)
            }
            F::Sub => {
                let (x, y) = (self.fitted(0), self.fitted(1));
                integer::sub(self.builder, &x, &y, shape)
            }
            F::Mul => self.product(),
            F::Lt | F::Gt | F::Le | F::Ge | F::Eq | F::Ne => self.comparison(function),
            F::Select => {
                let (yes, no) = (self.fitted(1), self.fitted(2));
                integer::select(self.builder, self.bits[0].wires()[0], &yes, &no)
            }
            F::Min | F::Max => {
                // The result is one of the operands, but comparing needs the bits of both.
                let (x, y, signedness) = self.common();
                let chosen = match function {
                    F::Min => integer::min(self.builder, &x, &y, signedness, shape),
                    _ => integer::max(self.builder, &x, &y, signedness, shape),
                };
                if chosen.width() >= width { chosen.truncate(width) } else { chosen.extend(width, signedness) }
            }
            _ => return self.whole(function),
        })
    }

    /// Operand `i` with the bits of the result: wider ones lose bits that the result's range says are copies.
    fn fitted(&self, i: usize) -> Bits {
        let bits = &self.bits[i];
        if bits.width() >= self.width {
            bits.truncate(self.width)
        } else {
            bits.extend(self.width, self.operands[i].signedness())
        }
    }

    /// A number with the bits of the result, which hold it.
    fn cut(&self, bits: &Bits, signedness: Signedness) -> Bits {
        if bits.width() >= self.width { bits.truncate(self.width) } else { bits.extend(self.width, signedness) }
    }

    /// Both operands with the bits that hold either.
    fn common(&self) -> (Bits, Bits, Signedness) {
        let [a, b] = [self.operands[0], self.operands[1]];
        let signed = a.signed || b.signed;
        let bits = |o: Operand| o.width + u32::from(signed && !o.signed);
        let width = bits(a).max(bits(b)) as usize;
        let extend = |i: usize, o: Operand| self.bits[i].extend(width, o.signedness());
        (extend(0, a), extend(1, b), if signed { Signedness::Signed } else { Signedness::Unsigned })
    }

    fn comparison(&mut self, function: Function) -> Bits {
        let (x, y, signedness) = self.common();
        let shape = self.shape;
        let bit = match function {
            Function::Lt => integer::less_than(self.builder, &x, &y, signedness, shape),
            Function::Gt => integer::less_than(self.builder, &y, &x, signedness, shape),
            Function::Le => integer::less_or_equal(self.builder, &x, &y, signedness, shape),
            Function::Ge => integer::less_or_equal(self.builder, &y, &x, signedness, shape),
            _ => {
                let equal = integer::equal(self.builder, &x, &y);
                if function == Function::Eq { equal } else { self.builder.not(equal) }
            }
        };
        Bits::from(vec![bit])
    }

    fn product(&mut self) -> Bits {
        let [a, b] = [self.operands[0], self.operands[1]];
        let (shape, width) = (self.shape, self.width);
        if a.signed == b.signed {
            let product = integer::multiply_wide(self.builder, &self.bits[0], &self.bits[1], a.signedness(), shape);
            return if product.width() >= width {
                product.truncate(width)
            } else {
                product.extend(width, a.signedness())
            };
        }
        // One sign bit more makes the unsigned operand a signed one.
        let as_signed =
            |i: usize, o: Operand| self.bits[i].extend(o.width as usize + usize::from(!o.signed), o.signedness());
        let (x, y) = (as_signed(0, a), as_signed(1, b));
        let product = integer::multiply_wide(self.builder, &x, &y, Signedness::Signed, shape);
        if product.width() >= width { product.truncate(width) } else { product.sign_extend(width) }
    }
}

#[cfg(test)]
mod tests;
