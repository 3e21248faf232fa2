//! What is prepared in a home.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::About;
use super::store::{ABOUT, ABOUT_LIMIT, stores};
use crate::exit::Failure;
use crate::identity::Home;
use crate::keys::stock::counts;
use crate::keys::{Disk, Files, KeyError};

/// A store in a list: one that is damaged does not hide the others.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its folder.
    pub folder: PathBuf,
    /// What it is of; `None` if the description is damaged.
    pub about: Option<About>,
    /// How many runs are left by its journal. A run still needs one that all parties have.
    pub left: u64,
    /// Bytes that it takes.
    pub bytes: u64,
}

/// The stores of a home, read without locking them: a list to look at, and nothing to rely on.
///
/// # Errors
/// The file system's.
pub fn list(home: &Home) -> Result<Vec<Listed>, Failure> {
    let folder = stores(home);
    let failed = |path: &Path, error: &io::Error| Failure::from(KeyError::io("read", path, error));
    let mut listed = Vec::new();
    for name in Files.names(&folder).map_err(|error| failed(&folder, &error))? {
        let folder = folder.join(name);
        let path = folder.join(ABOUT);
        let Some(text) = Files.read(&path, ABOUT_LIMIT).map_err(|error| failed(&path, &error))? else { continue };
        let about = About::parse(&text);
        let left = counts(&folder.join("stock"))?.iter().map(|(_, left)| left).sum();
        let bytes = bytes_of(&folder).map_err(|error| failed(&folder, &error))?;
        listed.push(Listed { folder, about, left, bytes });
    }
    Ok(listed)
}

/// Bytes of all files in a folder and below; none if it is not there.
///
/// # Errors
/// The file system's.
pub(super) fn bytes_of(folder: &Path) -> io::Result<u64> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut bytes = 0;
    for entry in entries {
        let entry = entry?;
        bytes += match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => bytes_of(&entry.path())?,
            Ok(metadata) => metadata.len(),
            // Another process may have removed it meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
    }
    Ok(bytes)
}
