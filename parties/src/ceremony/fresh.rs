//! Shares that a session made: from what a program kept to a staged generation, and from there into use.

use std::time::{SystemTime, UNIX_EPOCH};

use quorate_engine::net::Network;
use quorate_engine::run::Kept;
use zeroize::Zeroizing;

use super::Desk;
use super::certify::{Staged, witness};
use super::make::{Made, made};
use crate::exit::{Exit, Failure};
use crate::identity::{Card, Hex, Identity};
use crate::keys::{
    Certificate, Cost, Disk, Files, Holder, KeyError, KeyFolder, KeyName, KeysLock, NamedStructure, Owner, PublicPart,
    Purpose, Scheme, SealingKey, SharedPart, Unlocked,
};
use crate::session::{Roster, SessionId};

/// Where new shares go.
pub(super) struct Fresh<D = Files> {
    pub(super) name: KeyName,
    pub(super) scheme: Scheme,
    pub(super) threshold: u16,
    /// Who can use them, if it is not any `threshold` of the holders.
    pub(super) structure: Option<NamedStructure>,
    /// Who holds them, by index.
    pub(super) holders: Vec<Card>,
    pub(super) folder: KeyFolder<D>,
    pub(super) lock: KeysLock,
    /// Taken when they are staged.
    pub(super) sealing: Option<SealingKey>,
    /// When the key was made; now, for a new one.
    pub(super) created: Option<u64>,
    /// The number of the generation, once it is staged.
    pub(super) staged: Option<u64>,
}

impl<D: Disk + Clone> Fresh<D> {
    /// Seals and stages the share in the record that a program has kept.
    ///
    /// # Errors
    /// A record that is none; the file system's.
    pub(super) fn stage(&mut self, owner: &Owner, kept: &[Kept], chain_code: Option<[u8; 32]>) -> Result<(), Failure> {
        let name = &self.name;
        let lost = |why: &str| Failure::new(Exit::Bug, format!("the new share of {name} cannot be stored: {why}"));
        let record = kept.iter().find(|kept| kept.record == "key").and_then(|kept| kept.items.first());
        let record = record.ok_or_else(|| lost("the program kept none"))?;
        let made = made(self.scheme.curve(), record).map_err(|error| lost(&error.to_string()))?;
        let shared = self.shared(&made, chain_code).ok_or_else(|| lost("it has no public key"))?;
        let index = made.index;
        self.stage_as(owner, kept, shared, index)
    }

    /// Likewise, where what everybody may know is known.
    ///
    /// # Errors
    /// As of [`Self::stage`].
    pub(super) fn stage_as(
        &mut self,
        owner: &Owner,
        kept: &[Kept],
        shared: SharedPart,
        index: u16,
    ) -> Result<(), Failure> {
        let name = &self.name;
        let lost = |why: &str| Failure::new(Exit::Bug, format!("the new share of {name} cannot be stored: {why}"));
        let record = kept.iter().find(|kept| kept.record == "key").and_then(|kept| kept.items.first());
        let record = record.ok_or_else(|| lost("the program kept none"))?;
        let made = made(self.scheme.curve(), record).map_err(|error| lost(&error.to_string()))?;
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let created = self.created.unwrap_or_else(now);
        let public = shared.into_public(self.name.clone(), index, created).map_err(|fault| lost(&fault.to_string()))?;
        let sealing = self.sealing.take().ok_or_else(|| lost("it was stored before"))?;
        let stored = store(&self.folder, &self.lock, owner, sealing, &public, made.share, record)?;
        self.staged = Some(stored.public.generation);
        Ok(())
    }

    fn shared(&self, made: &Made, chain_code: Option<[u8; 32]>) -> Option<SharedPart> {
        let text = |point: &quorate_circuits::curve::Point| hex::encode(point.encode());
        let holder =
            |(index, card): (u16, &Card)| Holder { name: card.name().clone(), identity: card.public_key(), index };
        Some(SharedPart {
            scheme: self.scheme,
            key_id: Hex(made.key_id),
            epoch: made.epoch.into(),
            signers_needed: self.threshold,
            structure: self.structure.clone(),
            public_key: made.commitments.first().map(text)?,
            chain_code: chain_code.map(Hex),
            commitments: made.commitments.iter().map(text).collect(),
            holders: (1..).zip(&self.holders).map(holder).collect(),
        })
    }

    /// Settles with the other holders that all have stored theirs, and puts the shares into use.
    ///
    /// # Errors
    /// As of [`Staged::certify`].
    pub(super) async fn settle(
        &self,
        identity: &Identity,
        roster: &Roster,
        session: SessionId,
        network: &mut Network,
    ) -> Result<(), Failure> {
        let generation = self.staged.ok_or_else(|| Failure::new(Exit::Bug, "nothing is staged"))?;
        let Self { folder, lock, name, .. } = self;
        let staged = Staged { folder, lock, identity, name, generation };
        staged.certify(network, roster, session, roster.cards().len()).await
    }

