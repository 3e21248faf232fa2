//! `quorate test`: a researcher's own filetests, with all parties as threads of this process.
//!
//! The notation is described in [`quorate_circuits::filetest`]. Runs use the protocols, plans and messages of a real
//! run, over queues in memory and with the randomness of the operating system, exactly as `quorate local` does.

mod engine;
mod files;
mod report;

use std::fs;
use std::path::PathBuf;

use quorate_circuits::filetest::{blessed, check};
use quorate_engine::protocol::ProtocolName;

use crate::exit::{Exit, Failure};
use crate::sources::Beside;
use engine::Engine;

pub use files::find;
pub use report::{Ended, Report, Verdict};

/// Under which protocols expectations are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Under {
    /// All that fit.
    All,
    /// This one.
    Protocol(ProtocolName),
    /// None: in the clear alone.
    Clear,
}

/// Tries the filetests in these files, one after the other; `ended` hears of each.
///
/// With `bless`, figures of `explain` expectations that are others now are rewritten.
///
/// # Errors
/// A file that cannot be rewritten.
pub fn run(paths: &[PathBuf], under: Under, bless: bool, mut ended: impl FnMut(&Ended)) -> Result<Report, Failure> {
    let mut report = Report::default();
    for path in paths {
        let one = one(path, under, bless)?;
        ended(&one);
        report.files.push(one);
    }
    Ok(report)
}

fn one(path: &PathBuf, under: Under, bless: bool) -> Result<Ended, Failure> {
    let ended = |verdict| Ended { path: path.clone(), verdict };
    let source = match files::read(path) {
        Ok(source) => source,
        Err(failure) => return Ok(ended(Verdict::Unreadable { message: failure.message })),
    };
    let mut checked = match check(&source, &Beside::new(&path.to_string_lossy()), &Engine { under }) {
        Ok(checked) => checked,
        Err(diagnostic) => {
            let rendered = diagnostic.render(&path.display().to_string(), &source);
            return Ok(ended(Verdict::Malformed { diagnostic, rendered }));
        }
    };
    if bless && !checked.corrections.is_empty() {
        fs::write(path, blessed(&source, &checked.corrections)).map_err(|error| {
            Failure::new(Exit::BadInput, format!("{}: this cannot be rewritten ({error})", path.display()))
        })?;
        checked.misses.retain(|miss| !checked.corrections.iter().any(|c| at(c.span) == at(miss.span)));
    }
    Ok(ended(Verdict::Tried(checked)))
}

/// Spans compare equal wherever they are: their numbers do not.
fn at(span: quorate_circuits::program::Span) -> (u32, u32) {
    (span.line, span.column)
}
