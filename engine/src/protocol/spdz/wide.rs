//! Integers modulo 2^192, of which 160 bits are ever sent: what triples are made from and checked with.
//!
//! All arithmetic wraps and is constant time.

/// Three limbs, least significant first.
pub(super) type Wide = [u64; 3];

/// Bits that count: everything is right modulo 2^160.
pub(super) const WIDE_BITS: usize = 160;
/// Bytes of an element on the wire.
pub(super) const WIDE_BYTES: usize = WIDE_BITS / 8;

/// A natural number of 128 bits.
pub(super) const fn from_u128(value: u128) -> Wide {
    [value as u64, (value >> 64) as u64, 0]
}

/// The low 128 bits.
pub(super) const fn low(value: Wide) -> u128 {
    value[0] as u128 | (value[1] as u128) << 64
}

pub(super) const fn add(a: Wide, b: Wide) -> Wide {
    let (sum, carry) = low(a).overflowing_add(low(b));
    [sum as u64, (sum >> 64) as u64, a[2].wrapping_add(b[2]).wrapping_add(carry as u64)]
}

pub(super) const fn sub(a: Wide, b: Wide) -> Wide {
    let (difference, borrow) = low(a).overflowing_sub(low(b));
    [difference as u64, (difference >> 64) as u64, a[2].wrapping_sub(b[2]).wrapping_sub(borrow as u64)]
}

/// The product with a number of 64 bits.
pub(super) const fn times(a: Wide, factor: u64) -> Wide {
    let factor = factor as u128;
    let (first, second) = (a[0] as u128 * factor, a[1] as u128 * factor);
    let middle = (first >> 64) + (second as u64) as u128;
    let top = (middle >> 64) as u64;
    let top = top.wrapping_add((second >> 64) as u64).wrapping_add(a[2].wrapping_mul(factor as u64));
    [first as u64, middle as u64, top]
}

pub(super) const fn mul(a: Wide, b: Wide) -> Wide {
    let high = shifted(times(a, b[2]), 64);
    add(add(times(a, b[0]), shifted(times(a, b[1]), 64)), shifted(high, 64))
}

/// The product with 2^bits, for at most 64 bits.
pub(super) const fn shifted(a: Wide, bits: u32) -> Wide {
    if bits == 64 {
        return [0, a[0], a[1]];
    }
    let low = low(a);
    let carried = if bits == 0 { 0 } else { (low >> (128 - bits)) as u64 };
    let shifted = low << bits;
    [shifted as u64, (shifted >> 64) as u64, a[2] << bits | carried]
}

/// The bytes sent, of which a message may take fewer.
pub(super) const fn bytes_of(a: Wide) -> [u8; 24] {
    let mut bytes = [0; 24];
    let mut limb = 0;
    while limb < 3 {
        let part = a[limb].to_le_bytes();
        let mut byte = 0;
        while byte < 8 {
            bytes[8 * limb + byte] = part[byte];
            byte += 1;
        }
        limb += 1;
    }
    bytes
}

/// The number with these bytes, at most 24, and zeros above them.
pub(super) fn from_bytes(bytes: &[u8]) -> Wide {
    let mut whole = [0; 24];
    whole[..bytes.len()].copy_from_slice(bytes);
    let (limbs, _) = whole.as_chunks();
    std::array::from_fn(|limb| u64::from_le_bytes(limbs[limb]))
}

/// Whether a number is a multiple of 2^160: zero, as far as is sent.
pub(super) const fn is_zero(a: Wide) -> bool {
    low(a) == 0 && a[2] as u32 == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_wide() -> impl Strategy<Value = Wide> {
        any::<Wide>()
    }

    proptest! {
        #[test]
        fn numbers_form_a_ring(a in any_wide(), b in any_wide(), c in any_wide()) {
            prop_assert_eq!(add(a, b), add(b, a));
            prop_assert_eq!(sub(add(a, b), b), a);
            prop_assert_eq!(mul(a, b), mul(b, a));
            prop_assert_eq!(mul(a, add(b, c)), add(mul(a, b), mul(a, c)));
            prop_assert_eq!(mul(mul(a, b), c), mul(a, mul(b, c)));
            prop_assert_eq!(times(a, b[0]), mul(a, [b[0], 0, 0]));
        }

        #[test]
        fn small_ones_are_as_the_machine_has_them(a: u128, b: u128, bits in 0_u32..=64) {
            prop_assert_eq!(low(mul(from_u128(a), from_u128(b))), a.wrapping_mul(b));
            prop_assert_eq!(low(add(from_u128(a), from_u128(b))), a.wrapping_add(b));
            prop_assert_eq!(shifted(from_u128(a), bits), mul(from_u128(a), from_u128(1 << bits)));
            prop_assert_eq!(from_bytes(&bytes_of(from_u128(a))), from_u128(a));
            prop_assert_eq!(from_bytes(&bytes_of(from_u128(a))[..4]), from_u128(a & 0xffff_ffff));
        }
    }

    #[test]
    fn zero_is_what_160_bits_say() {
        assert!(is_zero([0, 0, 1 << 32]) && !is_zero([0, 0, 1 << 31]) && !is_zero([1, 0, 0]));
    }
}
