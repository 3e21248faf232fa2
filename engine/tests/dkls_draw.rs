//! Nonces, masks and their products under `dkls`: what the signers' shares add up to, and who is caught.

mod ot_parties;

use ff::Field;
use group::Group;
use ot_parties::{A, B, SESSION, left_alone, random_of, run, run_over, tampered_pair};
use quorate_circuits::curve::{Curve, P256, Secp256k1};
use quorate_engine::crypto::{Block, Random};
use quorate_engine::net::{ChannelError, ChannelFault, Network, PartyIndex, Phase};
use quorate_engine::ot::{BaseOt, set_up_all};
use quorate_engine::protocol::dkls::{ANSWER, DRAW, Drawn, Draws, MaskDraw, Operand, Pair, Pinned, draw, open};

/// Sets up every pair in both directions.
async fn pairs(net: &mut Network, random: &mut Random) -> Vec<Option<Pair>> {
    let me = net.me();
    let peers: Vec<PartyIndex> = net.peers().collect();
    let senders: Vec<_> = peers
        .iter()
        .map(|peer| {
            let mut delta = random.block();
            delta ^= Block::new(u128::from(!delta.lsb()));
            (*peer, delta)
        })
        .collect();
    let (senders, receivers) =
        set_up_all(net, random, &SESSION, BaseOt::Ristretto, &senders, &peers).await.expect("honest parties");
    let mut pairs: Vec<Option<Pair>> = (0..net.parties()).map(|_| None).collect();
    for ((peer, sender), receiver) in peers.into_iter().zip(senders).zip(receivers) {
        assert_ne!(peer, me);
        pairs[peer.0] = Some(Pair { sender, receiver });
    }
    pairs
}

/// The key share of a party: not random, so that tests know the key.
fn key_share<C: Curve>(party: usize) -> C::Scalar {
    C::Scalar::from(1000 + party as u64).square() * C::Scalar::from(0xdead_beef_cafe)
}

fn pinned<C: Curve>(me: PartyIndex, parties: usize) -> Vec<Pinned<C>> {
    let publics = (0..parties).map(|p| C::Point::generator() * key_share::<C>(p)).collect();
    vec![Pinned { share: key_share::<C>(me.0), publics }]
}

/// One mask of three over a vector of nonces, a single nonce and the key; another over the key alone; an idle nonce.
fn draws() -> Draws {
    Draws {
        nonces: vec![3, 1, 2],
        masks: vec![
            MaskDraw { length: 3, operands: vec![Operand::Nonce(0), Operand::Key(0), Operand::Nonce(1)] },
            MaskDraw { length: 1, operands: vec![Operand::Key(0)] },
        ],
    }
}

async fn party<C: Curve>(mut net: Network) -> Result<Drawn<C>, ChannelError> {
    let mut random = random_of(net.me());
    let mut pairs = pairs(&mut net, &mut random).await;
    let keys = pinned::<C>(net.me(), net.parties());
    net.enter(Phase::Preprocessing);
    draw(&mut net, &mut random, &SESSION, &mut pairs, &draws(), &keys).await
}

fn sum<C: Curve>(parties: &[Drawn<C>], share: impl Fn(&Drawn<C>) -> C::Scalar) -> C::Scalar {
    parties.iter().map(share).fold(C::Scalar::ZERO, |sum, share| sum + share)
}

fn products_are_products<C: Curve>(parties: usize) {
    let drawn = run(parties, party::<C>).into_iter().map(|party| party.expect("honest parties"));
    let drawn: Vec<Drawn<C>> = drawn.collect();
    let key = (0..parties).map(key_share::<C>).fold(C::Scalar::ZERO, |sum, share| sum + share);
    for (nonce, length) in draws().nonces.into_iter().enumerate() {
        for element in 0..length {
            let point = C::Point::generator() * sum(&drawn, |party| party.nonces[nonce][element]);
            assert!(drawn.iter().all(|party| party.points[nonce][element] == point));
        }
    }
    for (mask, asked) in draws().masks.into_iter().enumerate() {
        for element in 0..asked.length {
            let factor = sum(&drawn, |party| party.masks[mask][element]);
            for (at, operand) in asked.operands.iter().enumerate() {
                let other = match *operand {
                    Operand::Key(_) => key,
                    Operand::Nonce(nonce) => {
                        sum(&drawn, |party| party.nonces[nonce][element % party.nonces[nonce].len()])
                    }
                };
                assert_eq!(sum(&drawn, |party| party.products[mask][at][element]), factor * other);
            }
        }
    }
}