    /// Settles at a party that gets no share: when all who hold the key from now on have signed that they have theirs, what
    /// this one has is of no more use.
    ///
    /// # Errors
    /// As of [`witness`]; the file system's.
    pub(super) async fn leave(
        &self,
        roster: &Roster,
        session: SessionId,
        network: &mut Network,
        known: &SharedPart,
    ) -> Result<(), Failure> {
        let expected = |shared: &SharedPart| {
            let holders = || shared.holders.iter().map(|holder| (&holder.name, holder.identity));
            let agreed = || self.holders.iter().map(|card| (card.name(), card.public_key()));
            shared.key_id == known.key_id
                && shared.public_key == known.public_key
                && shared.epoch == known.epoch + 1
                && shared.signers_needed == self.threshold
                && shared.structure == self.structure
                && holders().eq(agreed())
        };
        witness(network, roster, session, expected).await?;
        Ok(self.folder.leave(&self.lock)?)
    }

    /// Puts a share into use that replaces a lost one: all others have theirs of this epoch, and nobody else's changes, so
    /// that nothing has to be settled. The certificate is theirs.
    ///
    /// # Errors
    /// If nothing is staged; the file system's.
    pub(super) fn replace_lost(&self, certificate: Option<&Certificate>, shared: &SharedPart) -> Result<(), Failure> {
        let generation = self.staged.ok_or_else(|| Failure::new(Exit::Bug, "nothing is staged"))?;
        if let Some(certificate) = certificate.filter(|certificate| certificate.is_complete(shared)) {
            self.folder.keep_certificate(&self.lock, generation, certificate)?;
        }
        self.folder.commit(&self.lock, generation)?;
        Ok(self.folder.forget_previous(&self.lock)?)
    }

    /// The public part of what was staged.
    ///
    /// # Errors
    /// If nothing was; the file system's.
    pub(super) fn public(&self) -> Result<PublicPart, Failure> {
        let generation = self.staged.ok_or_else(|| Failure::new(Exit::Bug, "the session made no share"))?;
        Ok(self.folder.public_of(generation)?)
    }
}

/// Seals and stages a share with its record. What was set up with the other holders is there before the share is used: a
/// key without it could not sign.
///
/// # Errors
/// A public part that is not this party's; the file system's.
pub(super) fn store<D: Disk + Clone>(
    folder: &KeyFolder<D>,
    lock: &KeysLock,
    owner: &Owner,
    sealing: SealingKey,
    public: &PublicPart,
    share: Zeroizing<Vec<u8>>,
    record: &[u8],
) -> Result<Unlocked, KeyError> {
    let generation = folder.stage(lock, public, owner, &sealing, &share)?;
    let unlocked = Unlocked { public: folder.public_of(generation)?, share, sealing };
    folder.keep_pairs(lock, &unlocked, owner, record)?;
    Ok(unlocked)
}

impl Desk {
    /// A key to seal something new with.
    ///
    /// # Errors
    /// A passphrase that cannot be read; too little memory.
    pub(super) fn new_sealing(&self, name: &KeyName, folder: &KeyFolder) -> Result<SealingKey, Failure> {
        let passphrase = self.passphrase.read(&format!("the share of {name}"), Purpose::Creation);
        let passphrase = passphrase.map_err(KeyError::from)?;
        SealingKey::create(&passphrase, Cost::DEFAULT)
            .map_err(|fault| KeyError::Seal { path: folder.path().to_owned(), fault }.into())
    }

    /// An opened share, with the record of the key.
    ///
    /// # Errors
    /// If there is none, or the passphrase is wrong; the file system's.
    pub(super) fn open_share(
        &self,
        folder: &KeyFolder,
        name: &KeyName,
    ) -> Result<(Unlocked, Zeroizing<Vec<u8>>), Failure> {
        let passphrase = self.passphrase.read(&format!("the key {name}"), Purpose::Opening);
        let unlocked = folder.unlock(&passphrase.map_err(KeyError::from)?, &self.owner)?;
        let missing = || KeyError::Damaged { path: folder.path().to_owned(), why: "the file pairs.sealed is missing" };
        let record = folder.pairs(&unlocked, &self.owner)?.ok_or_else(missing)?;
        Ok((unlocked, record))
    }

    /// The cards of parties, this one's included.
    ///
    /// # Errors
    /// A party that this home does not know.
    pub(super) fn cards(&self, names: &[crate::identity::PartyName]) -> Result<Vec<Card>, Failure> {
        let card = |name: &crate::identity::PartyName| {
            if *name == self.owner.name { Ok(self.identity.card().clone()) } else { self.home.peer(name) }
        };
        Ok(names.iter().map(card).collect::<Result<_, _>>()?)
    }
}
