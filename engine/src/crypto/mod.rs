//! The cryptographic base of every protocol: randomness, pseudo-random streams, transcripts, commitments, coin
//! tosses, broadcast and proofs of knowledge, all bound to a session.
//!
//! | item | made of | assumption |
//! |---|---|---|
//! | [`Random`], [`Prg`] | AES-128 in counter mode | AES is a pseudo-random permutation |
//! | [`Transcript`] | BLAKE3 in key-derivation mode over length-prefixed fields | random oracle |
//! | [`commit()`] | a transcript of session, committer, label, nonce and message | random oracle |
//! | [`coin_toss()`] | commit, then open, with an echo of the commitments | the commitment's |
//! | [`broadcast()`] | send, then echo digests of what was heard | collision resistance |
//! | [`Council::broadcast`] | send, then agree on digests; fewer than a third may do anything | collision resistance, synchronous links |
//! | [`ProofOfKnowledge`] | Schnorr's, Fiat-Shamir with a transcript | random oracle |
//! | [`sealing`] | X25519 with an ephemeral key, a transcript, ChaCha20-Poly1305 | oracle Diffie-Hellman |
//! | [`GarblingHash`] | re-keyed AES-128 | ideal cipher |
//!
//! Security is 128 bits computational. Secrets are wiped when dropped and print nothing.

mod agreement;
mod coin_toss;
mod commitment;
mod echo;
mod pair_seed;
mod prg;
mod proof_of_knowledge;
mod random;
mod scalar;
pub mod sealing;
mod secret;
mod session;
mod transcript;

pub use agreement::{
    BROADCAST_CANDIDATES, BROADCAST_CONTENT, BROADCAST_DIGESTS, BROADCAST_HANDED_ON, BROADCAST_KING, BROADCAST_VOTES,
    BROADCAST_WANTED, Council, Speaker, agreement_cost,
};
pub use coin_toss::{COIN_TOSS_COMMIT, COIN_TOSS_OPEN, coin_toss, coin_toss_cost};
pub use commitment::{Commitment, Opening, commit};
pub use echo::{Heard, broadcast, broadcast_cost, echo_bytes};
pub use pair_seed::{PairSeed, pair_seeds, pair_seeds_cost};
pub use prg::Prg;
pub use proof_of_knowledge::{ProofContext, ProofOfKnowledge};
pub use quorate_kernels::Block;
pub use quorate_kernels::hash::GarblingHash;
pub use random::{Random, RandomnessUnavailable};
pub use scalar::random_scalar;
pub use secret::SecretBlocks;
pub use session::SessionId;
pub use transcript::Transcript;
