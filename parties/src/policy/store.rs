//! The policies that a home has adopted.
//!
//! ```text
//! HOME/policies/KEY/1.toml         the first version, as it was adopted
//! HOME/policies/KEY/adopted.toml   the digests of all versions, signed by this home's identity
//! ```
//!
//! A version is adopted by its holder's own command, and never leaves: a key that has a policy keeps one. A file that
//! says something else than what was adopted is refused, and so is a folder that has fewer versions than the audit log.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::change::{ChangeApproval, approved};
use super::{History, POLICY_LIMIT, Policy, PolicyError};
use crate::identity::{Canonical, Hex, Home, Identity, PartyName, PublicKey, Signature};
use crate::keys::{Disk, Files, KeyName};
use crate::request::{Moment, one_line};

/// The longest record of adoptions, in bytes.
const RECORD_LIMIT: usize = 1 << 20;

const FORMAT: u32 = 1;

/// The policies of a home.
#[derive(Clone, Debug)]
pub struct Policies {
    folder: PathBuf,
    owner: PublicKey,
}

/// A version that was adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// What it says.
    pub policy: Policy,
    /// Its digest.
    pub digest: Hex<32>,
    /// When this home has adopted it.
    pub adopted: Moment,
    /// Who has approved it; nobody approves the first.
    pub approvals: Vec<PartyName>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    format: u32,
    #[serde(default, rename = "version")]
    versions: Vec<Version>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    number: u64,
    digest: Hex<32>,
    adopted: Moment,
    #[serde(default)]
    approvals: Vec<PartyName>,
    signature: Signature,
}

impl Version {
    fn canonical(&self, key: &KeyName) -> Canonical {
        Canonical::new("quorate policy adopted 1")
            .text(key.as_str())
            .number(self.number)
            .bytes(&self.digest.0)
            .number(self.adopted.seconds())
            .list(self.approvals.iter(), |c, name| c.text(name.as_str()))
    }
}

impl Policies {
    /// The policies of a home whose identity is `owner`.
    pub fn of(home: &Home, owner: PublicKey) -> Self {
        Self { folder: home.path().join("policies"), owner }
    }

    /// All versions that were adopted for a key, the first one first; none if it has no policy.
    ///
    /// # Errors
    /// If a file was edited, is missing, or another home has written the record; if the log knows of more than is there.
    pub fn versions(&self, key: &KeyName, history: &History) -> Result<Vec<Adopted>, PolicyError> {
        let record = self.record(key)?;
        let found = record.versions.len() as u64;
        let logged = history.policy(key);
        if let Some((adopted, _)) = logged.filter(|(adopted, _)| *adopted > found) {
            return Err(PolicyError::SetBack { key: key.clone(), adopted, found });
        }
        let mut versions = Vec::new();
        for (version, number) in record.versions.into_iter().zip(1..) {
            let path = self.path(key, number);
            let damaged = |why: &str| PolicyError::Malformed { path: self.record_path(key), why: why.to_owned() };
            if version.number != number || !self.owner.verifies(&version.canonical(key), &version.signature) {
                return Err(damaged("it was not written by this home"));
            }
            let policy = read(&path)?;
            let (found, adopted) = (policy.digest(), version.digest);
            if found != adopted || policy.version != number {
                return Err(PolicyError::Edited { path, found, adopted });
            }
            if let Some((_, adopted)) = logged.filter(|(logged, digest)| *logged == number && *digest != found) {
                return Err(PolicyError::Edited { path, found, adopted });
            }
            let Version { adopted, approvals, digest, .. } = version;
            versions.push(Adopted { policy, digest, adopted, approvals });
        }
        Ok(versions)
    }

    /// The version that is in force; `None` if the key has no policy.
    ///
    /// # Errors
    /// As of [`Self::versions`]; if all versions begin later.
    pub fn in_force(&self, key: &KeyName, history: &History, now: Moment) -> Result<Option<Adopted>, PolicyError> {
        let versions = self.versions(key, history)?;
        if versions.is_empty() {
            return Ok(None);
        }
        let begun = |adopted: &Adopted| adopted.policy.effective.is_none_or(|effective| effective <= now);
        let latest = versions.into_iter().rev().find(begun);
        latest.map(Some).ok_or_else(|| PolicyError::NotYet { key: key.clone() })
    }

