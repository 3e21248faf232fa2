//! Where a party keeps its shares.
//!
//! ```text
//! HOME/keys/.lock                    held by the one process that uses the keys
//! HOME/keys/NAME/current             the number of the generation in use
//! HOME/keys/NAME/3/public.toml       the public part
//! HOME/keys/NAME/3/share.sealed      this party's share
//! HOME/keys/NAME/3/pairs.sealed      what this party and each partner keep between sessions, if anything
//! HOME/keys/NAME/3/certificate.toml  which holders have signed that they have stored their shares of it
//! HOME/keys/NAME/stock/              one-time material: never part of a backup
//! ```
//!
//! A generation is written whole into a folder of its own (*staged*) and then takes effect at once, by the one file
//! `current` (*committed*). The one before stays until it is forgotten, so that a refresh that some holders have not
//! finished can be finished or taken back.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::disk::{Disk, Files};
use super::seal::SEALED_LIMIT;
use super::{
    Binding, CERTIFICATE_LIMIT, Certificate, Content, KeyError, KeyName, KeysLock, PUBLIC_PART_LIMIT, Passphrase,
    PublicPart, PublicPartFault, SealFault, SealingKey,
};
use crate::identity::{Home, PartyName, PublicKey};

/// The name of the folder of one-time material inside a key's folder; what backs up a home leaves it out.
pub const STOCK_FOLDER: &str = "stock";

/// Who has signed that a generation is stored.
const CERTIFICATE: &str = "certificate.toml";

/// The keys of a home.
#[derive(Clone, Debug)]
pub struct Keys<D = Files> {
    folder: PathBuf,
    disk: D,
}

/// The folder of one key.
#[derive(Clone, Debug)]
pub struct KeyFolder<D = Files> {
    name: KeyName,
    /// Where all keys are.
    keys: PathBuf,
    path: PathBuf,
    disk: D,
}

/// A party as a holder of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its name.
    pub name: PartyName,
    /// Its identity key.
    pub key: PublicKey,
}

/// A key in a list: one that is damaged does not hide the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: KeyName,
    /// Its public part, or what is wrong with it.
    pub public: Result<PublicPart, KeyError>,
}

/// A key whose share is in the clear in memory. The share is wiped on drop.
pub struct Unlocked {
    /// The public part.
    pub public: PublicPart,
    /// This party's share.
    pub share: Zeroizing<Vec<u8>>,
    /// What opens the key's other files.
    pub sealing: SealingKey,
}

impl Unlocked {
    /// The same for another owner, wiped there too.
    pub(crate) fn again(&self) -> Self {
        Self { public: self.public.clone(), share: self.share.clone(), sealing: self.sealing.again() }
    }
}

impl Keys {
    /// The keys of `home`.
    pub fn of(home: &Home) -> Self {
        Self::on(home.path().join("keys"), Files)
    }
}

impl<D: Disk + Clone> Keys<D> {
    /// The keys in `folder` of a disk.
    pub fn on(folder: PathBuf, disk: D) -> Self {
        Self { folder, disk }
    }

    /// Locks them for this process; whoever writes shows the lock.
    ///
    /// # Errors
    /// If another process has locked them; the file system's.
    pub fn lock(&self) -> Result<KeysLock, KeyError> {
        KeysLock::acquire(&self.folder)
    }

    /// One key, which need not be there.
    pub fn key(&self, name: &KeyName) -> KeyFolder<D> {
        let path = self.folder.join(name.as_str());
        KeyFolder { name: name.clone(), keys: self.folder.clone(), path, disk: self.disk.clone() }
    }

    /// All keys, by name.
    ///
    /// # Errors
    /// The file system's.
    pub fn list(&self) -> Result<Vec<Listed>, KeyError> {
        let names = self.disk.names(&self.folder).map_err(|error| KeyError::io("read", &self.folder, &error))?;
        let names = names.into_iter().filter_map(|name| name.parse::<KeyName>().ok());
        // What was staged and never committed is no key yet.
        let stored = names.filter(|name| !matches!(self.key(name).current(), Err(KeyError::NoKey { .. })));
        Ok(stored.map(|name| Listed { public: self.key(&name).public(), name }).collect())
    }
}

impl<D: Disk + Clone> KeyFolder<D> {
    /// The key's folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The key's name.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// Where the key's one-time material is.
    pub fn stock_path(&self) -> PathBuf {
        self.path.join(STOCK_FOLDER)
    }

    pub(super) fn disk(&self) -> &D {
        &self.disk
    }

