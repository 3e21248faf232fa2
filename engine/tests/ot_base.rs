//! The base OTs: the receiver's pad is the chosen one, and bad points are refused.

mod ot_parties;

use ot_parties::{A, B, SESSION, random_of};
use quorate_engine::crypto::SessionId;
use quorate_engine::net::{ChannelFault, PartyIndex};
use quorate_engine::ot::base::{BaseContext, BasePads, BaseReceiver, BaseSender};
use subtle::Choice;

const CONTEXT: BaseContext = BaseContext { session: SESSION, sender: A, receiver: B };
const CHOICES: [u8; 6] = [0, 1, 1, 0, 1, 0];

fn begin() -> (BaseSender, BaseReceiver) {
    let choices = CHOICES.map(Choice::from);
    (BaseSender::begin(CHOICES.len(), &mut random_of(A)), BaseReceiver::begin(&CONTEXT, &choices, &mut random_of(B)))
}

fn assert_transferred(sent: &BasePads, received: &BasePads) {
    for (i, choice) in CHOICES.iter().enumerate() {
        assert_eq!(received.pads[i], sent.pads[2 * i + usize::from(*choice)]);
        assert_ne!(received.pads[i], sent.pads[2 * i + 1 - usize::from(*choice)]);
    }
}

#[test]
fn the_receiver_gets_the_pad_of_its_choice() {
    let (sender, receiver) = begin();
    let (from_sender, from_receiver) = (sender.message().to_vec(), receiver.message().to_vec());
    let sent = sender.finish(&CONTEXT, &from_receiver).unwrap();
    let received = receiver.finish(&CONTEXT, &from_sender).unwrap();
    assert_eq!(sent.instance, received.instance);
    assert_transferred(&sent, &received);
    for i in 0..sent.pads.len() {
        assert!(sent.pads[i + 1..].iter().all(|pad| *pad != sent.pads[i]), "all pads differ");
    }
}

/// Each part of the context enters the pads.
#[test]
fn another_context_gives_other_pads() {
    let pads = |context: &BaseContext| {
        let (sender, receiver) = begin();
        sender.finish(context, receiver.message()).unwrap()
    };
    let base = pads(&CONTEXT);
    for other in [
        BaseContext { session: SessionId([9; 32]), ..CONTEXT },
        BaseContext { sender: PartyIndex(5), ..CONTEXT },
        BaseContext { receiver: PartyIndex(5), ..CONTEXT },
    ] {
        let other = pads(&other);
        assert_ne!(other.instance, base.instance);
        assert!(other.pads.iter().zip(base.pads.iter()).all(|(a, b)| a != b));
    }
}

/// A point changed on the way spoils every pad, because the pads bind the whole exchange.
#[test]
fn a_replaced_point_leaves_no_common_pad() {
    let (sender, receiver) = begin();
    let mut from_receiver = receiver.message().to_vec();
    let (first, second) = from_receiver.split_at_mut(64);
    first.swap_with_slice(&mut second[..64]);
    let from_sender = sender.message().to_vec();
    let sent = sender.finish(&CONTEXT, &from_receiver).unwrap();
    let received = receiver.finish(&CONTEXT, &from_sender).unwrap();
    assert!(received.pads.iter().all(|pad| sent.pads.iter().all(|other| pad != other)));
}

#[test]
fn bad_points_and_lengths_are_refused() {
    // Encodings by their first and last byte; those between are zero.
    let encoding = |first: u8, last: u8| {
        let mut bytes = [0; 32];
        (bytes[0], bytes[31]) = (first, last);
        bytes
    };
    let bad = [
        encoding(0, 0),    // the identity
        [0xff; 32],        // not below the field's prime
        encoding(1, 0),    // odd, that is negative
        encoding(0, 0x80), // the unused top bit
    ];
    for point in bad {
        for at in 0..2 * CHOICES.len() {
            let (sender, receiver) = begin();
            let mut message = receiver.message().to_vec();
            message[32 * at..][..32].copy_from_slice(&point);
            assert!(matches!(sender.finish(&CONTEXT, &message), Err(ChannelFault::Malformed(_))));
        }
        let (sender, receiver) = begin();
        let mut message = sender.message().to_vec();
        message[32..64].copy_from_slice(&point);
        assert!(matches!(receiver.finish(&CONTEXT, &message), Err(ChannelFault::Malformed(_))));
    }
    let (sender, receiver) = begin();
    assert!(matches!(sender.finish(&CONTEXT, &[]), Err(ChannelFault::WrongLength { .. })));
    assert!(matches!(receiver.finish(&CONTEXT, &[1; 33]), Err(ChannelFault::WrongLength { .. })));
}
