//! A channel to one peer.

use futures_util::future::try_join;

use super::{
    ChannelError, ChannelFault, Frame, FrameReceiver, FrameSender, Link, LinkError, PartyIndex, Phase, PhaseCounters,
    Step,
};

/// The longest payload of one frame; longer messages travel as several frames.
pub const MAX_PAYLOAD: usize = 1 << 20;

/// Bytes of a frame's header: causal depth, sequence number, step tag, each a little-endian u32.
pub(super) const HEADER: usize = 12;

/// A framed, counted, step-checked stream to one peer.
pub struct Channel {
    peer: PartyIndex,
    outgoing: Outgoing,
    incoming: Incoming,
}

struct Outgoing {
    sender: Box<dyn FrameSender>,
    sequence: u32,
    phase: usize,
    bytes: [u64; 4],
    transcript: blake3::Hasher,
}

struct Incoming {
    receiver: Box<dyn FrameReceiver>,
    sequence: u32,
    phase: usize,
    bytes: [u64; 4],
    transcript: blake3::Hasher,
}

impl Channel {
    /// A channel over a fresh link.
    pub fn new(peer: PartyIndex, link: Link) -> Self {
        Self {
            peer,
            outgoing: Outgoing {
                sender: link.sender,
                sequence: 0,
                phase: 0,
                bytes: [0; 4],
                transcript: blake3::Hasher::new(),
            },
            incoming: Incoming {
                receiver: link.receiver,
                sequence: 0,
                phase: 0,
                bytes: [0; 4],
                transcript: blake3::Hasher::new(),
            },
        }
    }

    /// The peer at the other end.
    pub fn peer(&self) -> PartyIndex {
        self.peer
    }

    /// Counts the following bytes under `phase`.
    pub fn enter(&mut self, phase: Phase) {
        self.outgoing.phase = phase as usize;
        self.incoming.phase = phase as usize;
    }

    /// Sends a message. `depth` is the sender's causal depth, which [`super::Network`] keeps.
    ///
    /// # Errors
    /// The link's, with peer and step.
    pub async fn send(&mut self, step: Step, payload: &[u8], depth: u32) -> Result<(), ChannelError> {
        let peer = self.peer;
        self.outgoing.send(step, payload, depth).await.map_err(|fault| ChannelError { peer, step, fault })
    }

    /// Sends a message that is a frame already.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn send_frame(&mut self, step: Step, frame: Frame, depth: u32) -> Result<(), ChannelError> {
        let peer = self.peer;
        self.outgoing.send_frame(step, frame, depth).await.map_err(|fault| ChannelError { peer, step, fault })
    }

    /// Receives a message of exactly `length` bytes, at most [`MAX_PAYLOAD`], and the depth at which it was sent.
    ///
    /// # Errors
    /// As [`Self::receive`].
    pub async fn receive_frame(&mut self, step: Step, length: usize) -> Result<(Frame, u32), ChannelError> {
        let peer = self.peer;
        self.incoming.receive_frame(step, length).await.map_err(|fault| ChannelError { peer, step, fault })
    }

    /// Receives a message of exactly `length` bytes and the depth at which it was sent.
    ///
    /// # Errors
    /// The link's; a message of another step, order or length.
    pub async fn receive(&mut self, step: Step, length: usize) -> Result<(Vec<u8>, u32), ChannelError> {
        let peer = self.peer;
        self.incoming.receive(step, length).await.map_err(|fault| ChannelError { peer, step, fault })
    }

    /// Receives one frame of at most `limit` bytes, for the few messages whose length is not known.
    ///
    /// # Errors
    /// As [`Self::receive`].
    pub async fn receive_bounded(&mut self, step: Step, limit: usize) -> Result<(Vec<u8>, u32), ChannelError> {
        let peer = self.peer;
        self.incoming.receive_bounded(step, limit).await.map_err(|fault| ChannelError { peer, step, fault })
    }

    /// Sends and receives at once.
    ///
    /// # Errors
    /// As [`Self::send`] and [`Self::receive`].
    pub async fn exchange(
        &mut self,
        step: Step,
        payload: &[u8],
        length: usize,
        depth: u32,
    ) -> Result<(Vec<u8>, u32), ChannelError> {
        let peer = self.peer;
        let (sent, received) = (self.outgoing.send(step, payload, depth), self.incoming.receive(step, length));
        try_join(sent, received).await.map(|((), message)| message).map_err(|fault| ChannelError { peer, step, fault })
    }

    /// Sends a message and receives one of one frame of at most `limit` bytes, at once.
    ///
    /// # Errors
    /// As [`Self::send`] and [`Self::receive`].
    pub async fn exchange_bounded(
        &mut self,
        step: Step,
        payload: &[u8],
        limit: usize,
        depth: u32,
    ) -> Result<(Vec<u8>, u32), ChannelError> {
        let peer = self.peer;
        let sent = self.outgoing.send(step, payload, depth);
        let received = self.incoming.receive_bounded(step, limit);
        try_join(sent, received).await.map(|((), message)| message).map_err(|fault| ChannelError { peer, step, fault })
    }

    /// An error of this channel's peer.
    pub fn fault(&self, step: Step, fault: ChannelFault) -> ChannelError {
        ChannelError { peer: self.peer, step, fault }
    }

    /// Payload bytes so far, by phase.
    pub fn counters(&self) -> [PhaseCounters; 4] {
        std::array::from_fn(|p| PhaseCounters {
            bytes_sent: self.outgoing.bytes[p],
            bytes_received: self.incoming.bytes[p],
        })
    }

    /// Digests of all frames sent and received so far. My first equals my peer's second when both stand at
    /// the same quiet point of the protocol.
    pub fn transcript(&self) -> ([u8; 32], [u8; 32]) {
        (*self.outgoing.transcript.finalize().as_bytes(), *self.incoming.transcript.finalize().as_bytes())
    }
}

