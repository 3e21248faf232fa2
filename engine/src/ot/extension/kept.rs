//! What of a pair outlives its session: the leaves of its trees, and Delta.
//!
//! What is kept is never used itself. Each session hashes the kept leaves with its own id ([`derive`]) and extends from
//! these, at position zero. So there is no counter to store, sessions of one pair may run at once, and a copied or
//! restored home repeats no pad: *the caller guarantees* that honest parties contribute fresh randomness to every
//! session's id. Delta stays, and with it what a cheating receiver guessed of it, session after session: `g` bits with a
//! chance of `2^-g` in all, provided that the first failed check ends the pair for good. The caller then erases what is
//! kept of both directions, and sets up anew if it ever trusts the peer again.
//!
//! *Derivation.* `H_{S'}(H_S(leaf, tree), tree)` with the garbling hash under 256 bits of a digest of session, instance
//! and parties as two start points: a pseudo-random function of the leaf in the ideal-cipher model. The sender lacks one
//! leaf of each tree, so that there is one unknown input for each key of the cipher; the place of a leaf in its tree is
//! no tweak because the sender's order is relative to Delta.

use quorate_kernels::Block;
use quorate_kernels::butterfly::LEAVES;
use zeroize::Zeroizing;

use super::columns::Leaves;
use super::state::{SPENT, State};
use super::{CotReceiver, CotSender};
use crate::crypto::{GarblingHash, SecretBlocks, SessionId, Transcript};
use crate::net::{ChannelFault, PartyIndex};
use crate::ot::pads::instance_hash;
use crate::ot::puncture::TREES;

/// Bytes of a [`KeptSender`]: tag, instance, Delta, fifteen leaves for each tree.
pub const KEPT_SENDER_BYTES: usize = TAG + INSTANCE + Block::BYTES + TREES * (LEAVES - 1) * Block::BYTES;
/// Bytes of a [`KeptReceiver`]: tag, instance, sixteen leaves for each tree.
pub const KEPT_RECEIVER_BYTES: usize = TAG + INSTANCE + TREES * LEAVES * Block::BYTES;
/// Bytes of a [`KeptPair`].
pub const KEPT_PAIR_BYTES: usize = KEPT_SENDER_BYTES + KEPT_RECEIVER_BYTES;

const TAG: usize = 4;
const INSTANCE: usize = 32;
/// What a kept sender begins with; the last byte is the version.
const SENDER_TAG: [u8; TAG] = *b"OTS1";
/// What a kept receiver begins with.
const RECEIVER_TAG: [u8; TAG] = *b"OTR1";

/// The bytes are not those of a kept state of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no kept state of oblivious transfers in this version's format")]
pub struct MalformedKeptState;

/// A sender between sessions. Secret.
pub struct KeptSender {
    instance: [u8; INSTANCE],
    delta: Zeroizing<Block>,
    leaves: SecretBlocks,
}

/// A receiver between sessions. Secret.
pub struct KeptReceiver {
    instance: [u8; INSTANCE],
    leaves: SecretBlocks,
}

/// Both directions between two parties. Secret.
#[derive(Debug)]
pub struct KeptPair {
    /// The direction in which I send.
    pub sender: KeptSender,
    /// The direction in which I receive.
    pub receiver: KeptReceiver,
}

impl CotSender {
    /// What is to be kept for later sessions. It is the same at any time of this session.
    ///
    /// # Errors
    /// If an extension failed or [`Self::spend`] was called: nothing of this pair may be kept.
    pub fn keep(&self) -> Result<KeptSender, ChannelFault> {
        let state = self.state.as_ref().ok_or(SPENT)?;
        Ok(KeptSender { instance: state.instance, delta: self.delta.clone(), leaves: kept(state) })
    }

    /// Gives up this pair, after its other direction or a protocol above has caught the receiver cheating.
    pub fn spend(&mut self) {
        self.state = None;
    }

    /// Leaves of this instance for a protocol above: others than those that extensions use. The first of each tree is the
    /// missing one, and the others stand relative to it.
    pub(crate) fn leaves_for(&self, purpose: &'static str) -> Result<SecretBlocks, ChannelFault> {
        Ok(leaves_for(self.state.as_ref().ok_or(SPENT)?, purpose))
    }

