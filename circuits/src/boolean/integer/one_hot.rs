//! Indices as one-hot codes.

use super::super::{Bits, Builder, Wire};
use super::compare::is_zero;

/// One bit for each of so many positions: 1 at position `index`, 0 elsewhere. An `index` from `positions` on has no
/// position, and all bits are 0.
///
/// For an index of k bits, 2^k positions cost 2^k - k - 1 AND gates, the fewest possible, as they span the products
/// of two and more index bits; n < 2^k positions cost at most n + 2 sqrt n. The depth is lg k, the best of both shapes.
pub fn one_hot(builder: &mut Builder, index: &Bits, positions: usize) -> Bits {
    let mut code = code(builder, index.wires(), positions.min(codes(index.width())));
    code.resize(positions, Wire::FALSE);
    code.into()
}

/// 2^width, or the largest number there is.
fn codes(width: usize) -> usize {
    u32::try_from(width).ok().and_then(|width| 1usize.checked_shl(width)).unwrap_or(usize::MAX)
}

/// The positions as a matrix: the rows are a one-hot code of the high half of the index, the columns of the low half,
/// and an entry is the product of its row and its column.
///
/// The entries of a row add up to the row, so the last one of a whole row is free; so is the last row of a whole
/// matrix, as the columns add up too.
fn code(builder: &mut Builder, index: &[Wire], positions: usize) -> Vec<Wire> {
    match (index, positions) {
        (_, 0) => return Vec::new(),
        (_, 1) => return vec![is_zero(builder, &index.to_vec().into())],
        (&[bit], _) => return vec![builder.not(bit), bit],
        _ => {}
    }
    let (low, high) = index.split_at(index.len() / 2);
    let columns = codes(low.len());
    // Where all rows are needed, the last one is free if it is whole.
    let whole = positions > codes(index.len()) - columns;
    let wanted = positions;
    let positions = if whole { codes(index.len()) } else { positions };
    let column_codes = code(builder, low, positions.min(columns));
    let row_codes = code(builder, high, positions.div_ceil(columns));

    let mut column_rests = column_codes.clone();
    let mut entries = Vec::with_capacity(positions);
    for (row, &row_code) in row_codes.iter().enumerate() {
        let mut row_rest = row_code;
        for column in 0..columns.min(positions - row * columns) {
            let entry = if whole && row + 1 == row_codes.len() {
                column_rests[column]
            } else if column + 1 == columns {
                row_rest
            } else {
                builder.and(row_code, column_codes[column])
            };
            row_rest = builder.xor(row_rest, entry);
            column_rests[column] = builder.xor(column_rests[column], entry);
            entries.push(entry);
        }
    }
    entries.truncate(wanted);
    entries
}
