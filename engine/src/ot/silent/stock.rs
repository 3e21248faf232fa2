//! What either side has of a stock between iterations, and the rows that are computed from it.

use quorate_kernels::Block;
use quorate_kernels::local_code::LocalCode;

use super::joint::Table;
use super::parameters::{CHECK, Iteration, Standing};
use super::tree::Trees;
use crate::crypto::{GarblingHash, SecretBlocks, SessionId, Transcript};
use crate::ot::pads::instance_hash;

/// A stock: its rows are computed when they are taken.
pub(super) struct Stock<T> {
    pub(super) session: SessionId,
    /// Names this stock, its direction included.
    pub(super) instance: [u8; 32],
    pub(super) hash: GarblingHash,
    pub(super) standing: Standing,
    /// Correlated OTs handed out so far.
    index: u64,
    /// Of the first iteration, until it takes them.
    seeds: SecretBlocks,
    /// Of the next iteration, if they were computed together with those of the pair's other direction.
    pub(super) prepared: Option<Seeds>,
    pub(super) expansion: Option<Expansion<T>>,
    /// Memory of the table before the last one, for the next one.
    pub(super) room: SecretBlocks,
}

/// The old correlated OTs, by what an iteration does with them.
pub(super) struct Seeds {
    /// Those that are combined.
    pub(super) table: Table,
    /// Those of the trees' levels.
    pub(super) paths: SecretBlocks,
    /// Those of the check.
    pub(super) masks: SecretBlocks,
}

/// The outputs of an iteration.
pub(super) struct Expansion<T> {
    pub(super) iteration: Iteration,
    pub(super) code: LocalCode,
    pub(super) table: Table,
    trees: T,
    leaves: SecretBlocks,
}

impl Seeds {
    /// Those of an iteration, which `write` writes from any of them on; `table` is room for its table.
    fn of(iteration: Iteration, mut table: SecretBlocks, mut write: impl FnMut(usize, &mut [Block])) -> Self {
        let mut paths = SecretBlocks::zeros(iteration.trees * iteration.levels);
        let mut masks = SecretBlocks::zeros(CHECK);
        write(0, &mut table);
        write(table.len(), &mut paths);
        write(table.len() + paths.len(), &mut masks);
        Self { table: Table::Own(table), paths, masks }
    }
}

impl<T: Trees> Stock<T> {
    /// A new one, that `name` belongs to.
    pub(super) fn new(session: SessionId, name: &Transcript) -> Self {
        let instance = name.digest();
        let hash = instance_hash(&session, &instance);
        let (seeds, room, standing) = (SecretBlocks::default(), SecretBlocks::default(), Standing::default());
        Self { session, instance, hash, standing, index: 0, seeds, prepared: None, expansion: None, room }
    }

    /// Gives the seeds of the first iteration. The lowest bit of a row becomes its choice.
    pub(super) fn begin(&mut self, seeds: SecretBlocks) {
        self.seeds = seeds;
    }

    /// The next iteration's seeds, and a public block that nobody chose, for its hashes and for its code.
    pub(super) fn next_seeds(&mut self) -> (Iteration, Seeds, Block) {
        let iteration = self.standing.next();
        let seeds = match (self.prepared.take(), self.expansion.take()) {
            (Some(prepared), _) => prepared,
            (None, Some(mut expansion)) => {
                // Computed when they are needed: after a stock's last iteration they are not.
                let room = std::mem::take(&mut self.room).resized(iteration.table());
                let seeds = Seeds::of(iteration, room, |first, rows| expansion.rows(first, rows));
                self.room = expansion.table.into_room();
                seeds
            }
            (None, None) => {
                let given = std::mem::take(&mut self.seeds);
                assert_eq!(given.len(), iteration.seeds(), "seeds of this very iteration");
                Seeds::of(iteration, SecretBlocks::zeros(iteration.table()), |first, rows| {
                    rows.copy_from_slice(&given[first..][..rows.len()]);
                })
            }
        };
        (iteration, seeds, self.public("trees"))
    }

    /// Takes in the iteration whose check held.
    pub(super) fn put(&mut self, iteration: Iteration, table: Table, trees: T) {
        let code = LocalCode::new(self.public("code"));
        let leaves = SecretBlocks::zeros(iteration.leaves());
        self.expansion = Some(Expansion { iteration, code, table, trees, leaves });
        self.standing.iterate();
    }

    /// Fills `rows` from what is left, as far as it goes: how many.
    pub(super) fn take(&mut self, rows: &mut [Block]) -> usize {
        let left = self.standing.left();
        let taken = self.standing.take(rows.len());
        if let Some(expansion) = self.expansion.as_mut().filter(|_| taken > 0) {
            let first = expansion.iteration.outputs() - left;
            expansion.rows(first, &mut rows[..taken]);
        }
        taken
    }

    /// Rows that are left of the tree of the next one.
    pub(super) fn left_of_tree(&self) -> usize {
        let Some(Expansion { iteration, .. }) = &self.expansion else { return 0 };
        let next = iteration.outputs() - self.standing.left();
        self.standing.left().min(iteration.leaves() - next % iteration.leaves())
    }

    /// The number of the first of `count` that are handed out now.
    pub(super) fn hand_out(&mut self, count: usize) -> u64 {
        let first = self.index;
        self.index += count as u64;
        first
    }

    fn public(&self, purpose: &'static str) -> Block {
        Transcript::new("quorate 2026 silent OT iteration", &self.session)
            .append("instance", &self.instance)
            .append_u64("iteration", self.standing.iterations())
            .append("purpose", purpose.as_bytes())
            .block()
    }
}

impl<T: Trees> Expansion<T> {
    /// Rows from `first` on: the leaf and the code's sum of table elements.
    fn rows(&mut self, first: usize, rows: &mut [Block]) {
        let mut row = first;
        for part in self.iteration.by_trees(first, rows.len()) {
            let part = &mut rows[part];
            self.leaves(row, part);
            self.table.add(&self.code, row as u64, part);
            row += part.len();
        }
    }

    /// The leaves of rows from `first` on, which belong to one tree.
    pub(super) fn leaves(&mut self, first: usize, rows: &mut [Block]) {
        let leaves = self.iteration.leaves();
        let (tree, within) = (first / leaves, first % leaves);
        if rows.len() == leaves {
            self.trees.leaves(tree, rows);
        } else {
            self.trees.leaves(tree, &mut self.leaves);
            rows.copy_from_slice(&self.leaves[within..][..rows.len()]);
        }
    }
}
