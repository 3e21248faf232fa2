//! Base oblivious transfers: endemic OT (Masny and Rindal, CCS 2019, ePrint 2019/706), of two kinds.
//!
//! | kind | assumption, with random oracles | receiver sends | sender sends | messages deep |
//! |---|---|---|---|---|
//! | [`BaseOt::Ristretto`] | Diffie-Hellman on ristretto255 | 64 B | 32 B | 1: they cross |
//! | [`BaseOt::MlKem`] | module learning with errors: ML-KEM-768 | 2,336 B | 2,176 B | 2: the sender answers |
//!
//! *Claim.* Against malicious parties, in the random-oracle model: the pads are those of **endemic** OT, in which a cheating
//! party may choose its own pads. That suffices here, because the pads only ever encrypt messages. Only the second kind's
//! assumption is believed to hold against quantum computers; what is extended from base OTs needs symmetric
//! primitives alone, so that with it whatever was recorded of a session stays as secret as those.
//!
//! The oracles bind session, both parties, the index of the transfer and, for the pads, both whole messages: no pad outlives
//! a changed message.

mod lattice;
mod ml_kem;
mod ristretto;

use quorate_kernels::Block;
use subtle::Choice;

use crate::crypto::{Random, SecretBlocks, SessionId, Transcript};
use crate::net::{ChannelFault, PartyIndex};

/// The kinds of base OT; all parties of a session use one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BaseOt {
    /// Diffie-Hellman on ristretto255.
    #[default]
    Ristretto,
    /// Encapsulation under ML-KEM-768.
    MlKem,
}

impl BaseOt {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Ristretto, Self::MlKem];

    /// Its name on the command line, in terms and in receipts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ristretto => "ristretto255",
            Self::MlKem => "ml-kem-768",
        }
    }

    /// Bytes that the receiver sends for one transfer.
    pub const fn receiver_bytes(self) -> usize {
        match self {
            Self::Ristretto => ristretto::RECEIVER_BYTES,
            Self::MlKem => ml_kem::RECEIVER_BYTES,
        }
    }

    /// Bytes that the sender sends for one transfer, before it has heard from the receiver.
    pub const fn opening_bytes(self) -> usize {
        match self {
            Self::Ristretto => ristretto::SENDER_BYTES,
            Self::MlKem => 0,
        }
    }

    /// Bytes that the sender sends for one transfer, in answer to the receiver.
    pub const fn answer_bytes(self) -> usize {
        match self {
            Self::Ristretto => 0,
            Self::MlKem => ml_kem::SENDER_BYTES,
        }
    }
}

impl std::fmt::Display for BaseOt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl std::str::FromStr for BaseOt {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|base| base.name() == name);
        found.ok_or_else(|| format!("{name:?} is no base OT; there are ristretto255 and ml-kem-768"))
    }
}

/// Who transfers to whom, in which session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaseContext {
    /// The session.
    pub session: SessionId,
    /// The party that gets both pads of each transfer.
    pub sender: PartyIndex,
    /// The party that gets the pad of its choice.
    pub receiver: PartyIndex,
}

/// The pads of a batch, and the name of this very execution.
#[derive(Debug)]
pub struct BasePads {
    /// The sender's two pads of each transfer one after the other, or the receiver's one.
    pub pads: SecretBlocks,
    /// A digest of the context and of all that was sent: later hashes bind it.
    pub instance: [u8; 32],
}

/// The receiver between its message and the sender's.
pub struct BaseReceiver(Receiving);

enum Receiving {
    Ristretto(ristretto::Receiver),
    MlKem(ml_kem::Receiver),
}

/// The sender before the receiver's message.
pub struct BaseSender(Sending);

enum Sending {
    Ristretto(ristretto::Sender),
    MlKem { count: usize },
}

impl BaseReceiver {
    /// One transfer for each choice. The message has [`BaseOt::receiver_bytes`] for each.
    pub fn begin(base: BaseOt, context: &BaseContext, choices: &[Choice], random: &mut Random) -> Self {
        Self(match base {
            BaseOt::Ristretto => Receiving::Ristretto(ristretto::Receiver::begin(context, choices, random)),
            BaseOt::MlKem => Receiving::MlKem(ml_kem::Receiver::begin(context, choices, random)),
        })
    }

    /// What is sent to the sender.
    pub fn message(&self) -> &[u8] {
        match &self.0 {
            Receiving::Ristretto(receiver) => receiver.message(),
            Receiving::MlKem(receiver) => receiver.message(),
        }
    }

    /// The chosen pads, from the sender's opening or answer, whichever its kind sends.
    ///
    /// # Errors
    /// A message of another length; what is not a canonical encoding of what the kind sends.
    pub fn finish(self, context: &BaseContext, message: &[u8]) -> Result<BasePads, ChannelFault> {
        match self.0 {
            Receiving::Ristretto(receiver) => receiver.finish(context, message),
            Receiving::MlKem(receiver) => receiver.finish(context, message),
        }
    }
}

impl BaseSender {
    /// `count` transfers.
    pub fn begin(base: BaseOt, count: usize, random: &mut Random) -> Self {
        Self(match base {
            BaseOt::Ristretto => Sending::Ristretto(ristretto::Sender::begin(count, random)),
            BaseOt::MlKem => Sending::MlKem { count },
        })
    }

    /// What is sent to the receiver at once: [`BaseOt::opening_bytes`] for each transfer.
    pub fn opening(&self) -> &[u8] {
        match &self.0 {
            Sending::Ristretto(sender) => sender.message(),
            Sending::MlKem { .. } => &[],
        }
    }

    /// Both pads of each transfer, from the receiver's message, and the answer to it: [`BaseOt::answer_bytes`] for each.
    ///
    /// # Errors
    /// As [`BaseReceiver::finish`].
    pub fn finish(
        self,
        context: &BaseContext,
        message: &[u8],
        random: &mut Random,
    ) -> Result<(BasePads, Vec<u8>), ChannelFault> {
        match self.0 {
            Sending::Ristretto(sender) => Ok((sender.finish(context, message)?, Vec::new())),
            Sending::MlKem { count } => ml_kem::answer(context, count, message, random),
        }
    }
}

/// The random oracle from what a transfer's parties share to pads.
struct PadDerivation(Transcript);

impl PadDerivation {
    fn new(domain: &'static str, context: &BaseContext, sent_by_sender: &[u8], sent_by_receiver: &[u8]) -> Self {
        let mut transcript = context.transcript(domain);
        transcript.append("sender's message", sent_by_sender).append("receiver's message", sent_by_receiver);
        Self(transcript)
    }

    /// The name of this execution.
    fn instance(&self) -> [u8; 32] {
        self.0.digest()
    }

    fn pad(&self, index: usize, position: u8, shared: &[u8; 32]) -> Block {
        let mut transcript = self.0.clone();
        transcript.append_u64("index", index as u64).append("position", &[position]).append("shared", shared).block()
    }
}

impl BaseContext {
    fn transcript(&self, domain: &'static str) -> Transcript {
        let mut transcript = Transcript::new(domain, &self.session);
        transcript.append_party("sender", self.sender).append_party("receiver", self.receiver);
        transcript
    }
}
