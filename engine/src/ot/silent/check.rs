//! The consistency check of all trees of an iteration at once (Yang, Weng, Lan, Zhang and Wang, "Ferret", CCS 2020,
//! ePrint 2020/924, figures 7 and 8).
//!
//! When the trees are fixed, the receiver draws `chi` and `psi` in GF(2^128). Leaf `i` of tree `l` has the coefficient
//! `psi^l chi^i`, so that a noisy place's one is a power whose exponent is secret, and no table is searched for it.
//! The receiver sends the sum `phi` of its noisy places' coefficients, masked by the choices of the `CHECK`
//! sacrificed OTs. With these both sides have an OT of difference `phi Delta`, and the hash of the leaves differs by
//! the same: so the sender knows the receiver's sum, and answers a digest of it.

use quorate_kernels::Block;
use quorate_kernels::gf128::{Unreduced, inner_product, inner_product_unreduced, multiply};

use super::parameters::{CHECK, Iteration};
use super::tree::Trees;
use crate::crypto::{Prg, SecretBlocks, SessionId, Transcript};

/// Bytes of the receiver's challenge: the seed of the coefficients, and the masked sum of noisy places.
pub const CHALLENGE_BYTES: usize = 2 * Block::BYTES;
/// Bytes of the sender's answer.
pub const ANSWER_BYTES: usize = 32;

/// The coefficients that a seed draws.
pub(super) struct Coefficients {
    /// `chi^i`, two to the number of levels.
    of_leaves: Vec<Block>,
    /// `psi^l`.
    of_trees: Vec<Block>,
}

impl Coefficients {
    pub(super) fn new(seed: Block, iteration: Iteration) -> Self {
        let mut drawn = [Block::ZERO; 2];
        Prg::new(seed).fill_blocks(&mut drawn);
        let [chi, psi] = drawn;
        Self { of_leaves: powers(chi, iteration.leaves()), of_trees: powers(psi, iteration.trees) }
    }

    /// The sum of all leaves, each times its coefficient.
    pub(super) fn of_all(&self, trees: &impl Trees) -> Block {
        let mut leaves = SecretBlocks::zeros(self.of_leaves.len());
        let mut sum = Unreduced::default();
        for (tree, coefficient) in self.of_trees.iter().enumerate() {
            trees.leaves(tree, &mut leaves);
            sum ^= inner_product_unreduced(&[inner_product(&self.of_leaves, &leaves)], &[*coefficient]);
        }
        sum.reduce()
    }

    /// The sum of the coefficients at one place of each tree, without a branch or an index that depends on it.
    pub(super) fn at_places(&self, places: &[u64]) -> Block {
        let one = Block::new(1);
        let power = |place: u64| {
            (0..self.of_leaves.len().ilog2()).fold(one, |power, bit| {
                multiply(power, Block::select(place >> bit & 1 == 1, one, self.of_leaves[1 << bit]))
            })
        };
        let of_places: Vec<Block> = places.iter().map(|place| power(*place)).collect();
        inner_product(&of_places, &self.of_trees)
    }
}

/// The sacrificed OTs' rows as one: row `j` times `x^j`.
pub(super) fn packed(rows: &[Block]) -> Block {
    let powers: [Block; CHECK] = std::array::from_fn(|j| Block::new(1 << j));
    inner_product(&powers, rows)
}

/// The sacrificed OTs' choices.
pub(super) fn choices(rows: &[Block]) -> Block {
    Block::new(rows.iter().enumerate().fold(0, |bits, (j, row)| bits | u128::from(row.lsb()) << j))
}

/// What the sender answers, if its sum is the receiver's.
pub(super) fn answer(
    session: &SessionId,
    instance: &[u8; 32],
    (number, challenge): (u64, &[u8]),
    sum: Block,
) -> [u8; 32] {
    Transcript::new("quorate 2026 silent OT answer", session)
        .append("instance", instance)
        .append_u64("iteration", number)
        .append("challenge", challenge)
        .append("sum", &sum.to_bytes())
        .digest()
}

/// The first `count` powers, from the zeroth.
fn powers(base: Block, count: usize) -> Vec<Block> {
    std::iter::successors(Some(Block::new(1)), |power| Some(multiply(*power, base))).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::super::parameters::FIRST;
    use super::*;

    /// Trees with a one at a place of each.
    struct Places(Vec<u64>);

    impl Trees for Places {
        fn leaves(&self, tree: usize, leaves: &mut [Block]) {
            leaves.fill(Block::ZERO);
            leaves[self.0[tree] as usize] = Block::new(1);
        }
    }

    #[test]
    fn the_coefficients_of_places_are_those_of_leaves() {
        let coefficients = Coefficients::new(Block::new(99), FIRST);
        let places: Vec<u64> = (0..FIRST.trees as u64).map(|tree| tree * 37 % FIRST.leaves() as u64).collect();
        assert_eq!(coefficients.at_places(&places), coefficients.of_all(&Places(places)));
    }
}
