//! Carry-save addition: columns of bits down to two rows of the same sum.
//!
//! A column holds the bits that count one power of two. A full adder leaves the sum of three of them in the column
//! and carries a bit to the next, for one AND gate; carries out of the last column vanish. XOR has no AND depth, so
//! the sum stays as deep as its operands and can go into the next full adder of the same layer: a layer takes a
//! column of h bits down to one or two and sends about h / 2 on. In hardware, where the sum is the slow output, a
//! layer only takes off a third (Wallace 1964, Dadda 1965).

use super::super::{Bits, Builder, Wire};
use super::carry::majority;

/// The fewest AND gates: from the lowest column up, all carries of a column taking part in the next.
pub(super) fn by_columns(builder: &mut Builder, columns: Vec<Vec<Wire>>) -> (Bits, Bits) {
    let mut reduced = Vec::with_capacity(columns.len());
    let mut carries = Vec::new();
    for mut column in columns {
        column.append(&mut carries);
        add_threes(builder, &mut column, &mut carries);
        reduced.push(column);
    }
    rows(&reduced)
}

/// The fewest layers: every column takes part in every layer, without the carries that arise in it.
///
/// Full adders alone could send one last carry through column after column. As in Dadda's scheme there is a height
/// that every column must come down to, layer by layer 2 from 3 from 5 from 9, and so on, and a half adder where
/// full adders miss it. The height h is always reached: a column of up to 2h - 1 bits can come down to one, and at most
/// h - 1 carries arrive there.
pub(super) fn by_layers(builder: &mut Builder, mut columns: Vec<Vec<Wire>>) -> (Bits, Bits) {
    let tallest = |columns: &[Vec<Wire>]| columns.iter().map(Vec::len).max().unwrap_or(0);
    while tallest(&columns) > 2 {
        let mut height = 2;
        while 2 * height - 1 < tallest(&columns) {
            height = 2 * height - 1;
        }
        columns = layer(builder, columns, height);
    }
    rows(&columns)
}

/// One layer, after which no column has more than `height` bits.
fn layer(builder: &mut Builder, columns: Vec<Vec<Wire>>, height: usize) -> Vec<Vec<Wire>> {
    let mut reduced = Vec::with_capacity(columns.len());
    let mut arriving = Vec::new();
    // Whether this column and those below have one bit each, which is then a bit of the sum.
    let mut settled = true;
    let mut columns = columns.into_iter().peekable();
    while let Some(mut column) = columns.next() {
        let mut carries = Vec::new();
        add_threes(builder, &mut column, &mut carries);
        let too_high = column.len() + arriving.len() > height;
        // A half adder right above what is settled is one that the final adder does not need. It must not raise the
        // next column above its neighbours, or the extra bit would run through all of them, a half adder at a time.
        let alone = carries.is_empty() || columns.peek().is_some_and(Vec::is_empty);
        let settles = settled && arriving.is_empty() && alone;
        if let (true, &[x, y]) = (too_high || settles, column.as_slice()) {
            carries.push(builder.and(x, y));
            column = vec![builder.xor(x, y)];
        }
        column.append(&mut arriving);
        settled &= column.len() < 2;
        arriving = carries;
        reduced.push(column);
    }
    reduced
}

/// Full adders until one or two bits of the column are left.
fn add_threes(builder: &mut Builder, column: &mut Vec<Wire>, carries: &mut Vec<Wire>) {
    while let &[.., x, y, z] = column.as_slice() {
        carries.push(majority(builder, x, y, z));
        let half = builder.xor(x, y);
        column.truncate(column.len() - 3);
        column.push(builder.xor(half, z));
    }
}

/// The first and the second bit of each column.
fn rows(columns: &[Vec<Wire>]) -> (Bits, Bits) {
    let row = |place: usize| columns.iter().map(|column| column.get(place).copied().unwrap_or(Wire::FALSE)).collect();
    (row(0), row(1))
}
