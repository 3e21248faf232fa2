//! The first step of a check: rows are the values of polynomials of degree 1 in each variable at `{0, 1}^v`, and their inner
//! products, of degree 2, are determined by the grid `{0, 1, infinity}^v`, where "infinity" stands for the highest
//! coefficient. What the rows are there are differences of rows.

use super::super::keys::Reading;
use super::layout::{Arrangement, Kind, Layout};
use super::{Checked, Statement, Wide};
use crate::correlation::SecretVec;
use crate::galois::{Elements, GaloisRing};
use crate::protocol::grid::{extend, row_points};

/// Columns at a time: the grid's rows of so many stay in the cache.
const PIECE: usize = 8;

/// My addends of the inner products, by point.
pub(super) struct InnerProducts<L: bytemuck::Pod> {
    /// Of all columns; where rows are, of none.
    pub(super) all: SecretVec<L>,
    /// Where rows are, of the columns of products whose terms are in all rows.
    pub(super) sums: SecretVec<L>,
}

/// Columns of a statement that are looked at together.
struct Piece<'a, C: Checked> {
    statement: &'a Statement<C>,
    arrangement: &'a Arrangement,
    first: usize,
    count: usize,
}

impl<C: Checked> Piece<'_, C> {
    /// The group of a column.
    fn group(&self, column: usize) -> usize {
        (self.first + column) / self.arrangement.width
    }

    /// Puts each column's unit of a row to its place, from a plane of left or right factors.
    fn gather(&self, plane: &[C], row: usize, of_right: bool, to: &mut [C]) {
        let Statement { gates, terms, .. } = self.statement;
        let is_one_for_all = of_right && plane.len() < gates * terms;
        for (column, to) in to.chunks_exact_mut(C::UNIT).enumerate() {
            to.fill(C::ZERO);
            let there = || self.arrangement.term(row, self.first + column);
            let Some((gate, term)) = (column < self.count).then(there).flatten() else { continue };
            // A unit of several words has one term.
            let from = if is_one_for_all { term } else { (gate * terms + term) * C::UNIT };
            let words = &plane[from..plane.len().min(from + C::UNIT)];
            to[..words.len()].copy_from_slice(words);
        }
    }
}

/// All columns of a statement, some at a time.
fn pieces<'a, C: Checked>(
    statement: &'a Statement<C>,
    arrangement: &'a Arrangement,
) -> impl Iterator<Item = Piece<'a, C>> {
    let columns = arrangement.groups * arrangement.width;
    let piece = move |first| Piece { statement, arrangement, first, count: PIECE.min(columns - first) };
    (0..columns).step_by(PIECE).map(piece)
}

/// The inner products at the points of the grid.
pub(super) fn inner_products<C: Checked>(
    statements: &[Statement<C>],
    layout: &Layout,
    reading: &Reading,
    ring: GaloisRing,
    weights: &[Vec<C::Large>],
) -> InnerProducts<C::Large> {
    let zeros = || SecretVec::zeros(layout.points());
    let mut products = InnerProducts { all: zeros(), sums: zeros() };
    let rows = row_points(layout.variables);
    let is_row: Vec<bool> = (0..layout.points()).map(|point| rows.contains(&point)).collect();
    let width = PIECE * C::UNIT;
    let room = || SecretVec::<C>::zeros(layout.points() * width);
    let mut left: Vec<SecretVec<C>> = (0..ring.degree()).map(|_| room()).collect();
    let mut right: Vec<SecretVec<C>> = (0..ring.degree()).map(|_| room()).collect();
    let (mut spare, mut product) = (room(), SecretVec::<C>::zeros(width));
    for ((statement, arrangement), weights) in statements.iter().zip(&layout.arrangements).zip(weights) {
        let prepared = reading.prepared(&statement.y, ring);
        for piece in pieces(statement, arrangement) {
            for power in 0..ring.degree() {
                for (row, to) in (0..layout.rows()).zip(left[power].chunks_exact_mut(width)) {
                    piece.gather(statement.x.plane(power), row, false, to);
                }
                for (row, to) in (0..layout.rows()).zip(right[power].chunks_exact_mut(width)) {
                    piece.gather(prepared.plane(power), row, true, to);
                }
                extend(layout.variables, width, (&mut left[power], &mut spare), |one, zero| one - zero);
                extend(layout.variables, width, (&mut right[power], &mut spare), |one, zero| one - zero);
            }
            for (point, is_row) in is_row.iter().enumerate() {
                let sum = match (is_row, arrangement.kind) {
                    (false, _) => &mut products.all[point],
                    (true, Kind::Sums) => &mut products.sums[point],
                    (true, Kind::Each) => continue,
                };
                product.fill(C::ZERO);
                for (left, right) in left.iter().zip(&right) {
                    let factors = left[point * width..][..width].iter().zip(&right[point * width..][..width]);
                    product.iter_mut().zip(factors).for_each(|(sum, (a, b))| *sum += *a * *b);
                }
                // Columns of one group are added up before they meet their weight.
                for column in 0..piece.count {
                    let group = piece.group(column);
                    let (unit, others) = product[column * C::UNIT..].split_at_mut(C::UNIT);
                    if column + 1 < piece.count && piece.group(column + 1) == group {
                        others[..C::UNIT].iter_mut().zip(&*unit).for_each(|(sum, c)| *sum += *c);
                    } else {
                        C::add_unit(sum, &weights[group], unit);
                    }
                }
            }
        }
    }
    products
}

