//! The receiver's side of a stock.

use quorate_kernels::Block;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::check::{Coefficients, answer, choices, packed};
use super::joint::Table;
use super::parameters::{Iteration, Standing};
use super::stock::{Seeds, Stock};
use super::tree::Rebuilt;
use super::{SPENT, WITHOUT_CHOICE};
use crate::crypto::{GarblingHash, Random, SecretBlocks};
use crate::net::{ChannelFault, PartyIndex};
use crate::ot::{CotReceiver, ReceiverCots};

/// A stock of correlated OTs at their receiver. A failed or abandoned iteration leaves it spent.
pub struct SilentReceiver {
    peer: PartyIndex,
    pub(super) stock: Option<Stock<Rebuilt>>,
}

/// An iteration that was challenged.
pub struct ReceiverIteration {
    stock: Stock<Rebuilt>,
    iteration: Iteration,
    trees: Rebuilt,
    table: Table,
    due: [u8; 32],
}

impl SilentReceiver {
    /// An empty stock. `number` tells the stocks of one receiver and session apart.
    ///
    /// # Errors
    /// If the receiver is spent.
    pub fn new(cot: &CotReceiver, number: u64) -> Result<Self, ChannelFault> {
        let mut name = cot.transcript("quorate 2026 silent OT")?;
        let stock = Stock::new(cot.session()?, name.append_u64("stock", number));
        Ok(Self { peer: cot.peer(), stock: Some(stock) })
    }

    /// The sender of these OTs.
    pub fn peer(&self) -> PartyIndex {
        self.peer
    }

    /// What both sides know of it.
    pub fn standing(&self) -> Standing {
        self.stock.as_ref().map(|stock| stock.standing).unwrap_or_default()
    }

    /// Takes in the seeds of the first iteration.
    ///
    /// # Errors
    /// If the stock is spent.
    pub fn begin(&mut self, cots: ReceiverCots) -> Result<(), ChannelFault> {
        let ReceiverCots { mut t, choices, .. } = cots;
        for (j, t) in t.iter_mut().enumerate() {
            *t = (*t & WITHOUT_CHOICE) ^ Block::new((choices[j / 64] >> (j % 64) & 1).into());
        }
        self.stock.as_mut().ok_or(SPENT)?.begin(t);
        Ok(())
    }

    /// Rebuilds the trees of the next iteration: its challenge.
    ///
    /// # Errors
    /// If the stock is spent; a message of another length.
    pub fn iterate(
        &mut self,
        random: &mut Random,
        message: &[u8],
    ) -> Result<(ReceiverIteration, Vec<u8>), ChannelFault> {
        let mut stock = self.stock.take().ok_or(SPENT)?;
        let (iteration, Seeds { table, paths, masks }, start) = stock.next_seeds();
        if message.len() != iteration.trees_bytes() {
            return Err(ChannelFault::WrongLength { expected: iteration.trees_bytes(), found: message.len() });
        }
        let trees = Rebuilt::new(start, iteration, paths, Block::collect(message));
        let seed = random.block();
        let coefficients = Coefficients::new(seed, iteration);
        let masked = coefficients.at_places(&trees.places()) ^ choices(&masks);
        let challenge = Block::as_bytes(&[seed, masked]).to_vec();
        let sum = coefficients.of_all(&trees) ^ packed(&masks);
        let due = answer(&stock.session, &stock.instance, (stock.standing.iterations(), &challenge), sum);
        Ok((ReceiverIteration { stock, iteration, trees, table, due }, challenge))
    }

    /// Checks the sender's answer and completes the iteration.
    ///
    /// # Errors
    /// A failed consistency check: the sender cheated, and the stock is spent.
    pub fn complete(&mut self, iteration: ReceiverIteration, answer: &[u8]) -> Result<(), ChannelFault> {
        let ReceiverIteration { mut stock, iteration, trees, table, due } = iteration;
        if !bool::from(due.ct_eq(answer)) {
            return Err(ChannelFault::CheckFailed("silent OT: the sender's trees are inconsistent"));
        }
        stock.put(iteration, table, trees);
        self.stock = Some(stock);
        Ok(())
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
    pub(super) fn cots(&mut self, t: SecretBlocks) -> Result<ReceiverCots, ChannelFault> {
        let (first_index, hash) = self.number(t.len())?;
        let word = |rows: &[Block]| rows.iter().enumerate().fold(0, |word, (j, row)| word | u64::from(row.lsb()) << j);
        let choices = Zeroizing::new(t.chunks(64).map(word).collect());
        Ok(ReceiverCots { first_index, choices, t, hash })
    }
}

impl std::fmt::Debug for SilentReceiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SilentReceiver(of {})", self.peer)
    }
}
