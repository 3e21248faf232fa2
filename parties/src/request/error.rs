//! What can be wrong with requests and their files.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::{BUNDLE_LIMIT, RequestId, TEXT_LIMIT};
use crate::exit::{Exit, Failure};

/// Why a text is not the canonical text of a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// Longer than any.
    #[error("the text has more than {TEXT_LIMIT} bytes")]
    TooLong,
    /// Not UTF-8.
    #[error("it is not UTF-8")]
    NotText,
    /// It does not end with a line.
    #[error("the last line is cut: no line feed stands at its end")]
    Cut,
    /// Another first line.
    #[error("line 1: expected {expected:?}")]
    Head {
        /// What stands there in a request.
        expected: &'static str,
    },
    /// A field is not where it must be.
    #[error("{}expected the field `{field}`", place(*line))]
    Missing {
        /// Which.
        field: &'static str,
        /// Where; nowhere if the text has ended.
        line: Option<usize>,
    },
    /// A value is none.
    #[error("line {line}, field `{field}`: {why}")]
    Field {
        /// Of which field.
        field: &'static str,
        /// Where.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A value that has another spelling.
    #[error("line {line}: one request has one text; expected {expected:?}")]
    Spelling {
        /// Where.
        line: usize,
        /// How the line is written.
        expected: String,
    },
    /// Something after the last field.
    #[error("line {line}: this kind of request has no such line there")]
    Surplus {
        /// Where.
        line: usize,
    },
    /// Fields that do not go together.
    #[error("{0}")]
    Contradiction(&'static str),
}

fn place(line: Option<usize>) -> String {
    line.map_or_else(|| "at the end: ".to_owned(), |line| format!("line {line}: "))
}

/// Why a file is not a bundle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleFault {
    /// Longer than any.
    #[error("the file has more than {BUNDLE_LIMIT} bytes: it is no bundle of a request")]
    TooLong,
    /// Not TOML with a bundle's fields. The parser's words name the place.
    #[error("the file is no bundle of a request: {0}")]
    Malformed(String),
    /// Of another version.
    #[error("field `format` is {found}; this version reads format 1")]
    Format {
        /// The format found.
        found: u32,
    },
    /// The request in it is none.
    #[error("field `request`: {0}")]
    Request(TextFault),
    /// More than is kept.
    #[error("it has more than {limit} entries in `{field}`")]
    TooMany {
        /// Of which.
        field: &'static str,
        /// How many are kept.
        limit: usize,
    },
    /// Two bundles that are not of one request.
    #[error("it is of another request: {found}, and not {expected}")]
    OtherRequest {
        /// Whose it is.
        found: RequestId,
        /// Whose it should be.
        expected: RequestId,
    },
}

/// Why a request cannot be found, read or stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// A file that is no bundle.
    #[error("{}: {fault}", path.display())]
    Bundle {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: BundleFault,
    },
    /// No request of this name.
    #[error("there is no request {found:?} in {}", folder.display())]
    Unknown {
        /// What was given.
        found: String,
        /// Where requests are.
        folder: PathBuf,
    },
    /// Several requests that begin so.
    #[error("{count} requests in {} begin with {found}", folder.display())]
    Ambiguous {
        /// What was given.
        found: String,
        /// How many.
        count: usize,
        /// Where requests are.
        folder: PathBuf,
    },
    /// The file system refused.
    #[error("cannot {action} {}: {reason}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The kind of error.
        kind: ErrorKind,
        /// The system's words.
        reason: String,
    },
}

impl RequestError {
    pub(super) fn io(action: &'static str, path: &Path, error: &io::Error) -> Self {
        Self::Io { action, path: path.to_owned(), kind: error.kind(), reason: error.to_string() }
    }
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        let hint = match &error {
            RequestError::Bundle { fault: BundleFault::OtherRequest { .. }, .. } => None,
            RequestError::Bundle { .. } => Some("a bundle is what `quorate request new` and `request approve` write"),
            RequestError::Unknown { .. } => {
                Some("`quorate request list` shows the requests of this home; `request import FILE` takes one in")
            }
            RequestError::Ambiguous { .. } => Some("write more digits of the id"),
            RequestError::Io { .. } => None,
        };
        Self { exit: Exit::BadInput, message: error.to_string(), hint: hint.map(str::to_owned) }
    }
}
