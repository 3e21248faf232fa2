//! One-time material: its names, and the thing itself.

use zeroize::Zeroizing;

use crate::session::SessionId;

/// Where an item stands among those of its signers. They are used in this order, so that the last one that a partner
/// has seen says everything about those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Which batch of these signers, ascending.
    pub lot: u64,
    /// Which item of the batch, from 0.
    pub number: u32,
}

/// The name of an item, the same for all its signers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ItemId {
    /// The session in which its batch was made.
    pub batch: SessionId,
    /// Where it stands.
    pub position: Position,
}

/// A presignature or a nonce that has been marked as used, durably, before it came into being here. Whoever holds it
/// uses it at most once, because using it up is the only thing that can be done with it: it moves, and has neither
/// `Clone` nor `Debug`.
///
/// ```compile_fail,E0599
/// fn twice(item: quorate::keys::Item) {
///     let _copy = item.clone();
/// }
/// ```
///
/// ```compile_fail,E0382
/// fn twice(item: quorate::keys::Item) {
///     let _first = item.into_secret();
///     let _second = item.into_secret();
/// }
/// ```
///
/// ```compile_fail,E0277
/// fn shown(item: quorate::keys::Item) {
///     println!("{item:?}");
/// }
/// ```
#[must_use = "the item is used up whether or not anything is signed with it"]
pub struct Item {
    id: ItemId,
    secret: Zeroizing<Vec<u8>>,
}

impl Item {
    pub(super) fn new(id: ItemId, secret: Zeroizing<Vec<u8>>) -> Self {
        Self { id, secret }
    }

    /// Its name.
    pub fn id(&self) -> ItemId {
        self.id
    }

    /// What it is. The bytes are wiped when they are dropped.
    pub fn into_secret(self) -> Zeroizing<Vec<u8>> {
        self.secret
    }
}
