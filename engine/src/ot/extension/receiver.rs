//! The receiver of the extension: random choices `r_j` and `t_j = q_j xor r_j Delta`.

use quorate_kernels::Block;
use quorate_kernels::gf128::{Unreduced, inner_product_unreduced};
use quorate_kernels::transpose::transpose;
use zeroize::Zeroizing;

use super::check::{Coefficients, ColumnHashes, RESPONSE_BYTES, digest};
use super::columns::{CHUNK_BLOCKS, CORRECTIONS, COLUMNS, Chunk, Leaves, chunks_of_message, total_blocks};
use super::state::{SPENT, State};
use crate::crypto::{GarblingHash, Random, SecretBlocks};
use crate::net::{ChannelFault, PartyIndex};
use crate::ot::base::{BaseContext, BasePads};
use crate::ot::pads::instance_hash;
use crate::ot::puncture;

/// The receiver's side of one pair. A failed or abandoned extension leaves it spent.
pub struct CotReceiver {
    peer: PartyIndex,
    hash: GarblingHash,
    state: Option<State>,
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
        let state = State::new(context.session, base.instance, Leaves::new(&leaves));
        let hash = instance_hash(&context.session, &base.instance);
        (Self { peer: context.receiver, hash, state: Some(state) }, message)
    }

    /// The sender of these OTs.
    pub fn peer(&self) -> PartyIndex {
        self.peer
    }

    /// Takes the state for an extension by `count`; [`Self::complete`] gives it back.
    ///
    /// # Errors
    /// If an earlier extension failed.
    pub fn extend_by(&mut self, count: usize) -> Result<ReceiverExtension, ChannelFault> {
        let state = self.state.take().ok_or(SPENT)?;
        Ok(ReceiverExtension { state, hash: self.hash, count, messages: 0, chunks: Vec::new() })
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
    state: State,
    hash: GarblingHash,
    count: usize,
    messages: usize,
    /// The columns, kept until the challenge is known.
    chunks: Vec<Chunk>,
}

impl ReceiverExtension {
    /// The next correction message: for each chunk, `u_i + u_0` of the trees 1..32.
    pub fn corrections(&mut self) -> Vec<u8> {
        let mut message = Vec::new();
        for blocks in chunks_of_message(total_blocks(self.count), self.messages) {
            let chunk = self.state.leaves.all(self.state.position, blocks);
            self.state.position += blocks as u64;
            let (first, others) = chunk.inputs.split_at(blocks);
            let mut corrections = vec![Block::ZERO; CORRECTIONS * blocks];
            for (row, other) in corrections.chunks_exact_mut(blocks).zip(others.chunks_exact(blocks)) {
                for ((c, u), u_0) in row.iter_mut().zip(other).zip(first) {
                    *c = *u ^ *u_0;
                }
            }
            message.extend_from_slice(Block::as_bytes(&corrections));
            self.chunks.push(chunk);
        }
        self.messages += 1;
        message
    }

    fn respond(mut self, challenge: Block) -> (Vec<u8>, ReceiverCots, State) {
        let rows = (total_blocks(self.count) - 1) * COLUMNS;
        let mut coefficients = Coefficients::new(challenge, total_blocks(self.count));
        let (mut hash_of_u, mut hashes) = (Unreduced::default(), ColumnHashes::new());
        let mut t = SecretBlocks::zeros(rows + COLUMNS);
        let mut choices = Zeroizing::new(Vec::with_capacity(2 * total_blocks(self.count)));
        for (chunk, t) in self.chunks.drain(..).zip(t.chunks_mut(CHUNK_BLOCKS * COLUMNS)) {
            let coefficients = coefficients.next(chunk.blocks);
            let u = &chunk.inputs[..chunk.blocks];
            hash_of_u ^= inner_product_unreduced(&coefficients, u);
            hashes.add(&coefficients, &chunk);
            choices.extend(u.iter().flat_map(|u| [u.to_u128() as u64, (u.to_u128() >> 64) as u64]));
            transpose(&chunk.columns, t);
        }
        let mut response = Vec::with_capacity(RESPONSE_BYTES);
        response.extend_from_slice(&hash_of_u.reduce().to_bytes());
        response.extend(digest(&self.state.session, &self.state.instance, challenge, &hashes.finish()));
        t.truncate(self.count);
        truncate_bits(&mut choices, self.count);
        let cots = ReceiverCots { first_index: self.state.index, choices, t, hash: self.hash };
        self.state.index += self.count as u64;
        (response, cots, self.state)
    }
}

/// Leaves `count` bits.
fn truncate_bits(words: &mut Vec<u64>, count: usize) {
    words.truncate(count.div_ceil(64));
    if let (1.., Some(last)) = (count % 64, words.last_mut()) {
        *last &= (1 << (count % 64)) - 1;
    }
}
