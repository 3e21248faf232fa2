//! An Alice who deviates as well as she can: all that she sends fits together, but for Bob's bits.

use ff::Field;
use futures_executor::block_on;
use futures_util::future::join;
use quorate_circuits::curve::{P256, SCALAR_BYTES, Secp256k1};
use subtle::Choice;

use super::super::modulus::blocks;
use super::*;
use crate::crypto::SessionId;
use crate::net::{Network, PartyIndex, memory_links};
use crate::ot::{BaseOt, CotReceiver, KeptReceiver, KeptSender};
use crate::vole::{BobBegun, BobShares};

const ALICE: PartyIndex = PartyIndex(0);
const BOB: PartyIndex = PartyIndex(1);
const SESSION: SessionId = SessionId([0x1a; 32]);
const WIDTH: usize = 2;

struct Parties {
    alice: KeptSender,
    bob: KeptReceiver,
}

/// What comes of a cheat: Alice's shares, and Bob's or his fault, and whether Bob's side is spent.
struct Outcome<C: Curve> {
    c: SecretScalars<C>,
    bob: Result<BobShares<C>, ChannelFault>,
    spent: bool,
}

impl Parties {
    fn new() -> Self {
        let mut links = memory_links(2);
        let (theirs, mine) = (links.remove(1), links.remove(0));
        let (mut a, mut b) = (Network::new(ALICE, mine), Network::new(BOB, theirs));
        let [mut of_a, mut of_b] = [1, 2].map(|seed| Random::dangerous_from_seed([seed; 32]));
        let delta = Block::new(of_a.block().to_u128() | 1);
        let alice = CotSender::set_up(&mut a, BOB, &mut of_a, &SESSION, BaseOt::Ristretto, delta);
        let bob = CotReceiver::set_up(&mut b, ALICE, &mut of_b, &SESSION, BaseOt::Ristretto);
        let (alice, bob) = block_on(join(alice, bob));
        let (alice, bob) = (alice.expect("B is honest"), bob.expect("A is honest"));
        Self { alice: alice.keep().expect("it is fresh"), bob: bob.keep().expect("it is fresh") }
    }

    /// Bob's bits of the first instance: a kept state gives the same in the same session.
    fn bits(&self) -> Vec<bool> {
        let (_, cots) = self.bob.in_session(&SESSION, BOB, ALICE).extend_in_one_message(BITS).expect("it is fresh");
        (0..BITS).map(|j| cots.choices[j / 64] >> (j % 64) & 1 == 1).collect()
    }

    /// One batch, in which `cheat` changes what Alice has when her corrections are complete.
    fn run<C: Curve>(&self, inputs: &[C::Scalar], cheat: impl FnOnce(&mut Answering<C>)) -> Outcome<C> {
        let gadget = Gadget::new(&SESSION);
        let mut alice = self.alice.in_session(&SESSION, ALICE, BOB);
        let mut bob = self.bob.in_session(&SESSION, BOB, ALICE);
        let (begun, message) =
            BobBegun::begin(&mut bob, &gadget, WIDTH, inputs.len() / WIDTH).expect("the pair is not spent");
        let mut random = Random::dangerous_from_seed([9; 32]);
        let (mut answering, transcript) =
            Answering::correct(&mut alice, &gadget, WIDTH, inputs, &message, &mut random).expect("Bob is honest");
        cheat(&mut answering);
        let (c, message) = answering.finish(transcript);
        let bob_shares = begun.finish(&mut bob, &gadget, &message);
        Outcome { c, bob: bob_shares, spent: bob.keep().is_err() }
    }
}

/// Adds `delta` to what Alice sent for place `place` of OT `j`.
fn add<C: Curve>(answering: &mut Answering<C>, j: usize, place: usize, delta: C::Scalar) {
    let bytes = &mut answering.message[(j * (WIDTH + 1) + place) * SCALAR_BYTES..][..SCALAR_BYTES];
    let old = C::decode_scalar((&*bytes).try_into().expect("32 bytes")).expect("Alice wrote it");
    bytes.copy_from_slice(&C::encode_scalar(&(old + delta)));
}

fn inputs<C: Curve>(count: usize) -> Vec<C::Scalar> {
    (0..count).map(|i| C::Scalar::from(7 + i as u64).invert().expect("it is not zero")).collect()
}

