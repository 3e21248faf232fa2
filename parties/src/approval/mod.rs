//! What people say to a request: approvals, refusals and revocations, signed by their identities.
//!
//! A [`Statement`] is given offline, by whoever has the request's file, and travels in its [`crate::request::Bundle`].
//! It binds the request's id, which is a hash of every byte that the person has read, the digest of the policy under
//! which it was given, and when it expires. Nobody is believed: each signer of the key verifies every statement for
//! itself ([`standing`]), and a statement that does not count is named with the reason.
//!
//! Of one person the most restrictive statement counts, whenever it was given: a refusal or a revocation is final for
//! this request, so no clock and no order of files can bring an approval back.

mod attestation;
mod standing;
mod statement;

pub use attestation::Attestation;
pub use standing::{Discounted, Standing, relevant, standing};
pub use statement::{Statement, Verdict};
