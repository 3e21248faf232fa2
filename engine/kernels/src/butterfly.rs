//! The sums of a small-field VOLE: from 2^k streams `r_x` to `u = sum r_x` and `v_b = sum of r_x with bit b
//! of x set`, in the additions of one halving after the other (Roy, "SoftSpokenOT", CRYPTO 2022, ePrint
//! 2022/192, section 4.1) instead of `k * 2^k` of them.

use crate::Block;
use crate::cpu::Level;

/// Bits of `x`: the small field is GF(2^4).
pub const BITS: usize = 4;
/// Streams.
pub const LEAVES: usize = 1 << BITS;

/// Adds up `LEAVES` streams of `length` blocks that stand one after the other in `streams`, in place.
///
/// Afterwards stream 0 is `u`, and stream `2^b` is `v_b` for `b` in `0..BITS`; the others hold partial sums.
///
/// # Panics
/// If `streams.len()` is no multiple of [`LEAVES`].
pub fn sums(streams: &mut [Block]) {
    sums_at_level(Level::of_this_machine(), streams);
}

fn sums_at_level(level: Level, streams: &mut [Block]) {
    assert_eq!(streams.len() % LEAVES, 0, "streams of one length");
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: it includes avx512f.
        Level::Avx512 => unsafe { sums_avx512(streams) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; it includes avx2.
        Level::Vaes256 | Level::Avx2 => unsafe { sums_avx2(streams) },
        _ => halvings(streams),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn sums_avx512(streams: &mut [Block]) {
    halvings(streams);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sums_avx2(streams: &mut [Block]) {
    halvings(streams);
}

/// For `b` from the top: the streams with bit `b` are first folded onto those without, then added up among
/// themselves into stream `2^b`.
#[inline(always)]
fn halvings(streams: &mut [Block]) {
    let length = streams.len() / LEAVES;
    for b in (0..BITS).rev() {
        let half = length << b;
        let (without, with) = streams[..2 * half].split_at_mut(half);
        add(without, with);
        let (sum, others) = with.split_at_mut(length);
        for other in others.chunks_exact(length.max(1)) {
            add(sum, other);
        }
    }
}

#[inline(always)]
fn add(sum: &mut [Block], other: &[Block]) {
    // As 64-bit words, which the compiler makes vectors of; of 128-bit integers it does not.
    let (sum, other): (&mut [u64], &[u64]) = (bytemuck::cast_slice_mut(sum), bytemuck::cast_slice(other));
    for (a, b) in sum.iter_mut().zip(other) {
        *a ^= b;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_version_gives_the_sums_by_definition(length in 0_usize..9, seed in vec(any::<u128>(), 9 * LEAVES)) {
            let input: Vec<Block> = seed[..length * LEAVES].iter().copied().map(Block::new).collect();
            for level in Level::all_of_this_machine() {
                let mut streams = input.clone();
                sums_at_level(level, &mut streams);
                for i in 0..length {
                    let sum = |keep: &dyn Fn(usize) -> bool| {
                        (0..LEAVES).filter(|x| keep(*x)).fold(Block::ZERO, |sum, x| sum ^ input[x * length + i])
                    };
                    prop_assert_eq!(streams[i], sum(&|_| true));
                    for b in 0..BITS {
                        prop_assert_eq!(streams[(length << b) + i], sum(&|x| x >> b & 1 == 1));
                    }
                }
            }
        }
    }
}
