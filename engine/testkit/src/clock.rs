//! Time that passes only when everybody waits for it, and the executor that makes it pass.
//!
//! [`drive`] polls the parties by turns on one thread. When none of them can go on, it moves the clock to the
//! earliest moment somebody sleeps until; when nobody sleeps either, the parties wait for each other for ever,
//! and that is an answer ([`Stalled`]) and not a test that hangs.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures_util::future::{Either, select};
use quorate_engine::net::{Clock, FrameReceiver, FrameSender, Link, LinkError, LinkFuture};

/// A clock that starts at zero and stands still while anybody works.
#[derive(Default)]
pub struct VirtualClock {
    alarms: Mutex<Alarms>,
}

#[derive(Default)]
struct Alarms {
    now: Duration,
    /// Who sleeps, by the moment of waking and the number of the sleep.
    sleepers: BTreeMap<(Duration, u64), Waker>,
    sleeps: u64,
}

struct Sleep<'a> {
    clock: &'a VirtualClock,
    key: (Duration, u64),
}

impl VirtualClock {
    /// A clock at zero.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Moves to the earliest moment somebody sleeps until and wakes all who sleep until then. False if
    /// nobody sleeps.
    fn advance(&self) -> bool {
        let mut alarms = self.alarms();
        let Some((&(moment, _), _)) = alarms.sleepers.first_key_value() else { return false };
        alarms.now = alarms.now.max(moment);
        while let Some(entry) = alarms.sleepers.first_entry().filter(|entry| entry.key().0 <= moment) {
            entry.remove().wake();
        }
        true
    }

    fn alarms(&self) -> MutexGuard<'_, Alarms> {
        // A panic of one test's party leaves the times as they are, which is good enough to unwind with.
        self.alarms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Duration {
        self.alarms().now
    }

    fn sleep_until(&self, deadline: Duration) -> LinkFuture<'_, ()> {
        let mut alarms = self.alarms();
        alarms.sleeps += 1;
        Box::pin(Sleep { clock: self, key: (deadline, alarms.sleeps) })
    }
}

impl Future for Sleep<'_> {
    type Output = Result<(), LinkError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut alarms = self.clock.alarms();
        if alarms.now >= self.key.0 {
            return Poll::Ready(Ok(()));
        }
        alarms.sleepers.insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        self.clock.alarms().sleepers.remove(&self.key);
    }
}

/// Everybody who has not ended waits for somebody else, and no time will change that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stalled {
    /// Who has not ended, by position.
    pub waiting: Vec<usize>,
}

/// A party's part of a run.
pub type Part<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Whether a part has a reason to be polled.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Runs all parts to their ends on this thread. The order of polls depends on nothing but the parts, so a
/// run replays.
///
/// # Errors
/// If the parts wait for each other for ever.
pub fn drive<T>(clock: &VirtualClock, parts: Vec<Part<'_, T>>) -> Result<Vec<T>, Stalled> {
    let woken: Vec<Arc<Woken>> = parts.iter().map(|_| Arc::new(Woken(AtomicBool::new(true)))).collect();
    let mut parts: Vec<Option<Part<'_, T>>> = parts.into_iter().map(Some).collect();
    let mut ends: Vec<Option<T>> = parts.iter().map(|_| None).collect();
    loop {
        let mut polled = false;
        for ((place, end), woken) in parts.iter_mut().zip(&mut ends).zip(&woken) {
            let Some(part) = place else { continue };
            if !woken.0.swap(false, Ordering::SeqCst) {
                continue;
            }
            polled = true;
            let waker = Waker::from(woken.clone());
            if let Poll::Ready(result) = part.as_mut().poll(&mut Context::from_waker(&waker)) {
                *end = Some(result);
                *place = None;
            }
        }
        if parts.iter().all(Option::is_none) {
            return Ok(ends.into_iter().flatten().collect());
        }
        if !polled && !clock.advance() {
            return Err(Stalled { waiting: (0..parts.len()).filter(|i| parts[*i].is_some()).collect() });
        }
    }
}

/// A link that gives up after so much silence, as a runtime's do.
pub fn impatient(link: Link, clock: &Arc<VirtualClock>, limit: Duration) -> Link {
    Link {
        sender: Box::new(ImpatientSender { inner: link.sender, clock: clock.clone(), limit }),
        receiver: Box::new(ImpatientReceiver { inner: link.receiver, clock: clock.clone(), limit }),
    }
}

struct ImpatientSender {
    inner: Box<dyn FrameSender>,
    clock: Arc<VirtualClock>,
    limit: Duration,
}

struct ImpatientReceiver {
    inner: Box<dyn FrameReceiver>,
    clock: Arc<VirtualClock>,
    limit: Duration,
}

impl FrameSender for ImpatientSender {
    fn send(&mut self, frame: Vec<u8>) -> LinkFuture<'_, ()> {
        Box::pin(within(self.inner.send(frame), &self.clock, self.limit))
    }
}

impl FrameReceiver for ImpatientReceiver {
    fn receive(&mut self) -> LinkFuture<'_, Vec<u8>> {
        Box::pin(within(self.inner.receive(), &self.clock, self.limit))
    }
}

async fn within<T>(work: LinkFuture<'_, T>, clock: &VirtualClock, limit: Duration) -> Result<T, LinkError> {
    match select(work, clock.sleep_until(clock.now() + limit)).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => Err(LinkError::TimedOut { seconds: limit.as_secs() }),
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join;
    use quorate_engine::net::memory_pair;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn time_jumps_from_one_waking_to_the_next() {
        let clock = VirtualClock::new();
        let part = |seconds: u32| -> Part<'_, Duration> {
            let clock = &clock;
            Box::pin(async move {
                assert!(clock.sleep_until(SECOND * seconds).await.is_ok());
                let woken_at = clock.now();
                assert!(clock.sleep_until(woken_at + SECOND * 10).await.is_ok());
                woken_at
            })
        };
        assert_eq!(drive(&clock, vec![part(3), part(1), part(3)]), Ok(vec![SECOND * 3, SECOND, SECOND * 3]));
        assert_eq!(clock.now(), SECOND * 13);
    }

    #[test]
    fn waiting_for_each_other_is_an_answer() {
        let clock = VirtualClock::new();
        let (mut left, mut right) = memory_pair();
        let parts: Vec<Part<'_, bool>> = vec![
            Box::pin(async { left.receiver.receive().await.is_ok() }),
            Box::pin(async { true }),
            Box::pin(async { right.receiver.receive().await.is_ok() }),
        ];
        assert_eq!(drive(&clock, parts), Err(Stalled { waiting: vec![0, 2] }));
    }

    #[test]
    fn impatient_links_end_a_silence() {
        let clock = VirtualClock::new();
        let (left, _right) = memory_pair();
        let mut left = impatient(left, &clock, SECOND * 60);
        let ended = drive(&clock, vec![Box::pin(async move { left.receiver.receive().await })]);
        assert_eq!(ended, Ok(vec![Err(LinkError::TimedOut { seconds: 60 })]));
        assert_eq!(clock.now(), SECOND * 60);
    }

    #[test]
    fn a_sleep_that_is_given_up_leaves_nothing_behind() {
        let clock = VirtualClock::new();
        let (left, right) = memory_pair();
        let (mut left, mut right) = (impatient(left, &clock, SECOND), impatient(right, &clock, SECOND));
        let part = async move { join(left.sender.send(vec![1]), right.receiver.receive()).await };
        assert_eq!(drive(&clock, vec![Box::pin(part)]), Ok(vec![(Ok(()), Ok(vec![1]))]));
        assert!(!clock.advance());
    }
}
