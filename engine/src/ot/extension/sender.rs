//! The sender of the extension: `q_j = t_j xor r_j Delta` for its own Delta.

use quorate_kernels::Block;
use quorate_kernels::butterfly::BITS;
use quorate_kernels::transpose::transpose;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::check::{Coefficients, ColumnHashes, RESPONSE_BYTES, digest};
use super::columns::{COLUMNS, CORRECTIONS, Leaves, chunks_of_message, longest_chunk, message_lengths, total_blocks};
use super::state::{SPENT, State};
use crate::crypto::{GarblingHash, Random, SecretBlocks, SessionId};
use crate::net::{ChannelFault, PartyIndex};
use crate::ot::base::{BaseContext, BasePads};
use crate::ot::pads::instance_hash;
use crate::ot::puncture;

/// The sender's side of one pair. A failed or abandoned extension leaves it spent.
pub struct CotSender {
    pub(super) peer: PartyIndex,
    pub(super) hash: GarblingHash,
    pub(super) delta: Zeroizing<Block>,
    pub(super) state: Option<State>,
    /// Memory for the next rows.
    pub(super) spare: SecretBlocks,
}

/// The sender's half of a batch of correlated OTs. Neither `Clone` nor `Copy`: each is used once.
#[derive(Debug)]
pub struct SenderCots {
    /// The number of the first one among all of this pair and direction: the tweak of its pads.
    pub first_index: u64,
    /// The rows `q_j`.
    pub q: SecretBlocks,
    pub(in crate::ot) delta: Zeroizing<Block>,
    pub(in crate::ot) hash: GarblingHash,
}

impl CotSender {
    /// The state after the base OTs, as whose receiver this party chose by the complements of Delta's bits,
    /// and the peer's message.
    ///
    /// # Errors
    /// A message that belongs to no trees.
    pub fn finish(context: &BaseContext, base: &BasePads, delta: Block, message: &[u8]) -> Result<Self, ChannelFault> {
        let leaves = puncture::puncture(&context.session, &base.instance, delta, &base.pads, message)?;
        let state = State::new(context.session, base.instance, Leaves::new(leaves));
        let hash = instance_hash(&context.session, &base.instance);
        Ok(Self {
            peer: context.sender,
            hash,
            delta: Zeroizing::new(delta),
            state: Some(state),
            spare: SecretBlocks::default(),
        })
    }

    /// The receiver of these OTs.
    pub fn peer(&self) -> PartyIndex {
        self.peer
    }

    /// The difference of every pair of messages. Secret.
    pub fn delta(&self) -> Block {
        *self.delta
    }

    /// The session.
    pub(in crate::ot) fn session(&self) -> Result<SessionId, ChannelFault> {
        Ok(self.state.as_ref().ok_or(SPENT)?.session)
    }

    /// Takes the state for an extension by `count`; [`Self::complete`] gives it back.
    ///
    /// # Errors
    /// If an earlier extension failed.
    pub fn extend_by(&mut self, count: usize, random: &mut Random) -> Result<SenderExtension, ChannelFault> {
        self.extend_under(count, random.block())
    }

    /// Likewise, under a challenge that the receiver could not know when it fixed its corrections.
    pub(super) fn extend_under(&mut self, count: usize, challenge: Block) -> Result<SenderExtension, ChannelFault> {
        let state = self.state.take().ok_or(SPENT)?;
        let blocks = total_blocks(count);
        Ok(SenderExtension {
            state,
            hash: self.hash,
            delta: self.delta.clone(),
            count,
            messages: 0,
            challenge,
            coefficients: Coefficients::new(challenge, blocks),
            hashes: ColumnHashes::new(),
            q: std::mem::take(&mut self.spare).resized(blocks * COLUMNS),
            rows: 0,
            columns: SecretBlocks::zeros(longest_chunk(blocks) * COLUMNS),
        })
    }

    /// Takes back rows that are used up: their memory serves the next extension.
    pub fn recycle(&mut self, cots: SenderCots) {
        self.spare = cots.q;
    }

    /// Checks the receiver's response and completes the extension.
    ///
    /// # Errors
    /// A failed consistency check: the receiver cheated, and this state is spent.
    pub fn complete(&mut self, extension: SenderExtension, response: &[u8]) -> Result<SenderCots, ChannelFault> {
        let (cots, state) = extension.check(response)?;
        self.state = Some(state);
        Ok(cots)
    }
}

