//! Silent OT: correlated OTs at less than a bit each, from few older ones and an assumption on codes.
//!
//! Yang, Weng, Lan, Zhang and Wang, "Ferret: Fast Extension for Correlated OT with Small Communication", CCS 2020,
//! ePrint 2020/924, with regular noise (figures 6 to 9): single-point correlated OTs from trees ([`tree`]: half trees),
//! checked against a cheating sender ([`check`]), give pairs `v` and `v xor e Delta` for a sparse `e` that the receiver
//! knows; old correlated OTs, combined by a public random matrix with ten ones in a row, are added on both sides
//! ([`quorate_kernels::local_code`]). A part of the outputs are the seeds of the next iteration.
//!
//! *Claim.* As [`crate::ot`], under an assumption more: learning parity with regular noise for the 10-local code, at
//! the sizes of [`parameters`], which has the attacks that we know and what they cost. A cheating sender may
//! guess sets of places that contain the noisy ones: it survives with probability `2^-g` and learns `g` bits about
//! the noise, of which 448 times 11 are drawn; what is checked beyond that fails with at most `2^-60` in an iteration
//! (see below). Delta is the [`CotSender`](super::CotSender)'s, and what a cheating receiver guessed of it before.
//!
//! *The check.* Let the sender send anything. For each noisy place of a tree that the receiver may have drawn, its
//! messages define one vector of leaves. The coefficients are drawn when the messages are fixed; so vectors that
//! differ have different sums, but for a chance below `2^-115` for each pair. If two places of a tree give different
//! vectors, an answer that suits one of them does not suit the other. Answers that suit a set of places which is no
//! product over the trees need two combinations with one sum: with less than `2^64` combinations hardly any pair has,
//! and with more the chance to draw one that suits is itself below `2^-60`.
//!
//! *Cost*, exact in [`silent_cost`]; bytes from the sender, from the receiver:
//!
//! | what | sender | receiver | correlated OTs |
//! |---|---|---|---|
//! | seeds of the first iteration, by extension | 16 | 138,432 | |
//! | first iteration | 41,472 + 32 | 32 | 11,328 |
//! | each one after it | 78,848 + 32 | 32 | 781,376: 0.81 bits each |
//!
//! Three messages deep each. The trees are made three times over (for the message, the check, the outputs; the receiver
//! needs no message), because that is cheaper than to store their leaves: a stock takes 4.5 MB at either side
//! ([`STOCK_BYTES`]), whatever is taken from it. The seeds of an iteration are computed when it begins, so a stock's last
//! one pays for none.
//!
//! *Both directions of a pair*, if they are iterated at once, share a code, and their tables lie side by side (`joint`): what
//! a row's ten loads take is then paid once for both. [`stream_both`] shares the keys of the hash as well. Lengths and
//! numbers of messages are the same.
//!
//! *The caller guarantees* what [`crate::ot`] asks for, and a number of its own for every stock of one pair, direction
//! and session. After an error nothing of the pair is used again.

pub mod check;
mod cost;
mod joint;
pub mod parameters;
mod receiver;
mod sender;
mod stock;
mod take;
pub mod tree;

use quorate_kernels::Block;

pub use self::cost::{extension_bytes, silent_bytes, silent_cost};
use self::parameters::MAIN;
pub use self::parameters::Standing;
pub use self::receiver::{ReceiverIteration, SilentReceiver};
pub use self::sender::{SenderIteration, SilentSender};
pub use self::take::{
    ReceiverRows, SILENT_ANSWER, SILENT_CHALLENGE, SILENT_TREES, SenderRows, Slice, fill_all, stream_both, take_all,
};
use crate::net::ChannelFault;

/// All bits of a row but the lowest, which is its choice.
const WITHOUT_CHOICE: Block = Block::new(u128::MAX - 1);

/// Bytes that a stock takes at either side: the table, the next seeds or room for them, and what the trees are made from.
pub const STOCK_BYTES: usize =
    (MAIN.table() + MAIN.seeds() + 2 * MAIN.trees * MAIN.levels) * Block::BYTES + MAIN.leaves() * Block::BYTES;

/// What a stock without a state answers.
const SPENT: ChannelFault =
    ChannelFault::CheckFailed("this pair's silent OT failed or was abandoned earlier; its state is gone");
