//! Lines between parties in one process, and the time that a run over them takes if every party has a processor of its own.
//!
//! Each party has a clock. It goes on by the processor time that the party's polls take, and jumps when the party waits for a
//! frame that is still under way. All parties run on one thread, always the one whose clock is behind; so what else the
//! machine does changes nothing.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use cpu_time::ThreadTime;
use futures_channel::mpsc;
use futures_util::future::try_join;
use futures_util::{SinkExt, StreamExt};
use quorate_engine::net::{FrameReceiver, FrameSender, Link, LinkError, LinkFuture, mesh};
use quorate_engine::plan::Line;

/// Frames that may be under way on a line.
const UNDER_WAY: usize = 65_536;

/// A party's clock.
#[derive(Default)]
struct PartyClock(Mutex<State>);

#[derive(Default)]
struct State {
    /// When the poll that goes on began, or the last one ended.
    at: Duration,
    /// What the thread had computed when the party began to, if it does.
    polled: Option<Duration>,
    /// Who waits for a moment, by the moment and the number of the wait.
    sleepers: BTreeMap<(Duration, u64), Waker>,
    sleeps: u64,
}

impl PartyClock {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Duration {
        let state = self.state();
        state.at + state.polled.map_or(Duration::ZERO, |start| ThreadTime::now().as_duration().saturating_sub(start))
    }

    /// Waits for a moment.
    fn sleep_until(&self, deadline: Duration) -> Sleep<'_> {
        let mut state = self.state();
        state.sleeps += 1;
        Sleep { clock: self, key: (deadline, state.sleeps) }
    }

    /// When the first of those who sleep here is to wake.
    fn alarm(&self) -> Option<Duration> {
        self.state().sleepers.first_key_value().map(|(key, _)| key.0)
    }

    /// Begins a poll, not before `at`.
    fn begin(&self, at: Duration) {
        let mut state = self.state();
        state.at = state.at.max(at);
        while let Some(sleeper) = state.sleepers.first_entry().filter(|sleeper| sleeper.key().0 <= at) {
            sleeper.remove().wake();
        }
        state.polled = Some(ThreadTime::now().as_duration());
    }

    fn end(&self) {
        let now = self.now();
        let mut state = self.state();
        (state.at, state.polled) = (now, None);
    }
}

struct Sleep<'a> {
    clock: &'a PartyClock,
    key: (Duration, u64),
}

impl Future for Sleep<'_> {
    type Output = Result<(), LinkError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.clock.now() >= self.key.0 {
            return Poll::Ready(Ok(()));
        }
        self.clock.state().sleepers.insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        self.clock.state().sleepers.remove(&self.key);
    }
}

struct Sending {
    queue: mpsc::Sender<(Duration, Vec<u8>)>,
    clock: Arc<PartyClock>,
    line: Line,
    /// When the line has carried what was sent before.
    free_at: Duration,
}

struct Receiving {
    queue: mpsc::Receiver<(Duration, Vec<u8>)>,
    clock: Arc<PartyClock>,
}

impl FrameSender for Sending {
    fn send(&mut self, frame: Vec<u8>) -> LinkFuture<'_, ()> {
        Box::pin(async move {
            let on_line = Duration::from_secs_f64(frame.len() as f64 * 8.0 / self.line.bits_per_second as f64);
            self.free_at = self.free_at.max(self.clock.now()) + on_line;
            let due = self.free_at + self.line.round_trip / 2;
            let (sent, waited) = (self.queue.send((due, frame)), self.clock.sleep_until(self.free_at));
            try_join(async { sent.await.map_err(|_| LinkError::Closed) }, waited).await.map(|_| ())
        })
    }
}

impl FrameReceiver for Receiving {
    fn receive(&mut self) -> LinkFuture<'_, Vec<u8>> {
        Box::pin(async move {
            let (due, frame) = self.queue.next().await.ok_or(LinkError::Closed)?;
            self.clock.sleep_until(due).await?;
            Ok(frame)
        })
    }
}

