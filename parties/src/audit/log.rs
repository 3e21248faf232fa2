//! The log as a file: where it ends, and what is added to it.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::lock::Lock;
use super::search::position;
use super::{AuditError, Entries, Entry, EntryFault, Event, Head, LINE_LIMIT};
use crate::identity::{Hex, Home, Identity, PublicKey};
use crate::keys::{Disk, Files};

/// The longest bookmark that is read.
const BOOKMARK_LIMIT: usize = 1024;

/// A party's audit log. Several processes may have it open; they take turns to write.
pub struct AuditLog {
    folder: PathBuf,
    identity: Arc<Identity>,
}

/// The log, held for this process alone: what is read through it stays true until it is dropped.
pub struct Held<'a> {
    log: &'a AuditLog,
    tail: Tail,
    _lock: Lock,
}

/// Where the log ends.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Tail {
    head: Head,
    /// Bytes up to there.
    length: u64,
    /// The last entry.
    last: Option<Entry>,
}

/// How far the log was written when it was written last. It is not waited for until it is on the disk: what it says is
/// compared with the log, and what the log has beyond it is read.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bookmark {
    head: Head,
    length: u64,
}

impl AuditLog {
    /// Opens the log of a home; it has no entries if there is none. A line that a crash has cut is taken away, and that
    /// is noted in an entry.
    ///
    /// # Errors
    /// A home without identity; a log that is damaged at its end or shorter than it was; the file system's.
    pub fn open(home: &Home) -> Result<Self, AuditError> {
        Self::of(home, Arc::new(home.identity()?))
    }

    /// As [`Self::open`], for a home whose identity was read already.
    ///
    /// # Errors
    /// As of [`Self::open`].
    pub fn of(home: &Home, identity: Arc<Identity>) -> Result<Self, AuditError> {
        let folder = home.path().join("audit");
        Files.make_folder(&folder).map_err(|error| AuditError::io("create", &folder, &error))?;
        let log = Self { folder, identity };
        log.hold()?;
        Ok(log)
    }

    /// Whose log it is.
    pub fn owner(&self) -> PublicKey {
        self.identity.public_key()
    }

    /// The identity that signs it.
    pub(super) fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Appends an entry. It is on the disk when this returns.
    ///
    /// # Errors
    /// A log that is damaged or in use for long; an event that is too long; the file system's, and then nothing was
    /// appended.
    pub fn append(&self, event: Event) -> Result<Entry, AuditError> {
        self.hold()?.append(event)
    }

    /// The last entry's number and hash.
    ///
    /// # Errors
    /// A log that is damaged at its end or in use for long; the file system's.
    pub fn head(&self) -> Result<Head, AuditError> {
        Ok(self.hold()?.head())
    }

    /// All entries, in order. Those that are appended later are not among them.
    ///
    /// # Errors
    /// As of [`Self::head`]; each entry's are its own.
    pub fn entries(&self) -> Result<Entries, AuditError> {
        self.hold()?.entries()
    }

    /// Reads the whole log and checks every hash, signature and countersignature.
    ///
    /// # Errors
    /// The first thing that is wrong; the file system's.
    pub fn verify(&self) -> Result<super::Verified, AuditError> {
        super::verify(self.entries()?, &self.owner())
    }

