//! Keccak-f and SHA3-256.

use hex_literal::hex;
use sha3::{Digest, Sha3_256};

use super::byte_strings::{INSTANCES, Values, run, run_one};
use super::reference::{agrees, costs};
use super::response_file::cases;
use crate::boolean::{Builder, Circuit, Shape};
use crate::gadgets::find;
use crate::gadgets::hash::keccak::sha3_256;

use proptest::collection::vec;
use proptest::prelude::*;

fn digest(message_bytes: usize) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[8 * message_bytes]);
    let digest = sha3_256(&mut builder, &inputs[0]);
    builder.finish(vec![digest])
}

/// From 136 bytes on the padding needs another block.
#[test]
fn nist_short_messages() {
    let cases = cases("sha/SHA3_256ShortMsg.rsp", "MD");
    for length in [0, 1, 32, 64, 134, 135, 136] {
        let case = cases.iter().find(|case| case.number("Len") == 8 * length).expect("a message of each length");
        let message = &case.bytes("Msg")[..length];
        assert_eq!(run_one(&digest(length), &[message]), case.bytes("MD"), "{length} bytes");
    }
}

/// The permutation of zeros: the first lanes in KeccakF-1600-IntermediateValues of the Keccak team.
#[test]
fn permutation_of_zeros() {
    let circuit = (find("keccak-f").expect("a gadget").build)(Shape::FewAnds);
    let after = run_one(&circuit, &[&[0; 200]]);
    assert_eq!(after[..32], hex!("e7dde140798f25f18a47c033f9ccd584eea95aa61e2698d54d49806f304715bd"));
}

#[test]
fn digests_agree_on_random_messages() {
    agrees("sha3-256-of-32-bytes", |inputs| Sha3_256::digest(&inputs[0]).to_vec());
    agrees("sha3-256-of-135-bytes", |inputs| Sha3_256::digest(&inputs[0]).to_vec());
}

/// The later permutations work on states of which every bit varies.
#[test]
fn long_messages_agree() {
    let circuit = digest(400);
    proptest!(ProptestConfig::with_cases(2), |(messages in vec(vec(any::<u8>(), 400), INSTANCES))| {
        let instances: Vec<Values> = messages.iter().map(|message| vec![message.clone()]).collect();
        let expected: Vec<Values> = messages.iter().map(|message| vec![Sha3_256::digest(message).to_vec()]).collect();
        prop_assert_eq!(run(&circuit, &instances), expected);
    });
}

#[test]
fn documented_costs() {
    costs("keccak-f", [(38_400, 24); 2]);
    costs("sha3-256-of-32-bytes", [(37_056, 24); 2]);
    costs("sha3-256-of-135-bytes", [(37_056, 24); 2]);
    let two_permutations = digest(136);
    assert_eq!((two_permutations.and_gates(), two_permutations.and_depth()), (38_400 + 37_056, 48));
}
