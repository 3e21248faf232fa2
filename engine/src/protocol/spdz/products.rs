//! Products of two parties' secret numbers modulo 2^112, by OTs whose choices make one of the factors.
//!
//! The *chooser* has two factors `b` and `b'`, which its choices `beta` in [`CHOICES`] random OTs define, and the
//! *sender* two numbers `a` and `a'`, its *rows*. For each OT and row the sender sends `z - o + a`, for pads `z` and `o`,
//! and keeps `z`; the chooser has `q = z + beta a` (Gilboa, CRYPTO 1999). Weighted and added up these are shares of all four
//! products.
//!
//! *The weights.* The first 112 choices are the bits of `b`, the next 112 those of `b'`, and the last 80 count in both, with
//! random weights that are drawn when the messages are sent. A cheating sender may use other rows for some OTs, and so
//! guess something about the choices: whoever passes the check of the triples with a chance of `2^-m` has learned
//! `m` bits about them. The random weights hide `b` all the same, but for `2^-41`; see [`super::triples`].
//!
//! *Cost*: [`PRODUCT_BYTES`] from the sender; choice `t` needs only `112 - t` bits of a row.

use crate::correlation::SecretVec;
use crate::crypto::{Block, GarblingHash, Prg, SecretBlocks};
use crate::ot::{ReceiverPads, SenderPads};

/// Bits of a factor, and of products.
pub(super) const FACTOR_BITS: usize = 112;
/// Bytes of a factor.
pub(super) const FACTOR_BYTES: usize = FACTOR_BITS / 8;
/// Choices with random weights: twice the statistical bits.
const EXTRA: usize = 80;
/// OTs of a chooser's two factors.
pub(super) const CHOICES: usize = 2 * FACTOR_BITS + EXTRA;
/// Bytes of the sender's message for two rows and the choices of two factors.
pub(super) const PRODUCT_BYTES: usize = ROWS * (2 * bits_bytes() + EXTRA * FACTOR_BYTES);

/// Rows of a sender.
pub(super) const ROWS: usize = 2;
/// What counts of a number.
const MASK: u128 = (1 << FACTOR_BITS) - 1;

/// Bytes of a row for all bits of a factor.
const fn bits_bytes() -> usize {
    let (mut bytes, mut choice) = (0, 0);
    while choice < FACTOR_BITS {
        bytes += choice_bytes(choice);
        choice += 1;
    }
    bytes
}

/// Bytes of a row for a choice.
const fn choice_bytes(choice: usize) -> usize {
    if choice < 2 * FACTOR_BITS { (FACTOR_BITS - choice % FACTOR_BITS).div_ceil(8) } else { FACTOR_BYTES }
}

/// The weights of the last choices, in `b` and in `b'`.
pub(super) struct Weights(Vec<[u128; 2]>);

impl Weights {
    /// Those of a seed that nobody knew when the messages were sent.
    pub(super) fn new(seed: Block) -> Self {
        let mut words = [0; 2 * EXTRA];
        Prg::new(seed).fill_u128(&mut words);
        let (pairs, _) = words.as_chunks();
        Self(pairs.to_vec())
    }

    /// The factors that choices make; `bit` says what was chosen.
    pub(super) fn factors(&self, bit: impl Fn(usize) -> u64) -> [u128; 2] {
        let choice = |place: usize| u128::from(bit(place));
        let bits = |first: usize| (0..FACTOR_BITS).fold(0, |sum, t| sum | choice(first + t) << t);
        let extra = |factor: usize| {
            let weights = self.0.iter().enumerate();
            weights.fold(0_u128, |sum, (place, weight)| {
                sum.wrapping_add(choice(2 * FACTOR_BITS + place).wrapping_mul(weight[factor]))
            })
        };
        [0, 1].map(|factor| bits(factor * FACTOR_BITS).wrapping_add(extra(factor)) & MASK)
    }
}

/// A party's shares of the products of rows and factors: `ab`, `ab'`, `a'b`, `a'b'`.
pub(super) type Four = [u128; 4];

/// What one side has of the products with one peer until the weights are known.
pub(super) struct Halves {
    /// The parts of the bits, by pair of factors.
    bits: SecretVec<Four>,
    /// By pair of factors and choice, what is to be weighted, of either row.
    extra: SecretVec<[u128; ROWS]>,
}

impl Halves {
    fn zeros(count: usize) -> Self {
        Self { bits: SecretVec::zeros(count), extra: SecretVec::zeros(count * EXTRA) }
    }

    fn put(&mut self, pair: usize, choice: usize, values: [u128; ROWS]) {
        let Some(extra) = choice.checked_sub(2 * FACTOR_BITS) else {
            let (factor, bit) = (choice / FACTOR_BITS, choice % FACTOR_BITS);
            for (row, value) in values.into_iter().enumerate() {
                let sum = &mut self.bits[pair][2 * row + factor];
                *sum = sum.wrapping_add(value << bit);
            }
            return;
        };
        self.extra[pair * EXTRA + extra] = values;
    }

