//! Carries bytes between a stream and the files of its two folders.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::part::{CONTENT_LIMIT, FILE_LIMIT, Label, Part, PartFault, file_name, read_name};
use super::{Exchange, LOOK, Status};

/// So long nothing may be written before what was written becomes a file: longer than the pauses within a round.
const PAUSE: Duration = Duration::from_millis(120);

/// The most that is said of what lies in a folder instead.
const MOST_NAMED: usize = 4;

/// Carries one connection.
pub(super) struct Courier {
    exchange: Exchange,
    label: Label,
    status: Status,
    /// How many parts were read.
    received: AtomicU64,
}

impl Courier {
    pub(super) fn new(exchange: Exchange, label: Label, status: Status) -> Self {
        Self { exchange, label, status, received: AtomicU64::new(0) }
    }

    /// Runs until the stream is closed, or something is wrong with a file.
    pub(super) async fn run(self, pipe: DuplexStream, all_written: oneshot::Sender<()>) {
        let (from_stream, mut to_stream) = tokio::io::split(pipe);
        let ended = tokio::select! {
            ended = self.write_parts(from_stream) => ended,
            fault = self.read_parts(&mut to_stream) => Err(fault),
        };
        if let Err(why) = ended {
            self.status.fail(why);
        }
        // Whoever reads sees the end, and asks for the reason.
        let _ = to_stream.shutdown().await;
        let _ = all_written.send(());
    }

    /// Gathers what is written until there is a pause, and makes a part of it, over and over.
    async fn write_parts(&self, mut stream: ReadHalf<DuplexStream>) -> Result<(), String> {
        let mut number = 0;
        loop {
            let mut content = Vec::new();
            let mut open = stream.read_buf(&mut content).await.is_ok_and(|count| count > 0);
            while open && content.len() < CONTENT_LIMIT {
                let mut rest = (&mut stream).take((CONTENT_LIMIT - content.len()) as u64);
                match timeout(PAUSE, rest.read_buf(&mut content)).await {
                    Err(_) => break,
                    Ok(read) => open = read.is_ok_and(|count| count > 0),
                }
            }
            if !content.is_empty() {
                number += 1;
                self.write(number, content)?;
            }
            if !open {
                return Ok(());
            }
        }
    }

    fn write(&self, number: u64, content: Vec<u8>) -> Result<(), String> {
        let Exchange { me, peer, .. } = &self.exchange;
        let received = self.received.load(Ordering::Relaxed);
        let part = Part { label: self.label.clone(), number, from: me.clone(), to: peer.clone(), received, content };
        let path = self.exchange.outbox().join(file_name(&self.label, number));
        write_whole(&path, &part.to_bytes()).map_err(|error| format!("cannot write {}: {error}", path.display()))
    }

    /// Hands parts to the stream in order, as they come, and answers with what is wrong with one.
    async fn read_parts(&self, stream: &mut WriteHalf<DuplexStream>) -> String {
        let mut read = BTreeMap::new();
        loop {
            match self.look(&mut read) {
                Err(why) => return why,
                Ok(None) => sleep(LOOK).await,
                Ok(Some(part)) => {
                    // A stream that no longer listens has finished.
                    let _ = stream.write_all(&part.content).await;
                    self.received.store(part.number, Ordering::Relaxed);
                    self.forget_own(part.received);
                }
            }
        }
    }

    /// The next part, if it is there; `read` are the digests of the files that were read, by number.
    fn look(&self, read: &mut BTreeMap<u64, [u8; 32]>) -> Result<Option<Part>, String> {
        let inbox = self.exchange.inbox();
        let due = self.received.load(Ordering::Relaxed) + 1;
        let path = inbox.join(file_name(&self.label, due));
        let names = names(&inbox).map_err(|error| format!("cannot read {}: {error}", inbox.display()))?;
        self.refuse_other_copies(&names, read)?;
        let Some(bytes) = read_whole(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))? else {
            self.status.await_file(self.absent(&path, &names));
            return Ok(None);
        };
        let part = match Part::parse(&bytes) {
            Ok(part) => part,
            // It may be on its way still.
            Err(fault @ PartFault::Cut { .. }) => {
                self.status.await_file(format!("{}: {fault}", path.display()));
                return Ok(None);
            }
            Err(fault) => return Err(format!("{}: {fault}", path.display())),
        };
        let Exchange { me, peer, .. } = &self.exchange;
        if (&part.label, part.number, &part.from, &part.to) != (&self.label, due, peer, me) {
            let Part { label, number, from, to, .. } = part;
            let found = file_name(&label, number);
            return Err(format!("{}: it is another file, {found} from {from} to {to}", path.display()));
        }
        read.insert(due, Sha256::digest(&bytes).into());
        // That it is gone says that it was read.
        fs::remove_file(&path).map_err(|error| format!("cannot remove {}: {error}", path.display()))?;
        Ok(Some(part))
    }

    /// A file that was read comes again if somebody copies in place of moving: the same is taken away, another one is
    /// an error.
    fn refuse_other_copies(&self, names: &[String], read: &BTreeMap<u64, [u8; 32]>) -> Result<(), String> {
        let inbox = self.exchange.inbox();
        for name in names {
            let Some((label, number)) = read_name(name) else { continue };
            let Some(digest) = read.get(&number).filter(|_| label == self.label) else { continue };
            let path = inbox.join(name);
            let again = read_whole(&path).ok().flatten();
            if again.is_some_and(|bytes| <[u8; 32]>::from(Sha256::digest(&bytes)) == *digest) {
                // If it cannot be removed it is seen again, and is no harm.
                let _ = fs::remove_file(&path);
            } else if path.exists() {
                return Err(format!("{}: a part of this number came before, and was another one", path.display()));
            }
        }
        Ok(())
    }

    /// What is said of a part that is not there.
    fn absent(&self, path: &Path, names: &[String]) -> String {
        let mut found: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.starts_with('.')).collect();
        let more = found.len().saturating_sub(MOST_NAMED);
        found.truncate(MOST_NAMED);
        let instead = match (found.is_empty(), more) {
            (true, _) => "there is no other file".to_owned(),
            (false, 0) => format!("there is {} instead", found.join(", ")),
            (false, more) => format!("there is {} and {more} more instead", found.join(", ")),
        };
        format!("{} has not come; {instead}", path.display())
    }

    /// Removes own parts that the other one has read: it says so, if it has got copies.
    fn forget_own(&self, received: u64) {
        let outbox = self.exchange.outbox();
        for name in names(&outbox).unwrap_or_default() {
            let own = read_name(&name).is_some_and(|(label, number)| label == self.label && number <= received);
            if own {
                // It may be gone already; nobody waits for it.
                let _ = fs::remove_file(outbox.join(name));
            }
        }
    }
}

/// The names in a folder.
pub(super) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        // A name that is not text is none of ours.
        names.extend(entry?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

/// A file that is there whole or not at all. Whoever carries it must be able to read it: what is in it is encrypted.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary: PathBuf = path.with_file_name(format!(".{name}.writing"));
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}

/// The bytes of a file, one more than any part has at most; `None` if it is not there.
fn read_whole(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(FILE_LIMIT as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}
