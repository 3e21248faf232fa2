//! Correlated randomness from a *dealer*: one party more, who has no input, learns no output and receives nothing
//! (Beaver, "Commodity-Based Cryptography", STOC 1997; with seeds in the place of shares, as usual since).
//!
//! *Claim.* Semi-honest: the dealer deals what it should, and **does not collude with any of the others**. It knows every
//! mask, so together with one of them it reads all that the others enter. It sees none of what they say to each other.
//! A dealer that deals something else makes results wrong, and may learn from that: this is not what is promised.
//!
//! *How.* The dealer sends every party a seed, from which both draw that party's shares: of both operands, and of what is
//! made of them. The sum of the last is not what it should be, and the dealer sends the difference to the last party that
//! has a share, which adds it to its own. So whatever the dealer sends is as good as random for who has not the seed.
//! Seeds are bound to the session, whose id nobody foresees: a dealer that was restored from a copy deals nothing twice.
//!
//! *Cost*, exact in `dealt_cost`: [`DEALER_SEEDS`], 16 B to each party before the first demand that is one, and
//! [`DEALER_CORRECTIONS`] to the last holder, all from the dealer and none to it. It never waits, so no message takes a round:
//!
//! | what | correction |
//! |---|---|
//! | bit triple | 1 bit |
//! | product of a table of r rows | r elements |
//! | daBit | 1 element |
//!
//! A demand is dealt chunk by chunk, in memory that does not grow with it.
//!
//! *The caller guarantees* that the dealer is the party behind the last one that counts ([`crate::net::Network::narrow`]), and
//! deals the demands that the others take, in their order.

mod chunks;
mod deal;
mod part;

use self::chunks::{correction_bytes, cut_dealt, unit_bytes};
pub use self::deal::Dealer;
use self::part::Part;
use super::RingElement;
use super::demand::Demand;
use super::holdings::StoresOnPaper;
use super::store::Store;
use crate::crypto::{Block, Prg, SessionId, Transcript};
use crate::net::{ChannelError, Ledger, Memory, Network, PartyIndex, Step};
use zeroize::Zeroizing;

/// From the dealer to every other party: its seed.
pub const DEALER_SEEDS: Step = Step::new("dealer/seeds");
/// From the dealer to the last holder of something: what makes the shares' sum right.
pub const DEALER_CORRECTIONS: Step = Step::new("dealer/corrections");

/// The stream of a seed in a session.
fn stream(session: &SessionId, seed: &[u8]) -> Prg {
    Prg::new(Transcript::new("quorate 2026 dealer seed", session).append("seed", seed).block())
}

/// The dealer, as the others see it.
fn dealer(net: &Network) -> PartyIndex {
    PartyIndex(net.parties())
}

/// Receives this party's stream.
///
/// # Errors
/// The dealer's channel's.
pub(super) async fn take_seed(net: &mut Network, session: &SessionId) -> Result<Prg, ChannelError> {
    let seed = Zeroizing::new(net.receive(dealer(net), DEALER_SEEDS, Block::BYTES).await?);
    Ok(stream(session, &seed))
}

/// Takes all of `demand` from this party's stream and the dealer's corrections, and adds it to the store.
///
/// # Errors
/// The dealer's channel's.
pub(super) async fn take<R: RingElement>(
    net: &mut Network,
    stream: &mut Prg,
    store: &mut Store<R>,
    demand: &Demand,
) -> Result<(), ChannelError> {
    let (me, parties) = (net.me(), net.parties());
    for chunk in cut_dealt(demand, R::BITS) {
        let mut part = Part::streamed(me, &chunk, stream);
        if let Some(bytes) = correction_bytes(&chunk, parties, R::BYTES).remove(&me) {
            let correction = net.receive(dealer(net), DEALER_CORRECTIONS, bytes).await?;
            part.correct((me, parties), &chunk, &correction);
        }
        part.store(&chunk, store);
    }
    Ok(())
}

/// The messages with which seeds are dealt, to all who count.
pub(super) fn seeds_cost(ledger: &mut Ledger) {
    let parties = ledger.parties();
    let seeds = (0..parties).map(|party| (PartyIndex(parties), PartyIndex(party), Block::BYTES as u64));
    ledger.simultaneous(&seeds.collect::<Vec<_>>());
}

/// The messages with which `demand` is dealt in a ring of `bits` bits, when `consumed` has been taken out of the stores.
pub(super) fn dealt_cost(
    ledger: &mut Ledger,
    stores: &mut StoresOnPaper,
    (demand, consumed): (&Demand, &Demand),
    bits: usize,
) {
    let (parties, chunks) = (ledger.parties(), cut_dealt(demand, bits));
    let dealer = PartyIndex(parties);
    // A chunk takes as much room at the dealer as two parties' shares and what corrects one.
    let room = chunks.iter().map(|chunk| unit_bytes(chunk, bits)).max().unwrap_or(0);
    ledger.accounts().pass(Memory::Correlations, dealer, room as u64);
    stores.fill(ledger.accounts(), (demand, consumed), bits, |_| room / 2);
    for chunk in &chunks {
        let corrections = correction_bytes(chunk, parties, bits / 8);
        let messages = corrections.into_iter().map(|(party, bytes)| (dealer, party, bytes as u64));
        ledger.simultaneous(&messages.collect::<Vec<_>>());
    }
}
