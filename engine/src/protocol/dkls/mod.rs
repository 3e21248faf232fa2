//! `dkls`: products of secret scalars without MACs, against a dishonest majority of malicious signers.
//!
//! Doerner, Kondi, Lee and shelat, "Threshold ECDSA in Three Rounds", IEEE S&P 2024, ePrint 2023/765. The signers hold
//! additive shares. Every pair multiplies by a random vector OLE from correlated OTs ([`crate::vole`]); a factor is
//! pinned by a public point, which is checked in the exponent ([`draw`]), so that no MACs are paid. What remains
//! unchecked, the masks and what is opened, makes at most the result wrong, and the program's own check of the result
//! (the signature verifies) comes before anything is shown. That is why only programs that
//! [`crate::plan::fits_dkls`] accepts run under it.
//!
//! *Claim.* All but one of the signers malicious, selective abort, 128 bits computational and 80 statistical. A wrong
//! opened share is detected by the program's check and not attributed; a failed check of OTs or products names the
//! peer, ends the pair, and is recorded before anything is answered.
//!
//! *Cost.* Two messages to every other signer to draw ([`draw`]), one of 32 bytes for each opened scalar ([`open`]).
//!
//! *Deviations.* (1) Sums that a program opens before others (`u = k phi` when presigning) are opened then, not in the
//! last message: the mask `phi` is uniform and unknown, so `u` alone tells nothing. (2) Key shares enter with their public shares `lambda_i X_i`, which everybody knows from the key's
//! commitments, so no zero shares are added to hide them; they pin each signer by itself, not only the sum. (3) The
//! checks in the exponent of a pair are one check of a random combination with 128-bit coefficients. (4) The digest of
//! all commitments travels with the openings: two signers who were told different nonces stop before they open.
//!
//! *The caller guarantees*: the session id is fresh and agreed; pairs are restored for this very session; a pair whose
//! check failed is never used again; one-time records are durably consumed before they are handed in.

mod draw;
mod exponent;
mod message;
mod open;

use quorate_circuits::curve::Curve;
use zeroize::Zeroize;

pub use draw::{Drawn, draw};
pub use message::draw_cost;
pub use open::open;
pub(in crate::protocol) use open::open_at;

use crate::net::Step;
use crate::ot::{CotReceiver, CotSender};

/// Commitments to nonces and the OLEs' first messages.
pub const DRAW: Step = Step::new("dkls/draw");
/// Openings, the OLEs' second messages and what pins them.
pub const ANSWER: Step = Step::new("dkls/answer");
/// Shares of opened scalars.
pub const OPEN: Step = Step::new("dkls/open");

/// Correlated OTs with one peer, in both directions, for this session.
pub struct Pair {
    /// The direction in which this party sends.
    pub sender: CotSender,
    /// The direction in which it receives.
    pub receiver: CotReceiver,
}

/// What is to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draws {
    /// The lengths of the nonces.
    pub nonces: Vec<usize>,
    /// The masks.
    pub masks: Vec<MaskDraw>,
}

/// A mask and what it multiplies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskDraw {
    /// How many scalars.
    pub length: usize,
    /// The other factors.
    pub operands: Vec<Operand>,
}

/// The other factor of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A nonce of the same length, or of length one.
    Nonce(usize),
    /// A held key.
    Key(usize),
}

/// A held factor whose shares have public points.
pub struct Pinned<C: Curve> {
    /// This signer's additive share.
    pub share: C::Scalar,
    /// By party: its additive share times the generator.
    pub publics: Vec<C::Point>,
}

impl<C: Curve> Drop for Pinned<C> {
    fn drop(&mut self) {
        self.share.zeroize();
    }
}
