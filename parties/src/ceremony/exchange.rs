//! Messages between holders outside of any program: plain data, of bounded length.

use quorate_engine::net::{ChannelError, ChannelFault, Network, PartyIndex, Step};
use serde::{Deserialize, Serialize};

use crate::exit::Failure;
use crate::session::Roster;

/// The longest of these messages.
const LIMIT: usize = 256 * 1024;

/// Tells everybody the same.
///
/// # Errors
/// A peer that has left.
pub(super) async fn tell_all<T: Serialize>(
    network: &mut Network,
    roster: &Roster,
    step: Step,
    message: &T,
) -> Result<(), Failure> {
    let bytes = postcard::to_stdvec(message).expect("plain data is always encodable");
    for (peer, _) in roster.peers() {
        network.send(peer, step, &bytes).await.map_err(|error| roster.fault(error))?;
    }
    Ok(())
}

/// Hears one.
///
/// # Errors
/// A peer that has left or sends something else.
pub(super) async fn hear<T: for<'de> Deserialize<'de>>(
    network: &mut Network,
    roster: &Roster,
    from: PartyIndex,
    step: Step,
) -> Result<T, Failure> {
    let bytes = network.receive_bounded(from, step, LIMIT).await.map_err(|error| roster.fault(error))?;
    match postcard::take_from_bytes(&bytes) {
        Ok((message, [])) => Ok(message),
        _ => Err(misbehaved(roster, from, step, ChannelFault::Malformed("a message has another layout"))),
    }
}

/// Tells everybody and hears everybody; by party, mine included.
///
/// # Errors
/// A peer that leaves or sends something else.
pub(super) async fn exchange<T: Serialize + for<'de> Deserialize<'de> + Clone>(
    network: &mut Network,
    roster: &Roster,
    step: Step,
    mine: &T,
) -> Result<Vec<T>, Failure> {
    tell_all(network, roster, step, mine).await?;
    let mut heard = Vec::with_capacity(roster.cards().len());
    for party in (0..roster.cards().len()).map(PartyIndex) {
        heard.push(if party == roster.me() { mine.clone() } else { hear(network, roster, party, step).await? });
    }
    Ok(heard)
}

/// A peer's fault.
pub(super) fn misbehaved(roster: &Roster, peer: PartyIndex, step: Step, fault: ChannelFault) -> Failure {
    roster.fault(ChannelError { peer, step, fault }).into()
}
