//! The later life of keys: shared anew, recovered, imported, exported. The key stays, and what is predicted is sent.

use std::collections::BTreeMap;

use quorate_circuits::clear::Column;
use quorate_circuits::curve::{Curve, Ed25519, P256, Point, Secp256k1};
use quorate_engine::key::KeyShare;
use quorate_engine::plan::cost;
use quorate_engine::protocol::ProtocolName::{self, Dkls, Frost};
use quorate_engine::record::{KeyRecord, KnownKey, RecordError, WholeKey};
use quorate_engine::run::{CurveOutcome, Holdings, RunError};
use quorate_testkit::{Signed, Signers};
use zeroize::Zeroizing;

type Record = Zeroizing<Vec<u8>>;

const DIGEST: &str = "4b688df40bcedbe641ddb16ff0a1842d9c67ea1c3bf63f3e0471baa664531d1a";

/// Scheme and protocol.
const SCHEMES: [(&str, ProtocolName); 4] =
    [("ecdsa-secp256k1", Dkls), ("ecdsa-p256", Dkls), ("bip340", Frost), ("ed25519", Frost)];

fn kept(outcome: &CurveOutcome, record: &str) -> Option<Record> {
    outcome.kept.iter().find(|kept| kept.record == record).map(|kept| kept.items[0].clone())
}

fn public_key(outcome: &CurveOutcome) -> Point {
    let column = &outcome.outcome.outputs.iter().find(|(name, _)| name == "public_key").expect("an output").1;
    let Column::Points(points) = column else { panic!("the public key is a point") };
    points[0]
}

/// Runs a program, and compares what was sent with what the plan predicts.
fn run(signers: &Signers, holdings: Vec<Holdings>) -> Vec<CurveOutcome> {
    let cost = cost(signers.plan());
    let by_line = cost.by_line.total();
    assert_eq!(by_line.bytes, cost.phases.map(|phase| phase.bytes), "every byte belongs to a line, or to the set-up");
    let ended = signers.run(holdings).into_iter().enumerate().map(|(party, Signed { session, result })| {
        let outcome = result.unwrap_or_else(|error| panic!("party {party}: {error}"));
        let counters = session.expect("it succeeded").network.counters();
        assert_eq!(counters, cost.parties[party], "party {party} of {}", signers.plan().program.program.name());
        outcome
    });
    ended.collect()
}

fn refused(signers: &Signers, holdings: Vec<Holdings>) -> Vec<RunError> {
    signers.run(holdings).into_iter().filter_map(|signed| signed.result.err()).collect()
}

fn brings(record: &str, bytes: &Record, seats: &[u16]) -> Holdings {
    Holdings { records: [(record.to_owned(), bytes.clone())].into(), seats: seats.to_vec() }
}

fn generate(scheme: &str, protocol: ProtocolName, threshold: usize, holders: usize) -> (Vec<Record>, Point) {
    let program = Signers::new(&format!("{scheme}-key"), &format!("holders={holders} threshold={threshold}"), protocol);
    let outcomes = run(&program, (0..holders).map(|_| Holdings::default()).collect());
    (outcomes.iter().map(|outcome| kept(outcome, "key").expect("a share")).collect(), public_key(&outcomes[0]))
}

/// Any of the schemes' curves.
fn known<C: Curve>(share: &Record) -> Record {
    let share = KeyRecord::<C>::from_bytes(share).expect("a record").share;
    let holding = share.holding();
    KnownKey::<C> { key: holding.key, epoch: holding.epoch, access: holding.access.clone(), public: share.public_key() }
        .to_bytes()
}

fn known_of(scheme: &str, share: &Record) -> Record {
    match scheme {
        "ecdsa-p256" => known::<P256>(share),
        "ed25519" => known::<Ed25519>(share),
        _ => known::<Secp256k1>(share),
    }
}

/// Signs with these shares; whether the signature verifies is asserted by the program itself.
fn signs(scheme: &str, protocol: ProtocolName, shares: &[&Record], seats: &[u16], public: &Point) {
    let what = if protocol == Dkls { "digest" } else { "message" };
    let program = Signers::new(scheme, &format!("signers={} {what}={DIGEST}", seats.len()), protocol).seed(9);
    for outcome in run(&program, shares.iter().map(|share| brings("key", share, seats)).collect()) {
        // BIP340 shows the point with the even y-coordinate.
        let alike = |point: &Point| if scheme == "bip340" { point.encode()[1..].to_vec() } else { point.encode() };
        assert_eq!(alike(&public_key(&outcome)), alike(public), "the key is the same");
    }
}

