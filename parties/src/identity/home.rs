//! A home: the directory of one identity, its pinned cards and its receipts.
//!
//! ```text
//! HOME/identity/card.toml      the public half
//! HOME/identity/secret.key     the secret seed, hexadecimal, mode 600
//! HOME/peers/NAME.card         pinned partners
//! HOME/calibration.json        how fast this machine computes
//! HOME/receipts/SESSION.json   receipts
//! HOME/receipts/SESSION.salts  what opens this party's input commitments; never leaves
//! HOME/proposals/*.toml        what a resident process has found about other holders of a key
//! ```

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::file::{
    create_private_directory, io_error, read_bounded, sync_directory, temporary_beside, write_atomically, write_private,
};
use super::{CARD_LIMIT, Card, CardFault, Identity, IdentityError, PartyName};

/// The environment variable that says where the home is.
const VARIABLE: &str = "QUORATE_HOME";

/// A home directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home(PathBuf);

/// What pinning a card did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pinned {
    /// The party was not known before.
    New,
    /// The same card was pinned already.
    Unchanged,
    /// The same key with another address, which is now the pinned one.
    Moved {
        /// The address until now.
        from: String,
    },
}

impl Home {
    /// The home at `path`, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The home that the user means: `given`, else `$QUORATE_HOME`, else `~/.quorate`.
    ///
    /// # Errors
    /// If nothing says where it is.
    pub fn locate(given: Option<&Path>) -> Result<Self, IdentityError> {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        given
            .map(Path::to_owned)
            .or_else(|| set(VARIABLE))
            .or_else(|| set("HOME").map(|home| home.join(".quorate")))
            .map(Self)
            .ok_or(IdentityError::NoHome)
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Makes the directory, which only this user can enter, if it is not there.
    ///
    /// # Errors
    /// The file system's.
    pub fn make(&self) -> Result<(), IdentityError> {
        create_private_directory(&self.0).map_err(|error| io_error("create", &self.0, &error))
    }

    /// Stores a fresh identity. Both of its files appear at once, and never over an older identity.
    ///
    /// # Errors
    /// If the home has an identity already; the file system's.
    pub fn store(&self, identity: &Identity) -> Result<(), IdentityError> {
        let place = self.identity_directory();
        if place.exists() {
            return Err(self.exists());
        }
        let staged = temporary_beside(&place)?;
        let stage = || {
            create_private_directory(&staged)?;
            let mut seed = Zeroizing::new(hex::encode(*identity.expose_seed()));
            seed.push('\n');
            write_private(&staged.join("secret.key"), seed.as_bytes())?;
            write_private(&staged.join("card.toml"), identity.card().to_text().as_bytes())?;
            sync_directory(&staged)?;
            // A directory is never renamed over one that has files in it: an `init` that ran meanwhile wins.
            fs::rename(&staged, &place)?;
            sync_directory(&self.0)
        };
        stage().map_err(|error| {
            // Only what this call has made; the reason is the error above.
            let _ = fs::remove_dir_all(&staged);
            if place.exists() { self.exists() } else { io_error("write", &place, &error) }
        })
    }

    /// Loads the identity.
    ///
    /// # Errors
    /// If there is none, it is damaged, or its secret can be read by other users.
    pub fn identity(&self) -> Result<Identity, IdentityError> {
        let (key, card) = (self.identity_directory().join("secret.key"), self.identity_directory().join("card.toml"));
        let text = read_bounded(&key, 128).map(Zeroizing::new).map_err(|error| self.absent(error))?;
        refuse_exposed(&key)?;
        let mut seed = Zeroizing::new([0; 32]);
        let damaged = |path: &Path, why: &str| IdentityError::Damaged { path: path.to_owned(), why: why.to_owned() };
        hex::decode_to_slice(text.trim_ascii_end(), &mut *seed)
            .map_err(|_| damaged(&key, "the secret key is not 64 hexadecimal digits"))?;
        Identity::restore(read_card(&card)?, &seed)
            .ok_or_else(|| damaged(&card, "the card is of another key than secret.key"))
    }

    /// Pins a partner's card.
    ///
    /// # Errors
    /// If it is this home's own, or the name is pinned with another key, or the key with another name.
    pub fn pin(&self, card: &Card) -> Result<Pinned, IdentityError> {
        let own = self.identity()?;
        if card.public_key() == own.public_key() {
            return Err(IdentityError::OwnCard { name: own.name().clone() });
        }
        if card.name() == own.name() {
            return Err(IdentityError::OwnName { name: own.name().clone() });
        }
        let path = self.peer_path(card.name());
        let mut pinned = Pinned::New;
        for known in self.peers()? {
            match (known.name() == card.name(), known.public_key() == card.public_key()) {
                (true, false) => {
                    let (name, pinned, offered) = (card.name().clone(), known.public_key(), card.public_key());
                    return Err(IdentityError::OtherKey { name, pinned, offered, path });
                }
                (false, true) => {
                    let (pinned, offered) = (known.name().clone(), card.name().clone());
                    return Err(IdentityError::OtherName { path: self.peer_path(&pinned), pinned, offered });
                }
                (true, true) if known == *card => return Ok(Pinned::Unchanged),
                (true, true) => pinned = Pinned::Moved { from: known.address().to_string() },
                (false, false) => {}
            }
        }
        let directory = self.0.join("peers");
        create_private_directory(&directory).map_err(|error| io_error("create", &directory, &error))?;
        write_atomically(&path, card.to_text().as_bytes())?;
        Ok(pinned)
    }

    /// All pinned cards, by name.
    ///
    /// # Errors
    /// If one is damaged: it is named, and nothing is skipped in silence.
    pub fn peers(&self) -> Result<Vec<Card>, IdentityError> {
        let directory = self.0.join("peers");
        let entries = match fs::read_dir(&directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io_error("read", &directory, &error)),
        };
        let mut cards = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| io_error("read", &directory, &error))?.path();
            if path.extension().is_some_and(|extension| extension == "card") {
                cards.push(read_pinned(&path)?);
            }
        }
        cards.sort_by(|a, b| a.name().cmp(b.name()));
        Ok(cards)
    }

    /// The pinned card of one party.
    ///
    /// # Errors
    /// If nobody of this name is pinned, or the card is damaged.
    pub fn peer(&self, name: &PartyName) -> Result<Card, IdentityError> {
        read_pinned(&self.peer_path(name)).map_err(|error| match error {
            IdentityError::Io { kind: ErrorKind::NotFound, .. } => {
                IdentityError::Unpinned { name: name.clone(), home: self.0.clone() }
            }
            other => other,
        })
    }

    /// Writes a file into the home's receipts and says where it is.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn write_receipt(&self, name: &str, content: &[u8]) -> Result<PathBuf, IdentityError> {
        let directory = self.0.join("receipts");
        create_private_directory(&directory).map_err(|error| io_error("create", &directory, &error))?;
        let path = directory.join(name);
        write_atomically(&path, content)?;
        Ok(path)
    }

    /// Writes a file into the home's proposals and says where it is.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn write_proposal(&self, name: &str, content: &[u8]) -> Result<PathBuf, IdentityError> {
        let directory = self.0.join("proposals");
        create_private_directory(&directory).map_err(|error| io_error("create", &directory, &error))?;
        let path = directory.join(name);
        write_atomically(&path, content)?;
        Ok(path)
    }

    fn identity_directory(&self) -> PathBuf {
        self.0.join("identity")
    }

    fn peer_path(&self, name: &PartyName) -> PathBuf {
        self.0.join("peers").join(format!("{name}.card"))
    }

    fn exists(&self) -> IdentityError {
        let name = read_card(&self.identity_directory().join("card.toml"));
        let name = name.map_or_else(|_| "somebody".to_owned(), |card| card.name().to_string());
        IdentityError::Exists { name, home: self.0.clone() }
    }

    fn absent(&self, error: IdentityError) -> IdentityError {
        match error {
            IdentityError::Io { kind: ErrorKind::NotFound, .. } => IdentityError::NoIdentity { home: self.0.clone() },
            other => other,
        }
    }
}

impl Card {
    /// Reads a card from a file.
    ///
    /// # Errors
    /// If it cannot be read or is not a card.
    pub fn read(path: &Path) -> Result<Self, IdentityError> {
        read_card(path)
    }
}

fn read_card(path: &Path) -> Result<Card, IdentityError> {
    let bytes = read_bounded(path, CARD_LIMIT)?;
    Card::parse(&bytes).map_err(|fault| IdentityError::Card { origin: path.display().to_string(), fault })
}

/// A pinned card, whose file carries its name: a renamed file would pin a key to another party.
fn read_pinned(path: &Path) -> Result<Card, IdentityError> {
    let card = read_card(path)?;
    if path.file_stem().is_some_and(|stem| stem == card.name().as_str()) {
        return Ok(card);
    }
    let fault = CardFault::Malformed(format!("field `name` is {}, which the file's name is not", card.name()));
    Err(IdentityError::Card { origin: path.display().to_string(), fault })
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), IdentityError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::metadata(path).map_err(|error| io_error("read", path, &error))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(IdentityError::Exposed { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
fn refuse_exposed(_path: &Path) -> Result<(), IdentityError> {
    // Elsewhere the user's profile directory is what keeps other users out.
    Ok(())
}
