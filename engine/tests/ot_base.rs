//! The base OTs of both kinds: the receiver's pad is the chosen one, and bad messages are refused.

mod ot_parties;

use ot_parties::{A, B, SESSION, random_of};
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{ChannelFault, PartyIndex};
use quorate_engine::ot::BaseOt;
use quorate_engine::ot::base::{BaseContext, BasePads, BaseReceiver, BaseSender};
use subtle::Choice;

const CONTEXT: BaseContext = BaseContext { session: SESSION, sender: A, receiver: B };
const CHOICES: [u8; 6] = [0, 1, 1, 0, 1, 0];
/// Bytes of a vector of a key of ML-KEM-768.
const VECTOR: usize = 1152;

fn begin(base: BaseOt) -> (BaseSender, BaseReceiver) {
    let choices = CHOICES.map(Choice::from);
    let sender = BaseSender::begin(base, CHOICES.len(), &mut random_of(A));
    (sender, BaseReceiver::begin(base, &CONTEXT, &choices, &mut random_of(B)))
}

/// The sender's pads for a message, and all that it sends.
fn finish(sender: BaseSender, context: &BaseContext, message: &[u8]) -> Result<(BasePads, Vec<u8>), ChannelFault> {
    let opening = sender.opening().to_vec();
    let (pads, answer) = sender.finish(context, message, &mut Random::dangerous_from_seed([7; 32]))?;
    Ok((pads, [opening, answer].concat()))
}

fn assert_transferred(sent: &BasePads, received: &BasePads) {
    for (i, choice) in CHOICES.iter().enumerate() {
        assert_eq!(received.pads[i], sent.pads[2 * i + usize::from(*choice)]);
        assert_ne!(received.pads[i], sent.pads[2 * i + 1 - usize::from(*choice)]);
    }
}

#[test]
fn the_receiver_gets_the_pad_of_its_choice() {
    for base in BaseOt::ALL {
        let (sender, receiver) = begin(base);
        let from_receiver = receiver.message().to_vec();
        let (sent, from_sender) = finish(sender, &CONTEXT, &from_receiver).unwrap();
        assert_eq!(from_receiver.len(), CHOICES.len() * base.receiver_bytes());
        assert_eq!(from_sender.len(), CHOICES.len() * (base.opening_bytes() + base.answer_bytes()));
        let received = receiver.finish(&CONTEXT, &from_sender).unwrap();
        assert_eq!(sent.instance, received.instance);
        assert_transferred(&sent, &received);
        for i in 0..sent.pads.len() {
            assert!(sent.pads[i + 1..].iter().all(|pad| *pad != sent.pads[i]), "all pads differ");
        }
    }
}

/// Each part of the context enters the pads.
#[test]
fn another_context_gives_other_pads() {
    for base in BaseOt::ALL {
        let pads = |context: &BaseContext| {
            let (sender, receiver) = begin(base);
            finish(sender, context, receiver.message()).unwrap().0
        };
        let first = pads(&CONTEXT);
        for other in [
            BaseContext { session: SessionId([9; 32]), ..CONTEXT },
            BaseContext { sender: PartyIndex(5), ..CONTEXT },
            BaseContext { receiver: PartyIndex(5), ..CONTEXT },
        ] {
            let other = pads(&other);
            assert_ne!(other.instance, first.instance);
            assert!(other.pads.iter().zip(first.pads.iter()).all(|(a, b)| a != b));
        }
    }
}

/// A message changed on the way spoils every pad, because the pads bind the whole exchange.
#[test]
fn a_replaced_message_leaves_no_common_pad() {
    for base in BaseOt::ALL {
        let (sender, receiver) = begin(base);
        let mut from_receiver = receiver.message().to_vec();
        let (first, second) = from_receiver.split_at_mut(base.receiver_bytes());
        first.swap_with_slice(&mut second[..base.receiver_bytes()]);
        let (sent, from_sender) = finish(sender, &CONTEXT, &from_receiver).unwrap();
        let received = receiver.finish(&CONTEXT, &from_sender).unwrap();
        assert!(received.pads.iter().all(|pad| sent.pads.iter().all(|other| pad != other)));
    }
}

