//! What can be wrong with a source of data: where it is, what was found, and what to do about it.

use std::fmt;

use crate::decimal::Decimal;
use crate::place::Place;

/// A source could not be read, or a column does not fit what it is used for.
///
/// Displays as `place: problem`, with a second line `hint: ...` where there is something to be done.
#[derive(Debug)]
pub struct DataError(Box<Report>);

/// Kept behind one pointer: errors travel through the results of every cell.
#[derive(Debug)]
struct Report {
    place: Place,
    problem: Problem,
    hint: Option<String>,
}

impl DataError {
    pub(crate) fn new(place: Place, problem: Problem) -> Self {
        let hint = problem.hint();
        Self(Box::new(Report { place, problem, hint }))
    }

    /// The same error with the caller's advice, who knows the flag that would help.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// What it is.
    pub fn problem(&self) -> &Problem {
        &self.0.problem
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.0.place, self.0.problem)?;
        match &self.0.hint {
            Some(hint) => write!(out, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for DataError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.problem {
            Problem::Unreadable(error) => Some(error),
            _ => None,
        }
    }
}

/// Everything that can be wrong.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    // --- how the source is written
    /// The source is an empty text.
    #[error("no source is given")]
    EmptySource,
    /// The source is neither a number nor a file that we read.
    #[error("this is neither a number nor a CSV or Parquet column")]
    UnknownSource,
    /// A file was named, but none of its columns.
    #[error("no column is named; the file has {}", list(.0))]
    NoColumnNamed(Vec<String>),
    /// A column name is empty, or its quotes are not closed.
    #[error("the names of the columns cannot be read: {0:?}")]
    BadColumnNames(String),
    /// A column was named twice.
    #[error("column {0} is named twice")]
    RepeatedColumn(String),
    /// The text can be split at two places, and both files exist.
    #[error("this can mean {first} or {second}, and both files exist")]
    AmbiguousPath {
        /// One of the files.
        first: String,
        /// The other.
        second: String,
    },

