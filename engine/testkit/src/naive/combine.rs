//! Operations on whole values: members combined, vectors cut and joined, bits and circuits.

use ethnum::I256;
use quorate_circuits::boolean::Shape;
use quorate_circuits::program::{CircuitSource, Reduction};

use super::Array;

/// The members' values as one.
pub(super) fn reduced(reduction: Reduction, members: &[&Array]) -> Array {
    let decimals = members.iter().map(|m| m.decimals()).max().unwrap_or(0);
    let members: Vec<Array> = members.iter().map(|m| m.with_decimals(decimals)).collect();
    let at = |position: usize| {
        let numbers = members.iter().map(|m| m.numbers()[position]);
        match reduction {
            Reduction::Sum => numbers.fold(I256::ZERO, |sum, n| sum + n),
            Reduction::Min => numbers.min().expect("a member"),
            Reduction::Max => numbers.max().expect("a member"),
        }
    };
    Array::exact(members[0].lengths.clone(), decimals, (0..members[0].numbers().len()).map(at).collect())
}

/// A vector cut into pieces of these widths.
pub(super) fn pieces(whole: &Array, widths: &[usize]) -> Vec<Array> {
    let mut from = 0;
    let mut piece = |width: &usize| {
        from += width;
        whole.slice(from - width, from)
    };
    widths.iter().map(&mut piece).collect()
}

/// Vectors end to end.
pub(super) fn joined(vectors: &[&Array]) -> Array {
    let decimals = vectors.iter().map(|v| v.decimals()).max().unwrap_or(0);
    let numbers: Vec<I256> = vectors.iter().flat_map(|v| v.with_decimals(decimals).numbers().to_vec()).collect();
    Array::exact(vec![numbers.len()], decimals, numbers)
}

/// The bits of each number, in two's complement, least significant first.
pub(super) fn bits(x: &Array, width: usize) -> Array {
    let power = |bit: usize| I256::ONE << bit;
    let of = |number: &I256| -> Vec<I256> {
        (0..width).map(|bit| number.div_euclid(power(bit)).rem_euclid(I256::from(2))).collect()
    };
    let lengths = x.lengths.iter().copied().chain([width]).collect();
    Array::exact(lengths, 0, x.numbers().iter().flat_map(of).collect())
}

/// The number of the bits along the last dimension.
pub(super) fn number(bits: &Array, signed: bool) -> Array {
    let (width, lengths) = bits.lengths.split_last().expect("a vector of bits");
    let weight = |bit: usize| if signed && bit + 1 == *width { -(I256::ONE << bit) } else { I256::ONE << bit };
    let of = |bits: &[I256]| bits.iter().enumerate().fold(I256::ZERO, |sum, (bit, on)| sum + *on * weight(bit));
    Array::exact(lengths.to_vec(), 0, bits.numbers().chunks(*width).map(of).collect())
}

/// A circuit on vectors of bits.
pub(super) fn circuit(source: &CircuitSource, operands: &[&Array]) -> Array {
    let wires: Vec<u64> = operands.iter().flat_map(|o| o.numbers().iter().map(|bit| bit.as_u64())).collect();
    let outputs = source.circuit(Shape::FewAnds).evaluate(&wires);
    Array::exact(vec![outputs.len()], 0, outputs.iter().map(|wire| I256::from(wire & 1)).collect())
}