    /// A transcript in this session and of this instance, which names the direction, for a protocol above.
    pub(crate) fn transcript(&self, domain: &'static str) -> Result<Transcript, ChannelFault> {
        transcript(self.state.as_ref(), domain)
    }
}

impl CotReceiver {
    /// What is to be kept for later sessions. It is the same at any time of this session.
    ///
    /// # Errors
    /// If an extension failed or [`Self::spend`] was called: nothing of this pair may be kept.
    pub fn keep(&self) -> Result<KeptReceiver, ChannelFault> {
        let state = self.state.as_ref().ok_or(SPENT)?;
        Ok(KeptReceiver { instance: state.instance, leaves: kept(state) })
    }

    /// Gives up this pair, after its other direction or a protocol above has caught the sender cheating.
    pub fn spend(&mut self) {
        self.state = None;
    }

    /// Leaves of this instance for a protocol above, as [`CotSender::leaves_for`] has them but for the missing ones, in
    /// the trees' own order.
    pub(crate) fn leaves_for(&self, purpose: &'static str) -> Result<SecretBlocks, ChannelFault> {
        Ok(leaves_for(self.state.as_ref().ok_or(SPENT)?, purpose))
    }

    /// The same transcript as the sender's.
    pub(crate) fn transcript(&self, domain: &'static str) -> Result<Transcript, ChannelFault> {
        transcript(self.state.as_ref(), domain)
    }
}

impl KeptSender {
    /// The sender of a new session, which `me` and `peer` run under these indices. Equal arguments give equal
    /// correlated OTs: a session's id must never come twice.
    pub fn in_session(&self, session: &SessionId, me: PartyIndex, peer: PartyIndex) -> CotSender {
        let state = in_session(&self.instance, &self.leaves, session, me, peer);
        CotSender {
            peer,
            hash: instance_hash(session, &state.instance),
            delta: self.delta.clone(),
            state: Some(state),
            spare: SecretBlocks::default(),
        }
    }

    /// [`KEPT_SENDER_BYTES`] bytes.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(KEPT_SENDER_BYTES));
        bytes.extend_from_slice(&SENDER_TAG);
        bytes.extend_from_slice(&self.instance);
        bytes.extend_from_slice(Block::as_bytes(&[*self.delta]));
        // The first of each tree, in relative order, is the one that is missing.
        self.leaves.chunks_exact(LEAVES).for_each(|tree| bytes.extend_from_slice(Block::as_bytes(&tree[1..])));
        bytes
    }

    /// What [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// Other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MalformedKeptState> {
        let (instance, secrets) = fields(bytes, SENDER_TAG, KEPT_SENDER_BYTES)?;
        let secrets = SecretBlocks::from(Block::collect(secrets));
        let (delta, known) = secrets.split_first().ok_or(MalformedKeptState)?;
        if !delta.lsb() {
            return Err(MalformedKeptState);
        }
        let mut leaves = SecretBlocks::zeros(TREES * LEAVES);
        for (tree, known) in leaves.chunks_exact_mut(LEAVES).zip(known.chunks_exact(LEAVES - 1)) {
            tree[1..].copy_from_slice(known);
        }
        Ok(Self { instance, delta: Zeroizing::new(*delta), leaves })
    }
}

impl KeptReceiver {
    /// The receiver of a new session: see [`KeptSender::in_session`].
    pub fn in_session(&self, session: &SessionId, me: PartyIndex, peer: PartyIndex) -> CotReceiver {
        let state = in_session(&self.instance, &self.leaves, session, peer, me);
        CotReceiver {
            peer,
            hash: instance_hash(session, &state.instance),
            state: Some(state),
            spare: SecretBlocks::default(),
        }
    }

    /// [`KEPT_RECEIVER_BYTES`] bytes.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(KEPT_RECEIVER_BYTES));
        bytes.extend_from_slice(&RECEIVER_TAG);
        bytes.extend_from_slice(&self.instance);
        bytes.extend_from_slice(Block::as_bytes(&self.leaves));
        bytes
    }

    /// What [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// Other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MalformedKeptState> {
        let (instance, leaves) = fields(bytes, RECEIVER_TAG, KEPT_RECEIVER_BYTES)?;
        Ok(Self { instance, leaves: Block::collect(leaves).into() })
    }
}