    /// The number of the generation in use.
    ///
    /// # Errors
    /// If there is no such key, or its folder is damaged.
    pub fn current(&self) -> Result<u64, KeyError> {
        let path = self.path.join("current");
        let content = self.disk.read(&path, 32).map_err(|error| KeyError::io("read", &path, &error))?;
        let Some(content) = content else {
            return Err(KeyError::NoKey { name: self.name.clone(), folder: self.keys.clone() });
        };
        let number = std::str::from_utf8(&content).ok().and_then(|text| text.strip_suffix('\n')).and_then(generation);
        number.ok_or(KeyError::Damaged { path, why: "it does not hold the number of a generation" })
    }

    /// The public part in use.
    ///
    /// # Errors
    /// If there is no such key, or its folder is damaged.
    pub fn public(&self) -> Result<PublicPart, KeyError> {
        self.public_of(self.current()?)
    }

    /// The public part of a generation, for example of one that is staged.
    ///
    /// # Errors
    /// If it is not there or damaged.
    pub fn public_of(&self, generation: u64) -> Result<PublicPart, KeyError> {
        let path = self.file(generation, "public.toml");
        let text = self.read(&path, PUBLIC_PART_LIMIT)?;
        let public = PublicPart::parse(&text).map_err(|fault| KeyError::PublicPart { path: path.clone(), fault })?;
        let wrong =
            |field, why| Err(KeyError::PublicPart { path: path.clone(), fault: PublicPartFault::Field { field, why } });
        if public.name != self.name {
            return wrong("name", "is not the name of the key's folder");
        }
        if public.generation != generation {
            return wrong("generation", "is not the number of its folder");
        }
        Ok(public)
    }

    /// Opens the share in use with a passphrase. Slow on purpose: once for each command.
    ///
    /// # Errors
    /// If the passphrase is wrong, a file is damaged or altered, or the key is another party's.
    pub fn unlock(&self, passphrase: &Passphrase, owner: &Owner) -> Result<Unlocked, KeyError> {
        self.refuse_retired()?;
        let public = self.public()?;
        let path = self.file(public.generation, "share.sealed");
        let sealed = self.read(&path, SEALED_LIMIT)?;
        let sealing = SealingKey::of_file(passphrase, &sealed).map_err(failed(&path))?;
        self.unlock_with(sealing, owner)
    }

    /// Likewise with the key that was made of the passphrase before.
    ///
    /// # Errors
    /// If a file is damaged or altered, or the key is another party's.
    pub(crate) fn unlock_with(&self, sealing: SealingKey, owner: &Owner) -> Result<Unlocked, KeyError> {
        self.refuse_retired()?;
        let public = self.public()?;
        let path = self.file(public.generation, "share.sealed");
        let sealed = self.read(&path, SEALED_LIMIT)?;
        let share = sealing.open(&binding(&public, Content::Share, owner), &sealed).map_err(failed(&path))?;
        Ok(Unlocked { public, share, sealing })
    }

    /// The share of another generation than the one in use, for a refresh that is finished or taken back.
    ///
    /// # Errors
    /// As of [`Self::unlock`].
    pub fn share_of(
        &self,
        generation: u64,
        unlocked: &Unlocked,
        owner: &Owner,
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let public = self.public_of(generation)?;
        let path = self.file(generation, "share.sealed");
        let sealed = self.read(&path, SEALED_LIMIT)?;
        unlocked.sealing.open(&binding(&public, Content::Share, owner), &sealed).map_err(failed(&path))
    }

    /// Writes a new generation beside the one in use, which stays in use, and says its number. Of a key that is not
    /// there it is the first one.
    ///
    /// # Errors
    /// If the public part contradicts itself or is not this party's; the file system's, and then nothing has changed.
    pub fn stage(
        &self,
        _lock: &KeysLock,
        public: &PublicPart,
        owner: &Owner,
        sealing: &SealingKey,
        share: &[u8],
    ) -> Result<u64, KeyError> {
        self.refuse_retired()?;
        let generation = self.generations()?.last().copied().max(self.current().ok()).unwrap_or(0) + 1;
        let path = self.file(generation, "public.toml");
        let mut public = public.clone();
        public.generation = generation;
        public.name = self.name.clone();
        let fault = |fault| KeyError::PublicPart { path: path.clone(), fault };
        public.check().map_err(fault)?;
        if !public.own().is_some_and(|own| own.name == owner.name && own.identity == owner.key) {
            return Err(fault(PublicPartFault::Field { field: "index", why: "is not this party's" }));
        }
        let sealed_path = self.file(generation, "share.sealed");
        let sealed = sealing.seal(&binding(&public, Content::Share, owner), share).map_err(failed(&sealed_path))?;
        let text = public.to_text().map_err(fault)?;
        let folder = self.folder_of(generation);
        self.disk.make_folder(&folder).map_err(|error| KeyError::io("create", &folder, &error))?;
        let written = self.write(&sealed_path, &sealed).and_then(|()| self.write(&path, text.as_bytes()));
        if let Err(error) = written {
            // The reason is the error above; what is left over is no generation in use.
            let _ = self.disk.remove_folder(&folder);
            return Err(error);
        }
        Ok(generation)
    }

