//! A key whose passphrase was given, for as long as a command uses it.

use quorate_engine::net::PartyIndex;
use zeroize::Zeroizing;

use super::make::{pair_name, without};
use super::{Desk, signers};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::{KeyError, KeyFolder, KeyName, KeysLock, Owner, PublicPart, Purpose, Signers, Stock, Unlocked};
use crate::output::say;

/// An opened key and its signers in this ceremony.
pub(super) struct Opened {
    pub(super) folder: KeyFolder,
    pub(super) lock: KeysLock,
    pub(super) owner: Owner,
    pub(super) unlocked: Unlocked,
    pub(super) stock: Stock,
    /// The signers' names, by the index of their shares: the session's order.
    pub(super) cast: Vec<PartyName>,
    pub(super) signers: Signers,
    /// By party of the session: the index of its share.
    pub(super) seats: Vec<u16>,
}

impl Opened {
    /// Opens a key.
    ///
    /// # Errors
    /// If there is none, the signers do not fit, or the passphrase is wrong; the file system's.
    pub(super) fn open(desk: &Desk, name: &KeyName, named: &[PartyName]) -> Result<Self, Failure> {
        let folder = desk.keys.key(name);
        let cast = signers(&folder.public()?, &desk.owner.name, named)?;
        let lock = desk.lock()?;
        let passphrase = desk.passphrase.read(&format!("the key {name}"), Purpose::Opening);
        let passphrase = passphrase.map_err(KeyError::from)?;
        let unlocked = folder.unlock(&passphrase, &desk.owner)?;
        let stock = folder.open_stock(&lock, &unlocked, &desk.owner)?;
        if let Some((reason, count)) = stock.burned().filter(|(_, count)| *count > 0) {
            say(format_args!("{count} prepared items of {name} were burned: {reason}"));
        }
        let holders = cast.iter().filter_map(|name| unlocked.public.holders.iter().find(|holder| holder.name == *name));
        let (mut keys, mut seats) = (Vec::new(), Vec::new());
        for holder in holders {
            keys.push(holder.identity);
            seats.push(holder.index);
        }
        let signers =
            Signers::new(keys).ok_or_else(|| Failure::new(Exit::BadInput, "two signers have one identity"))?;
        Ok(Self { folder, lock, owner: desk.owner.clone(), unlocked, stock, cast, signers, seats })
    }

    /// What everybody may know of the key.
    pub(super) fn public(&self) -> &PublicPart {
        &self.unlocked.public
    }

    /// The key as sessions name it.
    pub(super) fn title(&self) -> String {
        let public = self.public();
        format!("{} {} epoch {}", public.scheme, public.key_id, public.epoch)
    }

    /// The record of the key: with what was set up with the other holders, if anything was.
    pub(super) fn record(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        Ok(self.folder.pairs(&self.unlocked, &self.owner)?.unwrap_or_else(|| self.unlocked.share.clone()))
    }

    /// The name of what was set up with a signer of the session.
    pub(super) fn pair_name(&self, party: PartyIndex) -> Result<Option<[u8; 32]>, Failure> {
        pair_name(self.public().scheme.curve(), &self.record()?, self.seats[party.0])
            .map_err(|error| Failure::new(Exit::BadInput, format!("the record of {}: {error}", self.public().name)))
    }

    /// Never again uses what was set up with a signer.
    pub(super) fn ban(&mut self, party: PartyIndex) -> Result<(), Failure> {
        let record = self.record()?;
        let banned = without(self.public().scheme.curve(), &record, self.seats[party.0])
            .map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        self.folder.keep_pairs(&self.lock, &self.unlocked, &self.owner, &banned)?;
        Ok(())
    }
}
