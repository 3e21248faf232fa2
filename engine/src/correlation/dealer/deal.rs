//! The dealer's side.

use std::marker::PhantomData;

use zeroize::Zeroizing;

use super::chunks::cut_dealt;
use super::part::Part;
use super::{DEALER_CORRECTIONS, DEALER_SEEDS, stream};
use crate::correlation::RingElement;
use crate::correlation::demand::Demand;
use crate::crypto::{Block, Prg, Random, SessionId};
use crate::net::{ChannelError, Network, PartyIndex, Phase};

/// A dealer of correlations in a ring: the last party of its network.
pub struct Dealer<R: RingElement> {
    /// The streams of all other parties; none before the first demand.
    streams: Vec<Prg>,
    ring: PhantomData<R>,
}

impl<R: RingElement> Default for Dealer<R> {
    fn default() -> Self {
        Self { streams: Vec::new(), ring: PhantomData }
    }
}

impl<R: RingElement> Dealer<R> {
    /// Deals all of `demand`, after the seeds if nothing was dealt before. Nothing is received, so this goes as far ahead of
    /// the others as the links let it.
    ///
    /// # Errors
    /// The channels'.
    pub async fn deal(
        &mut self,
        net: &mut Network,
        random: &mut Random,
        session: &SessionId,
        demand: &Demand,
    ) -> Result<(), ChannelError> {
        if demand.is_empty() {
            return Ok(());
        }
        let parties = net.me().0;
        if self.streams.is_empty() {
            net.enter(Phase::SetUp);
            for party in (0..parties).map(PartyIndex) {
                let seed = Zeroizing::new(random.bytes::<{ Block::BYTES }>());
                net.send(party, DEALER_SEEDS, seed.as_slice()).await?;
                self.streams.push(stream(session, seed.as_slice()));
            }
        }
        net.enter(Phase::Preprocessing);
        for chunk in cut_dealt(demand, R::BITS) {
            let mut sums = Part::<R>::zeros(&chunk);
            for (party, stream) in self.streams.iter_mut().enumerate() {
                sums.add(&Part::streamed(PartyIndex(party), &chunk, stream));
            }
            for (party, correction) in sums.corrections(&chunk, parties) {
                net.send(party, DEALER_CORRECTIONS, &correction).await?;
            }
        }
        net.enter(Phase::Online);
        Ok(())
    }
}

impl<R: RingElement> std::fmt::Debug for Dealer<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Dealer(to {})", self.streams.len())
    }
}
