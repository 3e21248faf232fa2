//! Dealers and holders who deviate while a key is generated: each is noticed, and named where the protocol promises it.

mod frost_parties;

use frost_parties::{SESSION, access, generated_over, left_alone, linger, random_of, run, structure};
use group::Group;
use quorate_circuits::curve::{Curve, Ed25519, Secp256k1};
use quorate_engine::crypto::{Heard, ProofContext, ProofOfKnowledge, SessionId, commit};
use quorate_engine::key::generate::{KEY_ANSWER, KEY_COMMIT, KEY_COMPLAIN, KEY_CONFIRM, KEY_DEAL, messages};
use quorate_engine::key::{AccessStructure, Commitments, Complaint, Generated, Polynomials, generate};
use quorate_engine::net::{ChannelError, ChannelFault, Network, PartyIndex, Step, memory_links};
use quorate_testkit::tamper::{Deed, Frame, cheat};

const A: PartyIndex = PartyIndex(0);
const B: PartyIndex = PartyIndex(1);
const CHEAT: PartyIndex = PartyIndex(2);
const LABEL: &str = "key/deal";

type Outcome<C> = Result<Generated<C>, ChannelError>;

/// The honest parties' outcomes when the third lets its frames pass through `tamper`.
fn tampered(tamper: impl FnMut(&mut Frame) + Send + 'static) -> Vec<Outcome<Ed25519>> {
    tampered_under(&access(2, 3), tamper)
}

/// Likewise under any access structure of three holders.
fn tampered_under(
    access: &AccessStructure,
    mut tamper: impl FnMut(&mut Frame) + Send + 'static,
) -> Vec<Outcome<Ed25519>> {
    let mut links = memory_links(3);
    cheat(&mut links, CHEAT, move |mut frame| {
        tamper(&mut frame);
        Deed::send([frame])
    });
    let mut outcomes = generated_over::<Ed25519>(links, access);
    outcomes.truncate(2);
    outcomes
}

#[track_caller]
fn all_name_the_cheat<C: Curve>(outcomes: &[Outcome<C>], step: Step) -> Vec<ChannelFault> {
    let errors = outcomes.iter().map(|outcome| outcome.as_ref().expect_err("the honest party notices"));
    errors
        .map(|error| {
            assert_eq!((error.peer, error.step), (CHEAT, step), "{error}");
            assert!(error.is_misbehaviour(), "{error}");
            error.fault.clone()
        })
        .collect()
}

fn last_byte(frame: &mut Frame) {
    if let Some(byte) = frame.payload_mut().last_mut() {
        *byte ^= 1;
    }
}

fn spoil_share_of_a(frame: &mut Frame) {
    let at = frame.payload().len() - 32;
    if frame.is_of(KEY_DEAL) && frame.to == A {
        frame.payload_mut()[at] ^= 1;
    }
}

#[test]
fn a_wrong_share_is_complained_about_and_put_right() {
    let outcomes = tampered(spoil_share_of_a);
    let keys: Vec<_> = outcomes.iter().map(|outcome| outcome.as_ref().expect("the answer was right")).collect();
    assert_eq!(keys[0].share.public_key(), keys[1].share.public_key());
    assert_eq!(keys[0].share.holding().key, keys[1].share.holding().key);
    for key in keys {
        assert_eq!(key.complaints, [Complaint { accuser: A, dealer: CHEAT }]);
    }
}

#[test]
fn a_dealer_who_cannot_answer_is_convicted_by_all() {
    let outcomes = tampered(|frame| {
        spoil_share_of_a(frame);
        if frame.is_of(KEY_ANSWER) {
            last_byte(frame);
        }
    });
    for fault in all_name_the_cheat(&outcomes, KEY_ANSWER) {
        assert!(matches!(fault, ChannelFault::CheckFailed(_)));
    }
}

/// Holder 1 has three rows; the dealer's first or last is wrong, and so is the answer or not.
#[test]
fn every_row_of_a_share_is_checked_and_shown() {
    let access = structure("4 of (1*3, 2*2, 3)");
    for row in [1, 3] {
        let spoil = move |frame: &mut Frame| {
            if frame.is_of(KEY_DEAL) && frame.to == A {
                let at = frame.payload().len() - 32 * row;
                frame.payload_mut()[at] ^= 1;
            }
        };
        for outcome in tampered_under(&access, spoil) {
            let key = outcome.expect("the answer was right");
            assert_eq!(key.complaints, [Complaint { accuser: A, dealer: CHEAT }]);
            assert_eq!(key.share.expose_secret().len(), access.rows(key.share.holding().index).len());
        }
        let outcomes = tampered_under(&access, move |frame| {
            spoil(frame);
            if frame.is_of(KEY_ANSWER) {
                assert_eq!(frame.payload().len(), 3 * 32, "all rows of who complained");
                last_byte(frame);
            }
        });
        for fault in all_name_the_cheat(&outcomes, KEY_ANSWER) {
            assert!(matches!(fault, ChannelFault::CheckFailed(_)));
        }
    }
}

