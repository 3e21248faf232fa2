//! Both directions of a pair, iterated at once: one code for both, their tables side by side.
//!
//! What a row costs is the loads of ten elements, and those at a place of either table are one load then. The directions
//! have nothing else in common.
//!
//! *Why one code.* The assumption is about a public random matrix and says nothing of who else uses it; of the two secrets
//! that meet this matrix each party knows one, which it drew itself, and attacks the other. The seed is of both
//! stocks' names and numbers of iterations, so that nobody chose it and no other iteration has it.
//!
//! *Why one hash.* [`stream_both`](super::stream_both) hashes row `j` of either direction under one key of
//! [`crate::ot`]'s hash. A corrupt chooser looks for the Delta of the honest sender, which one hash under each key depends on,
//! as ever. What the honest party hashes besides is its row as a chooser, of which the corrupt party, who has the other
//! Delta, knows both values that it may have: it could compute either hash itself.
//!
//! Iterations of both directions that are run by one call are paired if they have one size. Both parties see that
//! alike. Rows are computed together as long as both stocks stand at the same one, and otherwise by themselves.

use std::sync::Arc;

use quorate_kernels::Block;
use quorate_kernels::local_code::LocalCode;

use super::parameters::CHECK;
use super::stock::{Expansion, Seeds, Stock};
use super::tree::Trees;
use crate::crypto::{GarblingHash, SecretBlocks, Transcript};

/// Where the old correlated OTs lie that an iteration combines.
pub(super) enum Table {
    /// One after the other.
    Own(SecretBlocks),
    /// Beside those of the pair's other direction; whether they are the second ones.
    Joint(Arc<Joint>, bool),
}

/// Two tables, element by element side by side.
pub(super) struct Joint {
    blocks: SecretBlocks,
    /// Blocks before the first element, which begins where a register's vector does: none straddles two lines of the cache.
    skipped: usize,
}

impl Table {
    /// Adds the code's rows from `first` on to `rows`.
    pub(super) fn add(&self, code: &LocalCode, first: u64, rows: &mut [Block]) {
        match self {
            Self::Own(table) => code.add(table, first, rows),
            Self::Joint(joint, second) => code.add_one_of_both(joint.tables(), *second, first, rows),
        }
    }

    /// Its memory, unless it is the other direction's too.
    pub(super) fn into_room(self) -> SecretBlocks {
        match self {
            Self::Own(table) => table,
            Self::Joint(joint, _) => Arc::into_inner(joint).map(|joint| joint.blocks).unwrap_or_default(),
        }
    }
}

impl Joint {
    /// Tables of `length` elements, to be written.
    fn new(room: SecretBlocks, length: usize) -> Self {
        let blocks = room.resized(2 * length + 1);
        let skipped = blocks.as_ptr().align_offset(2 * Block::BYTES).min(1);
        Self { blocks, skipped }
    }

    fn tables(&self) -> &[[Block; 2]] {
        self.blocks[self.skipped..].as_chunks().0
    }

    /// Writes elements of both from `first` on.
    fn write(&mut self, first: usize, [one, other]: [&[Block]; 2]) {
        let tables = self.blocks[self.skipped..].as_chunks_mut::<2>().0;
        for (element, (one, other)) in tables[first..].iter_mut().zip(one.iter().zip(other)) {
            *element = [*one, *other];
        }
    }
}

/// The tables of both, if rows of both are computed together.
fn tables_of<T, U>(one: &Expansion<T>, other: &Expansion<U>) -> Option<Arc<Joint>> {
    match (&one.table, &other.table) {
        (Table::Joint(one, _), Table::Joint(other, _)) if Arc::ptr_eq(one, other) => Some(Arc::clone(one)),
        _ => None,
    }
}

/// Computes the seeds of both stocks' next iterations together, if that is possible.
pub(super) fn prepare<T: Trees, U: Trees>(one: &mut Stock<T>, other: &mut Stock<U>) {
    let iteration = one.standing.next();
    let (Some(mut left), Some(mut right)) = (one.expansion.take(), other.expansion.take()) else { return };
    if let Some(joint) = tables_of(&left, &right) {
        let mut tables = Joint::new(std::mem::take(&mut one.room), iteration.table());
        let mut parts = [(); 2].map(|()| SecretBlocks::zeros(left.iteration.leaves()));
        for part in left.iteration.by_trees(0, iteration.table()) {
            let [one, other] = parts.each_mut().map(|rows| &mut rows[..part.len()]);
            rows_of_both((&mut left, &mut right), &joint, part.start, [&mut *one, &mut *other]);
            tables.write(part.start, [one, other]);
        }
        let (paths, after) = (iteration.trees * iteration.levels, iteration.table());
        let mut paths = [(); 2].map(|()| SecretBlocks::zeros(paths));
        let mut masks = [(); 2].map(|()| SecretBlocks::zeros(CHECK));
        let length = paths[0].len();
        rows_of_both((&mut left, &mut right), &joint, after, paths.each_mut().map(|rows| &mut rows[..]));
        rows_of_both((&mut left, &mut right), &joint, after + length, masks.each_mut().map(|rows| &mut rows[..]));
        drop((left, right));
        one.room = Table::Joint(joint, false).into_room();
        let (tables, [p, q], [m, n]) = (Arc::new(tables), paths, masks);
        one.prepared = Some(Seeds { table: Table::Joint(Arc::clone(&tables), false), paths: p, masks: m });
        other.prepared = Some(Seeds { table: Table::Joint(tables, true), paths: q, masks: n });
    } else {
        (one.expansion, other.expansion) = (Some(left), Some(right));
    }
}

