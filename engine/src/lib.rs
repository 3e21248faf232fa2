//! The protocols of Quorate, each layer using only the ones below it:
//! `net` < `crypto` < `key` < `tally` < `frost` < `ot` < `vole` < `record` < `correlation` < `galois` < `protocol` < `plan` < `run`.
#![forbid(unsafe_code)]

pub mod correlation;
pub mod crypto;
pub mod frost;
pub mod galois;
pub mod key;
pub mod net;
pub mod ot;
pub mod plan;
pub mod protocol;
pub mod record;
pub mod run;
pub mod tally;
pub mod vole;
