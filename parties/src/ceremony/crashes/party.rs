//! One party of the simulation: its identity, its machine, and what its commands do there.

use std::sync::Arc;

use quorate_engine::net::Network;
use zeroize::Zeroizing;

use super::sharing::Sharing;
use super::wires::Wires;
use crate::ceremony::fresh::{Fresh, store};
use crate::ceremony::guardians::put_in_place;
use crate::ceremony::resume::{Home, Resumed};
use crate::exit::Failure;
use crate::identity::{Card, Hex, Identity, PartyName};
use crate::keys::{
    Certificate, Cost, Dice, KeyError, KeyFolder, KeyName, Keys, KeysLock, Machine, Owner, Passphrase, Scheme,
    SealingKey, Signers, Unlocked,
};
use crate::session::{Roster, SessionId};

/// Who can be a party: identities, and the locks that no simulated machine has.
pub(super) struct Cast {
    pub(super) identities: Vec<Arc<Identity>>,
    locks: Vec<(tempfile::TempDir, KeysLock)>,
}

pub(super) const NAMES: [&str; 4] = ["ann", "ben", "cas", "dan"];

impl Cast {
    pub(super) fn new() -> Self {
        let identity = |name: &str| {
            let address = "127.0.0.1:1".parse().expect("an address");
            Arc::new(Identity::generate(name.parse().expect("a name"), address).expect("an identity"))
        };
        let lock = |_| {
            let directory = tempfile::tempdir().expect("a directory");
            let lock = Keys::on(directory.path().join("keys"), crate::keys::Files).lock().expect("the lock");
            (directory, lock)
        };
        Self { identities: NAMES.map(identity).into(), locks: (0..NAMES.len()).map(lock).collect() }
    }

    pub(super) fn cards(&self, parties: &[usize]) -> Vec<Card> {
        parties.iter().map(|party| self.identities[*party].card().clone()).collect()
    }

    pub(super) fn parties(&self, dice: &mut Dice) -> Vec<Party> {
        let party = |place: usize| Party {
            identity: self.identities[place].clone(),
            lock: self.locks[place].1.clone(),
            machine: Machine::new(dice.next()),
            used: Vec::new(),
            made: 0,
        };
        (0..NAMES.len()).map(party).collect()
    }
}

/// A party.
pub(super) struct Party {
    pub(super) identity: Arc<Identity>,
    lock: KeysLock,
    pub(super) machine: Machine,
    /// What its stock has handed out in all its life.
    used: Vec<Vec<u8>>,
    made: u64,
}

/// What a session is about.
pub(super) struct Session<'a> {
    pub(super) id: SessionId,
    /// Who takes part, in order.
    pub(super) parties: &'a [usize],
    pub(super) cast: &'a Cast,
    pub(super) wires: &'a Wires,
}

impl Session<'_> {
    fn roster(&self, party: &Party) -> Roster {
        Roster::new(self.cast.cards(self.parties), party.identity.public_key()).expect("it takes part")
    }

    fn network(&self, roster: &Roster) -> Network {
        let mut network = Network::new(roster.me(), self.wires.links(roster.me().0));
        network.enter(quorate_engine::net::Phase::Session);
        network
    }
}

fn passphrase() -> Passphrase {
    Passphrase::of_bytes(b"words").expect("a passphrase")
}

fn sealing() -> SealingKey {
    SealingKey::create(&passphrase(), Cost::new(8, 1, 1).expect("the least")).expect("there is randomness")
}

pub(super) fn key_name() -> KeyName {
    "treasury".parse().expect("a name")
}

/// A key that nobody touches.
pub(super) fn other_name() -> KeyName {
    "other".parse().expect("a name")
}

impl Party {
    pub(super) fn owner(&self) -> Owner {
        Owner { name: self.identity.name().clone(), key: self.identity.public_key() }
    }

    pub(super) fn folder(&self) -> KeyFolder<Machine> {
        self.folder_of(&key_name())
    }

    fn folder_of(&self, name: &KeyName) -> KeyFolder<Machine> {
        Keys::on("/party/keys".into(), self.machine.clone()).key(name)
    }

    pub(super) fn unlock(&self) -> Result<Unlocked, KeyError> {
        self.folder().unlock(&passphrase(), &self.owner())
    }

    fn index(&self, sharing: &Sharing) -> Option<u16> {
        let holders = sharing.shared.holders.iter();
        holders.filter(|holder| holder.identity == self.identity.public_key()).map(|holder| holder.index).next()
    }

    /// Stores a key that nobody touches from then on.
    pub(super) fn create_other(&self, sharing: &Sharing) {
        let Some(index) = self.index(sharing) else { return };
        let public = sharing.shared.clone().into_public(other_name(), index, 0).expect("a public part");
        let folder = self.folder_of(&other_name());
        folder.create(&self.lock, &public, &self.owner(), &sealing(), &sharing.record(index)).expect("a new key");
    }

    /// That key's share, if there was one.
    pub(super) fn other(&self) -> Option<Zeroizing<Vec<u8>>> {
        match self.folder_of(&other_name()).unlock(&passphrase(), &self.owner()) {
            Err(KeyError::NoKey { .. }) => None,
            unlocked => Some(unlocked.expect("nobody has touched it").share),
        }
    }

