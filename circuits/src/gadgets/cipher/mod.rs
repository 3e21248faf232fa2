//! Block and stream ciphers.
//!
//! | gadget | gates, [`FewAnds`] | depth | gates, [`FewRounds`] | depth | published gates |
//! |---|---|---|---|---|---|
//! | `aes-128` | 6,400 | 60 | 6,800 | 40 | 6,400 |
//! | `aes-192` | 7,168 | 72 | 7,616 | 48 | 7,168 |
//! | `aes-256` | 8,832 | 84 | 9,384 | 56 | 8,832 |
//! | `aes-128-ctr`, four blocks | 19,053 | 60 | 20,245 | 40 | |
//! | `chacha20-block` | 10,400 | 1,730 | 39,080 | 405 | |
//! | `chacha20`, four blocks | 40,172 | 1,730 | 150,846 | 405 | |
//!
//! [`FewAnds`]: crate::boolean::Shape::FewAnds
//! [`FewRounds`]: crate::boolean::Shape::FewRounds

pub mod aes;
pub mod chacha20;

#[cfg(test)]
mod tests;

use super::{Gadget, Port, Reading};

/// The rows of the catalogue.
pub(super) const GADGETS: &[Gadget] = &[
    aes::rows::AES_128,
    aes::rows::AES_192,
    aes::rows::AES_256,
    aes::rows::AES_128_CTR,
    chacha20::CHACHA20_BLOCK,
    chacha20::CHACHA20,
];

/// A byte string of so many bytes.
const fn bytes(name: &'static str, count: usize) -> Port {
    Port { name, width: 8 * count, reading: Reading::Bytes }
}
