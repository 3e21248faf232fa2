//! The cipher (FIPS 197, section 5.1).

use super::KeySchedule;
use super::key_schedule::substitute_word;
use crate::boolean::{Bits, Builder, Shape, Wire, integer};

/// Encrypts one block of 16 bytes, given the expanded key.
///
/// Costs 160, 192 or 224 S-boxes: with `FewAnds` 5,120, 6,144 or 7,168 AND gates and a depth of 6 per round, with
/// `FewRounds` 34 gates per S-box and a depth of 4 per round.
///
/// # Panics
/// If the block does not have 128 bits.
pub fn encrypt(builder: &mut Builder, keys: &KeySchedule, block: &Bits, shape: Shape) -> Bits {
    assert_eq!(block.width(), 128, "a block of AES has 128 bits");
    let mut state = integer::xor(builder, block, &keys.round_key(0));
    for round in 1..=keys.rounds() {
        state = shift_rows(&substitute_word(builder, &state, shape));
        if round < keys.rounds() {
            state = mix_columns(builder, &state);
        }
        state = integer::xor(builder, &state, &keys.round_key(round));
    }
    state
}

/// ShiftRows: row r, of the bytes whose number is r mod 4, moves left by r columns.
fn shift_rows(state: &Bits) -> Bits {
    (0..16).flat_map(|byte| byte_of(state, byte % 4 + 4 * ((byte / 4 + byte % 4) % 4))).copied().collect()
}

/// MixColumns: byte r of a column becomes 2 s_r + 3 s_(r+1) + s_(r+2) + s_(r+3), which is s_r, plus the sum of all
/// four, plus 2 (s_r + s_(r+1)).
fn mix_columns(builder: &mut Builder, state: &Bits) -> Bits {
    let mut mixed = Vec::with_capacity(128);
    for column in state.wires().chunks(32) {
        let bytes: Vec<Bits> = column.chunks(8).map(|byte| byte.to_vec().into()).collect();
        let low = integer::xor(builder, &bytes[0], &bytes[1]);
        let high = integer::xor(builder, &bytes[2], &bytes[3]);
        let all = integer::xor(builder, &low, &high);
        for row in 0..4 {
            let pair = integer::xor(builder, &bytes[row], &bytes[(row + 1) % 4]);
            let pair = double(builder, &pair);
            let others = integer::xor(builder, &bytes[row], &all);
            mixed.extend(integer::xor(builder, &others, &pair).iter());
        }
    }
    mixed.into()
}

/// Twice the byte in GF(2^8), mod x^8 + x^4 + x^3 + x + 1.
fn double(builder: &mut Builder, byte: &Bits) -> Bits {
    let rotated = integer::rotate_left(byte, 1);
    let reduce = |(bit, wire): (usize, Wire)| match bit {
        1 | 3 | 4 => builder.xor(wire, byte.top()),
        _ => wire,
    };
    rotated.iter().enumerate().map(reduce).collect()
}

fn byte_of(state: &Bits, byte: usize) -> &[Wire] {
    &state.wires()[8 * byte..8 * byte + 8]
}