    /// Puts a staged generation into use, at once and durably. Older ones than the one in use until now are erased.
    ///
    /// # Errors
    /// If it was not staged whole; the file system's, and then the generation in use is the one before or this one.
    pub fn commit(&self, _lock: &KeysLock, generation: u64) -> Result<(), KeyError> {
        self.refuse_retired()?;
        let before = self.current().ok();
        self.public_of(generation)?;
        self.write(&self.path.join("current"), format!("{generation}\n").as_bytes())?;
        let kept = [before, Some(generation)];
        self.erase_generations(|number| number < generation && !kept.contains(&Some(number)))
    }

    /// Stores a new key: its first generation, staged and committed.
    ///
    /// # Errors
    /// If there is a key of this name; as of [`Self::stage`] and [`Self::commit`].
    pub fn create(
        &self,
        lock: &KeysLock,
        public: &PublicPart,
        owner: &Owner,
        sealing: &SealingKey,
        share: &[u8],
    ) -> Result<(), KeyError> {
        match self.current() {
            Err(KeyError::NoKey { .. }) => {}
            Ok(_) => return Err(KeyError::Exists { name: self.name.clone(), folder: self.keys.clone() }),
            Err(error) => return Err(error),
        }
        let generation = self.stage(lock, public, owner, sealing, share)?;
        self.commit(lock, generation)
    }

    /// The generation that is staged and not in use, if there is one.
    ///
    /// # Errors
    /// The file system's.
    pub fn staged(&self) -> Result<Option<u64>, KeyError> {
        let current = self.current().ok();
        Ok(self.generations()?.last().copied().filter(|last| Some(*last) > current))
    }

    /// Erases what is staged and not in use.
    ///
    /// # Errors
    /// The file system's.
    pub fn discard_staged(&self, _lock: &KeysLock) -> Result<(), KeyError> {
        let current = self.current().ok();
        self.erase_generations(|number| Some(number) > current)
    }

    /// Erases the generations before the one in use: the end of a refresh that every holder has finished.
    ///
    /// # Errors
    /// The file system's.
    pub fn forget_previous(&self, _lock: &KeysLock) -> Result<(), KeyError> {
        let current = self.current()?;
        self.erase_generations(|number| number < current)
    }

