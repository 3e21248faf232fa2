//! Where triples and random bits come from: they are made with all peers, or read from what an earlier session of the same
//! parties made.
//!
//! *Material*, in the order in which a run takes it: Delta; then batch by batch the triples' `x`, `y` and `z`, and the
//! bits, those that are wanted themselves before the masks of gates' results. Of each vector the parts for party 0 come
//! first, then those for party 1, and so on. Nothing has a length of its own: it follows from the demands of the plan.
//!
//! *A Delta for each run.* Whoever makes several runs ahead sets up anew for each, under an id of its own: nothing that is
//! learned in one run, whether a check fails in it or not, tells anything of another.

use quorate_kernels::Block;
use zeroize::Zeroizing;

use super::pairs::Pairs;
use super::pool::Pool;
use super::shares::Shares;
use super::{Authenticated, Demand};
use crate::correlation::{MaterialFault, MaterialSink, MaterialSource, put};
use crate::net::{ChannelError, PartyIndex, Phase};
use crate::protocol::Ahead;

/// Where a party's triples and bits come from.
pub(super) enum Origin {
    /// They are made with all peers, once these are set up.
    Peers(Option<Pairs>),
    /// They were made in an earlier session, under a Delta that is read first.
    Earlier { source: Box<dyn MaterialSource>, delta: Option<Zeroizing<Block>> },
}

impl Origin {
    /// This party's Delta, once there is one. Secret.
    pub(super) fn delta(&self) -> Option<Block> {
        match self {
            Self::Peers(pairs) => pairs.as_ref().map(Pairs::delta),
            Self::Earlier { delta, .. } => delta.as_deref().copied(),
        }
    }
}

/// The lowest two bits of a party's Delta: see [`super::pairs::draw_delta`].
fn low_bits(me: PartyIndex) -> u128 {
    u128::from(me.0 == 0) << 1 | 1
}

impl Authenticated {
    /// The same with what an earlier session made: it is read, not made.
    #[must_use]
    pub fn prepared_by(mut self, source: Box<dyn MaterialSource>) -> Self {
        self.origin = Origin::Earlier { source, delta: None };
        self
    }

    /// The material of an earlier session, for a protocol that has this one within.
    pub(in crate::protocol) fn source(&mut self) -> Option<&mut dyn MaterialSource> {
        match &mut self.origin {
            Origin::Peers(_) => None,
            Origin::Earlier { source, .. } => Some(&mut **source),
        }
    }

    /// Sets up what is missing, or reads it.
    ///
    /// # Errors
    /// Those of [`Pairs::set_up`]; material that is not there, or not of this party.
    pub(in crate::protocol) async fn set_up(&mut self) -> Result<(), ChannelError> {
        let me = self.me();
        match &mut self.origin {
            Origin::Peers(pairs @ None) => {
                self.session.network.enter(Phase::SetUp);
                *pairs = Some(Pairs::set_up(&mut self.session, self.base).await?);
            }
            Origin::Earlier { source, delta: delta @ None } => {
                let mut read = Zeroizing::new([0; Block::BYTES]);
                source.read(&mut *read).map_err(|fault| fault.of(me))?;
                let read = Zeroizing::new(Block::from_bytes(*read));
                // The gates rest on it.
                if read.to_u128() & 0b11 != low_bits(me) {
                    return Err(MaterialFault::Altered.of(me));
                }
                *delta = Some(read);
            }
            Origin::Peers(Some(_)) | Origin::Earlier { delta: Some(_), .. } => {}
        }
        Ok(())
    }

    /// Whether nothing is set up yet.
    pub(in crate::protocol) fn is_new(&self) -> bool {
        self.origin.delta().is_none()
    }

    /// Reads a batch into the stock, if this party has material of an earlier session. Says whether it has.
    pub(super) fn read_batch(&mut self, triples: usize, bits: usize) -> Result<bool, MaterialFault> {
        let parties = self.parties();
        let Self { origin: Origin::Earlier { source, .. }, pool, .. } = self else { return Ok(false) };
        if triples > 0 {
            let mut vector = || read(&mut **source, pool, (parties, triples));
            let triples = [vector()?, vector()?, vector()?];
            self.triples.add(triples);
        }
        let bits = read(&mut **source, pool, (parties, bits + triples))?;
        self.bits.add([bits]);
        Ok(true)
    }

    /// Moves all that is in stock out into `sink`, as [`Self::read_batch`] reads it.
    fn put_aside(&mut self, sink: &mut dyn MaterialSink) -> Result<(), MaterialFault> {
        let parties = self.parties();
        let triples = self.triples.take(parties, self.triples.left(), &mut self.pool);
        let bits = self.bits.take(parties, self.bits.left(), &mut self.pool);
        for shares in triples.into_iter().chain(bits) {
            shares.parts().try_for_each(|part| put(sink, part))?;
            self.pool.give_shares(shares);
        }
        Ok(())
    }

    /// Writes Delta, with which material begins.
    pub(in crate::protocol) fn put_delta(&self, sink: &mut dyn MaterialSink) -> Result<(), MaterialFault> {
        put(sink, &*Zeroizing::new([self.delta()]))
    }

    /// Makes the first batch of `demand` and moves it out.
    pub(in crate::protocol) async fn begin_ahead(
        &mut self,
        demand: &Demand,
        sink: &mut dyn MaterialSink,
    ) -> Result<(), ChannelError> {
        self.promised += demand.and_gates;
        self.make(demand.bits).await?;
        let me = self.me();
        self.put_aside(sink).map_err(|fault| fault.of(me))
    }

    /// Makes the others, which a run takes when the first is spent.
    pub(in crate::protocol) async fn finish_ahead(&mut self, sink: &mut dyn MaterialSink) -> Result<(), ChannelError> {
        let me = self.me();
        while self.promised > 0 {
            self.make(0).await?;
            self.put_aside(sink).map_err(|fault| fault.of(me))?;
        }
        Ok(())
    }
}

impl Ahead for Authenticated {
    async fn make_ahead(&mut self, demand: &Demand, sink: &mut dyn MaterialSink) -> Result<(), ChannelError> {
        if self.is_new() {
            self.set_up().await?;
            let me = self.me();
            self.put_delta(sink).map_err(|fault| fault.of(me))?;
        }
        self.begin_ahead(demand, sink).await?;
        self.finish_ahead(sink).await
    }
}

/// The next vector of shares.
fn read(
    source: &mut dyn MaterialSource,
    pool: &mut Pool,
    (parties, length): (usize, usize),
) -> Result<Shares, MaterialFault> {
    let mut shares = pool.shares(parties, length);
    shares
        .parts_mut()
        .filter(|part| !part.is_empty())
        .try_for_each(|part| source.read(bytemuck::cast_slice_mut(part)))?;
    Ok(shares)
}

/// Bytes of a run's material at a party.
pub(in crate::protocol) fn batches_bytes(parties: usize, demand: &Demand) -> u64 {
    let Demand { and_gates, bits } = demand;
    (parties * Block::BYTES * (4 * and_gates + bits)) as u64
}

/// Bytes of the material of a run of these stretches, at every party.
pub fn material_bytes(parties: usize, demands: &[Demand]) -> u64 {
    Block::BYTES as u64 + demands.iter().map(|demand| batches_bytes(parties, demand)).sum::<u64>()
}