impl KeptPair {
    /// Both directions of a new session: see [`KeptSender::in_session`].
    pub fn in_session(&self, session: &SessionId, me: PartyIndex, peer: PartyIndex) -> (CotSender, CotReceiver) {
        (self.sender.in_session(session, me, peer), self.receiver.in_session(session, me, peer))
    }

    /// A public name of the set-up that this comes from, the same for both parties. Parties compare it before they
    /// extend: one that kept another set-up is out of date, and must not be taken for a cheat.
    pub fn name(&self) -> [u8; 32] {
        let mut instances = [self.sender.instance, self.receiver.instance];
        instances.sort_unstable();
        // No session: the name is the same in all of them.
        Transcript::new("quorate 2026 kept pair", &SessionId([0; 32]))
            .append("instances", instances.as_flattened())
            .digest()
    }

    /// [`KEPT_PAIR_BYTES`] bytes.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([self.sender.to_bytes().as_slice(), &self.receiver.to_bytes()].concat())
    }

    /// What [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// Other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MalformedKeptState> {
        let (sender, receiver) = bytes.split_at_checked(KEPT_SENDER_BYTES).ok_or(MalformedKeptState)?;
        Ok(Self { sender: KeptSender::from_bytes(sender)?, receiver: KeptReceiver::from_bytes(receiver)? })
    }
}

fn transcript(state: Option<&State>, domain: &'static str) -> Result<Transcript, ChannelFault> {
    let state = state.ok_or(SPENT)?;
    let mut transcript = Transcript::new(domain, &state.session);
    transcript.append("instance", &state.instance);
    Ok(transcript)
}

/// The instance and what follows it.
fn fields(bytes: &[u8], tag: [u8; TAG], length: usize) -> Result<([u8; INSTANCE], &[u8]), MalformedKeptState> {
    let (found, rest) = bytes.split_first_chunk().ok_or(MalformedKeptState)?;
    let (instance, rest) = rest.split_first_chunk().ok_or(MalformedKeptState)?;
    if *found != tag || bytes.len() != length {
        return Err(MalformedKeptState);
    }
    Ok((*instance, rest))
}

/// The leaves that are kept of a session: not those whose streams it uses.
fn kept(state: &State) -> SecretBlocks {
    let mut salt = Transcript::new("quorate 2026 OT kept leaves", &state.session);
    derive(state.leaves.seeds(), salt.append("instance", &state.instance))
}

/// The leaves of a purpose.
fn leaves_for(state: &State, purpose: &'static str) -> SecretBlocks {
    let mut salt = Transcript::new("quorate 2026 OT leaves for", &state.session);
    derive(state.leaves.seeds(), salt.append("instance", &state.instance).append("purpose", purpose.as_bytes()))
}

/// The state of one direction in a session.
fn in_session(
    kept: &[u8; INSTANCE],
    leaves: &[Block],
    session: &SessionId,
    sender: PartyIndex,
    receiver: PartyIndex,
) -> State {
    let mut salt = Transcript::new("quorate 2026 OT session", session);
    salt.append("instance", kept).append_party("sender", sender).append_party("receiver", receiver);
    State::new(*session, salt.digest(), Leaves::new(derive(leaves, salt.append("use", b"leaves"))))
}

/// The leaves that belong to the salt, in the same order.
fn derive(leaves: &[Block], salt: &Transcript) -> SecretBlocks {
    let tweaks: Vec<u64> = (0..leaves.len()).map(|leaf| (leaf / LEAVES) as u64).collect();
    let mut derived = SecretBlocks::from(leaves.to_vec());
    for start in Block::collect(&salt.digest()) {
        GarblingHash::new(start).hash_with_tweaks(&tweaks, [&mut derived]);
    }
    derived
}

impl std::fmt::Debug for KeptSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeptSender(..)")
    }
}

impl std::fmt::Debug for KeptReceiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeptReceiver(..)")
    }
}
