//! What a party tells while it runs: lines and a bar for people, or one JSON object a line for a program that watches.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::{Deserialize, Serialize};

use crate::output::say;
use crate::session::{Agreement, MeetingEvent};

/// Steps are told no more often than a person can see.
const EVERY: Duration = Duration::from_millis(40);

/// An event for a program that watches, one JSON object a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ProgressEvent {
    /// Something to read.
    Note {
        /// The words.
        text: String,
    },
    /// All parties have agreed, and the protocol begins.
    Begin {
        /// The session.
        session: String,
        /// The protocol.
        protocol: String,
    },
    /// So many steps have been made.
    Step {
        /// Of how many.
        total: u64,
        /// How many.
        done: u64,
    },
    /// The protocol has ended.
    End,
}

/// Who is told.
#[derive(Debug)]
pub enum Watch {
    /// A person at a terminal.
    Person(ProgressBar),
    /// A program that reads standard error.
    Program(Mutex<Option<Instant>>),
    /// Somebody else, line by line: whoever has handed a session to a resident process, or nobody.
    Relay(Relay),
}

/// Takes lines for somebody else.
pub struct Relay(Box<dyn Fn(&str) + Send + Sync>);

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Relay")
    }
}

impl Watch {
    /// Tells a person; the bar is shown on a terminal only.
    pub fn person(with_bar: bool) -> Self {
        let target = if with_bar { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} steps  {per_sec}  {eta} left");
        Self::Person(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    /// Tells a program.
    pub fn program() -> Self {
        Self::Program(Mutex::new(None))
    }

    /// Tells somebody else.
    pub(crate) fn relay(to: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self::Relay(Relay(Box::new(to)))
    }

    /// Something to read.
    pub fn note(&self, text: &str) {
        match self {
            Self::Relay(Relay(to)) => to(text),
            Self::Person(bar) => bar.suspend(|| say(text)),
            Self::Program(_) => tell(&ProgressEvent::Note { text: text.to_owned() }),
        }
    }

    /// The disclosure page, which only people need.
    pub(super) fn page(&self, page: &str) {
        if let Self::Person(_) = self {
            say(page);
        }
    }

    pub(crate) fn meeting(&self, event: &MeetingEvent) {
        self.note(&event.to_string());
    }

    pub(crate) fn begin(&self, agreement: &Agreement, protocol: &str) {
        match self {
            Self::Person(_) | Self::Relay(_) => {
                self.note(&format!("all parties agree: session {}, protocol {protocol}", agreement.session))
            }
            Self::Program(_) => {
                tell(&ProgressEvent::Begin { session: agreement.session.to_string(), protocol: protocol.to_owned() });
            }
        }
    }

    pub(crate) fn step(&self, done: u64, total: u64) {
        match self {
            Self::Person(bar) => {
                bar.set_length(total);
                bar.set_position(done);
            }
            Self::Program(last) => {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if done == total || last.is_none_or(|last| last.elapsed() >= EVERY) {
                    *last = Some(Instant::now());
                    tell(&ProgressEvent::Step { done, total });
                }
            }
            Self::Relay(_) => {}
        }
    }

    pub(crate) fn end(&self) {
        match self {
            Self::Person(bar) => bar.finish_and_clear(),
            Self::Program(_) => tell(&ProgressEvent::End),
            Self::Relay(_) => {}
        }
    }
}

fn tell(event: &ProgressEvent) {
    if let Ok(line) = serde_json::to_string(event) {
        say(line);
    }
}
