//! Who sends how much to whom in a step: what the parties and their twin on paper both go by.

use super::PARTIES;
use crate::net::{ChannelError, Ledger, Network, PartyIndex, Step};

/// Bytes from each party to each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Messages([[usize; PARTIES]; PARTIES]);

impl Messages {
    /// Adds to what one sends another.
    pub(super) fn add(&mut self, from: PartyIndex, to: PartyIndex, bytes: usize) {
        self.0[from.0][to.0] += bytes;
    }

    /// The messages on paper.
    pub(super) fn charge(&self, ledger: &mut Ledger) {
        let pairs = (0..PARTIES).flat_map(|from| (0..PARTIES).map(move |to| (from, to)));
        let messages = pairs.map(|(from, to)| (PartyIndex(from), PartyIndex(to), self.0[from][to] as u64));
        ledger.simultaneous(&messages.filter(|(.., bytes)| *bytes > 0).collect::<Vec<_>>());
    }

    /// Sends what is mine to send and receives what is due, all at once; empty messages are none.
    ///
    /// # Errors
    /// The channels'.
    pub(super) async fn pass(
        &self,
        net: &mut Network,
        step: Step,
        outgoing: &[Vec<u8>; PARTIES],
    ) -> Result<Vec<Vec<u8>>, ChannelError> {
        let slices = outgoing.each_ref().map(Vec::as_slice);
        self.pass_slices(net, step, &slices).await
    }

    /// The same of slices.
    ///
    /// # Errors
    /// The channels'.
    pub(super) async fn pass_slices(
        &self,
        net: &mut Network,
        step: Step,
        outgoing: &[&[u8]; PARTIES],
    ) -> Result<Vec<Vec<u8>>, ChannelError> {
        let me = net.me();
        debug_assert_eq!(outgoing.map(<[u8]>::len), self.0[me.0], "what is sent is what is counted");
        let outgoing = outgoing.map(|message| Some(message).filter(|message| !message.is_empty()));
        let due: [Option<usize>; PARTIES] = std::array::from_fn(|from| Some(self.0[from][me.0]).filter(|due| *due > 0));
        net.scatter(step, &outgoing, &due).await
    }
}
