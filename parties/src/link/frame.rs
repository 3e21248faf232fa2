//! What stands before every frame on the wire.

use quorate_engine::net::{LinkError, MAX_FRAME};

/// Bytes before a frame: its kind, then its length as a little-endian u32.
pub(super) const PREFIX: usize = 5;

/// The longest farewell.
pub(super) const FAREWELL_LIMIT: usize = 512;

/// The longest call and the longest answer to one: an invitation carries a request with what was said to it, at most
/// 256 KiB, and names.
pub(super) const CALL_LIMIT: usize = 320 * 1024;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A frame of the engine.
    Data = 0,
    /// An empty sign of life.
    Heartbeat = 1,
    /// The last frame of a party that ends the session early: why, in words.
    Farewell = 2,
    /// The first frame of whoever has dialled: what the connection is for.
    Call = 3,
    /// The answer to it.
    Answer = 4,
}

/// The prefix of a frame of `length` bytes.
pub(super) fn prefix(kind: Kind, length: usize) -> [u8; PREFIX] {
    let length = u32::try_from(length).expect("a frame's length is checked before it is queued").to_le_bytes();
    [kind as u8, length[0], length[1], length[2], length[3]]
}

/// Reads a prefix and refuses a frame that is too long for its kind, before anything is allocated for it.
pub(super) fn parse(prefix: [u8; PREFIX]) -> Result<(Kind, usize), LinkError> {
    let [kind, a, b, c, d] = prefix;
    let announced = u32::from_le_bytes([a, b, c, d]);
    let (kind, limit) = match kind {
        0 => (Kind::Data, MAX_FRAME),
        1 => (Kind::Heartbeat, 0),
        2 => (Kind::Farewell, FAREWELL_LIMIT),
        3 => (Kind::Call, CALL_LIMIT),
        4 => (Kind::Answer, CALL_LIMIT),
        other => return Err(LinkError::Transport(format!("the peer sent a frame of the unknown kind {other}"))),
    };
    match usize::try_from(announced) {
        Ok(length) if length <= limit => Ok((kind, length)),
        _ => Err(LinkError::TooLong { announced: announced.into(), limit }),
    }
}

/// A farewell's words as they may be printed: a peer's bytes never steer a terminal.
pub(crate) fn printable(words: &[u8]) -> String {
    String::from_utf8_lossy(words).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
