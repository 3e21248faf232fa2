//! Reading a log from one entry to the next, without holding more than one.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::{AuditError, Entry, EntryFault, Head, LINE_LIMIT};

/// The entries of a log from somewhere on, each checked to follow the one before it. It ends after the first error.
#[derive(Debug)]
pub struct Entries {
    path: PathBuf,
    file: Option<BufReader<File>>,
    /// The head before the next entry.
    head: Head,
    /// Where the next entry begins.
    offset: u64,
    /// Where to stop: later entries belong to another reader.
    end: u64,
}

impl Entries {
    /// Reads the file at `path`, which need not exist, from the byte `offset` on, where the entry after `head` begins,
    /// up to the byte `end`.
    pub(super) fn open(path: &Path, head: Head, offset: u64, end: u64) -> Result<Self, AuditError> {
        let refused = |error: std::io::Error| AuditError::io("read", path, &error);
        let file = if offset == end {
            None
        } else {
            let mut file = File::open(path).map_err(refused)?;
            file.seek(SeekFrom::Start(offset)).map_err(refused)?;
            Some(BufReader::with_capacity(LINE_LIMIT, file))
        };
        Ok(Self { path: path.to_owned(), file, head, offset, end })
    }

    /// The head after what was read.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Where the next entry begins.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// An error of the next entry.
    fn fault(&self, fault: EntryFault) -> AuditError {
        self.fault_at(self.head.number + 1, fault)
    }

    /// An error of an entry of this file.
    pub(super) fn fault_at(&self, number: u64, fault: EntryFault) -> AuditError {
        AuditError::Entry { path: self.path.clone(), number, fault }
    }

    fn read(&mut self) -> Result<Option<Entry>, AuditError> {
        let left = self.end.saturating_sub(self.offset);
        let Some(file) = self.file.as_mut().filter(|_| left > 0) else { return Ok(None) };
        let mut line = Vec::new();
        file.take(left.min(LINE_LIMIT as u64 + 1))
            .read_until(b'\n', &mut line)
            .map_err(|error| AuditError::io("read", &self.path, &error))?;
        let length = line.len() as u64;
        if line.is_empty() {
            return Ok(None);
        }
        if line.pop() != Some(b'\n') {
            let fault = if line.len() >= LINE_LIMIT { EntryFault::TooLong } else { EntryFault::Unfinished };
            return Err(self.fault(fault));
        }
        let entry = Entry::parse(&line).map_err(|fault| self.fault(fault))?;
        entry.check_follows(&self.head).map_err(|fault| self.fault(fault))?;
        self.head = entry.head();
        self.offset += length;
        Ok(Some(entry))
    }
}

impl Iterator for Entries {
    type Item = Result<Entry, AuditError>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.read();
        if read.is_err() {
            self.file = None;
        }
        read.transpose()
    }
}
