//! Holders with whom this party does nothing any more under a key.
//!
//! ```text
//! HOME/keys/NAME/isolated.toml     who, since when and why
//! ```
//!
//! It is written before anything else happens, without the passphrase and without waiting for another process that
//! uses the keys: a session that has not begun its protocol reads it once more before it does.

use serde::{Deserialize, Serialize};

use super::disk::Disk;
use super::{HOLDERS_LIMIT, KeyError, KeyFolder, PublicPart};
use crate::identity::{PartyName, PublicKey};

/// The longest such file.
const LIMIT: usize = 1 << 16;

/// The longest reason, in bytes.
pub const ISOLATION_REASON_LIMIT: usize = 200;

/// A holder that is shut out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Isolated {
    /// The holder.
    pub name: PartyName,
    /// Its identity.
    pub identity: PublicKey,
    /// Since when, in seconds since 1970.
    pub since: u64,
    /// Why: one line.
    pub reason: String,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    #[serde(default)]
    isolated: Vec<Isolated>,
}

impl<D: Disk + Clone> KeyFolder<D> {
    /// The holders that are shut out, by name.
    ///
    /// # Errors
    /// If the file is damaged; the file system's.
    pub fn isolated(&self) -> Result<Vec<Isolated>, KeyError> {
        let path = self.path().join("isolated.toml");
        let content = self.disk().read(&path, LIMIT).map_err(|error| KeyError::io("read", &path, &error))?;
        let Some(content) = content else { return Ok(Vec::new()) };
        let text = std::str::from_utf8(&content).ok().filter(|text| text.len() <= LIMIT);
        let listed = text.and_then(|text| toml::from_str::<Listed>(text).ok());
        Ok(listed.ok_or(KeyError::Damaged { path, why: "it is no list of isolated holders" })?.isolated)
    }

    /// Shuts a holder out, durably, in place of what was said of it before.
    ///
    /// # Errors
    /// If there are too many; the file system's.
    pub fn isolate(&self, holder: Isolated) -> Result<(), KeyError> {
        let mut isolated = self.isolated()?;
        isolated.retain(|other| other.identity != holder.identity);
        isolated.push(holder);
        if isolated.len() > HOLDERS_LIMIT {
            let path = self.path().join("isolated.toml");
            return Err(KeyError::Damaged { path, why: "it lists more holders than a key has" });
        }
        self.write_isolated(isolated)
    }

    /// Lets a holder in again. Says whether it was shut out.
    ///
    /// # Errors
    /// The file system's.
    pub fn lift(&self, name: &PartyName) -> Result<bool, KeyError> {
        let mut isolated = self.isolated()?;
        let before = isolated.len();
        isolated.retain(|other| other.name != *name);
        if isolated.len() == before {
            return Ok(false);
        }
        self.write_isolated(isolated).map(|()| true)
    }

    /// Refuses to do anything with holders of whom one is shut out.
    ///
    /// # Errors
    /// If one is; if the list is damaged.
    pub fn refuse_isolated(&self, public: &PublicPart, cast: &[PartyName]) -> Result<(), KeyError> {
        let isolated = self.isolated()?;
        let holder = |name: &PartyName| public.holders.iter().find(|holder| holder.name == *name);
        let found = isolated.into_iter().find(|out| {
            let is_it = |name: &PartyName| {
                out.name == *name || holder(name).is_some_and(|holder| holder.identity == out.identity)
            };
            cast.iter().any(is_it)
        });
        match found {
            Some(Isolated { name: holder, since, reason, .. }) => {
                Err(KeyError::Isolated { name: self.name().clone(), holder, since, reason })
            }
            None => Ok(()),
        }
    }

    fn write_isolated(&self, mut isolated: Vec<Isolated>) -> Result<(), KeyError> {
        isolated.sort_by(|a, b| a.name.cmp(&b.name));
        let path = self.path().join("isolated.toml");
        let text = toml::to_string(&Listed { isolated }).expect("texts and small numbers have a form in TOML");
        self.disk().replace(&path, text.as_bytes()).map_err(|error| KeyError::io("write", &path, &error))
    }
}
