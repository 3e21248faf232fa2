//! How long a link waits.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The rest before a heartbeat. It does not grow with this party's own limits: the peer may have chosen shorter ones.
const HEARTBEAT: Duration = Duration::from_millis(400);

/// A link's limits of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A peer of which nothing at all arrives for so long has vanished: a living one sends heartbeats while it computes.
    pub silence: Duration,
    /// A peer that lives but makes no step for so long, while we wait for one, is given up.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { silence: Duration::from_secs(60), patience: Duration::from_secs(3600) }
    }
}

impl Limits {
    /// Limits with the given silence.
    pub fn with_silence(silence: Duration) -> Self {
        let default = Self::default();
        Self { silence, patience: default.patience.max(silence) }
    }

    /// How long this party lets a link rest before it gives a sign of life.
    pub(super) fn heartbeat(&self) -> Duration {
        HEARTBEAT.min(self.silence / 4)
    }
}

/// Since when the engine has been waiting for a frame, if it is.
#[derive(Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<Option<Instant>>>);

impl Waiting {
    pub(super) fn begin(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    pub(super) fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).map_or(Duration::ZERO, |since| since.elapsed())
    }
}
