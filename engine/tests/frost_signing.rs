//! Signatures of all sets of signers, by verifiers that are not ours, and signers who cheat.

mod frost_parties;

use ed25519_dalek::VerifyingKey;
use ff::Field;
use frost_parties::{SESSION, access, dealt, linger, random_of, run_over, structure};
use group::Group;
use proptest::prelude::*;
use quorate_circuits::curve::{Curve, Ed25519, Secp256k1};
use quorate_engine::crypto::Heard;
use quorate_engine::frost::{
    Ciphersuite, FROST_COMMIT, FROST_ECHO, FROST_SHARE, FrostBip340, FrostEd25519, FrostP256, FrostSecp256k1,
    GroupCommitment, PreparedNonces, Relation, Signing, SigningCommitments, SigningNonces, challenge, commit_bytes,
    encode_signature, exchange_commitments, exchange_commitments_cost, sign_all, sign_cost,
};
use quorate_engine::key::{AccessStructure, KeyShare, SignerSet, SignerSetError};
use quorate_engine::net::{ChannelError, ChannelFault, Counters, Ledger, Link, Network, PartyIndex, memory_links};
use quorate_testkit::tamper::{Deed, Frame, cheat};

const MESSAGES: [&[u8]; 2] = [b"pay 5 to Ann", b"pay 7 to Ben"];
const A: PartyIndex = PartyIndex(0);
const B: PartyIndex = PartyIndex(1);
const CHEAT: PartyIndex = PartyIndex(2);

type Point<S> = <<S as Ciphersuite>::Curve as Curve>::Point;
type Scalar<S> = <<S as Ciphersuite>::Curve as Curve>::Scalar;
/// Nonce point and response.
type Signature<S> = (Point<S>, Scalar<S>);

/// What is asked of nonce and key, of nonce point, public key and message.
type Asks<S> = fn(&Point<S>, &Point<S>, &[u8]) -> Relation<<S as Ciphersuite>::Curve>;

/// As RFC 9591 has it.
fn of_the_rfc<S: Ciphersuite>(nonce: &Point<S>, key: &Point<S>, message: &[u8]) -> Relation<S::Curve> {
    Relation { nonce: Scalar::<S>::ONE, key: challenge::<S>(nonce, key, message) }
}

/// BIP340: nonce and key stand for the points of the same x-coordinate with even y.
fn of_bip340(nonce: &Point<FrostBip340>, key: &Point<FrostBip340>, message: &[u8]) -> Relation<Secp256k1> {
    let [nonce, key] = [nonce, key].map(|point| Secp256k1::coordinates(point).unwrap());
    let sign = |odd: bool| if odd { -k256::Scalar::ONE } else { k256::Scalar::ONE };
    let challenge = FrostBip340::h2(&[&nonce.x, &key.x, message]);
    Relation { nonce: sign(nonce.y_is_odd), key: challenge * sign(key.y_is_odd) }
}

/// One signer: exchanges nonces and signs all messages.
async fn signer<S: Ciphersuite>(
    mut net: Network,
    share: &KeyShare<S::Curve>,
    signers: &SignerSet,
    asks: Asks<S>,
) -> (Result<Vec<Signature<S>>, ChannelError>, Counters) {
    let signed = sign_messages::<S>(&mut net, share, signers, asks).await;
    (signed, net.counters())
}

async fn sign_messages<S: Ciphersuite>(
    net: &mut Network,
    share: &KeyShare<S::Curve>,
    signers: &SignerSet,
    asks: Asks<S>,
) -> Result<Vec<Signature<S>>, ChannelError> {
    let mut random = random_of(net.me());
    let prepared = exchange_commitments::<S>(net, &mut random, &SESSION, share, signers, MESSAGES.len()).await?;
    let (mut points, mut signings) = (Vec::new(), Vec::new());
    for (nonces, message) in prepared.into_iter().zip(MESSAGES) {
        // By way of the store.
        let nonces = PreparedNonces::from_bytes(&nonces.to_bytes()).expect("just written");
        let group = nonces.group_commitment::<S>(&share.public_key(), message).expect("random nonces");
        let relation = asks(&group.point(), &share.public_key(), message);
        points.push(group.point());
        signings.push(Signing::new(share, nonces, group, relation).expect("all of one key"));
    }
    Ok(points.into_iter().zip(sign_all(net, share, signings).await?).collect())
}

