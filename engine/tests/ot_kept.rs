//! A pair that is kept between sessions, and extensions in one message.

mod ot_parties;

use std::collections::HashSet;

use ot_parties::{A, B, DELTA, SESSION, kept, kept_bytes, random_of, resumed, run};
use proptest::collection::vec;
use proptest::prelude::*;
use quorate_engine::crypto::{Block, SessionId};
use quorate_engine::net::{ChannelFault, PartyIndex};
use quorate_engine::ot::{
    BaseOt, CotReceiver, CotSender, KEPT_PAIR_BYTES, KEPT_RECEIVER_BYTES, KEPT_SENDER_BYTES, KeptPair, KeptReceiver,
    KeptSender, MalformedKeptState, ReceiverCots, SenderCots, one_message_bytes, set_up_all,
};

const LATER: SessionId = SessionId([0x52; 32]);
const COUNT: usize = 416;
/// Bytes of a column of the corrections for so many.
const COLUMN: usize = 5 * 16;

fn extended(sender: &mut CotSender, receiver: &mut CotReceiver, count: usize) -> (SenderCots, ReceiverCots) {
    let (message, received) = receiver.extend_in_one_message(count).unwrap();
    assert_eq!(message.len(), one_message_bytes(count));
    (sender.extend_from_message(count, &message).unwrap(), received)
}

fn assert_correlated(sent: &SenderCots, received: &ReceiverCots) {
    assert_eq!((sent.first_index, sent.len()), (received.first_index, received.len()));
    for j in 0..sent.len() {
        let choice = received.choices[j / 64] >> (j % 64) & 1 == 1;
        assert_eq!(sent.q[j], received.t[j] ^ (Block::mask(choice) & DELTA), "transfer {j}");
    }
}

#[test]
fn sizes_are_those_of_the_documentation() {
    assert_eq!(KEPT_SENDER_BYTES, 7_732);
    assert_eq!(KEPT_RECEIVER_BYTES, 8_228);
    assert_eq!(KEPT_PAIR_BYTES, 15_960);
    assert!(kept_bytes().iter().all(|bytes| bytes.len() == KEPT_PAIR_BYTES));
    assert_eq!(one_message_bytes(COUNT), 2_528);
}

#[test]
fn kept_states_survive_their_bytes() {
    for party in [A, B] {
        let (bytes, kept) = (&kept_bytes()[party.0], kept(party));
        assert_eq!(*kept.to_bytes(), *bytes);
        assert_eq!(*KeptSender::from_bytes(&kept.sender.to_bytes()).unwrap().to_bytes(), *kept.sender.to_bytes());
        assert_eq!(*KeptReceiver::from_bytes(&kept.receiver.to_bytes()).unwrap().to_bytes(), *kept.receiver.to_bytes());
    }
    assert_eq!(kept(A).name(), kept(B).name());
}

#[test]
fn other_bytes_are_no_kept_state() {
    let bytes = &kept_bytes()[0];
    let refused = |bytes: &[u8]| assert_eq!(KeptPair::from_bytes(bytes).err(), Some(MalformedKeptState));
    for length in [0, 3, 4, 36, KEPT_SENDER_BYTES - 1, KEPT_SENDER_BYTES, KEPT_PAIR_BYTES - 1] {
        refused(&bytes[..length]);
    }
    refused(&[bytes.as_slice(), &[0]].concat());
    // Both tags with their versions, and a Delta that is even.
    for at in [0, 3, KEPT_SENDER_BYTES, KEPT_SENDER_BYTES + 3, 36] {
        let mut other = bytes.clone();
        other[at] ^= 1;
        refused(&other);
    }
    let mut swapped = bytes[KEPT_SENDER_BYTES..].to_vec();
    swapped.extend(&bytes[..KEPT_SENDER_BYTES]);
    refused(&swapped);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..9_000)) {
        prop_assert!(KeptPair::from_bytes(&bytes).is_err());
        prop_assert!(KeptSender::from_bytes(&bytes).is_err());
        prop_assert!(KeptReceiver::from_bytes(&bytes).is_err());
    }

    #[test]
    fn one_message_correlates_any_count(counts in vec(0_usize..2_000, 1..4)) {
        let (mut sender, mut receiver) = resumed(&LATER);
        let mut index = 0;
        for count in counts {
            let (sent, received) = extended(&mut sender, &mut receiver, count);
            prop_assert_eq!((sent.len(), sent.first_index), (count, index));
            assert_correlated(&sent, &received);
            index += count as u64;
        }
    }

    #[test]
    fn arbitrary_messages_are_refused(message in vec(any::<u8>(), one_message_bytes(COUNT))) {
        let (mut sender, _) = resumed(&LATER);
        prop_assert!(sender.extend_from_message(COUNT, &message).unwrap_err().is_failed_check());
    }
}

