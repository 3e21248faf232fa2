//! The gadgets of this family by name.

use super::super::{Gadget, Port, Published, Reading};
use super::{
    Format, abs, add, convert, divide, equal, from_integer, less_or_equal, less_than, maximum, minimum, multiply, neg,
    sqrt, sub, to_integer,
};
use crate::boolean::Signedness::{Signed, Unsigned};
use crate::boolean::{Bits, Builder, Circuit, Shape};

const F32: Format = Format::BINARY32;
const F64: Format = Format::BINARY64;

/// How many gadgets there are for each format.
const OF_EACH: usize = 21;

/// The rows for the format `$this`, which is called `$name`; `$published` are the figures for addition,
/// multiplication, division and square root.
macro_rules! gadgets {
    ($name:literal, $this:ident, $other_name:literal, $other:ident, $published:expr) => {{
        const PAIR: &[Port] = &[number("x", $this), number("y", $this)];
        const ONE: &[Port] = &[number("x", $this)];
        const OTHER: &[Port] = &[number("x", $other)];
        const RESULT: &[Port] = &[number("result", $this)];
        const HOLDS: &[Port] = &[Port { name: "holds", width: 1, reading: Reading::Bits }];
        const I64: &[Port] = &[integer("integer", 64, Reading::Signed)];
        const U64: &[Port] = &[integer("integer", 64, Reading::Unsigned)];
        const I32: &[Port] = &[integer("integer", 32, Reading::Signed)];
        const U32: &[Port] = &[integer("integer", 32, Reading::Unsigned)];
        const NEAREST: &str =
            concat!("The ", $name, " nearest to an integer, of two the one with the even significand.");
        const CUT_OFF: &str =
            concat!("The integer part of an ", $name, ", the least or greatest integer beyond those, 0 for NaN.");
        [
            published(
                $published[0],
                row(concat!($name, "-add"), "The sum x + y.", PAIR, RESULT, |shape| {
                    circuit(PAIR, |b, v| add(b, &v[0], &v[1], $this, shape))
                }),
            ),
            row(concat!($name, "-sub"), "The difference x - y.", PAIR, RESULT, |shape| {
                circuit(PAIR, |b, v| sub(b, &v[0], &v[1], $this, shape))
            }),
            published(
                $published[1],
                row(concat!($name, "-mul"), "The product x * y.", PAIR, RESULT, |shape| {
                    circuit(PAIR, |b, v| multiply(b, &v[0], &v[1], $this, shape))
                }),
            ),
            published(
                $published[2],
                row(concat!($name, "-div"), "The quotient x / y.", PAIR, RESULT, |shape| {
                    circuit(PAIR, |b, v| divide(b, &v[0], &v[1], $this, shape))
                }),
            ),
            published(
                $published[3],
                row(concat!($name, "-sqrt"), "The square root of x.", ONE, RESULT, |shape| {
                    circuit(ONE, |b, v| sqrt(b, &v[0], $this, shape))
                }),
            ),
            row(concat!($name, "-neg"), "-x, by the sign bit, of a NaN too.", ONE, RESULT, |_| {
                circuit(ONE, |b, v| neg(b, &v[0], $this))
            }),
            row(concat!($name, "-abs"), "|x|, by the sign bit, of a NaN too.", ONE, RESULT, |_| {
                circuit(ONE, |_, v| abs(&v[0], $this))
            }),
            row(concat!($name, "-less"), "Whether x < y; false for NaN.", PAIR, HOLDS, |shape| {
                circuit(PAIR, |b, v| less_than(b, &v[0], &v[1], $this, shape).into())
            }),
            row(concat!($name, "-less-or-equal"), "Whether x <= y; false for NaN.", PAIR, HOLDS, |shape| {
                circuit(PAIR, |b, v| less_or_equal(b, &v[0], &v[1], $this, shape).into())
            }),
            row(concat!($name, "-equal"), "Whether x = y; false for NaN.", PAIR, HOLDS, |_| {
                circuit(PAIR, |b, v| equal(b, &v[0], &v[1], $this).into())
            }),
            row(concat!($name, "-minimum"), "The smaller number, -0 before 0; NaN for NaN.", PAIR, RESULT, |shape| {
                circuit(PAIR, |b, v| minimum(b, &v[0], &v[1], $this, shape))
            }),
            row(concat!($name, "-maximum"), "The larger number, 0 before -0; NaN for NaN.", PAIR, RESULT, |shape| {
                circuit(PAIR, |b, v| maximum(b, &v[0], &v[1], $this, shape))
            }),
            row(concat!($name, "-from-i64"), NEAREST, I64, RESULT, |shape| {
                circuit(I64, |b, v| from_integer(b, &v[0], Signed, $this, shape))
            }),
            row(concat!($name, "-from-u64"), NEAREST, U64, RESULT, |shape| {
                circuit(U64, |b, v| from_integer(b, &v[0], Unsigned, $this, shape))
            }),
            row(concat!($name, "-from-i32"), NEAREST, I32, RESULT, |shape| {
                circuit(I32, |b, v| from_integer(b, &v[0], Signed, $this, shape))
            }),
            row(concat!($name, "-from-u32"), NEAREST, U32, RESULT, |shape| {
                circuit(U32, |b, v| from_integer(b, &v[0], Unsigned, $this, shape))
            }),
            row(concat!($name, "-to-i64"), CUT_OFF, ONE, I64, |shape| {
                circuit(ONE, |b, v| to_integer(b, &v[0], $this, 64, Signed, shape))
            }),
            row(concat!($name, "-to-u64"), CUT_OFF, ONE, U64, |shape| {
                circuit(ONE, |b, v| to_integer(b, &v[0], $this, 64, Unsigned, shape))
            }),
            row(concat!($name, "-to-i32"), CUT_OFF, ONE, I32, |shape| {
                circuit(ONE, |b, v| to_integer(b, &v[0], $this, 32, Signed, shape))
            }),
            row(concat!($name, "-to-u32"), CUT_OFF, ONE, U32, |shape| {
                circuit(ONE, |b, v| to_integer(b, &v[0], $this, 32, Unsigned, shape))
            }),
            row(
                concat!($name, "-from-", $other_name),
                concat!("The ", $name, " nearest to an ", $other_name, "."),
                OTHER,
                RESULT,
                |shape| circuit(OTHER, |b, v| convert(b, &v[0], $other, $this, shape)),
            ),
        ]
    }};
}

