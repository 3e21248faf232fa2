//! What a stock's folder tells before anything in it is used.

use std::path::Path;

use super::batches::{FILE_LIMIT, SUFFIX, file_name};
use super::record::{JOURNAL_LIMIT, Journal, VERSION};
use super::state::State;
use super::{Origin, Reason, Signers, StockFault};
use crate::keys::KeyError;
use crate::keys::disk::{Disk, Files};

/// The first line is the [convention](https://bford.info/cachedir/) by which backup programs leave a folder out.
const CACHE_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
    # One-time material: never backed up, copied or restored. See README.\n";

const README: &str = "One-time material: presignatures and nonces of a key, or correlated randomness of prepared runs.\n\n\
    Leave this folder out of every backup, snapshot and copy. An item that is used twice gives away the key, or the data\n\
    that it masked, and an older copy of this folder has items that were used since. It can be removed at any time while\n\
    no quorate process runs: the only loss is that the next signatures or runs take longer.\n";

/// Makes the folder with what tells others to leave it alone.
pub(super) fn make(folder: &Path, disk: &impl Disk) -> Result<(), KeyError> {
    disk.make_folder(folder).map_err(|error| KeyError::io("create", folder, &error))?;
    for (name, content) in [("CACHEDIR.TAG", CACHE_TAG), ("README", README)] {
        let path = folder.join(name);
        let there = disk.read(&path, 4096).map_err(|error| KeyError::io("read", &path, &error))?;
        if there.as_deref() != Some(content.as_bytes()) {
            disk.replace(&path, content.as_bytes()).map_err(|error| KeyError::io("write", &path, &error))?;
        }
    }
    Ok(())
}

/// The state that the journal tells, and why all of it must be burned, if it must.
pub(super) fn found(folder: &Path, disk: &impl Disk, origin: &Origin) -> Result<(State, Option<Reason>), KeyError> {
    let path = folder.join("journal");
    let bytes = disk.read(&path, JOURNAL_LIMIT).map_err(|error| KeyError::io("read", &path, &error))?;
    let Some(bytes) = bytes else {
        let names = disk.names(folder).map_err(|error| KeyError::io("read", folder, &error))?;
        let orphans = names.iter().any(|name| name.ends_with(SUFFIX));
        return Ok((State::new(origin.clone()), orphans.then_some(Reason::NoJournal)));
    };
    let fault = |fault| KeyError::Stock { path: folder.to_owned(), fault };
    let journal = Journal::read(&bytes).map_err(|found| fault(StockFault::Version { found, known: VERSION }))?;
    let Some((state, consistent)) = State::replay(&journal.records) else {
        return Ok((State::new(origin.clone()), Some(Reason::Torn)));
    };
    let differs = [
        (state.origin.key_id != origin.key_id, "key"),
        (state.origin.material != origin.material, "kind of material"),
        (state.origin.party != origin.party, "party"),
    ];
    if let Some(field) = differs.into_iter().find_map(|(differs, field)| differs.then_some(field)) {
        return Err(fault(StockFault::OtherKey { field }));
    }
    let reasons = [
        (journal.torn || bytes.len() > JOURNAL_LIMIT, Reason::Torn),
        (state.running, Reason::Unclean),
        (consistent.is_err(), Reason::Inconsistent),
        (state.origin.epoch != origin.epoch, Reason::Epoch),
        (state.origin.generation != origin.generation, Reason::Generation),
    ];
    let reason = reasons.into_iter().find_map(|(holds, reason)| holds.then_some(reason));
    Ok((state, reason))
}

/// Whether the batches' files agree with the journal.
pub(super) fn agree(folder: &Path, disk: &impl Disk, state: &State) -> Result<bool, KeyError> {
    for batch in &state.batches {
        let path = folder.join(file_name(batch.session));
        let file = disk.read(&path, FILE_LIMIT).map_err(|error| KeyError::io("read", &path, &error))?;
        if !file.is_some_and(|file| batch.agrees(state.next_number(batch), &file)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How many items each set of signers has left.
pub(super) fn all_left(state: &State) -> Vec<(Signers, u64)> {
    let mut counts: Vec<(Signers, u64)> = Vec::new();
    for batch in &state.batches {
        let left = state.left(batch);
        match counts.iter_mut().find(|(signers, _)| *signers == batch.signers) {
            Some((_, count)) => *count += left,
            None => counts.push((batch.signers.clone(), left)),
        }
    }
    counts
}

/// How many items each set of signers has left by the journal in a stock's folder: read without a passphrase and
/// without the lock, so it is what a list shows and nothing to rely on. An unreadable journal counts nothing.
///
/// # Errors
/// The file system's.
pub fn counts(folder: &Path) -> Result<Vec<(Signers, u64)>, KeyError> {
    let path = folder.join("journal");
    let bytes = Files.read(&path, JOURNAL_LIMIT).map_err(|error| KeyError::io("read", &path, &error))?;
    let journal = bytes.and_then(|bytes| Journal::read(&bytes).ok()).filter(|journal| !journal.torn);
    let state = journal.and_then(|journal| State::replay(&journal.records));
    Ok(state.map_or_else(Vec::new, |(state, _)| all_left(&state)))
}

/// Whether bytes are a whole journal whose records can follow each other. Never panics, whatever they are.
pub fn check_journal(bytes: &[u8]) -> bool {
    let journal = Journal::read(bytes).ok().filter(|journal| !journal.torn);
    journal.and_then(|journal| State::replay(&journal.records)).is_some_and(|(_, consistent)| consistent.is_ok())
}