/// The rows' weighted sums: a vector of left factors, which meet their products' weights, and one of right factors.
pub(super) fn folded<C: Checked>(
    statements: &[Statement<C>],
    layout: &Layout,
    ring: GaloisRing,
    weights: &[Vec<C::Large>],
    rows: &[C::Large],
) -> (Wide<C>, Wide<C>) {
    let room = || Elements::<C>::zeros(ring, layout.folded() * C::SIZE);
    let (mut left, mut right) = (room(), room());
    let mut units = SecretVec::<C>::zeros(PIECE * C::UNIT);
    let mut next = 0;
    for ((statement, arrangement), weights) in statements.iter().zip(&layout.arrangements).zip(weights) {
        for piece in pieces(statement, arrangement) {
            let lane_weights: Vec<C::Large> =
                (0..piece.count).flat_map(|column| C::lane_weights(&weights[piece.group(column)])).collect();
            let range = next * C::SIZE..(next + piece.count * C::LANES) * C::SIZE;
            next += piece.count * C::LANES;
            for power in 0..ring.degree() {
                for (of_right, wide, plane) in
                    [(false, &mut left, statement.x.plane(power)), (true, &mut right, statement.y.plane(power))]
                {
                    let sums: &mut [C::Large] = bytemuck::cast_slice_mut(&mut wide.plane_mut(power)[range.clone()]);
                    for (row, factor) in rows.iter().enumerate() {
                        piece.gather(plane, row, of_right, &mut units);
                        let each = sums.chunks_exact_mut(C::LANES).zip(units.chunks_exact(C::UNIT));
                        each.for_each(|(sums, unit)| C::add_lanes(sums, factor, unit));
                    }
                    if !of_right {
                        for (sum, weight) in sums.iter_mut().zip(&lane_weights) {
                            *sum = C::product(weight, sum);
                        }
                    }
                }
            }
        }
    }
    (left, right)
}

fn one_less<C: Checked>(at: &C::Large) -> C::Large {
    let mut difference = C::one();
    difference.as_mut().iter_mut().zip(at.as_ref()).for_each(|(one, c)| *one -= *c);
    difference
}

/// `at (at - 1)`.
pub(super) fn times_one_less<C: Checked>(at: &C::Large) -> C::Large {
    let mut square = C::product(at, at);
    square.as_mut().iter_mut().zip(at.as_ref()).for_each(|(sum, c)| *sum -= *c);
    square
}

/// What each point of the grid counts at a point of the extension.
pub(super) fn point_weights<C: Checked>(at: &[C::Large]) -> Vec<C::Large> {
    tensor::<C>(at, |at| vec![one_less::<C>(at), *at, times_one_less::<C>(at)])
}

/// What each row counts there.
pub(super) fn row_weights<C: Checked>(at: &[C::Large]) -> Vec<C::Large> {
    tensor::<C>(at, |at| vec![one_less::<C>(at), *at])
}

fn tensor<C: Checked>(at: &[C::Large], weights: impl Fn(&C::Large) -> Vec<C::Large>) -> Vec<C::Large> {
    at.iter().fold(vec![C::one()], |all, at| {
        let each = weights(at);
        all.iter().flat_map(|before| each.iter().map(|weight| C::product(before, weight))).collect()
    })
}
