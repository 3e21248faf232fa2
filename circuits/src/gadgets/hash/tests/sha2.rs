//! SHA-256 and SHA-512.

use ::sha2::block_api::{compress256, compress512};
use ::sha2::{Digest, Sha256, Sha512};
use hex_literal::hex;

use super::SHAPES;
use super::byte_strings::run_one;
use super::reference::{agrees, costs};
use super::response_file::cases;
use crate::boolean::{Builder, Circuit, Shape};
use crate::gadgets::hash::sha2::{SHA_256, SHA_512, Sha2};

fn digest(hash: &Sha2, message_bytes: usize, shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[8 * message_bytes]);
    let digest = hash.digest(&mut builder, &inputs[0], shape);
    builder.finish(vec![digest])
}

/// NIST's messages of these lengths.
fn nist_vectors(file: &str, hash: &Sha2, lengths: &[usize]) {
    let cases = cases(file, "MD");
    for &length in lengths {
        let case = cases.iter().find(|case| case.number("Len") == 8 * length).expect("a message of each length");
        let message = &case.bytes("Msg")[..length];
        for shape in SHAPES {
            assert_eq!(run_one(&digest(hash, length, shape), &[message]), case.bytes("MD"), "{length} bytes");
        }
    }
}

/// The padding begins in one block or fills two from 56 bytes on, and from 112 on.
#[test]
fn nist_short_messages() {
    nist_vectors("sha/SHA256ShortMsg.rsp", &SHA_256, &[0, 1, 3, 55, 56, 63, 64]);
    nist_vectors("sha/SHA512ShortMsg.rsp", &SHA_512, &[0, 1, 111, 112, 128]);
}

/// FIPS 180-4's examples, from NIST's "Examples with intermediate values".
#[test]
fn messages_of_the_standard() {
    let two_blocks = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    for shape in SHAPES {
        assert_eq!(
            run_one(&digest(&SHA_256, 3, shape), &[b"abc"]),
            hex!("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        );
        assert_eq!(
            run_one(&digest(&SHA_256, 56, shape), &[two_blocks]),
            hex!("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        );
        assert_eq!(
            run_one(&digest(&SHA_512, 3, shape), &[b"abc"]),
            hex!(
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            )
        );
    }
}

#[test]
fn compression_agrees_on_random_inputs() {
    agrees("sha-256-compress", |inputs| compressed_256(&inputs[0], &inputs[1]));
    agrees("sha-512-compress", |inputs| compressed_512(&inputs[0], &inputs[1]));
}

/// The initial value is read out of the circuit's constants; the digests above depend on it too.
#[test]
fn first_blocks_agree_on_random_inputs() {
    let constant = |hash: &Sha2| run_one(&Builder::new(&[]).0.finish(vec![hash.initial_value()]), &[]);
    let initial = constant(&SHA_256);
    assert_eq!(initial, hex!("6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19"));
    agrees("sha-256-first-block", |inputs| compressed_256(&initial, &inputs[0]));
    let initial = constant(&SHA_512);
    agrees("sha-512-first-block", |inputs| compressed_512(&initial, &inputs[0]));
}

#[test]
fn digests_agree_on_random_messages() {
    agrees("sha-256-of-32-bytes", |inputs| Sha256::digest(&inputs[0]).to_vec());
    agrees("sha-256-of-64-bytes", |inputs| Sha256::digest(&inputs[0]).to_vec());
    agrees("sha-512-of-64-bytes", |inputs| Sha512::digest(&inputs[0]).to_vec());
}

#[test]
fn documented_costs() {
    costs("sha-256-compress", [(22_271, 1_607), (41_412, 457)]);
    costs("sha-256-first-block", [(21_863, 1_604), (40_770, 456)]);
    costs("sha-256-of-32-bytes", [(20_954, 1_604), (40_297, 456)]);
    costs("sha-256-of-64-bytes", [(37_759, 3_204), (72_042, 909)]);
    costs("sha-512-compress", [(57_572, 3_303), (115_252, 650)]);
    costs("sha-512-first-block", [(56_756, 3_301), (114_002, 649)]);
    costs("sha-512-of-64-bytes", [(54_920, 3_301), (113_049, 649)]);
}

fn compressed_256(before: &[u8], block: &[u8]) -> Vec<u8> {
    let words = before.chunks(4).map(|word| u32::from_be_bytes(word.try_into().expect("4 bytes")));
    let mut state: [u32; 8] = words.collect::<Vec<_>>().try_into().expect("8 words");
    compress256(&mut state, &[block.try_into().expect("64 bytes")]);
    state.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn compressed_512(before: &[u8], block: &[u8]) -> Vec<u8> {
    let words = before.chunks(8).map(|word| u64::from_be_bytes(word.try_into().expect("8 bytes")));
    let mut state: [u64; 8] = words.collect::<Vec<_>>().try_into().expect("8 words");
    compress512(&mut state, &[block.try_into().expect("128 bytes")]);
    state.iter().flat_map(|word| word.to_be_bytes()).collect()
}
