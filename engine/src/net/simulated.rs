//! A link that behaves like a long line: every frame takes time to be put on the wire and time to travel.

use std::sync::Arc;
use std::time::Duration;

use futures_channel::mpsc;
use futures_util::future::try_join;
use futures_util::{SinkExt, StreamExt};

use super::{FrameReceiver, FrameSender, Link, LinkError, LinkFuture};

/// A clock handed in by the runtime: real, or virtual in tests. The engine never reads one by itself.
pub trait Clock: Send + Sync {
    /// Time since an arbitrary start.
    fn now(&self) -> Duration;
    /// Waits until [`Self::now`] is at least `deadline`.
    fn sleep_until(&self, deadline: Duration) -> LinkFuture<'_, ()>;
}

/// A line's two figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SimulatedLine {
    /// Time from one end to the other (half the round-trip time).
    pub latency: Duration,
    /// Bits per second in each direction.
    pub bits_per_second: f64,
}

struct DelayedSender {
    queue: mpsc::Sender<(Duration, Vec<u8>)>,
    clock: Arc<dyn Clock>,
    line: SimulatedLine,
    /// When the line has finished with the frames before.
    free_at: Duration,
}

struct DelayedReceiver {
    queue: mpsc::Receiver<(Duration, Vec<u8>)>,
    clock: Arc<dyn Clock>,
}

impl FrameSender for DelayedSender {
    fn send(&mut self, frame: Vec<u8>) -> LinkFuture<'_, ()> {
        Box::pin(async move {
            let on_wire = Duration::from_secs_f64(frame.len() as f64 * 8.0 / self.line.bits_per_second);
            self.free_at = self.free_at.max(self.clock.now()) + on_wire;
            let due = self.free_at + self.line.latency;
            let (sent, waited) = (self.queue.send((due, frame)), self.clock.sleep_until(self.free_at));
            try_join(async { sent.await.map_err(|_| LinkError::Closed) }, waited).await.map(|_| ())
        })
    }
}

impl FrameReceiver for DelayedReceiver {
    fn receive(&mut self) -> LinkFuture<'_, Vec<u8>> {
        Box::pin(async move {
            let (due, frame) = self.queue.next().await.ok_or(LinkError::Closed)?;
            self.clock.sleep_until(due).await?;
            Ok(frame)
        })
    }
}

/// Both ends of a simulated line. Frames in flight are bounded by the bandwidth-delay product or 64,
/// whichever is more.
pub fn simulate(line: SimulatedLine, clock: &Arc<dyn Clock>) -> (Link, Link) {
    let in_flight = (line.latency.as_secs_f64() * line.bits_per_second / 8.0 / 1024.0) as usize;
    let half = || {
        let (sender, receiver) = mpsc::channel(in_flight.clamp(64, 65_536));
        let sender = DelayedSender { queue: sender, clock: clock.clone(), line, free_at: Duration::ZERO };
        (sender, DelayedReceiver { queue: receiver, clock: clock.clone() })
    };
    let ((right_out, left_in), (left_out, right_in)) = (half(), half());
    (
        Link { sender: Box::new(left_out), receiver: Box::new(left_in) },
        Link { sender: Box::new(right_out), receiver: Box::new(right_in) },
    )
}
