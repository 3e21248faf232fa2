//! Oblivious transfer: base OTs, and their extension to any number of correlated OTs.
//!
//! A **correlated OT** is a pair of rows `q` (sender) and `t = q xor r Delta` (receiver) with the sender's
//! fixed `Delta` and the receiver's bit `r`. From them come pads ([`SenderCots::into_pads`]), transfers of labels
//! (`Delta` being the garbler's) and products of shares.
//!
//! *Claim.* Two parties, either of them malicious, security with abort: 128 bits computational under the
//! assumptions of [`base`] and, for the extension, a pseudo-random generator and a random oracle, with a
//! statistical error below 2^-119 in each extension. A cheating receiver may guess bits of Delta and a cheating
//! set-up likewise: each guessed bit halves its chance to get through ([`puncture`], [`extension`]).
//!
//! *Cost*, exact in [`set_up_cost`] and [`extend_cost`]: the set-up is one simultaneous exchange (8,192 B from
//! the sender, 4,096 B from the receiver) and 6,144 B from the receiver; with base OTs by ML-KEM it is 299,008 B from the
//! sender and 284,672 B back. An extension is 31 bits for each OT
//! and for 128 to 255 more, 16 B back and 48 B. Two and three messages deep, whatever the number of pairs and directions, and
//! more only if both directions run at once and have more than 2^18 OTs each.
//!
//! *The caller guarantees*: Delta is random with its lowest bit set, and fresh for every set-up; the session id is
//! unique; after an error of a pair no protocol goes on with it.
//!
//! *Keeping a pair.* [`CotSender::keep`] and [`CotReceiver::keep`] give what later sessions extend from without another
//! set-up: 15,960 B for both directions. [`CotReceiver::extend_in_one_message`] extends without a round trip.
//!
//! *In bulk.* [`silent`] makes any number of correlated OTs under the same Delta at 0.81 bits each, under an assumption more.
//!
//! The rounds are pure functions (`begin`, `corrections`, `absorb`, `complete`, ..); [`set_up_all`] and [`extend_all`]
//! are the only choreography, for all pairs of a party at once; one pair is a list of one.

pub mod base;
mod cost;
mod extend;
pub mod extension;
mod pads;
pub mod puncture;
mod set_up;
pub mod silent;

pub use base::BaseOt;
pub use cost::{extend_cost, set_up_bytes, set_up_cost};
pub use extend::{COT_CHALLENGE, COT_CORRECTIONS, COT_RESPONSE, extend_all};
pub use extension::{
    CotReceiver, CotSender, KEPT_PAIR_BYTES, KEPT_RECEIVER_BYTES, KEPT_SENDER_BYTES, KeptPair, KeptReceiver,
    KeptSender, MalformedKeptState, ReceiverCots, SenderCots, one_message_bytes,
};
pub use pads::{ReceiverPads, SenderPads};
pub use set_up::{OT_BASE, OT_TREES, set_up_all};
