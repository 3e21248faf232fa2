//! The executor: one choreography for every protocol and for its paper twin.

mod curve;
mod dealer;
mod error;
mod execute;
mod hooks;
mod party;
mod plain;
mod preprocess;
mod sum;

pub use curve::{CurveOutcome, Holdings, Kept, run_curve_party};
pub use error::RunError;
pub use execute::{StageDemand, execute, tally};
pub use hooks::{Hooks, NoHooks};
pub use party::{Outcome, run_party, run_prepared_party};
pub use plain::Plain;
pub use preprocess::preprocess;
