//! The garbling hash by its definition, on the `aes` crate: the reference of the other versions.

use ::aes::cipher::{Array, BlockCipherEncrypt, KeyInit};

use super::KEYS;
use crate::Block;

pub(super) fn hash_batch<const E: usize>(keys: &[Block; KEYS], mut blocks: [&mut [Block; KEYS]; E]) {
    for (i, key) in keys.iter().enumerate() {
        let aes = ::aes::Aes128::new(&Array::from(key.to_bytes()));
        for slice in &mut blocks {
            let x = sigma(slice[i]);
            let mut cipher = Array::from(x.to_bytes());
            aes.encrypt_block(&mut cipher);
            slice[i] = Block::from_bytes(cipher.into()) ^ x;
        }
    }
}

/// `sigma(xL || xR) = (xL xor xR) || xL`, the left half being the high one.
pub(crate) fn sigma(x: Block) -> Block {
    let x = x.to_u128();
    Block::new(x.rotate_right(64) ^ (x & (u128::from(u64::MAX) << 64)))
}
