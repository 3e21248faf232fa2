//! What Quorate is tested with, and nothing that it ships: all parties of a run in one process on one seed
//! ([`Cluster`]), time that nobody has to wait for ([`clock`]), parties that cheat ([`tamper`]), random programs
//! ([`generate`]), an evaluator without cleverness ([`naive`]), the suite that every protocol passes
//! ([`mod@conformance`]) and the rules of the house as tests
//! ([`tidy`]).
//!
//! ```
//! use quorate_testkit::Cluster;
//! use quorate_engine::protocol::ProtocolName;
//!
//! let cluster = Cluster::of("millionaires", "", &[("alice.wealth", "7"), ("bob.wealth", "12")]);
//! for party in cluster.protocol(ProtocolName::Yao).seed(3).run() {
//!     assert!(party.result.is_ok());
//! }
//! ```
//!
//! What this crate never does: enter a product. It is a development dependency alone, because it holds the only
//! callers of `Random::dangerous_from_seed`.
#![forbid(unsafe_code)]

mod approximated;
mod case;
pub mod clock;
mod cluster;
pub mod conformance;
pub mod generate;
pub mod naive;
mod signers;
pub mod tamper;
pub mod tidy;

pub use case::{Case, mantissas, read_arguments};
pub use cluster::{Cluster, Ended, simulated_links};
pub use signers::{LIFE_STEPS, SIGNING_STEPS, Signed, Signers};
