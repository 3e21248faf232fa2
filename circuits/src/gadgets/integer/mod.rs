//! Integer gadgets of 64 bits as rows of the catalogue; their parts are in [`crate::boolean::integer`].

#[cfg(test)]
mod tests;

use super::{Gadget, Port, Published, Reading};
use crate::boolean::Signedness::{Signed, Unsigned};
use crate::boolean::integer::{self, Division};
use crate::boolean::{Bits, Builder, Circuit, Shape};

/// A number of 64 bits.
const fn natural(name: &'static str) -> Port {
    Port { name, width: 64, reading: Reading::Unsigned }
}

/// A number of 64 bits in two's complement.
const fn signed(name: &'static str) -> Port {
    Port { name, width: 64, reading: Reading::Signed }
}

/// A number of 128 bits.
const fn wide(name: &'static str, reading: Reading) -> Port {
    Port { name, width: 128, reading }
}

const fn bit(name: &'static str) -> Port {
    Port { name, width: 1, reading: Reading::Bits }
}

/// A number of bits from 0 to 64.
const COUNT: Port = Port { name: "count", width: 7, reading: Reading::Unsigned };
/// A natural number below 64.
const AMOUNT: Port = Port { name: "amount", width: 6, reading: Reading::Unsigned };

const X_Y: &[Port] = &[natural("x"), natural("y")];
const SIGNED_X_Y: &[Port] = &[signed("x"), signed("y")];
const X_AMOUNT: &[Port] = &[natural("x"), AMOUNT];

/// The figures of the collection of circuits "Bristol Fashion".
const fn published(and_gates: usize) -> Option<Published> {
    Some(Published { and_gates, source: "N. P. Smart and others, 'Bristol Fashion' MPC circuits" })
}

const fn row(
    name: &'static str,
    doc: &'static str,
    inputs: &'static [Port],
    outputs: &'static [Port],
    published: Option<Published>,
    build: fn(Shape) -> Circuit,
) -> Gadget {
    Gadget { name, doc, inputs, outputs, build, published }
}