    /// Adopts a version: the first as it is, later ones with the approvals that the version before asks for. Adopting
    /// again what was adopted does nothing.
    ///
    /// # Errors
    /// A text that is no policy, or of another key or version; approvals that are missing; the file system's.
    pub fn adopt(
        &self,
        identity: &Identity,
        key: &KeyName,
        file: &Path,
        approvals: &[ChangeApproval],
        (history, now): (&History, Moment),
    ) -> Result<Adopted, PolicyError> {
        let policy = read(file)?;
        if policy.key != *key {
            return Err(PolicyError::OtherKey { found: policy.key, expected: key.clone() });
        }
        let versions = self.versions(key, history)?;
        if let Some(known) = versions.iter().find(|known| known.digest == policy.digest()) {
            return Ok(known.clone());
        }
        let expected = versions.len() as u64 + 1;
        if policy.version != expected {
            return Err(PolicyError::Version { key: key.clone(), found: policy.version, expected });
        }
        let approvals = match versions.last() {
            Some(old) => approved(&old.policy, &policy, approvals, now)?,
            None => Vec::new(),
        };
        let adopted = Adopted { digest: policy.digest(), policy, adopted: now, approvals };
        self.write(identity, key, file, &adopted)?;
        Ok(adopted)
    }

    /// First the text, then the record: without its record a text means nothing.
    fn write(&self, identity: &Identity, key: &KeyName, file: &Path, adopted: &Adopted) -> Result<(), PolicyError> {
        let folder = self.folder.join(key.as_str());
        Files.make_folder(&folder).map_err(|error| PolicyError::io("create", &folder, &error))?;
        let path = self.path(key, adopted.policy.version);
        let text = bytes(file)?;
        // What was read a moment ago, and not what may stand there now.
        if Policy::parse(&text).map(|policy| policy.digest()) != Ok(adopted.digest) {
            let why = "it changed while it was read".to_owned();
            return Err(PolicyError::Malformed { path: file.to_owned(), why });
        }
        Files.replace(&path, &text).map_err(|error| PolicyError::io("write", &path, &error))?;
        let mut record = self.record(key)?;
        let mut version = Version {
            number: adopted.policy.version,
            digest: adopted.digest,
            adopted: adopted.adopted,
            approvals: adopted.approvals.clone(),
            signature: Hex([0; 64]),
        };
        version.signature = identity.sign(&version.canonical(key));
        record.versions.push(version);
        let (path, text) = (self.record_path(key), toml::to_string_pretty(&record).expect("texts and numbers"));
        Files.replace(&path, text.as_bytes()).map_err(|error| PolicyError::io("write", &path, &error))
    }

    fn record(&self, key: &KeyName) -> Result<Record, PolicyError> {
        let path = self.record_path(key);
        let read = Files.read(&path, RECORD_LIMIT).map_err(|error| PolicyError::io("read", &path, &error))?;
        let Some(bytes) = read else { return Ok(Record { format: FORMAT, versions: Vec::new() }) };
        let malformed = |why: String| PolicyError::Malformed { path: path.clone(), why };
        let text = std::str::from_utf8(&bytes).map_err(|_| malformed("it is not UTF-8".to_owned()))?;
        let record: Record = toml::from_str(text).map_err(|error| malformed(one_line(&error, text)))?;
        if record.format != FORMAT || bytes.len() > RECORD_LIMIT {
            return Err(malformed("it is of another version of this software".to_owned()));
        }
        Ok(record)
    }

    fn record_path(&self, key: &KeyName) -> PathBuf {
        self.folder.join(key.as_str()).join("adopted.toml")
    }

    fn path(&self, key: &KeyName, version: u64) -> PathBuf {
        self.folder.join(key.as_str()).join(format!("{version}.toml"))
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, PolicyError> {
    let read = Files.read(path, POLICY_LIMIT).map_err(|error| PolicyError::io("read", path, &error))?;
    let absent = || PolicyError::Malformed { path: path.to_owned(), why: "there is no such file".to_owned() };
    read.ok_or_else(absent)
}

impl Policy {
    /// Reads a policy from a file.
    ///
    /// # Errors
    /// If it is not there or no policy.
    pub fn read(path: &Path) -> Result<Self, PolicyError> {
        read(path)
    }
}

fn read(path: &Path) -> Result<Policy, PolicyError> {
    Policy::parse(&bytes(path)?).map_err(|fault| PolicyError::Policy { path: path.to_owned(), fault })
}
