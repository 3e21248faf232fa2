//! Keys that several holders use together: shares, commitments to them, and their generation.
//!
//! Who can use a key is its [`AccessStructure`]: any `threshold` of `n` holders, or threshold gates over holders and
//! further gates. Under a plain threshold a key's secret is the value at zero of a polynomial that nobody knows (Shamir
//! 1979) and holder `i` has the value at `i`; in general there is a polynomial for each gate, and a holder has a scalar
//! for each place that it takes. The coefficients times the generator are public (Feldman 1987), so that every share can
//! be checked and everybody knows everybody's public share. A share belongs to a key, an epoch and an access structure.
//!
//! - [`generate()`] makes a key among all parties of a session, verifiably; a party that cheats is named.
//! - [`KeyShare`] is what is kept; its encoding stands in [`encoding`].
//! - [`backup`] deals a holder's share to guardians, so that everybody can check it.
//! - [`KeyShare::additive`] is what a set of signers computes with: the secret as a sum.
//!
//! - [`reshare()`] makes new shares of the key, for the same or other holders.
//! - [`hand_over()`] gives one party the sum of what others have: a lost share, or, if they mean to, the whole key.

mod access;
pub mod backup;
mod commitment;
mod complaint;
mod dealing;
pub mod encoding;
pub mod generate;
pub mod hand_over;
mod polynomials;
pub mod reshare;
mod share;

pub use access::{AccessStructure, Row, SignerSet, SignerSetError};
pub use commitment::Commitments;
pub use complaint::Complaint;
pub(crate) use dealing::encode_share;
pub use encoding::EncodingError;
pub use generate::{Generated, generate, generate_cost};
pub use hand_over::{HandOver, Received, hand_over, hand_over_cost};
pub use polynomials::Polynomials;
pub use reshare::{Brought, Reshare, Reshared, reshare, reshare_cost};
pub use share::{AdditiveShare, Holding, KeyShare, ShareError};

/// The name of a key, the same for all its holders and epochs, and of no other key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyId(pub [u8; 32]);

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
