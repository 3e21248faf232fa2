//! A party's process, and what it tells.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

use crate::exit::{Exit, Failure};
use crate::run::ProgressEvent;

/// The longest output that is read from a child.
const LONGEST_OUTPUT: u64 = 64 << 20;

/// Something that a party's process told.
pub(crate) struct News {
    pub(crate) party: usize,
    pub(crate) event: ProgressEvent,
}

/// A running process. Dropping it ends the process.
pub(crate) struct Child {
    process: std::process::Child,
    result: Option<JoinHandle<String>>,
    said: Option<JoinHandle<String>>,
}

/// A process that has ended.
pub(crate) struct Ended {
    /// Its exit code; a process that a signal ended has none.
    pub(crate) code: Option<i32>,
    /// Its standard output.
    pub(crate) result: String,
    /// What it said on standard error besides progress.
    pub(crate) said: String,
}

impl Child {
    /// Starts this program once more; `news` gets its progress.
    pub(super) fn start(party: usize, arguments: &[OsString], news: Sender<News>) -> Result<Self, Failure> {
        Self::start_with(party, arguments, Stdio::null(), news)
    }

    /// As [`Self::start`], with something to read.
    pub(crate) fn start_with(
        party: usize,
        arguments: &[OsString],
        input: Stdio,
        news: Sender<News>,
    ) -> Result<Self, Failure> {
        let refused = |error: std::io::Error| {
            Failure::new(Exit::BadInput, format!("a party's process cannot be started: {error}"))
        };
        let program = std::env::current_exe().map_err(refused)?;
        let mut process = Command::new(program)
            .args(arguments)
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(refused)?;
        let (output, errors) = (process.stdout.take(), process.stderr.take());
        let result = output.map(|output| thread::spawn(move || read_all(output)));
        let said = errors.map(|errors| thread::spawn(move || listen(party, errors, &news)));
        Ok(Self { process, result, said })
    }

    /// Whether the process has ended with a failure of its own.
    pub(super) fn has_failed(&mut self) -> Result<bool, Failure> {
        let status = self.process.try_wait().map_err(|error| lost(&error))?;
        Ok(status.and_then(|status| status.code()).is_some_and(is_own_failure))
    }

    /// Ends the process.
    pub(super) fn end(&mut self) {
        // A process that has ended already needs neither.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Waits until the process has ended.
    pub(crate) fn wait(mut self) -> Result<Ended, Failure> {
        let join =
            |reader: Option<JoinHandle<String>>| reader.and_then(|reader| reader.join().ok()).unwrap_or_default();
        let (result, said) = (join(self.result.take()), join(self.said.take()));
        let status = self.process.wait().map_err(|error| lost(&error))?;
        Ok(Ended { code: status.code(), result, said })
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.end();
    }
}

/// Whether an exit code tells of more than that another party was missed.
pub(super) fn is_own_failure(code: i32) -> bool {
    code != i32::from(Exit::Done.code()) && code != i32::from(Exit::Session.code())
}

fn lost(error: &std::io::Error) -> Failure {
    Failure::new(Exit::Session, format!("a party's process cannot be waited for: {error}"))
}

fn read_all(output: impl Read) -> String {
    let mut text = String::new();
    // What was read until an error is all there is; it will not parse.
    let _ = output.take(LONGEST_OUTPUT).read_to_string(&mut text);
    text
}

/// Passes progress on and gathers everything else.
fn listen(party: usize, errors: impl Read, news: &Sender<News>) -> String {
    let mut said = String::new();
    for line in BufReader::new(errors).lines().map_while(Result::ok) {
        match serde_json::from_str(&line) {
            // Once nobody watches any more, the process is about to be ended.
            Ok(event) => drop(news.send(News { party, event })),
            Err(_) => said += &(line + "\n"),
        }
    }
    said
}
