//! Before they agree on a session, signers tell each other how their stocks of one-time material stand.
//!
//! First everybody tells every other the last items that it has seen it use: a party whose files were set back learns
//! here what it must never use again (semantics, section 8). With it goes the name of what the two set up when the key
//! was made: files of different origin are told from cheating before anything is checked. Then everybody tells which
//! batches it has and which item of each it would use next. All take the first batch that all have, and of it the
//! latest item; where there is none, they sign without. A batch that only some have, because another's was burned or
//! never came to be, is passed over, and burned with the next item that is used after it.

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
/// Of so many batches, the last ones, the others are told.
const MOST_BATCHES: usize = 256;

#[derive(Serialize, Deserialize)]
struct Seen {
    /// The key, as sessions name it: what was seen of another one says nothing about this one.
    key: String,
    /// Set of signers, lot, number.
    uses: Vec<(Hex<32>, u64, u32)>,
    /// What was set up with it, if anything was and nothing failed since.
    pair: Option<Hex<32>>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Standing {
    /// Its batches in the order of use: session, lot, and number of the item that it would use next.
    batches: Vec<(SessionId, u64, u32)>,
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
    let key = opened.title();
    for (peer, card) in roster.peers() {
        let seen = opened.stock.seen_of(&card.public_key());
        let uses = seen.into_iter().map(|(signers, at)| (signers, at.lot, at.number)).collect();
        let pair = opened.pair_name(peer)?.map(Hex);
        send(network, roster, peer, SEEN, &Seen { key: key.clone(), uses, pair }).await?;
    }
    for (peer, card) in roster.peers() {
        let seen: Seen = receive(network, roster, peer, SEEN).await?;
        if let Some(failure) = behind(opened, roster, card.name(), &key, &seen.key) {
            return Err(failure);
        }
        // Of another key, nothing of this is about this one: the agreement, which comes next, says to both what differs.
        if seen.key == key {
            heed(opened, peer, card.name(), seen)?;
        }
    }
    let mine = standing(opened);
    for (peer, _) in roster.peers() {
        send(network, roster, peer, STANDING, &mine).await?;
    }
    let mut standings = vec![mine];
    for (peer, _) in roster.peers() {
        standings.push(receive(network, roster, peer, STANDING).await?);
    }
    Ok(Agreed { item: common(&standings), lot: standings.iter().map(|s| s.next_lot).max().unwrap_or(0) })
}

/// Of the same key, one of the two has shares of an epoch before: a refresh was not finished there, or its files were put
/// back.
fn behind(opened: &Opened, roster: &Roster, peer: &PartyName, mine: &str, theirs: &str) -> Option<Failure> {
    let (mine, theirs) = (mine.rsplit_once(" epoch ")?, theirs.rsplit_once(" epoch ")?);
    let epochs: (u64, u64) = (mine.1.parse().ok()?, theirs.1.parse().ok()?);
    if mine.0 != theirs.0 || epochs.0 == epochs.1 {
        return None;
    }
    let (name, me) = (&opened.public().name, roster.name(roster.me()));
    let message = format!(
        "{peer} has shares of epoch {} of {name}, and {me} of epoch {}: shares of different epochs do not go together",
        epochs.1, epochs.0
    );
    let hint = if epochs.0 < epochs.1 {
        format!("this home is behind: `quorate key resume {name}` at all holders finishes it, else recover the share")
    } else {
        format!("{peer} is behind: `quorate key resume {name}` at all holders finishes it, else recover its share")
    };
    Some(Failure::new(Exit::Session, message).hint(hint))
}

/// Burns what a peer has seen used, and makes sure that both have set up the same.
fn heed(opened: &mut Opened, peer: PartyIndex, name: &PartyName, seen: Seen) -> Result<(), Failure> {
    let before = opened.stock.burned();
    for (signers, lot, number) in seen.uses {
        let burned = opened.stock.burn_up_to(&signers, Position { lot, number })?;
        if burned > 0 && before.is_none() {
            say(format_args!("{name} has seen later uses: {burned} items burned: {}", Reason::RolledBack));
        }
    }
    let pair = opened.pair_name(peer)?.map(Hex);
    if pair != seen.pair {
        return Err(other_pair(opened, name, pair.is_some() && seen.pair.is_some()));
    }
    if pair.is_none() && opened.public().scheme.is_ecdsa() {
        return Err(other_pair(opened, name, false));
    }
    Ok(())
}

/// What two signers set up is not the same, or not there any more.
fn other_pair(opened: &Opened, peer: &PartyName, both: bool) -> Failure {
    let name = &opened.public().name;
    let message = if both {
        format!("what {peer} and this party set up for {name} is not the same: one of the two has older files")
    } else {
        format!(
            "nothing that {peer} and this party set up for {name} may be used: a check between them has failed before, or a \
             share was restored or recovered since"
        )
    };
    Failure::new(Exit::Session, message)
        .hint("sign with other holders, or let all holders refresh the key, which is unharmed")
}

fn standing(opened: &Opened) -> Standing {
    let waiting = if opened.fresh { Vec::new() } else { opened.stock.waiting(&opened.signers) };
    let told = waiting.iter().skip(waiting.len().saturating_sub(MOST_BATCHES));
    let batches = told.map(|id| (id.batch, id.position.lot, id.position.number)).collect();
    Standing { batches, next_lot: opened.stock.next_lot(&opened.signers) }
}

/// Of the first batch that all have, the latest of the items that they would use next.
fn common(standings: &[Standing]) -> Option<ItemId> {
    let (mine, theirs) = standings.split_first()?;
    mine.batches.iter().find_map(|&(batch, lot, number)| {
        let next_of = |standing: &Standing| standing.batches.iter().find(|b| (b.0, b.1) == (batch, lot)).map(|b| b.2);
        let numbers = theirs.iter().map(next_of).collect::<Option<Vec<_>>>()?;
        let number = numbers.into_iter().fold(number, u32::max);
        Some(ItemId { batch, position: Position { lot, number } })
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(batches: &[(u8, u64, u32)]) -> Standing {
        Standing {
            batches: batches.iter().map(|&(batch, lot, next)| (Hex([batch; 32]), lot, next)).collect(),
            next_lot: 9,
        }
    }

    fn item(batch: u8, lot: u64, number: u32) -> Option<ItemId> {
        Some(ItemId { batch: Hex([batch; 32]), position: Position { lot, number } })
    }

    #[test]
    fn the_latest_item_of_the_first_batch_that_all_have() {
        let one = standing(&[(1, 0, 3), (2, 1, 0)]);
        assert_eq!(common(&[one.clone(), standing(&[(1, 0, 5), (2, 1, 0)])]), item(1, 0, 5));
        assert_eq!(common(&[standing(&[(1, 0, 5)]), one.clone()]), item(1, 0, 5));
        // What the other one has burned, or never had, does not stand in the way.
        assert_eq!(common(&[one.clone(), standing(&[(2, 1, 0)])]), item(2, 1, 0));
        assert_eq!(common(&[standing(&[(2, 1, 0), (3, 2, 0)]), one.clone()]), item(2, 1, 0));
        assert_eq!(common(&[one.clone(), standing(&[(2, 1, 1)]), standing(&[(1, 0, 0), (2, 1, 4)])]), item(2, 1, 4));
        // The same name at another place is another batch.
        assert_eq!(common(&[one.clone(), standing(&[(1, 4, 0)])]), None);
        assert_eq!(common(&[one, standing(&[])]), None);
    }
}
