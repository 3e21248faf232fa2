//! The two streams.

use std::io::{self, ErrorKind, Write};

use crate::exit::{Exit, Failure};

/// Writes a result to standard output. A reader that has seen enough (`| head`) is no error.
///
/// # Errors
/// If the output cannot be written, for example because the disk is full.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::BadInput, format!("the result cannot be written to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Tells the user something on standard error. If nobody can hear it, nothing is lost.
pub fn say(text: impl std::fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Warns the user on standard error.
pub fn warn(text: impl std::fmt::Display) {
    say(format_args!("warning: {text}"));
}