    /// What this party and each partner keep between sessions; `None` if nothing.
    ///
    /// # Errors
    /// If it is damaged or altered.
    pub fn pairs(&self, unlocked: &Unlocked, owner: &Owner) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        let path = self.file(unlocked.public.generation, "pairs.sealed");
        let sealed = self.disk.read(&path, SEALED_LIMIT).map_err(|error| KeyError::io("read", &path, &error))?;
        let open = |sealed: Vec<u8>| unlocked.sealing.open(&binding(&unlocked.public, Content::Pairs, owner), &sealed);
        sealed.map(open).transpose().map_err(failed(&path))
    }

    /// Keeps what this party and each partner keep between sessions, in place of what was kept before.
    ///
    /// # Errors
    /// The file system's, and then what was kept before is kept still.
    pub fn keep_pairs(
        &self,
        _lock: &KeysLock,
        unlocked: &Unlocked,
        owner: &Owner,
        content: &[u8],
    ) -> Result<(), KeyError> {
        let path = self.file(unlocked.public.generation, "pairs.sealed");
        let binding = binding(&unlocked.public, Content::Pairs, owner);
        let sealed = unlocked.sealing.seal(&binding, content).map_err(failed(&path))?;
        self.write(&path, &sealed)
    }

    /// Keeps a certificate beside its generation.
    ///
    /// # Errors
    /// The file system's, and then what was kept before is kept still.
    pub fn keep_certificate(
        &self,
        _lock: &KeysLock,
        generation: u64,
        certificate: &Certificate,
    ) -> Result<(), KeyError> {
        let path = self.file(generation, CERTIFICATE);
        let damaged = |_| KeyError::Damaged { path: path.clone(), why: "the certificate cannot be written as text" };
        let text = certificate.to_text().map_err(damaged)?;
        self.write(&path, text.as_bytes())
    }

    /// The certificate of a generation, complete or not; `None` if nothing was signed.
    ///
    /// # Errors
    /// If it is damaged; the file system's.
    pub fn certificate(&self, generation: u64) -> Result<Option<Certificate>, KeyError> {
        let path = self.file(generation, CERTIFICATE);
        let text = self.disk.read(&path, CERTIFICATE_LIMIT).map_err(|error| KeyError::io("read", &path, &error))?;
        let damaged = || KeyError::Damaged { path: path.clone(), why: "it is not a certificate" };
        text.map(|text| Certificate::parse(&text).ok_or_else(damaged)).transpose()
    }

    /// Whether there is a generation before the one in use.
    ///
    /// # Errors
    /// If there is no such key; the file system's.
    pub fn has_previous(&self) -> Result<bool, KeyError> {
        let current = self.current()?;
        Ok(self.generations()?.first().is_some_and(|first| *first < current))
    }

    /// Erases the share and everything else of a key that this party holds no longer.
    ///
    /// # Errors
    /// The file system's.
    pub fn leave(&self, _lock: &KeysLock) -> Result<(), KeyError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error| KeyError::io("remove", &path, &error)
        };
        let stock = self.stock_path();
        self.disk.remove_folder(&stock).map_err(failed(&stock))?;
        // While the key is in use, whoever is killed here begins again. After that its generations are only stored: without
        // certificates they are erased by whoever resumes, and never put into use again.
        for number in self.generations()? {
            let path = self.file(number, CERTIFICATE);
            self.disk.remove(&path).map_err(failed(&path))?;
        }
        let path = self.path.join("current");
        self.disk.remove(&path).map_err(failed(&path))?;
        self.erase_generations(|_| true)
    }

    /// Waits until the generations that are seen, and which of them is in use, are on the disk: the process that made,
    /// committed or erased them may have been killed before it had waited for that. Until then nobody is told of them.
    ///
    /// # Errors
    /// The file system's.
    pub fn settle(&self, _lock: &KeysLock) -> Result<(), KeyError> {
        let generations = self.generations()?.into_iter().map(|number| self.folder_of(number));
        for folder in [self.keys.clone(), self.path.clone()].into_iter().chain(generations) {
            self.disk.settle(&folder).map_err(|error| KeyError::io("read", &folder, &error))?;
        }
        Ok(())
    }

    /// The numbers of all generations, ascending.
    fn generations(&self) -> Result<Vec<u64>, KeyError> {
        let names = self.disk.names(&self.path).map_err(|error| KeyError::io("read", &self.path, &error))?;
        let mut numbers: Vec<u64> = names.iter().filter_map(|name| generation(name)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Erases generations, their secrets first.
    pub(super) fn erase_generations(&self, doomed: impl Fn(u64) -> bool) -> Result<(), KeyError> {
        for number in self.generations()?.into_iter().filter(|number| doomed(*number)) {
            let folder = self.folder_of(number);
            for file in ["share.sealed", "pairs.sealed"] {
                let path = folder.join(file);
                let sealed =
                    self.disk.read(&path, SEALED_LIMIT).map_err(|error| KeyError::io("read", &path, &error))?;
                if let Some(sealed) = sealed {
                    let zeros = vec![0; sealed.len()];
                    self.disk.overwrite(&path, 0, &zeros).map_err(|error| KeyError::io("erase", &path, &error))?;
                }
            }
            self.disk.remove_folder(&folder).map_err(|error| KeyError::io("remove", &folder, &error))?;
        }
        Ok(())
    }

    fn read(&self, path: &Path, limit: usize) -> Result<Vec<u8>, KeyError> {
        let content = self.disk.read(path, limit).map_err(|error| KeyError::io("read", path, &error))?;
        content.ok_or_else(|| KeyError::Damaged { path: path.to_owned(), why: "the file is missing" })
    }

    fn write(&self, path: &Path, content: &[u8]) -> Result<(), KeyError> {
        self.disk.replace(path, content).map_err(|error| KeyError::io("write", path, &error))
    }

    fn folder_of(&self, generation: u64) -> PathBuf {
        self.path.join(generation.to_string())
    }

    fn file(&self, generation: u64, name: &str) -> PathBuf {
        self.folder_of(generation).join(name)
    }
}

/// The number of a generation: without leading zeros, so that one number has one name.
fn generation(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| *number > 0 && number.to_string() == text)
}

fn binding(public: &PublicPart, content: Content, owner: &Owner) -> Binding {
    Binding {
        content,
        scheme: public.scheme,
        key_id: public.key_id,
        epoch: public.epoch,
        generation: public.generation,
        party: owner.name.clone(),
        party_key: owner.key,
        public_part: public.digest(),
    }
}

fn failed(path: &Path) -> impl Fn(SealFault) -> KeyError {
    move |fault| KeyError::Seal { path: path.to_owned(), fault }
}