/// Several correction messages' worth in one.
#[test]
fn a_long_extension_fits_one_message_too() {
    let (mut sender, mut receiver) = resumed(&LATER);
    let (sent, received) = extended(&mut sender, &mut receiver, 270_000);
    assert_correlated(&sent, &received);
}

/// Sessions of one pair may overlap, under any indices, and have nothing in common.
#[test]
fn every_session_has_pads_of_its_own() {
    let mut seen = HashSet::new();
    let mut choices = HashSet::new();
    let (p, q) = (PartyIndex(4), PartyIndex(2));
    let sessions = [
        (kept(A).sender.in_session(&LATER, A, B), kept(B).receiver.in_session(&LATER, B, A)),
        (kept(A).sender.in_session(&LATER, p, q), kept(B).receiver.in_session(&LATER, q, p)),
        (kept(A).sender.in_session(&SESSION, A, B), kept(B).receiver.in_session(&SESSION, B, A)),
        (kept(A).sender.in_session(&SessionId([3; 32]), A, B), kept(B).receiver.in_session(&SessionId([3; 32]), B, A)),
    ];
    for (mut sender, mut receiver) in sessions {
        for _ in 0..2 {
            let (sent, received) = extended(&mut sender, &mut receiver, COUNT);
            assert_correlated(&sent, &received);
            assert!(choices.insert(received.choices.to_vec()));
            let pads = sent.into_pads();
            for pad in received.t.iter().chain(pads.zero.iter()).chain(pads.one.iter()) {
                assert!(seen.insert(pad.to_u128()), "a row or pad came twice");
            }
        }
    }
}

/// The session of the set-up uses other streams than any that is resumed, its own id included.
#[test]
fn what_is_kept_is_not_what_the_set_up_uses() {
    let rows = run(2, |mut net| async move {
        let (me, mut random) = (net.me(), random_of(net.me()));
        let peer = PartyIndex(1 - me.0);
        let (deltas, peers) = ([(peer, DELTA)], [peer]);
        let set_up = set_up_all(&mut net, &mut random, &SESSION, BaseOt::Ristretto, &deltas, &peers);
        let (_, mut receivers) = set_up.await.unwrap();
        let (_, first) = receivers[0].extend_in_one_message(COUNT).unwrap();
        let (_, later) =
            receivers[0].keep().unwrap().in_session(&SESSION, me, peer).extend_in_one_message(COUNT).unwrap();
        (first, later)
    });
    for (first, later) in rows {
        assert_ne!(*first.choices, *later.choices);
        assert!(first.t.iter().all(|row| !later.t.contains(row)));
    }
}

#[test]
fn choices_and_rows_of_a_resumed_pair_look_random() {
    let (mut sender, mut receiver) = resumed(&LATER);
    let (sent, received) = extended(&mut sender, &mut receiver, 20_000);
    // 20,000 fair coins are within 10,000 +- 700 but for a chance below 2^-70.
    let fair = 9_300..10_700;
    assert!(fair.contains(&received.choices.iter().map(|word| word.count_ones() as usize).sum::<usize>()));
    for bit in 0..128 {
        assert!(fair.contains(&sent.q.iter().filter(|q| q.bit(bit)).count()), "column {bit}");
    }
}

