//! How the terms of equations are arranged for their proof, and how long its messages get.

use std::collections::BTreeMap;

use quorate_kernels::interpolation::Lanes;

use super::field::Field;
use crate::crypto::Block;

/// Terms of all three provers together after which proofs are due.
pub(in crate::protocol::replicated) const FULL: usize = 3 << 18;
/// Random sums of equations that are proven: the chance that all of them hide a wrong one is 2^-80.
pub(super) const SUMS: usize = 80;
/// Random sums of quotients that are opened: the chance that all of them hide a large one is 2^-128.
pub(super) const PROJECTIONS: usize = 128;
/// Bits of a mask of these.
pub(super) const MASK_BITS: usize = 186;
/// Bits of what is opened.
pub(super) const OPENED_BITS: usize = MASK_BITS + 2;
/// Rows at most, a power of two.
pub(super) const MOST_ROWS: usize = 8;
/// From so many terms on, an equation has some in every row.
const LONG: usize = 64;

/// How many equations a prover has to prove, by their number of terms.
pub(in crate::protocol::replicated) type Shapes = BTreeMap<usize, usize>;

/// The arrangement of equations of as many terms each: rows of groups of columns, a group for each equation.
#[derive(Clone, Copy, Debug)]
pub(in crate::protocol::replicated) struct Layout {
    equations: usize,
    terms: usize,
    rows: usize,
    /// Whether each equation's terms are in all rows; otherwise each equation is in one.
    pub(super) is_spread: bool,
    pub(super) groups: usize,
    /// Columns of a group.
    pub(super) width: usize,
}

impl Layout {
    /// Of so many equations, one at least, of so many terms.
    pub(in crate::protocol::replicated) fn of(equations: usize, terms: usize) -> Self {
        let all = (equations * terms).max(1);
        let rows = (1 << ((all.ilog2() as usize).saturating_sub(6) / 2)).min(MOST_ROWS);
        let is_spread = terms >= LONG;
        let (groups, width) =
            if is_spread { (equations, terms.div_ceil(rows)) } else { (equations.div_ceil(rows), terms) };
        Self { equations, terms, rows, is_spread, groups, width }
    }

    pub(super) fn rows(self) -> usize {
        self.rows
    }

    pub(super) fn columns(self) -> usize {
        self.groups * self.width
    }

    /// Rows whose equations are summed each by itself.
    pub(super) fn equation_rows(self) -> usize {
        if self.is_spread { 1 } else { self.rows() }
    }

    /// What is known of a row's equations, of all that are known.
    pub(super) fn equations_of(self, row: usize, known: &[u64]) -> &[u64] {
        let end = known.len().min((row + 1) * self.groups);
        &known[end.min(row * self.groups)..end]
    }

    /// So many columns of a row, if they stand in the factors as they are.
    pub(super) fn run(self, factors: &[u64], row: usize, first: usize, count: usize) -> Option<&[u64]> {
        let from = row * self.columns() + first;
        if self.is_spread { None } else { factors.get(from..from + count) }
    }

    /// Columns of a row from the first of them on, of the factors of all terms; zeros where there is none.
    pub(super) fn fill(self, factors: &[u64], row: usize, first: usize, to: &mut [u64]) {
        if !self.is_spread {
            let from = (row * self.columns() + first).min(factors.len());
            let count = to.len().min(factors.len() - from);
            to[..count].copy_from_slice(&factors[from..][..count]);
            return to[count..].fill(0);
        }
        let mut done = 0;
        while done < to.len() {
            let (group, column) = ((first + done) / self.width, (first + done) % self.width);
            let run = (self.width - column).min(to.len() - done);
            let term = (row * self.width + column).min(self.terms);
            let count = if group < self.equations { run.min(self.terms - term) } else { 0 };
            to[done..][..count].copy_from_slice(&factors[(group * self.terms + term).min(factors.len())..][..count]);
            to[done + count..done + run].fill(0);
            done += run;
        }
    }

    /// Points that determine products of polynomials through the rows.
    pub(super) fn points(self) -> usize {
        2 * self.rows - 1
    }

    /// Sums of equations that are proven.
    pub(super) fn quotients(self) -> usize {
        self.equation_rows() * SUMS
    }

    /// Elements of a vector after the rows were folded: a power of two, since it is halved.
    pub(super) fn folded(self) -> usize {
        self.columns().next_power_of_two()
    }

    /// How often it is halved.
    pub(super) fn halvings(self) -> usize {
        self.folded().ilog2() as usize
    }

    /// Challenges of a proof: for quotients and weights, for the rows, for each halving, for the mask.
    pub(super) fn challenges(self) -> usize {
        self.halvings() + 3
    }

    /// Elements of a proof after the quotients: the mask's product and the grid without its first point.
    pub(super) fn grid_elements(self) -> usize {
        self.points()
    }

    /// Elements of a proof: the quotients, the grid's, two for each halving and for the mask.
    pub(super) fn elements(self) -> usize {
        self.quotients() + self.grid_elements() + 2 * (self.halvings() + 1)
    }

    /// Bytes that the prover sends to the party after it.
    pub(in crate::protocol::replicated) fn proof_bytes(self) -> usize {
        self.elements() * Field::BYTES
    }

    /// Bytes that it sends to the party before it.
    pub(in crate::protocol::replicated) fn challenge_bytes(self) -> usize {
        self.challenges() * Block::BYTES
    }

    /// Bytes that one verifier tells the other.
    pub(in crate::protocol::replicated) fn answer_bytes() -> usize {
        (2 + PROJECTIONS) * Field::BYTES
    }

    /// Bytes at work, whatever part a party plays: two folded vectors and the weights, and the grid's rows in pieces.
    pub(in crate::protocol::replicated) fn working_bytes(self) -> usize {
        (2 * self.folded() + self.groups + self.elements()) * Field::BYTES
            + 2 * super::grid::TERMS * self.rows * size_of::<Lanes>()
    }
}
