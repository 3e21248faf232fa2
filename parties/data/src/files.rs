//! Tables from the local machine: literals, files, standard input.

use std::io::Read;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::column::Column;
use crate::csv;
use crate::error::{DataError, Problem, shorten};
use crate::input::Input;
use crate::parquet;
use crate::place::{Origin, Place, RowNames};
use crate::source::{Source, TableKind};
use crate::table::Table;

/// The name of a column that has none: a literal, or a plain list of values.
const UNNAMED: &str = "value";

/// What standard input is called in errors.
const STDIN: &str = "standard input";

/// Whoever can turn a [`Source`] into a [`Table`].
pub trait Tables {
    /// Reads the columns of a source, in the order in which it names them.
    fn read(&self, source: &Source) -> Result<Table, DataError>;
}

/// Reads literals, CSV and Parquet files of this machine, and standard input.
///
/// Standard input is read to its end when a source first asks for it, and kept, so that several inputs may come from
/// the columns of one table.
#[derive(Debug, Default)]
pub struct Files {
    stdin: OnceLock<Arc<[u8]>>,
}

impl Files {
    /// Reads from this process's standard input when asked to.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes these bytes for the standard input.
    pub fn with_stdin(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { stdin: OnceLock::from(bytes.into()) }
    }

    fn stdin(&self) -> Result<Arc<[u8]>, DataError> {
        if let Some(bytes) = self.stdin.get() {
            return Ok(Arc::clone(bytes));
        }
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|error| DataError::new(Place::whole(STDIN), Problem::Unreadable(error)))?;
        Ok(Arc::clone(self.stdin.get_or_init(|| bytes.into())))
    }
}

impl Tables for Files {
    fn read(&self, source: &Source) -> Result<Table, DataError> {
        match source {
            Source::Literal(text) => literal(text),
            Source::Csv { path, columns } => csv::read(&Input::file(path), columns),
            Source::Parquet { path, columns } => parquet::read(&Input::file(path), columns),
            Source::Stdin { columns } if columns.is_empty() => lines(&self.stdin()?),
            Source::Stdin { columns } => csv::read(&Input::memory(STDIN, self.stdin()?), columns),
        }
    }
}

/// The names of the columns of a file.
pub(crate) fn column_names(kind: TableKind, path: &Path) -> Result<Vec<String>, DataError> {
    let input = Input::file(path);
    match kind {
        TableKind::Csv => csv::header(input.name(), std::io::BufReader::new(input.open()?)),
        TableKind::Parquet => parquet::names(&input),
    }
}

/// A number, or several of them separated by commas.
pub(crate) fn literal(text: &str) -> Result<Table, DataError> {
    let origin = Arc::new(Origin { source: shorten(text), rows: RowNames::Values });
    let mut column = Column::new(UNNAMED, 1, origin);
    for value in text.split(',') {
        column.push_text(value)?;
    }
    column.check_complete()?;
    Ok(Table::new(vec![column]))
}

/// One value per line. Blank lines at the end are no values; elsewhere they are blank cells.
fn lines(bytes: &[u8]) -> Result<Table, DataError> {
    let origin = Arc::new(Origin { source: STDIN.to_owned(), rows: RowNames::Lines });
    let mut column = Column::new(UNNAMED, 0, origin);
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_end();
    if text.is_empty() {
        return Err(DataError::new(Place::whole(STDIN), Problem::Empty));
    }
    for line in text.lines() {
        column.push_text(line).map_err(|error| header_hint(error, column.len()))?;
    }
    Ok(Table::new(vec![column]))
}

fn not_utf8(bytes: &[u8], at: usize) -> DataError {
    let before = &bytes[..at];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    DataError::new(Place::line(STDIN, line), Problem::NotUtf8 { byte: at - start + 1 })
}

/// Text on the first line is most often the header of a table.
fn header_hint(error: DataError, line: usize) -> DataError {
    match error.problem() {
        Problem::Text(_) if line == 0 => error.with_hint("for a table with a header, name its columns: -:COLUMN"),
        _ => error,
    }
}
