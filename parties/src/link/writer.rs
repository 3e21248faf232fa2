//! From the engine's queue to the socket.

use std::io;
use std::time::Duration;

use futures_channel::mpsc;
use futures_util::StreamExt;
use quorate_engine::net::{LinkError, MAX_FRAME};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::Limits;
use super::frame::{FAREWELL_LIMIT, Kind, prefix};
use super::links::Ending;
use super::reader::broken;

/// Frames below this length are gathered, so that many small ones cost one TLS record and one system call.
const GATHER: usize = 64 * 1024;

pub(super) struct Writer<W> {
    pub(super) stream: W,
    pub(super) queue: mpsc::Receiver<Vec<u8>>,
    pub(super) limits: Limits,
    pub(super) ending: watch::Receiver<Option<Ending>>,
    /// Whether what is written is carried by hand: nobody carries heartbeats.
    pub(super) by_hand: bool,
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    /// Writes what the engine queues until the engine has dropped its half, then leaves in order.
    pub(super) async fn run(&mut self) -> Result<(), LinkError> {
        let mut gathered = Vec::with_capacity(2 * GATHER);
        loop {
            match timeout(self.limits.heartbeat(), self.queue.next()).await {
                Err(_) => self.beat().await?,
                Ok(Some(frame)) => self.drain(frame, &mut gathered).await?,
                Ok(None) => return self.leave().await,
            }
            self.flush().await?;
        }
    }

    /// Writes `frame` and every frame that is already queued behind it.
    async fn drain(&mut self, frame: Vec<u8>, gathered: &mut Vec<u8>) -> Result<(), LinkError> {
        let mut next = Some(frame);
        while let Some(frame) = next {
            if frame.len() > MAX_FRAME {
                return Err(LinkError::TooLong { announced: frame.len() as u64, limit: MAX_FRAME });
            }
            gathered.extend_from_slice(&prefix(Kind::Data, frame.len()));
            if frame.len() < GATHER {
                gathered.extend_from_slice(&frame);
            } else {
                self.write_gathered(gathered).await?;
                self.write(&frame).await?;
            }
            if gathered.len() >= GATHER {
                self.write_gathered(gathered).await?;
            }
            next = self.queue.try_recv().ok();
        }
        self.write_gathered(gathered).await
    }

    /// The engine has finished with this link: says why, if the session ended early, and closes in order.
    async fn leave(&mut self) -> Result<(), LinkError> {
        let ending = self.ending().await?;
        if let Some(words) = ending.farewell {
            let words = shortened(&words);
            self.write(&prefix(Kind::Farewell, words.len())).await?;
            self.write(words.as_bytes()).await?;
        }
        self.flush().await?;
        settled(timeout(self.limits.silence, self.stream.shutdown()).await, self.limits.silence)
    }

    /// Waits until the session's end is known, which is a moment after the engine has finished.
    async fn ending(&mut self) -> Result<Ending, LinkError> {
        loop {
            if let Some(ending) = self.ending.borrow_and_update().clone() {
                return Ok(ending);
            }
            match timeout(self.limits.heartbeat(), self.ending.changed()).await {
                Ok(Ok(())) => {}
                // The session object was dropped without a word: an early return on our side.
                Ok(Err(_)) => return Ok(Ending::default()),
                Err(_) => self.beat().await?,
            }
        }
    }

    /// A sign of life.
    async fn beat(&mut self) -> Result<(), LinkError> {
        if self.by_hand {
            return Ok(());
        }
        self.write(&prefix(Kind::Heartbeat, 0)).await?;
        self.flush().await
    }

    async fn write_gathered(&mut self, gathered: &mut Vec<u8>) -> Result<(), LinkError> {
        self.write(gathered).await?;
        gathered.clear();
        Ok(())
    }

    /// A peer whose process has stopped is found by the reader, which hears no heartbeat; the limit here is for one
    /// that lives and never reads.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), LinkError> {
        settled(timeout(self.limits.patience, self.stream.write_all(bytes)).await, self.limits.patience)
    }

    async fn flush(&mut self) -> Result<(), LinkError> {
        settled(timeout(self.limits.patience, self.stream.flush()).await, self.limits.patience)
    }
}

fn settled(result: Result<io::Result<()>, Elapsed>, limit: Duration) -> Result<(), LinkError> {
    match result {
        Ok(written) => written.map_err(|error| broken(&error)),
        Err(_) => Err(LinkError::Transport(format!("the peer read nothing for {} s", limit.as_secs()))),
    }
}

/// As many whole characters as a farewell may have.
fn shortened(words: &str) -> &str {
    let end = words.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|&end| end <= FAREWELL_LIMIT).last();
    &words[..end.unwrap_or(0)]
}