#[test]
fn a_share_that_is_no_scalar_is_a_wrong_share() {
    let outcomes = tampered(|frame| {
        if frame.is_of(KEY_DEAL) && frame.to == A {
            let at = frame.payload().len() - 32;
            frame.payload_mut()[at..].fill(0xff);
        }
    });
    assert!(outcomes.iter().all(|outcome| outcome.as_ref().is_ok_and(|key| key.complaints.len() == 1)));
}

#[test]
fn an_opening_that_was_not_committed_to_is_refused() {
    for at in [0, 31, 32, 63, 64, 100, 159] {
        let outcomes = tampered(move |frame| {
            if frame.is_of(KEY_DEAL) {
                frame.payload_mut()[at] ^= 1;
            }
        });
        for fault in all_name_the_cheat(&outcomes, KEY_DEAL) {
            assert!(matches!(fault, ChannelFault::CheckFailed(_)), "byte {at}: {fault}");
        }
    }
}

#[test]
fn who_complains_to_one_and_not_to_the_other_is_caught() {
    let outcomes = tampered(|frame| {
        let at = 96;
        if frame.is_of(KEY_COMPLAIN) && frame.to == A {
            frame.payload_mut()[at] = 1;
        }
    });
    let named =
        |outcome: &Outcome<Ed25519>| outcome.as_ref().is_err_and(|error| error.peer == CHEAT || left_alone(error));
    assert!(outcomes.iter().all(named) && outcomes.iter().any(|o| o.as_ref().is_err_and(|e| e.step == KEY_COMPLAIN)));
    for (at, byte) in [(96, 2), (98, 1)] {
        let outcomes = tampered(move |frame| {
            if frame.is_of(KEY_COMPLAIN) {
                frame.payload_mut()[at] = byte;
            }
        });
        for fault in all_name_the_cheat(&outcomes, KEY_COMPLAIN) {
            assert!(matches!(fault, ChannelFault::Malformed(_)), "neither yes nor no, or about itself");
        }
    }
}

#[test]
fn who_confirms_another_key_is_named() {
    let outcomes = tampered(|frame| {
        if frame.is_of(KEY_CONFIRM) {
            last_byte(frame);
        }
    });
    all_name_the_cheat(&outcomes, KEY_CONFIRM);
}

/// What a cheat deals: commitments and proof as it likes, and polynomials for the shares.
struct Dealing<C: Curve> {
    polynomials: Polynomials<C>,
    message: Vec<u8>,
}

fn dealing<C: Curve>(seed: u8, proof: impl Fn(&Polynomials<C>, C::Point) -> ProofOfKnowledge<C>) -> Dealing<C> {
    let random = &mut quorate_engine::crypto::Random::dangerous_from_seed([seed; 32]);
    let polynomials = Polynomials::<C>::random(&access(2, 3), random);
    let commitments = Commitments::of(&polynomials);
    let proof = proof(&polynomials, commitments.constant());
    Dealing { message: [commitments.to_bytes(), proof.to_bytes()].concat(), polynomials }
}

fn prove<C: Curve>(
    context: ProofContext<'_>,
    polynomials: &Polynomials<C>,
    statement: C::Point,
) -> ProofOfKnowledge<C> {
    ProofOfKnowledge::prove(context, &statement, &polynomials.coefficients()[0], &mut random_of(CHEAT))
}

const HONEST: ProofContext<'static> = ProofContext { session: &SESSION, prover: CHEAT, label: LABEL };

/// Commits to and opens one dealing towards each of the honest parties, honestly but for what is in them.
async fn deal<C: Curve>(net: &mut Network, dealings: [&Dealing<C>; 2]) -> Vec<Vec<u8>> {
    let mut random = random_of(CHEAT);
    let committed = dealings.map(|dealing| commit(&SESSION, CHEAT, LABEL, &dealing.message, &mut random));
    for (to, (commitment, _)) in [A, B].into_iter().zip(&committed) {
        net.send(to, KEY_COMMIT, &commitment.0).await.unwrap();
    }
    let mut told = Vec::new();
    for (to, ((_, opening), dealing)) in [A, B].into_iter().zip(committed.iter().zip(dealings)) {
        let public = [opening.expose_bytes().as_slice(), &dealing.message].concat();
        let share = C::encode_scalar(&dealing.polynomials.share(to.0 as u16 + 1)[0]);
        net.send(to, KEY_DEAL, &[public.as_slice(), &share].concat()).await.unwrap();
        told.push(public);
    }
    told
}

/// A party that follows the protocol.
async fn honest<C: Curve>(net: &mut Network) -> Outcome<C> {
    let mut random = random_of(net.me());
    generate::<C>(net, &mut random, &SESSION, &access(2, 3)).await
}

/// The outcomes of the honest parties against a cheat who deals this.
fn dealt<C: Curve>(make: impl Fn() -> Dealing<C>) -> Vec<Outcome<C>> {
    let mut outcomes = run(3, |mut net| {
        let dealing = (net.me() == CHEAT).then(&make);
        async move {
            match dealing {
                Some(dealing) => {
                    deal(&mut net, [&dealing, &dealing]).await;
                    linger(&mut net).await;
                    None
                }
                None => Some(honest::<C>(&mut net).await),
            }
        }
    });
    outcomes.truncate(2);
    outcomes.into_iter().flatten().collect()
}

