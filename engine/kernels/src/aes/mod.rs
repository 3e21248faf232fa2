//! AES-128 (FIPS 197) under one key, over slices of blocks.
//!
//! With VAES the rounds are ours; else they are those of the `aes` crate, which picks AES-NI, the ARMv8
//! instructions or its constant-time bit-sliced code when it runs. What needs a new key for every block or two
//! is [`crate::hash`].

#[cfg(target_arch = "x86_64")]
pub(crate) mod expanded_keys;
#[cfg(target_arch = "x86_64")]
pub(crate) mod key_schedule;
#[cfg(target_arch = "x86_64")]
pub(crate) mod sixteen_keys;
#[cfg(target_arch = "x86_64")]
pub(crate) mod vaes256;
#[cfg(target_arch = "x86_64")]
mod vaes512;

use ::aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::Block;
use crate::cpu::Level;

/// Round keys of AES-128.
#[cfg(target_arch = "x86_64")]
const ROUND_KEYS: usize = 11;

/// An expanded AES-128 key; wiped when dropped.
#[derive(ZeroizeOnDrop)]
pub struct Aes128(Version);

enum Version {
    /// It is only made where [`Level::Avx512`] was found.
    #[cfg(target_arch = "x86_64")]
    Vaes512([Block; ROUND_KEYS]),
    /// Likewise for [`Level::Vaes256`].
    #[cfg(target_arch = "x86_64")]
    Vaes256([Block; ROUND_KEYS]),
    /// Boxed, because the bit-sliced form of a key is four times as large.
    Portable(Box<::aes::Aes128>),
}

impl Aes128 {
    /// Expands a key, given as the little-endian block of its bytes.
    pub fn new(key: Block) -> Self {
        Self::at_level(Level::of_this_machine(), key)
    }

    fn at_level(level: Level, key: Block) -> Self {
        match level {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a level is only ever one that the processor was found to have: it includes aes and ssse3.
            Level::Avx512 => Self(Version::Vaes512(unsafe { key_schedule::expand(key) })),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: likewise.
            Level::Vaes256 => Self(Version::Vaes256(unsafe { key_schedule::expand(key) })),
            _ => Self(Version::Portable(Box::new(::aes::Aes128::new(&Array::from(key.to_bytes()))))),
        }
    }

    /// Encrypts every block in place (electronic code book).
    pub fn encrypt(&self, blocks: &mut [Block]) {
        match &self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: this version is only made where avx512f and vaes were found.
            Version::Vaes512(round_keys) => unsafe { vaes512::encrypt(round_keys, blocks) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: likewise, avx2 and vaes.
            Version::Vaes256(round_keys) => unsafe { vaes256::encrypt(round_keys, blocks) },
            Version::Portable(cipher) => {
                let bytes: &mut [[u8; 16]] = bytemuck::cast_slice_mut(blocks);
                cipher.encrypt_blocks(Array::cast_slice_from_core_mut(bytes));
            }
        }
    }

    /// Encrypts one block.
    pub fn encrypt_one(&self, block: Block) -> Block {
        let mut blocks = [block];
        self.encrypt(&mut blocks);
        blocks[0]
    }

    /// Blocks `first, first + 1, ..` of the counter-mode keystream: the encryptions of the little-endian
    /// 64-bit counters.
    pub fn keystream(&self, first: u64, out: &mut [Block]) {
        match &self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: this version is only made where avx512f and vaes were found.
            Version::Vaes512(round_keys) => unsafe { vaes512::keystream(round_keys, first, out) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: likewise, avx2 and vaes.
            Version::Vaes256(round_keys) => unsafe { vaes256::keystream(round_keys, first, out) },
            Version::Portable(_) => {
                for (i, block) in out.iter_mut().enumerate() {
                    *block = Block::new(first.wrapping_add(i as u64).into());
                }
                self.encrypt(out);
            }
        }
    }
}

impl Zeroize for Version {
    fn zeroize(&mut self) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Vaes512(round_keys) | Self::Vaes256(round_keys) => round_keys.zeroize(),
            // The crate wipes its keys when they are dropped.
            Self::Portable(_) => {}
        }
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
    use proptest::collection::vec;
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn every_version_encrypts_alike(key: u128, words in vec(any::<u128>(), 0..150)) {
            let input: Vec<Block> = words.into_iter().map(Block::new).collect();
            let mut expected = input.clone();
            Aes128::at_level(Level::Portable, Block::new(key)).encrypt(&mut expected);
            for level in Level::all_of_this_machine() {
                let mut blocks = input.clone();
                Aes128::at_level(level, Block::new(key)).encrypt(&mut blocks);
                prop_assert_eq!(&blocks, &expected, "{:?}", level);
            }
        }

        #[test]
        fn the_keystream_encrypts_the_counters(key: u128, first: u64, length in 0_usize..150) {
            for level in Level::all_of_this_machine() {
                let aes = Aes128::at_level(level, Block::new(key));
                let mut stream = vec![Block::ZERO; length];
                aes.keystream(first, &mut stream);
                for (i, block) in stream.iter().enumerate() {
                    prop_assert_eq!(*block, aes.encrypt_one(Block::new(first.wrapping_add(i as u64).into())));
                }
            }
        }
    }
}
