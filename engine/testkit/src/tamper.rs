//! A party that follows the protocol over links that do not.
//!
//! [`cheat`] puts a closure between one party and all its links: it sees every frame the party sends, in the
//! order of sending, and says what goes out instead. The party's own code is the honest one, so each cheat
//! changes exactly one thing.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::lock::Mutex as AsyncMutex;
use quorate_engine::net::{FrameSender, Link, LinkError, LinkFuture, MAX_FRAME, PartyIndex, Step};

/// Bytes of a frame before its payload: causal depth, sequence number, step tag.
const HEADER: usize = 12;

/// A frame that the cheat is about to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// To whom. Changing it sends the frame to somebody else.
    pub to: PartyIndex,
    /// Header and payload.
    pub bytes: Vec<u8>,
}

impl Frame {
    /// The tag of the step it belongs to.
    pub fn tag(&self) -> u32 {
        self.field(8)
    }

    /// Its number on its channel.
    pub fn sequence(&self) -> u32 {
        self.field(4)
    }

    /// Whether it belongs to `step`.
    pub fn is_of(&self, step: Step) -> bool {
        self.tag() == step.tag()
    }

    /// Makes it a frame of another step.
    pub fn set_tag(&mut self, tag: u32) {
        self.bytes[8..HEADER].copy_from_slice(&tag.to_le_bytes());
    }

    /// The payload.
    pub fn payload(&self) -> &[u8] {
        &self.bytes[HEADER..]
    }

    /// The payload, to be changed; its length is changed through [`Self::bytes`].
    pub fn payload_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[HEADER..]
    }

    fn field(&self, at: usize) -> u32 {
        u32::from_le_bytes([self.bytes[at], self.bytes[at + 1], self.bytes[at + 2], self.bytes[at + 3]])
    }
}

/// What goes out in the place of a frame.
#[derive(Clone, Debug)]
pub struct Deed {
    /// These frames, in this order.
    pub frames: Vec<Frame>,
    /// What comes after them.
    pub then: Then,
}

/// How the cheat goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// As if nothing had happened.
    GoOn,
    /// It leaves: all its links are closed.
    Close,
    /// It stays connected and says nothing any more.
    FallSilent,
}

impl Deed {
    /// The frames, and on.
    pub fn send(frames: impl Into<Vec<Frame>>) -> Self {
        Self { frames: frames.into(), then: Then::GoOn }
    }

    /// Nothing, and on.
    pub fn withhold() -> Self {
        Self::send([])
    }
}

/// What a cheat does with each frame.
type Deeds = Box<dyn FnMut(Frame) -> Deed + Send>;

/// All links of a cheat.
struct Hands {
    deeds: Mutex<Deeds>,
    /// By peer. Each has a lock of its own: a full queue to one peer must not hold up the others.
    senders: Vec<AsyncMutex<Option<Box<dyn FrameSender>>>>,
    ended: Mutex<Then>,
}

struct CheatingSender {
    to: PartyIndex,
    hands: Arc<Hands>,
}

/// Lets every frame that `party` sends pass through `deed`.
pub fn cheat(links: &mut [Vec<Option<Link>>], party: PartyIndex, deed: impl FnMut(Frame) -> Deed + Send + 'static) {
    let mine = std::mem::take(&mut links[party.0]);
    let mut receivers = Vec::new();
    let mut senders = Vec::new();
    for link in mine {
        let (sender, receiver) = link.map(|link| (link.sender, link.receiver)).unzip();
        senders.push(AsyncMutex::new(sender));
        receivers.push(receiver);
    }
    let hands = Arc::new(Hands { deeds: Mutex::new(Box::new(deed)), senders, ended: Mutex::new(Then::GoOn) });
    links[party.0] = receivers
        .into_iter()
        .enumerate()
        .map(|(to, receiver)| {
            let sender = Box::new(CheatingSender { to: PartyIndex(to), hands: hands.clone() });
            receiver.map(|receiver| Link { sender, receiver })
        })
        .collect();
}

/// Writes down every frame that `party` sends.
pub fn record(links: &mut [Vec<Option<Link>>], party: PartyIndex) -> Arc<Mutex<Vec<Frame>>> {
    let frames = Arc::new(Mutex::new(Vec::new()));
    let written = frames.clone();
    cheat(links, party, move |frame| {
        written.lock().unwrap_or_else(PoisonError::into_inner).push(frame.clone());
        Deed::send([frame])
    });
    frames
}

