//! Pairs `w = Delta x + v`: the owner of a value has `x` and `v`, the holder of the key has `Delta` and `w`.
//!
//! Roy, "SoftSpokenOT", CRYPTO 2022, ePrint 2022/192, section 3, over the scalars of a curve. The 32 digits of Delta, four
//! bits each, are the points of a pair's punctured trees ([`crate::ot`]). With the streams `r_0, .., r_15` of a tree the
//! owner has `u = sum r_z` and `- sum z r_z`, and the holder, who lacks the stream of its digit `d`, has
//! `sum (d - z) r_z = d u - sum z r_z`. The owner sends `x - u`; digit `t` weighs 16^t.
//!
//! *What a cheating owner can do.* A correction that is wrong in one tree shifts `w` by a multiple of that digit; that a
//! combination of values passes the check then takes a guess of the digit, or of a sum of digits.

use ff::{Field, FromUniformBytes, PrimeField};
use quorate_circuits::curve::{Curve, SCALAR_BYTES};
use zeroize::{Zeroize, Zeroizing};

use super::{Parts, VALUES};
use crate::crypto::{Block, Prg};
use crate::net::{ChannelError, ChannelFault, PartyIndex};
use crate::vole::SecretScalars;

const DIGIT_BITS: usize = 4;
const LEAVES: usize = 1 << DIGIT_BITS;
const TREES: usize = 128 / DIGIT_BITS;

/// Bytes of the corrections of so many values.
pub(super) const fn correction_bytes(count: usize) -> usize {
    count * TREES * SCALAR_BYTES
}

/// The next number of a stream.
fn next<C: Curve>(stream: &mut Prg) -> C::Scalar {
    let mut bytes = stream.bytes::<64>();
    let scalar = C::Scalar::from_uniform_bytes(&bytes);
    bytes.zeroize();
    scalar
}

fn weight<C: Curve>(tree: usize) -> C::Scalar {
    C::Scalar::from_u128(1 << (DIGIT_BITS * tree))
}

/// The owner's masks `v` and its message, from the leaves of all trees.
pub(super) fn own<C: Curve>(leaves: &[Block], values: &[C::Scalar]) -> (SecretScalars<C>, Vec<u8>) {
    let mut masks = Zeroizing::new(vec![C::Scalar::ZERO; values.len()]);
    let mut message = Vec::with_capacity(correction_bytes(values.len()));
    for (tree, leaves) in leaves.chunks_exact(LEAVES).enumerate() {
        let mut streams: Vec<Prg> = leaves.iter().map(|leaf| Prg::new(*leaf)).collect();
        let weight = weight::<C>(tree);
        for (value, mask) in values.iter().zip(masks.iter_mut()) {
            let (mut sum, mut weighted) = (C::Scalar::ZERO, C::Scalar::ZERO);
            for (z, stream) in streams.iter_mut().enumerate() {
                let mut number = next::<C>(stream);
                sum += number;
                weighted += C::Scalar::from(z as u64) * number;
                number.zeroize();
            }
            *mask -= weight * weighted;
            message.extend_from_slice(&C::encode_scalar(&(*value - sum)));
        }
    }
    (masks, message)
}

/// The holder's `w`, from the leaves in the order relative to its digits.
///
/// # Errors
/// A correction that is no scalar.
pub(super) fn hold<C: Curve>(
    (peer, leaves): (PartyIndex, &[Block]),
    delta: Block,
    count: usize,
    message: &[u8],
) -> Result<SecretScalars<C>, ChannelError> {
    let at = |fault: ChannelFault| ChannelError { peer, step: VALUES, fault };
    let mut keys = Zeroizing::new(vec![C::Scalar::ZERO; count]);
    let mut parts = Parts(message);
    for (tree, leaves) in leaves.chunks_exact(LEAVES).enumerate() {
        // The first is the missing one.
        let mut streams: Vec<Prg> = leaves[1..].iter().map(|leaf| Prg::new(*leaf)).collect();
        let digit = (delta.to_u128() >> (DIGIT_BITS * tree)) as u64 % LEAVES as u64;
        // d - z for z = y xor d, without a branch.
        let offset = C::Scalar::from(LEAVES as u64);
        let factors: Zeroizing<Vec<C::Scalar>> = Zeroizing::new(
            (1..LEAVES as u64).map(|y| C::Scalar::from(digit + LEAVES as u64 - (y ^ digit)) - offset).collect(),
        );
        let (weight, point) = (weight::<C>(tree), C::Scalar::from(digit));
        for key in keys.iter_mut() {
            let mut sum = point * parts.scalar::<C>().map_err(at)?;
            for (factor, stream) in factors.iter().zip(&mut streams) {
                let mut number = next::<C>(stream);
                sum += *factor * number;
                number.zeroize();
            }
            *key += weight * sum;
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use quorate_circuits::curve::Ed25519;

    use super::*;
    use crate::crypto::{Random, random_scalar};

    #[test]
    fn keys_masks_and_values_belong_together() {
        let mut random = Random::dangerous_from_seed([5; 32]);
        let delta = random.block();
        let mut actual = vec![Block::ZERO; TREES * LEAVES];
        random.fill_blocks(&mut actual);
        let mut relative = vec![Block::ZERO; TREES * LEAVES];
        for tree in 0..TREES {
            let point = (delta.to_u128() >> (DIGIT_BITS * tree)) as usize % LEAVES;
            (1..LEAVES).for_each(|y| relative[tree * LEAVES + y] = actual[tree * LEAVES + (y ^ point)]);
        }
        let values: Vec<_> = (0..3).map(|_| random_scalar::<Ed25519>(&mut random)).collect();
        let (masks, message) = own::<Ed25519>(&actual, &values);
        assert_eq!(message.len(), correction_bytes(3));
        let keys = hold::<Ed25519>((PartyIndex(1), &relative), delta, 3, &message).expect("scalars");
        let key = <Ed25519 as Curve>::Scalar::from_u128(delta.to_u128());
        for ((value, mask), w) in values.iter().zip(masks.iter()).zip(keys.iter()) {
            assert_eq!(*w, key * value + mask);
        }
    }
}
