//! Peers that deviate from set-up or extension are caught, and nothing is used afterwards.

mod ot_parties;

use ot_parties::{A, B, SESSION, left_alone, random_of, run_over, tampered_pair};
use quorate_engine::crypto::Block;
use quorate_engine::net::{ChannelError, ChannelFault, Link, PartyIndex, Step, memory_links};
use quorate_engine::ot::{
    BaseOt, COT_CHALLENGE, COT_CORRECTIONS, COT_RESPONSE, CotReceiver, CotSender, OT_BASE, OT_TREES, ReceiverCots,
    SenderCots,
};

/// No four bits of it are zero.
const DELTA: Block = Block::new(0x1234_5678_9abc_def1_2345_6789_abcd_ef1f);
const COUNT: usize = 10_000;
/// Bytes of a column of the corrections of a chunk of 64 blocks.
const COLUMN: usize = 1024;

enum Half {
    Sender(SenderCots),
    Receiver(ReceiverCots),
}

fn outcomes(links: Vec<Vec<Option<Link>>>, delta: Block) -> Vec<Result<Half, ChannelError>> {
    outcomes_with(BaseOt::Ristretto, links, delta)
}

/// Set-up and one extension; a sender whose extension fails is shown to be spent.
fn outcomes_with(base: BaseOt, links: Vec<Vec<Option<Link>>>, delta: Block) -> Vec<Result<Half, ChannelError>> {
    run_over(links, |mut net| async move {
        let mut random = random_of(net.me());
        if net.me() == A {
            let mut cot = CotSender::set_up(&mut net, B, &mut random, &SESSION, base, delta).await?;
            let outcome = cot.extend(&mut net, &mut random, COUNT).await;
            if outcome.is_err() {
                assert!(matches!(
                    cot.extend(&mut net, &mut random, 1).await,
                    Err(ChannelError { fault: ChannelFault::CheckFailed(_), .. })
                ));
            }
            outcome.map(Half::Sender)
        } else {
            let mut cot = CotReceiver::set_up(&mut net, A, &mut random, &SESSION, base).await?;
            cot.extend(&mut net, &mut random, COUNT).await.map(Half::Receiver)
        }
    })
}

/// The error of the honest party against a cheat in `step`.
fn caught(cheat: PartyIndex, step: Step, tamper: impl FnMut(&mut Vec<u8>) + Send + 'static) -> ChannelError {
    caught_with(BaseOt::Ristretto, cheat, step, tamper)
}

fn caught_with(
    base: BaseOt,
    cheat: PartyIndex,
    step: Step,
    tamper: impl FnMut(&mut Vec<u8>) + Send + 'static,
) -> ChannelError {
    let mut outcomes = outcomes_with(base, tampered_pair(cheat, step, tamper), DELTA);
    let cheated = outcomes.remove(cheat.0);
    let error = outcomes.remove(0).err().expect("the honest party notices");
    assert_eq!(error.peer, cheat);
    assert!(error.is_misbehaviour(), "{error}");
    assert!(cheated.err().is_none_or(|error| left_alone(&error)));
    error
}

fn assert_check_failed(error: &ChannelError, step: Step) {
    assert_eq!(error.step, step);
    assert!(matches!(error.fault, ChannelFault::CheckFailed(_)), "{error}");
}

#[test]
fn honest_parties_finish() {
    let halves: Vec<_> = outcomes(memory_links(2), DELTA).into_iter().map(Result::unwrap).collect();
    assert!(matches!(&halves[..], [Half::Sender(_), Half::Receiver(_)]));
}

/// The receiver uses another `u` in every tree.
#[test]
fn a_different_input_in_every_tree_is_caught() {
    let tamper = |payload: &mut Vec<u8>| {
        for tree in 0..31 {
            payload[tree * COLUMN] ^= 1 << (tree % 8);
        }
    };
    assert_check_failed(&caught(B, COT_CORRECTIONS, tamper), COT_RESPONSE);
}

/// Every single bit counts: first, last of the outputs, sacrificed.
#[test]
fn one_wrong_bit_in_one_tree_is_caught() {
    for tree in [0, 17, 30] {
        // 79 blocks of outputs and one sacrificed: a chunk of 64 and one of 16.
        let second = 31 * COLUMN;
        for at in [tree * COLUMN, tree * COLUMN + COLUMN - 1, second + tree * 256 + 10, second + tree * 256 + 255] {
            let tamper = move |payload: &mut Vec<u8>| payload[at] ^= 0x80;
            assert_check_failed(&caught(B, COT_CORRECTIONS, tamper), COT_RESPONSE);
        }
    }
}

/// The leakage that the check allows, and no more: a receiver that bets on four bits of Delta being zero
/// goes through exactly if they are, and then the rows are still correlated.
#[test]
fn a_lucky_guess_learns_what_it_guessed_and_spoils_nothing() {
    let tree = 5;
    let delta = Block::new(DELTA.to_u128() & !(0xf << (4 * (tree + 1))));
    let tamper = move |payload: &mut Vec<u8>| payload[tree * COLUMN + 3] ^= 0x10;
    let mut halves = outcomes(tampered_pair(B, COT_CORRECTIONS, tamper), delta);
    let (Ok(Half::Receiver(received)), Ok(Half::Sender(sent))) = (halves.remove(1), halves.remove(0)) else {
        panic!("the guess was right");
    };
    for j in 0..COUNT {
        let choice = received.choices[j / 64] >> (j % 64) & 1 == 1;
        assert_eq!(sent.q[j], received.t[j] ^ (Block::mask(choice) & delta));
    }
}