/// Whatever a sender encapsulates, the receiver has some pad: nothing but the pads depends on whether it was spoiled.
#[test]
fn spoiled_ciphertexts_give_other_pads_and_no_error() {
    let (sender, receiver) = begin(BaseOt::MlKem);
    let from_receiver = receiver.message().to_vec();
    let (sent, mut from_sender) = finish(sender, &CONTEXT, &from_receiver).unwrap();
    from_sender.iter_mut().for_each(|byte| *byte ^= 0x55);
    let received = receiver.finish(&CONTEXT, &from_sender).unwrap();
    assert_ne!(received.instance, sent.instance);
    assert!(received.pads.iter().all(|pad| sent.pads.iter().all(|other| pad != other)));
}

/// A receiver with choice 0 and one with choice 1 send what looks alike: each coefficient's mean is that of a uniform one,
/// in the position of the choice as in the other. What it could not look like, a vector of small numbers or a repeated one,
/// would be found; that keys are hidden altogether is an assumption.
#[test]
fn both_vectors_of_a_choice_look_alike() {
    let count = 64;
    for choice in [0, 1] {
        let choices = vec![Choice::from(choice); count];
        let receiver = BaseReceiver::begin(BaseOt::MlKem, &CONTEXT, &choices, &mut random_of(B));
        let mut totals = [0_u64; 2];
        for transfer in receiver.message().chunks_exact(BaseOt::MlKem.receiver_bytes()) {
            for (total, vector) in totals.iter_mut().zip(transfer.chunks_exact(VECTOR)) {
                let coefficients = vector.chunks_exact(3).flat_map(|bytes| {
                    let [low, middle, high] = [0, 1, 2].map(|i| u64::from(bytes[i]));
                    [low | (middle & 15) << 8, middle >> 4 | high << 4]
                });
                *total += coefficients.sum::<u64>();
            }
        }
        for total in totals {
            // The mean of 49,152 uniform numbers below 3,329 is 1,664 with a deviation of 4.3.
            let mean = total as f64 / (count * 768) as f64;
            assert!((mean - 1664.0).abs() < 26.0, "choice {choice}: {mean}");
        }
    }
}

#[test]
fn vectors_that_are_not_canonical_are_refused() {
    for value in [3329_u16, 4095] {
        for (at, transfer) in [(0, 0), (766, 3), (768, 5), (1534, 1)] {
            let (sender, receiver) = begin(BaseOt::MlKem);
            let mut message = receiver.message().to_vec();
            // Two coefficients in three bytes; of these the first of the two.
            let place = transfer * BaseOt::MlKem.receiver_bytes() + at / 2 * 3;
            message[place] = value as u8;
            message[place + 1] = message[place + 1] & 0xf0 | (value >> 8) as u8;
            assert!(matches!(finish(sender, &CONTEXT, &message), Err(ChannelFault::Malformed(_))));
        }
    }
}

#[test]
fn wrong_lengths_are_refused() {
    for base in BaseOt::ALL {
        let length = CHOICES.len() * base.receiver_bytes();
        for wrong in [0, 1, length - 1, length + 1, length - base.receiver_bytes()] {
            let (sender, receiver) = begin(base);
            let mut message = receiver.message().to_vec();
            message.resize(wrong, 0);
            assert!(matches!(finish(sender, &CONTEXT, &message), Err(ChannelFault::WrongLength { .. })));
        }
        let length = CHOICES.len() * (base.opening_bytes() + base.answer_bytes());
        for wrong in [0, 33, length - 1, length + 1] {
            let (_, receiver) = begin(base);
            assert!(matches!(receiver.finish(&CONTEXT, &vec![1; wrong]), Err(ChannelFault::WrongLength { .. })));
        }
    }
}

#[test]
fn bad_points_are_refused() {
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
            let (sender, receiver) = begin(BaseOt::Ristretto);
            let mut message = receiver.message().to_vec();
            message[32 * at..][..32].copy_from_slice(&point);
            assert!(matches!(finish(sender, &CONTEXT, &message), Err(ChannelFault::Malformed(_))));
        }
        let (sender, receiver) = begin(BaseOt::Ristretto);
        let mut message = sender.opening().to_vec();
        message[32..64].copy_from_slice(&point);
        assert!(matches!(receiver.finish(&CONTEXT, &message), Err(ChannelFault::Malformed(_))));
    }
}
