//! AES-128 (FIPS 197) under one key, over slices of blocks.
//!
//! The rounds are those of the `aes` crate, which picks VAES-512, VAES-256, AES-NI or its constant-time
//! bit-sliced code when it runs. What needs a new key for every block or two is [`crate::hash`].

use ::aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use zeroize::ZeroizeOnDrop;

use crate::Block;

/// An expanded AES-128 key; wiped when dropped.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Aes128 {
    cipher: ::aes::Aes128,
}

impl Aes128 {
    /// Expands a key, given as the little-endian block of its bytes.
    pub fn new(key: Block) -> Self {
        Self { cipher: ::aes::Aes128::new(&Array::from(key.to_bytes())) }
    }

    /// Encrypts every block in place (electronic code book).
    pub fn encrypt(&self, blocks: &mut [Block]) {
        let bytes: &mut [[u8; 16]] = bytemuck::cast_slice_mut(blocks);
        self.cipher.encrypt_blocks(Array::cast_slice_from_core_mut(bytes));
    }

    /// Encrypts one block.
    pub fn encrypt_one(&self, block: Block) -> Block {
        let mut blocks = [block];
        self.encrypt(&mut blocks);
        blocks[0]
    }

    /// Blocks `first, first + 1, ..` of the counter-mode keystream: the encryptions of the little-endian
    /// counters.
    pub fn keystream(&self, first: u64, out: &mut [Block]) {
        for (counter, block) in (first..).zip(out.iter_mut()) {
            *block = Block::new(u128::from(counter));
        }
        self.encrypt(out);
    }
}

impl std::fmt::Debug for Aes128 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Aes128(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hex_literal::hex;

    /// FIPS 197, appendix B.
    #[test]
    fn fips_197_appendix_b() {
        let aes = Aes128::new(Block::from_bytes(hex!("2b7e151628aed2a6abf7158809cf4f3c")));
        let cipher = aes.encrypt_one(Block::from_bytes(hex!("3243f6a8885a308d313198a2e0370734")));
        assert_eq!(cipher.to_bytes(), hex!("3925841d02dc09fbdc118597196a0b32"));
    }

    /// NIST CAVP, ECBGFSbox128.rsp and ECBKeySbox128.rsp, count 0 of ENCRYPT.
    #[test]
    fn nist_known_answers() {
        let aes = Aes128::new(Block::ZERO);
        let cipher = aes.encrypt_one(Block::from_bytes(hex!("f34481ec3cc627bacd5dc3fb08f273e6")));
        assert_eq!(cipher.to_bytes(), hex!("0336763e966d92595a567cc9ce537f5e"));
        let aes = Aes128::new(Block::from_bytes(hex!("10a58869d74be5a374cf867cfb473859")));
        assert_eq!(aes.encrypt_one(Block::ZERO).to_bytes(), hex!("6d251e6944b051e04eaa6fb4dbf78465"));
    }

    #[test]
    fn the_keystream_has_random_access() {
        let aes = Aes128::new(Block::new(99));
        let mut whole = vec![Block::ZERO; 300];
        aes.keystream(5, &mut whole);
        for (i, block) in whole.iter().enumerate() {
            assert_eq!(*block, aes.encrypt_one(Block::new(5 + i as u128)));
        }
    }
}
