//! The consistency check's arithmetic: universal hashes of columns, and the digest of them.

use quorate_kernels::Block;
use quorate_kernels::gf128::{Unreduced, inner_product_unreduced};

use super::columns::COLUMNS;
use crate::crypto::{Prg, SecretBlocks, SessionId, Transcript};

/// Bytes of the challenge: the seed of the coefficients.
pub const CHALLENGE_BYTES: usize = Block::BYTES;
/// Bytes of the response: the hash of `u` and the digest of the hashes of the columns.
pub const RESPONSE_BYTES: usize = Block::BYTES + 32;

/// The coefficients of an extension's elements, in order; the last one, of the sacrificed element, is 1.
pub(super) struct Coefficients {
    stream: Prg,
    left: usize,
}

impl Coefficients {
    /// For columns of `blocks` elements.
    pub(super) fn new(challenge: Block, blocks: usize) -> Self {
        Self { stream: Prg::new(challenge), left: blocks }
    }

    /// The next chunk's.
    pub(super) fn next(&mut self, blocks: usize) -> Vec<Block> {
        let mut coefficients = vec![Block::ZERO; blocks];
        self.stream.fill_blocks(&mut coefficients);
        self.left -= blocks;
        if let (0, Some(last)) = (self.left, coefficients.last_mut()) {
            *last = Block::new(1);
        }
        coefficients
    }
}

/// The hashes of the 128 columns in progress.
pub(super) struct ColumnHashes([Unreduced; COLUMNS]);

impl ColumnHashes {
    pub(super) fn new() -> Self {
        Self([Unreduced::default(); COLUMNS])
    }

    pub(super) fn add(&mut self, coefficients: &[Block], columns: &[Block]) {
        for (hash, column) in self.0.iter_mut().zip(columns.chunks_exact(coefficients.len())) {
            *hash ^= inner_product_unreduced(coefficients, column);
        }
    }

    pub(super) fn finish(self) -> SecretBlocks {
        self.0.map(Unreduced::reduce).to_vec().into()
    }
}

/// What of the receiver's column hashes is sent.
pub(super) fn digest(session: &SessionId, instance: &[u8; 32], challenge: Block, hashes: &[Block]) -> [u8; 32] {
    Transcript::new("quorate 2026 SoftSpoken response", session)
        .append("instance", instance)
        .append("challenge", &challenge.to_bytes())
        .append("columns", Block::as_bytes(hashes))
        .digest()
}
