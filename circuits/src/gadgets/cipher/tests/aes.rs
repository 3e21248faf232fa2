//! AES.

use ::aes::cipher::{BlockCipherEncrypt, KeyInit};
use ::aes::{Aes128, Aes192, Aes256};
use hex_literal::hex;
use proptest::prelude::*;

use crate::boolean::{Builder, Circuit, Shape};
use crate::gadgets::cipher::aes::{KeySchedule, counter_mode};
use crate::gadgets::find;
use crate::gadgets::hash::tests::SHAPES;
use crate::gadgets::hash::tests::byte_strings::{Values, run, run_one};
use crate::gadgets::hash::tests::reference::{agrees, costs};
use crate::gadgets::hash::tests::response_file::cases;

fn gadget(name: &str, shape: Shape) -> Circuit {
    (find(name).expect("a gadget").build)(shape)
}

/// FIPS 197, appendices C.1 to C.3.
#[test]
fn vectors_of_the_standard() {
    let key: Vec<u8> = (0..32).collect();
    let plaintext = hex!("00112233445566778899aabbccddeeff");
    for shape in SHAPES {
        let encrypt = |name: &str, key_bytes| run_one(&gadget(name, shape), &[&key[..key_bytes], &plaintext]);
        assert_eq!(encrypt("aes-128", 16), hex!("69c4e0d86a7b0430d8cdb78070b4c55a"));
        assert_eq!(encrypt("aes-192", 24), hex!("dda97ca4864cdfe06eaf70a0ec0d7191"));
        assert_eq!(encrypt("aes-256", 32), hex!("8ea2b7ca516745bfeafc49904b496089"));
    }
}

#[test]
fn nist_known_answers() {
    for bits in [128, 192, 256] {
        for file in ["KeySbox", "GFSbox"] {
            let cases = cases(&format!("aes/ECB{file}{bits}.rsp"), "KEY");
            let inputs: Vec<Values> =
                cases.iter().map(|case| vec![case.bytes("KEY"), case.bytes("PLAINTEXT")]).collect();
            let outputs: Vec<Values> = cases.iter().map(|case| vec![case.bytes("CIPHERTEXT")]).collect();
            for shape in SHAPES {
                assert_eq!(run(&gadget(&format!("aes-{bits}"), shape), &inputs), outputs, "{file}{bits}");
            }
        }
    }
}

#[test]
fn blocks_agree_on_random_inputs() {
    agrees("aes-128", |inputs| encrypted::<Aes128>(&inputs[0], &inputs[1]));
    agrees("aes-192", |inputs| encrypted::<Aes192>(&inputs[0], &inputs[1]));
    agrees("aes-256", |inputs| encrypted::<Aes256>(&inputs[0], &inputs[1]));
}

/// NIST SP 800-38A, section F.5.1: the first block number is not 1 there.
#[test]
fn counter_mode_of_the_standard() {
    let key = hex!("2b7e151628aed2a6abf7158809cf4f3c");
    let nonce = hex!("f0f1f2f3f4f5f6f7f8f9fafb");
    let plaintext = hex!(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
        "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
    );
    let ciphertext = hex!(
        "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
        "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"
    );
    for shape in SHAPES {
        let circuit = counter(128, 0xfcfd_feff, plaintext.len(), shape);
        assert_eq!(run_one(&circuit, &[&key, &nonce, &plaintext]), ciphertext);
    }
}

/// RFC 3686, section 6, test vector 1.
#[test]
fn counter_mode_of_ipsec() {
    let key = hex!("ae6852f8121067cc4bf7a5765577f39e");
    let nonce = hex!("000000300000000000000000");
    let mut plaintext = [0; 64];
    plaintext[..16].copy_from_slice(b"Single block msg");
    for shape in SHAPES {
        let ciphertext = run_one(&gadget("aes-128-ctr", shape), &[&key, &nonce, &plaintext]);
        assert_eq!(ciphertext[..16], hex!("e4095d4fb7a7b3792d6175a3261311b8"));
    }
}

#[test]
fn counter_mode_agrees_on_random_inputs() {
    agrees("aes-128-ctr", |inputs| counted::<Aes128>(&inputs[0], 1, &inputs[1], &inputs[2]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Block numbers start over after the last, and the last block need not be whole.
    #[test]
    fn counter_mode_from_any_number(
        back in 0..3u32,
        key: [u8; 32],
        nonce: [u8; 12],
        data in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let first = 0u32.wrapping_sub(back);
        for shape in SHAPES {
            let circuit = counter(256, first, data.len(), shape);
            prop_assert_eq!(run_one(&circuit, &[&key, &nonce, &data]), counted::<Aes256>(&key, first, &nonce, &data));
        }
    }
}

#[test]
fn documented_costs() {
    costs("aes-128", [(6_400, 60), (6_800, 40)]);
    costs("aes-192", [(7_168, 72), (7_616, 48)]);
    costs("aes-256", [(8_832, 84), (9_384, 56)]);
    costs("aes-128-ctr", [(19_053, 60), (20_245, 40)]);
}

fn counter(key_bits: usize, first: u32, data_bytes: usize, shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[key_bits, 96, 8 * data_bytes]);
    let keys = KeySchedule::new(&mut builder, &inputs[0], shape);
    let output = counter_mode(&mut builder, &keys, &inputs[1], first, &inputs[2], shape);
    builder.finish(vec![output])
}

fn encrypted<C: KeyInit + BlockCipherEncrypt>(key: &[u8], block: &[u8]) -> Vec<u8> {
    let mut block = block.try_into().expect("a block");
    C::new_from_slice(key).expect("a key").encrypt_block(&mut block);
    block.to_vec()
}

fn counted<C: KeyInit + BlockCipherEncrypt>(key: &[u8], first: u32, nonce: &[u8], data: &[u8]) -> Vec<u8> {
    let number = |block: usize| first.wrapping_add(block as u32).to_be_bytes();
    let block = |(block, part): (usize, &[u8])| {
        let stream = encrypted::<C>(key, &[nonce, &number(block)].concat());
        part.iter().zip(stream).map(|(&byte, stream)| byte ^ stream).collect::<Vec<_>>()
    };
    data.chunks(16).enumerate().flat_map(block).collect()
}
