//! What a runtime does beside a run.

use super::RunError;
use crate::protocol::Session;

/// Called by the executor.
#[expect(async_fn_in_trait, reason = "the executor is generic and runs on one thread; no Send bound is wanted")]
pub trait Hooks {
    /// Before the first output or assert opens: the moment for signed pre-receipts.
    ///
    /// # Errors
    /// Anything that must stop the run before something opens.
    async fn before_opening(&mut self, session: &mut Session) -> Result<(), RunError>;

    /// `done` of `total` steps have been made.
    fn progress(&mut self, done: u64, total: u64);
}

/// Nothing beside the run.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHooks;

impl Hooks for NoHooks {
    async fn before_opening(&mut self, _: &mut Session) -> Result<(), RunError> {
        Ok(())
    }

    fn progress(&mut self, _: u64, _: u64) {}
}
