//! A directory with a file in it, and what one asks of it.

use std::path::PathBuf;

use quorate_data::{Column, DataError, Files, Source, Table, Tables};

pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    /// A directory with one file.
    pub(crate) fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        let scratch = Self(tempfile::tempdir().expect("a temporary directory"));
        std::fs::write(scratch.path(name), content).expect("a file in a temporary directory");
        scratch
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Reads a source whose path is relative to the directory.
    pub(crate) fn read(&self, source: &str) -> Result<Table, DataError> {
        let source: Source = self.path(source).to_str().expect("a path of text").parse()?;
        Files::new().read(&source)
    }

    /// The only column of a source.
    pub(crate) fn column(&self, source: &str) -> Column {
        let mut columns = self.read(source).unwrap_or_else(|error| panic!("{error}")).into_columns();
        assert_eq!(columns.len(), 1);
        columns.remove(0)
    }

    /// Asserts that reading fails with a message that contains this.
    pub(crate) fn refuses(&self, source: &str, message: &str) {
        let error = self.read(source).expect_err(source).to_string();
        assert!(error.contains(message), "expected: {message}\nfound: {error}");
    }
}

/// The cells as text, blank ones empty.
pub(crate) fn cells(column: &Column) -> Vec<String> {
    column.cells().map(|cell| cell.map_or_else(String::new, |number| number.to_string())).collect()
}