/// A 2-of-3 key becomes a 3-of-5 key. Holders 1 and 3 deal; party 0 was holder 1 and stays, party 1 was holder 3 and
/// leaves, party 2 was holder 2 and stays, parties 3 to 5 are new.
fn to_five(scheme: &str, protocol: ProtocolName, old: &[Record]) -> Vec<Record> {
    let roles = [0, 1, 0, 2, 3, 4, 5];
    let program = Signers::seated(&format!("{scheme}-reshare"), "dealers=2 holders=5 threshold=3", protocol, &roles);
    let stranger = known_of(scheme, &old[0]);
    let brought = [&old[0], &old[2], &old[1], &stranger, &stranger, &stranger];
    let seats = [1, 3, 0, 0, 0, 0];
    let outcomes = run(&program.seed(5), brought.iter().map(|record| brings("key", record, &seats)).collect());
    assert!(kept(&outcomes[1], "key").is_none(), "who leaves keeps nothing");
    [0, 2, 3, 4, 5].iter().map(|party| kept(&outcomes[*party], "key").expect("a share")).collect()
}

#[test]
fn a_key_moves_to_another_committee_and_stays_the_same() {
    for (scheme, protocol) in SCHEMES {
        let (old, public) = generate(scheme, protocol, 2, 3);
        let new = to_five(scheme, protocol, &old);
        for seats in [[1, 2, 3], [5, 4, 1], [2, 4, 3]] {
            let shares = seats.map(|seat| &new[usize::from(seat) - 1]);
            signs(scheme, protocol, &shares, &seats, &public);
        }
        let two = Signers::new(
            scheme,
            &format!("signers=2 {}={DIGEST}", if protocol == Dkls { "digest" } else { "message" }),
            protocol,
        );
        let errors = refused(&two, new[..2].iter().map(|share| brings("key", share, &[1, 2])).collect());
        assert!(errors.iter().all(|error| matches!(error, RunError::Record(RecordError::Signers(_)))), "{errors:?}");
    }
}

fn holdings_of<C: Curve>(records: &[Record]) -> Vec<KeyShare<C>> {
    records.iter().map(|record| KeyRecord::<C>::from_bytes(record).expect("a record").share).collect()
}

/// Refreshing twice: epochs count, shares change, the key stays, shares of different epochs make nothing.
#[test]
fn refreshed_shares_are_others_of_the_same_key() {
    let (old, public) = generate("ed25519", Frost, 2, 3);
    let roles = [0, 1, 0, 1, 2];
    let program = Signers::seated("ed25519-reshare", "dealers=2 holders=3 threshold=2", Frost, &roles);
    let mut shares = old.clone();
    for epoch in 1..3 {
        let seats = [1, 2, 0];
        let outcomes =
            run(&program.clone().seed(epoch), shares.iter().map(|share| brings("key", share, &seats)).collect());
        shares = outcomes.iter().map(|outcome| kept(outcome, "key").expect("a share")).collect();
        let [before, after] = [&old, &shares].map(|records| holdings_of::<Ed25519>(records));
        for (before, after) in before.iter().zip(&after) {
            let (was, is) = (before.holding(), after.holding());
            assert_eq!((is.key, is.index, &is.access, is.epoch), (was.key, was.index, &was.access, epoch as u32));
            assert_ne!(after.expose_secret(), before.expose_secret());
            assert_eq!(after.public_key(), before.public_key());
        }
    }
    signs("ed25519", Frost, &[&shares[1], &shares[2]], &[2, 3], &public);
    let mixed = Signers::new("ed25519", &format!("signers=2 message={DIGEST}"), Frost);
    let errors = refused(&mixed, vec![brings("key", &old[0], &[1, 2]), brings("key", &shares[1], &[1, 2])]);
    assert_eq!(errors.len(), 2, "an old share and a new one sign nothing: {errors:?}");
}

