//! From the rows of correlated OTs to pads that are scalars.

use ff::FromUniformBytes;
use quorate_circuits::curve::{Curve, CurveName};
use zeroize::Zeroizing;

use super::modulus;
use crate::crypto::{Block, GarblingHash, SecretBlocks, Transcript};

/// Pads of `width` scalars for each OT of an instance.
pub(super) struct Pads {
    hash: GarblingHash,
    /// Blocks of an OT's pads.
    blocks: usize,
}

/// Blocks that one scalar is reduced from, so many that it is uniform but for a distance below 2^-127.
const fn blocks_of_scalar(curve: CurveName) -> usize {
    match curve {
        // 2^256 is less than 2^129 above the order.
        CurveName::Secp256k1 => 2,
        CurveName::P256 | CurveName::Ed25519 => 4,
    }
}

impl Pads {
    /// `transcript` is the pair's, in the domain of pads.
    pub(super) fn new<C: Curve>(mut transcript: Transcript, width: usize) -> Self {
        transcript.append("curve", C::NAME.name().as_bytes()).append_u64("width", width as u64);
        Self { hash: GarblingHash::new(transcript.block()), blocks: width * blocks_of_scalar(C::NAME) }
    }

    /// The pads of the OTs from number `first` on, of which `rows` are one party's rows: two blocks for each scalar, OT
    /// after OT, which are an integer congruent to it.
    pub(super) fn of<C: Curve, const E: usize>(&self, first: u64, rows: [&[Block]; E]) -> [SecretBlocks; E] {
        let mut blocks = rows.map(|rows| SecretBlocks::zeros(rows.len() * self.blocks));
        for (blocks, rows) in blocks.iter_mut().zip(rows) {
            blocks.chunks_exact_mut(self.blocks).zip(rows).for_each(|(blocks, row)| blocks.fill(*row));
        }
        // An OT's number stands for as many tweaks as it has blocks of pads.
        self.hash.hash(first.wrapping_mul(self.blocks as u64), blocks.each_mut().map(|blocks| &mut blocks[..]));
        blocks.map(reduced::<C>)
    }
}

/// From so many blocks for each scalar to two.
fn reduced<C: Curve>(blocks: SecretBlocks) -> SecretBlocks {
    if blocks_of_scalar(C::NAME) == 2 {
        return blocks;
    }
    let mut integers = SecretBlocks::zeros(blocks.len() / 2);
    let mut wide = Zeroizing::new([0; 64]);
    for (integer, blocks) in integers.as_chunks_mut::<2>().0.iter_mut().zip(blocks.as_chunks::<4>().0) {
        wide.copy_from_slice(Block::as_bytes(blocks));
        let scalar = C::Scalar::from_uniform_bytes(&wide);
        *integer = modulus::blocks(modulus::read::<C>(&C::encode_scalar(&scalar)));
    }
    integers
}
