//! Before they use or make prepared runs, the parties of a group tell each other how their stores stand.
//!
//! First everybody tells every other the last run that it has seen it use: a party whose store was set back learns here
//! what it must never use again, and refuses. Then everybody tells which runs it has. What all have is the same at
//! everybody, and the first of it is what a run uses.

use quorate_engine::net::{Network, Step};
use serde::{Deserialize, Serialize};

use super::PreparedError;
use super::store::Store;
use crate::ceremony::exchange::{exchange, hear, tell};
use crate::identity::PartyName;
use crate::keys::{ItemId, Position};
use crate::run::Parting;
use crate::session::{Roster, SessionId};

/// The last run that a party has seen the one whom it tells use.
const SEEN: Step = Step::new("prepared/seen");
/// Which runs a party has.
const STANDING: Step = Step::new("prepared/standing");

/// The longest of the first messages.
const LIMIT: usize = 64;
/// Of so many batches, the first ones, the others are told.
const MOST_BATCHES: usize = 256;

/// A batch of which a party has something left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Batch {
    session: SessionId,
    lot: u64,
    /// The number of the first run that is left.
    next: u32,
    /// How many are left from there on.
    left: u32,
}

/// Runs of one batch that all parties have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Common {
    /// The first of them.
    pub(super) first: ItemId,
    /// How many there are.
    pub(super) count: u32,
}

/// What all parties have, and who has nothing.
pub(super) struct Standings {
    common: Vec<Common>,
    lacking: Vec<PartyName>,
}

impl Standings {
    /// The run that is used next.
    pub(super) fn first(&self) -> Option<ItemId> {
        self.common.first().map(|common| common.first)
    }

    /// How many runs all have.
    pub(super) fn ready(&self) -> u64 {
        self.common.iter().map(|common| u64::from(common.count)).sum()
    }

    /// Who has none at all.
    pub(super) fn lacking(&self) -> &[PartyName] {
        &self.lacking
    }
}

/// Tells and hears all of it, at all parties at the same point.
///
/// # Errors
/// If this party's store is an older copy, which burns it; a peer that leaves or sends something else; the file system's.
pub(super) async fn stand(network: &mut Network, roster: &Roster, store: &mut Store) -> Result<Standings, Parting> {
    for (peer, card) in roster.peers() {
        let seen = store.last_seen(&card.public_key()).map_err(parting)?;
        let seen = seen.map(|position| (position.lot, position.number));
        tell(network, roster, peer, SEEN, &seen).await?;
    }
    for (peer, card) in roster.peers() {
        let seen: Option<(u64, u32)> = hear(network, roster, peer, SEEN, LIMIT).await?;
        let Some((lot, number)) = seen else { continue };
        let last = Position { lot, number };
        if store.last_used().map_err(parting)?.is_some_and(|used| used >= last) {
            continue;
        }
        let burned = store.heed(last).map_err(parting)?;
        if burned > 0 {
            let (folder, witness) = (store.folder().to_owned(), card.name().clone());
            return Err(parting(PreparedError::RolledBack { folder, witness, burned }));
        }
    }
    let mine = standing(store).map_err(parting)?;
    let standings = exchange(network, roster, STANDING, &mine).await.map_err(|failure| {
        let farewell = failure.message.clone();
        Parting { failure, farewell }
    })?;
    let has_none = |batches: &Vec<Batch>| batches.iter().all(|batch| batch.left == 0);
    let lacking = standings.iter().zip(roster.cards()).filter(|(batches, _)| has_none(batches));
    let lacking = lacking.map(|(_, card)| card.name().clone()).collect();
    Ok(Standings { common: common(&standings), lacking })
}

/// A failure of the store's.
pub(super) fn parting(error: PreparedError) -> Parting {
    let farewell = error.farewell();
    Parting { failure: error.into(), farewell }
}

fn standing(store: &mut Store) -> Result<Vec<Batch>, PreparedError> {
    let batch = |(first, left): (ItemId, u32)| {
        let Position { lot, number } = first.position;
        Batch { session: first.batch, lot, next: number, left }
    };
    Ok(store.batches()?.into_iter().take(MOST_BATCHES).map(batch).collect())
}

/// Of each batch that all have, the runs that none of them has used, in the order of use. Everybody computes it of the
/// same lists in the same way.
fn common(standings: &[Vec<Batch>]) -> Vec<Common> {
    let Some((first, others)) = standings.split_first() else { return Vec::new() };
    let mut common: Vec<Common> = first.iter().filter_map(|batch| common_of(batch, others)).collect();
    common.sort_by_key(|common| common.first.position);
    common
}

fn common_of(batch: &Batch, others: &[Vec<Batch>]) -> Option<Common> {
    let (mut next, mut end) = (batch.next, batch.next.saturating_add(batch.left));
    for theirs in others {
        let same = theirs.iter().find(|other| (other.session, other.lot) == (batch.session, batch.lot))?;
        (next, end) = (next.max(same.next), end.min(same.next.saturating_add(same.left)));
    }
    let position = Position { lot: batch.lot, number: next };
    (end > next).then(|| Common { first: ItemId { batch: batch.session, position }, count: end - next })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Hex;

    fn batch(session: u8, lot: u64, next: u32, left: u32) -> Batch {
        Batch { session: Hex([session; 32]), lot, next, left }
    }

    fn runs(session: u8, lot: u64, number: u32, count: u32) -> Common {
        Common { first: ItemId { batch: Hex([session; 32]), position: Position { lot, number } }, count }
    }

    #[test]
    fn what_all_have_is_what_none_has_used() {
        let one = vec![batch(1, 0, 3, 7), batch(2, 1, 0, 4)];
        assert_eq!(common(&[one.clone(), one.clone()]), [runs(1, 0, 3, 7), runs(2, 1, 0, 4)]);
        let later = vec![batch(1, 0, 5, 5), batch(2, 1, 0, 4)];
        let due = [runs(1, 0, 5, 5), runs(2, 1, 0, 4)];
        assert_eq!(common(&[one.clone(), later.clone()]), due);
        assert_eq!(common(&[later.clone(), one.clone(), one.clone()]), due);
        // What one has burned, or never had, stands in nobody's way.
        assert_eq!(common(&[one.clone(), vec![batch(2, 1, 1, 3)]]), [runs(2, 1, 1, 3)]);
        assert_eq!(common(&[one.clone(), vec![batch(1, 0, 9, 0)]]), []);
        assert_eq!(common(&[one.clone(), vec![]]), []);
        // The same name at another place, or the same place of another session, is another batch.
        assert_eq!(common(&[one.clone(), vec![batch(1, 4, 3, 7), batch(9, 1, 0, 4)]]), []);
        // What a partner says about the end of numbers is no overflow.
        assert_eq!(common(&[one, vec![batch(1, 0, u32::MAX, u32::MAX)]]), []);
    }

    #[test]
    fn everybody_finds_the_same_whatever_the_order() {
        let (one, two) = (vec![batch(2, 1, 0, 4), batch(1, 0, 3, 7)], vec![batch(1, 0, 3, 7), batch(2, 1, 2, 2)]);
        assert_eq!(common(&[one.clone(), two.clone()]), common(&[two, one]));
    }
}
