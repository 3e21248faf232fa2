//! Links inside one process.

use futures_channel::mpsc;
use futures_util::{SinkExt, StreamExt};

use super::{FrameReceiver, FrameSender, Link, LinkError, LinkFuture, mesh};

/// Frames a queue holds before the sender waits.
const QUEUE: usize = 8;

struct MemorySender(mpsc::Sender<Vec<u8>>);
struct MemoryReceiver(mpsc::Receiver<Vec<u8>>);

impl FrameSender for MemorySender {
    fn send(&mut self, frame: Vec<u8>) -> LinkFuture<'_, ()> {
        Box::pin(async move { self.0.send(frame).await.map_err(|_| LinkError::Closed) })
    }
}

impl FrameReceiver for MemoryReceiver {
    fn receive(&mut self) -> LinkFuture<'_, Vec<u8>> {
        Box::pin(async move { self.0.next().await.ok_or(LinkError::Closed) })
    }
}

/// Both ends of one link in memory.
pub fn memory_pair() -> (Link, Link) {
    let (to_right, from_left) = mpsc::channel(QUEUE);
    let (to_left, from_right) = mpsc::channel(QUEUE);
    (
        Link { sender: Box::new(MemorySender(to_right)), receiver: Box::new(MemoryReceiver(from_right)) },
        Link { sender: Box::new(MemorySender(to_left)), receiver: Box::new(MemoryReceiver(from_left)) },
    )
}

/// Links between `parties` parties: `links[i][j]` is party `i`'s end of the link to party `j`.
pub fn memory_links(parties: usize) -> Vec<Vec<Option<Link>>> {
    mesh(parties, memory_pair)
}