/// Puts both stocks, which have completed a paired iteration, under one code. `lower_sends_one` says whether the party of
/// the lower number is the sender of the first one.
pub(super) fn join<T: Trees, U: Trees>(one: &mut Stock<T>, other: &mut Stock<U>, lower_sends_one: bool) {
    let iterations = [one.standing.iterations(), other.standing.iterations()];
    let [lower, upper] = ordered(iterations, lower_sends_one);
    let seed = name("quorate 2026 silent OT of both directions", one, other, lower_sends_one)
        .append_u64("iteration", lower)
        .append_u64("iteration", upper)
        .block();
    let (Some(left), Some(right)) = (&mut one.expansion, &mut other.expansion) else { return };
    (left.code, right.code) = (LocalCode::new(seed), LocalCode::new(seed));
    if let (Table::Own(first), Table::Own(second)) = (&left.table, &right.table) {
        let mut tables = Joint::new(std::mem::take(&mut one.room), first.len());
        tables.write(0, [first, second]);
        let tables = Arc::new(tables);
        (left.table, right.table) = (Table::Joint(Arc::clone(&tables), false), Table::Joint(tables, true));
        other.room = SecretBlocks::default();
    }
}

/// Whether all that is taken of both now can be computed together: they stand at the same row, and began together.
pub(super) fn are_joint<T, U>(one: &Stock<T>, other: &Stock<U>) -> bool {
    let tables = || tables_of(one.expansion.as_ref()?, other.expansion.as_ref()?);
    one.standing == other.standing && (one.standing.is_new() || tables().is_some())
}

/// The hash that makes pads of the rows of both, where they have the same numbers.
pub(super) fn hash<T, U>(one: &Stock<T>, other: &Stock<U>, lower_sends_one: bool) -> GarblingHash {
    GarblingHash::new(name("quorate 2026 OT pads of both directions", one, other, lower_sends_one).block())
}

/// A transcript of both names.
fn name<T, U>(purpose: &'static str, one: &Stock<T>, other: &Stock<U>, lower_sends_one: bool) -> Transcript {
    let [lower, upper] = ordered([&one.instance, &other.instance], lower_sends_one);
    let mut name = Transcript::new(purpose, &one.session);
    name.append("lower sends", lower).append("upper sends", upper);
    name
}

fn ordered<V>([one, other]: [V; 2], lower_sends_one: bool) -> [V; 2] {
    if lower_sends_one { [one, other] } else { [other, one] }
}

/// Fills `rows` of both with what is left, as far as it goes together: how many of each.
pub(super) fn take<T: Trees, U: Trees>(
    one: &mut Stock<T>,
    other: &mut Stock<U>,
    [first, second]: [&mut [Block]; 2],
) -> usize {
    let (Some(left), Some(right)) = (&mut one.expansion, &mut other.expansion) else { return 0 };
    let Some(joint) = tables_of(left, right).filter(|_| one.standing.left() == other.standing.left()) else { return 0 };
    let begin = left.iteration.outputs() - one.standing.left();
    let count = one.standing.take(first.len().min(second.len()));
    other.standing.take(count);
    rows_of_both((left, right), &joint, begin, [&mut first[..count], &mut second[..count]]);
    count
}

/// Rows of both from `first` on.
fn rows_of_both<T: Trees, U: Trees>(
    (left, right): (&mut Expansion<T>, &mut Expansion<U>),
    joint: &Joint,
    first: usize,
    [of_left, of_right]: [&mut [Block]; 2],
) {
    for part in left.iteration.by_trees(first, of_left.len()) {
        let row = first + part.start;
        let (of_left, of_right) = (&mut of_left[part.clone()], &mut of_right[part]);
        left.leaves(row, of_left);
        right.leaves(row, of_right);
        left.code.add_both(joint.tables(), row as u64, [of_left, of_right]);
    }
}
