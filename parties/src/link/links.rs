//! All links of one session: their start and their end.

use std::time::Duration;

use quorate_engine::net::{Link, LinkError};
use tokio::io::{AsyncRead, AsyncWrite, BufReader};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::files::Status;
use super::limits::Waiting;
use super::reader::Reader;
use super::tls::Stream;
use super::writer::Writer;
use super::{Fault, Limits, halves};

/// How long a party that has left waits for its peers to leave too. Closing a socket in which the peer's last bytes
/// lie unread would make the system discard *our* last bytes at the peer.
const LINGER: Duration = Duration::from_secs(2);

/// Small frames of a plain connection are read together; what is longer goes where it belongs at once.
const PLAIN_BUFFER: usize = 64 * 1024;

/// How a session ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Ending {
    /// Why it ended early, for the peers.
    pub(super) farewell: Option<String>,
}

/// The tasks that carry a session's frames. They end when the engine has dropped its links and [`Self::finish`] was
/// called; dropping this instead closes the connections without a word.
pub struct Links {
    limits: Limits,
    ending: watch::Sender<Option<Ending>>,
    tasks: JoinSet<()>,
}

impl Links {
    /// No links yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ending: watch::Sender::new(None), tasks: JoinSet::new() }
    }

    /// Carries frames over a connection. The second value comes when the connection has ended.
    pub(crate) fn start(&mut self, stream: Stream) -> (Link, oneshot::Receiver<LinkError>) {
        let status = stream.get_ref().0.get_ref().status().cloned();
        let (read, write) = tokio::io::split(stream);
        self.start_halves(read, write, status)
    }

    /// Carries frames over a connection that nobody has authenticated: between processes that one user has started on
    /// one machine, to measure them.
    pub(crate) fn start_plain<R, W>(&mut self, read: R, write: W) -> Link
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        self.start_halves(BufReader::with_capacity(PLAIN_BUFFER, read), write, None).0
    }

    fn start_halves<R, W>(&mut self, read: R, write: W, status: Option<Status>) -> (Link, oneshot::Receiver<LinkError>)
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let (fault, waiting) = (Fault::default(), Waiting::default());
        let (link, outgoing, incoming) = halves(&fault, &waiting);
        let (ended, end) = oneshot::channel();
        let (limits, by_hand) = (self.limits, status.is_some());
        let reader = Reader { stream: read, queue: incoming, limits, waiting, by_hand };
        let writer = Writer { stream: write, queue: outgoing, limits, ending: self.ending.subscribe(), by_hand };
        self.tasks.spawn(carry(reader, writer, fault, ended, status));
        (link, end)
    }

    /// Ends the session: sends what is still queued, tells the peers why if it ended early, and closes in order. The
    /// engine's links must have been dropped before.
    pub async fn finish(mut self, farewell: Option<&str>) {
        let _ = self.ending.send(Some(Ending { farewell: farewell.map(str::to_owned) }));
        let all = async { while self.tasks.join_next().await.is_some() {} };
        // A peer that neither reads nor leaves does not keep this process: dropping the set ends its task.
        let _ = timeout(self.limits.silence.min(LINGER * 5), all).await;
    }
}

/// Both directions of one connection, until the first of them ends.
async fn carry<R: AsyncRead + Unpin, W: AsyncWrite + Unpin>(
    mut reader: Reader<R>,
    mut writer: Writer<W>,
    fault: Fault,
    ended: oneshot::Sender<LinkError>,
    by_hand: Option<Status>,
) {
    let (error, left_in_order) = tokio::select! {
        error = reader.run() => (error, false),
        result = writer.run() => match result {
            Ok(()) => (LinkError::Closed, true),
            Err(error) => (error, false),
        },
    };
    let error = match (error, &by_hand) {
        (LinkError::TimedOut { seconds }, Some(status)) => {
            LinkError::Transport(format!("nothing was brought within {seconds} s: {}", status.awaited()))
        }
        (error, _) => error,
    };
    // Both halves of the link now report this fault instead of a bare "closed".
    let _ = fault.set(error.clone());
    let _ = ended.send(error);
    // What is in a folder stays there: nobody discards it.
    if left_in_order && by_hand.is_none() {
        let _ = timeout(LINGER, reader.run()).await;
    }
}
