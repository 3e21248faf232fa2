//! Links over stream sockets, each end on a thread of its own.

use std::io::{BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;

use quorate_engine::net::{FrameReceiver, FrameSender, Link, LinkError, LinkFuture, MAX_FRAME};

/// Both ends of a Unix socket.
///
/// # Panics
/// If the system gives none.
pub fn unix_pair() -> (Link, Link) {
    let (left, right) = UnixStream::pair().expect("a pair of sockets");
    (link(&left, UnixStream::try_clone), link(&right, UnixStream::try_clone))
}

/// Both ends of a TCP connection of this machine with itself.
///
/// # Panics
/// If the system gives none.
pub fn tcp_pair() -> (Link, Link) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let left = TcpStream::connect(listener.local_addr().expect("an address")).expect("a connection");
    let (right, _) = listener.accept().expect("a connection");
    for stream in [&left, &right] {
        stream.set_nodelay(true).expect("an option of TCP");
    }
    (link(&left, TcpStream::try_clone), link(&right, TcpStream::try_clone))
}

fn link<S: Read + Write + Send + 'static>(stream: &S, again: impl Fn(&S) -> std::io::Result<S>) -> Link {
    let (sender, receiver) = (again(stream).expect("a handle"), again(stream).expect("a handle"));
    Link { sender: Box::new(Sending(sender)), receiver: Box::new(Receiving(BufReader::with_capacity(4096, receiver))) }
}

/// Writes frames behind their lengths, and waits where the socket is full.
struct Sending<S>(S);

/// Reads them; what is longer than its buffer goes straight into the frame.
struct Receiving<S>(BufReader<S>);

impl<S: Write + Send> FrameSender for Sending<S> {
    fn send(&mut self, frame: Vec<u8>) -> LinkFuture<'_, ()> {
        let length = (frame.len() as u32).to_le_bytes();
        let written = self.0.write_all(&length).and_then(|()| self.0.write_all(&frame));
        Box::pin(std::future::ready(written.map_err(|_| LinkError::Closed)))
    }
}

impl<S: Read + Send> FrameReceiver for Receiving<S> {
    fn receive(&mut self) -> LinkFuture<'_, Vec<u8>> {
        Box::pin(std::future::ready(self.read()))
    }
}

impl<S: Read> Receiving<S> {
    fn read(&mut self) -> Result<Vec<u8>, LinkError> {
        let mut length = [0; 4];
        self.0.read_exact(&mut length).map_err(|_| LinkError::Closed)?;
        let announced = u32::from_le_bytes(length);
        if announced as usize > MAX_FRAME {
            return Err(LinkError::TooLong { announced: announced.into(), limit: MAX_FRAME });
        }
        let mut frame = Vec::with_capacity(announced as usize);
        self.0.by_ref().take(announced.into()).read_to_end(&mut frame).map_err(|_| LinkError::Closed)?;
        if frame.len() == announced as usize { Ok(frame) } else { Err(LinkError::Closed) }
    }
}
