//! Votes that are added up while encrypted: exponential ElGamal under a key that trustees generated together.
//!
//! A ballot has a number for each option, encrypted as `(r G, v G + r X)` under the trustees' key `X`. Ciphertexts add up as
//! their numbers do, so that only the sums are ever decrypted, by as many trustees as the key's access structure asks for,
//! and everything that anybody did can be checked by everybody.
//!
//! - Cramer, Gennaro and Schoenmakers, "A Secure and Optimally Efficient Multi-Authority Election Scheme", EUROCRYPT
//!   1997: the scheme. Its key comes from [`crate::key`].
//! - Cramer, Damgård and Schoenmakers, "Proofs of Partial Knowledge and Simplified Design of Witness Hiding Protocols",
//!   CRYPTO 1994: a number is one of `low..=high`, and nobody sees which ([`RangeProof`]).
//! - Chaum and Pedersen, "Wallet Databases with Observers", CRYPTO 1992: a trustee decrypted with its share of the key
//!   ([`PartialDecryption`]).
//! - Bernhard, Pereira and Warinschi, "How Not to Prove Yourself: Pitfalls of the Fiat-Shamir Heuristic and Applications
//!   to Helios", ASIACRYPT 2012, ePrint 2016/771: every proof's hash has the whole statement: election, key, voter, all
//!   ciphertexts of the ballot, which of its proofs this is, and all commitments. So a ballot copied for another voter, or
//!   put together from parts of others, does not verify.
//!
//! *Claim.* In the random-oracle model. **Whatever the voters and trustees do**, ballots that verify hold numbers that the
//! election allows, and counts that verify are their sums. Under the decisional Diffie-Hellman assumption, nobody learns
//! more of the ballots than the counts, as long as the trustees who collude cannot use the key. A ballot that is refused is
//! named with its position and the reason; so is a trustee whose partial decryption is wrong, and the counts stand if
//! enough of the others' are right.
//!
//! *Not promised*: that a voter cannot show how it voted (it knows `r`); that votes stay secret against a quantum computer,
//! now or later; that the caller's list of voters is the right one. Who may cast a ballot under a name, and that a
//! trustee's bytes come from that trustee, is the caller's to check, as by a signature over them.
//!
//! *Cost.* A ballot has `32 + k (2 P + 64 w)` bytes for `k` options of `w` possible numbers, and `64` for each possible total
//! where one is asked for; `P` are the bytes of a point. An option takes `3 w + 3` multiplications to make, most of them of the
//! generator, and `5 w` to check, two or three of which are computed together.
//! A partial decryption has 2 bytes and, for each of the holder's rows, `k P + 64`.
//!
//! *The caller guarantees*: an election's name is used for one election; trustees decrypt **one** tally of it (the
//! difference of two is the difference of their ballots); the key is used for nothing else, since a partial decryption is a
//! multiple of a point that others chose.
//!
//! Everybody does the same with the same bytes: [`Board`] takes ballots, [`Board::close`] adds them up, trustees answer with
//! [`Tally::decrypt`], and [`Tally::open`] says what the counts are. [`verify_record`] is what an outsider runs.
//!
//! ```
//! use quorate_circuits::curve::Ed25519;
//! use quorate_engine::crypto::{Random, SessionId};
//! use quorate_engine::key::{AccessStructure, Commitments, Holding, KeyId, KeyShare, Polynomials};
//! use quorate_engine::tally::{Ballot, Board, Election, Rules, VoterId};
//!
//! # let mut random = Random::dangerous_from_seed([1; 32]);
//! # let access = AccessStructure::new(2, 3)?;
//! # let polynomials = Polynomials::<Ed25519>::random(&access, &mut random);
//! # let shares: Vec<KeyShare<Ed25519>> = access.indices().map(|index| {
//! #     let holding = Holding { key: KeyId([7; 32]), epoch: 0, access: access.clone(), index };
//! #     KeyShare::new(holding, polynomials.share(index), Commitments::of(&polynomials)).unwrap()
//! # }).collect();
//! // Three trustees hold `shares` of a key, two of whom are needed. Voters have one vote for one of two options.
//! let rules = Rules { options: 2, each: 0..=1, total: Some(1..=1), fewest_ballots: 3 };
//! let election = Election::new(SessionId([42; 32]), &shares[0], rules)?;
//! let mut board = Board::new(&election);
//! for (voter, votes) in [(1, [1, 0]), (2, [0, 1]), (3, [1, 0])] {
//!     let ballot = Ballot::cast(&election, VoterId([voter; 32]), &votes, &mut random)?;
//!     board.post(&ballot.to_bytes())?;
//! }
//! let tally = board.close()?;
//! let partial = [tally.decrypt(&shares[0], &mut random)?, tally.decrypt(&shares[2], &mut random)?];
//! assert_eq!(tally.open(&partial.map(|partial| partial.to_bytes()))?.counts, [2, 1]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ballot;
mod board;
mod ciphertext;
mod decryption;
mod election;
mod logarithm;
mod range_proof;
mod record;

pub use ballot::{Ballot, BallotFault, CastError, VoterId};
pub use board::{BallotRefused, Board, Tally, TallyError};
pub use ciphertext::Ciphertext;
pub use decryption::{DecryptError, PartialDecryption, TrusteeFault};
pub use election::{Election, ElectionError, MOST_BALLOT_BYTES, MOST_OPTIONS, MOST_VALUES, Rules};
pub use logarithm::{Logarithms, MOST_LOGARITHM};
pub use range_proof::RangeProof;
pub use record::{OpenError, Opened, RecordFault, verify_record};
