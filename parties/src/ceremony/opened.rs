//! A key in the hands of one session: with the signers of this ceremony.

use std::sync::Arc;

use quorate_engine::net::PartyIndex;
use zeroize::Zeroizing;

use super::open_key::OpenKey;
use super::signatories::Cast;
use super::{Desk, Signatories};
use crate::exit::{Exit, Failure};
use crate::identity::{PartyName, PublicKey};
use crate::keys::{KeyError, KeyName, PublicPart, Purpose, Signers};

/// An opened key and its signers in this ceremony.
pub(super) struct Opened {
    pub(super) key: Arc<OpenKey>,
    /// The signers, in the session's order.
    pub(super) cast: Cast,
    pub(super) signers: Signers,
    /// By party of the session: the index of its share.
    pub(super) seats: Vec<u16>,
    /// Whether nothing that was prepared is used.
    pub(super) fresh: bool,
    /// Whether a batch is made.
    pub(super) prepares: bool,
}

impl Opened {
    /// Opens a key for one session.
    ///
    /// # Errors
    /// If there is none, the signers do not fit, or the passphrase is wrong; the file system's.
    pub(super) fn open(desk: &Desk, name: &KeyName, named: &Signatories) -> Result<Self, Failure> {
        let folder = desk.keys.key(name);
        let public = folder.public()?;
        let cast = named.cast(&public, &desk.owner.name)?;
        // Everything that can be wrong without the passphrase is, before it is asked for.
        folder.refuse_isolated(&public, &cast.names)?;
        check_cards(desk, &public, &cast.names)?;
        let lock = desk.lock()?;
        let passphrase = desk.passphrase.read(&format!("the key {name}"), Purpose::Opening);
        let passphrase = passphrase.map_err(KeyError::from)?;
        let key = OpenKey::unlock(folder, lock, desk.owner.clone(), &passphrase)?;
        Self::cast(Arc::new(key), cast)
    }

    /// Takes a key that is open already into a session.
    ///
    /// # Errors
    /// If the signers do not fit, or this home knows them by other identities.
    pub(super) fn of(desk: &Desk, key: Arc<OpenKey>, named: &Signatories) -> Result<Self, Failure> {
        let cast = named.cast(key.public(), &desk.owner.name)?;
        key.folder.refuse_isolated(key.public(), &cast.names)?;
        check_cards(desk, key.public(), &cast.names)?;
        Self::cast(key, cast)
    }

    fn cast(key: Arc<OpenKey>, cast: Cast) -> Result<Self, Failure> {
        let holders =
            cast.names.iter().filter_map(|name| key.public().holders.iter().find(|holder| holder.name == *name));
        let (mut keys, mut seats) = (Vec::new(), Vec::new());
        for holder in holders {
            keys.push(holder.identity);
            seats.push(holder.index);
        }
        let signers =
            Signers::new(keys).ok_or_else(|| Failure::new(Exit::BadInput, "two signers have one identity"))?;
        Ok(Self { key, cast, signers, seats, fresh: false, prepares: false })
    }

    /// Refuses to go on with a holder that was shut out since the key was opened. To be called before anything is used
    /// up.
    pub(super) fn refuse_isolated(&self) -> Result<(), KeyError> {
        self.key.folder.refuse_isolated(self.public(), &self.cast.names)
    }

    /// Whether the signers extend what they have set up in pairs.
    pub(super) fn extends_transfers(&self) -> bool {
        self.public().scheme.is_ecdsa() && self.cast.uses_pairs()
    }

    /// What everybody may know of the key.
    pub(super) fn public(&self) -> &PublicPart {
        self.key.public()
    }

    /// The key as sessions name it.
    pub(super) fn title(&self) -> String {
        self.key.title()
    }

    /// The identity keys of the signers, by the index of their shares.
    pub(super) fn order(&self) -> Vec<PublicKey> {
        let holder = |seat: &u16| self.public().holders.iter().find(|holder| holder.index == *seat);
        self.seats.iter().filter_map(holder).map(|holder| holder.identity).collect()
    }

    /// The record of the key: with what was set up with the other holders.
    pub(super) fn record(&self) -> Zeroizing<Vec<u8>> {
        self.key.record()
    }

    /// The name of what was set up with a signer of the session.
    pub(super) fn pair_name(&self, party: PartyIndex) -> Result<Option<[u8; 32]>, Failure> {
        self.key.pair_name(self.seats[party.0])
    }

    /// Never again uses what was set up with a signer.
    pub(super) fn ban(&self, party: PartyIndex) -> Result<(), Failure> {
        self.key.ban(self.seats[party.0])
    }
}

/// Demands that the parties that this home knows by the signers' names are those that hold the shares.
fn check_cards(desk: &Desk, public: &PublicPart, cast: &[PartyName]) -> Result<(), Failure> {
    for holder in public.holders.iter().filter(|holder| cast.contains(&holder.name)) {
        let own = holder.name == desk.owner.name;
        let known = if own { desk.owner.key } else { desk.home.peer(&holder.name)?.public_key() };
        if known != holder.identity {
            let message = format!(
                "the share of {} belongs to the identity {}; this home knows {} as {}",
                public.name,
                holder.identity.short(),
                holder.name,
                known.short()
            );
            let hint = "a share belongs to the identity it was made with: sign with others, or make a new key";
            return Err(Failure::new(Exit::BadInput, message).hint(hint));
        }
    }
    Ok(())
}
