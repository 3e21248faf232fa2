//! Puncturable pseudo-random functions: trees of 16 leaves of which one party knows all and the other all but
//! one of its choice.
//!
//! Roy, "SoftSpokenOT", CRYPTO 2022, ePrint 2022/192, section 5: the tree of Goldreich, Goldwasser and Micali with its
//! levels' sums sent under base OT pads (figure 13), and the consistency check (figure 14). The **dealer**
//! of the trees sends; the **holder** learns all leaves but the one at its secret point.
//!
//! *What the check gives.* Every leaf `x` also yields a tag `s_x` of 256 bits. The dealer sends the sum of
//! all tags and the hash of their list. The holder fills in the one tag it lacks from the sum, and refuses
//! a list with another hash. A dealer whose corrections are not those of one tree is therefore caught,
//! except at the points for which it made the lists agree: it can *guess* a set that contains the holder's point,
//! tree by tree, learns whether the guess was right, and is caught if it was wrong. Guesses that
//! survive with probability `2^-g` teach it `g` bits of the points, of which nothing else is said; the
//! extension and the hash of its outputs are secure with such leakage (Roy, sections 4 and 6). Given the list, a
//! leaf is unique: two leaves with one tag would be a collision of 256 bits.
//!
//! *Deviations.* Nodes expand with AES-128 in counter mode keyed by the node. All trees share one message
//! and each is checked by itself. Bit `l` of a leaf's number belongs to level `l`, counted from the root.

use quorate_kernels::Block;
use quorate_kernels::butterfly::{BITS, LEAVES};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

use crate::crypto::{Prg, Random, SecretBlocks, SessionId, Transcript};
use crate::net::ChannelFault;

/// Trees: one for every four bits of the point, which is a block.
pub const TREES: usize = 128 / BITS;
/// Bytes of the dealer's message: for each tree two sums per level, the sum of tags and the hash of tags.
pub const MESSAGE_BYTES: usize = TREES * TREE_BYTES;

const TREE_BYTES: usize = SUMS_BYTES + TAG + HASH;
const SUMS_BYTES: usize = BITS * 2 * Block::BYTES;
const TAG: usize = 32;
const HASH: usize = 32;

/// The tags of a tree's leaves.
type Tags = [[u8; TAG]; LEAVES];

/// Grows all trees. `pads` holds the base OTs' two pads for every tree and level. Returns the leaves, tree
/// after tree, and the message to the holder.
///
/// # Panics
/// If `pads` is of another length.
pub fn deal(session: &SessionId, instance: &[u8; 32], pads: &[Block], random: &mut Random) -> (SecretBlocks, Vec<u8>) {
    assert_eq!(pads.len(), TREES * BITS * 2, "two pads for every tree and level");
    let mut leaves = SecretBlocks::zeros(TREES * LEAVES);
    let mut message = Vec::with_capacity(MESSAGE_BYTES);
    let trees = leaves.chunks_exact_mut(LEAVES).zip(pads.chunks_exact(2 * BITS)).enumerate();
    for (tree, (nodes, pads)) in trees {
        nodes[0] = random.block();
        for level in 0..BITS {
            let mut sums = [pads[2 * level], pads[2 * level + 1]];
            for node in 0..1 << level {
                let children = expand(nodes[node]);
                sums[0] ^= children[0];
                sums[1] ^= children[1];
                nodes[node] = children[0];
                nodes[node | 1 << level] = children[1];
            }
            message.extend_from_slice(Block::as_bytes(&sums));
        }
        let mut tags = leaf_tags(nodes);
        message.extend_from_slice(&sum_of_tags(&tags));
        message.extend_from_slice(&hash_of_tags(session, instance, tree, &tags));
        tags.zeroize();
    }
    (leaves, message)
}

