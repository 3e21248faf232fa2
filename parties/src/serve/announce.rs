//! What a resident process tells whoever looks at it, on standard error.

use std::fmt;

use serde::Serialize;

use crate::output::say;

/// Something that has happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(super) enum Event {
    /// It listens, has asked the other holders, and takes part in sessions from now on.
    Serving { address: String, keys: Vec<String> },
    /// A session has begun to gather its signers.
    Begun { what: String, key: String, signers: Vec<String>, asked_by: String },
    /// A session has ended well.
    Done { what: String, key: String, signers: Vec<String> },
    /// A session has ended without a result.
    Failed { what: String, key: String, why: String },
    /// An invitation was refused.
    Refused { by: String, key: String, policy: bool, why: String },
    /// A stock has so many items.
    Stock { key: String, signers: Vec<String>, items: u64 },
    /// A holder does not answer any more.
    Silent { holder: String, seconds: u64 },
    /// A holder answers again.
    Answers { holder: String },
    /// Rotating a key is proposed.
    Proposal { key: String, holder: String, why: String, file: String },
    /// A proposal is not carried out by itself.
    Unmoved { key: String, holder: String, why: String },
    /// Something to read.
    Note { text: String },
    /// It takes part in nothing new, and ends when what goes on has ended.
    Ending { sessions: usize },
    /// It has ended in order.
    Ended,
}

/// Tells events as lines for people, or one JSON object a line.
#[derive(Clone, Copy, Debug)]
pub struct Announcer {
    json: bool,
}

impl Announcer {
    /// Tells people, or programs.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    pub(super) fn tell(self, event: &Event) {
        match serde_json::to_string(event) {
            Ok(line) if self.json => say(line),
            _ => say(event),
        }
    }

    pub(super) fn note(self, text: impl fmt::Display) {
        self.tell(&Event::Note { text: text.to_string() });
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Serving { address, keys } => write!(f, "serving {} at {address}", keys.join(", ")),
            Self::Begun { what, key, signers, asked_by } => {
                write!(f, "{what} with {key}: {} (asked by {asked_by})", signers.join(", "))
            }
            Self::Done { what, key, signers } => write!(f, "{what} with {key} done: {}", signers.join(", ")),
            Self::Failed { what, key, why } => write!(f, "{what} with {key} failed: {why}"),
            Self::Refused { by, key, policy, why } => {
                let who = if *policy { "the policy refused" } else { "refused" };
                write!(f, "{who} what {by} asked of {key}: {why}")
            }
            Self::Stock { key, signers, items } => {
                write!(f, "{items} signatures of {key} are prepared for {}", signers.join(", "))
            }
            Self::Silent { holder, seconds } => write!(f, "{holder} has not answered for {seconds} s"),
            Self::Answers { holder } => write!(f, "{holder} answers again"),
            Self::Proposal { key, holder, why, file } => {
                write!(f, "proposal: rotate {key} without {holder}, who {why} ({file})")
            }
            Self::Unmoved { key, holder, why } => {
                write!(f, "{key} is not rotated by itself because of {holder}: {why}")
            }
            Self::Note { text } => f.write_str(text),
            Self::Ending { sessions: 0 } => f.write_str("ending"),
            Self::Ending { sessions } => write!(f, "ending after {sessions} sessions that go on"),
            Self::Ended => f.write_str("ended"),
        }
    }
}