type Signed<S> = Vec<(Result<Vec<Signature<S>>, ChannelError>, Counters)>;

fn signed_over<S: Ciphersuite>(
    links: Vec<Vec<Option<Link>>>,
    shares: &[KeyShare<S::Curve>],
    indices: &[u16],
    asks: Asks<S>,
) -> Signed<S> {
    let signers = SignerSet::new(&shares[0].holding().access, indices).unwrap();
    run_over(links, |net| {
        let share = &shares[usize::from(indices[net.me().0]) - 1];
        signer::<S>(net, share, &signers, asks)
    })
}

fn signed<S: Ciphersuite>(shares: &[KeyShare<S::Curve>], indices: &[u16], asks: Asks<S>) -> Vec<Signature<S>> {
    let mut all = signed_over::<S>(memory_links(indices.len()), shares, indices, asks);
    let first = all.swap_remove(0).0.expect("all are honest");
    for (signed, _) in all {
        assert!(signed.expect("all are honest") == first, "all signers hold the same signatures");
    }
    first
}

fn verifies_by_its_equation<S: Ciphersuite>(shares: &[KeyShare<S::Curve>], indices: &[u16]) {
    let key = shares[0].public_key();
    for ((nonce, response), message) in signed::<S>(shares, indices, of_the_rfc::<S>).into_iter().zip(MESSAGES) {
        let expected = nonce + key * challenge::<S>(&nonce, &key, message);
        assert!(Point::<S>::generator() * response == expected);
    }
}

fn verifies_as_ed25519(shares: &[KeyShare<Ed25519>], indices: &[u16]) {
    let key = VerifyingKey::from_bytes(&shares[0].public_key().compress().to_bytes()).unwrap();
    let all = signed::<FrostEd25519>(shares, indices, of_the_rfc::<FrostEd25519>);
    for ((nonce, response), message) in all.into_iter().zip(MESSAGES) {
        let signature = encode_signature::<Ed25519>(&nonce, &response);
        let signature = ed25519_dalek::Signature::from_slice(&signature).unwrap();
        key.verify_strict(message, &signature).expect("a verifier of RFC 8032 accepts it");
        assert!(key.verify_strict(b"another", &signature).is_err());
    }
}

fn verifies_as_bip340(shares: &[KeyShare<Secp256k1>], indices: &[u16]) {
    let x = |point: &k256::ProjectivePoint| Secp256k1::coordinates(point).unwrap().x;
    let key = k256::schnorr::VerifyingKey::from_slice(&x(&shares[0].public_key())).unwrap();
    let all = signed::<FrostBip340>(shares, indices, of_bip340);
    for ((nonce, response), message) in all.into_iter().zip(MESSAGES) {
        let signature = [x(&nonce), Secp256k1::encode_scalar(&response)].concat();
        let signature = k256::schnorr::Signature::from_slice(&signature).unwrap();
        key.verify_raw(message, &signature).expect("a verifier of BIP340 accepts it");
        assert!(key.verify_raw(b"another", &signature).is_err());
    }
}

/// All sets of holders that can sign.
fn sets(access: &AccessStructure) -> Vec<Vec<u16>> {
    let all: Vec<u16> = access.indices().collect();
    let chosen = |mask: usize| all.iter().copied().filter(|index| mask >> (index - 1) & 1 == 1).collect::<Vec<_>>();
    (0..1 << all.len()).map(chosen).filter(|set| SignerSet::new(access, set).is_ok()).collect()
}

