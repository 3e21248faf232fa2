//! The constants of the standard, from their definition (FIPS 180-4, sections 4.2 and 5.3).
//!
//! All are the first bits of the fractional parts of roots of the first primes: 64 bits for SHA-512 and the first 32
//! of those for SHA-256.

use ethnum::U256;

/// The round constants: of the cube roots of the first `count` primes, `bits` bits each.
pub(super) fn round_constants(count: usize, bits: usize) -> Vec<u64> {
    primes().take(count).map(|prime| fraction_of_root(prime, 3) >> (64 - bits)).collect()
}

/// The initial hash value: of the square roots of the first eight primes, `bits` bits each.
pub(super) fn initial_words(bits: usize) -> Vec<u64> {
    primes().take(8).map(|prime| fraction_of_root(prime, 2) >> (64 - bits)).collect()
}

fn primes() -> impl Iterator<Item = u32> {
    (2..).filter(|&number| (2..number).all(|divisor| number % divisor != 0))
}

/// The first 64 bits of the fractional part of a root of `number` < 2^9, bit by bit from the top.
fn fraction_of_root(number: u32, degree: u32) -> u64 {
    let scaled = U256::from(number) << (64 * degree);
    let mut root = U256::ZERO;
    for bit in (0..64 + 5).rev() {
        let candidate: U256 = root | U256::ONE << bit;
        // The root of 2^9 is at most 2^5, and the third power of 2^69 is below 2^256.
        if candidate.pow(degree) <= scaled {
            root = candidate;
        }
    }
    root.as_u64()
}
