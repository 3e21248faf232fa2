//! Votes under a key that trustees generated: the counts are right, an outsider verifies them, and whoever cheats is named.

mod frost_parties;

use frost_parties::{access, dealt, generated_over, structure};
use proptest::collection::vec;
use proptest::prelude::*;
use quorate_circuits::curve::{Curve, Ed25519, P256, SCALAR_BYTES, Secp256k1};
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::key::{AccessStructure, KeyId, KeyShare};
use quorate_engine::net::memory_links;
use quorate_engine::tally::{
    Ballot, BallotFault, Board, CastError, DecryptError, Election, ElectionError, OpenError, RecordFault, Rules, Tally,
    TallyError, TrusteeFault, VoterId, verify_record,
};

const ELECTION: SessionId = SessionId([0x7a; 32]);

fn random() -> Random {
    Random::dangerous_from_seed([0x7b; 32])
}

fn voter(number: usize) -> VoterId {
    let mut name = [0; 32];
    name[..8].copy_from_slice(&(number as u64).to_le_bytes());
    VoterId(name)
}

/// Shares of a key that the trustees generated.
fn trustees<C: Curve>(access: &AccessStructure) -> Vec<KeyShare<C>> {
    let all = generated_over::<C>(memory_links(access.holders()), access);
    all.into_iter().map(|generated| generated.expect("all trustees are honest").share).collect()
}

/// One vote for one of three options.
fn one_of_three() -> Rules {
    Rules { options: 3, each: 0..=1, total: Some(1..=1), fewest_ballots: 2 }
}

fn cast<C: Curve>(election: &Election<C>, votes: &[&[u32]]) -> Vec<Vec<u8>> {
    let mut random = random();
    let ballot = |(number, votes): (usize, &&[u32])| {
        Ballot::cast(election, voter(number), votes, &mut random).expect("allowed").to_bytes()
    };
    votes.iter().enumerate().map(ballot).collect()
}

fn tallied<C: Curve>(election: &Election<C>, ballots: &[Vec<u8>]) -> Tally<C> {
    let mut board = Board::new(election);
    for ballot in ballots {
        board.post(ballot).expect("a ballot that was cast");
    }
    board.close().expect("enough ballots")
}

fn partials<C: Curve>(tally: &Tally<C>, shares: &[&KeyShare<C>]) -> Vec<Vec<u8>> {
    let mut random = random();
    shares.iter().map(|share| tally.decrypt(share, &mut random).expect("of this key").to_bytes()).collect()
}

/// The whole of it: a thousand ballots, and an outsider who has the key's commitments and bytes.
#[test]
fn a_thousand_ballots_are_counted_and_an_outsider_verifies_them() {
    let shares = trustees::<Ed25519>(&access(2, 3));
    let election = Election::new(ELECTION, &shares[0], one_of_three()).unwrap();
    let votes: Vec<[u32; 3]> =
        (0..1000).map(|i| std::array::from_fn(|option| u32::from(option == i * i % 7 % 3))).collect();
    let expected: Vec<u64> = (0..3).map(|option| votes.iter().map(|vote| u64::from(vote[option])).sum()).collect();
    let slices: Vec<&[u32]> = votes.iter().map(<[u32; 3]>::as_slice).collect();
    let ballots = cast(&election, &slices);
    assert!(ballots.iter().all(|ballot| ballot.len() == election.ballot_bytes()));
    let tally = tallied(&election, &ballots);
    assert_eq!(tally.ballots(), 1000);
    for who in [[0, 1], [0, 2], [1, 2]] {
        let partials = partials(&tally, &who.map(|trustee| &shares[trustee]));
        let opened = tally.open(&partials).unwrap();
        assert_eq!((opened.counts, opened.trustees), (expected.clone(), who.map(|p| p as u16 + 1).to_vec()));
        assert!(opened.faults.is_empty());
    }
    // The outsider has the key's name and its commitments, the rules, and what was published.
    let holding = shares[0].holding();
    let commitments = shares[2].commitments().clone();
    let seen = Election::<Ed25519>::under(ELECTION, (holding.key, holding.epoch), commitments, one_of_three()).unwrap();
    let partials = partials(&tally, &[&shares[2], &shares[0]]);
    let verified = verify_record(&seen, &ballots, &partials, &expected).unwrap();
    assert_eq!((verified.counts, verified.trustees), (expected.clone(), vec![1, 3]));

    let mut claimed = expected.clone();
    (claimed[0], claimed[1]) = (claimed[0] + 1, claimed[1] - 1);
    let found = expected.clone();
    assert_eq!(verify_record(&seen, &ballots, &partials, &claimed), Err(RecordFault::Counts { claimed, found }));
    // A ballot that is left out, or put elsewhere, is another tally: nobody has decrypted that one.
    let mut moved = ballots.clone();
    moved.swap(3, 4);
    for other in [&ballots[1..], &moved] {
        let error = verify_record(&seen, other, &partials, &expected).unwrap_err();
        assert!(matches!(error, RecordFault::Open(OpenError::NotEnough { .. })), "{error}");
    }
}

