//! Any bytes as ballots and partial decryptions: refused, or written again as they were read; never counted.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use quorate_circuits::curve::Ed25519;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::key::{AccessStructure, Commitments, Holding, KeyId, KeyShare, Polynomials};
use quorate_engine::tally::{Ballot, Board, Election, Rules, Tally, VoterId};

/// An election with one ballot, and its tally.
fn election() -> &'static (Election<Ed25519>, Tally<Ed25519>) {
    static ELECTION: OnceLock<(Election<Ed25519>, Tally<Ed25519>)> = OnceLock::new();
    ELECTION.get_or_init(|| {
        let mut random = Random::dangerous_from_seed([1; 32]);
        let access = AccessStructure::new(2, 3).expect("2 of 3");
        let polynomials = Polynomials::<Ed25519>::random(&access, &mut random);
        let holding = Holding { key: KeyId([7; 32]), epoch: 0, access: access.clone(), index: 1 };
        let share = KeyShare::new(holding, polynomials.share(1), Commitments::of(&polynomials)).expect("dealt honestly");
        let rules = Rules { options: 2, each: 0..=1, total: Some(1..=1), fewest_ballots: 1 };
        let election = Election::new(SessionId([1; 32]), &share, rules).expect("rules that can be");
        let ballot = Ballot::cast(&election, VoterId([1; 32]), &[1, 0], &mut random).expect("allowed");
        let mut board = Board::new(&election);
        board.post(&ballot.to_bytes()).expect("a ballot that was cast");
        let tally = board.close().expect("enough ballots");
        (election, tally)
    })
}

fuzz_target!(|bytes: &[u8]| {
    let (election, tally) = election();
    if let Ok(ballot) = Ballot::from_bytes(election, bytes) {
        assert_eq!(ballot.to_bytes(), bytes);
        assert!(Board::new(election).post(bytes).is_err());
    }
    assert!(tally.open(&[bytes.to_vec(), bytes.to_vec()]).is_err());
});
