//! Reading at a secret position.

use super::super::{Bits, Builder, Shape, Wire};
use super::{and, is_zero, one_hot, select, xor};

/// The element of `table` at `index`, which is a natural number; all zeros for an index beyond the table.
///
/// A table of n = 2^k secret elements of w bits, for an index of k bits:
/// - `FewAnds`: a tree of (n - 1) w selections, depth k;
/// - `FewRounds`: 2^k - k - 1 AND gates more for a one-hot code of the index, depth lg k + 1, from k = 3 on.
///
/// A public table (constants) costs much less. With a one-hot code of a low part of the index, XOR alone looks up all
/// elements that may be meant, for any w; what the other part selects among those is looked up as above. The best
/// parts are taken: `FewAnds`, at most 2^a - a - 1 + (2^(k - a) - 1) w AND gates for the best a, depth lg a + k - a;
/// `FewRounds`, a one-hot code of the other part as well, depth at most lg k + 1. Constants fold further.
///
/// For other n, elements that are not there count as zeros, for up to k w AND gates more; an index of more bits than k
/// adds w AND gates, and one for each of the bits.
///
/// # Panics
/// If there are no elements, or their widths differ.
pub fn lookup(builder: &mut Builder, table: &[Bits], index: &Bits, shape: Shape) -> Bits {
    let width = table.first().expect("a table has an element").width();
    assert!(table.iter().all(|element| element.width() == width), "elements of one width");
    // The bits that can choose an element; the others must be 0.
    let address_width = (table.len().next_power_of_two().ilog2() as usize).min(index.width());
    let address = index.truncate(address_width);
    let table = &table[..table.len().min(1 << address_width)];

    let element = if table.iter().flat_map(Bits::iter).all(Wire::is_constant) {
        in_public(builder, table, &address, shape)
    } else {
        in_secret(builder, table, &address, shape)
    };
    let beyond: Bits = index.iter().skip(address_width).collect();
    let within = is_zero(builder, &beyond);
    element.iter().map(|bit| builder.and(within, bit)).collect()
}

/// The element at `address`, or zeros.
fn in_secret(builder: &mut Builder, table: &[Bits], address: &Bits, shape: Shape) -> Bits {
    match shape {
        // A code for up to four positions is no less deep than the tree.
        Shape::FewRounds if address.width() > 2 => by_code(builder, table, address),
        _ => by_tree(builder, table, address),
    }
}

/// A selection for each pair, bit by bit.
fn by_tree(builder: &mut Builder, table: &[Bits], address: &Bits) -> Bits {
    let zeros = Bits::constant(0, table[0].width());
    let mut level = table.to_vec();
    for bit in address.iter() {
        level = level.chunks(2).map(|pair| select(builder, bit, pair.get(1).unwrap_or(&zeros), &pair[0])).collect();
    }
    level.swap_remove(0)
}

/// The sum of all elements times the bits of a one-hot code of the address.
fn by_code(builder: &mut Builder, table: &[Bits], address: &Bits) -> Bits {
    let code = one_hot(builder, address, table.len());
    // If every address has an element, the bits of the code add up to 1: an element is free if it is taken out of all.
    let whole = table.len() == 1 << address.width();
    let common = if whole { table[0].clone() } else { Bits::constant(0, table[0].width()) };
    table.iter().zip(code.iter()).fold(common.clone(), |sum, (element, here)| {
        let difference = xor(builder, element, &common);
        let change = and(builder, &vec![here; common.width()].into(), &difference);
        xor(builder, &sum, &change)
    })
}

/// The element at `address` of constants, or zeros.
fn in_public(builder: &mut Builder, table: &[Bits], address: &Bits, shape: Shape) -> Bits {
    let coded = coded_bits(address.width(), table[0].width(), shape);
    let low = address.truncate(coded);
    let high: Bits = address.iter().skip(coded).collect();
    let code = one_hot(builder, &low, 1 << coded);
    let rows: Vec<Bits> = table.chunks(1 << coded).map(|row| by_public_code(builder, row, &code)).collect();
    match shape {
        // The code is ready when the rows are.
        Shape::FewRounds if high.width() > 1 => by_code(builder, &rows, &high),
        _ => by_tree(builder, &rows, &high),
    }
}

/// The constant at the position of the code: no AND gate.
fn by_public_code(builder: &mut Builder, table: &[Bits], code: &Bits) -> Bits {
    (0..table[0].width())
        .map(|bit| {
            let places = table.iter().zip(code.iter()).filter(|(element, _)| element[bit] == Wire::TRUE);
            places.fold(Wire::FALSE, |sum, (_, here)| builder.xor(sum, here))
        })
        .collect()
}

/// Of how many address bits to make a code for the fewest AND gates.
fn coded_bits(address_width: usize, width: usize, shape: Shape) -> usize {
    let code_gates = |bits: usize| (1usize << bits) - bits - 1;
    let gates = |&coded: &usize| {
        let rest = address_width - coded;
        let rest_code = if shape == Shape::FewRounds && rest > 1 { code_gates(rest) } else { 0 };
        code_gates(coded) + ((1 << rest) - 1) * width + rest_code
    };
    (0..=address_width).min_by_key(gates).unwrap_or(0)
}
