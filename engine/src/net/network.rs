//! A party's channels to all its peers, and its causal clock.

use futures_util::future::try_join_all;

use super::{Channel, ChannelError, Counters, Frame, Link, PartyIndex, Patience, Phase, Step};

/// The deepest chain that is believed from a peer's header: the clock is a statistic, and a lie about it
/// must not overflow ours.
const DEEPEST: u32 = 1 << 30;

/// A party's view of the session's network: one channel to every other party.
pub struct Network {
    me: PartyIndex,
    /// How many parties count, from the first.
    among: usize,
    /// By party; `None` at my own place.
    pub(super) channels: Vec<Option<Channel>>,
    /// By party, why it is not listened to any more.
    pub(super) given_up: Vec<Option<ChannelError>>,
    /// How long [`Network::gather`] waits.
    pub(super) patience: Option<Patience>,
    /// Length of the longest chain of messages that ends here.
    pub(super) depth: u32,
    rounds: [u32; 4],
    phase: Phase,
    watcher: Option<PhaseWatcher>,
}

/// Is told of a change of phase.
type PhaseWatcher = Box<dyn FnMut(Phase) + Send>;

impl Network {
    /// The network of party `me`; `links[p]` is the link to party `p`, `None` at `me`.
    ///
    /// # Panics
    /// If a link is missing: the runtime connects everybody before a session begins.
    pub fn new(me: PartyIndex, links: Vec<Option<Link>>) -> Self {
        let channels: Vec<_> =
            links.into_iter().enumerate().map(|(p, link)| link.map(|link| Channel::new(PartyIndex(p), link))).collect();
        for (p, channel) in channels.iter().enumerate() {
            assert_eq!(channel.is_none(), p == me.0, "one link for every other party");
        }
        let (among, given_up) = (channels.len(), vec![None; channels.len()]);
        let (depth, rounds, phase) = (0, [0; 4], Phase::SetUp);
        Self { me, among, channels, given_up, patience: None, depth, rounds, phase, watcher: None }
    }

