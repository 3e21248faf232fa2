//! The bytes behind a source: a file, or what came in on standard input.

use std::fs::{File, Metadata};
use std::io::{Cursor, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use polars::io::mmap::MmapBytesReader;

use crate::error::{DataError, Problem};
use crate::place::Place;

/// Bytes that can be read more than once.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    name: String,
    bytes: Bytes,
}

#[derive(Clone, Debug)]
enum Bytes {
    File(PathBuf),
    Memory(Arc<[u8]>),
}

impl Input {
    /// A file. It is opened as a local file by name alone, so that nothing in a path can reach the network.
    pub(crate) fn file(path: &Path) -> Self {
        Self { name: path.display().to_string(), bytes: Bytes::File(path.to_owned()) }
    }

    pub(crate) fn memory(name: &str, bytes: Arc<[u8]>) -> Self {
        Self { name: name.to_owned(), bytes: Bytes::Memory(bytes) }
    }

    /// What to call it in an error.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Opens it from its beginning.
    pub(crate) fn open(&self) -> Result<Box<dyn MmapBytesReader>, DataError> {
        match &self.bytes {
            Bytes::File(path) => self.open_file(path).map(|file| Box::new(file) as _),
            Bytes::Memory(bytes) => Ok(Box::new(Cursor::new(Arc::clone(bytes)))),
        }
    }

    fn open_file(&self, path: &Path) -> Result<File, DataError> {
        let problem = |problem| DataError::new(Place::whole(&self.name), problem);
        // Asked before opening: to open a pipe would wait for somebody to write into it.
        let kind = path.metadata().map_err(|error| problem(from_io(error)))?;
        if let Some(unfit) = unfit(&kind) {
            return Err(problem(unfit));
        }
        File::open(path).map_err(|error| problem(from_io(error)))
    }
}

fn from_io(error: std::io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotFound => Problem::NotFound,
        _ => Problem::Unreadable(error),
    }
}

fn unfit(kind: &Metadata) -> Option<Problem> {
    if kind.is_dir() {
        Some(Problem::Directory)
    } else if !kind.is_file() {
        Some(Problem::NotAFile)
    } else if kind.len() == 0 {
        Some(Problem::Empty)
    } else {
        None
    }
}