/// The rows of the catalogue.
pub(super) const GADGETS: &[Gadget] = &[
    row("add-64", "The sum of two numbers mod 2^64.", X_Y, &[natural("sum")], published(63), |shape| {
        build(X_Y, |b, v| integer::add(b, &v[0], &v[1], shape))
    }),
    row("sub-64", "The difference of two numbers mod 2^64.", X_Y, &[natural("difference")], published(63), |shape| {
        build(X_Y, |b, v| integer::sub(b, &v[0], &v[1], shape))
    }),
    row(
        "neg-64",
        "The negative of a number mod 2^64.",
        &[natural("x")],
        &[natural("negative")],
        published(62),
        |shape| build(&[natural("x")], |b, v| integer::neg(b, &v[0], shape)),
    ),
    row("abs-64", "The absolute value, as a natural number.", &[signed("x")], &[natural("magnitude")], None, |shape| {
        build(&[signed("x")], |b, v| integer::abs(b, &v[0], shape))
    }),
    row("zero-64", "Whether a number is 0.", &[natural("x")], &[bit("holds")], published(63), |_| {
        build(&[natural("x")], |b, v| integer::is_zero(b, &v[0]).into())
    }),
    row("equal-64", "Whether two numbers are equal.", X_Y, &[bit("holds")], None, |_| {
        build(X_Y, |b, v| integer::equal(b, &v[0], &v[1]).into())
    }),
    row("less-than-64", "Whether x < y, of natural numbers.", X_Y, &[bit("holds")], None, |shape| {
        build(X_Y, |b, v| integer::less_than(b, &v[0], &v[1], Unsigned, shape).into())
    }),
    row("signed-less-than-64", "Whether x < y, in two's complement.", SIGNED_X_Y, &[bit("holds")], None, |shape| {
        build(SIGNED_X_Y, |b, v| integer::less_than(b, &v[0], &v[1], Signed, shape).into())
    }),
    row("min-64", "The smaller of two natural numbers.", X_Y, &[natural("minimum")], None, |shape| {
        build(X_Y, |b, v| integer::min(b, &v[0], &v[1], Unsigned, shape))
    }),
    row("max-64", "The larger of two natural numbers.", X_Y, &[natural("maximum")], None, |shape| {
        build(X_Y, |b, v| integer::max(b, &v[0], &v[1], Unsigned, shape))
    }),
    row(
        "signed-min-64",
        "The smaller of two numbers, in two's complement.",
        SIGNED_X_Y,
        &[signed("minimum")],
        None,
        |shape| build(SIGNED_X_Y, |b, v| integer::min(b, &v[0], &v[1], Signed, shape)),
    ),
    row(
        "signed-max-64",
        "The larger of two numbers, in two's complement.",
        SIGNED_X_Y,
        &[signed("maximum")],
        None,
        |shape| build(SIGNED_X_Y, |b, v| integer::max(b, &v[0], &v[1], Signed, shape)),
    ),
    row("multiply-64", "The product of two numbers mod 2^64.", X_Y, &[natural("product")], published(4033), |shape| {
        build(X_Y, |b, v| integer::multiply(b, &v[0], &v[1], shape))
    }),
    row(
        "multiply-wide-64",
        "The whole product of two natural numbers.",
        X_Y,
        &[wide("product", Reading::Unsigned)],
        published(8128),
        |shape| build(X_Y, |b, v| integer::multiply_wide(b, &v[0], &v[1], Unsigned, shape)),
    ),
    row(
        "signed-multiply-wide-64",
        "The whole product of two numbers, in two's complement.",
        SIGNED_X_Y,
        &[wide("product", Reading::Signed)],
        None,
        |shape| build(SIGNED_X_Y, |b, v| integer::multiply_wide(b, &v[0], &v[1], Signed, shape)),
    ),
    row("square-64", "The square of a number mod 2^64.", &[natural("x")], &[natural("square")], None, |shape| {
        build(&[natural("x")], |b, v| integer::multiply(b, &v[0], &v[0], shape))
    }),
    row(
        "square-wide-64",
        "The whole square of a natural number.",
        &[natural("x")],
        &[wide("square", Reading::Unsigned)],
        None,
        |shape| build(&[natural("x")], |b, v| integer::multiply_wide(b, &v[0], &v[0], Unsigned, shape)),
    ),
    row(
        "divide-64",
        "The quotient and the remainder of natural numbers; by 0, all ones and the dividend.",
        X_Y,
        &[natural("quotient"), natural("remainder")],
        published(4094),
        |shape| division(X_Y, |b, v| integer::divide(b, &v[0], &v[1], Unsigned, shape)),
    ),
    row(
        "signed-divide-64",
        "The quotient, rounded towards zero, and the remainder; by 0, -1 and the dividend.",
        SIGNED_X_Y,
        &[signed("quotient"), signed("remainder")],
        published(4664),
        |shape| division(SIGNED_X_Y, |b, v| integer::divide(b, &v[0], &v[1], Signed, shape)),
    ),
    row(
        "remainder-64",
        "The remainder of natural numbers; by 0, the dividend.",
        X_Y,
        &[natural("remainder")],
        None,
        |shape| build(X_Y, |b, v| integer::divide(b, &v[0], &v[1], Unsigned, shape).remainder),
    ),
    row(
        "signed-remainder-64",
        "The remainder with the sign of the dividend; by 0, the dividend.",
        SIGNED_X_Y,
        &[signed("remainder")],
        None,
        |shape| build(SIGNED_X_Y, |b, v| integer::divide(b, &v[0], &v[1], Signed, shape).remainder),
    ),
    row(
        "square-root-64",
        "The square root of a natural number, rounded down.",
        &[natural("x")],
        &[Port { name: "root", width: 32, reading: Reading::Unsigned }],
        None,
        |shape| build(&[natural("x")], |b, v| integer::square_root(b, &v[0], shape)),
    ),
    row("shift-left-64", "x << amount, mod 2^64.", X_AMOUNT, &[natural("shifted")], None, |_| {
        build(X_AMOUNT, |b, v| integer::shift_left_by(b, &v[0], &v[1]))
    }),
    row("shift-right-64", "x >> amount, of a natural number.", X_AMOUNT, &[natural("shifted")], None, |_| {
        build(X_AMOUNT, |b, v| integer::shift_right_by(b, &v[0], &v[1], Unsigned))
    }),
    row(
        "signed-shift-right-64",
        "x >> amount, in two's complement, rounded down.",
        &[signed("x"), AMOUNT],
        &[signed("shifted")],
        None,
        |_| build(X_AMOUNT, |b, v| integer::shift_right_by(b, &v[0], &v[1], Signed)),
    ),
    row(
        "rotate-left-64",
        "x with its bits moved up by an amount, round and round.",
        X_AMOUNT,
        &[natural("rotated")],
        None,
        |_| build(X_AMOUNT, |b, v| integer::rotate_left_by(b, &v[0], &v[1])),
    ),
    row(
        "rotate-right-64",
        "x with its bits moved down by an amount, round and round.",
        X_AMOUNT,
        &[natural("rotated")],
        None,
        |_| build(X_AMOUNT, |b, v| integer::rotate_right_by(b, &v[0], &v[1])),
    ),
    row("popcount-64", "How many bits are 1.", &[natural("x")], &[COUNT], None, |shape| {
        build(&[natural("x")], |b, v| integer::popcount(b, &v[0], shape))
    }),
    row(
        "leading-zeros-64",
        "How many zeros stand above the highest 1; 64 for 0.",
        &[natural("x")],
        &[COUNT],
        None,
        |shape| build(&[natural("x")], |b, v| integer::leading_zeros(b, &v[0], shape)),
    ),
    row(
        "trailing-zeros-64",
        "How many zeros stand below the lowest 1; 64 for 0.",
        &[natural("x")],
        &[COUNT],
        None,
        |shape| build(&[natural("x")], |b, v| integer::trailing_zeros(b, &v[0], shape)),
    ),
    row(
        "one-hot-64",
        "64 bits, of which the one at an index is 1.",
        &[Port { name: "index", ..AMOUNT }],
        &[Port { name: "code", width: 64, reading: Reading::Bits }],
        None,
        |_| build(&[AMOUNT], |b, v| integer::one_hot(b, &v[0], 64)),
    ),
];

fn build(inputs: &[Port], gadget: impl FnOnce(&mut Builder, &[Bits]) -> Bits) -> Circuit {
    build_all(inputs, |builder, inputs| vec![gadget(builder, inputs)])
}

fn division(inputs: &[Port], gadget: impl FnOnce(&mut Builder, &[Bits]) -> Division) -> Circuit {
    build_all(inputs, |builder, inputs| {
        let Division { quotient, remainder } = gadget(builder, inputs);
        vec![quotient, remainder]
    })
}

fn build_all(inputs: &[Port], gadget: impl FnOnce(&mut Builder, &[Bits]) -> Vec<Bits>) -> Circuit {
    let widths: Vec<usize> = inputs.iter().map(|port| port.width).collect();
    let (mut builder, inputs) = Builder::new(&widths);
    let outputs = gadget(&mut builder, &inputs);
    builder.finish(outputs)
}
