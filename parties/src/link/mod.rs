//! Links over TLS 1.3: how frames travel between two processes.
//!
//! Both sides are authenticated by their pinned Ed25519 keys, as raw public keys (RFC 7250): there are no
//! certificates, no authorities and no dates. Key exchange is hybrid post-quantum (X25519MLKEM768) with X25519 as the
//! only alternative; there is no resumption, no ticket and no early data.
//!
//! A connection is a socket, or files that somebody carries from one machine to the other.
//!
//! One task per connection moves frames between the socket and a bounded queue, so the engine needs no runtime of its
//! own. What a peer sends is bounded before it is stored, what it does not send is bounded in time.

mod call;
mod carrier;
mod files;
mod frame;
mod limits;
mod links;
mod pinning;
mod reader;
mod tls;
mod writer;

pub(crate) use call::{answer, ask, listen_to};
pub(crate) use carrier::Carrier;
pub(crate) use files::{Begun, Exchange, FileStream, Status};
pub(crate) use frame::printable;
pub use limits::Limits;
pub use links::Links;
pub use tls::HandshakeFault;
pub(crate) use tls::{Stream, accept, dial};

use std::sync::{Arc, OnceLock};

use futures_channel::mpsc;
use futures_util::{SinkExt, StreamExt};
use quorate_engine::net::{FrameReceiver, FrameSender, Link, LinkError, LinkFuture};

/// Frames that a queue holds before its sender waits. A frame has at most 1 MiB, so a link holds at most 8 MiB in
/// each direction.
const QUEUE: usize = 8;

/// Why a link failed: set once, reported by both halves.
type Fault = Arc<OnceLock<LinkError>>;

struct TlsSender {
    queue: mpsc::Sender<Vec<u8>>,
    fault: Fault,
}

struct TlsReceiver {
    queue: mpsc::Receiver<Vec<u8>>,
    fault: Fault,
    waiting: limits::Waiting,
}

impl FrameSender for TlsSender {
    fn send(&mut self, frame: Vec<u8>) -> LinkFuture<'_, ()> {
        Box::pin(async move { self.queue.send(frame).await.map_err(|_| reason(&self.fault)) })
    }
}

impl FrameReceiver for TlsReceiver {
    fn receive(&mut self) -> LinkFuture<'_, Vec<u8>> {
        Box::pin(async move {
            self.waiting.begin();
            let frame = self.queue.next().await;
            self.waiting.end();
            frame.ok_or_else(|| reason(&self.fault))
        })
    }
}

fn reason(fault: &Fault) -> LinkError {
    fault.get().cloned().unwrap_or(LinkError::Closed)
}

/// A link for the engine, and the other ends of its two queues.
fn halves(fault: &Fault, waiting: &limits::Waiting) -> (Link, mpsc::Receiver<Vec<u8>>, mpsc::Sender<Vec<u8>>) {
    let (to_writer, outgoing) = mpsc::channel(QUEUE);
    let (incoming, from_reader) = mpsc::channel(QUEUE);
    let sender = TlsSender { queue: to_writer, fault: fault.clone() };
    let receiver = TlsReceiver { queue: from_reader, fault: fault.clone(), waiting: waiting.clone() };
    (Link { sender: Box::new(sender), receiver: Box::new(receiver) }, outgoing, incoming)
}