#[test]
fn a_lost_share_is_recovered_by_its_holder_alone() {
    for (scheme, protocol) in SCHEMES {
        let (shares, public) = generate(scheme, protocol, 3, 5);
        let program =
            Signers::seated(&format!("{scheme}-recover"), "helpers=3 index=2", protocol, &[0, 1, 2, 3]).seed(4);
        let stranger = known_of(scheme, &shares[0]);
        let seats = [5, 1, 4, 0];
        let brought = [&shares[4], &shares[0], &shares[3], &stranger];
        let outcomes = run(&program, brought.iter().map(|record| brings("key", record, &seats)).collect());
        let recovered = kept(&outcomes[3], "key").expect("the share");
        let secret = |record: &Record| match scheme {
            "ecdsa-p256" => {
                P256::encode_scalar(&holdings_of::<P256>(std::slice::from_ref(record))[0].expose_secret()[0])
            }
            "ed25519" => {
                Ed25519::encode_scalar(&holdings_of::<Ed25519>(std::slice::from_ref(record))[0].expose_secret()[0])
            }
            _ => {
                Secp256k1::encode_scalar(&holdings_of::<Secp256k1>(std::slice::from_ref(record))[0].expose_secret()[0])
            }
        };
        assert_eq!(secret(&recovered), secret(&shares[1]), "the very share that was lost");
        let helpers: Vec<Record> = outcomes[..3]
            .iter()
            .zip(brought)
            .map(|(outcome, before)| kept(outcome, "key").unwrap_or_else(|| before.clone()))
            .collect();
        // With helpers everything is set up anew.
        signs(scheme, protocol, &[&recovered, &helpers[1], &helpers[0]], &[2, 1, 5], &public);
        signs(scheme, protocol, &[&helpers[0], &helpers[2], &recovered], &[5, 4, 2], &public);
    }
}

#[test]
fn a_share_of_its_own_helpers_is_not_recovered() {
    let (shares, _) = generate("bip340", Frost, 2, 3);
    let program = Signers::seated("bip340-recover", "helpers=2 index=2", Frost, &[0, 1, 2]);
    let stranger = known::<Secp256k1>(&shares[0]);
    let of = |seats: &[u16]| {
        refused(&program, [&shares[0], &shares[1], &stranger].iter().map(|r| brings("key", r, seats)).collect())
    };
    assert_eq!(of(&[1, 2, 0]).len(), 3);
    assert!(of(&[2, 1, 0]).iter().any(|error| matches!(error, RunError::Record(RecordError::OtherSeat { .. }))));
}

#[test]
fn an_imported_key_is_divided_and_an_exported_one_whole() {
    let secret = Secp256k1::encode_scalar(&123_456_789_u64.into());
    let whole = WholeKey::<Secp256k1>::of_secret(&secret).expect("a key");
    let others = WholeKey::<Secp256k1>::of_public(whole.public).to_bytes();
    let program = Signers::seated("ecdsa-secp256k1-import", "holders=3 threshold=2", Dkls, &[0, 0, 1, 2]);
    let held = vec![
        brings("import", &whole.to_bytes(), &[0; 3]),
        brings("import", &others, &[0; 3]),
        brings("import", &others, &[0; 3]),
    ];
    let outcomes = run(&program, held);
    let shares: Vec<Record> = outcomes.iter().map(|outcome| kept(outcome, "key").expect("a share")).collect();
    let public = public_key(&outcomes[0]);
    assert_eq!(public, Secp256k1::point(whole.public));
    signs("ecdsa-secp256k1", Dkls, &[&shares[1], &shares[2]], &[2, 3], &public);
    let names: Vec<_> = holdings_of::<Secp256k1>(&shares).iter().map(|share| share.holding().key).collect();
    assert!(names.windows(2).all(|pair| pair[0] == pair[1]));
    // Holder 3 gets it back, with holder 1: it is a party with a share, and the receiver.
    let program = Signers::seated("ecdsa-secp256k1-export", "holders=2", Dkls, &[0, 1, 1]);
    let held = [&shares[0], &shares[2]].map(|share| brings("key", share, &[1, 3]));
    let outcomes = run(&program.seed(8), held.into());
    assert!(kept(&outcomes[0], "export").is_none(), "nobody else learns it");
    let exported = WholeKey::<Secp256k1>::from_bytes(&kept(&outcomes[1], "export").expect("the key")).expect("a key");
    assert_eq!(*exported.expose_secret().expect("the secret"), secret);
    // A stranger gets it from all that are needed.
    let program = Signers::seated("ecdsa-secp256k1-export", "holders=2", Dkls, &[0, 1, 2]);
    let stranger = known::<Secp256k1>(&shares[0]);
    let held = [&shares[1], &shares[0], &stranger].map(|share| brings("key", share, &[2, 1, 0]));
    let outcomes = run(&program.seed(9), held.into());
    let exported = WholeKey::<Secp256k1>::from_bytes(&kept(&outcomes[2], "export").expect("the key")).expect("a key");
    assert_eq!(*exported.expose_secret().expect("the secret"), secret);
}

