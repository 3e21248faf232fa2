//! `shamir-signing`: products of secret scalars of a curve among an honest majority.
//!
//! Damgård, Jakobsen, Nielsen, Pagter, Østergaard, "Fast Threshold ECDSA with Honest Majority", SCN 2020, ePrint 2020/501.
//! Exactly `n = 2t + 1` signers hold shares of degree `t` of a key. Nonces and masks are shared by polynomials of the
//! same degree at the same points, without a message: pseudo-random secret sharing (Cramer, Damgård, Ishai, "Share
//! Conversion, Pseudorandom Secret-Sharing and Applications to Secure Computation", TCC 2005, section 3), from one seed
//! for every set of `t + 1` signers ([`Zeros`] and `seeds.rs`). A product of two shares is a share of degree `2t` of the
//! product, which all signers together open; a sharing of zero from seeds of pairs hides everything else in it. What
//! a nonce is the logarithm of is opened in the exponent: `2t + 1` points that lie on one polynomial of degree `t`.
//!
//! *Why a wrong share only shifts what is opened.* The `t + 1` honest signers' shares lie on one polynomial of degree `t`
//! whatever seeds they were given, so every nonce, mask and factor is well defined by the honest alone, and the seed of
//! the set of all honest signers, which one of them chose, makes it uniform. A point of a nonce that the others send
//! is the one that the honest ones' define, or the check fails. What the others send of an opened scalar shifts it by an
//! amount that they know, and the program's own check of the result (the signature verifies) comes before anything is
//! shown. So [`crate::plan::fits_shamir_signing`] asks for the same as that of `dkls`, except that no public point has to
//! pin a factor; and that no coefficient of what is opened depends on something else that was opened: honest signers
//! would then combine their shares with coefficients that differ.
//!
//! *Why there is a message of nothing.* Whoever sees points of nonces before all seeds are chosen could choose its own so
//! that a nonce is one with a relation that it likes. So every signer says that it has its seeds, and no point is
//! sent before everybody has said so: then the nonces of the honest are fixed.
//!
//! *Claim.* Fewer than half of the signers malicious, selective abort, 128 bits. Wrong points and wrong shares are detected
//! and not attributed: of `2t + 1` points on a polynomial of degree `t` nothing says which are wrong. *The price*: `t + 1`
//! holders have the key, and `2t + 1` are needed to use it.
//!
//! *Cost.* To draw, a seed of 16 bytes for each set and pair from its first signer to the others, an empty message, and
//! a point for every nonce; to open, 32 bytes for each scalar. A signature is 97 bytes to each of the others
//! once there are seeds ([`draw_cost`]).
//!
//! *Deviations.* (1) `k phi` is opened as it is and not compared with a point in the exponent: if it is wrong the
//! signature is, as under `dkls`, and `phi` hides what is in it. (2) The numerator is opened as `phi (m + r x)`, of
//! degree `2t`, not as a share of `1 / k` times the rest. (3) Sharings of zero of degree `2t` among `2t + 1` are any
//! numbers with one linear relation, so that seeds of pairs make them. (4) What is kept for later is hidden by a sharing
//! of zero when it is kept, so that signing with it takes no seeds. (5) Signers are 9 at most: sets grow as binomials.
//!
//! *The caller guarantees*: the session id is fresh and agreed; the key's shares were checked against its commitments when
//! they were made, and the signers are exactly `2t + 1`; one-time records are durably consumed before they are handed in.

mod draw;
mod points;
mod polynomial;
mod seeds;

use quorate_circuits::curve::Curve;

pub use draw::{draw, draw_cost};
pub use seeds::Zeros;

use super::dkls;
use crate::net::{ChannelError, Network, Step};

/// Seeds of sets and of pairs.
pub const SEEDS: Step = Step::new("shamir-signing/seeds");
/// The sender has its seeds.
pub const READY: Step = Step::new("shamir-signing/ready");
/// Shares of nonces, in the exponent.
pub const POINTS: Step = Step::new("shamir-signing/points");
/// Shares of opened scalars.
pub const OPEN: Step = Step::new("shamir-signing/open");

/// The most signers.
pub const MOST_SIGNERS: usize = 9;

/// Who signs: the points at which polynomials are evaluated, by party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Points(Vec<u16>);

impl Points {
    /// The points of these holders; `None` if they are not `2t + 1` different ones, for a `t` of 1 to 4.
    pub fn new(indices: &[u16]) -> Option<Self> {
        let count = indices.len();
        let different = indices.iter().enumerate().all(|(at, index)| *index != 0 && !indices[..at].contains(index));
        (different && count % 2 == 1 && (3..=MOST_SIGNERS).contains(&count)).then(|| Self(indices.to_vec()))
    }

    /// How many of the signers may be corrupted.
    pub fn degree(&self) -> usize {
        self.0.len() / 2
    }
}

/// Opens the sums of everybody's `shares`, which sharings of zero hide already.
///
/// # Errors
/// The channels'; a share that is no scalar.
pub async fn open<C: Curve>(net: &mut Network, shares: &[C::Scalar]) -> Result<Vec<C::Scalar>, ChannelError> {
    dkls::open_at::<C>(net, OPEN, shares).await
}

#[cfg(test)]
mod tests;
