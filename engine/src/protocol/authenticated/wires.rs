//! A boolean vector as masked wires.

use super::shares::Shares;
use crate::crypto::{Block, SecretBlocks};
use crate::protocol::Pick;
use crate::protocol::yao::labels::Labels;

/// A share: of every bit `v` of a vector the mask `m` as an authenticated bit, and the masked value `v + m` in labels.
///
/// A garbler has its label for the masked value 0. The evaluator has the masked value (all ones or all zeros), and
/// every garbler's active label. Wiped when dropped.
#[derive(Debug)]
pub struct Wires {
    /// The parts of the masks, for each party.
    pub(super) masks: Vec<Labels>,
    /// A garbler: its label. The evaluator: the masked value, then the labels of the garblers in order.
    pub(super) labels: Vec<Labels>,
}

impl Wires {
    pub(super) fn new(width: u32, length: usize, masks: Shares, labels: Vec<SecretBlocks>) -> Self {
        let vector = |blocks: SecretBlocks| Labels::new(width, length, blocks);
        Self {
            masks: masks.into_parts().into_iter().map(vector).collect(),
            labels: labels.into_iter().map(vector).collect(),
        }
    }

    pub(super) fn zeros(width: u32, length: usize, parties: usize, labels: usize) -> Self {
        let vectors = |count| (0..count).map(|_| Labels::zeros(width, length)).collect();
        Self { masks: vectors(parties), labels: vectors(labels) }
    }

    /// Bits of each element.
    pub fn width(&self) -> u32 {
        self.masks[0].width()
    }

    /// Number of elements.
    pub fn length(&self) -> usize {
        self.masks[0].length()
    }

    /// Bits of all elements.
    pub(super) fn bits(&self) -> usize {
        self.width() as usize * self.length()
    }

    /// The parts of all masks for party `p`, bit by bit, element by element.
    pub(super) fn mask(&self, p: usize) -> &[Block] {
        self.masks[p].blocks()
    }

    /// One of the kinds of labels of all bits.
    pub(super) fn label(&self, kind: usize) -> &[Block] {
        self.labels[kind].blocks()
    }

    fn each(&self, mut made: impl FnMut(&Labels) -> Labels) -> Self {
        Self { masks: self.masks.iter().map(&mut made).collect(), labels: self.labels.iter().map(&mut made).collect() }
    }

    pub(in crate::protocol) fn duplicate(&self) -> Self {
        self.each(Labels::duplicate)
    }

    /// Sums of bits: so many, each of those that `includes` names by sum and bit. A bit's number is its place in the
    /// order bit by bit, element by element.
    pub(in crate::protocol) fn sums(&self, count: usize, includes: impl Fn(usize, usize) -> bool) -> Self {
        self.each(|labels| {
            let mut sums = SecretBlocks::zeros(count);
            for (number, sum) in sums.iter_mut().enumerate() {
                let included = labels.blocks().iter().enumerate().filter(|(place, _)| includes(number, *place));
                *sum = included.fold(Block::ZERO, |sum, (_, block)| sum ^ *block);
            }
            Labels::new(1, count, sums)
        })
    }

    /// The sum with another vector of the same shape.
    pub(in crate::protocol) fn plus(&self, other: &Self) -> Self {
        let joined = |mine: &[Labels], theirs: &[Labels]| {
            let both = mine.iter().zip(theirs);
            both.map(|(a, b)| {
                let blocks: Vec<Block> = a.blocks().iter().zip(b.blocks()).map(|(a, b)| *a ^ *b).collect();
                Labels::new(a.width(), a.length(), blocks.into())
            })
            .collect()
        };
        Self { masks: joined(&self.masks, &other.masks), labels: joined(&self.labels, &other.labels) }
    }

    pub(in crate::protocol) fn pick(&self, pick: &Pick) -> Self {
        self.each(|labels| labels.pick(pick))
    }

    pub(in crate::protocol) fn regroup(&self, width: u32) -> Self {
        self.each(|labels| labels.regroup(width))
    }

    pub(in crate::protocol) fn concatenate(shares: &[&Self]) -> Self {
        let joined = |of: &dyn Fn(&Self) -> &[Labels]| {
            let kinds = 0..shares.first().map_or(0, |share| of(share).len());
            kinds.map(|k| Labels::concatenate(&shares.iter().map(|share| &of(share)[k]).collect::<Vec<_>>())).collect()
        };
        Self { masks: joined(&|share| &share.masks), labels: joined(&|share| &share.labels) }
    }
}
