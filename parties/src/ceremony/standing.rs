//! Before they agree on a session, signers tell each other how their stocks of one-time material stand.
//!
//! First everybody tells every other the last items that it has seen it use: a party whose files were set back learns
//! here what it must never use again (semantics, section 8). With it goes the name of what the two set up when the key
//! was made: files of different origin are told from cheating before anything is checked. Then everybody tells which
//! batches it has and which item of each it would use next. The first signer takes the first batch that all have, and
//! of it the latest item, or a later one if another session of its process holds that; the others hold the same, and say
//! so. Where there is none, they sign without. A batch that only some have, because another's was burned or never came
//! to be, is passed over, and burned with the next item that is used after it.

use quorate_engine::net::{Network, PartyIndex, Step};
use serde::{Deserialize, Serialize};
use tokio::sync::OwnedMutexGuard;

use super::exchange::{hear, tell};
use super::open_key::Held;
use super::opened::Opened;
use crate::exit::{Exit, Failure};
use crate::identity::{Hex, PartyName, PublicKey};
use crate::keys::{ItemId, Position};
use crate::session::{Roster, SessionId};

/// What a party has seen of the one whom it tells.
const SEEN: Step = Step::new("key/seen");
/// How a party's own stock stands.
const STANDING: Step = Step::new("key/standing");
/// What the first signer has chosen of it.
const CHOICE: Step = Step::new("key/choice");
/// Whether a party holds the chosen item for this session.
const HELD: Step = Step::new("key/held");
/// A party has got its turn with all those after it.
const TURN: Step = Step::new("key/turn");

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

#[derive(Serialize, Deserialize)]
struct Choice {
    /// Session, lot and number of an item.
    item: Option<(SessionId, u64, u32)>,
    /// The number of the next batch.
    lot: u64,
}

/// What the first signer has chosen.
struct Chosen {
    held: Option<Held>,
    lot: u64,
    /// While this lives, no other session numbers a batch of these signers.
    turn: Option<OwnedMutexGuard<()>>,
}

/// What the signers use.
pub(super) struct Agreed {
    /// The one-time item, if all hold it for this session.
    pub(super) item: Option<Held>,
    /// The number of the next batch.
    pub(super) lot: u64,
    /// While these live, no other session of this process uses what was set up with the other signers, and none makes a
    /// batch of theirs.
    _turns: Vec<OwnedMutexGuard<()>>,
}

/// Tells and hears both, burns what must not be used any more, and settles what this session uses.
///
/// # Errors
/// A peer that leaves or sends something else; the file system's.
pub(super) async fn stand(network: &mut Network, roster: &Roster, opened: &Opened) -> Result<Agreed, Failure> {
    let key = opened.title();
    for (peer, card) in roster.peers() {
        let seen = opened.key.with(|reserve| Ok(reserve.stock().seen_of(&card.public_key())))?;
        let uses = seen.into_iter().map(|(signers, at)| (signers, at.lot, at.number)).collect();
        let pair = opened.pair_name(peer)?.map(Hex);
        tell(network, roster, peer, SEEN, &Seen { key: key.clone(), uses, pair }).await?;
    }
    for (peer, card) in roster.peers() {
        let seen: Seen = hear(network, roster, peer, SEEN, LIMIT).await?;
        if let Some(failure) = behind(opened, roster, card.name(), &key, &seen.key) {
            return Err(failure);
        }
        // Of another key, nothing of this is about this one: the agreement, which comes next, says to both what differs.
        if seen.key == key {
            heed(opened, peer, (card.name(), &card.public_key()), seen)?;
        }
    }
    let mine = standing(opened)?;
    for (peer, _) in roster.peers() {
        tell(network, roster, peer, STANDING, &mine).await?;
    }
    let mut standings = vec![mine];
    for (peer, _) in roster.peers() {
        standings.push(hear(network, roster, peer, STANDING, LIMIT).await?);
    }
    let Chosen { held, lot, turn } = choose(network, roster, opened, &standings).await?;
    let item = hold(network, roster, held).await?;
    let mut turns = if item.is_none() { take_turns(network, roster, opened).await? } else { Vec::new() };
    turns.extend(turn);
    Ok(Agreed { item, lot, _turns: turns })
}

/// The first signer says what all use. It is the same one in all sessions of these signers, so that sessions that run
/// at once are given different items.
async fn choose(
    network: &mut Network,
    roster: &Roster,
    opened: &Opened,
    standings: &[Standing],
) -> Result<Chosen, Failure> {
    let first = PartyIndex(0);
    if roster.me() != first {
        let Choice { item, lot } = hear(network, roster, first, CHOICE, LIMIT).await?;
        let item = item.map(|(batch, lot, number)| ItemId { batch, position: Position { lot, number } });
        let held = item.map(|item| Held::new(&opened.key, &opened.signers, item)).transpose()?.flatten();
        return Ok(Chosen { held, lot, turn: None });
    }
    let turn = if opened.prepares { Some(opened.key.batch(&opened.signers).await) } else { None };
    // The batch before this one may have come in since this party said how it stands.
    let next = opened.key.with(|reserve| Ok(reserve.stock().next_lot(&opened.signers)))?;
    let lot = standings.iter().map(|standing| standing.next_lot).max().unwrap_or(0).max(next);
    let mut held = None;
    for item in common(standings) {
        held = hold_from(opened, item)?;
        if held.is_some() {
            break;
        }
    }
    let item = held.as_ref().map(|held| {
        let ItemId { batch, position } = held.id();
        (batch, position.lot, position.number)
    });
    for (peer, _) in roster.peers() {
        tell(network, roster, peer, CHOICE, &Choice { item, lot }).await?;
    }
    Ok(Chosen { held, lot, turn })
}