fn points_are_counted<C: Curve>(access: &AccessStructure, who: &[usize]) {
    let shares = trustees::<C>(access);
    let rules = Rules { options: 2, each: 1..=3, total: Some(2..=5), fewest_ballots: 1 };
    let election = Election::new(ELECTION, &shares[0], rules).unwrap();
    let ballots = cast(&election, &[&[1, 1], &[3, 2], &[1, 3], &[2, 2]]);
    let tally = tallied(&election, &ballots);
    let partials = partials(&tally, &who.iter().map(|trustee| &shares[*trustee]).collect::<Vec<_>>());
    for (partial, trustee) in partials.iter().zip(who) {
        assert_eq!(partial.len(), election.partial_bytes(*trustee as u16 + 1));
    }
    assert_eq!(verify_record(&election, &ballots, &partials, &[7, 8]).unwrap().counts, [7, 8]);
}

#[test]
fn points_are_counted_on_every_curve_and_under_every_structure() {
    points_are_counted::<Secp256k1>(&access(2, 3), &[1, 2]);
    points_are_counted::<P256>(&access(3, 3), &[0, 1, 2]);
    points_are_counted::<Ed25519>(&structure("3 of (1*2, 2, 3)"), &[0, 2]);
    points_are_counted::<Secp256k1>(&structure("2 of (2 of (1, 2, 3), 1 of (4, 5))"), &[0, 2, 4]);
}

/// Without a rule for the total, any numbers in their ranges.
#[test]
fn approval_needs_no_total() {
    let shares = trustees::<Secp256k1>(&access(2, 2));
    let rules = Rules { options: 3, each: 0..=1, total: None, fewest_ballots: 1 };
    let election = Election::new(ELECTION, &shares[0], rules).unwrap();
    let ballots = cast(&election, &[&[0, 0, 0], &[1, 1, 1], &[0, 1, 1]]);
    let partials = partials(&tallied(&election, &ballots), &[&shares[0], &shares[1]]);
    verify_record(&election, &ballots, &partials, &[1, 2, 2]).unwrap();
}

#[test]
fn what_is_not_allowed_cannot_be_cast() {
    let shares = trustees::<Ed25519>(&access(2, 2));
    let election = Election::new(ELECTION, &shares[0], one_of_three()).unwrap();
    let fault = |numbers: &[u32]| Ballot::cast(&election, voter(0), numbers, &mut random()).unwrap_err();
    assert_eq!(fault(&[1, 0]), CastError::Options { options: 3, found: 2 });
    assert_eq!(fault(&[0, 2, 0]), CastError::Value { option: 2, allowed: 0..=1 });
    assert_eq!(fault(&[0, 0, 0]), CastError::Total(1..=1));
    assert_eq!(fault(&[1, 1, 0]), CastError::Total(1..=1));
    let refused = |rules: Rules| Election::new(ELECTION, &shares[0], rules).unwrap_err();
    let with = |options, each, total| Rules { options, each, total, fewest_ballots: 1 };
    assert_eq!(refused(with(0, 0..=1, None)), ElectionError::Options(0));
    assert_eq!(refused(with(1025, 0..=1, None)), ElectionError::Options(1025));
    #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
    let empty = 1..=0;
    assert!(matches!(refused(with(2, empty, None)), ElectionError::Values(_)));
    assert!(matches!(refused(with(2, 0..=u32::MAX, None)), ElectionError::Values(_)));
    assert!(matches!(refused(with(2, 0..=1, Some(3..=4))), ElectionError::Total(_)));
    assert!(matches!(refused(with(2, 2..=3, Some(0..=3))), ElectionError::Total(_)));
    assert!(matches!(refused(with(1024, 0..=1023, None)), ElectionError::BallotBytes(_)));
    assert_eq!(refused(Rules { fewest_ballots: 0, ..one_of_three() }), ElectionError::NoBallots);
}

