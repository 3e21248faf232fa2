//! HMAC.

use ::hmac::{Hmac, KeyInit, Mac};
use ::sha2::{Sha256, Sha512};

use super::byte_strings::run_one;
use super::reference::{agrees, costs};
use super::response_file::cases;
use crate::boolean::{Builder, Shape};
use crate::gadgets::hash::hmac::hmac;
use crate::gadgets::hash::sha2::{SHA_256, SHA_512, Sha2};

fn code(hash: &Sha2, key: &[u8], message: &[u8], shape: Shape) -> Vec<u8> {
    let (mut builder, inputs) = Builder::new(&[8 * key.len(), 8 * message.len()]);
    let code = hmac(&mut builder, hash, &inputs[0], &inputs[1], shape);
    run_one(&builder.finish(vec![code]), &[key, message])
}

/// RFC 4231, whose last keys are longer than a block of SHA-256 and of SHA-512.
#[test]
fn vectors_of_rfc_4231() {
    for (file, hash) in [("hmac/rfc-4231-sha256.txt", &SHA_256), ("hmac/rfc-4231-sha512.txt", &SHA_512)] {
        let cases = cases(file, "MD");
        assert_eq!(cases.len(), 6);
        for case in cases {
            let code = code(hash, &case.bytes("Key"), &case.bytes("Msg"), Shape::FewAnds);
            assert_eq!(code, case.bytes("MD"));
        }
    }
}

#[test]
fn codes_agree_on_random_inputs() {
    agrees("hmac-sha-256", |inputs| {
        let mut reference = Hmac::<Sha256>::new_from_slice(&inputs[0]).expect("any key");
        reference.update(&inputs[1]);
        reference.finalize().into_bytes().to_vec()
    });
    agrees("hmac-sha-512", |inputs| {
        let mut reference = Hmac::<Sha512>::new_from_slice(&inputs[0]).expect("any key");
        reference.update(&inputs[1]);
        reference.finalize().into_bytes().to_vec()
    });
}

#[test]
fn documented_costs() {
    costs("hmac-sha-256", [(85_304, 4_779), (162_293, 1_364)]);
    costs("hmac-sha-512", [(220_686, 9_820), (451_773, 1_943)]);
}

/// Two codes under one key cost the two compressions of the key once.
#[test]
fn codes_share_their_key() {
    let (mut builder, inputs) = Builder::new(&[256, 256, 256]);
    let codes =
        [&inputs[1], &inputs[2]].map(|message| hmac(&mut builder, &SHA_256, &inputs[0], message, Shape::FewAnds));
    let circuit = builder.finish(codes.to_vec());
    let alone = 85_304;
    assert!(circuit.and_gates() < 2 * alone - 2 * 20_000, "{} AND gates", circuit.and_gates());
}
