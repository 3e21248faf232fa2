//! Moments and victims: random, and not the same twice.

use std::time::Duration;

/// A source of chance.
pub struct Chance(u64);

impl Chance {
    pub fn new() -> Self {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).expect("the system has randomness");
        Self(u64::from_le_bytes(seed) | 1)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        // Xorshift (Marsaglia 2003): nothing here is secret.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }

    /// A moment of something that takes so long, and a little more.
    pub fn moment(&mut self, whole: Duration) -> Duration {
        Duration::from_micros(self.below(whole.as_micros() as usize * 11 / 10 + 1) as u64)
    }
}

/// A number that the environment gives, or another.
pub fn given(name: &str, otherwise: u32) -> u32 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}