    fn fresh(&self, session: &Session<'_>, sharing: &Sharing, sealing: Option<SealingKey>) -> Fresh<Machine> {
        let place = |holder: &PartyName| NAMES.iter().position(|name| *name == holder.as_str()).expect("a party");
        let holders: Vec<usize> = sharing.shared.holders.iter().map(|holder| place(&holder.name)).collect();
        Fresh {
            name: key_name(),
            scheme: Scheme::Ed25519,
            threshold: sharing.shared.signers_needed,
            structure: None,
            holders: session.cast.cards(&holders),
            folder: self.folder(),
            lock: self.lock.clone(),
            sealing,
            created: Some(0),
            staged: None,
        }
    }

    /// What a party does with the shares that a session has made, as `generate`, `import`, `refresh` and `reshare` do: a
    /// holder stores its own and settles, who is no holder any more leaves, who deals a key of its own only looks on.
    pub(super) async fn settle(&self, session: &Session<'_>, sharing: &Sharing) -> Result<(), Failure> {
        let roster = session.roster(self);
        let mut network = session.network(&roster);
        let Some(index) = self.index(sharing) else {
            if sharing.shared.epoch == 0 {
                let expected = |shared: &crate::keys::SharedPart| *shared == sharing.shared;
                let seen = crate::ceremony::certify::witness(&mut network, &roster, session.id, expected).await;
                return seen.map(drop);
            }
            let fresh = self.fresh(session, sharing, None);
            let mut known = sharing.shared.clone();
            known.epoch -= 1;
            return fresh.leave(&roster, session.id, &mut network, &known).await;
        };
        let sealing = match self.unlock() {
            Ok(unlocked) => unlocked.sealing,
            Err(KeyError::NoKey { .. }) => sealing(),
            Err(error) => return Err(error.into()),
        };
        let mut fresh = self.fresh(session, sharing, Some(sealing));
        fresh.stage(&self.owner(), &sharing.kept(index), None)?;
        fresh.settle(&self.identity, &roster, session.id, &mut network).await?;
        if sharing.shared.epoch > 0 {
            fresh.folder.forget_previous(&self.lock)?;
        }
        Ok(())
    }

    /// What `resume` does, once all are there.
    pub(super) async fn resume(&self, session: &Session<'_>) -> Result<Resumed, Failure> {
        let roster = session.roster(self);
        let mut network = session.network(&roster);
        let name = key_name();
        let home = Home { identity: &self.identity, name: &name, folder: self.folder(), lock: self.lock.clone() };
        let with: Vec<PartyName> = roster.cards().iter().map(|card| card.name().clone()).collect();
        let alone = home.finish_alone()?;
        let relevant = home.relevant(&with)?;
        let resumed = home.settle(&mut network, &roster, relevant.as_ref(), true).await?;
        Ok(if alone && resumed == Resumed::Nothing { Resumed::Finished } else { resumed })
    }

    /// What `recover` does at the one whose share was lost.
    pub(super) fn recover(
        &self,
        session: &Session<'_>,
        sharing: &Sharing,
        certificate: Option<&Certificate>,
    ) -> Result<(), Failure> {
        let index = self.index(sharing).expect("a holder");
        let mut fresh = self.fresh(session, sharing, Some(sealing()));
        fresh.stage_as(&self.owner(), &sharing.kept(index), sharing.shared.clone(), index)?;
        fresh.replace_lost(certificate, &sharing.shared)
    }

    /// What `restore` does with the share that guardians gave back.
    pub(super) fn restore(&self, sharing: &Sharing) -> Result<(), Failure> {
        let index = self.index(sharing).expect("a holder");
        let public = sharing.shared.clone().into_public(key_name(), index, 0).expect("a public part");
        let (folder, owner, record) = (self.folder(), self.owner(), sharing.record(index));
        let unlocked = store(&folder, &self.lock, &owner, sealing(), &public, record.clone(), &record)?;
        Ok(put_in_place(&folder, &self.lock, &owner, &unlocked)?)
    }

    /// A day with the key: what is prepared is looked at, used and added to. Nothing of another epoch is handed out, and
    /// nothing twice.
    pub(super) fn work(&mut self) -> Result<(), KeyError> {
        let unlocked = self.unlock()?;
        let (owner, epoch) = (self.owner(), unlocked.public.epoch);
        let partner = unlocked.public.holders.iter().find(|holder| holder.identity != owner.key).expect("a partner");
        let signers = Signers::new([owner.key, partner.identity]).expect("two");
        let mut stock = self.folder().open_stock(&self.lock, &unlocked, &owner)?;
        if stock.left(&signers) > 0 {
            let item = stock.take(&signers)?.into_secret().to_vec();
            assert_eq!(item[0], epoch as u8, "what was prepared with other shares is burned");
            assert!(!self.used.contains(&item), "nothing is used twice");
            self.used.push(item);
        }
        let mut item = || {
            self.made += 1;
            Zeroizing::new([&[epoch as u8][..], &self.made.to_le_bytes()].concat())
        };
        let items = vec![item(), item()];
        let lot = stock.next_lot(&signers);
        let batch: Vec<u8> = self.made.to_le_bytes().repeat(4);
        stock.add(Hex(batch.try_into().expect("32 bytes")), lot, &signers, items)?;
        stock.close()
    }
}
