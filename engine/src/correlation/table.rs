//! Tables times columns, on plain elements of a ring.

use super::RingElement;
use super::secret::SecretVec;

/// So many independent products of a table with a column. An element-wise product of vectors is the case of
/// one row and one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimensions {
    /// Independent products.
    pub instances: usize,
    /// Rows of each table.
    pub rows: usize,
    /// Columns of each table: elements of each column vector.
    pub columns: usize,
}

impl Dimensions {
    /// Elements of all tables.
    pub const fn table(self) -> usize {
        self.instances * self.rows * self.columns
    }

    /// Elements of all column vectors.
    pub const fn column(self) -> usize {
        self.instances * self.columns
    }

    /// Elements of all results.
    pub const fn results(self) -> usize {
        self.instances * self.rows
    }
}

/// Adds every table (row by row) times its column to `results`.
pub fn add_products<R: RingElement>(results: &mut [R], table: &[R], column: &[R], dimensions: Dimensions) {
    let Dimensions { rows, columns, .. } = dimensions;
    if (rows, columns) == (1, 1) {
        let products = table.iter().zip(column);
        results.iter_mut().zip(products).for_each(|(result, (entry, factor))| *result += *entry * *factor);
        return;
    }
    let products = table.chunks_exact(rows * columns).zip(column.chunks_exact(columns));
    for ((table, column), results) in products.zip(results.chunks_exact_mut(rows)) {
        R::add_products(results, table, &[column]);
    }
}

/// The tables column by column.
pub(super) fn by_columns<R: RingElement>(table: &[R], dimensions: Dimensions) -> SecretVec<R> {
    let Dimensions { rows, columns, .. } = dimensions;
    let mut turned = SecretVec::zeros(table.len());
    let pairs = table.chunks_exact(rows * columns).zip(turned.chunks_exact_mut(rows * columns));
    for (table, turned) in pairs {
        for (c, turned) in turned.chunks_exact_mut(rows).enumerate() {
            for (row, entry) in table.chunks_exact(columns).zip(turned) {
                *entry = row[c];
            }
        }
    }
    turned
}
