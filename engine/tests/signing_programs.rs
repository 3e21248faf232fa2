//! Keys, presignatures and signatures: programs of the library under the protocols, with what each party keeps.

use std::collections::BTreeMap;

use quorate_circuits::clear::Column;
use quorate_circuits::curve::{Point, Scalar};
use quorate_engine::plan::cost;
use quorate_engine::protocol::ProtocolName::{self, Dkls, Frost, ShamirSigning};
use quorate_engine::record::RecordError;
use quorate_engine::run::{CurveOutcome, Holdings, Kept, RunError};
use quorate_testkit::{Signed, Signers};

/// Runs a program and returns what each party has, after comparing what was sent with what the plan predicts.
fn run(signers: &Signers, holdings: Vec<Holdings>) -> Vec<CurveOutcome> {
    let ended = signers.run(holdings);
    let cost = cost(signers.plan());
    let by_line = cost.by_line.total();
    assert_eq!(by_line.bytes, cost.phases.map(|phase| phase.bytes), "every byte belongs to a line, or to the set-up");
    assert_eq!(by_line.rounds, cost.rounds());
    let mut outcomes = Vec::new();
    for (party, Signed { session, result }) in ended.into_iter().enumerate() {
        let outcome = result.unwrap_or_else(|error| panic!("party {party}: {error}"));
        let counters = session.expect("it succeeded").network.counters();
        assert_eq!(counters, cost.parties[party], "party {party} of {}", signers.plan().program.program.name());
        outcomes.push(outcome);
    }
    outcomes
}

fn item(kept: &mut Vec<Kept>, record: &str) -> Vec<zeroize::Zeroizing<Vec<u8>>> {
    let at = kept.iter().position(|kept| kept.record == record).expect("the record is kept");
    kept.remove(at).items
}

fn output(outcome: &CurveOutcome, name: &str) -> Column {
    outcome.outcome.outputs.iter().find(|(n, _)| n == name).expect("the output is there").1.clone()
}

fn point(outcome: &CurveOutcome, name: &str) -> Point {
    let Column::Points(points) = output(outcome, name) else { panic!("{name} is no point") };
    points[0]
}

fn scalar(outcome: &CurveOutcome, name: &str) -> Scalar {
    let Column::Scalars(scalars) = output(outcome, name) else { panic!("{name} is no scalar") };
    scalars[0]
}

/// A key's records by holder, and the public key.
struct Key {
    records: Vec<Vec<u8>>,
    public: Point,
}

fn generate(scheme: &str, protocol: ProtocolName, holders: usize, threshold: usize) -> Key {
    let signers = Signers::new(&format!("{scheme}-key"), &format!("holders={holders} threshold={threshold}"), protocol);
    generated(&signers, holders)
}

/// Whoever `who` says can use the key; the text is without spaces.
fn generate_structured(scheme: &str, protocol: ProtocolName, holders: usize, who: &str) -> Key {
    let arguments = format!("holders={holders} who={who}");
    generated(&Signers::new(&format!("{scheme}-structured-key"), &arguments, protocol), holders)
}

fn generated(signers: &Signers, holders: usize) -> Key {
    let mut outcomes = run(signers, (0..holders).map(|_| Holdings::default()).collect());
    let public = point(&outcomes[0], "public_key");
    assert!(outcomes.iter().all(|outcome| point(outcome, "public_key") == public));
    let records = outcomes.iter_mut().map(|outcome| item(&mut outcome.kept, "key").remove(0).to_vec());
    Key { records: records.collect(), public }
}

fn holdings(key: &Key, seats: &[u16], mut more: impl FnMut(usize) -> BTreeMap<String, Vec<u8>>) -> Vec<Holdings> {
    let of = |(party, seat): (usize, &u16)| {
        let mut records = more(party);
        records.insert("key".to_owned(), key.records[usize::from(*seat) - 1].clone());
        let records = records.into_iter().map(|(name, bytes)| (name, bytes.into())).collect();
        Holdings { records, seats: seats.to_vec() }
    };
    seats.iter().enumerate().map(of).collect()
}

const DIGEST: &str = "4b688df40bcedbe641ddb16ff0a1842d9c67ea1c3bf63f3e0471baa664531d1a";

