//! Approving the next version of a policy.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Policy, PolicyError, Present};
use crate::identity::{Canonical, Hex, Identity, PartyName, PublicKey, Signature};
use crate::keys::{Disk, Files, KeyName};
use crate::request::{Moment, one_line};

/// The longest approval of a change, in bytes.
pub const CHANGE_LIMIT: usize = 4096;

/// One person's signed approval of one change: from which version to which, and from when on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeApproval {
    /// Whose policy changes.
    pub key: KeyName,
    /// Who approves.
    pub by: PartyName,
    /// The identity of that person.
    pub identity: PublicKey,
    /// The digest of the version that is replaced.
    pub from: Hex<32>,
    /// The digest of the version that replaces it.
    pub to: Hex<32>,
    /// From when on, if not at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<Moment>,
    /// Until when the new version can be adopted with this approval.
    pub expires: Moment,
    /// The signature over all of the above.
    pub signature: Signature,
}

impl ChangeApproval {
    /// Approves a change.
    pub fn sign(identity: &Identity, old: &Policy, new: &Policy, expires: Moment) -> Self {
        let mut approval = Self {
            key: old.key.clone(),
            by: identity.name().clone(),
            identity: identity.public_key(),
            from: old.digest(),
            to: new.digest(),
            effective: new.effective,
            expires,
            signature: Hex([0; 64]),
        };
        approval.signature = identity.sign(&approval.canonical());
        approval
    }

    /// Reads the text that [`Self::to_text`] writes.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > CHANGE_LIMIT {
            return Err(format!("it has more than {CHANGE_LIMIT} bytes: it is no approval of a change"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        toml::from_str(text).map_err(|error| one_line(&error, text))
    }

    /// Reads an approval from a file.
    ///
    /// # Errors
    /// If it is not there or no approval.
    pub fn read(path: &Path) -> Result<Self, PolicyError> {
        let bytes = Files.read(path, CHANGE_LIMIT).map_err(|error| PolicyError::io("read", path, &error))?;
        let malformed = |why: String| PolicyError::Malformed { path: PathBuf::from(path), why };
        Self::parse(&bytes.ok_or_else(|| malformed("there is no such file".to_owned()))?).map_err(malformed)
    }

    /// The approval as a file.
    pub fn to_text(&self) -> String {
        let text = toml::to_string(self).expect("texts are always TOML");
        format!("# An approval of a change of a policy, for `quorate policy adopt`.\n{text}")
    }

    /// Why it does not count for a change; nothing if it does.
    fn fault(&self, old: &Policy, new: &Policy, now: Moment) -> Option<String> {
        let Self { key, by, identity, from, to, effective, expires, .. } = self;
        if !identity.verifies(&self.canonical(), &self.signature) {
            return Some(format!("the signature of {by} is not of these words by this identity"));
        }
        match old.identity_of(by) {
            None => return Some(format!("{by} is not among the people of version {}", old.version)),
            Some(known) if known != *identity => {
                return Some(format!("version {} knows {by} by another identity", old.version));
            }
            Some(_) => {}
        }
        if *key != old.key || *from != old.digest() {
            return Some(format!("{by} approved a change of another policy"));
        }
        if *to != new.digest() || *effective != new.effective {
            return Some(format!("{by} approved another text than this"));
        }
        (*expires <= now).then(|| format!("the approval of {by} has expired at {expires}"))
    }

    fn canonical(&self) -> Canonical {
        let Self { key, by, identity, from, to, effective, expires, signature: _ } = self;
        Canonical::new("quorate policy change 1")
            .text(key.as_str())
            .text(by.as_str())
            .bytes(identity.as_bytes())
            .bytes(&from.0)
            .bytes(&to.0)
            .list(effective.iter(), |c, moment| c.number(moment.seconds()))
            .number(expires.seconds())
    }
}

/// Who has approved a change, if that is enough for the version that is replaced.
///
/// # Errors
/// What is missing, and which approvals do not count.
pub(super) fn approved(
    old: &Policy,
    new: &Policy,
    approvals: &[ChangeApproval],
    now: Moment,
) -> Result<Vec<PartyName>, PolicyError> {
    let (mut names, mut unusable) = (Vec::new(), Vec::new());
    for approval in approvals {
        match approval.fault(old, new, now) {
            Some(why) => unusable.push(why),
            None if names.contains(&approval.by) => {}
            None => names.push(approval.by.clone()),
        }
    }
    match old.change.quorum.missing(&Present::new(&old.people, &names)) {
        None => Ok(names),
        Some(missing) => Err(PolicyError::Unapproved { key: old.key.clone(), version: new.version, missing, unusable }),
    }
}