    // --- the file as a whole
    /// There is no such file.
    #[error("there is no such file")]
    NotFound,
    /// It is a directory.
    #[error("this is a directory, not a file")]
    Directory,
    /// It is a pipe, a socket or a device.
    #[error("this is a pipe or a device, not a file")]
    NotAFile,
    /// The operating system refused to read it.
    #[error("this cannot be read")]
    Unreadable(#[source] std::io::Error),
    /// It has no bytes, or blank lines only.
    #[error("this is empty")]
    Empty,
    /// It has column names and nothing else.
    #[error("this has no rows: there are column names but no data")]
    NoRows,
    /// The column is not there; the closest name comes first.
    #[error("there is no column {wanted}; the columns are {}", list(.columns))]
    MissingColumn {
        /// The name asked for.
        wanted: String,
        /// The names that exist.
        columns: Vec<String>,
    },
    /// Two columns have this name.
    #[error("two columns have the name {0}")]
    DuplicateColumn(String),
    /// It changed between two looks at it.
    #[error("this changed while it was being read")]
    Changed,

    // --- the shape of a CSV file
    /// A row has another number of cells than the header.
    #[error("this row has {found} cells, and the header has {expected}")]
    Ragged {
        /// The number of cells in the row.
        found: usize,
        /// The number of names in the header.
        expected: usize,
    },
    /// A blank line between the rows of a table.
    #[error("this line is blank, and more rows follow")]
    BlankLine,
    /// A cell is opened with a quote that never closes.
    #[error("a quote is opened here and never closed")]
    OpenQuote,
    /// A quote stands inside a cell that is not quoted, or text follows a closing quote.
    #[error("there is a quote in the middle of a cell")]
    StrayQuote,
    /// The bytes are not UTF-8.
    #[error("byte {byte} of the line is not UTF-8 text")]
    NotUtf8 {
        /// The first offending byte, counted from one.
        byte: usize,
    },
    /// A line is too long to be a row of a table.
    #[error("this line is longer than {limit} bytes")]
    LongLine {
        /// The longest line that is read.
        limit: usize,
    },
    /// The dataframe library refused a file that passed our own checks.
    #[error("the CSV reader refused it: {0}")]
    Csv(String),

    // --- Parquet
    /// The bytes are not those of a Parquet file.
    #[error("this is not a Parquet file, or it is damaged: {0}")]
    DamagedParquet(String),
    /// The column holds something that is not a number.
    #[error("this column holds {0}, and numbers were expected")]
    UnsupportedType(String),

    // --- a cell
    /// NaN or an infinity.
    #[error("{0} is not a number that can be computed with")]
    NotFinite(String),
    /// Text where a number was expected.
    #[error("{0:?} is text, and a number was expected")]
    Text(String),
    /// More digits, or a larger exponent, than an exact number can have.
    #[error("{0} has too many digits")]
    TooManyDigits(String),
    /// An empty cell where a value is needed.
    #[error("the cell is blank, and a value is needed")]
    Blank,
    /// More decimals than the computation keeps.
    #[error("{value} has {needed} decimals, and {decimals} are kept")]
    TooManyDecimals {
        /// The value.
        value: Decimal,
        /// The decimals that are kept.
        decimals: u32,
        /// The decimals that this value needs.
        needed: u32,
    },
    /// The value with its decimals exceeds 128 bits.
    #[error("{value} is too large to be computed with at {decimals} decimals")]
    TooLarge {
        /// The value.
        value: Decimal,
        /// The decimals that are kept.
        decimals: u32,
    },
    /// The value is outside of the range that was declared.
    #[error("{value} is outside of the declared range, {min} to {max}")]
    OutOfRange {
        /// The value.
        value: Decimal,
        /// The smallest value allowed.
        min: Decimal,
        /// The largest value allowed.
        max: Decimal,
    },
}

impl Problem {
    /// What one would tell a colleague to do next.
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::EmptySource | Self::UnknownSource => {
                "write a number, a list such as 1,2,3, FILE.csv:COLUMN, FILE.parquet:COLUMN, or - for standard input"
            }
            Self::NoColumnNamed(columns) => {
                let column = columns.first().map_or("COLUMN", String::as_str);
                return Some(format!("name one or more after a colon, as in FILE:{column}"));
            }
            Self::BadColumnNames(_) => {
                "write FILE:COLUMN or FILE:COLUMN,COLUMN; a name with a comma in it goes in quotes"
            }
            Self::AmbiguousPath { .. } => "rename one of the two files, or run from another directory",
            Self::NotFound => "the path is taken from the directory in which the command runs",
            Self::NotAFile => "only files can be read twice, to check and to load; for a pipe, use - (standard input)",
            Self::DuplicateColumn(_) => "give the columns of the file different names",
            Self::Changed => "run again when nothing writes to it",
            Self::Ragged { .. } => {
                "a cell that contains a comma must be in quotes, and a decimal comma must be written as a point"
            }
            Self::BlankLine => "remove the line; a missing value is an empty cell, not an empty row",
            Self::OpenQuote | Self::StrayQuote => {
                "enclose the whole cell in quotes and write each quote inside of it twice, as in \"5\"\" pipe\""
            }
            Self::NotUtf8 { .. } => "save the file as UTF-8 (spreadsheets call it \"CSV UTF-8\")",
            Self::LongLine { .. } => "check that this is a CSV file with one row per line",
            Self::UnsupportedType(_) => "save the column as integers, floats, decimals, booleans or text",
            Self::NotFinite(_) => "correct the value, or leave the cell empty if it is missing",
            Self::Text(text) => return Some(text_hint(text)),
            Self::MissingColumn { columns, .. } => return separator_hint(columns),
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// Advice for the texts that are met in number columns again and again.
fn text_hint(text: &str) -> String {
    const MARKERS: [&str; 9] = ["na", "n/a", "null", "none", "nil", "missing", "-", ".", "?"];
    let hint = if MARKERS.contains(&text.to_lowercase().as_str()) {
        "if the value is missing, leave the cell empty"
    } else if text.contains([',', '\'', '_']) && text.contains(|letter: char| letter.is_ascii_digit()) {
        "write a decimal point, and no separators between thousands"
    } else if text.starts_with('\u{2212}') {
        "the minus sign is a typographic one; write a hyphen"
    } else {
        "correct the cell, or name another column"
    };
    hint.to_owned()
}

/// One column whose name looks like several: the file is not separated by commas.
fn separator_hint(columns: &[String]) -> Option<String> {
    match columns {
        [only] if only.contains([';', '\t', '|']) => Some("separate the columns by commas".to_owned()),
        _ => None,
    }
}

/// As many names as fit in a sentence.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown = names.iter().take(SHOWN).map(|name| shorten(name)).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A text from a file as it can be shown in one line.
pub(crate) fn shorten(text: &str) -> String {
    const SHOWN: usize = 40;
    let printable = |letter: char| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter };
    let mut letters = text.chars().map(printable);
    let mut short: String = letters.by_ref().take(SHOWN).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}