/// The signature verifies under a library that knows nothing of us.
fn verifies_as_ecdsa(outcome: &CurveOutcome, public: &Point) {
    use k256::ecdsa::signature::hazmat::PrehashVerifier;
    let [r, s] = ["r", "s"].map(|name| scalar(outcome, name).encode());
    let digest: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&DIGEST[2 * i..2 * i + 2], 16).unwrap()).collect();
    match public {
        Point::Secp256k1(_) => {
            let key = k256::ecdsa::VerifyingKey::from_sec1_bytes(&public.encode()).expect("a key");
            let signature = k256::ecdsa::Signature::from_scalars(r, s).expect("a signature");
            assert_eq!(signature.normalize_s(), signature, "low s");
            key.verify_prehash(&digest, &signature).expect("it verifies");
        }
        Point::P256(_) => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&public.encode()).expect("a key");
            let signature = p256::ecdsa::Signature::from_scalars(r, s).expect("a signature");
            key.verify_prehash(&digest, &signature).expect("it verifies");
        }
        Point::Ed25519(_) => panic!("no ECDSA on Ed25519"),
    }
}

fn ecdsa(scheme: &str, holders: usize, threshold: usize, quorums: &[&[u16]]) {
    ecdsa_of(scheme, Dkls, &generate(scheme, Dkls, holders, threshold), quorums);
}

fn ecdsa_of(scheme: &str, protocol: ProtocolName, key: &Key, quorums: &[&[u16]]) {
    for (number, seats) in quorums.iter().enumerate() {
        let count = seats.len();
        let arguments = format!("signers={count} digest={DIGEST}");
        let direct = Signers::new(scheme, &arguments, protocol).seed(10 + number as u64);
        for outcome in run(&direct, holdings(key, seats, |_| BTreeMap::new())) {
            verifies_as_ecdsa(&outcome, &key.public);
        }
        let presign = Signers::new(&format!("{scheme}-presign"), &format!("signers={count} count=3"), protocol);
        let mut prepared = run(&presign.seed(20 + number as u64), holdings(key, seats, |_| BTreeMap::new()));
        let mut stock: Vec<_> = prepared.iter_mut().map(|outcome| item(&mut outcome.kept, "presignature")).collect();
        let sign = Signers::new(&format!("{scheme}-sign"), &arguments, protocol);
        for round in 0..3 {
            let held = holdings(key, seats, |party| {
                BTreeMap::from([("presignature".to_owned(), stock[party].remove(0).to_vec())])
            });
            for outcome in run(&sign.clone().seed(30 + round), held) {
                verifies_as_ecdsa(&outcome, &key.public);
                assert_eq!(outcome.outcome.counters.bytes_sent(), 32 * (count as u64 - 1), "one share to each");
            }
        }
    }
}

#[test]
fn any_two_of_three_sign_ecdsa_and_the_presigned_way_too() {
    ecdsa("ecdsa-secp256k1", 3, 2, &[&[1, 2], &[1, 3], &[3, 2], &[1, 2, 3]]);
}

/// Two of the first three together with one of the last two, and a chair who counts twice.
#[test]
fn departments_and_weights_sign_ecdsa_and_the_presigned_way_too() {
    let key = generate_structured("ecdsa-secp256k1", Dkls, 5, "2of(2of(1,2,3),1of(4,5))");
    ecdsa_of("ecdsa-secp256k1", Dkls, &key, &[&[1, 3, 5], &[4, 2, 1]]);
    let key = generate_structured("ecdsa-p256", Dkls, 3, "3of(1*2,2,3)");
    ecdsa_of("ecdsa-p256", Dkls, &key, &[&[1, 3], &[2, 1]]);
    let key = generate_structured("ecdsa-secp256k1", Dkls, 4, "1of(2of(1,2),2of(2of(2,3),4))");
    assert_eq!(key.records.len(), 4);
}

