//! ChaCha20 (RFC 8439, sections 2.1 to 2.4).
//!
//! All its AND gates are in additions of 32 bits: four in each of 80 quarter rounds, and one for each word of the
//! state at the end.

use super::bytes;
use crate::boolean::{Bits, Builder, Shape, integer};
use crate::gadgets::{Gadget, Port, Reading};

/// The words "expand 32-byte k" that a state begins with.
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// The words of the state that a double round takes together, columns before diagonals.
const QUARTER_ROUNDS: [[usize; 4]; 8] = [
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
    [0, 5, 10, 15],
    [1, 6, 11, 12],
    [2, 7, 8, 13],
    [3, 4, 9, 14],
];

/// The block function: 64 bytes of key stream of a key of 32 bytes, a block counter of 32 bits and a nonce of 12
/// bytes.
///
/// `FewAnds`: 10,400 AND gates, which is 31 for each of 336 additions, less 16 for constants, in depth 1,730.
/// `FewRounds`: 39,080 in depth 405.
///
/// # Panics
/// If a width is another.
pub fn block(builder: &mut Builder, key: &Bits, counter: &Bits, nonce: &Bits, shape: Shape) -> Bits {
    assert_eq!((key.width(), counter.width(), nonce.width()), (256, 32, 96), "key, counter and nonce");
    let mut initial: Vec<Bits> = CONSTANTS.iter().map(|&word| Bits::constant(word.into(), 32)).collect();
    let rest = key.concat(counter).concat(nonce);
    // Words are little-endian, and so are bytes in our order of bits.
    initial.extend(rest.wires().chunks(32).map(|word| Bits::from(word.to_vec())));
    let mut state = initial.clone();
    for _ in 0..10 {
        for words in QUARTER_ROUNDS {
            quarter_round(builder, &mut state, words, shape);
        }
    }
    let words = state.iter().zip(&initial);
    words.flat_map(|(word, initial)| integer::add(builder, word, initial, shape).wires().to_vec()).collect()
}

/// Encrypts `data`, or decrypts it, of any length in bytes: XOR with the key stream of the blocks from the public
/// `first` on, which count mod 2^32.
///
/// The blocks share three of the four quarter rounds that come first.
///
/// # Panics
/// If the key does not have 256 bits or the nonce not 96.
pub fn xor_stream(builder: &mut Builder, key: &Bits, first: u32, nonce: &Bits, data: &Bits, shape: Shape) -> Bits {
    let mut output = Vec::with_capacity(data.width());
    let mut number = first;
    for part in data.wires().chunks(512) {
        let stream = block(builder, key, &Bits::constant(number.into(), 32), nonce, shape);
        output.extend(integer::xor(builder, &part.to_vec().into(), &stream.truncate(part.len())).iter());
        number = number.wrapping_add(1);
    }
    output.into()
}

/// The quarter round on four words of the state (section 2.1).
fn quarter_round(builder: &mut Builder, state: &mut [Bits], [a, b, c, d]: [usize; 4], shape: Shape) {
    for (sum, addend, mixed, rotation) in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)] {
        state[sum] = integer::add(builder, &state[sum], &state[addend], shape);
        let difference = integer::xor(builder, &state[mixed], &state[sum]);
        state[mixed] = integer::rotate_left(&difference, rotation);
    }
}

/// The block function as a row of the catalogue.
pub(super) const CHACHA20_BLOCK: Gadget = Gadget {
    name: "chacha20-block",
    doc: "The block function of ChaCha20: 64 bytes of key stream.",
    inputs: &[bytes("key", 32), Port { name: "counter", width: 32, reading: Reading::Unsigned }, bytes("nonce", 12)],
    outputs: &[bytes("stream", 64)],
    build: |shape| {
        let (mut builder, inputs) = Builder::new(&[256, 32, 96]);
        let stream = block(&mut builder, &inputs[0], &inputs[1], &inputs[2], shape);
        builder.finish(vec![stream])
    },
    published: None,
};

/// Encryption as a row of the catalogue.
pub(super) const CHACHA20: Gadget = Gadget {
    name: "chacha20",
    doc: "ChaCha20 on 256 bytes, block numbers from 1 as in the AEAD of RFC 8439.",
    inputs: &[bytes("key", 32), bytes("nonce", 12), bytes("plaintext", 256)],
    outputs: &[bytes("ciphertext", 256)],
    build: |shape| {
        let (mut builder, inputs) = Builder::new(&[256, 96, 2048]);
        let ciphertext = xor_stream(&mut builder, &inputs[0], 1, &inputs[1], &inputs[2], shape);
        builder.finish(vec![ciphertext])
    },
    published: None,
};
