//! The receiver of the extension: random choices `r_j` and `t_j = q_j xor r_j Delta`.

use quorate_kernels::Block;
use quorate_kernels::gf128::{Unreduced, inner_product_unreduced};
use quorate_kernels::transpose::transpose;
use zeroize::Zeroizing;

use super::check::{Coefficients, ColumnHashes, RESPONSE_BYTES, digest};
use super::columns::{CHUNK_BLOCKS, COLUMNS, Leaves, chunks_of_message, longest_chunk, message_lengths, total_blocks};
use super::state::{SPENT, State};
use crate::crypto::{GarblingHash, Random, SecretBlocks, SessionId};
use crate::net::{ChannelFault, PartyIndex};
use crate::ot::base::{BaseContext, BasePads};
use crate::ot::pads::instance_hash;
use crate::ot::puncture::{self, TREES};

/// The receiver's side of one pair. A failed or abandoned extension leaves it spent.
pub struct CotReceiver {
    pub(super) peer: PartyIndex,
    pub(super) hash: GarblingHash,
    pub(super) state: Option<State>,
    /// Memory for the next rows.
    pub(super) spare: SecretBlocks,
}

/// The receiver's half of a batch of correlated OTs. Neither `Clone` nor `Copy`: each is used once.
#[derive(Debug)]
pub struct ReceiverCots {
    /// The number of the first one among all of this pair and direction: the tweak of its pads.
    pub first_index: u64,
    /// The random choices `r_j`: bit `j % 64` of word `j / 64`; bits after the last are zero.
    pub choices: Zeroizing<Vec<u64>>,
    /// The rows `t_j`.
    pub t: SecretBlocks,
    pub(in crate::ot) hash: GarblingHash,
}

impl CotReceiver {
    /// The state after the base OTs, as whose sender this party ran, and the message that completes the set-up:
    /// [`puncture::MESSAGE_BYTES`] bytes.
    pub fn begin(context: &BaseContext, base: &BasePads, random: &mut Random) -> (Self, Vec<u8>) {
        let (leaves, message) = puncture::deal(&context.session, &base.instance, &base.pads, random);
        let state = State::new(context.session, base.instance, Leaves::new(leaves));
        let hash = instance_hash(&context.session, &base.instance);
        (Self { peer: context.receiver, hash, state: Some(state), spare: SecretBlocks::default() }, message)
    }

    /// The sender of these OTs.
    pub fn peer(&self) -> PartyIndex {
        self.peer
    }

    /// The session.
    pub(in crate::ot) fn session(&self) -> Result<SessionId, ChannelFault> {
        Ok(self.state.as_ref().ok_or(SPENT)?.session)
    }

    /// Takes the state for an extension by `count`; [`Self::complete`] gives it back.
    ///
    /// # Errors
    /// If an earlier extension failed.
    pub fn extend_by(&mut self, count: usize) -> Result<ReceiverExtension, ChannelFault> {
        let state = self.state.take().ok_or(SPENT)?;
        let blocks = total_blocks(count);
        Ok(ReceiverExtension {
            state,
            hash: self.hash,
            count,
            messages: 0,
            done: 0,
            u: SecretBlocks::zeros(blocks),
            rows: std::mem::take(&mut self.spare).resized((longest_chunk(blocks) + blocks) * COLUMNS),
            inputs: SecretBlocks::zeros(TREES * longest_chunk(blocks)),
        })
    }

    /// Takes back rows that are used up: their memory serves the next extension.
    pub fn recycle(&mut self, cots: ReceiverCots) {
        self.spare = cots.t;
    }

    /// Answers the challenge and completes the extension: the response and the correlated OTs.
    pub fn complete(&mut self, extension: ReceiverExtension, challenge: Block) -> (Vec<u8>, ReceiverCots) {
        let (response, cots, state) = extension.respond(challenge);
        self.state = Some(state);
        (response, cots)
    }
}

impl std::fmt::Debug for CotReceiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CotReceiver(of {})", self.peer)
    }
}

/// An extension under way.
pub struct ReceiverExtension {
    pub(super) state: State,
    hash: GarblingHash,
    count: usize,
    messages: usize,
    /// Blocks of each column that are computed.
    done: usize,
    /// The first tree's input column.
    u: SecretBlocks,
    /// Chunk after chunk: the columns `v` behind room for one chunk, until the challenge is known; then the rows `t` from
    /// the beginning, each chunk before the columns that it comes from.
    rows: SecretBlocks,
    /// A chunk of all trees' input columns.
    inputs: SecretBlocks,
}

impl ReceiverExtension {
    /// The next correction message: for each chunk, `u_i + u_0` of the trees 1..32.
    pub fn corrections(&mut self) -> Vec<u8> {
        let lengths = message_lengths(self.count);
        let mut message = Vec::with_capacity(lengths.get(self.messages).copied().unwrap_or(0));
        for blocks in chunks_of_message(total_blocks(self.count), self.messages) {
            let first = longest_chunk(self.u.len()) + self.done;
            let columns = &mut self.rows[first * COLUMNS..][..blocks * COLUMNS];
            let inputs = &mut self.inputs[..TREES * blocks];
            self.state.leaves.sums(self.state.position, columns, inputs);
            let (first, others) = inputs.split_at_mut(blocks);
            for other in others.chunks_exact_mut(blocks) {
                other.iter_mut().zip(first.iter()).for_each(|(u, u_0)| *u ^= *u_0);
            }
            message.extend_from_slice(Block::as_bytes(others));
            self.u[self.done..][..blocks].copy_from_slice(first);
            self.state.position += blocks as u64;
            self.done += blocks;
        }
        self.messages += 1;
        message
    }

    fn respond(mut self, challenge: Block) -> (Vec<u8>, ReceiverCots, State) {
        let mut coefficients = Coefficients::new(challenge, self.u.len());
        let (mut hash_of_u, mut hashes) = (Unreduced::default(), ColumnHashes::new());
        let room = longest_chunk(self.u.len()) * COLUMNS;
        for (chunk, u) in self.u.chunks(CHUNK_BLOCKS).enumerate() {
            let coefficients = coefficients.next(u.len());
            hash_of_u ^= inner_product_unreduced(&coefficients, u);
            let (rows, columns) = self.rows[chunk * CHUNK_BLOCKS * COLUMNS..].split_at_mut(room);
            let columns = &columns[..u.len() * COLUMNS];
            hashes.add(&coefficients, columns);
            transpose(columns, &mut rows[..u.len() * COLUMNS]);
        }
        let mut response = Vec::with_capacity(RESPONSE_BYTES);
        response.extend_from_slice(&hash_of_u.reduce().to_bytes());
        response.extend(digest(&self.state.session, &self.state.instance, challenge, &hashes.finish()));
        let mut t = self.rows;
        t.truncate(self.count);
        let cots =
            ReceiverCots { first_index: self.state.index, choices: bits(&self.u, self.count), t, hash: self.hash };
        self.state.index += self.count as u64;
        (response, cots, self.state)
    }
}

/// The first `count` bits of a column.
fn bits(column: &[Block], count: usize) -> Zeroizing<Vec<u64>> {
    let words = column.iter().flat_map(|block| [block.to_u128() as u64, (block.to_u128() >> 64) as u64]);
    let mut words = Zeroizing::new(words.take(count.div_ceil(64)).collect::<Vec<u64>>());
    if let (1.., Some(last)) = (count % 64, words.last_mut()) {
        *last &= (1 << (count % 64)) - 1;
    }
    words
}
