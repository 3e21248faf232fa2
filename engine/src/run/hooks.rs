//! What a runtime does beside a run.

use futures_util::future::LocalBoxFuture;

use super::RunError;
use crate::protocol::Session;

/// Called by the executor.
pub trait Hooks {
    /// Before the first output or assert opens: the moment for signed pre-receipts.
    ///
    /// # Errors
    /// Anything that must stop the run before something opens.
    fn before_opening<'a>(&'a mut self, session: &'a mut Session) -> LocalBoxFuture<'a, Result<(), RunError>>;

    /// `done` of `total` steps have been made.
    fn progress(&mut self, done: u64, total: u64);
}

/// Nothing beside the run.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHooks;

impl Hooks for NoHooks {
    fn before_opening<'a>(&'a mut self, _: &'a mut Session) -> LocalBoxFuture<'a, Result<(), RunError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn progress(&mut self, _: u64, _: u64) {}
}
