//! What a connection is for: one frame from whoever has dialled, and the answer to it.
//!
//! Both sides have proved their keys by then, so a stranger gets no byte as far as this. Lengths are bounded before
//! anything is allocated; how long each side waits is the caller's to bound.

use quorate_engine::net::LinkError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::HandshakeFault;
use super::frame::{CALL_LIMIT, Kind, PREFIX, parse, prefix};
use super::tls::Stream;

/// Says what the connection is for, and hears the answer.
///
/// # Errors
/// A connection that breaks; something else than an answer.
pub(crate) async fn ask(stream: &mut Stream, call: &[u8]) -> Result<Vec<u8>, HandshakeFault> {
    write(stream, Kind::Call, call).await?;
    read(stream, Kind::Answer).await
}

/// Hears what a connection that somebody else has dialled is for.
///
/// # Errors
/// A connection that breaks; something else than a call.
pub(crate) async fn listen_to(stream: &mut Stream) -> Result<Vec<u8>, HandshakeFault> {
    read(stream, Kind::Call).await
}

/// Answers a call.
///
/// # Errors
/// A connection that breaks.
pub(crate) async fn answer(stream: &mut Stream, words: &[u8]) -> Result<(), HandshakeFault> {
    write(stream, Kind::Answer, words).await
}

async fn write(stream: &mut Stream, kind: Kind, body: &[u8]) -> Result<(), HandshakeFault> {
    if body.len() > CALL_LIMIT {
        let why = format!("a call of {} bytes; at most {CALL_LIMIT} can be sent", body.len());
        return Err(HandshakeFault::NotOurs(why));
    }
    let written = async {
        stream.write_all(&prefix(kind, body.len())).await?;
        stream.write_all(body).await?;
        stream.flush().await
    };
    written.await.map_err(|error: std::io::Error| HandshakeFault::Broken(error.to_string()))
}

async fn read(stream: &mut Stream, expected: Kind) -> Result<Vec<u8>, HandshakeFault> {
    let broken = |error: std::io::Error| HandshakeFault::Broken(error.to_string());
    let mut head = [0; PREFIX];
    stream.read_exact(&mut head).await.map_err(broken)?;
    let (kind, length) = parse(head).map_err(|error: LinkError| HandshakeFault::NotOurs(error.to_string()))?;
    if kind != expected {
        return Err(HandshakeFault::NotOurs(format!("it sent a frame of kind {kind:?}, not of kind {expected:?}")));
    }
    // Bounded by `parse`.
    let mut body = Vec::with_capacity(length);
    stream.take(length as u64).read_to_end(&mut body).await.map_err(broken)?;
    if body.len() == length { Ok(body) } else { Err(HandshakeFault::Broken("the frame is cut".to_owned())) }
}
