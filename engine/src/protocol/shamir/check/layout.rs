//! How what is to be checked is arranged, and what a check sends.
//!
//! A *unit* is what meets one weight: a term, or 128 of bits. The rows hold a unit of each column. A statement's products are
//! dealt to the rows, each with all its terms in as many columns; or, if there are terms enough for all rows, each product's
//! terms are.

use super::super::told::{coin_cost, open_cost, sum_cost};
use super::Checked;
use crate::crypto::Prg;
use crate::net::Ledger;

/// How a statement is arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A product is in one row.
    Each,
    /// A product's terms are in all rows.
    Sums,
}

/// A statement's place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrangement {
    pub(super) kind: Kind,
    /// Groups of columns of one weight.
    pub(super) groups: usize,
    /// Columns of each group.
    pub(super) width: usize,
    /// Units that are products, and terms of each.
    pub(super) gates: usize,
    pub(super) terms: usize,
}

impl Arrangement {
    /// Which term of which product is in a row and a column; none beyond the last.
    pub(super) fn term(&self, row: usize, column: usize) -> Option<(usize, usize)> {
        let (group, column) = (column / self.width, column % self.width);
        let (gate, term) = match self.kind {
            Kind::Each => (row * self.groups + group, column),
            Kind::Sums => (group, row * self.width + column),
        };
        (gate < self.gates && term < self.terms).then_some((gate, term))
    }
}

/// The arrangement of a record.
#[derive(Clone, Debug)]
pub(in crate::protocol::shamir) struct Layout {
    pub(super) variables: usize,
    pub(super) arrangements: Vec<Arrangement>,
    lanes: usize,
}

impl Layout {
    /// Of statements of so many words of products, of so many terms each.
    pub(super) fn of<C: Checked>(shapes: &[(usize, usize)]) -> Self {
        let units: Vec<(usize, usize)> =
            shapes.iter().map(|(gates, terms)| (gates.div_ceil(C::UNIT), *terms)).collect();
        let all: usize = units.iter().map(|(gates, terms)| gates * terms).sum();
        let variables = (all.max(1).ilog2() as usize / 2).min(C::MOST_VARIABLES);
        let rows = 1 << variables;
        let arrangement = |(gates, terms): (usize, usize)| {
            let (kind, groups, width) = if variables > 0 && terms >= rows {
                (Kind::Sums, gates, terms.div_ceil(rows))
            } else {
                (Kind::Each, gates.div_ceil(rows), terms)
            };
            Arrangement { kind, groups, width, gates, terms }
        };
        Self { variables, arrangements: units.into_iter().map(arrangement).collect(), lanes: C::LANES }
    }

    pub(super) fn rows(&self) -> usize {
        1 << self.variables
    }

    /// Points of the grid `{0, 1, infinity}^variables`.
    pub(super) fn points(&self) -> usize {
        3_usize.pow(self.variables as u32)
    }

    /// Whether there are products whose terms are in all rows.
    pub(super) fn has_sums(&self) -> bool {
        self.arrangements.iter().any(|arrangement| arrangement.kind == Kind::Sums)
    }

    /// Inner products that are computed at once.
    fn computed(&self) -> usize {
        self.points() - self.rows() + if self.has_sums() { self.rows() - 1 } else { 0 }
    }

    fn columns(&self) -> usize {
        self.arrangements.iter().map(|arrangement| arrangement.groups * arrangement.width).sum()
    }

    /// Elements of a vector after the rows were folded: a power of two, since it is halved.
    pub(super) fn folded(&self) -> usize {
        (self.columns() * self.lanes).next_power_of_two()
    }

    /// Weights of all groups, by statement.
    pub(super) fn weights<C: Checked>(&self, coin: &mut Prg) -> Vec<Vec<C::Large>> {
        let mut draw = |arrangement: &Arrangement| (0..arrangement.groups).map(|_| C::challenge(coin)).collect();
        self.arrangements.iter().map(&mut draw).collect()
    }

    /// Bytes at work: two folded vectors and as much for their halves.
    pub(in crate::protocol::shamir) fn working_bytes<C: Checked>(&self, degree: usize) -> usize {
        let element = C::SIZE * size_of::<C>();
        4 * degree * self.folded() * element + 2 * self.points() * element
    }
}

/// The messages of a check of statements of such shapes, but for the first comparison of what was told.
pub(in crate::protocol::shamir) fn verify_cost<C: Checked>(
    ledger: &mut Ledger,
    degree: usize,
    shapes: &[(usize, usize)],
    mut compare: impl FnMut(&mut Ledger),
) {
    let layout = Layout::of::<C>(shapes);
    let reduce = |ledger: &mut Ledger, count: usize| sum_cost(ledger, count * C::SIZE, size_of::<C>());
    coin_cost(ledger, degree);
    reduce(ledger, layout.computed());
    coin_cost(ledger, degree);
    // The halvings, and the mask.
    for _ in 0..=layout.folded().ilog2() {
        reduce(ledger, 2);
        coin_cost(ledger, degree);
    }
    compare(ledger);
    open_cost(ledger, degree, 3 * C::SIZE, size_of::<C>());
}

/// Bytes at work in a check.
pub(in crate::protocol::shamir) fn working_bytes<C: Checked>(degree: usize, shapes: &[(usize, usize)]) -> usize {
    Layout::of::<C>(shapes).working_bytes::<C>(degree)
}