/// Every field of a ballot, altered so that it is still in canonical form, and so that it is not.
fn every_component_counts<C: Curve>() {
    let shares = trustees::<C>(&access(2, 3));
    let election = Election::new(ELECTION, &shares[0], one_of_three()).unwrap();
    let good = cast(&election, &[&[0, 1, 0], &[1, 0, 0]]);
    let fault = |bytes: &[u8]| {
        let mut board = Board::new(&election);
        board.post(&good[1]).unwrap();
        let refused = board.post(bytes).expect_err("an altered ballot");
        assert_eq!((refused.position, board.ballots()), (2, 1));
        refused.fault
    };
    let (point, scalar) = (C::POINT_BYTES, SCALAR_BYTES);
    let option = 2 * point + 4 * scalar;
    let of_option = |place: usize| 32 + place * option;
    let mut generator = Vec::new();
    C::encode_point(&C::base_multiple(&C::Scalar::from(5)), &mut generator);
    let altered = |at: usize, bytes: &[u8]| {
        let mut ballot = good[0].clone();
        assert_ne!(ballot[at..at + bytes.len()], *bytes);
        ballot[at..at + bytes.len()].copy_from_slice(bytes);
        ballot
    };
    for place in 0..3 {
        for ciphertext in 0..2 {
            // Other ciphertexts of the ballot are in every proof's hash, so that the first proof fails whichever it is.
            let at = of_option(place) + ciphertext * point;
            assert_eq!(fault(&altered(at, &generator)), BallotFault::Proof(1));
            assert_eq!(fault(&altered(at, &vec![0xff; point])), BallotFault::Ciphertext(place + 1));
        }
        for field in 0..4 {
            let at = of_option(place) + 2 * point + field * scalar;
            let sum = C::decode_scalar(good[0][at..].first_chunk().unwrap()).unwrap() + C::Scalar::from(1);
            assert_eq!(fault(&altered(at, &C::encode_scalar(&sum))), BallotFault::Proof(place + 1));
            assert_eq!(fault(&altered(at, &[0xff; SCALAR_BYTES])), BallotFault::ProofForm(place + 1));
        }
    }
    for field in 0..2 {
        let at = of_option(3) + field * scalar;
        assert_eq!(fault(&altered(at, &C::encode_scalar(&C::Scalar::from(7)))), BallotFault::TotalProof);
        assert_eq!(fault(&altered(at, &[0xff; SCALAR_BYTES])), BallotFault::TotalForm);
    }
    assert_eq!(of_option(3) + 2 * scalar, good[0].len());
    // Under another voter's name, and with two options' parts exchanged.
    assert_eq!(fault(&altered(0, &voter(9).0)), BallotFault::Proof(1));
    let (first, second) = (&good[0][of_option(0)..of_option(1)], &good[0][of_option(1)..of_option(2)]);
    let exchanged = [&good[0][..32], second, first, &good[0][of_option(2)..]].concat();
    assert_eq!(fault(&exchanged), BallotFault::Proof(1));
    for length in [0, 31, good[0].len() - 1, good[0].len() + 1] {
        let mut cut = good[0].clone();
        cut.resize(length, 0);
        assert_eq!(fault(&cut), BallotFault::Length { expected: good[0].len(), found: length });
    }
}

#[test]
fn every_component_of_a_ballot_counts() {
    every_component_counts::<Secp256k1>();
    every_component_counts::<P256>();
    every_component_counts::<Ed25519>();
}