#[test]
fn a_wrong_response_is_caught() {
    for at in [0, 15, 16, 47] {
        let error = caught(B, COT_RESPONSE, move |payload| payload[at] ^= 4);
        assert_check_failed(&error, COT_RESPONSE);
    }
}

/// A sender that lies about its challenge harms itself: the right response does not fit it.
#[test]
fn a_changed_challenge_fails_at_the_sender() {
    let outcomes = outcomes(tampered_pair(A, COT_CHALLENGE, |payload| payload[3] ^= 1), DELTA);
    assert_check_failed(outcomes[0].as_ref().err().expect("the check fails"), COT_RESPONSE);
    assert!(outcomes[1].is_ok());
}

/// Tree corrections: the sums of every level, the sum of tags and the hash, in the first and the last tree.
#[test]
fn tampered_trees_are_caught() {
    for tree in [0, 31] {
        // Of a level's two sums the holder decrypts one, so both are changed.
        for level in 0..4 {
            let tamper = move |payload: &mut Vec<u8>| {
                payload[192 * tree + 32 * level] ^= 1;
                payload[192 * tree + 32 * level + 16] ^= 1;
            };
            assert_check_failed(&caught(B, OT_TREES, tamper), OT_TREES);
        }
        for at in [128, 159, 160, 191] {
            assert_check_failed(&caught(B, OT_TREES, move |payload| payload[192 * tree + at] ^= 1), OT_TREES);
        }
    }
}

/// A point exchanged for another valid one, on either side, ends in trees that do not fit.
#[test]
fn exchanged_base_points_are_caught() {
    let swap = |payload: &mut Vec<u8>| {
        let (first, second) = payload.split_at_mut(32);
        first.swap_with_slice(&mut second[..32]);
    };
    assert_check_failed(&caught(B, OT_BASE, swap), OT_TREES);
    // The coming sender harms itself: its own set-up fails.
    let outcomes = outcomes(tampered_pair(A, OT_BASE, swap), DELTA);
    assert_check_failed(outcomes[0].as_ref().err().expect("the trees do not fit"), OT_TREES);
}

#[test]
fn malformed_base_points_are_refused() {
    for cheat in [A, B] {
        let error = caught(cheat, OT_BASE, |payload| payload[..32].fill(0));
        assert_eq!(error.step, OT_BASE);
        assert!(matches!(error.fault, ChannelFault::Malformed(_)));
        let error = caught(cheat, OT_BASE, |payload| payload[64..96].fill(0xff));
        assert!(matches!(error.fault, ChannelFault::Malformed(_)));
    }
}

/// With base OTs by ML-KEM: keys exchanged for other valid ones, of one transfer or between the two of one, ciphertexts
/// exchanged or spoiled, trees spoiled behind them.
#[test]
fn tampered_encapsulations_are_caught() {
    let base = BaseOt::MlKem;
    assert!(outcomes_with(base, memory_links(2), DELTA).iter().all(Result::is_ok));
    // The coming sender's keys: its own set-up fails.
    for (length, distance) in [(2336, 2336), (1152, 1152)] {
        let swap = move |payload: &mut Vec<u8>| {
            let (first, second) = payload.split_at_mut(distance);
            first[..length].swap_with_slice(&mut second[..length]);
        };
        let outcomes = outcomes_with(base, tampered_pair(A, OT_BASE, swap), DELTA);
        assert_check_failed(outcomes[0].as_ref().err().expect("the trees do not fit"), OT_TREES);
    }
    // Both ciphertexts of a transfer, of which the holder decapsulates one.
    let spoil = |payload: &mut Vec<u8>| {
        payload[5] ^= 1;
        payload[1088 + 1087] ^= 0x80;
    };
    assert_check_failed(&caught_with(base, B, OT_TREES, spoil), OT_TREES);
    let swap = |payload: &mut Vec<u8>| {
        let (first, second) = payload.split_at_mut(2176);
        first.swap_with_slice(&mut second[..2176]);
    };
    assert_check_failed(&caught_with(base, B, OT_TREES, swap), OT_TREES);
    let trees = 128 * 2176;
    let spoil = move |payload: &mut Vec<u8>| payload[trees + 160] ^= 1;
    assert_check_failed(&caught_with(base, B, OT_TREES, spoil), OT_TREES);
}

#[test]
fn malformed_encapsulations_are_refused() {
    let base = BaseOt::MlKem;
    let error = caught_with(base, A, OT_BASE, |payload| payload[1152..1155].fill(0xff));
    assert_eq!((error.step, error.peer), (OT_BASE, A));
    assert!(matches!(error.fault, ChannelFault::Malformed(_)));
    for (cheat, step) in [(A, OT_BASE), (B, OT_TREES)] {
        let error = caught_with(base, cheat, step, |payload| payload.push(0));
        assert!(matches!(error.fault, ChannelFault::WrongLength { .. }), "{error}");
        let error = caught_with(base, cheat, step, |payload| payload.truncate(6144));
        assert!(matches!(error.fault, ChannelFault::WrongLength { .. }), "{error}");
    }
}

#[test]
fn wrong_lengths_are_refused() {
    for (cheat, step) in
        [(A, OT_BASE), (B, OT_BASE), (B, OT_TREES), (B, COT_CORRECTIONS), (A, COT_CHALLENGE), (B, COT_RESPONSE)]
    {
        let error = caught(cheat, step, |payload| payload.push(0));
        assert!(matches!(error.fault, ChannelFault::WrongLength { .. }), "{error}");
        let error = caught(cheat, step, |payload| payload.clear());
        assert!(matches!(error.fault, ChannelFault::WrongLength { .. }), "{error}");
    }
}