/// Nobody runs a protocol with signers who are not enough: every one of them stops before it sends anything.
#[test]
fn sets_that_are_not_allowed_stop_before_the_first_message() {
    let key = generate_structured("ed25519", Frost, 5, "2of(2of(1,2,3),1of(4,5))");
    for seats in [[1, 2, 3], [1, 4, 5]] {
        let sign = Signers::new("ed25519", "signers=3 message=6d", Frost);
        for Signed { result, .. } in sign.run(holdings(&key, &seats, |_| BTreeMap::new())) {
            let error = result.err().expect("they are not enough");
            // Records are read before anything is sent.
            assert!(matches!(error, RunError::Record(RecordError::Signers(_))), "{error}");
            let words = "cannot use a key of 2 of (2 of (1, 2, 3), 1 of (4, 5)) together";
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}

#[test]
fn three_of_five_sign_on_p256() {
    ecdsa("ecdsa-p256", 5, 3, &[&[5, 1, 3]]);
}

#[test]
fn an_honest_majority_signs_ecdsa_and_the_presigned_way_too() {
    let key = generate("ecdsa-secp256k1", ShamirSigning, 3, 2);
    ecdsa_of("ecdsa-secp256k1", ShamirSigning, &key, &[&[1, 2, 3], &[3, 1, 2]]);
    // Of more holders than there are signers; and five signers of whom two may be corrupted.
    let key = generate("ecdsa-p256", ShamirSigning, 5, 2);
    ecdsa_of("ecdsa-p256", ShamirSigning, &key, &[&[5, 1, 3]]);
    let key = generate("ecdsa-secp256k1", ShamirSigning, 6, 3);
    ecdsa_of("ecdsa-secp256k1", ShamirSigning, &key, &[&[2, 6, 1, 4, 3]]);
}

/// Nine signers, and a key that was derived.
#[test]
fn the_largest_honest_majority_signs_with_a_derived_key() {
    let key = generate("ecdsa-secp256k1", ShamirSigning, 9, 5);
    let seats: Vec<u16> = (1..=9).collect();
    let sign = Signers::new("ecdsa-secp256k1", &format!("signers=9 digest={DIGEST} path=7"), ShamirSigning);
    for outcome in run(&sign, holdings(&key, &seats, |_| BTreeMap::new())) {
        let derived = point(&outcome, "public_key");
        assert_ne!(derived, key.public);
        verifies_as_ecdsa(&outcome, &derived);
    }
}

/// A key of an honest majority lives on as others do: it is shared anew, and a lost share comes back.
#[test]
fn a_key_of_an_honest_majority_is_shared_anew_and_recovered() {
    let key = generate("ecdsa-secp256k1", ShamirSigning, 3, 2);
    let arguments = "dealers=2 holders=3 threshold=2";
    let reshare = Signers::seated("ecdsa-secp256k1-reshare", arguments, ShamirSigning, &[0, 1, 0, 1, 2]);
    let anew = |seats: [u16; 3]| {
        let mut all = holdings(&key, &[1, 2, 3], |_| BTreeMap::new());
        all.iter_mut().for_each(|holdings| holdings.seats = seats.to_vec());
        all
    };
    let mut outcomes = run(&reshare, anew([1, 2, 0]));
    let records = outcomes.iter_mut().map(|outcome| item(&mut outcome.kept, "key").remove(0).to_vec());
    let fresh = Key { records: records.collect(), public: key.public };
    ecdsa_of("ecdsa-secp256k1", ShamirSigning, &fresh, &[&[2, 3, 1]]);
    let recover = Signers::seated("ecdsa-secp256k1-recover", "helpers=2 index=3", ShamirSigning, &[0, 1, 2]);
    let mut outcomes = run(&recover, anew([1, 2, 0]));
    let mut back = Key { records: key.records.clone(), public: key.public };
    back.records[2] = item(&mut outcomes[2].kept, "key").remove(0).to_vec();
    ecdsa_of("ecdsa-secp256k1", ShamirSigning, &back, &[&[1, 3, 2]]);
}

/// Exactly as many sign as an honest majority needs; and what was prepared under one protocol is not used under another,
/// which promises something else.
#[test]
fn majorities_are_exact_and_protocols_do_not_mix() {
    let refusal = |signers: &Signers, holdings: Vec<Holdings>| {
        let error = signers.run(holdings).remove(0).result.err().expect("it is refused");
        let RunError::Record(error) = error else { panic!("{error}") };
        error
    };
    let sign =
        |protocol, count: usize| Signers::new("ecdsa-secp256k1", &format!("signers={count} digest={DIGEST}"), protocol);
    let none = |_: usize| BTreeMap::new();
    let five = generate("ecdsa-secp256k1", ShamirSigning, 5, 3);
    let said = refusal(&sign(ShamirSigning, 3), holdings(&five, &[1, 2, 3], none));
    assert!(matches!(said, RecordError::NoMajority { expected: Some(5), found: 3, .. }), "{said}");
    let two = generate("ecdsa-secp256k1", ShamirSigning, 5, 2);
    let said = refusal(&sign(ShamirSigning, 5), holdings(&two, &[1, 2, 3, 4, 5], none));
    assert!(matches!(said, RecordError::NoMajority { expected: Some(3), found: 5, .. }), "{said}");
    let departments = generate_structured("ecdsa-secp256k1", Dkls, 3, "3of(1,2,1of(3))");
    let said = refusal(&sign(ShamirSigning, 3), holdings(&departments, &[1, 2, 3], none));
    assert!(matches!(said, RecordError::NoMajority { expected: None, found: 3, .. }), "{said}");
    let said = refusal(&sign(Dkls, 3), holdings(&two, &[1, 2, 3], none));
    assert_eq!(said, RecordError::NoPair(2));
    // A key with OTs can be used either way, and what is prepared one way only that way.
    let key = generate("ecdsa-secp256k1", Dkls, 3, 2);
    for [made, used] in [[Dkls, ShamirSigning], [ShamirSigning, Dkls]] {
        let presign = Signers::new("ecdsa-secp256k1-presign", "signers=3 count=1", made);
        let mut prepared = run(&presign, holdings(&key, &[1, 2, 3], none));
        let stock: Vec<_> = prepared.iter_mut().map(|outcome| item(&mut outcome.kept, "presignature")).collect();
        let with = |party: usize| BTreeMap::from([("presignature".to_owned(), stock[party][0].to_vec())]);
        let sign = Signers::new("ecdsa-secp256k1-sign", &format!("signers=3 digest={DIGEST}"), used);
        let said = refusal(&sign, holdings(&key, &[1, 2, 3], with));
        assert_eq!(said, RecordError::OtherProtocol("presignature".to_owned()));
    }
}

#[test]
fn any_two_of_three_sign_ed25519() {
    use ed25519_dalek::Verifier;
    let key = generate("ed25519", Frost, 3, 2);
    let message = b"attack at dawn";
    let hexadecimal: String = message.iter().map(|byte| format!("{byte:02x}")).collect();
    let verify = |outcome: &CurveOutcome| {
        let bytes: [u8; 64] =
            [point(outcome, "nonce").encode(), scalar(outcome, "s").encode().to_vec()].concat().try_into().unwrap();
        let key: [u8; 32] = key.public.encode().try_into().unwrap();
        let key = ed25519_dalek::VerifyingKey::from_bytes(&key).expect("a key");
        key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&bytes)).expect("it verifies");
        key.verify(message, &ed25519_dalek::Signature::from_bytes(&bytes)).expect("it verifies");
    };
    for seats in [[1, 2], [3, 1], [2, 3]] {
        let sign = Signers::new("ed25519", &format!("signers=2 message={hexadecimal}"), Frost);
        run(&sign, holdings(&key, &seats, |_| BTreeMap::new())).iter().for_each(verify);
        let presign = Signers::new("ed25519-presign", "signers=2 count=2", Frost).seed(7);
        let mut prepared = run(&presign, holdings(&key, &seats, |_| BTreeMap::new()));
        let mut stock: Vec<_> = prepared.iter_mut().map(|outcome| item(&mut outcome.kept, "nonce")).collect();
        let sign = Signers::new("ed25519-sign", &format!("signers=2 message={hexadecimal}"), Frost).seed(8);
        let held =
            holdings(&key, &seats, |party| BTreeMap::from([("nonce".to_owned(), stock[party].remove(0).to_vec())]));
        run(&sign, held).iter().for_each(verify);
    }
}

#[test]
fn two_of_three_sign_bip340_with_and_without_a_tweak() {
    use k256::schnorr::signature::hazmat::PrehashVerifier;
    let key = generate("bip340", Frost, 3, 2);
    for tweaks in ["", " tweak=5", " path=7 tweak=9", " path=3"] {
        let sign = Signers::new("bip340", &format!("signers=2 message={DIGEST}{tweaks}"), Frost);
        for outcome in run(&sign, holdings(&key, &[2, 3], |_| BTreeMap::new())) {
            let x = |name| point(&outcome, name).coordinates().expect("no identity").x;
            let signature = [x("nonce"), scalar(&outcome, "s").encode()].concat();
            let verifying = k256::schnorr::VerifyingKey::from_bytes(&x("public_key").into()).expect("a key");
            let signature = k256::schnorr::Signature::try_from(signature.as_slice()).expect("a signature");
            let digest: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&DIGEST[2 * i..2 * i + 2], 16).unwrap()).collect();
            verifying.verify_prehash(&digest, &signature).expect("it verifies");
        }
    }
}
