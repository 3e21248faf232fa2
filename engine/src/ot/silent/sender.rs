//! The sender's side of a stock.

use quorate_kernels::Block;
use zeroize::Zeroizing;

use super::check::{ANSWER_BYTES, CHALLENGE_BYTES, Coefficients, answer, packed};
use super::joint::Table;
use super::parameters::{Iteration, Standing};
use super::stock::{Seeds, Stock};
use super::tree::Grown;
use super::{SPENT, WITHOUT_CHOICE};
use crate::crypto::{GarblingHash, Random, SecretBlocks};
use crate::net::{ChannelFault, PartyIndex};
use crate::ot::{CotSender, SenderCots};

/// A stock of correlated OTs at their sender, under the Delta of the [`CotSender`] that it comes from. A failed or
/// abandoned iteration leaves it spent.
pub struct SilentSender {
    peer: PartyIndex,
    delta: Zeroizing<Block>,
    pub(super) stock: Option<Stock<Grown>>,
}

/// An iteration whose trees were sent.
pub struct SenderIteration {
    stock: Stock<Grown>,
    iteration: Iteration,
    trees: Grown,
    table: Table,
    masks: SecretBlocks,
}

impl SilentSender {
    /// An empty stock. `number` tells the stocks of one sender and session apart.
    ///
    /// # Errors
    /// If the sender is spent.
    pub fn new(cot: &CotSender, number: u64) -> Result<Self, ChannelFault> {
        let mut name = cot.transcript("quorate 2026 silent OT")?;
        let stock = Stock::new(cot.session()?, name.append_u64("stock", number));
        Ok(Self { peer: cot.peer(), delta: Zeroizing::new(cot.delta()), stock: Some(stock) })
    }

    /// The receiver of these OTs.
    pub fn peer(&self) -> PartyIndex {
        self.peer
    }

    /// The difference of every pair of messages. Secret.
    pub fn delta(&self) -> Block {
        *self.delta
    }

    /// What both sides know of it.
    pub fn standing(&self) -> Standing {
        self.stock.as_ref().map(|stock| stock.standing).unwrap_or_default()
    }

    /// Takes in the seeds of the first iteration.
    ///
    /// # Errors
    /// If the stock is spent.
    pub fn begin(&mut self, mut cots: SenderCots) -> Result<(), ChannelFault> {
        // A row's lowest bit is forced to be what the choice says: q and q xor Delta differ there.
        cots.q.iter_mut().for_each(|q| *q &= WITHOUT_CHOICE);
        self.stock.as_mut().ok_or(SPENT)?.begin(cots.q);
        Ok(())
    }

    /// Grows the trees of the next iteration: its message.
    ///
    /// # Errors
    /// If the stock is spent.
    pub fn iterate(&mut self, random: &mut Random) -> Result<(SenderIteration, Vec<u8>), ChannelFault> {
        let mut stock = self.stock.take().ok_or(SPENT)?;
        let (iteration, Seeds { table, paths, masks }, start) = stock.next_seeds();
        let mut roots = SecretBlocks::zeros(iteration.trees);
        random.fill_blocks(&mut roots);
        let (trees, message) = Grown::new(start, *self.delta, roots, &paths);
        Ok((SenderIteration { stock, iteration, trees, table, masks }, message))
    }

    /// Answers the challenge and completes the iteration.
    ///
    /// # Errors
    /// A challenge of another length; the stock is spent then.
    pub fn answer(&mut self, iteration: SenderIteration, challenge: &[u8]) -> Result<[u8; ANSWER_BYTES], ChannelFault> {
        let SenderIteration { mut stock, iteration, trees, table, masks } = iteration;
        let [seed, masked] = *Block::collect(challenge) else {
            return Err(ChannelFault::WrongLength { expected: CHALLENGE_BYTES, found: challenge.len() });
        };
        let difference = quorate_kernels::gf128::multiply(masked, *self.delta);
        let sum = Coefficients::new(seed, iteration).of_all(&trees) ^ packed(&masks) ^ difference;
        let answer = answer(&stock.session, &stock.instance, (stock.standing.iterations(), challenge), sum);
        stock.put(iteration, table, trees);
        self.stock = Some(stock);
        Ok(answer)
    }

    /// Fills `rows` with what is left, as far as it goes: how many.
    ///
    /// # Errors
    /// If the stock is spent.
    pub(super) fn take(&mut self, rows: &mut [Block]) -> Result<usize, ChannelFault> {
        Ok(self.stock.as_mut().ok_or(SPENT)?.take(rows))
    }

    /// The number of the first of `count` rows that were taken, the tweak of its pads, and the hash that makes them.
    ///
    /// # Errors
    /// If the stock is spent.
    pub fn number(&mut self, count: usize) -> Result<(u64, GarblingHash), ChannelFault> {
        let stock = self.stock.as_mut().ok_or(SPENT)?;
        Ok((stock.hand_out(count), stock.hash))
    }

    /// Rows that were taken, as correlated OTs.
    pub(super) fn cots(&mut self, q: SecretBlocks) -> Result<SenderCots, ChannelFault> {
        let (first_index, hash) = self.number(q.len())?;
        Ok(SenderCots { first_index, q, delta: self.delta.clone(), hash })
    }
}

impl std::fmt::Debug for SilentSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SilentSender(to {})", self.peer)
    }
}
