//! Finding an entry by its number, without reading what lies before it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use super::{AuditError, Entry, EntryFault, Head, LINE_LIMIT};

/// The head that a log had after the entry with this number, and where the next entry begins; `empty` is the head before
/// the first one. The log's first `end` bytes are searched: numbers grow from line to line.
///
/// # Errors
/// If there is no such entry where it should be; the file system's.
pub(super) fn position(path: &Path, empty: Head, number: u64, end: u64) -> Result<(Head, u64), AuditError> {
    if number == 0 {
        return Ok((empty, 0));
    }
    let wrong = |fault| AuditError::Entry { path: path.to_owned(), number, fault };
    let refused = |error: io::Error| match error.kind() {
        ErrorKind::InvalidData => wrong(EntryFault::TooLong),
        _ => AuditError::io("read", path, &error),
    };
    let mut file = File::open(path).map_err(refused)?;
    // The entry begins in `low..high`, and a line begins at `low`.
    let (mut low, mut high) = (0, end);
    while low < high {
        let middle = low + (high - low) / 2;
        let start = if middle == low { low } else { line_at_or_after(&mut file, middle).map_err(refused)? };
        if start >= high {
            high = middle;
            continue;
        }
        let (line, length) = line_from(&mut file, start).map_err(refused)?;
        let entry = Entry::parse(&line).map_err(wrong)?;
        match entry.number.cmp(&number) {
            std::cmp::Ordering::Less => low = start + length,
            std::cmp::Ordering::Equal => return Ok((entry.head(), start + length)),
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    Err(wrong(EntryFault::Absent))
}

/// Where the first line begins that does so at this byte or later.
fn line_at_or_after(file: &mut File, at: u64) -> io::Result<u64> {
    // The end of the line before may be the byte before.
    let (_, length) = line_from(file, at - 1)?;
    Ok(at - 1 + length)
}

/// The bytes from here to the end of the line, and how many there are with that end.
fn line_from(file: &mut File, at: u64) -> io::Result<(Vec<u8>, u64)> {
    file.seek(SeekFrom::Start(at))?;
    let mut line = Vec::new();
    // Lines are short: a buffer of the longest would be read for every step.
    let mut reader = BufReader::with_capacity(2048, file.take(LINE_LIMIT as u64 + 1));
    reader.read_until(b'\n', &mut line)?;
    let length = line.len() as u64;
    match line.pop() {
        Some(b'\n') => Ok((line, length)),
        _ => Err(ErrorKind::InvalidData.into()),
    }
}