impl Outgoing {
    async fn send(&mut self, step: Step, payload: &[u8], depth: u32) -> Result<(), ChannelFault> {
        for chunk in chunks(payload) {
            self.send_frame(step, Frame::copied(chunk), depth).await?;
        }
        Ok(())
    }

    async fn send_frame(&mut self, step: Step, frame: Frame, depth: u32) -> Result<(), ChannelFault> {
        let payload = frame.payload().len();
        let frame = frame.under(depth, self.sequence, step.tag());
        self.transcript.update(&frame);
        self.sequence = self.sequence.wrapping_add(1);
        self.bytes[self.phase] += payload as u64;
        self.sender.send(frame).await?;
        Ok(())
    }
}

/// A message as frames: an empty message is one empty frame.
fn chunks(payload: &[u8]) -> impl Iterator<Item = &[u8]> {
    let count = payload.len().div_ceil(MAX_PAYLOAD).max(1);
    (0..count).map(move |i| &payload[i * MAX_PAYLOAD..payload.len().min((i + 1) * MAX_PAYLOAD)])
}

impl Incoming {
    async fn receive(&mut self, step: Step, length: usize) -> Result<(Vec<u8>, u32), ChannelFault> {
        let mut message = Vec::new();
        let mut depth = 0;
        loop {
            let due = (length - message.len()).min(MAX_PAYLOAD);
            let (frame, sent_at) = self.receive_frame(step, due).await?;
            depth = depth.max(sent_at);
            // Once a frame of the length due is there, so is the room for all.
            message.reserve_exact(length - message.len());
            message.extend_from_slice(frame.payload());
            if message.len() == length {
                return Ok((message, depth));
            }
        }
    }

    async fn receive_frame(&mut self, step: Step, length: usize) -> Result<(Frame, u32), ChannelFault> {
        let (frame, depth) = self.frame(step).await?;
        match frame.payload().len() {
            found if found == length => Ok((frame, depth)),
            found => Err(ChannelFault::WrongLength { expected: length, found }),
        }
    }

    async fn receive_bounded(&mut self, step: Step, limit: usize) -> Result<(Vec<u8>, u32), ChannelFault> {
        let (frame, depth) = self.frame(step).await?;
        let payload = frame.payload();
        if payload.len() > limit {
            return Err(ChannelFault::WrongLength { expected: limit, found: payload.len() });
        }
        Ok((payload.to_vec(), depth))
    }

    async fn frame(&mut self, step: Step) -> Result<(Frame, u32), ChannelFault> {
        let frame = self.receiver.receive().await?;
        if frame.len() < HEADER {
            return Err(ChannelFault::Truncated(frame.len()));
        }
        if frame.len() > HEADER + MAX_PAYLOAD {
            return Err(LinkError::TooLong { announced: frame.len() as u64, limit: super::MAX_FRAME }.into());
        }
        let field = |i: usize| u32::from_le_bytes([frame[i], frame[i + 1], frame[i + 2], frame[i + 3]]);
        let (depth, sequence, tag) = (field(0), field(4), field(8));
        if sequence != self.sequence {
            return Err(ChannelFault::WrongSequence { expected: self.sequence, found: sequence });
        }
        if tag != step.tag() {
            return Err(ChannelFault::WrongStep { found: tag });
        }
        self.sequence = self.sequence.wrapping_add(1);
        self.bytes[self.phase] += (frame.len() - HEADER) as u64;
        self.transcript.update(&frame);
        Ok((Frame::received(frame), depth))
    }
}
