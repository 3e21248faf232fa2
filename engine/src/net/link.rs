//! The two halves of a link, as a runtime supplies them.

use std::future::Future;
use std::pin::Pin;

/// The longest frame a link has to carry, header included. A link refuses a longer one *before* it
/// allocates.
pub const MAX_FRAME: usize = super::MAX_PAYLOAD + super::channel::HEADER;

/// What a link's operations return.
pub type LinkFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, LinkError>> + Send + 'a>>;

/// The sending half: frames arrive at the peer whole, in order, once.
pub trait FrameSender: Send {
    /// Hands a frame to the link; waits while the link's queue is full.
    fn send(&mut self, frame: Vec<u8>) -> LinkFuture<'_, ()>;
}

/// The receiving half.
pub trait FrameReceiver: Send {
    /// The next frame, at most [`MAX_FRAME`] bytes.
    fn receive(&mut self) -> LinkFuture<'_, Vec<u8>>;
}

/// A link to one peer.
pub struct Link {
    /// The sending half.
    pub sender: Box<dyn FrameSender>,
    /// The receiving half.
    pub receiver: Box<dyn FrameReceiver>,
}

/// A link between every two of `parties` parties: `links[i][j]` is party `i`'s end of the link to party `j`.
pub fn mesh(parties: usize, mut pair: impl FnMut() -> (Link, Link)) -> Vec<Vec<Option<Link>>> {
    let mut links: Vec<Vec<Option<Link>>> = (0..parties).map(|_| (0..parties).map(|_| None).collect()).collect();
    for (i, j) in (0..parties).flat_map(|i| (i + 1..parties).map(move |j| (i, j))) {
        let (left, right) = pair();
        links[i][j] = Some(left);
        links[j][i] = Some(right);
    }
    links
}

/// Why a link stopped carrying frames.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The peer closed the connection or its process ended.
    #[error("the connection was closed by the peer")]
    Closed,
    /// Nothing arrived within the limit.
    #[error("nothing arrived within {seconds} s")]
    TimedOut {
        /// The limit.
        seconds: u64,
    },
    /// The peer announced a frame above [`MAX_FRAME`].
    #[error("a frame of {announced} bytes was announced; the limit is {limit}")]
    TooLong {
        /// The length in the peer's header.
        announced: u64,
        /// The limit.
        limit: usize,
    },
    /// The transport failed.
    #[error("{0}")]
    Transport(String),
}
