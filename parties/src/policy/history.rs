//! What the audit log says that decisions depend on.

use std::collections::{BTreeMap, BTreeSet};

use super::Spend;
use crate::audit::{AuditError, AuditLog, Entry, Event, KeyAction, RotationStep};
use crate::identity::Hex;
use crate::keys::KeyName;
use crate::request::{Amount, Moment, RequestId};

/// The parts of a log that policies look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    last: Option<Moment>,
    spends: BTreeMap<KeyName, Vec<Spend>>,
    policies: BTreeMap<KeyName, (u64, Hex<32>)>,
    drilled: BTreeSet<Hex<32>>,
    signed: BTreeSet<RequestId>,
    rotations: BTreeMap<KeyName, Vec<Moment>>,
}

impl History {
    /// What a log says up to now.
    ///
    /// # Errors
    /// If the log is damaged: nothing is decided on a part of it.
    pub fn read(log: &AuditLog) -> Result<Self, AuditError> {
        Self::of(log.entries()?)
    }

    /// What these entries say.
    ///
    /// # Errors
    /// The first entry's that cannot be read.
    pub fn of(entries: impl IntoIterator<Item = Result<Entry, AuditError>>) -> Result<Self, AuditError> {
        let mut history = Self::default();
        for entry in entries {
            let entry = entry?;
            let at = Moment::from_seconds(entry.time);
            // A clock that was set back does not make the last entry the latest one.
            history.last = history.last.max(Some(at));
            match entry.event {
                Event::Spend { request, key, asset, amount, destination } => {
                    // This party has written it; a number that is none counts as more than any limit.
                    let amount = amount.parse().unwrap_or_else(|_| Amount::ZERO.next().times(u64::MAX).times(u64::MAX));
                    let spends = history.spends.entry(key).or_default();
                    // A session that failed and was tried again spends once, and lately.
                    spends.retain(|spend| spend.request != request);
                    spends.push(Spend { at, request, asset, amount, destination });
                }
                Event::Signed { request, .. } => {
                    history.signed.insert(request);
                }
                Event::Policy { key, version, digest, .. } => {
                    let known = history.policies.entry(key).or_insert((version, digest));
                    if known.0 < version {
                        *known = (version, digest);
                    }
                }
                Event::Key { key_id, action: KeyAction::Drilled, .. } => {
                    history.drilled.insert(key_id);
                }
                Event::Rotation { key, step: RotationStep::Begun, .. } => {
                    history.rotations.entry(key).or_default().push(at);
                }
                _ => {}
            }
        }
        Ok(history)
    }

    /// When the last entry was written.
    pub fn last(&self) -> Option<Moment> {
        self.last
    }

    /// What was signed with a key, or begun to be.
    pub fn spends(&self, key: &KeyName) -> &[Spend] {
        self.spends.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether a request was signed here.
    pub fn is_signed(&self, request: &RequestId) -> bool {
        self.signed.contains(request)
    }

    /// The latest version of a key's policy, and its digest.
    pub fn policy(&self, key: &KeyName) -> Option<(u64, Hex<32>)> {
        self.policies.get(key).copied()
    }

    /// When rotations of a key have begun by themselves.
    pub fn rotations(&self, key: &KeyName) -> &[Moment] {
        self.rotations.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether a recovery of a key was rehearsed.
    pub fn is_drilled(&self, key_id: &Hex<32>) -> bool {
        self.drilled.contains(key_id)
    }
}
