//! Hash functions and message authentication.
//!
//! | gadget | gates, [`FewAnds`] | depth | gates, [`FewRounds`] | depth | published gates |
//! |---|---|---|---|---|---|
//! | `sha-256-compress` | 22,271 | 1,607 | 41,412 | 457 | 22,573 |
//! | `sha-256-first-block` | 21,863 | 1,604 | 40,770 | 456 | 22,272 |
//! | `sha-256-of-32-bytes` | 20,954 | 1,604 | 40,297 | 456 | |
//! | `sha-256-of-64-bytes` | 37,759 | 3,204 | 72,042 | 909 | |
//! | `sha-512-compress` | 57,572 | 3,303 | 115,252 | 650 | 57,947 |
//! | `sha-512-first-block` | 56,756 | 3,301 | 114,002 | 649 | |
//! | `sha-512-of-64-bytes` | 54,920 | 3,301 | 113,049 | 649 | |
//! | `keccak-f` | 38,400 | 24 | the same | | 38,400 |
//! | `sha3-256-of-32-bytes`, `sha3-256-of-135-bytes` | 37,056 | 24 | the same | | |
//! | `hmac-sha-256` | 85,304 | 4,779 | 162,293 | 1,364 | |
//! | `hmac-sha-512` | 220,686 | 9,820 | 451,773 | 1,943 | |
//!
//! [`FewAnds`]: crate::boolean::Shape::FewAnds
//! [`FewRounds`]: crate::boolean::Shape::FewRounds

pub mod hmac;
pub mod keccak;
pub mod sha2;

#[cfg(test)]
pub(super) mod tests;

use super::{Gadget, Port, Reading};

/// The rows of the catalogue.
pub(super) const GADGETS: &[Gadget] = &[
    sha2::rows::SHA_256_COMPRESS,
    sha2::rows::SHA_256_FIRST_BLOCK,
    sha2::rows::SHA_256_OF_32_BYTES,
    sha2::rows::SHA_256_OF_64_BYTES,
    sha2::rows::SHA_512_COMPRESS,
    sha2::rows::SHA_512_FIRST_BLOCK,
    sha2::rows::SHA_512_OF_64_BYTES,
    keccak::rows::KECCAK_F,
    keccak::rows::SHA3_256_OF_32_BYTES,
    keccak::rows::SHA3_256_OF_135_BYTES,
    hmac::HMAC_SHA_256,
    hmac::HMAC_SHA_512,
];

/// A byte string of so many bytes.
const fn bytes(name: &'static str, count: usize) -> Port {
    Port { name, width: 8 * count, reading: Reading::Bytes }
}
