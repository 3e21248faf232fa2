//! Messages between holders outside of any program: plain data, of bounded length.

use quorate_engine::net::{ChannelError, ChannelFault, Network, PartyIndex, Step};
use serde::{Deserialize, Serialize};

use crate::exit::Failure;
use crate::session::{PeerFault, Roster};

/// The longest of these messages.
const LIMIT: usize = 256 * 1024;

/// Tells one peer.
///
/// # Errors
/// If it has left.
pub(crate) async fn tell<T: Serialize>(
    network: &mut Network,
    roster: &Roster,
    to: PartyIndex,
    step: Step,
    message: &T,
) -> Result<(), PeerFault> {
    let bytes = postcard::to_stdvec(message).expect("plain data is always encodable");
    network.send(to, step, &bytes).await.map_err(|error| roster.fault(error))
}

/// Hears one peer, whose message has at most `limit` bytes.
///
/// # Errors
/// If it has left or sends something else.
pub(crate) async fn hear<T: for<'de> Deserialize<'de>>(
    network: &mut Network,
    roster: &Roster,
    from: PartyIndex,
    step: Step,
    limit: usize,
) -> Result<T, PeerFault> {
    let bytes = network.receive_bounded(from, step, limit).await.map_err(|error| roster.fault(error))?;
    match postcard::take_from_bytes(&bytes) {
        Ok((message, [])) => Ok(message),
        _ => {
            let fault = ChannelFault::Malformed("the message has another layout");
            Err(roster.fault(ChannelError { peer: from, step, fault }))
        }
    }
}

/// Tells everybody and hears everybody; by party, mine included.
///
/// # Errors
/// A peer that leaves or sends something else.
pub(crate) async fn exchange<T: Serialize + for<'de> Deserialize<'de> + Clone>(
    network: &mut Network,
    roster: &Roster,
    step: Step,
    mine: &T,
) -> Result<Vec<T>, Failure> {
    for (peer, _) in roster.peers() {
        tell(network, roster, peer, step, mine).await?;
    }
    let mut heard = Vec::with_capacity(roster.cards().len());
    for party in (0..roster.cards().len()).map(PartyIndex) {
        heard.push(if party == roster.me() { mine.clone() } else { hear(network, roster, party, step, LIMIT).await? });
    }
    Ok(heard)
}

/// A peer's fault.
pub(crate) fn misbehaved(roster: &Roster, peer: PartyIndex, step: Step, fault: ChannelFault) -> Failure {
    roster.fault(ChannelError { peer, step, fault }).into()
}
