//! The garbling hash by its definition, on the `aes` crate: the reference of the other versions.

use super::KEYS;
use crate::Block;
use crate::aes::Aes128;

pub(super) fn hash_batch<const E: usize>(keys: &[Block; KEYS], mut blocks: [&mut [Block; KEYS]; E]) {
    for (i, key) in keys.iter().enumerate() {
        let aes = Aes128::new(*key);
        for slice in &mut blocks {
            let x = sigma(slice[i]);
            slice[i] = aes.encrypt_one(x) ^ x;
        }
    }
}

/// `sigma(xL || xR) = (xL xor xR) || xL`, the left half being the high one.
fn sigma(x: Block) -> Block {
    let x = x.to_u128();
    Block::new(x.rotate_right(64) ^ (x & (u128::from(u64::MAX) << 64)))
}
