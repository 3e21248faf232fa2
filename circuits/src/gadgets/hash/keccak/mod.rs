//! The Keccak permutation and SHA3-256 (FIPS 202).
//!
//! One AND gate per bit of the state and round, and as few rounds as can be: the two shapes are the same circuit.

mod permute;
pub(super) mod rows;
mod sponge;

pub use permute::permute;
pub use sponge::sha3_256;