impl std::fmt::Debug for CotSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CotSender(to {})", self.peer)
    }
}

/// An extension under way.
pub struct SenderExtension {
    state: State,
    hash: GarblingHash,
    delta: Zeroizing<Block>,
    count: usize,
    messages: usize,
    /// Drawn at the start, so that chunks can be hashed as they come, but sent after the last of them.
    challenge: Block,
    coefficients: Coefficients,
    hashes: ColumnHashes,
    q: SecretBlocks,
    /// Rows of `q` that are filled.
    rows: usize,
    /// A chunk of the columns `w`.
    columns: SecretBlocks,
}

impl SenderExtension {
    /// Bytes of the next correction message.
    pub fn next_length(&self) -> Option<usize> {
        message_lengths(self.count).get(self.messages).copied()
    }

    /// Takes in the next correction message: `w_i + Delta (u_i + u_0)` for the trees 1..32, then the hash and the rows.
    ///
    /// # Errors
    /// A message of another length.
    pub fn absorb(&mut self, message: &[u8]) -> Result<(), ChannelFault> {
        let expected = self.next_length().unwrap_or(0);
        if message.len() != expected {
            return Err(ChannelFault::WrongLength { expected, found: message.len() });
        }
        let mut rest = message;
        for blocks in chunks_of_message(total_blocks(self.count), self.messages) {
            let (part, after) = rest.split_at(CORRECTIONS * blocks * Block::BYTES);
            rest = after;
            let columns = &mut self.columns[..blocks * COLUMNS];
            self.state.leaves.sums_but_first(self.state.position, columns);
            self.state.position += blocks as u64;
            correct(columns, *self.delta, part);
            self.hashes.add(&self.coefficients.next(blocks), columns);
            transpose(columns, &mut self.q[self.rows..][..blocks * COLUMNS]);
            self.rows += blocks * COLUMNS;
        }
        self.messages += 1;
        Ok(())
    }

    /// The challenge, to be sent when all correction messages were absorbed.
    ///
    /// # Panics
    /// If some are missing: a challenge that is known too early checks nothing.
    pub fn challenge(&self) -> Block {
        assert!(self.next_length().is_none(), "the challenge follows the last correction");
        self.challenge
    }

    fn check(mut self, response: &[u8]) -> Result<(SenderCots, State), ChannelFault> {
        let Some((hash_of_u, claimed)) = response.split_first_chunk().filter(|_| response.len() == RESPONSE_BYTES)
        else {
            return Err(ChannelFault::WrongLength { expected: RESPONSE_BYTES, found: response.len() });
        };
        let hash_of_u = Block::from_bytes(*hash_of_u);
        let mut hashes = self.hashes.finish();
        for (column, hash) in hashes.iter_mut().enumerate() {
            *hash ^= Block::mask(self.delta.bit(column)) & hash_of_u;
        }
        let due = digest(&self.state.session, &self.state.instance, self.challenge, &hashes);
        if !bool::from(due.ct_eq(claimed)) {
            return Err(ChannelFault::CheckFailed("OT extension: the receiver's columns are inconsistent"));
        }
        self.q.truncate(self.count);
        let cots = SenderCots { first_index: self.state.index, q: self.q, delta: self.delta, hash: self.hash };
        self.state.index += self.count as u64;
        Ok((cots, self.state))
    }
}

/// Adds `Delta_c` times its tree's correction to every column `c` of the trees 1..32.
fn correct(columns: &mut [Block], delta: Block, corrections: &[u8]) {
    let blocks = columns.len() / COLUMNS;
    // Read where they lie in the message, which is not aligned.
    let (corrections, _) = corrections.as_chunks::<{ Block::BYTES }>();
    for (c, column) in columns.chunks_exact_mut(blocks).enumerate().skip(BITS) {
        let mask = Block::mask(delta.bit(c));
        let correction = &corrections[(c / BITS - 1) * blocks..][..blocks];
        column.iter_mut().zip(correction).for_each(|(w, u)| *w ^= mask & Block::from_bytes(*u));
    }
}
