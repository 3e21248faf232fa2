//! Before they agree on a session, signers tell each other how their stocks of one-time material stand.
//!
//! First everybody tells every other the last items that it has seen it use: a party whose files were set back learns
//! here what it must never use again (semantics, section 8). With it goes the name of what the two set up when the key
//! was made: files of different origin are told from cheating before anything is checked. Then everybody tells which item it would use next, and all
//! take the latest; where they have not the same batch, they sign without one.

use quorate_engine::net::{ChannelError, ChannelFault, Network, PartyIndex, Step};
use serde::{Deserialize, Serialize};

use super::opened::Opened;
use crate::exit::{Exit, Failure};
use crate::identity::{Hex, PartyName};
use crate::keys::stock::Reason;
use crate::keys::{ItemId, Position};
use crate::output::say;
use crate::session::{Roster, SessionId};

/// What a party has seen of the one whom it tells.
const SEEN: Step = Step::new("key/seen");
/// How a party's own stock stands.
const STANDING: Step = Step::new("key/standing");

/// The longest of these messages.
const LIMIT: usize = 64 * 1024;

#[derive(Serialize, Deserialize)]
struct Seen {
    /// Set of signers, lot, number.
    uses: Vec<(Hex<32>, u64, u32)>,
    /// What was set up with it, if anything was and nothing failed since.
    pair: Option<Hex<32>>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Standing {
    /// Batch, lot and number of the item that it would use next.
    next: Option<(SessionId, u64, u32)>,
    /// The first number that a further batch may have.
    next_lot: u64,
}

/// What the signers use.
pub(super) struct Agreed {
    /// The one-time item, if all have one.
    pub(super) item: Option<ItemId>,
    /// The number of the next batch.
    pub(super) lot: u64,
}

/// Tells and hears both, and burns what must not be used any more.
///
/// # Errors
/// A peer that leaves or sends something else; the file system's.
pub(super) async fn stand(network: &mut Network, roster: &Roster, opened: &mut Opened) -> Result<Agreed, Failure> {
    for (peer, card) in roster.peers() {
        let seen = opened.stock.seen_of(&card.public_key());
        let uses = seen.into_iter().map(|(signers, at)| (signers, at.lot, at.number)).collect();
        let pair = opened.pair_name(peer)?.map(Hex);
        send(network, roster, peer, SEEN, &Seen { uses, pair }).await?;
    }
    for (peer, card) in roster.peers() {
        let seen: Seen = receive(network, roster, peer, SEEN).await?;
        let pair = opened.pair_name(peer)?.map(Hex);
        if pair != seen.pair {
            return Err(other_pair(opened, card.name(), pair.is_some() && seen.pair.is_some()));
        }
        if pair.is_none() && opened.public().scheme.is_ecdsa() {
            return Err(other_pair(opened, card.name(), false));
        }
        let before = opened.stock.burned();
        for (signers, lot, number) in seen.uses {
            let burned = opened.stock.burn_up_to(&signers, Position { lot, number })?;
            if burned > 0 && before.is_none() {
                say(format_args!("{} has seen later uses: {burned} items burned: {}", card.name(), Reason::RolledBack));
            }
        }
    }
    let next = opened.stock.next(&opened.signers).map(|id| (id.batch, id.position.lot, id.position.number));
    let mine = Standing { next, next_lot: opened.stock.next_lot(&opened.signers) };
    for (peer, _) in roster.peers() {
        send(network, roster, peer, STANDING, &mine).await?;
    }
    let mut standings = vec![mine];
    for (peer, _) in roster.peers() {
        standings.push(receive(network, roster, peer, STANDING).await?);
    }
    Ok(Agreed { item: common(&standings), lot: standings.iter().map(|s| s.next_lot).max().unwrap_or(0) })
}

/// What two signers set up is not the same, or not there any more.
fn other_pair(opened: &Opened, peer: &PartyName, both: bool) -> Failure {
    let name = &opened.public().name;
    let message = if both {
        format!("what {peer} and this party set up for {name} is not the same: one of the two has older files")
    } else {
        format!(
            "nothing that {peer} and this party set up for {name} may be used: a check between them has failed before"
        )
    };
    Failure::new(Exit::Session, message).hint("sign with other holders; the key itself is unharmed")
}

/// The latest of the items that all would use next, if they are of one batch.
fn common(standings: &[Standing]) -> Option<ItemId> {
    let nexts = standings.iter().map(|standing| standing.next).collect::<Option<Vec<_>>>()?;
    let (batch, lot, _) = *nexts.first()?;
    if nexts.iter().any(|next| (next.0, next.1) != (batch, lot)) {
        return None;
    }
    let number = nexts.iter().map(|next| next.2).max()?;
    Some(ItemId { batch, position: Position { lot, number } })
}

async fn send<T: Serialize>(
    network: &mut Network,
    roster: &Roster,
    to: PartyIndex,
    step: Step,
    message: &T,
) -> Result<(), Failure> {
    let bytes = postcard::to_stdvec(message).expect("plain data is always encodable");
    Ok(network.send(to, step, &bytes).await.map_err(|error| roster.fault(error))?)
}

async fn receive<T: for<'de> Deserialize<'de>>(
    network: &mut Network,
    roster: &Roster,
    from: PartyIndex,
    step: Step,
) -> Result<T, Failure> {
    let bytes = network.receive_bounded(from, step, LIMIT).await.map_err(|error| roster.fault(error))?;
    match postcard::take_from_bytes(&bytes) {
        Ok((message, [])) => Ok(message),
        _ => {
            let fault = ChannelFault::Malformed("how the peer's stock stands has another layout");
            Err(roster.fault(ChannelError { peer: from, step, fault }).into())
        }
    }
}
