//! From the rows of correlated OTs to pads that are scalars.

use ff::FromUniformBytes;
use quorate_circuits::curve::{Curve, CurveName};
use zeroize::Zeroizing;

use crate::crypto::{Block, GarblingHash, SecretBlocks, Transcript};

/// Pads of `width` scalars for each OT of an instance.
pub(super) struct Pads {
    hash: GarblingHash,
    width: usize,
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
        Self { hash: GarblingHash::new(transcript.block()), width, blocks: width * blocks_of_scalar(C::NAME) }
    }

    /// The pads of the OTs from number `first` on, of which `rows` are one party's rows; OT after OT.
    pub(super) fn of<C: Curve, const E: usize>(
        &self,
        first: u64,
        rows: [&[Block]; E],
    ) -> [Zeroizing<Vec<C::Scalar>>; E] {
        let mut blocks = rows.map(|rows| SecretBlocks::zeros(rows.len() * self.blocks));
        for (blocks, rows) in blocks.iter_mut().zip(rows) {
            blocks.chunks_exact_mut(self.blocks).zip(rows).for_each(|(blocks, row)| blocks.fill(*row));
        }
        // An OT's number stands for as many tweaks as it has blocks of pads.
        self.hash.hash(first.wrapping_mul(self.blocks as u64), blocks.each_mut().map(|blocks| &mut blocks[..]));
        blocks.each_ref().map(|blocks| {
            let scalars = blocks.chunks_exact(self.blocks / self.width).map(scalar::<C>);
            Zeroizing::new(scalars.collect())
        })
    }
}

fn scalar<C: Curve>(blocks: &[Block]) -> C::Scalar {
    let bytes = Block::as_bytes(blocks);
    if let Ok(bytes) = bytes.try_into() {
        return C::reduce(bytes);
    }
    let mut wide = Zeroizing::new([0; 64]);
    wide.copy_from_slice(bytes);
    C::Scalar::from_uniform_bytes(&wide)
}
