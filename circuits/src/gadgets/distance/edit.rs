//! Edit distance.
//!
//! The table of the distances D(i, j) of the first i symbols of one string and the first j of the other (Wagner and
//! Fischer 1974) is computed by its differences alone: a step to a neighbour changes D by -1, 0 or 1, and a step along
//! the diagonal by 0 or 1 (Ukkonen 1985; for words of bits, Myers 1999). So a cell is a few gates on single bits
//! whatever the lengths, and the distance is the number of ones along a diagonal.

use crate::boolean::integer::{Columns, equal};
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire};

/// The Levenshtein distance of two strings: the fewest insertions, deletions and replacements of a symbol that make
/// one the other. In as many bits as the longer length needs; the lengths are public.
///
/// For symbols of k bits, a cell takes k - 1 AND gates to compare them, and for `FewAnds` 4 more; for `FewRounds` 6,
/// and each of the n + m - 1 steps through the table has depth 2 instead of 3. Two strings of n symbols have about
/// 3n²/4 cells, as those too far off the diagonal are left out: 184 of 256 for 16 symbols. If those are bytes, that is
/// 1,933 AND gates for `FewAnds`, and 2,173 in depth 63 for `FewRounds`.
///
/// # Panics
/// If symbols have different widths.
pub fn edit_distance(builder: &mut Builder, x: &[Bits], y: &[Bits], shape: Shape) -> Bits {
    let longer = x.len().max(y.len());
    let out_width = (usize::BITS - longer.leading_zeros()) as usize;
    let mut distance = Columns::new(out_width, shape);
    // The diagonal of the last cell begins where one string has used up as many symbols more than the other.
    let difference = Bits::constant(x.len().abs_diff(y.len()) as u128, out_width);
    distance.add(builder, 0, &difference, Signedness::Unsigned);

    // From D(i - 1, j - 1) to D(i - 1, j), for each j. Outside the band, a rise keeps paths from coming from there.
    let mut above = vec![Change::RISE; y.len()];
    for (row, x_symbol) in x.iter().enumerate() {
        let mut left = Change::RISE;
        for column in band(row, x.len(), y.len()) {
            let same = equal(builder, x_symbol, &y[column]);
            let cell = Cell { differ: builder.not(same), above: above[column], left };
            let diagonal;
            (diagonal, above[column], left) = cell.changes(builder, shape);
            if column + x.len() == row + y.len() {
                distance.add_bit(0, diagonal);
            }
        }
    }
    distance.total(builder)
}

/// The columns of a row that some shortest way through the table may need.
///
/// A way that leaves the diagonals between those of the first and of the last cell by e diagonals takes 2e steps to
/// neighbours besides as many as the lengths differ, and each costs 1. It can be left out if that is the longer length
/// or more, as a way that stays within those diagonals costs no more than the longer length.
fn band(row: usize, rows: usize, columns: usize) -> std::ops::Range<usize> {
    let slack = (rows.min(columns)).saturating_sub(1) / 2;
    let start = row.saturating_sub(slack + rows.saturating_sub(columns));
    let end = row + slack + columns.saturating_sub(rows) + 1;
    start..end.min(columns)
}

/// What a step to a neighbour does to the distance; at most one is true.
#[derive(Clone, Copy)]
struct Change {
    /// It is 1 more.
    rises: Wire,
    /// It is 1 less.
    falls: Wire,
}

impl Change {
    const RISE: Self = Self { rises: Wire::TRUE, falls: Wire::FALSE };
}

/// What determines a cell (i, j).
struct Cell {
    /// Whether symbol i of one string and symbol j of the other differ.
    differ: Wire,
    /// From D(i - 1, j - 1) to D(i - 1, j).
    above: Change,
    /// From D(i - 1, j - 1) to D(i, j - 1).
    left: Change,
}

impl Cell {
    /// Whether D(i, j) is 1 more than D(i - 1, j - 1) and not the same; the change from D(i, j - 1) to it, and from
    /// D(i - 1, j).
    fn changes(&self, builder: &mut Builder, shape: Shape) -> (Wire, Change, Change) {
        let (above_holds, left_holds) = (builder.not(self.above.falls), builder.not(self.left.falls));
        // It is the same if the symbols are, or if a neighbour is 1 less: the step from there costs 1.
        let differ_and_above = builder.and(self.differ, above_holds);
        let diagonal = builder.and(differ_and_above, left_holds);
        match shape {
            Shape::FewAnds => {
                let mut minus = |change: Change| {
                    // Where the change falls, the diagonal is 0.
                    let both = builder.and(diagonal, change.rises);
                    let rest = builder.xor(diagonal, both);
                    Change { rises: builder.xor(change.falls, rest), falls: builder.xor(change.rises, both) }
                };
                (diagonal, minus(self.left), minus(self.above))
            }
            Shape::FewRounds => {
                let differ_and_left = builder.and(self.differ, left_holds);
                // As above, of a diagonal that does not regard the change itself, and so is known earlier.
                let mut minus = |diagonal: Wire, change: Change| {
                    let both = builder.and(diagonal, change.rises);
                    let holds = builder.not(change.falls);
                    let regarded = builder.and(diagonal, holds);
                    let rest = builder.xor(regarded, both);
                    Change { rises: builder.xor(change.falls, rest), falls: builder.xor(change.rises, both) }
                };
                (diagonal, minus(differ_and_above, self.left), minus(differ_and_left, self.above))
            }
        }
    }
}
