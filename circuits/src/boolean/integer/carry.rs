//! Carries, from which both addition and comparison are made.
//!
//! The carry out of a bit position is `x` where `x = y`, and the carry into it elsewhere. Over any run of
//! positions the carry therefore either comes *through*, if `x != y` in all of them, or is some value that the run
//! determines. [`Run`] keeps the two apart, as the conditional-sum adder does (Sklansky 1960): a run of one
//! position costs no AND gate, where a generate/propagate pair costs one, and it sits one level lower.

use super::super::{Builder, Shape, Wire};
use super::associative::{prefixes, reduce};

/// What a run of bit positions does to the carry that enters it.
#[derive(Clone, Copy)]
struct Run {
    /// Whether the entering carry comes through.
    through: Wire,
    /// The carry that leaves the run if none comes through; of no meaning otherwise.
    value: Wire,
}

impl Run {
    fn position(builder: &mut Builder, x: Wire, y: Wire) -> Self {
        // Either operand will do, as they are equal where the value counts. A constant folds later gates.
        let value = if y == Wire::FALSE || y == Wire::TRUE { y } else { x };
        Self { through: builder.xor(x, y), value }
    }

    /// The start of the chain, which lets nothing through.
    fn carry_in(carry: Wire) -> Self {
        Self { through: Wire::FALSE, value: carry }
    }

    /// Two neighbouring runs as one: two AND gates, or one if nobody needs to know what comes through.
    fn join(builder: &mut Builder, low: Self, high: Self) -> Self {
        Self {
            through: builder.and(low.through, high.through),
            value: builder.mux(high.through, low.value, high.value),
        }
    }
}

/// The carry into each bit of `x + y + carry_in`, and no carry out: as many as there are bits.
///
/// For `n` bits, `FewAnds`: n - 1 AND gates in a chain. `FewRounds`: depth lg n, which is the least possible, as
/// the top carry is a polynomial of degree n over F_2.
pub(super) fn carries(builder: &mut Builder, x: &[Wire], y: &[Wire], carry_in: Wire, shape: Shape) -> Vec<Wire> {
    let positions = x.iter().zip(y).take(x.len().saturating_sub(1));
    match shape {
        Shape::FewAnds => {
            let mut chain = vec![carry_in; x.len().min(1)];
            let mut carry = carry_in;
            for (&x, &y) in positions {
                carry = majority(builder, x, y, carry);
                chain.push(carry);
            }
            chain
        }
        Shape::FewRounds => {
            let mut runs = vec![Run::carry_in(carry_in); x.len().min(1)];
            runs.extend(positions.map(|(&x, &y)| Run::position(builder, x, y)));
            let chain = prefixes(&runs, &mut |low, high| Run::join(builder, low, high));
            chain.iter().map(|run| run.value).collect()
        }
    }
}

/// The carry out of `x + y + carry_in`.
///
/// For `n` bits, `FewAnds`: n AND gates in a chain. `FewRounds`: 2n - lg (n + 1) AND gates, depth lg (n + 1).
pub(super) fn carry_out(builder: &mut Builder, x: &[Wire], y: &[Wire], carry_in: Wire, shape: Shape) -> Wire {
    let positions = x.iter().zip(y);
    match shape {
        Shape::FewAnds => positions.fold(carry_in, |carry, (&x, &y)| majority(builder, x, y, carry)),
        Shape::FewRounds => {
            let mut runs = vec![Run::carry_in(carry_in)];
            runs.extend(positions.map(|(&x, &y)| Run::position(builder, x, y)));
            reduce(runs, |low, high| Run::join(builder, low, high)).map_or(carry_in, |run| run.value)
        }
    }
}

/// The carry of a full adder with one AND gate (Boyar, Peralta and Pochuev 2000).
pub(super) fn majority(builder: &mut Builder, x: Wire, y: Wire, carry: Wire) -> Wire {
    let x_differs = builder.xor(x, carry);
    let y_differs = builder.xor(y, carry);
    let both_differ = builder.and(x_differs, y_differs);
    builder.xor(carry, both_differ)
}