/// Sends a tampered message, and shows that the state is gone afterwards.
#[track_caller]
fn assert_caught(mut sender: CotSender, message: &[u8]) {
    assert!(sender.extend_from_message(COUNT, message).unwrap_err().is_failed_check());
    assert!(sender.extend_from_message(COUNT, message).unwrap_err().is_failed_check(), "it is spent");
    assert!(sender.keep().unwrap_err().is_failed_check(), "and not kept");
}

#[test]
fn every_part_of_the_message_counts() {
    let (_, mut receiver) = resumed(&LATER);
    let (message, _) = receiver.extend_in_one_message(COUNT).unwrap();
    let corrections = message.len() - 48;
    let first_and_last = |tree: usize| [tree * COLUMN, tree * COLUMN + COLUMN - 1];
    let places =
        (0..31).flat_map(first_and_last).chain([corrections, corrections + 15, corrections + 16, corrections + 47]);
    for at in places {
        let mut message = message.clone();
        message[at] ^= 0x20;
        assert_caught(resumed(&LATER).0, &message);
    }
}

/// Even a receiver that has Delta's four bits right cannot change its corrections afterwards: the challenge changes.
#[test]
fn a_guess_after_the_challenge_is_caught() {
    let (_, mut receiver) = resumed(&LATER);
    let (mut message, _) = receiver.extend_in_one_message(COUNT).unwrap();
    for tree in 0..31 {
        message[tree * COLUMN] ^= 1;
    }
    assert_caught(resumed(&LATER).0, &message);
}

#[test]
fn messages_of_other_sessions_and_places_are_caught() {
    let (_, mut other) = resumed(&SESSION);
    assert_caught(resumed(&LATER).0, &other.extend_in_one_message(COUNT).unwrap().0);
    // The second message where the first is due.
    let (_, mut receiver) = resumed(&LATER);
    receiver.extend_in_one_message(COUNT).unwrap();
    assert_caught(resumed(&LATER).0, &receiver.extend_in_one_message(COUNT).unwrap().0);
    // The other direction's.
    let mut reflected = kept(A).receiver.in_session(&LATER, A, B);
    assert_caught(resumed(&LATER).0, &reflected.extend_in_one_message(COUNT).unwrap().0);
    // The same pair under other indices.
    let mut moved = kept(B).receiver.in_session(&LATER, PartyIndex(2), A);
    assert_caught(resumed(&LATER).0, &moved.extend_in_one_message(COUNT).unwrap().0);
}

/// A message of another length is refused before anything is used up.
#[test]
fn wrong_lengths_change_nothing() {
    let (mut sender, mut receiver) = resumed(&LATER);
    let (message, received) = receiver.extend_in_one_message(COUNT).unwrap();
    for wrong in [&[][..], &message[1..], &[message.as_slice(), &[0]].concat()] {
        let fault = sender.extend_from_message(COUNT, wrong).unwrap_err();
        assert!(matches!(fault, ChannelFault::WrongLength { .. }) && !fault.is_failed_check());
    }
    assert_correlated(&sender.extend_from_message(COUNT, &message).unwrap(), &received);
}

#[test]
fn a_pair_that_is_given_up_neither_extends_nor_is_kept() {
    let (mut sender, mut receiver) = resumed(&LATER);
    sender.spend();
    receiver.spend();
    assert!(receiver.extend_in_one_message(1).unwrap_err().is_failed_check());
    assert!(receiver.keep().unwrap_err().is_failed_check());
    assert!(sender.extend_from_message(0, &vec![0; one_message_bytes(0)]).unwrap_err().is_failed_check());
    assert!(sender.keep().unwrap_err().is_failed_check());
}
