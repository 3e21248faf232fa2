//! The permutation Keccak-f\[1600\] (FIPS 202, section 3).

use crate::boolean::{Bits, Builder, integer};

/// Bits of a lane.
const LANE: usize = 64;
/// Bits of the state.
pub(super) const STATE: usize = 25 * LANE;
const ROUNDS: usize = 24;

/// Keccak-f\[1600\] on a state of 200 bytes: 38,400 AND gates, which is one per bit and round, in depth 24.
///
/// # Panics
/// If the state does not have 1,600 bits.
pub fn permute(builder: &mut Builder, state: &Bits) -> Bits {
    assert_eq!(state.width(), STATE, "the bits of a state");
    // Lane (x, y) is number x + 5 y.
    let mut lanes: Vec<Bits> = state.wires().chunks(LANE).map(|lane| lane.to_vec().into()).collect();
    for constant in round_constants() {
        lanes = theta(builder, &lanes);
        lanes = rho_and_pi(&lanes);
        lanes = chi(builder, &lanes);
        lanes[0] = integer::xor(builder, &lanes[0], &Bits::constant(constant.into(), LANE));
    }
    lanes.iter().flat_map(Bits::iter).collect()
}

/// Adds to each bit the parities of two columns.
fn theta(builder: &mut Builder, lanes: &[Bits]) -> Vec<Bits> {
    let parities: Vec<Bits> = (0..5)
        .map(|x| (1..5).fold(lanes[x].clone(), |parity, y| integer::xor(builder, &parity, &lanes[x + 5 * y])))
        .collect();
    let changes: Vec<Bits> = (0..5)
        .map(|x| integer::xor(builder, &parities[(x + 4) % 5], &integer::rotate_left(&parities[(x + 1) % 5], 1)))
        .collect();
    lanes.iter().enumerate().map(|(lane, bits)| integer::xor(builder, bits, &changes[lane % 5])).collect()
}

/// Rotates each lane but (0, 0), and moves it: lane (x, y) to (y, 2 x + 3 y).
fn rho_and_pi(lanes: &[Bits]) -> Vec<Bits> {
    let mut moved = lanes.to_vec();
    let (mut x, mut y) = (1, 0);
    for t in 0..24 {
        let rotated = integer::rotate_left(&lanes[x + 5 * y], (t + 1) * (t + 2) / 2);
        (x, y) = (y, (2 * x + 3 * y) % 5);
        moved[x + 5 * y] = rotated;
    }
    moved
}

/// Adds to each bit the product of the next in its row, negated, and the one after: one AND gate per bit.
fn chi(builder: &mut Builder, lanes: &[Bits]) -> Vec<Bits> {
    let next = |lane: usize, by: usize| &lanes[lane / 5 * 5 + (lane + by) % 5];
    (0..25)
        .map(|lane| {
            let complement = integer::not(builder, next(lane, 1));
            let product = integer::and(builder, &complement, next(lane, 2));
            integer::xor(builder, &lanes[lane], &product)
        })
        .collect()
}

/// The constants of iota: bit 2^j - 1 of round i is the output rc(j + 7 i) of a linear feedback shift register.
fn round_constants() -> [u64; ROUNDS] {
    let mut register = 1u8;
    [(); ROUNDS].map(|()| {
        let mut constant = 0;
        for j in 0..7 {
            constant |= u64::from(register & 1) << ((1 << j) - 1);
            // x^8 + x^6 + x^5 + x^4 + 1.
            register = register << 1 ^ if register & 0x80 == 0 { 0 } else { 0x71 };
        }
        constant
    })
}