/// Both ends of a line between two parties.
fn pair(line: Line, [left, right]: [&Arc<PartyClock>; 2]) -> (Link, Link) {
    let half = |from: &Arc<PartyClock>, to: &Arc<PartyClock>| {
        let (sender, receiver) = mpsc::channel(UNDER_WAY);
        let sending = Sending { queue: sender, clock: from.clone(), line, free_at: Duration::ZERO };
        (Box::new(sending), Box::new(Receiving { queue: receiver, clock: to.clone() }))
    };
    let ((left_out, right_in), (right_out, left_in)) = (half(left, right), half(right, left));
    (Link { sender: left_out, receiver: left_in }, Link { sender: right_out, receiver: right_in })
}

/// Whether a party has a reason to be polled.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A party's part of a run.
pub type Part<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Runs so many parties over such lines between every two of them: what each ends with, and when the last one does.
///
/// # Panics
/// If they wait for each other for ever.
pub fn run_over<'a, T>(
    line: Line,
    parties: usize,
    mut party: impl FnMut(usize, Vec<Option<Link>>) -> Part<'a, T>,
) -> (Vec<T>, Duration) {
    let clocks: Vec<Arc<PartyClock>> = (0..parties).map(|_| Arc::default()).collect();
    let mut pairs = (0..parties).flat_map(|i| (i + 1..parties).map(move |j| [i, j]));
    let links = mesh(parties, || {
        let ends = pairs.next().expect("as many pairs as the mesh has");
        pair(line, ends.map(|end| &clocks[end]))
    });
    let woken: Vec<Arc<Woken>> = clocks.iter().map(|_| Arc::new(Woken(AtomicBool::new(true)))).collect();
    let mut parts: Vec<Option<Part<'a, T>>> =
        links.into_iter().enumerate().map(|(me, links)| Some(party(me, links))).collect();
    let mut ends: Vec<Option<T>> = parts.iter().map(|_| None).collect();
    while parts.iter().any(Option::is_some) {
        let ready_at = |me: usize| match woken[me].0.load(Ordering::SeqCst) {
            true => Some(clocks[me].now()),
            false => clocks[me].alarm(),
        };
        let waiting = (0..parties).filter(|me| parts[*me].is_some());
        let next = waiting.filter_map(|me| Some((ready_at(me)?, me))).min();
        let (at, me) = next.expect("nobody waits for ever");
        clocks[me].begin(at);
        woken[me].0.store(false, Ordering::SeqCst);
        let waker = Waker::from(woken[me].clone());
        if let Some(part) = &mut parts[me]
            && let Poll::Ready(end) = part.as_mut().poll(&mut Context::from_waker(&waker))
        {
            (ends[me], parts[me]) = (Some(end), None);
        }
        clocks[me].end();
    }
    let last = clocks.iter().map(|clock| clock.now()).max().unwrap_or_default();
    (ends.into_iter().flatten().collect(), last)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A megabyte there and an answer back: half a round trip each, and the time on the line.
    #[test]
    fn a_line_delays_and_paces() {
        let line = Line { round_trip: Duration::from_millis(100), bits_per_second: 100_000_000 };
        let (ends, last) = run_over(line, 2, |me, mut links| {
            let mut link = links[1 - me].take().expect("a link to the other");
            Box::pin(async move {
                if me == 0 {
                    link.sender.send(vec![0; 1_000_000]).await?;
                    return link.receiver.receive().await;
                }
                let frame = link.receiver.receive().await?;
                link.sender.send(vec![1]).await.map(|()| frame)
            })
        });
        assert_eq!(ends.iter().map(|end| end.as_ref().map(Vec::len)).collect::<Vec<_>>(), [Ok(1), Ok(1_000_000)]);
        // The computing that comes on top is some copies.
        assert!(last >= Duration::from_millis(180) && last < Duration::from_millis(200), "{last:?}");
    }
}