#[test]
fn shares_of_products_add_up_to_products() {
    products_are_products::<Secp256k1>(2);
    products_are_products::<Secp256k1>(3);
    products_are_products::<P256>(4);
}

/// Without masks there are no products and no pairs; the points are everybody's all the same.
#[test]
fn nonces_alone_are_sums() {
    let drawn = run(3, |mut net| async move {
        let draws = Draws { nonces: vec![2], masks: Vec::new() };
        let mut pairs = [const { None }; 3];
        let mut random = random_of(net.me());
        draw::<Secp256k1>(&mut net, &mut random, &SESSION, &mut pairs, &draws, &[]).await.expect("honest parties")
    });
    for element in 0..2 {
        let point = k256::ProjectivePoint::GENERATOR * sum(&drawn, |party| party.nonces[0][element]);
        assert!(drawn.iter().all(|party| party.points[0][element] == point));
    }
}

#[test]
fn opened_scalars_are_sums() {
    let opened = run(3, |mut net| async move {
        let me = net.me().0 as u64;
        open::<Secp256k1>(&mut net, &[k256::Scalar::from(me), k256::Scalar::from(7u64)]).await
    });
    for opened in opened {
        assert_eq!(opened.expect("honest"), [k256::Scalar::from(3u64), k256::Scalar::from(21u64)]);
    }
}

/// Runs two parties of whom A's message of a step is changed at one byte, and returns what B says.
fn b_says(step: quorate_engine::net::Step, at: impl Fn(usize) -> usize + Send + 'static) -> ChannelError {
    let links = tampered_pair(A, step, move |payload| {
        let at = at(payload.len());
        payload[at] ^= 1;
    });
    let mut results = run_over(links, party::<Secp256k1>);
    let b = results.remove(1).err().expect("A cheats");
    if let Err(a) = results.remove(0) {
        // Her own messages are right: she is left, or hears that B heard something else.
        assert!(left_alone(&a) || !a.is_misbehaviour(), "{a}");
    }
    assert_eq!(b.peer, A);
    b
}

#[test]
fn a_signer_that_multiplies_something_else_is_caught_by_its_points() {
    // The first of the points that pin her products stand after the OLE's answer of the first mask.
    let points = 33 * 6 + 64;
    let answer = quorate_engine::vole::answer_bytes(3, 3);
    let error = b_says(ANSWER, move |_| points + answer);
    // Another parity of a compressed point: on the curve, and not the right one.
    assert!(error.fault.is_failed_check() && error.step == ANSWER, "{error}");
}

#[test]
fn everything_else_in_the_messages_is_checked_too() {
    let commitment = b_says(DRAW, |_| 5);
    assert_eq!(commitment.fault, ChannelFault::Malformed("the nonces are not those that were committed to"));
    let extension = b_says(DRAW, |length| length - 1);
    assert!(extension.fault.is_failed_check() && extension.step == DRAW, "{extension}");
    let opening = b_says(ANSWER, |_| 0);
    assert_eq!(opening.fault, ChannelFault::Malformed("the nonces are not those that were committed to"));
    let heard = b_says(ANSWER, |_| 32 + 6 * 33);
    assert!(matches!(heard.fault, ChannelFault::Disagreement(_)) && !heard.is_misbehaviour(), "{heard}");
    let corrections = b_says(ANSWER, |_| 32 + 6 * 33 + 32 + 40);
    assert!(corrections.fault.is_failed_check(), "{corrections}");
}

#[test]
fn a_signer_with_another_key_share_is_caught() {
    let results = run(2, |mut net| async move {
        let mut random = random_of(net.me());
        let mut pairs = pairs(&mut net, &mut random).await;
        let mut keys = pinned::<Secp256k1>(net.me(), 2);
        if net.me() == A {
            keys[0].share += k256::Scalar::ONE;
        }
        draw(&mut net, &mut random, &SESSION, &mut pairs, &draws(), &keys).await.map(|_| pairs)
    });
    let error = results[1].as_ref().err().expect("A's share is not the one of its public share");
    assert!(error.fault.is_failed_check() && error.peer == A && error.step == ANSWER, "{error}");
    let _ = B;
}
