//! Which files are filetests.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use quorate_circuits::text::LONGEST_SOURCE;

use crate::exit::{Exit, Failure};

/// Folders below each other that are searched.
const DEEPEST: usize = 16;

/// The files named, and all `*.qp` files in the folders named and below; in the order named, and of a folder in the
/// order of their paths.
///
/// # Errors
/// A path that is not there or cannot be read; nothing to test.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            search(path, 0, &mut found)?;
        } else if path.exists() {
            found.push(path.clone());
        } else {
            return Err(Failure::new(Exit::BadInput, format!("there is no file or folder {}", path.display())));
        }
    }
    if found.is_empty() {
        let places: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(Failure::new(Exit::BadInput, format!("there is no *.qp file in {}", places.join(", "))));
    }
    let mut unique: Vec<PathBuf> = Vec::new();
    for path in found {
        if !unique.contains(&path) {
            unique.push(path);
        }
    }
    Ok(unique)
}

fn search(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let refused = |error| Failure::new(Exit::BadInput, format!("{}: this cannot be read ({error})", folder.display()));
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(folder).and_then(Iterator::collect).map_err(refused)?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        // A link to a folder is not followed: it could lead back here.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if depth < DEEPEST {
                search(&path, depth + 1, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "qp") && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

/// The text of a file.
///
/// # Errors
/// If it cannot be read, or is no text.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    let refused = |why: String| Failure::new(Exit::BadInput, why);
    let mut bytes = Vec::new();
    // One byte more than the limit is enough to be told so.
    File::open(path)
        .and_then(|file| file.take(LONGEST_SOURCE as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| refused(format!("this cannot be read ({error})")))?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        refused(format!("line {line} is not UTF-8 text: this is not a program"))
    })
}
