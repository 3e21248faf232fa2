//! Random vector oblivious linear evaluation over the scalars of a curve.
//!
//! Doerner, Kondi, Lee and shelat, "Threshold ECDSA in Three Rounds", ePrint 2023/765, protocol 5.2 with functionality
//! 3.5; the encoding and the check are those of the same authors' "Threshold ECDSA from ECDSA Assumptions: The
//! Multiparty Case", ePrint 2019/523, protocol 1. **Bob** gets a random `chi` and shares `d_i`, **Alice**, who has
//! inputs `a_1, .., a_l`, gets shares `c_i` with `c_i + d_i = chi a_i`.
//!
//! Bob has `xi = 416` random bits `beta_j`, the choices of as many correlated OTs ([`crate::ot`]), and
//! `chi = sum g_j beta_j` for the public [`Gadget`] `g`. Each OT's pads `alpha_0`, `alpha_1` are `l + 1` scalars long.
//! Alice adds one random input of her own, `a_{l+1}`, sends `alpha_0 - alpha_1 + a` for every OT, and keeps
//! `c = - sum g_j alpha_0`; Bob takes what she sent where his bit is set and has `alpha_0 + beta_j a`, hence
//! `d = sum g_j (alpha_0 + beta_j a)`.
//!
//! *The check.* With `theta = hash of all that was sent`, Alice also sends `eta = a_{l+1} + sum theta_i a_i` and a hash of
//! all `alpha_0,{l+1} + sum theta_i alpha_0,i`. Bob knows what they must be if every OT carried inputs with this
//! `eta`. Let Alice use other inputs in some OTs. Two OTs with different vectors of `l + 1` inputs belong to one `eta`
//! only if `theta`, 248 bits for each input, hits one hyperplane, which one try does with a chance of `2^-248`; over all
//! pairs of 416 OTs that is below `2^-231`, so **one check row is enough** for groups of 252 bits and more, even against 2^110 tries at the
//! random oracle. For the OTs with inputs of another `eta` Alice must have guessed Bob's bits: `2^-b` for `b` of them.
//!
//! *Why 416.* A guess that survives teaches Alice `b` bits. The other bits leave `chi` within
//! `2^-((416 - b - 256) / 2 + 1)` of uniform by the leftover hash lemma, since the gadget is a universal hash, and `2^-b`
//! times this is below `2^-80` for every `b`; like the papers we apply it to bits that are picked when the gadget is
//! known. For that the gadget has to be *random*, no powers of two, and it is: a hash of the session's id, which no
//! party could choose.
//!
//! *Pads.* The garbling hash of an OT's rows with a start point of its own for each instance, curve and width, and a
//! tweak of its own for every OT *and place* in it: no two scalars share a pad, even under equal rows. A scalar is
//! reduced from 32 bytes on secp256k1, whose order is that close to 2^256 (distance below 2^-127 from uniform), and
//! from 64 bytes on other curves (below 2^-256).
//!
//! *Claim.* Alice or Bob malicious, with abort, the hybrid model of [`crate::ot`] and the random-oracle model; statistical
//! error 2^-80. *Cost*, exact in [`begin_bytes`] and [`answer_bytes`]: two messages, one each way.
//!
//! *Deviations.* A batch of instances shares `theta` and the hash of the check. `theta` has 248 bits, so that sums are
//! reduced once.
//!
//! *The caller guarantees*: the session's id is unique and jointly random; a failed check
//! ([`crate::net::ChannelFault::is_failed_check`]) ends the pair, both directions, for good. That Bob's `chi` and
//! Alice's inputs are those that other parts of a protocol speak of is not checked here.

mod alice;
mod bob;
mod check;
mod cost;
mod gadget;
mod modulus;
mod pads;

pub use alice::answer;
pub use bob::{BobBegun, BobShares};
pub use cost::{ETA_BYTES, MU_BYTES, answer_bytes, begin_bytes};
pub use gadget::{BITS, Gadget};

use quorate_circuits::curve::Curve;
use zeroize::Zeroizing;

/// Secret scalars: wiped when dropped.
pub type SecretScalars<C> = Zeroizing<Vec<<C as Curve>::Scalar>>;