impl FrameSender for CheatingSender {
    fn send(&mut self, bytes: Vec<u8>) -> LinkFuture<'_, ()> {
        Box::pin(async move {
            let ended = *self.hands.ended.lock().unwrap_or_else(PoisonError::into_inner);
            match ended {
                Then::GoOn => self.hands.act(Frame { to: self.to, bytes }).await,
                Then::FallSilent => Ok(()),
                Then::Close => Err(LinkError::Closed),
            }
        })
    }
}

impl Hands {
    async fn act(&self, frame: Frame) -> Result<(), LinkError> {
        let deed = {
            let mut deeds = self.deeds.lock().unwrap_or_else(PoisonError::into_inner);
            let deed = deeds(frame);
            *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = deed.then;
            deed
        };
        for frame in deed.frames {
            // Nobody is at the cheat's own place, and whoever has gone need not be told.
            if let Some(sender) = self.senders[frame.to.0].lock().await.as_mut() {
                sender.send(frame.bytes).await?;
            }
        }
        if deed.then == Then::Close {
            for sender in &self.senders {
                *sender.lock().await = None;
            }
            return Err(LinkError::Closed);
        }
        Ok(())
    }
}

/// The cheats that every message of every protocol is put through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cheat {
    /// One bit of the payload is changed.
    FlipBit,
    /// All bytes of the payload are replaced.
    RandomBytes,
    /// All bytes of the payload are zero.
    Zeros,
    /// The last byte is missing; of an empty payload, the last byte of the header.
    Truncate,
    /// The frame ends within its header.
    Behead,
    /// One byte too many.
    Extend,
    /// A frame above the limit.
    Oversize,
    /// Sent twice.
    Duplicate,
    /// Sent before the frame before it to the same peer.
    SwapWithPrevious,
    /// The frame before it to the same peer is sent in its place, under its number and step.
    ReplayPrevious,
    /// Sent under another step's tag.
    WrongStep,
    /// Sent to the next party instead.
    Redirect,
    /// Not sent, and the links are closed.
    DropAndClose,
    /// Sent, and then the links are closed.
    CloseAfter,
    /// Not sent, nor anything after it.
    FallSilent,
}

impl Cheat {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::FlipBit,
        Self::RandomBytes,
        Self::Zeros,
        Self::Truncate,
        Self::Behead,
        Self::Extend,
        Self::Oversize,
        Self::Duplicate,
        Self::SwapWithPrevious,
        Self::ReplayPrevious,
        Self::WrongStep,
        Self::Redirect,
        Self::DropAndClose,
        Self::CloseAfter,
        Self::FallSilent,
    ];

    /// Whether the message cannot be taken for one of the protocol, so that whoever receives it must notice.
    pub fn breaks_framing(self) -> bool {
        matches!(self, Self::Truncate | Self::Behead | Self::Extend | Self::Oversize | Self::WrongStep)
    }

    /// Done to frame number `target` of all that a party sends, the others being left alone.
    pub fn at(self, target: usize, parties: usize) -> impl FnMut(Frame) -> Deed + Send + 'static {
        let mut number = 0;
        let mut sent: Vec<Frame> = Vec::new();
        // For SwapWithPrevious: the frame before, until the target goes out or shows that it has another peer.
        let mut held: Option<Frame> = None;
        move |frame| {
            let here = number;
            number += 1;
            let before = sent.iter().rev().find(|earlier| earlier.to == frame.to).cloned();
            sent.push(frame.clone());
            if here == target {
                return self.done_to(frame, before, held.take(), parties);
            }
            if self == Self::SwapWithPrevious && here + 1 == target {
                held = Some(frame);
                return Deed::withhold();
            }
            Deed::send([frame])
        }
    }

    fn done_to(self, mut frame: Frame, before: Option<Frame>, held: Option<Frame>, parties: usize) -> Deed {
        let (close, silent) = (Then::Close, Then::FallSilent);
        match self {
            Self::FlipBit => {
                if let Some(byte) = frame.payload_mut().first_mut() {
                    *byte ^= 0x10;
                }
            }
            Self::RandomBytes => frame.payload_mut().iter_mut().zip(noise()).for_each(|(byte, noise)| *byte = noise),
            Self::Zeros => frame.payload_mut().fill(0),
            Self::Truncate => frame.bytes.truncate(frame.bytes.len() - 1),
            Self::Behead => frame.bytes.truncate(HEADER / 2),
            Self::Extend => frame.bytes.push(0),
            Self::Oversize => frame.bytes.resize(MAX_FRAME + 1, 0),
            Self::WrongStep => frame.set_tag(frame.tag() ^ 1),
            Self::Duplicate => return Deed::send([frame.clone(), frame]),
            Self::SwapWithPrevious => return Deed::send([vec![frame], held.into_iter().collect()].concat()),
            Self::ReplayPrevious => {
                let header = frame.bytes[..HEADER].to_vec();
                if let Some(before) = before {
                    frame.bytes = [&header, before.payload()].concat();
                }
            }
            Self::Redirect => frame.to = PartyIndex((frame.to.0 + 1) % parties),
            Self::DropAndClose => return Deed { frames: Vec::new(), then: close },
            Self::CloseAfter => return Deed { frames: vec![frame], then: close },
            Self::FallSilent => return Deed { frames: Vec::new(), then: silent },
        }
        Deed::send([frame])
    }
}

