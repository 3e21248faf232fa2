//! Links between parties in one thread. When a frame arrives, who goes on, and who is killed in between, is drawn.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use quorate_engine::net::{FrameReceiver, FrameSender, Link, LinkError, LinkFuture};

use crate::keys::Dice;

/// One direction of a link.
#[derive(Default)]
struct Wire {
    /// Sent, and not there yet.
    flying: VecDeque<Vec<u8>>,
    arrived: VecDeque<Vec<u8>>,
    /// Nobody sends any more.
    ended: bool,
    /// Nobody receives any more.
    unheard: bool,
}

/// All wires between so many parties.
#[derive(Clone)]
pub(super) struct Wires {
    parties: usize,
    wires: Arc<Mutex<Vec<Wire>>>,
}

struct Sending {
    wires: Wires,
    place: usize,
}

struct Receiving {
    wires: Wires,
    place: usize,
}

impl Wires {
    pub(super) fn new(parties: usize) -> Self {
        let wires = (0..parties * parties).map(|_| Wire::default()).collect();
        Self { parties, wires: Arc::new(Mutex::new(wires)) }
    }

    /// A party's ends.
    pub(super) fn links(&self, me: usize) -> Vec<Option<Link>> {
        let place = |from: usize, to: usize| from * self.parties + to;
        let link = |peer: usize| Link {
            sender: Box::new(Sending { wires: self.clone(), place: place(me, peer) }),
            receiver: Box::new(Receiving { wires: self.clone(), place: place(peer, me) }),
        };
        (0..self.parties).map(|peer| (peer != me).then(|| link(peer))).collect()
    }

    fn all(&self) -> MutexGuard<'_, Vec<Wire>> {
        self.wires.lock().expect("one thread uses it")
    }

    /// The wires on which something is under way.
    fn busy(&self) -> Vec<usize> {
        self.all().iter().enumerate().filter(|(_, wire)| !wire.flying.is_empty()).map(|(place, _)| place).collect()
    }

    /// A frame arrives; says at whom.
    fn deliver(&self, place: usize) -> usize {
        let mut all = self.all();
        if let Some(frame) = all[place].flying.pop_front() {
            all[place].arrived.push_back(frame);
        }
        place % self.parties
    }

    /// A party is killed. Its links are closed, also if it has not come to use them; of what it has sent last, the network
    /// may have lost any end.
    fn lose(&self, party: usize, dice: &mut Dice) {
        let mut all = self.all();
        for peer in 0..self.parties {
            let wire = &mut all[party * self.parties + peer];
            wire.ended = true;
            let left = dice.below(wire.flying.len() + 1);
            wire.flying.truncate(left);
            all[peer * self.parties + party].unheard = true;
        }
    }
}

impl FrameSender for Sending {
    fn send(&mut self, frame: Vec<u8>) -> LinkFuture<'_, ()> {
        let mut all = self.wires.all();
        let wire = &mut all[self.place];
        let result = if wire.unheard { Err(LinkError::Closed) } else { Ok(()) };
        wire.flying.push_back(frame);
        Box::pin(std::future::ready(result))
    }
}

impl FrameReceiver for Receiving {
    fn receive(&mut self) -> LinkFuture<'_, Vec<u8>> {
        Box::pin(poll_fn(|_| {
            let mut all = self.wires.all();
            let wire = &mut all[self.place];
            match wire.arrived.pop_front() {
                Some(frame) => Poll::Ready(Ok(frame)),
                None if wire.ended && wire.flying.is_empty() => Poll::Ready(Err(LinkError::Closed)),
                None => Poll::Pending,
            }
        }))
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.wires.all()[self.place].ended = true;
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        self.wires.all()[self.place].unheard = true;
    }
}

/// What a party does.
pub(super) type Deed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Lets all parties act, in an order that is drawn, until each has ended or was killed: at the moment that `kill` names
/// for it, or when it `runs` no longer. `None` stands for those.
pub(super) fn act<T>(
    wires: &Wires,
    dice: &mut Dice,
    mut deeds: Vec<Deed<'_, T>>,
    kill: Option<(usize, usize)>,
    runs: impl Fn(usize) -> bool,
) -> Vec<Option<T>> {
    let mut results: Vec<Option<T>> = deeds.iter().map(|_| None).collect();
    let mut open: Vec<Option<Deed<'_, T>>> = deeds.drain(..).map(Some).collect();
    // Whoever could not go on may be able to since.
    let mut ready = vec![true; open.len()];
    // A link that was closed by somebody who goes on wakes nobody: all look once more before they are said to be stuck.
    let mut looked = false;
    for moment in 0.. {
        if let Some((victim, _)) = kill.filter(|(victim, when)| *when == moment && open[*victim].is_some()) {
            open[victim] = None;
            wires.lose(victim, dice);
            ready.fill(true);
        }
        let parties: Vec<usize> = (0..open.len()).filter(|party| open[*party].is_some() && ready[*party]).collect();
        let busy = wires.busy();
        let Some(choices) = std::num::NonZeroUsize::new(parties.len() + busy.len()) else {
            if open.iter().all(Option::is_none) {
                break;
            }
            // A link is closed by whoever ends, so that nobody has to wait until time is out.
            assert!(!looked, "all wait for each other");
            looked = true;
            ready.fill(true);
            continue;
        };
        let choice = dice.below(choices.get());
        let Some(&party) = parties.get(choice) else {
            ready[wires.deliver(busy[choice - parties.len()])] = true;
            looked = false;
            continue;
        };
        ready[party] = false;
        let deed = open[party].as_mut().expect("it is open");
        let result = deed.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let dead = !runs(party);
        if dead || result.is_ready() {
            open[party] = None;
            ready.fill(true);
            looked = false;
        }
        match result {
            _ if dead => wires.lose(party, dice),
            Poll::Ready(result) => results[party] = Some(result),
            Poll::Pending => {}
        }
    }
    results
}
