//! ChaCha20.

use ::chacha20::ChaCha20;
use ::chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use hex_literal::hex;
use proptest::prelude::*;

use crate::boolean::{Builder, Circuit, Shape};
use crate::gadgets::cipher::chacha20::xor_stream;
use crate::gadgets::find;
use crate::gadgets::hash::tests::SHAPES;
use crate::gadgets::hash::tests::byte_strings::run_one;
use crate::gadgets::hash::tests::reference::{agrees, costs};

/// RFC 8439, section 2.3.2.
#[test]
fn block_of_the_standard() {
    let key: Vec<u8> = (0..32).collect();
    for shape in SHAPES {
        let circuit = (find("chacha20-block").expect("a gadget").build)(shape);
        assert_eq!(
            run_one(&circuit, &[&key, &1u32.to_le_bytes(), &hex!("000000090000004a00000000")]),
            hex!(
                "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
                "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"
            )
        );
    }
}

/// RFC 8439, section 2.4.2.
#[test]
fn message_of_the_standard() {
    let key: Vec<u8> = (0..32).collect();
    let message = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
        sunscreen would be it.";
    for shape in SHAPES {
        let circuit = encryption(1, message.len(), shape);
        assert_eq!(
            run_one(&circuit, &[&key, &hex!("000000000000004a00000000"), message]),
            hex!(
                "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0b"
                "f91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d8"
                "07ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab7793736"
                "5af90bbf74a35be6b40b8eedf2785e42874d"
            )
        );
    }
}

#[test]
fn agrees_on_random_inputs() {
    agrees("chacha20-block", |inputs| {
        let counter = u32::from_le_bytes(inputs[1][..].try_into().expect("4 bytes"));
        // A stream is not left by its end: there is no block after the last.
        encrypted(&inputs[0], counter, &inputs[2], &[0; 64])
    });
    agrees("chacha20", |inputs| encrypted(&inputs[0], 1, &inputs[1], &inputs[2]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn from_any_number(
        first in 0..u32::MAX - 4,
        key: [u8; 32],
        nonce: [u8; 12],
        data in prop::collection::vec(any::<u8>(), 0..150),
    ) {
        for shape in SHAPES {
            let circuit = encryption(first, data.len(), shape);
            prop_assert_eq!(run_one(&circuit, &[&key, &nonce, &data]), encrypted(&key, first, &nonce, &data));
        }
    }
}

#[test]
fn documented_costs() {
    costs("chacha20-block", [(10_400, 1_730), (39_080, 405)]);
    costs("chacha20", [(40_172, 1_730), (150_846, 405)]);
}

fn encryption(first: u32, data_bytes: usize, shape: Shape) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[256, 96, 8 * data_bytes]);
    let output = xor_stream(&mut builder, &inputs[0], first, &inputs[1], &inputs[2], shape);
    builder.finish(vec![output])
}

fn encrypted(key: &[u8], first: u32, nonce: &[u8], data: &[u8]) -> Vec<u8> {
    let mut cipher = ChaCha20::new_from_slices(key, nonce).expect("a key and a nonce");
    cipher.seek(u64::from(first) * 64);
    let mut data = data.to_vec();
    cipher.apply_keystream(&mut data);
    data
}
