//! What the benches share: two parties on one thread, a garbler without an evaluator and an evaluator without a garbler.
//!
//! All parties of a bench run on the thread that measures, one after the other, so a figure is the CPU time of
//! all of them together.
#![forbid(unsafe_code)]

mod alone;
mod pair;

pub use alone::{Multiplying, Tape};
pub use pair::{A, B, both, networks, random_of};
