//! From the socket to the engine's queue.

use std::io;
use std::time::Duration;

use futures_channel::mpsc;
use futures_util::SinkExt;
use quorate_engine::net::LinkError;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;

use super::Limits;
use super::frame::{Kind, PREFIX, parse, printable};
use super::limits::Waiting;

/// How often a link that is carried by hand is asked whether we still wait for something.
const BY_HAND: Duration = Duration::from_millis(200);

pub(super) struct Reader<R> {
    pub(super) stream: R,
    pub(super) queue: mpsc::Sender<Vec<u8>>,
    pub(super) limits: Limits,
    pub(super) waiting: Waiting,
    /// Whether what comes is carried by hand, without heartbeats.
    pub(super) by_hand: bool,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    /// Hands frames to the engine until the connection ends, and says how it ended.
    pub(super) async fn run(&mut self) -> LinkError {
        loop {
            if let Err(error) = self.frame().await {
                return error;
            }
        }
    }

    async fn frame(&mut self) -> Result<(), LinkError> {
        let mut head = Vec::with_capacity(PREFIX);
        self.fill(&mut head, PREFIX).await?;
        let head: [u8; PREFIX] = head.try_into().expect("filled to this length");
        let (kind, length) = parse(head)?;
        // Bounded by `parse`: nothing is allocated for a length that is refused.
        let mut body = Vec::with_capacity(length);
        self.fill(&mut body, length).await?;
        match kind {
            Kind::Heartbeat => {}
            // An engine that no longer listens has finished; the rest is read so that the peer can close in order.
            Kind::Data => drop(self.queue.send(body).await),
            Kind::Farewell => {
                return Err(LinkError::Transport(format!("the peer ended the session: {}", printable(&body))));
            }
            Kind::Call | Kind::Answer => {
                return Err(LinkError::Transport("the peer sent a call in the middle of a session".to_owned()));
            }
        }
        Ok(())
    }

    /// Reads until `buffer` has `length` bytes.
    async fn fill(&mut self, buffer: &mut Vec<u8>, length: usize) -> Result<(), LinkError> {
        while buffer.len() < length {
            let mut rest = (&mut self.stream).take((length - buffer.len()) as u64);
            let silence = if self.by_hand { BY_HAND } else { self.limits.silence };
            match timeout(silence, rest.read_buf(buffer)).await {
                // There are no heartbeats: only while we wait for it, nothing is too little.
                Err(_) if self.by_hand && self.waiting.elapsed() < self.limits.silence => {}
                Err(_) => return Err(timed_out(self.limits.silence)),
                Ok(Err(error)) => return Err(broken(&error)),
                Ok(Ok(0)) => return Err(LinkError::Closed),
                Ok(Ok(_)) if self.waiting.elapsed() > self.limits.patience => {
                    return Err(timed_out(self.limits.patience));
                }
                Ok(Ok(_)) => {}
            }
        }
        Ok(())
    }
}

fn timed_out(limit: Duration) -> LinkError {
    LinkError::TimedOut { seconds: limit.as_secs_f64().ceil() as u64 }
}

/// The error behind a socket's: an ended process shows itself in several ways.
pub(super) fn broken(error: &io::Error) -> LinkError {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    match error.kind() {
        BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof => LinkError::Closed,
        _ => LinkError::Transport(error.to_string()),
    }
}
