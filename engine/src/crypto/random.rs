//! The session's source of randomness.

use std::convert::Infallible;

use getrandom::SysRng;
use quorate_kernels::Block;
use rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroize;

use super::Prg;

/// The operating system gave no randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system's source of randomness is unavailable")]
pub struct RandomnessUnavailable;

/// A cryptographically secure generator: AES-128 in counter mode under a secret key. All secrets of a
/// session come from one of these, passed in. It is not `Clone`: two copies would give equal "secrets".
#[derive(Debug)]
pub struct Random {
    stream: Prg,
}

impl Random {
    /// A generator keyed by the operating system: the only one in the product.
    ///
    /// # Errors
    /// If the operating system has no randomness to give.
    pub fn from_operating_system() -> Result<Self, RandomnessUnavailable> {
        let mut seed = [0; 32];
        SysRng.try_fill_bytes(&mut seed).map_err(|_| RandomnessUnavailable)?;
        let random = Self::from_seed("quorate random 2026 operating system", &seed);
        seed.zeroize();
        Ok(random)
    }

    /// A generator that everybody who knows `seed` can repeat. Only `quorate-testkit` calls it, so that a
    /// failed test can be replayed.
    pub fn dangerous_from_seed(seed: [u8; 32]) -> Self {
        Self::from_seed("quorate random 2026 dangerous seed", &seed)
    }

    /// An independent generator, for a sub-protocol or a worker. Equal labels at different times give
    /// different generators.
    pub fn fork(&mut self, label: &str) -> Self {
        let mut key: [u8; 32] = self.stream.bytes();
        let mut seed = *blake3::Hasher::new_keyed(&key).update(label.as_bytes()).finalize().as_bytes();
        let forked = Self::from_seed("quorate random 2026 fork", &seed);
        key.zeroize();
        seed.zeroize();
        forked
    }

    /// Fills `out` with random bytes.
    pub fn fill_bytes(&mut self, out: &mut [u8]) {
        self.stream.fill_bytes(out);
    }

    /// Fills `out` with random blocks.
    pub fn fill_blocks(&mut self, out: &mut [Block]) {
        self.stream.fill_blocks(out);
    }

    /// Fills `out` with random words.
    pub fn fill_u64(&mut self, out: &mut [u64]) {
        self.stream.fill_u64(out);
    }

    /// Fills `out` with random wide words.
    pub fn fill_u128(&mut self, out: &mut [u128]) {
        self.stream.fill_u128(out);
    }

    /// A random block.
    pub fn block(&mut self) -> Block {
        self.stream.block()
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        self.stream.bytes()
    }

    fn from_seed(context: &'static str, seed: &[u8; 32]) -> Self {
        let mut derived = blake3::derive_key(context, seed);
        let key = Block::collect(&derived)[0];
        derived.zeroize();
        Self { stream: Prg::new(key) }
    }
}

impl TryRng for Random {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        self.fill_bytes(out);
        Ok(())
    }
}

impl TryCryptoRng for Random {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_replays_and_forks_differ() {
        let mut a = Random::dangerous_from_seed([1; 32]);
        let mut b = Random::dangerous_from_seed([1; 32]);
        assert_eq!(a.block(), b.block());
        let (mut left, mut right) = (a.fork("x"), b.fork("x"));
        assert_eq!(left.block(), right.block());
        assert_ne!(a.fork("x").block(), a.fork("x").block());
        assert_ne!(a.fork("x").block(), b.fork("y").block());
    }

    #[test]
    fn the_operating_system_gives_different_keys() {
        let draw = || Random::from_operating_system().map(|mut random| random.block());
        assert_ne!(draw(), draw());
    }
}
