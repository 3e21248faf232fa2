//! Columns of equal length, in the order in which they were asked for.

use crate::column::Column;

/// One or more columns of equal length.
#[derive(Clone, Debug)]
pub struct Table {
    rows: usize,
    columns: Vec<Column>,
}

impl Table {
    /// Panics if the lengths differ: a reader of tables that produces such columns is wrong.
    pub(crate) fn new(columns: Vec<Column>) -> Self {
        let rows = columns.first().map_or(0, Column::len);
        assert!(columns.iter().all(|column| column.len() == rows), "the columns of a table have equal lengths");
        Self { rows, columns }
    }

    /// How many rows every column has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The columns in the order of the source: for `FILE.csv:b,a` first b, then a.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The columns by value.
    pub fn into_columns(self) -> Vec<Column> {
        self.columns
    }
}
