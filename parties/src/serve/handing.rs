//! How a command hands an order to the resident process of its home: over a socket in the home, which this user alone
//! can open.
//!
//! The command sends one line of JSON and reads lines of JSON: notes while the session goes on, and at last the result
//! or the failure.

use serde::{Deserialize, Serialize};

use super::Order;
use crate::exit::{Exit, Failure};
use crate::identity::Home;
use crate::run::Watch;

/// The socket's name in the home.
pub(super) const SOCKET: &str = "serve.sock";

/// The longest line: a request with what was said to it, at most 256 KiB, of which every byte may need two, and names.
pub(super) const LONGEST_LINE: usize = 640 * 1024;

/// What is sent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Handed {
    pub(super) order: Order,
    /// How long partners are waited for, in seconds.
    pub(super) wait: f64,
}

/// What is answered, line by line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reply {
    /// Something to read.
    Note(String),
    /// The result, for programs and for people.
    Done { json: serde_json::Value, text: String },
    /// There is none.
    Failed { exit: u8, message: String, hint: Option<String> },
}

impl Reply {
    pub(super) fn failed(failure: Failure) -> Self {
        Self::Failed { exit: failure.exit.code(), message: failure.message, hint: failure.hint }
    }
}

/// Whether a resident process of this home runs.
#[cfg(unix)]
pub(crate) fn is_resident(home: &Home) -> bool {
    std::os::unix::net::UnixStream::connect(home.path().join(SOCKET)).is_ok()
}

/// Elsewhere there is no socket of this kind, and the lock of the keys alone keeps two processes apart.
#[cfg(not(unix))]
pub(crate) fn is_resident(_: &Home) -> bool {
    false
}

/// Hands an order to the resident process of this home, if one runs, and waits for the result.
#[cfg(unix)]
pub(crate) fn hand_over(
    home: &Home,
    order: Order,
    wait: std::time::Duration,
    watch: &Watch,
) -> Option<Result<super::Page, Failure>> {
    let stream = std::os::unix::net::UnixStream::connect(home.path().join(SOCKET)).ok()?;
    Some(heard(stream, &Handed { order, wait: wait.as_secs_f64() }, watch))
}

/// Elsewhere there is no socket of this kind.
#[cfg(not(unix))]
pub(crate) fn hand_over(_: &Home, _: Order, _: std::time::Duration, _: &Watch) -> Option<Result<super::Page, Failure>> {
    None
}

#[cfg(unix)]
fn heard(mut stream: std::os::unix::net::UnixStream, handed: &Handed, watch: &Watch) -> Result<super::Page, Failure> {
    use std::io::{BufRead, BufReader, Write};
    let lost = |what: &str| {
        let message = format!("the resident process of this home {what}");
        Failure::new(Exit::Session, message).hint("see what it says itself")
    };
    let line = serde_json::to_string(handed).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
    stream.write_all(format!("{line}\n").as_bytes()).map_err(|_| lost("does not take the order"))?;
    for line in BufReader::new(stream).lines() {
        let line = line.map_err(|_| lost("has ended before the session had"))?;
        match serde_json::from_str(&line).map_err(|_| lost("has answered something else than a reply"))? {
            Reply::Note(text) => watch.note(&text),
            Reply::Done { json, text } => return Ok(super::Page { json, text }),
            Reply::Failed { exit, message, hint } => {
                let exits = [Exit::BadInput, Exit::Session, Exit::Refused, Exit::Unverified];
                let exit = exits.into_iter().find(|known| known.code() == exit).unwrap_or(Exit::Bug);
                return Err(Failure { exit, message, hint });
            }
        }
    }
    Err(lost("has ended before the session had"))
}
