//! Random vector OLE: the shares add up, the messages have their lengths, and what is not well formed or of another
//! place is refused. What an Alice can do who makes all parts fit is tried beside her code.

mod ot_parties;

use std::collections::HashSet;

use ff::{Field, FromUniformBytes};
use ot_parties::{DELTA, SESSION, random_of, resumed};
use proptest::collection::vec;
use proptest::prelude::*;
use quorate_circuits::curve::{Curve, Ed25519, P256, Secp256k1};
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{ChannelFault, PartyIndex};
use quorate_engine::ot::{CotReceiver, CotSender};
use quorate_engine::vole::{BITS, BobBegun, BobShares, ETA_BYTES, Gadget, MU_BYTES, answer, answer_bytes, begin_bytes};

const LATER: SessionId = SessionId([0x0e; 32]);
const WIDTH: usize = 2;

fn random() -> Random {
    random_of(PartyIndex(9))
}

fn scalars<C: Curve>(seed: u8, count: usize) -> Vec<C::Scalar> {
    let mut random = Random::dangerous_from_seed([seed; 32]);
    (0..count).map(|_| C::Scalar::from_uniform_bytes(&random.bytes())).collect()
}

/// One batch between honest parties: Alice's shares and Bob's.
fn evaluated<C: Curve>(
    alice: &mut CotSender,
    bob: &mut CotReceiver,
    gadget: &Gadget<C>,
    width: usize,
    inputs: &[C::Scalar],
) -> (Vec<C::Scalar>, BobShares<C>) {
    let count = inputs.len() / width;
    let (begun, message) = BobBegun::begin(bob, gadget, width, count).unwrap();
    assert_eq!(message.len(), begin_bytes(count));
    let chi = begun.chi().to_vec();
    let (c, message) = answer(alice, gadget, width, inputs, &message, &mut random()).unwrap();
    assert_eq!(message.len(), answer_bytes(width, count));
    let shares = begun.finish(bob, gadget, &message).unwrap();
    assert_eq!(*shares.chi, chi);
    assert_eq!((c.len(), shares.d.len()), (inputs.len(), inputs.len()));
    for (i, input) in inputs.iter().enumerate() {
        assert!(c[i] + shares.d[i] == chi[i / width] * input, "input {i}");
    }
    (c.to_vec(), shares)
}