/// Bytes without a pattern, the same each time (a linear congruential generator).
fn noise() -> impl Iterator<Item = u8> {
    let next =
        |state: &u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
    std::iter::successors(Some(0x5eed), next).map(|state| (state >> 56) as u8)
}

#[cfg(test)]
mod tests {
    use quorate_engine::net::{ChannelFault, Network, memory_links};

    use super::*;
    use crate::clock::{Part, VirtualClock, drive};

    const A: PartyIndex = PartyIndex(0);
    const B: PartyIndex = PartyIndex(1);
    const FIRST: Step = Step::new("testkit/first");
    const SECOND: Step = Step::new("testkit/second");

    /// A sends two messages; what B makes of them.
    fn received(deed: impl FnMut(Frame) -> Deed + Send + 'static) -> [Result<Vec<u8>, ChannelFault>; 2] {
        let mut links = memory_links(2);
        cheat(&mut links, A, deed);
        let (theirs, mine) = (links.remove(1), links.remove(0));
        let sending = async {
            let mut net = Network::new(A, mine);
            for (step, payload) in [(FIRST, [1, 2]), (SECOND, [3, 4])] {
                if net.send(B, step, &payload).await.is_err() {
                    break;
                }
            }
            Vec::new()
        };
        let receiving = async {
            let mut net = Network::new(B, theirs);
            let mut received = Vec::new();
            for step in [FIRST, SECOND] {
                received.push(net.receive(A, step, 2).await.map_err(|error| error.fault));
            }
            received
        };
        let parts: Vec<Part<'_, _>> = vec![Box::pin(sending), Box::pin(receiving)];
        let mut ended = drive(&VirtualClock::new(), parts).expect("the sender leaves at the end");
        ended.remove(1).try_into().expect("two messages")
    }

    #[test]
    fn each_cheat_does_what_it_says() {
        let closed = || Err(ChannelFault::Link(LinkError::Closed));
        let number = |expected, found| Err(ChannelFault::WrongSequence { expected, found });
        for (cheat, second) in [
            (Cheat::FlipBit, Ok(vec![3 ^ 0x10, 4])),
            (Cheat::Zeros, Ok(vec![0, 0])),
            (Cheat::Truncate, Err(ChannelFault::WrongLength { expected: 2, found: 1 })),
            (Cheat::Behead, Err(ChannelFault::Truncated(HEADER / 2))),
            (Cheat::Extend, Err(ChannelFault::WrongLength { expected: 2, found: 3 })),
            (Cheat::WrongStep, Err(ChannelFault::WrongStep { found: SECOND.tag() ^ 1 })),
            (Cheat::ReplayPrevious, Ok(vec![1, 2])),
            (Cheat::Redirect, closed()),
            (Cheat::DropAndClose, closed()),
            (Cheat::CloseAfter, Ok(vec![3, 4])),
            (Cheat::FallSilent, closed()),
        ] {
            assert_eq!(received(cheat.at(1, 2)), [Ok(vec![1, 2]), second], "{cheat:?}");
        }
        assert_eq!(received(Cheat::Duplicate.at(0, 2)), [Ok(vec![1, 2]), number(1, 0)]);
        assert_eq!(received(Cheat::SwapWithPrevious.at(1, 2))[0], number(0, 1));
        let [_, oversized] = received(Cheat::Oversize.at(1, 2));
        assert!(matches!(oversized, Err(ChannelFault::Link(LinkError::TooLong { .. }))));
    }

    #[test]
    fn a_recording_changes_nothing() {
        let mut links = memory_links(2);
        let frames = record(&mut links, A);
        let mut net = Network::new(A, links.remove(0));
        let part: Part<'_, _> = Box::pin(async move { net.send(B, FIRST, &[7]).await });
        assert_eq!(drive(&VirtualClock::new(), vec![part]), Ok(vec![Ok(())]));
        let frames = frames.lock().expect("no panic");
        assert_eq!(frames.len(), 1);
        assert!(frames[0].is_of(FIRST) && frames[0].payload() == [7] && frames[0].sequence() == 0);
    }
}
