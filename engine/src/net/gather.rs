//! Exchanges that a missing or wrong message does not end: what protocols with guaranteed output are made of.
//!
//! They need **synchronous** links: whoever keeps others waiting for longer than [`Patience`] says is taken to have
//! failed, and is not listened to any more. A party waits without a limit until as many messages have come as must come
//! if all who may fail have failed, and only then for so long for the others. So parties who follow the protocol are
//! never further apart than one wait and one message's way: the wait grows a little with every round, by more than a message takes
//! there and back, and nobody who was held up by somebody silent is given up because of that.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{Either, pending, select};
use futures_util::stream::FuturesUnordered;

use super::{Channel, ChannelError, ChannelFault, Clock, LinkError, Network, PartyIndex, Step};

/// How long a party waits for those who may have failed.
#[derive(Clone)]
pub struct Patience {
    /// The runtime's.
    pub clock: Arc<dyn Clock>,
    /// The wait in the first round.
    pub first: Duration,
    /// By how much it grows with every round.
    pub growth: Duration,
}

/// How long a message is that is waited for.
#[derive(Clone, Copy, Debug)]
enum Due {
    Exactly(usize),
    AtMost(usize),
}

/// Sends and receives what is to be on one channel.
async fn passed(
    channel: &mut Channel,
    step: Step,
    payload: Option<&[u8]>,
    due: Option<Due>,
    depth: u32,
) -> Result<Option<(Vec<u8>, u32)>, ChannelError> {
    match (payload, due) {
        (Some(payload), Some(Due::Exactly(length))) => channel.exchange(step, payload, length, depth).await.map(Some),
        (Some(payload), Some(Due::AtMost(limit))) => {
            channel.exchange_bounded(step, payload, limit, depth).await.map(Some)
        }
        (Some(payload), None) => channel.send(step, payload, depth).await.map(|()| None),
        (None, Some(Due::Exactly(length))) => channel.receive(step, length).await.map(Some),
        (None, Some(Due::AtMost(limit))) => channel.receive_bounded(step, limit).await.map(Some),
        (None, None) => Ok(None),
    }
}

impl Patience {
    fn at(&self, depth: u32) -> Duration {
        self.first.saturating_add(self.growth.saturating_mul(depth))
    }
}

impl Network {
    /// Waits for nobody longer than this in [`Self::gather`]. Without it a party is given up only when its link ends, or when it
    /// sends what is no message of the step.
    pub fn be_patient(&mut self, patience: Patience) {
        self.patience = Some(patience);
    }

    /// As [`Network::scatter`], but the answer has `None` where no message of the right length came, and there is no error: whose
    /// message is missing is not listened to any more ([`Self::given_up`]). `enough` messages, of those that are expected, are
    /// waited for as long as it takes.
    pub async fn gather(
        &mut self,
        step: Step,
        outgoing: &[Option<&[u8]>],
        lengths: &[Option<usize>],
        enough: usize,
    ) -> Vec<Option<Vec<u8>>> {
        let due: Vec<Option<Due>> = lengths.iter().map(|length| length.map(Due::Exactly)).collect();
        self.gather_due(step, outgoing, &due, enough).await
    }

    /// The same to and from everybody, of messages of one frame whose lengths are not known, up to a limit.
    pub async fn gather_bounded(
        &mut self,
        step: Step,
        payload: &[u8],
        limit: usize,
        enough: usize,
    ) -> Vec<Option<Vec<u8>>> {
        let parties = self.channels.len();
        self.gather_due(step, &vec![Some(payload); parties], &vec![Some(Due::AtMost(limit)); parties], enough).await
    }

    async fn gather_due(
        &mut self,
        step: Step,
        outgoing: &[Option<&[u8]>],
        lengths: &[Option<Due>],
        enough: usize,
    ) -> Vec<Option<Vec<u8>>> {
        let (depth, patience) = (self.depth, self.patience.clone());
        let mut messages: Vec<Option<Vec<u8>>> = vec![None; self.channels.len()];
        let mut deepest: Vec<u32> = Vec::new();
        let mut faults: Vec<(usize, ChannelFault)> = Vec::new();
        let mut due: Vec<usize> = Vec::new();
        {
            let jobs = FuturesUnordered::new();
            let places = self.channels.iter_mut().zip(&self.given_up).zip(outgoing.iter().zip(lengths)).enumerate();
            for (party, ((channel, given_up), (payload, length))) in places {
                let Some(channel) = channel.as_mut().filter(|_| given_up.is_none()) else { continue };
                if payload.is_none() && length.is_none() {
                    continue;
                }
                due.push(party);
                jobs.push(async move {
                    let message = passed(channel, step, *payload, *length, depth).await;
                    (party, message)
                });
            }
            let mut jobs = jobs;
            let mut arrived = 0;
            let expected = due.iter().filter(|party| lengths[**party].is_some()).count();
            let mut wait = Box::pin(async {
                match &patience {
                    Some(patience) => {
                        let clock = &patience.clock;
                        // A clock that fails is one that has run out.
                        let _ = clock.sleep_until(clock.now() + patience.at(depth)).await;
                    }
                    None => pending().await,
                }
            });
            while !jobs.is_empty() {
                let ended = if arrived >= enough.min(expected) {
                    match select(jobs.next(), wait.as_mut()).await {
                        Either::Left((ended, _)) => ended,
                        Either::Right(_) => None,
                    }
                } else {
                    jobs.next().await
                };
                let Some((party, result)) = ended else { break };
                due.retain(|other| *other != party);
                match result {
                    Ok(Some((message, at))) => {
                        arrived += 1;
                        deepest.push(at);
                        messages[party] = Some(message);
                    }
                    Ok(None) => {}
                    Err(error) => faults.push((party, error.fault)),
                }
            }
        }
        let seconds = patience.map_or(0, |patience| patience.at(depth).as_secs());
        faults.extend(due.into_iter().map(|party| (party, LinkError::TimedOut { seconds }.into())));
        for (party, fault) in faults {
            self.give_up(ChannelError { peer: PartyIndex(party), step, fault });
        }
        deepest.into_iter().for_each(|at| self.arrived(at));
        messages
    }

    /// Nothing is sent to this peer any more, and nothing it sends is heard.
    pub fn give_up(&mut self, error: ChannelError) {
        self.given_up[error.peer.0].get_or_insert(error);
    }

    /// Listens again to a peer that was given up for its silence, when nothing was due from it after all.
    pub fn forgive_silence(&mut self, peer: PartyIndex) {
        let silent = |error: &mut ChannelError| matches!(error.fault, ChannelFault::Link(LinkError::TimedOut { .. }));
        self.given_up[peer.0].take_if(silent);
    }

    /// Who is not listened to any more, and why.
    pub fn given_up(&self) -> impl Iterator<Item = &ChannelError> {
        self.given_up.iter().flatten()
    }
}