#[test]
fn a_dealer_proves_that_it_knows_what_it_deals() {
    static ELSEWHERE: SessionId = SessionId([1; 32]);
    let replayed = ProofContext { session: &ELSEWHERE, ..HONEST };
    let copied = ProofContext { prover: A, ..HONEST };
    let other = ProofContext { label: "key/refresh", ..HONEST };
    for context in [replayed, copied, other] {
        let outcomes = dealt::<Secp256k1>(|| dealing(1, |polynomials, point| prove(context, polynomials, point)));
        for fault in all_name_the_cheat(&outcomes, KEY_DEAL) {
            assert!(matches!(fault, ChannelFault::CheckFailed(_)));
        }
    }
    // A rogue key: the point is another's minus something, and the proof is of the something.
    let outcomes = dealt::<Secp256k1>(|| {
        let mut rogue = dealing(2, |polynomials, point| prove(HONEST, polynomials, point));
        let mut constant = Vec::new();
        Secp256k1::encode_point(&(<Secp256k1 as Curve>::Point::generator().double()), &mut constant);
        rogue.message[..33].copy_from_slice(&constant);
        rogue
    });
    all_name_the_cheat(&outcomes, KEY_DEAL);
}

#[test]
fn commitments_are_canonical_points_and_as_many_as_the_threshold() {
    for range in [0..33, 33..66] {
        let outcomes = dealt::<Secp256k1>(|| {
            let mut identity = dealing(3, |polynomials, point| prove(HONEST, polynomials, point));
            identity.message[range.clone()].fill(0);
            identity
        });
        for fault in all_name_the_cheat(&outcomes, KEY_DEAL) {
            assert!(matches!(fault, ChannelFault::Malformed(_)));
        }
    }
    for lengthen in [true, false] {
        let outcomes = dealt::<Secp256k1>(|| {
            let mut other = dealing(4, |polynomials, point| prove(HONEST, polynomials, point));
            let point = other.message[33..66].to_vec();
            let rest = other.message.split_off(if lengthen { 66 } else { 33 });
            other.message.extend(if lengthen { [point, rest].concat() } else { rest[33..].to_vec() });
            other
        });
        // Whoever reads the frame first leaves, and the other may notice that before.
        let errors: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
        let wrong_length = |error: &&&ChannelError| matches!(error.fault, ChannelFault::WrongLength { .. });
        assert!(errors.iter().filter(wrong_length).any(|error| error.peer == CHEAT && error.step == KEY_DEAL));
        assert!(errors.len() == 2 && errors.iter().all(|error| error.peer == CHEAT || left_alone(error)));
    }
}

/// The cheat waits for what another sends, and sends it as its own.
#[test]
fn a_copied_commitment_opens_to_nothing() {
    let outcomes = run(3, |mut net| async move {
        if net.me() != CHEAT {
            return Some(honest::<Ed25519>(&mut net).await);
        }
        for (step, length) in messages::<Ed25519>(&access(2, 3), 3).into_iter().take(2) {
            let copied = net.receive(A, step, length).await.unwrap();
            net.receive(B, step, length).await.unwrap();
            net.send(A, step, &copied).await.unwrap();
            net.send(B, step, &copied).await.unwrap();
        }
        linger(&mut net).await;
        None
    });
    let outcomes: Vec<_> = outcomes.into_iter().flatten().collect();
    for fault in all_name_the_cheat(&outcomes, KEY_DEAL) {
        assert!(matches!(fault, ChannelFault::CheckFailed(_)));
    }
}

/// Two dealings, each good, one for each honest party, and echoes that agree with what each was told.
#[test]
fn who_deals_differently_to_different_parties_is_named_with_the_witness() {
    let outcomes = run(3, |mut net| async move {
        if net.me() != CHEAT {
            return Some(honest::<Ed25519>(&mut net).await);
        }
        let dealings =
            [5, 6].map(|seed| dealing::<Ed25519>(seed, |polynomials, point| prove(HONEST, polynomials, point)));
        let told = deal(&mut net, [&dealings[0], &dealings[1]]).await;
        let length = messages::<Ed25519>(&access(2, 3), 3)[1].1;
        let mut heard = Vec::new();
        for from in [A, B] {
            net.receive(from, KEY_COMMIT, 32).await.unwrap();
            heard.push(net.receive(from, KEY_DEAL, length).await.unwrap()[..length - 32].to_vec());
        }
        for (to, told) in [A, B].into_iter().zip(&told) {
            let mut statement = Heard::new(&SESSION, CHEAT, KEY_DEAL, &[&heard[0], &heard[1], told]).echo();
            statement.extend([0; 3]);
            net.send(to, KEY_COMPLAIN, &statement).await.unwrap();
        }
        linger(&mut net).await;
        None
    });
    let outcomes: Vec<_> = outcomes.into_iter().flatten().collect();
    let faults = all_name_the_cheat(&outcomes, KEY_DEAL);
    assert_eq!(faults, [B, A].map(|witness| ChannelFault::Equivocation { witness }));
}