/// Rebuilds all trees but the leaf at each tree's point, four bits of `point`. `pads` holds the base OTs'
/// pad for every tree and level, chosen by the complement of the point's bit.
///
/// The answer is in *relative* order: place `y` of a tree is leaf `y xor point`, so that place 0 is the
/// missing one (it is zero), and no memory address depends on the point.
///
/// # Errors
/// A message of another length; corrections that belong to no tree.
///
/// # Panics
/// If `pads` is of another length.
pub fn puncture(
    session: &SessionId,
    instance: &[u8; 32],
    point: Block,
    pads: &[Block],
    message: &[u8],
) -> Result<SecretBlocks, ChannelFault> {
    assert_eq!(pads.len(), TREES * BITS, "one pad for every tree and level");
    if message.len() != MESSAGE_BYTES {
        return Err(ChannelFault::WrongLength { expected: MESSAGE_BYTES, found: message.len() });
    }
    let mut leaves = SecretBlocks::zeros(TREES * LEAVES);
    // One verdict over all trees: which of them failed would tell where the point is.
    let mut consistent = Choice::from(1);
    let trees = leaves.chunks_exact_mut(LEAVES).zip(pads.chunks_exact(BITS)).zip(message.chunks_exact(TREE_BYTES));
    for (tree, ((nodes, pads), message)) in trees.enumerate() {
        let bits: [bool; BITS] = std::array::from_fn(|level| point.bit(tree * BITS + level));
        let (sums, check) = message.split_at(SUMS_BYTES);
        rebuild(nodes, &bits, pads, &Block::collect(sums));
        let (sum, hash) = check.split_at(TAG);
        let mut tags = leaf_tags(nodes);
        nodes[0] = Block::ZERO;
        complete(&mut tags, sum);
        restore_order(&mut tags, &bits);
        consistent &= hash_of_tags(session, instance, tree, &tags).ct_eq(hash);
        tags.zeroize();
    }
    if bool::from(consistent) {
        Ok(leaves)
    } else {
        Err(ChannelFault::CheckFailed("the trees' leaves are inconsistent"))
    }
}

/// One tree in relative order. Of relative node `y != 0` the children with relative bit `r` are those with
/// actual bit `r xor bits[level]`; the one sibling of the path, relative node `1 << level`, is what the
/// level's sum on that side leaves.
fn rebuild(nodes: &mut [Block], bits: &[bool; BITS], pads: &[Block], sums: &[Block]) {
    nodes[0] = Block::ZERO;
    for (level, &bit) in bits.iter().enumerate() {
        let mut sibling = pads[level] ^ Block::select(bit, sums[2 * level + 1], sums[2 * level]);
        for node in 1..1 << level {
            let [zero, one] = expand(nodes[node]);
            nodes[node] = Block::select(bit, zero, one);
            nodes[node | 1 << level] = Block::select(bit, one, zero);
            sibling ^= nodes[node | 1 << level];
        }
        nodes[1 << level] = sibling;
    }
}

/// Both children of a node.
fn expand(node: Block) -> [Block; 2] {
    let mut children = [Block::ZERO; 2];
    Prg::new(node).fill_blocks(&mut children);
    children
}

/// Replaces every leaf node by its seed and returns the tags.
fn leaf_tags(nodes: &mut [Block]) -> Tags {
    std::array::from_fn(|x| {
        let mut stream = Prg::new(nodes[x]);
        let tag = stream.bytes();
        nodes[x] = stream.block();
        tag
    })
}

fn sum_of_tags(tags: &Tags) -> [u8; TAG] {
    let mut sum = [0; TAG];
    tags.iter().for_each(|tag| add(&mut sum, tag));
    sum
}

/// Puts what the sum leaves into place 0.
fn complete(tags: &mut Tags, sum: &[u8]) {
    let (missing, known) = tags.split_at_mut(1);
    missing[0].copy_from_slice(sum);
    known.iter().for_each(|tag| add(&mut missing[0], tag));
}

/// From relative to actual order: for each set bit of the point, swap the places that differ in it.
fn restore_order(tags: &mut Tags, bits: &[bool; BITS]) {
    for (level, &bit) in bits.iter().enumerate() {
        let mask = u8::from(bit).wrapping_neg();
        for pair in tags.chunks_exact_mut(2 << level) {
            let (zeros, ones) = pair.split_at_mut(1 << level);
            for (a, b) in zeros.as_flattened_mut().iter_mut().zip(ones.as_flattened_mut()) {
                let difference = (*a ^ *b) & mask;
                *a ^= difference;
                *b ^= difference;
            }
        }
    }
}

fn hash_of_tags(session: &SessionId, instance: &[u8; 32], tree: usize, tags: &Tags) -> [u8; HASH] {
    Transcript::new("quorate 2026 punctured tree", session)
        .append("instance", instance)
        .append_u64("tree", tree as u64)
        .append("tags", tags.as_flattened())
        .digest()
}

fn add(sum: &mut [u8; TAG], tag: &[u8; TAG]) {
    sum.iter_mut().zip(tag).for_each(|(a, b)| *a ^= b);
}