fn assert_shares<C: Curve>(outcome: &Outcome<C>, inputs: &[C::Scalar], error: C::Scalar) {
    let bob = outcome.bob.as_ref().expect("it went through");
    assert!(!outcome.spent);
    for (i, input) in inputs.iter().enumerate() {
        let expected = bob.chi[i / WIDTH] * input + if i == 0 { error } else { C::Scalar::ZERO };
        assert!(outcome.c[i] + bob.d[i] == expected, "input {i}");
    }
}

#[track_caller]
fn assert_caught<C: Curve>(outcome: &Outcome<C>) {
    assert!(outcome.bob.as_ref().is_err_and(ChannelFault::is_failed_check));
    assert!(outcome.spent, "a failed check spends the pair");
}

fn honest<C: Curve>() {
    let inputs = inputs::<C>(3 * WIDTH);
    assert_shares(&Parties::new().run::<C>(&inputs, |_| {}), &inputs, C::Scalar::ZERO);
}

#[test]
fn without_a_deviation_the_shares_are_right() {
    honest::<Secp256k1>();
    honest::<P256>();
}

/// One OT with another input goes through exactly if Alice has guessed its bit, whichever she bets on. If she bet on
/// 1, Bob's share has the error that she knows of.
fn one_other_input<C: Curve>() {
    let (parties, inputs, delta) = (Parties::new(), inputs::<C>(WIDTH), C::Scalar::from(5));
    let (gadget, bits) = (Gadget::<C>::new(&SESSION), parties.bits());
    for j in [0, 1, 2, 63, 64, 200, 414, BITS - 1] {
        let zero = parties.run::<C>(&inputs, |answering| add(answering, j, 0, delta));
        let one = parties.run::<C>(&inputs, |answering| {
            add(answering, j, 0, delta);
            let pad = &mut answering.pads[0].as_chunks_mut().0[j * (WIDTH + 1)];
            *pad = blocks(answering.modulus.add(&limbs(pad), &read::<C>(&C::encode_scalar(&delta))));
        });
        let (lucky, caught, error) = if bits[j] {
            (one, zero, gadget.decode((0..BITS).map(|i| Choice::from(u8::from(i == j)))) * delta)
        } else {
            (zero, one, C::Scalar::ZERO)
        };
        assert_shares(&lucky, &inputs, error);
        assert_caught(&caught);
    }
}

#[test]
fn one_other_input_is_a_guess_of_one_bit() {
    one_other_input::<Secp256k1>();
    one_other_input::<P256>();
}

#[test]
fn another_check_row_is_a_guess_of_one_bit() {
    let (parties, inputs) = (Parties::new(), inputs::<Secp256k1>(WIDTH));
    let bits = parties.bits();
    for (j, bit) in bits.into_iter().enumerate().take(20) {
        let outcome = parties.run::<Secp256k1>(&inputs, |answering| add(answering, j, WIDTH, Field::ONE));
        assert_eq!(outcome.bob.is_ok(), !bit);
    }
}

#[test]
fn two_inputs_in_equal_parts_are_caught() {
    let (parties, inputs) = (Parties::new(), inputs::<Secp256k1>(WIDTH));
    for place in 0..=WIDTH {
        assert_caught(&parties.run::<Secp256k1>(&inputs, |answering| {
            (0..BITS / 2).for_each(|j| add(answering, j, place, Field::ONE));
        }));
    }
}

/// The error is in the second instance of a batch.
#[test]
fn every_instance_of_a_batch_is_checked() {
    let (parties, inputs) = (Parties::new(), inputs::<Secp256k1>(2 * WIDTH));
    assert_caught(&parties.run::<Secp256k1>(&inputs, |answering| {
        (BITS..BITS + 100).for_each(|j| add(answering, j, 1, Field::ONE));
    }));
}

/// Other inputs in *every* OT are just other inputs: the random one may be anything, and `eta` follows.
#[test]
fn the_same_change_everywhere_is_another_input() {
    let (parties, mut inputs) = (Parties::new(), inputs::<Secp256k1>(WIDTH));
    let outcome = parties.run::<Secp256k1>(&inputs, |answering| {
        (0..BITS).for_each(|j| add(answering, j, 0, Field::ONE));
        answering.inputs[0][0] += 1;
    });
    inputs[0] += <Secp256k1 as Curve>::Scalar::ONE;
    assert_shares(&outcome, &inputs, Field::ZERO);
}

/// An `eta` of other inputs than the corrections'.
#[test]
fn another_eta_is_caught() {
    let (parties, inputs) = (Parties::new(), inputs::<Secp256k1>(WIDTH));
    for place in 0..=WIDTH {
        assert_caught(&parties.run::<Secp256k1>(&inputs, |answering| answering.inputs[place][0] += 1));
    }
}
