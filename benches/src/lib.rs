//! What the benches share: two parties on one thread, a garbler without an evaluator and an evaluator without a garbler.
//!
//! All parties of a bench run on the thread that measures, one after the other, and what is measured is that thread's
//! CPU time: of all parties together.
#![forbid(unsafe_code)]

mod all;
mod alone;
mod cpu;
mod pair;

pub use all::all;
pub use alone::{Multiplying, Tape};
pub use cpu::{CpuTime, criterion};
pub use pair::{A, B, both, networks, random_of};
