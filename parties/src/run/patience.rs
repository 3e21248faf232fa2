//! How long a run that nobody can stop waits for those who may have failed.

use std::sync::Arc;
use std::time::Duration;

use quorate_engine::net::{Clock, LinkFuture, Patience};
use tokio::time::{Instant, sleep_until};

/// The wait in the first round: machines that follow the protocol are never so far apart.
const FIRST: Duration = Duration::from_secs(10);
/// By how much it grows with every round: more than a message takes there and back.
const GROWTH: Duration = Duration::from_millis(100);

/// The runtime's clock.
struct MonotonicClock(Instant);

impl Clock for MonotonicClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep_until(&self, deadline: Duration) -> LinkFuture<'_, ()> {
        let start = self.0;
        Box::pin(async move {
            sleep_until(start + deadline).await;
            Ok(())
        })
    }
}

/// With the runtime's clock.
pub(super) fn patience() -> Patience {
    Patience { clock: Arc::new(MonotonicClock(Instant::now())), first: FIRST, growth: GROWTH }
}
