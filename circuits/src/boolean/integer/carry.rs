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
        let value = if y.is_constant() { y } else { x };
        Self { through: builder.xor(x, y), value }
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
    let Some(below_top) = x.len().checked_sub(1) else { return Vec::new() };
    let (x, y) = (&x[..below_top], &y[..below_top]);
    match shape {
        Shape::FewAnds => {
            let mut chain = vec![carry_in];
            let mut carry = carry_in;
            for (&x, &y) in x.iter().zip(y) {
                carry = majority(builder, x, y, carry);
                chain.push(carry);
            }
            chain
        }
        Shape::FewRounds => {
            let unchanged = unchanged(x, y, carry_in);
            let runs = runs(builder, &x[unchanged..], &y[unchanged..], carry_in);
            let mut chain = vec![carry_in; unchanged];
            chain.extend(prefixes(&runs, &mut |low, high| Run::join(builder, low, high)).iter().map(|run| run.value));
            chain
        }
    }
}

/// The carry out of `x + y + carry_in`.
///
/// For `n` bits, `FewAnds`: n AND gates in a chain. `FewRounds`: 2n - lg (n + 1) AND gates, depth lg (n + 1).
pub(super) fn carry_out(builder: &mut Builder, x: &[Wire], y: &[Wire], carry_in: Wire, shape: Shape) -> Wire {
    match shape {
        Shape::FewAnds => x.iter().zip(y).fold(carry_in, |carry, (&x, &y)| majority(builder, x, y, carry)),
        Shape::FewRounds => {
            let unchanged = unchanged(x, y, carry_in);
            let runs = runs(builder, &x[unchanged..], &y[unchanged..], carry_in);
            reduce(runs, |low, high| Run::join(builder, low, high)).map_or(carry_in, |run| run.value)
        }
    }
}

/// How many positions leave the entering carry as it is because one of their bits is that very wire, as with
/// constants and the settled low bits of a sum. They would only make the tree taller.
fn unchanged(x: &[Wire], y: &[Wire], carry: Wire) -> usize {
    x.iter().zip(y).take_while(|&(&x, &y)| x == carry || y == carry).count()
}

/// The entering carry and each position as runs.
fn runs(builder: &mut Builder, x: &[Wire], y: &[Wire], carry_in: Wire) -> Vec<Run> {
    let mut runs = vec![Run { through: Wire::FALSE, value: carry_in }];
    runs.extend(x.iter().zip(y).map(|(&x, &y)| Run::position(builder, x, y)));
    runs
}

/// The carry of a full adder with one AND gate (Boyar, Peralta and Pochuev 2000).
pub(super) fn majority(builder: &mut Builder, x: Wire, y: Wire, z: Wire) -> Wire {
    // Any of the three can be the pivot, which wins unless both others differ from it. A constant pivot folds.
    let (pivot, first, second) = match (y.is_constant(), z.is_constant()) {
        (_, true) => (z, x, y),
        (true, false) => (y, x, z),
        (false, false) => (x, y, z),
    };
    let first_differs = builder.xor(pivot, first);
    let second_differs = builder.xor(pivot, second);
    let both_differ = builder.and(first_differs, second_differs);
    builder.xor(pivot, both_differ)
}
