//! The papers that holders and guardians give each other: text with a kind, a format and a signature.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The longest paper, in bytes: a backup of one share for 64 guardians has 2.4 MB.
pub const PAPER_LIMIT: usize = 4 << 20;

/// The version of all papers.
const FORMAT: u32 = 1;

/// What a paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaperKind {
    /// A share dealt to guardians.
    Backup,
    /// A request to release the parts of a backup.
    RestoreRequest,
    /// A request must not be granted.
    Veto,
    /// A guardian's part, released.
    GuardianPart,
}

impl std::fmt::Display for PaperKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Backup => "a backup of a share",
            Self::RestoreRequest => "a request to restore a share",
            Self::Veto => "a veto",
            Self::GuardianPart => "a guardian's part",
        })
    }
}

/// What is wrong with a paper's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaperFault {
    /// Longer than any.
    #[error("the file has more than {PAPER_LIMIT} bytes: it is none of a backup's papers")]
    TooLong,
    /// Not UTF-8.
    #[error("the file is not text: it is none of a backup's papers")]
    NotText,
    /// Not TOML with the paper's fields.
    #[error("the text is not {kind}: {why}")]
    Malformed {
        /// What was expected.
        kind: PaperKind,
        /// What is wrong.
        why: String,
    },
    /// None of the papers.
    #[error("the text is none of a backup's papers: it has no field `kind` that says which")]
    Foreign,
    /// Another paper.
    #[error("the file is {found}; expected {expected}")]
    OtherKind {
        /// What it is.
        found: PaperKind,
        /// What was expected.
        expected: PaperKind,
    },
    /// Of another version of this software.
    #[error("field `format` is {found}; this version reads format {FORMAT}")]
    Format {
        /// The format found.
        found: u32,
    },
    /// A field that contradicts the others.
    #[error("field `{field}` {why}")]
    Field {
        /// Which.
        field: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The signature is not of this text by who signs it.
    #[error("field `signature` is not that of {signer} over the rest: the file was altered or cut")]
    Signature {
        /// Who should have signed.
        signer: String,
    },
}

impl PaperFault {
    pub(super) fn field(field: &'static str, why: &'static str) -> Self {
        Self::Field { field, why }
    }
}

#[derive(Deserialize)]
struct Head {
    kind: PaperKind,
}

/// A paper with its kind and format in front.
#[derive(Serialize, Deserialize)]
struct Framed<T> {
    kind: PaperKind,
    format: u32,
    #[serde(flatten)]
    content: T,
}

/// What kind of paper a text is.
///
/// # Errors
/// If it is none.
pub fn kind(bytes: &[u8]) -> Result<PaperKind, PaperFault> {
    let head: Head = toml::from_str(text(bytes)?).map_err(|_| PaperFault::Foreign)?;
    Ok(head.kind)
}

/// The content of a paper of this kind. Unknown fields are refused by the content's own type.
///
/// # Errors
/// What is wrong with the text.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8], expected: PaperKind) -> Result<T, PaperFault> {
    let found = kind(bytes)?;
    if found != expected {
        return Err(PaperFault::OtherKind { found, expected });
    }
    let malformed =
        |error: toml::de::Error| PaperFault::Malformed { kind: expected, why: error.message().replace('\n', " ") };
    let mut table: toml::Table = toml::from_str(text(bytes)?).map_err(malformed)?;
    table.remove("kind");
    let format = table.remove("format").and_then(|format| format.as_integer()).and_then(|f| u32::try_from(f).ok());
    let format = format.ok_or(PaperFault::field("format", "is missing or no number"))?;
    if format != FORMAT {
        return Err(PaperFault::Format { found: format });
    }
    table.try_into().map_err(malformed)
}

/// The text of a paper. The comment in front is for people, and no part of what is signed.
pub(super) fn write<T: Serialize>(kind: PaperKind, comment: &str, content: &T) -> String {
    let framed = Framed { kind, format: FORMAT, content };
    let text = toml::to_string(&framed).expect("texts and numbers below 2^63 have a form in TOML");
    format!("# {comment}\n{text}")
}

fn text(bytes: &[u8]) -> Result<&str, PaperFault> {
    if bytes.len() > PAPER_LIMIT {
        return Err(PaperFault::TooLong);
    }
    std::str::from_utf8(bytes).map_err(|_| PaperFault::NotText)
}
