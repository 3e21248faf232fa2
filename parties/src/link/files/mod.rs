//! A connection that is carried by hand: a byte stream as numbered files.
//!
//! ```text
//! DIR/ann-to-ben/LABEL-000001.part     what ann writes and ben reads
//! DIR/ben-to-ann/LABEL-000001.part     what ben writes and ann reads
//! ```
//!
//! `DIR` is a folder at each of the two, and somebody moves what is in `ann-to-ben` of the one to `ann-to-ben` of the
//! other, and back; or it is one folder that both reach. A part is written whole, and removed by whoever has read it.
//! The stream inside is the same TLS as over a socket, so whoever carries the files learns and changes nothing; what a
//! part says of itself only finds accidents, and says so by name.
//!
//! Writes are gathered until there is a pause, so that a round of a protocol is one file each way, and there are no
//! heartbeats: a file comes when somebody brings it.

mod courier;
mod part;

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::sync::oneshot;

use courier::Courier;
use part::{Label, read_name};

use crate::identity::PartyName;

/// How often a folder is looked at.
const LOOK: Duration = Duration::from_millis(40);

/// Bytes on their way between the stream and the courier, in each direction.
const PIPE: usize = 256 * 1024;

/// Connections that somebody has begun and nobody has answered: more than these are no accident.
const MOST_BEGUN: usize = 16;

/// The folder through which this party and one other exchange files.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    folder: PathBuf,
    me: PartyName,
    peer: PartyName,
}

impl Exchange {
    pub(crate) fn new(folder: &Path, me: &PartyName, peer: &PartyName) -> Self {
        Self { folder: folder.to_owned(), me: me.clone(), peer: peer.clone() }
    }

    fn outbox(&self) -> PathBuf {
        self.folder.join(format!("{}-to-{}", self.me, self.peer))
    }

    fn inbox(&self) -> PathBuf {
        self.folder.join(format!("{}-to-{}", self.peer, self.me))
    }

    /// Makes both folders, and removes what is left in the inbox of connections that can be nobody's any more: all of
    /// them, if this party begins them.
    ///
    /// # Errors
    /// The file system's; above all if the folder for the files is not there.
    pub(crate) fn prepare(&self, begins: bool) -> io::Result<()> {
        for folder in [self.outbox(), self.inbox()] {
            match std::fs::create_dir(&folder) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        let parts = courier::names(&self.inbox())?;
        let parts: Vec<_> = parts.iter().filter_map(|name| Some((name, read_name(name)?))).collect();
        for (name, (label, _)) in &parts {
            let whole = parts.iter().any(|(_, (other, number))| other == label && *number == 1);
            if begins || !whole {
                std::fs::remove_file(self.inbox().join(name))?;
            }
        }
        Ok(())
    }

    /// Begins a connection.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub(crate) fn dial(&self) -> io::Result<FileStream> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|_| io::Error::other("the operating system gave no randomness"))?;
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Ok(FileStream::start(self, Label::new(seconds, random)))
    }

    /// Answers the next connection that the other one has begun and that is not among `begun`.
    pub(crate) async fn accept(&self, begun: &mut Begun) -> FileStream {
        loop {
            let names = courier::names(&self.inbox()).unwrap_or_default();
            let mut labels: Vec<_> = names.iter().filter_map(|name| read_name(name)).collect();
            labels.retain(|(label, number)| *number == 1 && !begun.0.contains(label));
            labels.sort();
            if let Some((label, _)) = labels.into_iter().next().filter(|_| begun.0.len() < MOST_BEGUN) {
                begun.0.insert(label.clone());
                return FileStream::start(self, label);
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// The connections that were answered already.
#[derive(Debug, Default)]
pub(crate) struct Begun(HashSet<Label>);

/// What a connection waits for, for whoever gives it up; or why it has ended.
#[derive(Clone, Debug, Default)]
pub(crate) struct Status(Arc<Mutex<Told>>);

#[derive(Debug, Default)]
struct Told {
    awaited: String,
    fault: Option<String>,
}

impl Status {
    /// The next file, and what stands in its way.
    pub(crate) fn awaited(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).awaited.clone()
    }

    fn await_file(&self, words: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).awaited = words;
    }

    fn fail(&self, why: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fault.get_or_insert(why);
    }

    fn fault(&self) -> Option<io::Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fault.clone().map(io::Error::other)
    }
}

/// A byte stream over files.
#[derive(Debug)]
pub(crate) struct FileStream {
    pipe: DuplexStream,
    status: Status,
    /// Comes when the courier has written everything.
    written: Option<oneshot::Receiver<()>>,
}

impl FileStream {
    fn start(exchange: &Exchange, label: Label) -> Self {
        let (pipe, other_end) = tokio::io::duplex(PIPE);
        let (all_written, written) = oneshot::channel();
        let status = Status::default();
        tokio::spawn(Courier::new(exchange.clone(), label, status.clone()).run(other_end, all_written));
        Self { pipe, status, written: Some(written) }
    }

    /// What it waits for.
    pub(crate) fn status(&self) -> &Status {
        &self.status
    }
}

impl AsyncRead for FileStream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.pipe).poll_read(context, buffer))?;
        // The end of the pipe: if the courier has stopped, this says why.
        let ended = buffer.filled().len() == before && buffer.remaining() > 0;
        Poll::Ready(this.status.fault().filter(|_| ended).map_or(Ok(()), Err))
    }
}

impl AsyncWrite for FileStream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.pipe).poll_write(context, bytes));
        Poll::Ready(written.map_err(|error| this.status.fault().unwrap_or(error)))
    }

    /// Nothing is hurried: bytes that belong together go into one file.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Waits until the last file is written.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.pipe).poll_shutdown(context))?;
        if let Some(written) = &mut this.written {
            // A courier that stopped early has said why.
            let _ = ready!(Pin::new(written).poll(context));
            this.written = None;
        }
        Poll::Ready(Ok(()))
    }
}
