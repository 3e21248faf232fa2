//! Numbers that find mistakes.

use super::Format;

/// The SplitMix64 generator (Steele, Lea and Flood 2014): the same numbers in every run.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// Zeros, subnormal numbers, the least and the greatest normal ones, powers of two, infinities, NaNs with payloads,
/// neighbours of all of them, and fractions of few ones, of both signs.
pub(super) fn edges(format: Format) -> Vec<u64> {
    let (t, bias) = (format.fraction_bits as u64, format.bias() as u64);
    let highest = 2 * bias + 1;
    let exponents = [0, 1, 2, t, bias - t - 1, bias - 2, bias - 1, bias, bias + 1, bias + t, bias + t + 1];
    let exponents = exponents.into_iter().chain([highest - t - 1, highest - 2, highest - 1, highest]);
    let (half, ones) = (1 << (t - 1), (1 << t) - 1);
    let fractions = [0, 1, 2, 3, half - 1, half, half + 1, half >> 1, ones - 1, ones];
    let mut numbers = Vec::new();
    for exponent in exponents {
        for fraction in fractions {
            let magnitude = exponent << t | fraction;
            numbers.extend([magnitude, magnitude | 1 << (format.width() - 1)]);
        }
    }
    numbers
}

/// All pairs of edges.
pub(super) fn edge_pairs(format: Format) -> Vec<[u64; 2]> {
    let edges = edges(format);
    edges.iter().flat_map(|&x| edges.iter().map(move |&y| [x, y])).collect()
}

/// A number: any bits, or a fraction with few significant bits, so that results are exact or half-way now and then.
pub(super) fn number(random: &mut Random, format: Format) -> u64 {
    let bits = random.next() >> (64 - format.width());
    match random.below(3) {
        0 => bits,
        1 => bits >> random.below(format.fraction_bits as u64) << random.below(format.fraction_bits as u64),
        _ => bits & !ones(random.below(format.fraction_bits as u64 + 1)),
    }
    .min(ones(format.width() as u64))
}

/// `count` pairs: any two numbers, neighbours, and numbers whose exponents are so close that their sum needs rounding,
/// or so that their product or quotient is at the end of the range.
pub(super) fn pairs(seed: u64, count: usize, format: Format) -> Vec<[u64; 2]> {
    let mut random = Random::new(seed);
    (0..count).map(|_| pair(&mut random, format)).collect()
}

fn pair(random: &mut Random, format: Format) -> [u64; 2] {
    let (x, y) = (number(random, format), number(random, format));
    let (t, bias) = (format.fraction_bits, format.bias());
    let nearby = random.below(2 * t as u64 + 17) as i64 - (t as i64 + 8);
    let x_exponent = (x >> t) as i64 & (2 * bias + 1);
    let y_exponent = match random.below(8) {
        0 => return [x, y],
        1 => {
            let distance = random.below(4);
            return [x, if random.below(2) == 0 { x.saturating_add(distance) } else { x.saturating_sub(distance) }]
                .map(|number| number & ones(format.width() as u64));
        }
        2 | 3 => x_exponent + nearby,
        // A product that is subnormal or beyond the range, and a quotient.
        4 => bias - x_exponent + nearby,
        5 => 3 * bias - x_exponent + nearby,
        6 => x_exponent + bias + nearby,
        _ => x_exponent - bias + nearby,
    };
    let y_exponent = y_exponent.clamp(0, 2 * bias + 1) as u64;
    let y = y & !(ones(format.exponent_bits as u64) << t) | y_exponent << t;
    [x, y]
}

/// The number of `count` ones.
fn ones(count: u64) -> u64 {
    if count < 64 { (1 << count) - 1 } else { u64::MAX }
}