/// Shares of two epochs, or of other keys, are no dealers of one.
#[test]
fn dealers_of_different_epochs_are_noticed() {
    let (old, _) = generate("ed25519", Frost, 2, 3);
    let refresh = Signers::seated("ed25519-reshare", "dealers=2 holders=3 threshold=2", Frost, &[0, 1, 0, 1, 2]);
    let seats = [1, 2, 0];
    let outcomes = run(&refresh, old.iter().map(|share| brings("key", share, &seats)).collect());
    let new: Vec<Record> = outcomes.iter().map(|outcome| kept(outcome, "key").expect("a share")).collect();
    let mixed = [&new[0], &old[1], &new[2]].map(|share| brings("key", share, &seats));
    let errors = refused(&refresh.clone().seed(3), mixed.into());
    assert_eq!(errors.len(), 3, "nobody gets a share");
    assert!(errors.iter().all(|error| matches!(error, RunError::Channel(_))), "{errors:?}");
}

#[test]
fn a_claim_that_the_old_shares_do_not_withstand_is_refused() {
    let (old, public) = generate("ed25519", Frost, 2, 3);
    let held = || old.iter().map(|share| brings("key", share, &[1, 2, 3])).collect();
    let program = Signers::seated("ed25519-reshare", "dealers=3 holders=3 threshold=3", Frost, &[0, 1, 2, 0, 1, 2]);
    let errors = refused(&program, held());
    let many = RecordError::TooMany { threshold: 2, found: 3 };
    assert!(errors.len() == 3 && errors.iter().all(|error| *error == RunError::Record(many.clone())), "{errors:?}");
    // Where no more may collude than before, all three can deal.
    let program = Signers::seated("ed25519-reshare", "dealers=3 holders=3 threshold=2", Frost, &[0, 1, 2, 0, 1, 2]);
    let outcomes = run(&program, held());
    let new: Vec<Record> = outcomes.iter().map(|outcome| kept(outcome, "key").expect("a share")).collect();
    signs("ed25519", Frost, &[&new[2], &new[0]], &[3, 1], &public);
    let claims: BTreeMap<usize, usize> = [(2, 1), (3, 2)].into();
    for (threshold, corrupt) in claims {
        let arguments = format!("dealers=3 holders=4 threshold={threshold}");
        let program = Signers::seated("ed25519-reshare", &arguments, Frost, &[0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(program.plan().claim().corrupt, corrupt, "as many as neither the old nor the new shares withstand");
    }
}

fn generate_structured(scheme: &str, protocol: ProtocolName, holders: usize, who: &str) -> (Vec<Record>, Point) {
    let arguments = format!("holders={holders} who={who}");
    let program = Signers::new(&format!("{scheme}-structured-key"), &arguments, protocol);
    let outcomes = run(&program, (0..holders).map(|_| Holdings::default()).collect());
    (outcomes.iter().map(|outcome| kept(outcome, "key").expect("a share")).collect(), public_key(&outcomes[0]))
}

/// Two of three together with one of two; holders 1, 3 and 5 refresh it, and then make a plain threshold of it.
#[test]
fn a_key_of_departments_is_shared_anew() {
    let (old, public) = generate_structured("ed25519", Frost, 5, "2of(2of(1,2,3),1of(4,5))");
    let roles = [0, 2, 4, 0, 1, 2, 3, 4];
    let refresh = Signers::seated(
        "ed25519-structured-reshare",
        "dealers=3 holders=5 who=2of(2of(1,2,3),1of(4,5))",
        Frost,
        &roles,
    )
    .seed(5);
    assert_eq!(refresh.plan().claim().corrupt, 2);
    let seats = [1, 0, 3, 0, 5];
    let outcomes = run(&refresh, old.iter().map(|share| brings("key", share, &seats)).collect());
    let new: Vec<Record> = outcomes.iter().map(|outcome| kept(outcome, "key").expect("a share")).collect();
    for share in holdings_of::<Ed25519>(&new) {
        assert_eq!(
            (share.holding().epoch, share.holding().access.to_string().as_str()),
            (1, "2 of (2 of (1, 2, 3), 1 of (4, 5))")
        );
    }
    signs("ed25519", Frost, &[&new[3], &new[1], &new[2]], &[4, 2, 3], &public);
    // Somebody who holds no share knows who can use the key.
    let stranger = known::<Ed25519>(&new[0]);
    let committee = Signers::seated("ed25519-reshare", "dealers=3 holders=2 threshold=2", Frost, &[0, 1, 2, 0, 3]);
    let brought = [&new[0], &new[1], &new[3], &stranger];
    let seats = [1, 2, 4, 0];
    let outcomes = run(&committee, brought.iter().map(|record| brings("key", record, &seats)).collect());
    let plain = [0, 3].map(|party: usize| kept(&outcomes[party], "key").expect("a share"));
    signs("ed25519", Frost, &[&plain[0], &plain[1]], &[1, 2], &public);
}

/// From a plain threshold to two or a board of three, shared anew there by the board alone, and from there to weights.
#[test]
fn every_scheme_moves_between_structures() {
    let either = "1of(2of(1,2),3of(3,4,5))";
    for (scheme, protocol) in SCHEMES {
        let (old, public) = generate(scheme, protocol, 2, 3);
        let program = format!("{scheme}-structured-reshare");
        let stranger = known_of(scheme, &old[0]);
        let arguments = format!("dealers=2 holders=5 who={either}");
        let seated = Signers::seated(&program, &arguments, protocol, &[0, 1, 0, 1, 2, 3, 4]);
        assert_eq!(seated.plan().claim().corrupt, 1);
        let brought = [&old[0], &old[1], &old[2], &stranger, &stranger];
        let outcomes = run(&seated, brought.iter().map(|record| brings("key", record, &[1, 2, 0, 0, 0])).collect());
        let two_or_board: Vec<Record> = outcomes.iter().map(|outcome| kept(outcome, "key").expect("a share")).collect();
        // More than the fewest deal: no more may collude than two who could use the key alone, less one.
        let arguments = format!("dealers=3 holders=5 who={either}");
        let seated = Signers::seated(&program, &arguments, protocol, &[2, 3, 4, 0, 1, 2, 3, 4]).seed(6);
        assert_eq!(seated.plan().claim().corrupt, 1);
        let board = [0, 0, 3, 4, 5];
        let outcomes = run(&seated, two_or_board.iter().map(|record| brings("key", record, &board)).collect());
        let refreshed: Vec<Record> = outcomes.iter().map(|outcome| kept(outcome, "key").expect("a share")).collect();
        signs(scheme, protocol, &[&refreshed[1], &refreshed[0]], &[2, 1], &public);
        signs(scheme, protocol, &[&refreshed[2], &refreshed[3], &refreshed[4]], &[3, 4, 5], &public);
        // Weights: holder 1 counts twice, and leads; the first two deal.
        let arguments = "dealers=2 holders=3 who=3of(1*2,2,3)";
        let seated = Signers::seated(&program, arguments, protocol, &[0, 1, 0, 1, 2]).seed(7);
        let held = refreshed[..3].iter().map(|record| brings("key", record, &[1, 2, 0])).collect();
        let weighted: Vec<Record> =
            run(&seated, held).iter().map(|outcome| kept(outcome, "key").expect("a share")).collect();
        signs(scheme, protocol, &[&weighted[0], &weighted[2]], &[1, 3], &public);
    }
}

#[test]
fn dealers_and_helpers_of_a_structure_are_checked() {
    let (shares, _) = generate_structured("ed25519", Frost, 4, "1of(2of(1,2),3of(2,3,4))");
    let three = Signers::seated("ed25519-reshare", "dealers=3 holders=3 threshold=3", Frost, &[0, 1, 2, 0, 1, 2]);
    let of = |seats: [u16; 3]| {
        let held = seats.map(|seat| brings("key", &shares[usize::from(seat) - 1], &seats));
        refused(&three, held.into())
    };
    // They could, but two others could without them: the claim would let these two collude.
    let many = RunError::Record(RecordError::TooMany { threshold: 2, found: 3 });
    assert_eq!(of([2, 3, 4]), vec![many; 3]);
    assert!(of([1, 3, 4]).iter().all(|error| error.to_string().contains("[1, 3, 4] cannot use a key of")));
    let export = Signers::seated("ed25519-export", "holders=2", Frost, &[0, 1, 1]);
    let errors = refused(&export, [&shares[0], &shares[1]].map(|share| brings("key", share, &[1, 2])).into());
    assert!(errors.len() == 2 && errors.iter().all(|error| error.to_string().contains("share it anew")), "{errors:?}");
}