#[test]
fn copies_are_refused() {
    let shares = trustees::<Secp256k1>(&access(2, 3));
    let election = Election::new(ELECTION, &shares[0], one_of_three()).unwrap();
    let ballots = cast(&election, &[&[0, 1, 0], &[1, 0, 0]]);
    let mut board = Board::new(&election);
    assert_eq!(board.post(&ballots[0]), Ok(voter(0)));
    let refused = board.post(&ballots[0]).unwrap_err();
    assert_eq!((refused.position, refused.fault), (2, BallotFault::Repeated(voter(0))));
    // A second vote of the same voter, whatever it says.
    let second = Ballot::cast(&election, voter(0), &[0, 0, 1], &mut random()).unwrap().to_bytes();
    assert_eq!(board.post(&second).unwrap_err().fault, BallotFault::Repeated(voter(0)));
    // The ciphertexts and proofs of one voter under another's name.
    let copy = [&voter(7).0, &ballots[0][32..]].concat();
    assert_eq!(board.post(&copy).unwrap_err().fault, BallotFault::Proof(1));
    // Refusals change nothing.
    assert_eq!(board.post(&ballots[1]), Ok(voter(1)));
    assert_eq!(board.close().unwrap().digest(), tallied(&election, &ballots).digest());
    let record = [ballots.clone(), vec![copy]].concat();
    let error = verify_record(&election, &record, &[], &[]).unwrap_err();
    assert!(matches!(&error, RecordFault::Ballot(refused) if refused.position == 3), "{error}");
}

/// A ballot is of one election: its name, key, options, ranges.
#[test]
fn ballots_of_other_elections_are_refused() {
    let shares = trustees::<Ed25519>(&access(2, 3));
    let others = trustees::<Ed25519>(&access(3, 3));
    let rules = one_of_three();
    let election = Election::new(ELECTION, &shares[0], rules.clone()).unwrap();
    let holding = shares[0].holding();
    let (key, commitments) = (holding.key, shares[0].commitments().clone());
    let elsewhere = [
        Election::new(SessionId([1; 32]), &shares[0], rules.clone()).unwrap(),
        Election::new(ELECTION, &others[0], rules.clone()).unwrap(),
        Election::under(ELECTION, (KeyId([1; 32]), 0), commitments.clone(), rules.clone()).unwrap(),
        Election::under(ELECTION, (key, 1), commitments, rules.clone()).unwrap(),
        Election::new(ELECTION, &shares[0], Rules { total: Some(0..=0), ..rules.clone() }).unwrap(),
        Election::new(ELECTION, &shares[0], Rules { each: 1..=2, total: Some(3..=3), ..rules.clone() }).unwrap(),
        Election::new(ELECTION, &shares[0], Rules { fewest_ballots: 1, ..rules }).unwrap(),
    ];
    let ballot = &cast(&election, &[&[0, 1, 0]])[0];
    for other in &elsewhere {
        assert!(Board::new(other).post(ballot).is_err());
    }
    let tally = tallied(&election, &cast(&election, &[&[0, 1, 0], &[1, 0, 0]]));
    assert_eq!(tally.decrypt(&others[0], &mut random()), Err(DecryptError::OtherKey));
}

#[test]
fn few_ballots_are_not_decrypted() {
    let shares = trustees::<Ed25519>(&access(2, 3));
    let election = Election::new(ELECTION, &shares[0], one_of_three()).unwrap();
    let mut board = Board::new(&election);
    board.post(&cast(&election, &[&[0, 1, 0]])[0]).unwrap();
    assert_eq!(board.close().unwrap_err(), TallyError::TooFew { fewest: 2, found: 1 });
}

