//! FROST: Schnorr signatures by any `threshold` holders of a key, in two rounds of which the first needs no message to
//! sign.
//!
//! RFC 9591 (Connolly, Komlo, Goldberg and Wood 2024; Komlo and Goldberg, SAC 2020), reproduced to the byte by its
//! vectors for Ed25519, secp256k1 and P-256. In round one every signer publishes commitments to two nonces; in round two
//! each answers with one scalar, its nonces being bound to message and signers by the *binding factor* (without
//! which concurrent sessions forge: Benhamouda, Lepoint, Loss, Orrù and Raykova, EUROCRYPT 2021).
//!
//! *Claim.* All but `threshold - 1` holders may be malicious in any way, and concurrently: unforgeable in the
//! random-oracle model under the one-more discrete logarithm assumption. With abort; a signer whose share is wrong is named
//! ([`Signing`]), and commitments are echoed, so that everybody judges by the same ([`crate::crypto::Heard`]).
//!
//! *Generalised* in one place: the share is `a (d + rho e) + b lambda x` for public `a` and `b`. RFC 9591 has `a = 1` and
//! `b` the challenge; BIP340 has signs in both; keys tweaked by public scalars add a public term to the sum of all.
//!
//! *Cost*: [`commit_bytes`] to every other signer for each signature and, among more than two, an echo for each batch; then
//! [`SHARE_BYTES`]. Exact in [`exchange_commitments_cost`] and [`sign_cost`].
//!
//! *The caller guarantees*: the message handed to [`GroupCommitment::new`] determines all that the relation depends on
//! (tweaks and signs too); prepared nonces are taken out of their store durably *before* they are used, and never come
//! back; the finished signature is verified before it leaves.

mod choreography;
mod ciphersuite;
mod commitments;
mod group_commitment;
mod nonces;
mod prepared;
mod signing;
#[cfg(test)]
mod tests;

pub(crate) use choreography::sign_all_by;
pub use choreography::{
    FROST_COMMIT, FROST_ECHO, FROST_SHARE, SHARE_BYTES, commit_bytes, exchange_commitments, exchange_commitments_cost,
    sign, sign_all, sign_cost,
};
pub use ciphersuite::{Ciphersuite, FrostBip340, FrostEd25519, FrostP256, FrostSecp256k1};
pub use commitments::SigningCommitments;
pub use group_commitment::{GroupCommitment, NoGroupCommitment, challenge, encode_signature};
pub use nonces::SigningNonces;
pub use prepared::{NonceId, PreparedError, PreparedNonces};
pub use signing::{Relation, Signing, SigningError};