    /// Only the first `parties` count from here on: [`Self::parties`], [`Self::peers`] and whatever goes to all. The
    /// others are there for whoever names them.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn narrow(&mut self, parties: usize) {
        assert!(parties <= self.channels.len(), "the session has so many parties");
        self.among = parties;
    }

    /// All parties of the session count.
    pub fn widen(&mut self) {
        self.among = self.channels.len();
    }

    /// This party.
    pub fn me(&self) -> PartyIndex {
        self.me
    }

    /// How many parties count: all of the session's, if nothing else was said.
    pub fn parties(&self) -> usize {
        self.among
    }

    /// The other parties, in order.
    pub fn peers(&self) -> impl Iterator<Item = PartyIndex> + use<> {
        let me = self.me.0;
        (0..self.among).filter(move |&p| p != me).map(PartyIndex)
    }

    /// The phase under which bytes are counted now.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Has `watcher` told of every change of phase, just before it: a runtime that has a clock reads it there.
    pub fn watch_phases(&mut self, watcher: impl FnMut(Phase) + Send + 'static) {
        self.watcher = Some(Box::new(watcher));
    }

    /// Counts what follows under `phase`.
    pub fn enter(&mut self, phase: Phase) {
        if let Some(watcher) = self.watcher.as_mut().filter(|_| phase != self.phase) {
            watcher(phase);
        }
        self.phase = phase;
        for channel in self.channels.iter_mut().flatten() {
            channel.enter(phase);
        }
    }

    /// Sends a message to one peer.
    ///
    /// # Errors
    /// The channel's.
    pub async fn send(&mut self, to: PartyIndex, step: Step, payload: &[u8]) -> Result<(), ChannelError> {
        let depth = self.depth;
        self.channel(to).send(step, payload, depth).await
    }

    /// Sends a message that is a frame already to one peer.
    ///
    /// # Errors
    /// The channel's.
    pub async fn send_frame(&mut self, to: PartyIndex, step: Step, frame: Frame) -> Result<(), ChannelError> {
        let depth = self.depth;
        self.channel(to).send_frame(step, frame, depth).await
    }

    /// Receives a message of one frame, of exactly `length` bytes, from one peer.
    ///
    /// # Errors
    /// The channel's.
    pub async fn receive_frame(&mut self, from: PartyIndex, step: Step, length: usize) -> Result<Frame, ChannelError> {
        let (frame, depth) = self.channel(from).receive_frame(step, length).await?;
        self.arrived(depth);
        Ok(frame)
    }

    /// Receives a message of exactly `length` bytes from one peer.
    ///
    /// # Errors
    /// The channel's.
    pub async fn receive(&mut self, from: PartyIndex, step: Step, length: usize) -> Result<Vec<u8>, ChannelError> {
        let (message, depth) = self.channel(from).receive(step, length).await?;
        self.arrived(depth);
        Ok(message)
    }

    /// Receives one frame of at most `limit` bytes from one peer.
    ///
    /// # Errors
    /// The channel's.
    pub async fn receive_bounded(
        &mut self,
        from: PartyIndex,
        step: Step,
        limit: usize,
    ) -> Result<Vec<u8>, ChannelError> {
        let (message, depth) = self.channel(from).receive_bounded(step, limit).await?;
        self.arrived(depth);
        Ok(message)
    }

    /// Sends to and receives from one peer at once.
    ///
    /// # Errors
    /// The channel's.
    pub async fn exchange(
        &mut self,
        peer: PartyIndex,
        step: Step,
        payload: &[u8],
        length: usize,
    ) -> Result<Vec<u8>, ChannelError> {
        let depth = self.depth;
        let (message, sent_at) = self.channel(peer).exchange(step, payload, length, depth).await?;
        self.arrived(sent_at);
        Ok(message)
    }

    /// Sends the same payload to every peer and receives `length` bytes from each, all at once. The answer
    /// has one entry per party, empty at my own place.
    ///
    /// # Errors
    /// The first channel's that fails.
    pub async fn exchange_all(
        &mut self,
        step: Step,
        payload: &[u8],
        length: usize,
    ) -> Result<Vec<Vec<u8>>, ChannelError> {
        self.scatter(step, &vec![Some(payload); self.among], &vec![Some(length); self.among]).await
    }

    /// Sends `outgoing[p]` to every party `p` where it is present and receives `lengths[p]` bytes where that
    /// is present, all at once. Entries at my own place are ignored.
    ///
    /// # Errors
    /// The first channel's that fails.
    pub async fn scatter(
        &mut self,
        step: Step,
        outgoing: &[Option<&[u8]>],
        lengths: &[Option<usize>],
    ) -> Result<Vec<Vec<u8>>, ChannelError> {
        let depth = self.depth;
        let jobs = self.channels.iter_mut().zip(outgoing).zip(lengths).map(|((channel, payload), length)| async move {
            match (channel, payload, length) {
                (None, ..) | (_, None, None) => Ok((Vec::new(), None)),
                (Some(c), Some(payload), Some(length)) => {
                    c.exchange(step, payload, *length, depth).await.map(|(m, d)| (m, Some(d)))
                }
                (Some(c), Some(payload), None) => c.send(step, payload, depth).await.map(|()| (Vec::new(), None)),
                (Some(c), None, Some(length)) => c.receive(step, *length).await.map(|(m, d)| (m, Some(d))),
            }
        });
        let arrived = try_join_all(jobs).await?;
        Ok(arrived
            .into_iter()
            .map(|(message, depth)| {
                if let Some(depth) = depth {
                    self.arrived(depth);
                }
                message
            })
            .collect())
    }

    /// The channel to a peer.
    ///
    /// # Panics
    /// If `peer` is this party itself.
    pub fn channel(&mut self, peer: PartyIndex) -> &mut Channel {
        self.channels[peer.0].as_mut().expect("a party has no channel to itself")
    }

    /// This party's figures so far.
    pub fn counters(&self) -> Counters {
        let mut counters = Counters { rounds_of: self.rounds, ..Counters::default() };
        for channel in self.channels.iter().flatten() {
            for (total, one) in counters.phases.iter_mut().zip(channel.counters()) {
                total.bytes_sent += one.bytes_sent;
                total.bytes_received += one.bytes_received;
            }
        }
        counters
    }

    /// Digests of what was sent to and received from every party, zero at my own place.
    pub fn transcripts(&self) -> Vec<([u8; 32], [u8; 32])> {
        self.channels.iter().map(|c| c.as_ref().map_or(([0; 32], [0; 32]), Channel::transcript)).collect()
    }

    pub(super) fn arrived(&mut self, sent_at: u32) {
        if self.phase == Phase::Session {
            return;
        }
        let deeper = (sent_at.min(DEEPEST) + 1).saturating_sub(self.depth);
        self.depth += deeper;
        self.rounds[self.phase as usize] += deeper;
    }
}
