//! A log outside of its home: for partners and auditors.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use super::{AuditError, Entries, Entry, Head, LINE_LIMIT, Verified, beginning, verify};
use crate::exit::{Exit, Failure};
use crate::identity::{Card, Hex};

/// Writes entries as they stand in the log, one a line.
///
/// # Errors
/// What is wrong with an entry; the file system's.
pub fn export(entries: Entries, path: &Path) -> Result<Head, AuditError> {
    let failed = |error: io::Error| AuditError::io("write", path, &error);
    let mut entries = entries;
    let mut file = BufWriter::new(File::create_new(path).map_err(failed)?);
    for entry in entries.by_ref() {
        file.write_all(&entry?.to_line()).map_err(failed)?;
    }
    file.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| file.sync_all()).map_err(failed)?;
    Ok(entries.head())
}

/// Reads an exported log and checks all of it. Whose it is its first entry says: one of those whose cards are known.
///
/// # Errors
/// A log of somebody else; the first thing that is wrong with it; the file system's.
pub fn verify_export<'a>(path: &Path, known: &'a [Card]) -> Result<(&'a Card, Verified), Failure> {
    let refused = |error: io::Error| AuditError::io("read", path, &error);
    let length = std::fs::metadata(path).map_err(refused)?.len();
    let first = first_previous(path).map_err(refused)?;
    let bad = |why: &str| Failure::new(Exit::BadInput, format!("{}: {why}", path.display()));
    let first = first.ok_or_else(|| bad("this is no audit log: its first line is not an entry"))?;
    let owner = known.iter().find(|card| beginning(&card.public_key()) == first).ok_or_else(|| {
        bad("the card of the party whose log this is, or begins in the middle of, is not known here")
            .hint("give the party's card with --card FILE, and the whole log as `quorate audit export` writes it")
    })?;
    let key = owner.public_key();
    let entries = Entries::open(path, Head::empty(&key), 0, length)?;
    Ok((owner, verify(entries, &key)?))
}

/// What the first entry follows.
fn first_previous(path: &Path) -> io::Result<Option<Hex<32>>> {
    let mut line = Vec::new();
    BufReader::new(File::open(path)?).take(LINE_LIMIT as u64).read_until(b'\n', &mut line)?;
    Ok(line.strip_suffix(b"\n").and_then(|line| Entry::parse(line).ok()).map(|entry| entry.previous))
}