    /// The shares of the products of a pair of factors.
    pub(super) fn weighted(&self, pair: usize, weights: &Weights) -> Four {
        let extra = self.extra[pair * EXTRA..][..EXTRA].iter().zip(&weights.0);
        extra.fold(self.bits[pair], |sums, (values, weights)| {
            std::array::from_fn(|product| {
                sums[product].wrapping_add(values[product / 2].wrapping_mul(weights[product % 2]))
            })
        })
    }
}

/// The sender's message for all pairs of rows, and what it keeps.
pub(super) fn send(hash: &GarblingHash, tweak: u64, pads: SenderPads, rows: &[[u128; ROWS]]) -> (Vec<u8>, Halves) {
    let mut halves = Halves::zeros(rows.len());
    let mut message = Vec::with_capacity(rows.len() * PRODUCT_BYTES);
    let zero = stretched(hash, tweak, pads.zero);
    let one = stretched(hash, tweak, pads.one);
    for (pair, rows) in rows.iter().enumerate() {
        for choice in 0..CHOICES {
            let place = pair * CHOICES + choice;
            let z: [u128; ROWS] = std::array::from_fn(|row| zero[row][place].to_u128());
            for row in 0..ROWS {
                let masked = z[row].wrapping_sub(one[row][place].to_u128()).wrapping_add(rows[row]);
                message.extend_from_slice(&masked.to_le_bytes()[..choice_bytes(choice)]);
            }
            halves.put(pair, choice, z.map(u128::wrapping_neg));
        }
    }
    (message, halves)
}

/// What the chooser has when the message is there.
///
/// # Panics
/// If the message is too short, which the channel checked.
pub(super) fn receive(hash: &GarblingHash, tweak: u64, pads: ReceiverPads, message: &[u8]) -> Halves {
    let pairs = pads.chosen.len() / CHOICES;
    let mut halves = Halves::zeros(pairs);
    let ReceiverPads { choices, chosen } = pads;
    let chosen = stretched(hash, tweak, chosen);
    let mut rest = message;
    for pair in 0..pairs {
        for choice in 0..CHOICES {
            let place = pair * CHOICES + choice;
            let mask = u128::from(choices[place / 64] >> (place % 64) & 1).wrapping_neg();
            let values = std::array::from_fn(|row| {
                let (masked, after) = rest.split_at(choice_bytes(choice));
                rest = after;
                let mut bytes = [0; 16];
                bytes[..masked.len()].copy_from_slice(masked);
                chosen[row][place].to_u128().wrapping_add(u128::from_le_bytes(bytes) & mask)
            });
            halves.put(pair, choice, values);
        }
    }
    halves
}

/// A pad for each row. Every pad is hashed under a tweak of its own for each.
fn stretched(hash: &GarblingHash, tweak: u64, mut pads: SecretBlocks) -> [SecretBlocks; ROWS] {
    let mut second = SecretBlocks::from(pads.to_vec());
    let count = pads.len() as u64;
    hash.hash(tweak, [&mut pads]);
    hash.hash(tweak + count, [&mut second]);
    [pads, second]
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;
    use crate::crypto::Random;

    #[test]
    fn shares_are_of_the_products() {
        const PAIRS: usize = 3;
        let mut random = Random::dangerous_from_seed([8; 32]);
        let mut blocks = || {
            let mut blocks = SecretBlocks::zeros(PAIRS * CHOICES);
            random.fill_blocks(&mut blocks);
            blocks
        };
        let (zero, one, bits) = (blocks(), blocks(), blocks());
        let bit = |place: usize| bits[place].lsb();
        let chosen: Vec<Block> = (0..PAIRS * CHOICES).map(|p| Block::select(bit(p), zero[p], one[p])).collect();
        let mut choices = vec![0; (PAIRS * CHOICES).div_ceil(64)];
        (0..PAIRS * CHOICES).for_each(|place| choices[place / 64] |= u64::from(bit(place)) << (place % 64));
        let rows: Vec<[u128; ROWS]> = (0..PAIRS as u128).map(|pair| [u128::MAX - pair, pair << 90 | 77]).collect();

        let hash = GarblingHash::new(Block::new(9));
        let (message, sent) = send(&hash, 5, SenderPads { zero, one }, &rows);
        assert_eq!((message.len(), PRODUCT_BYTES), (PAIRS * PRODUCT_BYTES, 5_600));
        let pads = ReceiverPads { choices: Zeroizing::new(choices), chosen: chosen.into() };
        let received = receive(&hash, 5, pads, &message);
        let weights = Weights::new(Block::new(11));
        for (pair, [a, other_a]) in rows.into_iter().enumerate() {
            let [b, other_b] = weights.factors(|place| u64::from(bit(pair * CHOICES + place)));
            let (mine, theirs) = (sent.weighted(pair, &weights), received.weighted(pair, &weights));
            for (product, (x, y)) in [(a, b), (a, other_b), (other_a, b), (other_a, other_b)].into_iter().enumerate() {
                let sum = mine[product].wrapping_add(theirs[product]);
                assert_eq!(sum & MASK, x.wrapping_mul(y) & MASK, "pair {pair}, product {product}");
            }
        }
    }
}
