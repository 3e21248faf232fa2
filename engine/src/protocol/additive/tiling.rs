//! How products are made of random products: which operands meet locally, and how large tables are cut.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::correlation::{Dimensions, Holders, ProductKind};
use crate::net::PartyIndex;
use crate::protocol::ProductRequest;
use crate::protocol::vector::{Holder, Shape};

/// The largest tile of a table. A tile's random product is made from one chunk's transfers, so this bounds memory;
/// a tile of 256 rows pays 0.4 % more than an endless one, since each tile transfers its column's bits anew.
const TILE_ROWS: usize = 256;
/// See [`TILE_ROWS`].
const TILE_COLUMNS: usize = 64;

/// A request on shapes.
pub(super) struct Plan {
    /// The whole product.
    pub(super) dimensions: Dimensions,
    /// Who holds the result.
    pub(super) holder: Holder,
    /// The interactive parts; none if every holder multiplies by itself.
    pub(super) tiles: Vec<Tile>,
}

/// A part of a product: so many instances, or a rectangle of a single table.
#[derive(Clone, Debug)]
pub(super) struct Tile {
    pub(super) kind: ProductKind,
    pub(super) instances: usize,
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

/// What one party sends another for a tile, as numbers of elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Opening {
    /// Elements of the masked table.
    pub(super) table: usize,
    /// Elements of the masked column.
    pub(super) column: usize,
}

impl Plan {
    /// The plan of a request.
    ///
    /// # Panics
    /// If lengths do not fit.
    pub(super) fn of<S>(request: &ProductRequest<'_, S>, shape: impl Fn(&S) -> Shape) -> Self {
        let (left, right, dimensions) = match request {
            ProductRequest::Elementwise(left, right) => {
                let (left, right) = (shape(left), shape(right));
                assert_eq!(left.length, right.length, "factors of one length");
                (left, right, Dimensions { instances: left.length, rows: 1, columns: 1 })
            }
            ProductRequest::TableColumn { table, column, rows } => {
                let (table, column) = (shape(table), shape(column));
                assert_eq!(table.length, rows * column.length, "a table of {rows} rows for this column");
                (table, column, Dimensions { instances: 1, rows: *rows, columns: column.length })
            }
        };
        match (holders(left.holder), holders(right.holder)) {
            (Some(table), Some(column)) if table == Holders::All || table != column => {
                Self { dimensions, holder: Holder::Shared, tiles: tiles(dimensions, table, column) }
            }
            _ => Self { dimensions, holder: left.holder.join(right.holder), tiles: Vec::new() },
        }
    }

    /// Products of single elements that need interaction.
    pub(super) fn multiplications(&self) -> u64 {
        self.tiles.iter().map(|tile| tile.dimensions().table() as u64).sum()
    }
}

impl Tile {
    pub(super) fn dimensions(&self) -> Dimensions {
        self.kind.times(self.instances)
    }

    /// Elements of the factors of which a party has a part.
    pub(super) fn factors(&self, party: PartyIndex) -> usize {
        let count = |held: bool, elements: usize| if held { elements } else { 0 };
        let (dimensions, ProductKind { table, column, .. }) = (self.dimensions(), self.kind);
        count(table.include(party), dimensions.table()) + count(column.include(party), dimensions.column())
    }

    /// What `from` sends `to`: its masked part of the table if the other has a part of the column, and the other
    /// way round. The holders of one side alone learn the masked other side.
    pub(super) fn opening(&self, from: PartyIndex, to: PartyIndex) -> Opening {
        let ProductKind { table, column, .. } = self.kind;
        let count = |sends: bool, elements: usize| if sends { elements } else { 0 };
        Opening {
            table: count(table.include(from) && column.include(to), self.dimensions().table()),
            column: count(column.include(from) && table.include(to), self.dimensions().column()),
        }
    }

    /// The one party that adds the product of the two masked operands, which it knows both.
    pub(super) fn closer(&self) -> PartyIndex {
        match (self.kind.table, self.kind.column) {
            (Holders::One(party), _) | (Holders::All, Holders::One(party)) => party,
            (Holders::All, Holders::All) => PartyIndex(0),
        }
    }

    /// This tile's part of a table of `columns` columns in all, or of a vector.
    pub(super) fn table_of<R: Copy>(&self, table: &[R], columns: usize) -> Vec<R> {
        if table.len() == self.dimensions().table() {
            return table.to_vec();
        }
        let rows = table.chunks_exact(columns).skip(self.rows.start).take(self.rows.len());
        rows.flat_map(|row| &row[self.columns.clone()]).copied().collect()
    }
}

/// Elements that all tiles' openings have, from one party to another.
pub(super) fn openings(tiles: &[&Tile], parties: usize) -> BTreeMap<(PartyIndex, PartyIndex), usize> {
    let mut elements = BTreeMap::new();
    for tile in tiles {
        for from in (0..parties).map(PartyIndex) {
            for to in (0..parties).map(PartyIndex).filter(|to| *to != from) {
                let Opening { table, column } = tile.opening(from, to);
                if table + column > 0 {
                    *elements.entry((from, to)).or_insert(0) += table + column;
                }
            }
        }
    }
    elements
}

/// Who holds a factor that is not public.
fn holders(holder: Holder) -> Option<Holders> {
    match holder {
        Holder::Everybody => None,
        Holder::Party(party) => Some(Holders::One(party)),
        Holder::Shared => Some(Holders::All),
    }
}

fn tiles(dimensions: Dimensions, table: Holders, column: Holders) -> Vec<Tile> {
    let Dimensions { instances, rows, columns } = dimensions;
    let ranges = |total: usize, step: usize| (0..total).step_by(step).map(move |at| at..total.min(at + step));
    let rectangles = ranges(rows, TILE_ROWS).flat_map(|r| ranges(columns, TILE_COLUMNS).map(move |c| (r.clone(), c)));
    let tiles = rectangles.filter(|_| instances > 0).map(|(rows, columns)| {
        let kind = ProductKind { table, column, rows: rows.len(), columns: columns.len() };
        Tile { kind, instances, rows, columns }
    });
    tiles.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_a_table_once() {
        // The last tile is a single element.
        let (rows, columns) = (2 * TILE_ROWS + 1, 2 * TILE_COLUMNS + 1);
        let dimensions = Dimensions { instances: 1, rows, columns };
        let table: Vec<usize> = (0..rows * columns).collect();
        let mut seen = Vec::new();
        for tile in tiles(dimensions, Holders::All, Holders::All) {
            assert!(tile.kind.rows <= TILE_ROWS && tile.kind.columns <= TILE_COLUMNS);
            seen.extend(tile.table_of(&table, columns));
        }
        seen.sort_unstable();
        assert_eq!(seen, table);
    }
}