fn cheating_trustees_are_named<C: Curve>() {
    let shares = trustees::<C>(&access(2, 3));
    let election = Election::new(ELECTION, &shares[0], one_of_three()).unwrap();
    let ballots = cast(&election, &[&[0, 1, 0], &[1, 0, 0], &[0, 1, 0]]);
    let tally = tallied(&election, &ballots);
    let good = partials(&tally, &shares.iter().collect::<Vec<_>>());
    let counts = [1, 2, 0];
    let mut generator = Vec::new();
    C::encode_point(&C::base_multiple(&C::Scalar::from(5)), &mut generator);
    let with = |bad: Vec<u8>, fault: TrusteeFault, trustee: Option<u16>| {
        // Enough others: it is named, and the counts stand.
        let opened = tally.open(&[good[0].clone(), bad.clone(), good[2].clone()]).unwrap();
        assert_eq!((opened.counts.as_slice(), opened.trustees.as_slice()), (counts.as_slice(), [1, 3].as_slice()));
        assert_eq!(opened.faults, [(2, trustee, fault.clone())]);
        // Too few others.
        let error = tally.open(&[bad.clone(), good[2].clone()]).unwrap_err();
        assert!(
            matches!(&error, OpenError::NotEnough { faults, .. } if *faults == [(1, trustee, fault.clone())]),
            "{error}"
        );
        // A record has no wrong ones.
        let record = [good[0].clone(), good[2].clone(), bad];
        let error = verify_record(&election, &ballots, &record, &counts).unwrap_err();
        assert_eq!(error, RecordFault::Trustee { position: 3, trustee, fault });
    };
    for option in 0..3 {
        let mut bad = good[1].clone();
        bad[2 + option * C::POINT_BYTES..][..C::POINT_BYTES].copy_from_slice(&generator);
        with(bad, TrusteeFault::Proof, Some(2));
    }
    let proof = 2 + 3 * C::POINT_BYTES;
    for field in [proof, proof + SCALAR_BYTES] {
        let mut bad = good[1].clone();
        bad[field..field + SCALAR_BYTES].copy_from_slice(&C::encode_scalar(&C::Scalar::from(9)));
        with(bad.clone(), TrusteeFault::Proof, Some(2));
        bad[field..field + SCALAR_BYTES].fill(0xff);
        with(bad, TrusteeFault::Form, Some(2));
    }
    let mut bad = good[1].clone();
    bad[2..2 + C::POINT_BYTES].fill(0xff);
    with(bad, TrusteeFault::Form, Some(2));
    // Another trustee's work under one's own name.
    with([&good[1][..2], &good[0][2..]].concat(), TrusteeFault::Proof, Some(2));
    with([&[4, 0], &good[1][2..]].concat(), TrusteeFault::NoTrustee, None);
    with(vec![2], TrusteeFault::NoTrustee, None);
    let expected = good[1].len();
    with(good[1][..expected - 1].to_vec(), TrusteeFault::Length { expected, found: expected - 1 }, Some(2));
    // Right ones, of another tally.
    let other = tallied(&election, &ballots[..2]);
    with(partials(&other, &[&shares[1]]).remove(0), TrusteeFault::Proof, Some(2));
    // The same one twice.
    let opened = tally.open(&[good[0].clone(), good[0].clone(), good[1].clone()]).unwrap();
    assert_eq!(opened.faults, [(2, Some(1), TrusteeFault::Repeated)]);
    assert!(matches!(tally.open(&[good[0].clone(), good[0].clone()]), Err(OpenError::NotEnough { .. })));
    assert!(matches!(tally.open(&[]), Err(OpenError::NotEnough { .. })));
}

#[test]
fn cheating_trustees_are_named_on_every_curve() {
    cheating_trustees_are_named::<Secp256k1>();
    cheating_trustees_are_named::<P256>();
    cheating_trustees_are_named::<Ed25519>();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any bytes as a ballot or a partial decryption, of the right length or not: refused, and nothing else happens.
    #[test]
    fn any_bytes_are_refused(mut bytes in vec(any::<u8>(), 0..900), fit in any::<bool>(), trustee in 0_u16..5) {
        let shares = dealt::<Ed25519>(&access(2, 3), 0, 1);
        let election = Election::new(ELECTION, &shares[0], one_of_three()).unwrap();
        let ballots = cast(&election, &[&[0, 1, 0], &[1, 0, 0]]);
        if fit {
            bytes.resize(election.ballot_bytes(), 0x41);
        }
        prop_assert!(Board::new(&election).post(&bytes).is_err());
        let tally = tallied(&election, &ballots);
        if fit {
            bytes.resize(election.partial_bytes(1), 0x41);
            bytes[..2].copy_from_slice(&trustee.to_le_bytes());
        }
        let enough = partials(&tally, &[&shares[0], &shares[1]]);
        let opened = tally.open(&[vec![bytes], enough].concat()).unwrap();
        prop_assert_eq!((opened.counts, opened.faults.len()), (vec![1, 1, 0], 1));
    }
}
