//! A stock from which several sessions of one process take at once.
//!
//! Items are used in order, and sessions that run at once overtake each other. So each session *holds* the item on
//! which its signers have agreed before it uses it: no other session is given the same, and one that comes past it on
//! the way to a later item puts it *aside*: used up on the disk, in memory for the session that holds it, and for
//! nothing else. What is held and never taken stays in the stock; what was put aside and is never taken is gone.

use std::collections::BTreeMap;

use super::{Item, ItemId, Position, Reason, Signers, Stock};
use crate::identity::{Hex, PublicKey};
use crate::keys::KeyError;
use crate::keys::disk::{Disk, Files};

/// A stock and what running sessions hold of it.
pub struct Reserve<D: Disk = Files> {
    stock: Stock<D>,
    held: Vec<(Signers, ItemId)>,
    aside: Vec<(Signers, Item)>,
    /// By the digest of each set of signers, what this process has done with its items.
    done: BTreeMap<Hex<32>, Done>,
}

/// How far sessions of this process have come with the items of some signers.
struct Done {
    signers: Signers,
    /// The last item that was held.
    held: Position,
    /// The last one that was taken.
    taken: Option<Position>,
}

impl<D: Disk> Reserve<D> {
    /// Nothing is held.
    pub fn new(stock: Stock<D>) -> Self {
        Self { stock, held: Vec::new(), aside: Vec::new(), done: BTreeMap::new() }
    }

    /// The stock, for everything that has nothing to do with running sessions.
    pub fn stock(&self) -> &Stock<D> {
        &self.stock
    }

    /// The stock, to be changed in ways that have nothing to do with running sessions.
    pub fn stock_mut(&mut self) -> &mut Stock<D> {
        &mut self.stock
    }

    /// The first item that nobody holds of each batch of these signers, in the order of use.
    pub fn free(&self, signers: &Signers) -> Vec<ItemId> {
        self.stock.free(signers, |item| self.held.iter().any(|(_, held)| *held == item))
    }

    /// Holds an item for a session. Says whether it could be: it is there, and no other session holds it.
    pub fn hold(&mut self, signers: &Signers, item: ItemId) -> bool {
        let taken = self.held.iter().any(|(_, held)| *held == item);
        if taken || !self.stock.has(signers, item) {
            return false;
        }
        self.held.push((signers.clone(), item));
        let new = || Done { signers: signers.clone(), held: item.position, taken: None };
        let done = self.done.entry(signers.digest()).or_insert_with(new);
        done.held = done.held.max(item.position);
        true
    }

    /// A session that holds an item has ended without it.
    pub fn release(&mut self, signers: &Signers, item: ItemId) {
        self.held.retain(|(who, held)| (who, *held) != (signers, item));
        self.aside.retain(|(who, aside)| (who, aside.id()) != (signers, item));
    }

    /// Takes the item that a session holds. When it is returned, its use is on the disk.
    ///
    /// # Errors
    /// As of [`Stock::take_exactly`].
    pub fn take(&mut self, signers: &Signers, item: ItemId) -> Result<Item, KeyError> {
        let own = |(who, held): &(Signers, ItemId)| (who, *held) == (signers, item);
        let place = self.held.iter().position(own).ok_or_else(|| self.stock.absent())?;
        self.held.swap_remove(place);
        let aside = self.aside.iter().position(|(who, aside)| (who, aside.id()) == (signers, item));
        let taken = match aside {
            Some(place) => self.aside.swap_remove(place).1,
            None => {
                self.put_aside(signers, |position| position < item.position);
                self.stock.take_exactly(signers, item)?
            }
        };
        if let Some(done) = self.done.get_mut(&signers.digest()) {
            done.taken = done.taken.max(Some(item.position));
        }
        Ok(taken)
    }

    /// Burns what these signers, named by their digest, have up to and including `last`, because `witness` says that it
    /// has seen the use of that. Says how many items were burned.
    ///
    /// What running sessions hold is burned with it, if the witness cannot have seen it from them. A signer of these
    /// items sees a use as soon as it has agreed on it; everybody else is told after it.
    ///
    /// # Errors
    /// As of [`Stock::burn_up_to`].
    pub fn heed(&mut self, witness: &PublicKey, signers: &Hex<32>, last: Position) -> Result<u64, KeyError> {
        let done = self.done.get(signers);
        let explained = done.is_some_and(|done| {
            let seen = if done.signers.contains(witness) { Some(done.held) } else { done.taken };
            seen >= Some(last)
        });
        if explained {
            if let Some(set) = done.map(|done| done.signers.clone()) {
                self.put_aside(&set, |position| position <= last);
            }
        } else {
            let doomed = |who: &Signers, position: Position| who.digest() == *signers && position <= last;
            self.held.retain(|(who, held)| !doomed(who, held.position));
            self.aside.retain(|(who, aside)| !doomed(who, aside.id().position));
        }
        self.stock.burn_up_to(signers, last)
    }

    /// Burns everything, what running sessions hold included. Says how many items that was.
    ///
    /// # Errors
    /// The file system's.
    pub fn burn_all(&mut self, reason: Reason) -> Result<u64, KeyError> {
        self.held.clear();
        self.aside.clear();
        self.stock.burn_all(reason)
    }

    /// Burns what was prepared with a party, what running sessions hold of it included. Says for which signers, and how much.
    ///
    /// # Errors
    /// The file system's.
    pub fn burn_with(&mut self, party: &PublicKey) -> Result<Vec<(Signers, u64)>, KeyError> {
        self.held.retain(|(who, _)| !who.contains(party));
        self.aside.retain(|(who, _)| !who.contains(party));
        self.stock.burn_with(party)
    }

    /// Up to where sessions of this process have used the items of each set of signers.
    pub fn used(&self) -> Vec<(Signers, Position)> {
        self.done.values().filter_map(|done| Some((done.signers.clone(), done.taken?))).collect()
    }

    /// Uses up what is held and comes before something else, for those who hold it.
    fn put_aside(&mut self, signers: &Signers, before: impl Fn(Position) -> bool) {
        let waiting = |item: &ItemId| !self.aside.iter().any(|(_, aside)| aside.id() == *item);
        let held = self.held.iter().filter(|(who, held)| who == signers && before(held.position));
        let mut passed: Vec<ItemId> = held.map(|(_, item)| *item).filter(waiting).collect();
        passed.sort_by_key(|item| item.position);
        for item in passed {
            // One that cannot be taken is gone for the session that holds it, which will be told so.
            if let Ok(aside) = self.stock.take_exactly(signers, item) {
                self.aside.push((signers.clone(), aside));
            }
        }
    }
}

impl Reserve {
    /// Ends the use of the stock in order.
    ///
    /// # Errors
    /// The file system's; the stock is burned at the next start then.
    pub fn close(self) -> Result<(), KeyError> {
        self.stock.close()
    }
}
