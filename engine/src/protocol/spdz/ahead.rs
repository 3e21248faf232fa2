//! Runs made ahead: keys, known values and triples as material.
//!
//! *Material*, in the order in which a run takes it: Delta of the garbling within, the key of the MACs; then stretch by
//! stretch the garbling's first batch ([`crate::protocol::authenticated`]), known values, triples, and the garbling's further
//! batches. Of known values a party's own come first, then the masks of those towards each peer, then what it has of each
//! owner's; of triples `a`, `b` and `c`, each as values and MACs.

use zeroize::Zeroizing;

use super::elements::{Element, Elements};
use super::known::{Keys, Known};
use super::triples::Triples;
use super::vole::KEY_BITS;
use super::wide::Wide;
use super::{Demand, Spdz};
use crate::correlation::{MaterialFault, MaterialSink, MaterialSource, next, put};
use crate::crypto::Block;
use crate::net::{ChannelError, PartyIndex};
use crate::protocol::{Ahead, authenticated};

impl Spdz {
    /// The same with what an earlier session made: it is read, not made.
    #[must_use]
    pub fn prepared_by(mut self, source: Box<dyn MaterialSource>) -> Self {
        self.garbling = self.garbling.prepared_by(source);
        self
    }

    /// Reads the key, if this party has material of an earlier session.
    pub(super) fn read_key(&mut self) -> Result<Option<Keys>, MaterialFault> {
        let Some(source) = self.garbling.source() else { return Ok(None) };
        let mut bytes = Zeroizing::new([0; size_of::<u64>()]);
        source.read(&mut *bytes)?;
        match u64::from_le_bytes(*bytes) {
            key if key >> KEY_BITS == 0 => Ok(Some(Keys::of_earlier(key))),
            _ => Err(MaterialFault::Altered),
        }
    }

    /// Reads known values and triples into the stock, if this party has material of an earlier session. Says whether it
    /// has.
    pub(super) fn read_stock(&mut self, counts: &[usize], triples: usize) -> Result<bool, MaterialFault> {
        let me = self.me();
        let Some(source) = self.garbling.source() else { return Ok(false) };
        self.known.append(&Known::read(me, counts, source)?);
        self.triples.append(&Triples::read(triples, source)?);
        Ok(true)
    }

    /// Moves known values and triples, which are all in stock, out into `sink`.
    fn put_aside(&mut self, demand: &Demand, sink: &mut dyn MaterialSink) -> Result<(), MaterialFault> {
        let (me, counts) = (self.me(), demand.counts(self.parties()));
        self.known.take(me, &counts).write(sink)?;
        self.triples.take(demand.triples).write(sink)
    }
}

impl Ahead for Spdz {
    async fn make_ahead(&mut self, demand: &Demand, sink: &mut dyn MaterialSink) -> Result<(), ChannelError> {
        let me = self.me();
        if self.keys.is_none() {
            self.set_up().await?;
            let key = Zeroizing::new([self.key()]);
            self.garbling.put_delta(sink).and_then(|()| put(sink, &*key)).map_err(|fault| fault.of(me))?;
        }
        self.garbling.begin_ahead(&demand.garbling, sink).await?;
        self.restock(demand).await?;
        self.put_aside(demand, sink).map_err(|fault| fault.of(me))?;
        self.garbling.finish_ahead(sink).await
    }
}

impl Known {
    fn vectors(&self) -> impl Iterator<Item = &[Wide]> {
        std::iter::once(&self.values).chain(&self.v).chain(&self.w).map(|vector| &vector[..])
    }

    fn write(&self, sink: &mut dyn MaterialSink) -> Result<(), MaterialFault> {
        self.vectors().try_for_each(|vector| put(sink, vector))
    }

    fn read(me: PartyIndex, counts: &[usize], source: &mut dyn MaterialSource) -> Result<Self, MaterialFault> {
        let values = next(source, counts[me.0])?;
        let mut each = |count: &dyn Fn(usize) -> usize| -> Result<Vec<_>, MaterialFault> {
            (0..counts.len()).map(|p| next(source, if p == me.0 { 0 } else { count(p) })).collect()
        };
        Ok(Self { values, v: each(&|_| counts[me.0])?, w: each(&|owner| counts[owner])? })
    }
}

impl Triples {
    fn write(&self, sink: &mut dyn MaterialSink) -> Result<(), MaterialFault> {
        [&self.a, &self.b, &self.c].into_iter().try_for_each(|elements| {
            put(sink, elements.values())?;
            put(sink, elements.macs())
        })
    }

    fn read(count: usize, source: &mut dyn MaterialSource) -> Result<Self, MaterialFault> {
        let mut elements = || Ok(Elements::of(next(source, count)?, next(source, count)?));
        Ok(Self { a: elements()?, b: elements()?, c: elements()? })
    }
}

/// Bytes of the material of a run of these stretches, at a party.
pub fn material_bytes(parties: usize, demands: &[Demand], party: PartyIndex) -> u64 {
    let of_stretch = |demand: &Demand| {
        let counts = demand.counts(parties);
        let known = counts.iter().sum::<usize>() + counts[party.0] * (parties - 1);
        let bytes = known * size_of::<Wide>() + demand.triples * 3 * 2 * size_of::<Element>();
        authenticated::batches_bytes(parties, &demand.garbling) + bytes as u64
    };
    (Block::BYTES + size_of::<u64>()) as u64 + demands.iter().map(of_stretch).sum::<u64>()
}