#[test]
fn every_set_of_enough_signers_signs() {
    let departments = structure("2 of (2 of (1, 2, 3), 1 of (4, 5))");
    let weights = structure("3 of (1*2, 2, 3)");
    let both = structure("1 of (2 of (1, 2), 2 of (2 of (2, 3), 4))");
    for access in [access(2, 2), access(2, 3), access(3, 4), departments, weights, both] {
        let (ed25519, secp256k1, p256) = (dealt(&access, 0, 1), dealt(&access, 0, 2), dealt(&access, 0, 3));
        for set in sets(&access) {
            verifies_as_ed25519(&ed25519, &set);
            verifies_as_bip340(&secp256k1, &set);
            verifies_by_its_equation::<FrostSecp256k1>(&secp256k1, &set);
            verifies_by_its_equation::<FrostP256>(&p256, &set);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn signers_come_in_any_order_and_number(
        (access, indices) in (2_usize..5, 0_usize..4).prop_flat_map(|(threshold, more)| {
            let access = access(threshold, threshold + more);
            let all: Vec<u16> = access.indices().collect();
            (Just(access), proptest::sample::subsequence(all, threshold..=threshold + more).prop_shuffle())
        }),
        seed: u8,
    ) {
        verifies_as_ed25519(&dealt(&access, 0, seed), &indices);
        verifies_as_bip340(&dealt(&access, 0, seed), &indices);
    }

    #[test]
    fn bytes_that_are_no_nonces_are_refused(noise in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(PreparedNonces::<Ed25519>::from_bytes(&noise).is_err());
        prop_assert!(SigningCommitments::<Secp256k1>::from_bytes(&noise).is_none());
    }
}

#[test]
fn one_signer_too_few_is_refused() {
    let too_few = SignerSet::new(&access(3, 4), &[1, 4]);
    assert_eq!(too_few, Err(SignerSetError::TooFew { threshold: 3, found: 2 }));
}

#[test]
fn the_predicted_messages_are_the_messages() {
    for (threshold, holders) in [(2, 2), (3, 3)] {
        let shares = dealt::<Secp256k1>(&access(threshold, holders), 0, 4);
        let indices: Vec<u16> = access(threshold, holders).indices().collect();
        let signed = signed_over::<FrostBip340>(memory_links(holders), &shares, &indices, of_bip340);
        let mut ledger = Ledger::new(holders);
        exchange_commitments_cost::<Secp256k1>(&mut ledger, MESSAGES.len());
        sign_cost(&mut ledger, MESSAGES.len());
        let counters: Vec<Counters> = signed.into_iter().map(|(_, counters)| counters).collect();
        assert_eq!(ledger.counters(), counters);
    }
}

/// The errors of the honest signers when the third lets its frames pass through `tamper`.
fn tampered(mut tamper: impl FnMut(&mut Frame) + Send + 'static) -> Vec<ChannelError> {
    let shares = dealt::<Ed25519>(&access(2, 3), 0, 5);
    let mut links = memory_links(3);
    cheat(&mut links, CHEAT, move |mut frame| {
        tamper(&mut frame);
        Deed::send([frame])
    });
    let mut signed = signed_over::<FrostEd25519>(links, &shares, &[3, 1, 2], of_the_rfc::<FrostEd25519>);
    signed.truncate(2);
    signed.into_iter().map(|(signed, _)| signed.expect_err("the honest signer notices")).collect()
}

#[test]
fn a_wrong_share_of_a_signature_names_its_signer() {
    for (at, byte) in [(0, 1), (35, 8), (63, 0x0f)] {
        let errors = tampered(move |frame| {
            if frame.is_of(FROST_SHARE) {
                frame.payload_mut()[at] ^= byte;
            }
        });
        for error in errors {
            assert_eq!((error.peer, error.step), (CHEAT, FROST_SHARE));
            assert!(error.is_misbehaviour(), "{error}");
        }
    }
    let errors = tampered(|frame| {
        if frame.is_of(FROST_SHARE) {
            frame.payload_mut().fill(0xff);
        }
    });
    for error in errors {
        assert!(error.peer == CHEAT && matches!(error.fault, ChannelFault::Malformed(_)), "{error}");
    }
}

/// The share of the second message in the place of the first: right, but of another signature.
#[test]
fn a_share_of_another_signature_is_wrong() {
    let errors = tampered(|frame| {
        if frame.is_of(FROST_SHARE) {
            let (first, second) = frame.payload_mut().split_at_mut(32);
            first.copy_from_slice(second);
        }
    });
    for error in errors {
        assert!(error.peer == CHEAT && matches!(error.fault, ChannelFault::CheckFailed(_)), "{error}");
    }
}

#[test]
fn a_commitment_that_is_no_point_names_its_signer() {
    for byte in [0, 0xff] {
        let errors = tampered(move |frame| {
            if frame.is_of(FROST_COMMIT) {
                frame.payload_mut()[32..64].fill(byte);
            }
            if frame.is_of(FROST_ECHO) {
                // Its own code echoes what it meant to send; a real cheat would echo what it sent.
                frame.payload_mut().fill(0);
            }
        });
        assert!(errors.iter().all(|error| error.peer == CHEAT && error.is_misbehaviour()));
    }
}

/// Two commitments, each good, one for each honest signer, and echoes that agree with what each was told.
#[test]
fn different_commitments_for_different_signers_are_noticed() {
    let shares = dealt::<Ed25519>(&access(2, 3), 0, 6);
    let signers = SignerSet::new(&access(2, 3), &[1, 2, 3]).unwrap();
    let (shares, signers) = (&shares, &signers);
    let errors = run_over(memory_links(3), |mut net| async move {
        if net.me() != CHEAT {
            let share = &shares[net.me().0];
            return sign_messages::<FrostEd25519>(&mut net, share, signers, of_the_rfc::<FrostEd25519>).await.err();
        }
        let mut random = random_of(CHEAT);
        let mut faces = Vec::new();
        for to in [A, B] {
            let nonces = [(); 2].map(|()| SigningNonces::draw::<FrostEd25519>(&shares[2], &mut random));
            faces.push(nonces.map(|nonces| nonces.commitments().as_bytes().to_vec()).concat());
            net.send(to, FROST_COMMIT, &faces[to.0]).await.unwrap();
        }
        let mut heard = Vec::new();
        for from in [A, B] {
            heard.push(net.receive(from, FROST_COMMIT, commit_bytes::<Ed25519>(2)).await.unwrap());
        }
        for to in [A, B] {
            let echo = Heard::new(&SESSION, CHEAT, FROST_COMMIT, &[&heard[0], &heard[1], &faces[to.0]]).echo();
            net.send(to, FROST_ECHO, &echo).await.unwrap();
        }
        linger(&mut net).await;
        None
    });
    for (error, witness) in errors.into_iter().flatten().zip([B, A]) {
        assert_eq!(error.peer, CHEAT);
        assert_eq!(error.fault, ChannelFault::Equivocation { witness });
    }
}

/// What FROST binds: with another message, signer or commitment every binding factor is another.
#[test]
fn binding_factors_depend_on_everything() {
    let shares = dealt::<Secp256k1>(&access(2, 3), 0, 7);
    let mut random = random_of(A);
    let mut draw = || SigningNonces::draw::<FrostBip340>(&shares[0], &mut random).commitments().clone();
    let [one, two, three] = [(); 3].map(|()| draw());
    let key = shares[0].public_key();
    let set = |indices: &[u16]| SignerSet::new(&access(2, 3), indices).unwrap();
    let factor = |signers: &SignerSet, commitments: &[SigningCommitments<Secp256k1>], key, message: &[u8]| {
        GroupCommitment::new::<FrostBip340>(&key, signers, commitments, message).unwrap().factor(0)
    };
    let list = [one.clone(), two];
    let base = factor(&set(&[1, 2]), &list, key, b"m");
    assert_ne!(base, factor(&set(&[1, 2]), &list, key, b"n"));
    assert_ne!(base, factor(&set(&[1, 3]), &list, key, b"m"));
    assert_ne!(base, factor(&set(&[1, 2]), &list, key.double(), b"m"));
    assert_ne!(base, factor(&set(&[1, 2]), &[one, three], key, b"m"));
    let swapped = GroupCommitment::new::<FrostBip340>(&key, &set(&[2, 1]), &[list[1].clone(), list[0].clone()], b"m");
    assert_eq!(swapped.unwrap().factor(1), base, "the order of the session changes nothing");
}
