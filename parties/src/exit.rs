//! How the `quorate` command ends: an exit code that says whose move is next, and a message for people.

use std::fmt;

/// The exit codes. Scripts rely on them: a code never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exit {
    /// The command did what was asked.
    Done = 0,
    /// Our mistake: please report it.
    Bug = 1,
    /// Bad input or usage, or a trust that no protocol offers.
    BadInput = 2,
    /// The session failed: a peer was absent, left, disagreed or misbehaved.
    Session = 3,
    /// This party's own policy refused.
    Refused = 4,
    /// A receipt, log or signature does not verify.
    Unverified = 5,
    /// An expectation of a filetest does not hold.
    Unmet = 6,
}

impl Exit {
    /// The number that the operating system sees.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command failed: who has to act, what happened, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whose move is next.
    pub exit: Exit,
    /// What was found and what was expected: a lower-case fragment without a full stop.
    pub message: String,
    /// What to do, if anything can be done here.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure without a hint.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: None }
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        if self.exit == Exit::Bug {
            write!(f, "\nhint: this is a mistake in quorate: please report it with the command that you ran")?;
        }
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}
