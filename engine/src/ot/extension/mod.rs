//! Correlated OT extension: SoftSpokenOT with k = 4.
//!
//! Roy, "SoftSpokenOT: Quieter OT Extension from Small-Field Silent VOLE in the Minicrypt Model", CRYPTO
//! 2022, ePrint 2022/192. Each of 32 punctured trees ([`super::puncture`]) gives a VOLE over GF(2^4) without
//! communication (figure 7): the OT receiver, who knows all leaves `r_x`, has `u = sum r_x` and `v = sum x r_x`; the
//! sender, who lacks the leaf at four bits of its Delta, has `w = sum (x xor Delta) r_x = v + Delta u`. The
//! receiver then sends `u_i + u_0` for the trees 1..32, after which all share the one `u` of the repetition code
//! (figure 8): 31 bits for each OT. Row `j` of the bit matrices is the correlated OT
//! `q_j = t_j xor u_j Delta`, with `u_j` as the receiver's random choice.
//!
//! *The check* (figure 8, the malicious version). The last 128 rows are sacrificed. When all corrections have
//! arrived, the sender sends a seed for the coefficients `chi_i` of a universal hash: a column, cut into elements
//! of GF(2^128), goes to `sum chi_i c_i`, where the sacrificed element has coefficient 1, so that the hash of `u`
//! is hidden. The receiver answers the hash of `u` and a digest of those of its 128 columns `v`; the sender
//! compares with `w + Delta u`.
//!
//! *What it gives.* Let a cheating receiver use different `u_i` in different trees. Its answer can be right for
//! tree `i` only if `u_i` has the hash that it sent, or if it guesses four bits of Delta. All `u_i` with
//! that hash are equal, but for a chance of at most `496 * 2^-128`, because the coefficients were drawn after they
//! were fixed; in the other trees the receiver knows Delta and may correct its own `v`. So the outputs are
//! correlated OTs, and a receiver that learns `g` bits of Delta survives with probability `2^-g`. A failed
//! check ends the pair: the states are gone.
//!
//! *Without a round trip* (`one_message`): the challenge is a hash of the corrections. *Between sessions*
//! (`kept`): every session derives leaves of its own.
//!
//! *Deviations.* GF(2^128) hashes of columns of bits instead of a matrix over GF(2^k); of the columns' hashes
//! only a digest is sent (the sender knows their one right value). Choices are random; who needs others sends
//! the differences ([`super::ReceiverCots::choose`]).

mod check;
mod columns;
mod kept;
mod one_message;
mod receiver;
mod sender;
mod state;

pub use check::{CHALLENGE_BYTES, RESPONSE_BYTES};
pub use columns::{MESSAGE_ROWS, corrections_bytes, message_lengths};
pub use kept::{
    KEPT_PAIR_BYTES, KEPT_RECEIVER_BYTES, KEPT_SENDER_BYTES, KeptPair, KeptReceiver, KeptSender, MalformedKeptState,
};
pub use one_message::one_message_bytes;
pub use receiver::{CotReceiver, ReceiverCots, ReceiverExtension};
pub use sender::{CotSender, SenderCots, SenderExtension};
