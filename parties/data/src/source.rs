//! Where a column comes from, as it is written on the command line.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::csv::split_record;
use crate::error::{DataError, Problem};
use crate::files::{column_names, literal};
use crate::place::Place;

/// Where one or more columns come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A number, or a list of numbers separated by commas: one column.
    Literal(String),
    /// Columns of a CSV file.
    Csv {
        /// The file.
        path: PathBuf,
        /// The names of the columns, at least one.
        columns: Vec<String>,
    },
    /// Columns of a Parquet file.
    Parquet {
        /// The file.
        path: PathBuf,
        /// The names of the columns, at least one.
        columns: Vec<String>,
    },
    /// Standard input.
    Stdin {
        /// The names of the columns of a CSV table, or none if there is one value per line.
        columns: Vec<String>,
    },
}

/// The kinds of file that hold tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TableKind {
    Csv,
    Parquet,
}

const KINDS: [(TableKind, &str); 2] = [(TableKind::Csv, ".csv"), (TableKind::Parquet, ".parquet")];

/// Reads `42`, `1,2,3`, `FILE.csv:COLUMN[,COLUMN]`, `FILE.parquet:COLUMN[,COLUMN]`, `-` and `-:COLUMN[,COLUMN]`.
///
/// The path ends at the colon after `.csv` or `.parquet`, in capitals or not; all other colons belong to the path
/// (`C:\data.csv:age`) or to the column. Where several colons qualify, the file that exists decides.
impl FromStr for Source {
    type Err = DataError;

    fn from_str(text: &str) -> Result<Self, DataError> {
        let text = text.trim();
        match text.strip_prefix('-') {
            Some("") => return Ok(Self::Stdin { columns: Vec::new() }),
            Some(rest) => {
                if let Some(columns) = rest.strip_prefix(':') {
                    return Ok(Self::Stdin { columns: read_names(text, columns)? });
                }
            }
            None if text.is_empty() => return Err(DataError::new(Place::whole("input"), Problem::EmptySource)),
            None => {}
        }
        if let Some((kind, path, columns)) = split_path(text)? {
            let (path, columns) = (PathBuf::from(path), read_names(text, columns)?);
            return Ok(match kind {
                TableKind::Csv => Self::Csv { path, columns },
                TableKind::Parquet => Self::Parquet { path, columns },
            });
        }
        without_columns(text)
    }
}

impl Source {
    /// The source of a whole table, without columns: `FILE.csv`, `FILE.parquet` or `-`; its column of this name.
    ///
    /// # Errors
    /// If the text is no file that holds a table.
    pub fn table_column(text: &str, column: &str) -> Result<Self, DataError> {
        let (text, columns) = (text.trim(), vec![column.to_owned()]);
        match kind_of(text) {
            _ if text == "-" => Ok(Self::Stdin { columns }),
            Some(TableKind::Csv) => Ok(Self::Csv { path: PathBuf::from(text), columns }),
            Some(TableKind::Parquet) => Ok(Self::Parquet { path: PathBuf::from(text), columns }),
            None => Err(DataError::new(Place::whole(text), Problem::UnknownSource)),
        }
    }
}

/// The spelling that [`FromStr`] reads.
impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, columns) = match self {
            Self::Literal(text) => return write!(out, "{text}"),
            Self::Stdin { columns } if columns.is_empty() => return write!(out, "-"),
            Self::Stdin { columns } => (Path::new("-"), columns),
            Self::Csv { path, columns } | Self::Parquet { path, columns } => (path.as_path(), columns),
        };
        write!(out, "{}:", path.display())?;
        for (at, column) in columns.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            if column.contains([',', '"']) || column.trim() != column {
                write!(out, "{comma}\"{}\"", column.replace('"', "\"\""))?;
            } else {
                write!(out, "{comma}{column}")?;
            }
        }
        Ok(())
    }
}

/// The kind, the path and the names of the columns, if there is a colon after an extension that we read.
fn split_path(text: &str) -> Result<Option<(TableKind, &str, &str)>, DataError> {
    let splits = splits(text);
    let mut existing = splits.iter().filter(|(_, path, _)| Path::new(path).exists());
    match (existing.next(), existing.next()) {
        (Some((_, first, _)), Some((_, second, _))) => {
            let (first, second) = ((*first).to_owned(), (*second).to_owned());
            Err(DataError::new(Place::whole(text), Problem::AmbiguousPath { first, second }))
        }
        (Some(only), None) => Ok(Some(*only)),
        (None, _) => Ok(splits.last().copied()),
    }
}

/// Every way to split at a colon after an extension, from left to right.
fn splits(text: &str) -> Vec<(TableKind, &str, &str)> {
    let split = |(colon, _): (usize, &str)| {
        let (path, columns) = (&text[..colon], &text[colon + 1..]);
        kind_of(path).map(|kind| (kind, path, columns))
    };
    text.match_indices(':').filter_map(split).collect()
}

fn kind_of(path: &str) -> Option<TableKind> {
    let path = path.to_ascii_lowercase();
    KINDS.iter().find(|(_, extension)| path.ends_with(extension)).map(|(kind, _)| *kind)
}

/// The names after the colon: one record of a CSV file, so that names with commas can be quoted.
fn read_names(text: &str, names: &str) -> Result<Vec<String>, DataError> {
    let error = |problem| DataError::new(Place::whole(text), problem);
    let bad = || error(Problem::BadColumnNames(names.to_owned()));
    let columns: Vec<_> = split_record(names).map_err(|_| bad())?.iter().map(|name| name.trim().to_owned()).collect();
    if columns.iter().any(String::is_empty) {
        return Err(bad());
    }
    for (at, column) in columns.iter().enumerate() {
        if columns[..at].contains(column) {
            return Err(error(Problem::RepeatedColumn(column.clone())));
        }
    }
    Ok(columns)
}

/// A literal, or an explanation of why it is none.
fn without_columns(text: &str) -> Result<Source, DataError> {
    let error = |problem| Err(DataError::new(Place::whole(text), problem));
    if let Some(kind) = kind_of(text) {
        return error(Problem::NoColumnNamed(column_names(kind, Path::new(text))?));
    }
    let values = literal(text);
    match values {
        Ok(_) => Ok(Source::Literal(text.to_owned())),
        // A list in which only some values are wrong is a list.
        Err(list) if text.contains(',') && !Path::new(text).exists() => Err(list),
        Err(number) if matches!(number.problem(), Problem::NotFinite(_) | Problem::TooManyDigits(_)) => Err(number),
        Err(_) => error(Problem::UnknownSource),
    }
}
