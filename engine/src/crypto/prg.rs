//! The pseudo-random generator: AES-128 in counter mode.

use quorate_kernels::Block;
use quorate_kernels::aes::Aes128;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes of a block.
const BLOCK: usize = Block::BYTES;

/// A stream of pseudo-random bytes from a 16-byte seed. The stream is the same however it is cut into
/// calls. At most 2^64 blocks; wiped when dropped.
#[derive(ZeroizeOnDrop)]
pub struct Prg {
    aes: Aes128,
    /// The next block of the keystream.
    counter: u64,
    /// The block that was begun, and how many of its bytes are used up.
    begun: [u8; BLOCK],
    used: usize,
}

impl Prg {
    /// The stream of a seed.
    pub fn new(seed: Block) -> Self {
        Self { aes: Aes128::new(seed), counter: 0, begun: [0; BLOCK], used: BLOCK }
    }

    /// The next bytes.
    pub fn fill_bytes(&mut self, out: &mut [u8]) {
        let (begun, rest) = out.split_at_mut(out.len().min(BLOCK - self.used));
        begun.copy_from_slice(&self.begun[self.used..][..begun.len()]);
        self.used += begun.len();
        let (whole, end) = rest.split_at_mut(rest.len() - rest.len() % BLOCK);
        self.whole_blocks(whole);
        if !end.is_empty() {
            let mut block = [Block::ZERO];
            self.keystream(&mut block);
            self.begun = block[0].to_bytes();
            block.zeroize();
            end.copy_from_slice(&self.begun[..end.len()]);
            self.used = end.len();
        }
    }

    /// The next blocks: 16 bytes of the stream each.
    pub fn fill_blocks(&mut self, out: &mut [Block]) {
        self.fill_bytes(Block::as_bytes_mut(out));
    }

    /// The next words: 8 bytes of the stream each, little-endian.
    pub fn fill_u64(&mut self, out: &mut [u64]) {
        self.fill_bytes(bytemuck::cast_slice_mut(out));
    }

    /// The next wide words: 16 bytes of the stream each, little-endian.
    pub fn fill_u128(&mut self, out: &mut [u128]) {
        self.fill_bytes(bytemuck::cast_slice_mut(out));
    }

    /// The next block.
    pub fn block(&mut self) -> Block {
        let mut block = [Block::ZERO];
        self.fill_blocks(&mut block);
        block[0]
    }

    /// The next `N` bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill_bytes(&mut bytes);
        bytes
    }

    fn whole_blocks(&mut self, out: &mut [u8]) {
        if let Ok(blocks) = bytemuck::try_cast_slice_mut(out) {
            return self.keystream(blocks);
        }
        // The caller's bytes are not aligned: go through aligned blocks, some at a time.
        let mut buffer = [Block::ZERO; 64];
        for part in out.chunks_mut(64 * BLOCK) {
            let blocks = &mut buffer[..part.len() / BLOCK];
            self.keystream(blocks);
            part.copy_from_slice(Block::as_bytes(blocks));
        }
        buffer.zeroize();
    }

    fn keystream(&mut self, out: &mut [Block]) {
        self.aes.keystream(self.counter, out);
        self.counter += out.len() as u64;
    }
}

impl std::fmt::Debug for Prg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Prg(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_stream_does_not_depend_on_how_it_is_cut(seed: u128, cuts in vec(0_usize..300, 0..12)) {
            let total = cuts.iter().sum();
            let mut whole = vec![0; total];
            Prg::new(Block::new(seed)).fill_bytes(&mut whole);
            let mut prg = Prg::new(Block::new(seed));
            let mut pieces = vec![0; total];
            let mut rest = pieces.as_mut_slice();
            for cut in cuts {
                let (piece, after) = rest.split_at_mut(cut);
                prg.fill_bytes(piece);
                rest = after;
            }
            prop_assert_eq!(whole, pieces);
        }
    }

    #[test]
    fn words_and_blocks_are_the_stream_in_little_endian() {
        let bytes: [u8; 48] = Prg::new(Block::new(3)).bytes();
        let mut prg = Prg::new(Block::new(3));
        let (mut words, mut wide) = ([0; 2], [0; 1]);
        prg.fill_u64(&mut words);
        prg.fill_u128(&mut wide);
        assert_eq!(bytes[..8], words[0].to_le_bytes());
        assert_eq!(bytes[16..32], wide[0].to_le_bytes());
        assert_eq!(bytes[32..], prg.block().to_bytes());
        assert_eq!(bytes[..16], Aes128::new(Block::new(3)).encrypt_one(Block::ZERO).to_bytes());
    }
}
