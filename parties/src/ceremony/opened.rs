//! A key whose passphrase was given, for as long as a command uses it.

use quorate_engine::net::PartyIndex;
use zeroize::Zeroizing;

use super::make::{pair_name, without};
use super::{Desk, signers};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::stock::Reason;
use crate::keys::{KeyError, KeyFolder, KeyName, KeysLock, Owner, PublicPart, Purpose, Signers, Stock, Unlocked};
use crate::output::{say, warn};

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
    /// Whether nothing that was prepared is used.
    pub(super) fresh: bool,
    /// The share, and what was set up with the other holders.
    record: Zeroizing<Vec<u8>>,
}

impl Opened {
    /// Opens a key.
    ///
    /// # Errors
    /// If there is none, the signers do not fit, or the passphrase is wrong; the file system's.
    pub(super) fn open(desk: &Desk, name: &KeyName, named: &[PartyName]) -> Result<Self, Failure> {
        let folder = desk.keys.key(name);
        let public = folder.public()?;
        let cast = signers(&public, &desk.owner.name, named)?;
        // Everything that can be wrong without the passphrase is, before it is asked for.
        folder.refuse_isolated(&public, &cast)?;
        check_cards(desk, &public, &cast)?;
        let lock = desk.lock()?;
        let passphrase = desk.passphrase.read(&format!("the key {name}"), Purpose::Opening);
        let passphrase = passphrase.map_err(KeyError::from)?;
        let unlocked = folder.unlock(&passphrase, &desk.owner)?;
        let missing = || KeyError::Damaged { path: folder.path().to_owned(), why: "the file pairs.sealed is missing" };
        let record = folder.pairs(&unlocked, &desk.owner)?.ok_or_else(missing)?;
        let stock = folder.open_stock(&lock, &unlocked, &desk.owner)?;
        match stock.burned() {
            Some((reason, count)) if count > 0 => {
                say(format_args!("{count} prepared items of {name} were burned: {reason}"));
            }
            // Without its journal nobody knows how many there were.
            Some((reason @ (Reason::Torn | Reason::NoJournal), _)) => {
                say(format_args!("what was prepared of {name} was burned: {reason}"));
            }
            _ => {}
        }
        let holders = cast.iter().filter_map(|name| unlocked.public.holders.iter().find(|holder| holder.name == *name));
        let (mut keys, mut seats) = (Vec::new(), Vec::new());
        for holder in holders {
            keys.push(holder.identity);
            seats.push(holder.index);
        }
        let signers =
            Signers::new(keys).ok_or_else(|| Failure::new(Exit::BadInput, "two signers have one identity"))?;
        Ok(Self {
            folder,
            lock,
            owner: desk.owner.clone(),
            unlocked,
            stock,
            cast,
            signers,
            seats,
            fresh: false,
            record,
        })
    }

    /// Refuses to go on with a holder that was shut out since the key was opened. To be called before anything is used
    /// up.
    pub(super) fn refuse_isolated(&self) -> Result<(), KeyError> {
        self.folder.refuse_isolated(self.public(), &self.cast)
    }

    /// Ends the use of the stock in order. What was made before is there: a full disk does not take it away.
    pub(super) fn close(self) {
        if let Err(error) = self.stock.close() {
            warn(format_args!("what is prepared will be burned at the next start: {error}"));
        }
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

    /// The record of the key: with what was set up with the other holders.
    pub(super) fn record(&self) -> Zeroizing<Vec<u8>> {
        self.record.clone()
    }

    /// The name of what was set up with a signer of the session.
    pub(super) fn pair_name(&self, party: PartyIndex) -> Result<Option<[u8; 32]>, Failure> {
        pair_name(self.public().scheme.curve(), &self.record, self.seats[party.0])
            .map_err(|error| Failure::new(Exit::BadInput, format!("the record of {}: {error}", self.public().name)))
    }

    /// Never again uses what was set up with a signer.
    pub(super) fn ban(&mut self, party: PartyIndex) -> Result<(), Failure> {
        self.record = without(self.public().scheme.curve(), &self.record, self.seats[party.0])
            .map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        self.folder.keep_pairs(&self.lock, &self.unlocked, &self.owner, &self.record)?;
        Ok(())
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