fn shares_add_up<C: Curve>(width: usize, batches: &[(u8, usize, bool)]) {
    let (gadget, (mut alice, mut bob)) = (Gadget::<C>::new(&LATER), resumed(&LATER));
    let mut seen = HashSet::new();
    for (seed, count, zero) in batches {
        let mut inputs = scalars::<C>(*seed, width * count);
        if *zero {
            inputs.iter_mut().step_by(2).for_each(|input| *input = C::Scalar::ZERO);
        }
        let (c, shares) = evaluated(&mut alice, &mut bob, &gadget, width, &inputs);
        for share in c.iter().chain(shares.chi.iter()) {
            assert!(seen.insert(C::encode_scalar(share)), "a share or factor came twice");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn shares_are_of_the_product(width in 1_usize..4, batches in vec((any::<u8>(), 1_usize..6, any::<bool>()), 1..3)) {
        shares_add_up::<Secp256k1>(width, &batches);
        shares_add_up::<P256>(width, &batches);
        shares_add_up::<Ed25519>(width, &batches);
    }
}

#[test]
fn all_zero_inputs_have_shares_of_zero() {
    let (gadget, (mut alice, mut bob)) = (Gadget::<Secp256k1>::new(&LATER), resumed(&LATER));
    let (c, shares) = evaluated(&mut alice, &mut bob, &gadget, WIDTH, &[Field::ZERO; 4]);
    assert!(c.iter().zip(shares.d.iter()).all(|(c, d)| *c == -*d && !bool::from(c.is_zero())));
}

/// The figures of the documentation and of the design.
#[test]
fn documented_bytes() {
    assert_eq!(BITS, 416);
    assert_eq!(begin_bytes(1), 2_528);
    assert_eq!(answer_bytes(2, 1), 40_000);
    assert!(begin_bytes(1) + answer_bytes(2, 1) <= 43_500, "for each party, when it plays both sides");
    assert_eq!(begin_bytes(100), 161_744);
    assert_eq!(answer_bytes(2, 100), 3_996_832);
}

#[test]
fn no_instance_is_an_empty_batch() {
    let (gadget, (mut alice, mut bob)) = (Gadget::<Secp256k1>::new(&LATER), resumed(&LATER));
    evaluated(&mut alice, &mut bob, &gadget, WIDTH, &[]);
    evaluated(&mut alice, &mut bob, &gadget, WIDTH, &scalars::<Secp256k1>(1, WIDTH));
}

/// Two sessions of one kept pair share nothing, whatever their order; the inputs are the same.
#[test]
fn sessions_of_a_kept_pair_are_independent() {
    let inputs = scalars::<P256>(1, WIDTH);
    let mut seen = HashSet::new();
    let mut sessions = [LATER, SESSION].map(|session| (resumed(&session), Gadget::<P256>::new(&session)));
    for _ in 0..2 {
        for ((alice, bob), gadget) in &mut sessions {
            let (c, shares) = evaluated(alice, bob, gadget, WIDTH, &inputs);
            for scalar in c.iter().chain(shares.chi.iter()).chain(shares.d.iter()) {
                assert!(seen.insert(P256::encode_scalar(scalar)));
            }
        }
    }
}

/// Each bit of factors, shares and of what Alice sends is a fair coin.
fn looks_uniform<C: Curve>() {
    let count = 20;
    let (gadget, (mut alice, mut bob)) = (Gadget::<C>::new(&LATER), resumed(&LATER));
    let (begun, message) = BobBegun::begin(&mut bob, &gadget, WIDTH, count).unwrap();
    let inputs = vec![C::Scalar::ONE; WIDTH * count];
    let (_, message) = answer(&mut alice, &gadget, WIDTH, &inputs, &message, &mut random()).unwrap();
    begun.finish(&mut bob, &gadget, &message).unwrap();
    let scalars = message[..count * BITS * (WIDTH + 1) * 32].as_chunks::<32>().0;
    assert_eq!(scalars.iter().collect::<HashSet<_>>().len(), 24_960);
    // The top bits of P-256's order are 2^32 - 1: every bit is within 2^-32 of fair. 24,960 coins are within
    // 12,480 +- 800 but for a chance below 2^-70.
    for bit in 0..256 {
        let ones = scalars.iter().filter(|scalar| scalar[bit / 8] >> (bit % 8) & 1 == 1).count();
        assert!((11_680..13_280).contains(&ones), "bit {bit}: {ones}");
    }
}

#[test]
fn corrections_look_uniform() {
    looks_uniform::<Secp256k1>();
    looks_uniform::<P256>();
}

/// An instance between its messages, and what Alice sent.
fn answered<C: Curve>() -> (CotReceiver, Gadget<C>, BobBegun<C>, Vec<u8>) {
    let (gadget, (mut alice, mut bob)) = (Gadget::<C>::new(&LATER), resumed(&LATER));
    let (begun, message) = BobBegun::begin(&mut bob, &gadget, WIDTH, 1).unwrap();
    let (_, message) = answer(&mut alice, &gadget, WIDTH, &scalars::<C>(1, WIDTH), &message, &mut random()).unwrap();
    (bob, gadget, begun, message)
}

/// What Bob says to an answer that `tamper` has changed, and whether his side of the pair is spent.
fn outcome<C: Curve>(tamper: impl FnOnce(&mut Vec<u8>)) -> (Option<ChannelFault>, bool) {
    let (mut bob, gadget, begun, mut message) = answered::<C>();
    tamper(&mut message);
    let fault = begun.finish(&mut bob, &gadget, &message).err();
    (fault, bob.keep().is_err())
}

#[track_caller]
fn assert_caught((fault, spent): (Option<ChannelFault>, bool)) {
    assert!(fault.is_some_and(|fault| fault.is_failed_check()));
    assert!(spent, "a failed check spends the pair");
}

#[test]
fn every_field_of_alices_message_counts() {
    assert_eq!(outcome::<Secp256k1>(|_| {}), (None, false));
    let length = answer_bytes(WIDTH, 1);
    let corrections = length - ETA_BYTES - MU_BYTES;
    // Inputs' and check row's, first and last transfer; eta; mu. Low bits, so that the scalars stay canonical.
    for at in [31, 63, 95, 32 * 600 + 31, corrections - 1, corrections + 31, length - 32, length - 1] {
        assert_caught(outcome::<Secp256k1>(|message| message[at] ^= 1));
        assert_caught(outcome::<P256>(|message| message[at] ^= 1));
    }
}

/// Lengths and encodings are refused before anything depends on Bob's bits: the pair goes on.
#[test]
fn malformed_answers_teach_nothing() {
    let length = answer_bytes(WIDTH, 1);
    for wrong in [0, 1, 32, length - 32, length - 1, length + 1] {
        let (fault, spent) = outcome::<Secp256k1>(|message| message.resize(wrong, 0));
        assert_eq!(fault, Some(ChannelFault::WrongLength { expected: length, found: wrong }));
        assert!(!spent);
    }
    let order = |curve: &str| match curve {
        "secp256k1" => "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
        _ => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    };
    let bytes = |hex: &str| (0..32).map(|i| u8::from_str_radix(&hex[2 * i..][..2], 16).unwrap()).collect::<Vec<u8>>();
    for at in (0..length - MU_BYTES).step_by(32 * 300).chain([length - MU_BYTES - ETA_BYTES]) {
        for wrong in [vec![0xff; 32], bytes(order("secp256k1"))] {
            let (fault, spent) = outcome::<Secp256k1>(|message| message[at..at + 32].copy_from_slice(&wrong));
            assert!(matches!(fault, Some(ChannelFault::Malformed(_))) && !spent);
        }
        let (fault, spent) = outcome::<P256>(|message| message[at..at + 32].copy_from_slice(&bytes(order("p256"))));
        assert!(matches!(fault, Some(ChannelFault::Malformed(_))) && !spent);
    }
}

#[test]
fn bobs_message_is_checked() {
    let gadget = Gadget::<Secp256k1>::new(&LATER);
    let inputs = scalars::<Secp256k1>(1, WIDTH);
    let (_, mut bob) = resumed(&LATER);
    let (_, message) = BobBegun::begin(&mut bob, &gadget, WIDTH, 1).unwrap();
    for wrong in [&[][..], &message[1..], &[message.as_slice(), &[0]].concat()] {
        let (mut alice, _) = resumed(&LATER);
        let fault = answer(&mut alice, &gadget, WIDTH, &inputs, wrong, &mut random()).unwrap_err();
        assert!(matches!(fault, ChannelFault::WrongLength { .. }));
        assert!(answer(&mut alice, &gadget, WIDTH, &inputs, &message, &mut random()).is_ok(), "nothing was used up");
    }
    for at in [0, 1_000, message.len() - 49, message.len() - 48, message.len() - 1] {
        let (mut alice, _) = resumed(&LATER);
        let mut message = message.clone();
        message[at] ^= 0x40;
        assert!(answer(&mut alice, &gadget, WIDTH, &inputs, &message, &mut random()).unwrap_err().is_failed_check());
        assert!(alice.keep().is_err(), "a failed check spends the pair");
    }
}

/// Messages of another session, of another batch of this one, or for other numbers of inputs.
#[test]
fn replayed_answers_are_caught() {
    let gadget = Gadget::<Secp256k1>::new(&LATER);
    let inputs = scalars::<Secp256k1>(1, WIDTH);
    let (mut bob, _, begun, _) = answered::<Secp256k1>();
    let (mut alice, mut old) = resumed(&SESSION);
    let old_gadget = Gadget::<Secp256k1>::new(&SESSION);
    let (_, message) = BobBegun::begin(&mut old, &old_gadget, WIDTH, 1).unwrap();
    let (_, message) = answer(&mut alice, &old_gadget, WIDTH, &inputs, &message, &mut random()).unwrap();
    assert!(begun.finish(&mut bob, &gadget, &message).unwrap_err().is_failed_check());
    assert!(BobBegun::begin(&mut bob, &gadget, WIDTH, 1).unwrap_err().is_failed_check(), "it is spent");

    let (mut bob, _, _, first) = answered::<Secp256k1>();
    let (second, _) = BobBegun::begin(&mut bob, &gadget, WIDTH, 1).unwrap();
    assert!(second.finish(&mut bob, &gadget, &first).unwrap_err().is_failed_check());
}

/// What Bob made for one session is of no use in another.
#[test]
fn another_sessions_bob_message_is_caught() {
    let gadget = Gadget::<Secp256k1>::new(&LATER);
    let (_, mut old) = resumed(&SESSION);
    let (_, message) = BobBegun::begin(&mut old, &gadget, WIDTH, 1).unwrap();
    let (mut alice, _) = resumed(&LATER);
    let inputs = scalars::<Secp256k1>(1, WIDTH);
    assert!(answer(&mut alice, &gadget, WIDTH, &inputs, &message, &mut random()).unwrap_err().is_failed_check());
    assert_eq!(alice.delta(), DELTA, "Delta belongs to the pair, not to the session");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn arbitrary_answers_never_panic(message in vec(any::<u8>(), 0..2 * 40_000)) {
        let (fault, spent) = outcome::<Secp256k1>(|answer| *answer = message);
        prop_assert!(fault.is_some() && !spent);
    }

    #[test]
    fn arbitrary_answers_of_the_right_form_are_caught(seed: u8) {
        let mut random = Random::dangerous_from_seed([seed; 32]);
        assert_caught(outcome::<Secp256k1>(|message| {
            for scalar in message.chunks_exact_mut(32) {
                random.fill_bytes(&mut scalar[1..]);
            }
        }));
    }
}
