//! Correlations of two parties in bulk, from silent OT: bit triples and element-wise products.
//!
//! Two parties need each operand in one place only, so that operands can be what the OTs make of themselves, and much
//! need not be sent:
//!
//! - the chooser's factor is the OTs' random choices, so no choice is sent;
//! - of a bit product the sender's bit is the difference of the two pads: nothing is sent at all;
//! - of a product of ring elements the sender's entry is the difference of bit 0's pads, whose message is zero then.
//!   The others are those of [`super::gilboa`]: `z_t - o_t + a`, cut to `k - t` bits, bits `t` and `k - t` in one word.
//!
//! To the chooser the pad that it did not choose is random, so the entry is; to the sender the choices are. Each
//! crossing of a table's holder with a column's holder runs from the one to the other, so with shared operands both
//! directions carry the same. So do they for bit triples. What both carry is computed at once, for less than twice the price
//! of one ([`crate::ot::silent`]).
//!
//! *Claim.* As [`super`], and the assumption of [`crate::ot::silent`].
//!
//! *Cost*: OTs at the price of [`crate::ot::silent`], and messages of the sender:
//!
//! | what | OTs | message |
//! |---|---|---|
//! | bit triple | 1 in each direction | none |
//! | product, both operands shared | k in each direction | `k (k - 1) / 16` B in each direction: 252 in Z_2^64 |
//! | product, operands held by one party each | k | the same in one direction |
//!
//! Work goes portion by portion, 2^18 OTs each way or one product, in one message both ways; pads live in the first-level
//! cache, and rows in the second if both directions are computed at once. A demand is made so if it would be more than two of [`super::chunk`]'s chunks and they would send more, with
//! all that either way needs (the set-up of a second direction, new stocks): everybody computes that alike. Tables of
//! several rows, daBits, and demands of more parties are made in chunks.

mod bits;
mod cost;
mod make;
mod pads;
mod portion;
mod product;

pub(super) use self::cost::StreamsOnPaper;
pub(super) use self::make::{Rows, Streams, make};
pub(super) use self::portion::split;