/// Holds an item, or the next one of its batch that is free: another session of this process may have been quicker.
fn hold_from(opened: &Opened, item: ItemId) -> Result<Option<Held>, Failure> {
    if let Some(held) = Held::new(&opened.key, &opened.signers, item)? {
        return Ok(Some(held));
    }
    let free = opened.key.with(|reserve| Ok(reserve.free(&opened.signers)))?;
    match free.into_iter().find(|free| free.batch == item.batch && free.position > item.position) {
        Some(later) => Held::new(&opened.key, &opened.signers, later),
        None => Ok(None),
    }
}

/// Everybody says whether it holds the item. One that does not, because its own was burned or used meanwhile, makes all
/// of them sign without.
async fn hold(network: &mut Network, roster: &Roster, item: Option<Held>) -> Result<Option<Held>, Failure> {
    let mine = [u8::from(item.is_some())];
    let answers = network.exchange_all(HELD, &mine, 1).await.map_err(|error| roster.fault(error))?;
    let all = roster.peers().all(|(peer, _)| answers[peer.0] == [1]);
    Ok(item.filter(|_| all))
}

/// Waits until no other session uses what was set up with the other signers. A failed check of transfers ends a pair,
/// because it tells the partner something about it; sessions that failed at once would tell as many things.
///
/// Turns are taken in one order over all holders, by the first and then by the second of a pair: so nobody waits for
/// somebody who waits for it. The second of a pair takes its turn when the first one has.
async fn take_turns(
    network: &mut Network,
    roster: &Roster,
    opened: &Opened,
) -> Result<Vec<OwnedMutexGuard<()>>, Failure> {
    let (me, count) = (roster.me().0, opened.cast.names.len());
    // Other schemes set nothing up. They say so all the same: whether the key is the same one is settled later.
    let extends = opened.extends_transfers();
    let mut turns = Vec::new();
    for first in 0..me {
        network.receive(PartyIndex(first), TURN, 1).await.map_err(|error| roster.fault(error))?;
        if extends {
            turns.push(opened.key.turn(opened.seats[first]).await);
        }
    }
    for second in (me + 1..count).filter(|_| extends) {
        turns.push(opened.key.turn(opened.seats[second]).await);
    }
    for second in me + 1..count {
        network.send(PartyIndex(second), TURN, &[1]).await.map_err(|error| roster.fault(error))?;
    }
    Ok(turns)
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
fn heed(opened: &Opened, peer: PartyIndex, who: (&PartyName, &PublicKey), seen: Seen) -> Result<(), Failure> {
    let (name, identity) = who;
    let uses = seen.uses.into_iter().map(|(signers, lot, number)| (signers, Position { lot, number }));
    opened.key.heed((identity, name.as_str()), uses)?;
    if !opened.cast.uses_pairs() {
        return Ok(());
    }
    let pair = opened.pair_name(peer)?.map(Hex);
    if pair != seen.pair {
        return Err(other_pair(opened, name, pair.is_some() && seen.pair.is_some()));
    }
    if pair.is_none() && opened.extends_transfers() {
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

fn standing(opened: &Opened) -> Result<Standing, Failure> {
    let (free, next_lot) = opened.key.with(|reserve| {
        let free = if opened.fresh || opened.prepares { Vec::new() } else { reserve.free(&opened.signers) };
        Ok((free, reserve.stock().next_lot(&opened.signers)))
    })?;
    let told = free.iter().skip(free.len().saturating_sub(MOST_BATCHES));
    let batches = told.map(|id| (id.batch, id.position.lot, id.position.number)).collect();
    Ok(Standing { batches, next_lot })
}

/// Of each batch that all have, the latest of the items that they would use next.
fn common(standings: &[Standing]) -> Vec<ItemId> {
    let Some((mine, theirs)) = standings.split_first() else { return Vec::new() };
    let latest = |&(batch, lot, number): &(SessionId, u64, u32)| {
        let next_of = |standing: &Standing| standing.batches.iter().find(|b| (b.0, b.1) == (batch, lot)).map(|b| b.2);
        let numbers = theirs.iter().map(next_of).collect::<Option<Vec<_>>>()?;
        let number = numbers.into_iter().fold(number, u32::max);
        Some(ItemId { batch, position: Position { lot, number } })
    };
    mine.batches.iter().filter_map(latest).collect()
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

    fn item(batch: u8, lot: u64, number: u32) -> ItemId {
        ItemId { batch: Hex([batch; 32]), position: Position { lot, number } }
    }

    #[test]
    fn the_latest_item_of_each_batch_that_all_have() {
        let one = standing(&[(1, 0, 3), (2, 1, 0)]);
        let both = [item(1, 0, 5), item(2, 1, 0)];
        assert_eq!(common(&[one.clone(), standing(&[(1, 0, 5), (2, 1, 0)])]), both);
        assert_eq!(common(&[standing(&[(1, 0, 5)]), one.clone()]), both[..1]);
        // What the other one has burned, or never had, does not stand in the way.
        assert_eq!(common(&[one.clone(), standing(&[(2, 1, 0)])]), both[1..]);
        assert_eq!(common(&[standing(&[(2, 1, 0), (3, 2, 0)]), one.clone()]), both[1..]);
        let third = standing(&[(1, 0, 0), (2, 1, 4)]);
        assert_eq!(common(&[one.clone(), standing(&[(2, 1, 1)]), third]), [item(2, 1, 4)]);
        // The same name at another place is another batch.
        assert_eq!(common(&[one.clone(), standing(&[(1, 4, 0)])]), []);
        assert_eq!(common(&[one, standing(&[])]), []);
    }
}
