//! What the benches share: two parties on one thread, a garbler without an evaluator and an evaluator without a garbler.
//!
//! All parties of a bench run on the thread that measures, one after the other, and what is measured is that thread's
//! CPU time: of all parties together, but for [`Signers`], who are measured one by one.
#![forbid(unsafe_code)]

mod all;
mod alone;
mod cpu;
mod line;
mod measured;
mod pair;
mod signers;
#[cfg(unix)]
mod sockets;

/// What the command has, so that memory costs here what it costs there.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

pub use all::all;
pub use alone::{Multiplying, Tape};
pub use cpu::{CpuTime, criterion};
pub use line::{Part, run_over};
pub use measured::{Sample, distant_programs, median_seconds};
pub use pair::{A, B, both, networks, random_of};
pub use signers::{Party, Signers};
#[cfg(unix)]
pub use sockets::{tcp_pair, unix_pair};