    /// Keeps other processes from writing until the answer is dropped: for reading entries and writing one that follows
    /// from them.
    ///
    /// # Errors
    /// As of [`Self::head`].
    pub fn hold(&self) -> Result<Held<'_>, AuditError> {
        let lock = Lock::acquire(&self.folder)?;
        let (tail, torn) = self.tail()?;
        let mut held = Held { log: self, tail, _lock: lock };
        if let Some(what) = torn {
            held.append(Event::Alarm { what, partner: None })?;
        }
        Ok(held)
    }

    fn path(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn bookmark_path(&self) -> PathBuf {
        self.folder.join("head")
    }

    /// Finds the end of the log, and takes a line away that a crash has cut: what is said of that is the second value.
    fn tail(&self) -> Result<(Tail, Option<String>), AuditError> {
        let path = self.path();
        let length = length(&path).map_err(|error| AuditError::io("read", &path, &error))?;
        let mut tail = Tail { head: Head::empty(&self.owner()), length: 0, last: None };
        let bookmark = self.bookmark()?;
        let mut passed = None;
        if let Some(Bookmark { head, length: written }) = bookmark {
            let number = head.number;
            match length {
                None if number > 0 => return Err(AuditError::Missing { path, number }),
                Some(found) if found < written => {
                    return Err(AuditError::Cut { path, found, expected: written, number });
                }
                _ => {}
            }
            match self.last_before(written)? {
                Some(last) if last.head() == head => tail = Tail { head, length: written, last: Some(last) },
                // Not the log that the bookmark was made of, or another bookmark: the log is read from its beginning.
                _ => passed = Some(head),
            }
        }
        let end = length.unwrap_or(0);
        let mut entries = Entries::open(&path, tail.head, tail.length, end)?;
        let ended = entries.by_ref().try_for_each(|entry| {
            let entry = entry?;
            if let Some(head) = passed.filter(|head| head.number == entry.number && *head != entry.head()) {
                let (path, number) = (path.clone(), head.number);
                return Err(AuditError::Entry { path, number, fault: EntryFault::Replaced });
            }
            tail.last = Some(entry);
            Ok(())
        });
        (tail.head, tail.length) = (entries.head(), entries.offset());
        match ended {
            Ok(()) => Ok((tail, None)),
            Err(AuditError::Entry { fault: EntryFault::Unfinished, .. }) => {
                let what = self.take_away(&path, tail.length, end)?;
                Ok((tail, Some(what)))
            }
            Err(error) => Err(error),
        }
    }

    /// Cuts the log before its last line, which has no end, and says what was there.
    fn take_away(&self, path: &Path, length: u64, end: u64) -> Result<String, AuditError> {
        let count = usize::try_from(end - length).unwrap_or(LINE_LIMIT).min(LINE_LIMIT);
        let rest = Files.read_at(path, length, count).map_err(|error| AuditError::io("read", path, &error))?;
        Files.truncate(path, length).map_err(|error| AuditError::io("cut", path, &error))?;
        let digest = hex::encode(Sha256::digest(&rest));
        Ok(format!(
            "the last line of this log had {count} bytes and no end, as after a crash, and was taken away (SHA-256 {digest})"
        ))
    }

    /// The bookmark, if there is one that can be read.
    fn bookmark(&self) -> Result<Option<Bookmark>, AuditError> {
        let path = self.bookmark_path();
        let content = Files.read(&path, BOOKMARK_LIMIT).map_err(|error| AuditError::io("read", &path, &error))?;
        Ok(content.and_then(|content| serde_json::from_slice(&content).ok()))
    }

    /// The entry that ends at this byte, if one does.
    fn last_before(&self, end: u64) -> Result<Option<Entry>, AuditError> {
        let path = self.path();
        let count = end.min(LINE_LIMIT as u64);
        let read = || -> io::Result<Vec<u8>> {
            let mut file = File::open(&path)?;
            file.seek(SeekFrom::Start(end - count))?;
            let mut bytes = Vec::new();
            file.take(count).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let mut bytes = match read() {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(AuditError::io("read", &path, &error)),
        };
        if bytes.pop() != Some(b'\n') {
            return Ok(None);
        }
        let start = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        Ok(Entry::parse(&bytes[start..]).ok())
    }
}

impl Held<'_> {
    /// The last entry's number and hash.
    pub fn head(&self) -> Head {
        self.tail.head
    }

    /// The last entry.
    pub fn last(&self) -> Option<&Entry> {
        self.tail.last.as_ref()
    }

    /// All entries, in order.
    ///
    /// # Errors
    /// The file system's.
    pub fn entries(&self) -> Result<Entries, AuditError> {
        self.entries_from(Head::empty(&self.log.owner()), 0)
    }

    /// The entries after the one with this number.
    ///
    /// # Errors
    /// A log that is damaged where it is looked for; the file system's.
    pub fn entries_after(&self, number: u64) -> Result<Entries, AuditError> {
        let (head, offset) = position(&self.log.path(), Head::empty(&self.log.owner()), number, self.tail.length)?;
        self.entries_from(head, offset)
    }

    /// The head that the log had after the entry with this number, and the digests of all bodies after it.
    ///
    /// # Errors
    /// As of [`Self::entries_after`], and what is wrong with an entry.
    pub fn bodies_after(&self, number: u64) -> Result<(Head, Vec<Hex<32>>), AuditError> {
        let entries = self.entries_after(number)?;
        let head = entries.head();
        let bodies = entries.map(|entry| entry.map(|entry| entry.body())).collect::<Result<_, _>>()?;
        Ok((head, bodies))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.log.folder
    }

    /// Whether the entry that makes this head ends at this byte.
    pub(super) fn has(&self, head: &Head, end: u64) -> Result<bool, AuditError> {
        if end > self.tail.length {
            return Ok(false);
        }
        Ok(self.log.last_before(end)?.is_some_and(|entry| entry.head() == *head))
    }

    /// The entries after this head, the first of which begins at this byte.
    pub(super) fn entries_from(&self, head: Head, offset: u64) -> Result<Entries, AuditError> {
        Entries::open(&self.log.path(), head, offset, self.tail.length)
    }

    /// Appends an entry. It is on the disk when this returns.
    ///
    /// # Errors
    /// An event that is too long; the file system's, and then nothing was appended.
    pub fn append(&mut self, event: Event) -> Result<Entry, AuditError> {
        let mut entries = self.append_all(vec![event])?;
        Ok(entries.pop().expect("as many entries as events"))
    }

    /// Appends entries that reach the disk together.
    ///
    /// # Errors
    /// As of [`Self::append`].
    pub fn append_all(&mut self, events: Vec<Event>) -> Result<Vec<Entry>, AuditError> {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let (mut head, mut lines, mut entries) = (self.tail.head, Vec::new(), Vec::new());
        for event in events {
            let entry = Entry::sign(&self.log.identity, &head, time, event);
            let line = entry.to_line();
            if line.len() > LINE_LIMIT {
                return Err(AuditError::TooLong { length: line.len() });
            }
            head = entry.head();
            lines.extend(line);
            entries.push(entry);
        }
        if entries.is_empty() {
            return Ok(entries);
        }
        self.write(&lines)?;
        self.tail = Tail { head, length: self.tail.length + lines.len() as u64, last: entries.last().cloned() };
        self.log.mark(&self.tail);
        Ok(entries)
    }

    fn write(&self, lines: &[u8]) -> Result<(), AuditError> {
        let path = self.log.path();
        let failed = |error: io::Error| AuditError::io("append to", &path, &error);
        let begun = if self.tail.length == 0 { Files.replace(&path, b"") } else { Ok(()) };
        begun.map_err(failed)?;
        Files.append(&path, lines).map_err(|error| {
            // If this fails too, the next one who opens the log finds a line without an end.
            let _ = Files.truncate(&path, self.tail.length);
            failed(error)
        })
    }
}

impl AuditLog {
    /// Writes the bookmark. Without it the next one who opens the log reads more of it: that is no reason to fail.
    fn mark(&self, tail: &Tail) {
        let bookmark = Bookmark { head: tail.head, length: tail.length };
        let mut content = serde_json::to_vec(&bookmark).expect("a bookmark has text keys only");
        content.push(b'\n');
        let path = self.bookmark_path();
        // It never gets shorter: numbers only grow.
        let written = Files.overwrite(&path, 0, &content);
        if written.is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            let _ = Files.replace(&path, &content);
        }
    }
}

/// How long a file is, if it is there.
fn length(path: &Path) -> io::Result<Option<u64>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