/// The rows of the catalogue.
pub(in super::super) const GADGETS: &[Gadget] = &{
    let mut gadgets = [DOUBLE[0]; 2 * OF_EACH];
    let mut row = 0;
    while row < OF_EACH {
        gadgets[row] = SINGLE[row];
        gadgets[OF_EACH + row] = DOUBLE[row];
        row += 1;
    }
    gadgets
};

const SINGLE: [Gadget; OF_EACH] = gadgets!("f32", F32, "f64", F64, [None; 4]);
const DOUBLE: [Gadget; OF_EACH] =
    gadgets!("f64", F64, "f32", F32, [bristol(5_385), bristol(19_626), bristol(82_269), bristol(91_504)]);

const fn row(
    name: &'static str,
    doc: &'static str,
    inputs: &'static [Port],
    outputs: &'static [Port],
    build: fn(Shape) -> Circuit,
) -> Gadget {
    Gadget { name, doc, inputs, outputs, build, published: None }
}

/// The gadget with the published figure beside it.
const fn published(published: Option<Published>, gadget: Gadget) -> Gadget {
    Gadget { published, ..gadget }
}

/// A figure of the well-known collection of circuits.
const fn bristol(and_gates: usize) -> Option<Published> {
    Some(Published { and_gates, source: "Bristol Fashion collection (Archer et al.)" })
}

const fn number(name: &'static str, format: Format) -> Port {
    Port { name, width: format.width(), reading: Reading::Float }
}

const fn integer(name: &'static str, width: usize, reading: Reading) -> Port {
    Port { name, width, reading }
}

/// The circuit of a gadget on these inputs.
fn circuit(inputs: &[Port], gadget: impl FnOnce(&mut Builder, &[Bits]) -> Bits) -> Circuit {
    let widths: Vec<usize> = inputs.iter().map(|port| port.width).collect();
    let (mut builder, values) = Builder::new(&widths);
    let output = gadget(&mut builder, &values);
    builder.finish(vec![output])
}
