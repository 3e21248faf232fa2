//! Sums of several words mod 2^n, as [`integer::sum()`], but with an eye to constants and to terms that come late.
//!
//! A round adds a constant, which costs an AND gate less if it takes part last, and it starts from words of which one
//! comes much later than the others: they can be added up in the meantime.

use std::cmp::Reverse;
use std::mem::take;

use crate::boolean::{Bits, Builder, Shape, Wire, integer};

/// The sum of the terms, of which there is at least one, mod 2^n, where n is the width of all terms.
///
/// `FewAnds`: at most n - 1 AND gates for each term beyond the first, all constants together being one term.
/// `FewRounds`: [`carry_save`] and a parallel-prefix adder, n - 1 AND gates for each term beyond the second and one
/// addition of depth lg n.
pub(super) fn sum(builder: &mut Builder, terms: &[Bits], shape: Shape) -> Bits {
    match shape {
        Shape::FewAnds => ripple(builder, terms),
        Shape::FewRounds => {
            let [x, y] = carry_save(builder, terms);
            integer::add(builder, &x, &y, shape)
        }
    }
}

/// Two terms of the same sum. As in the three-greedy scheme of Stelling, Martel, Oklobdzija and Ravi ("Optimal circuits
/// for parallel multipliers", 1998), what is known early is added up while the rest is still being computed: two
/// terms that come one level apart make the result one level later than the last.
pub(super) fn carry_save(builder: &mut Builder, terms: &[Bits]) -> [Bits; 2] {
    let mut terms = terms.to_vec();
    while terms.len() > 2 {
        terms.sort_by_key(|term| Reverse(term.iter().map(|wire| builder.and_depth(wire)).max()));
        let earliest = terms.split_off(terms.len() - 3);
        let bits = earliest[0].iter().zip(earliest[1].iter()).zip(earliest[2].iter());
        let (sums, carries): (Vec<_>, Vec<_>) = bits.map(|((x, y), z)| full_adder(builder, x, y, z)).unzip();
        terms.extend([sums.into(), integer::shift_left(&carries.into(), 1)]);
    }
    let zero = Bits::constant(0, terms[0].width());
    terms.resize(2, zero);
    let [x, y] = <[Bits; 2]>::try_from(terms).expect("two terms");
    [x, y]
}

/// The sum from the lowest column up, all carries of a column taking part in the next.
fn ripple(builder: &mut Builder, terms: &[Bits]) -> Bits {
    let mut carries = Vec::new();
    // How many times 2^bit the constants below amount to.
    let mut ones = 0;
    (0..terms[0].width())
        .map(|bit| {
            let mut column: Vec<Wire> = take(&mut carries);
            column.extend(terms.iter().map(|term| term[bit]));
            ones += column.iter().filter(|&&wire| wire == Wire::TRUE).count();
            column.retain(|wire| !wire.is_constant());
            // The constant comes last, when it may meet a single bit: their sum is free, and so is their carry.
            if ones % 2 == 1 {
                column.insert(0, Wire::TRUE);
            }
            ones /= 2;
            add_up(builder, column, &mut carries)
        })
        .collect()
}

/// The sum of the bits mod 2, and their carries.
fn add_up(builder: &mut Builder, mut column: Vec<Wire>, carries: &mut Vec<Wire>) -> Wire {
    while column.len() > 1 {
        let [x, y, z] = [column.pop(), column.pop(), column.pop()].map(|wire| wire.unwrap_or(Wire::FALSE));
        let (sum, carry) = full_adder(builder, x, y, z);
        column.push(sum);
        carries.push(carry);
    }
    column.pop().unwrap_or(Wire::FALSE)
}

/// Sum and carry of three bits for one AND gate, and for none if two of them are constant.
fn full_adder(builder: &mut Builder, x: Wire, y: Wire, z: Wire) -> (Wire, Wire) {
    let x_differs = builder.xor(x, z);
    let y_differs = builder.xor(y, z);
    let both_differ = builder.and(x_differs, y_differs);
    (builder.xor(x_differs, y), builder.xor(both_differ, z))
}
