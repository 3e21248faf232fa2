//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::IdentityError;

/// Replaces the file at `path` by `content`, readable by this user only. After a crash at any moment the file has
/// its old content or the new one, never a part.
///
/// # Errors
/// The file system's, with the path.
pub fn write_atomically(path: &Path, content: &[u8]) -> Result<(), IdentityError> {
    let failed = |action: &'static str| move |source: io::Error| io_error(action, path, &source);
    // A name alone has an empty parent, which no system can open.
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let temporary = temporary_beside(path)?;
    let written = write_private(&temporary, content).and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        // The reason is the error above; that the leftover cannot be removed either adds nothing to it.
        let _ = fs::remove_file(&temporary);
        return Err(failed("write")(error));
    }
    sync_directory(directory).map_err(failed("write"))
}

/// Creates a file that only this user can read and waits until it is on the disk.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Creates a directory, with those above it, that only this user can enter.
pub(super) fn create_private_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Waits until the directory's entries are on the disk: a rename survives a crash only then.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

/// Reads at most `limit` bytes and one more, by which the caller sees that the file is longer.
pub(super) fn read_bounded(path: &Path, limit: usize) -> Result<Vec<u8>, IdentityError> {
    // Enough from the start: a secret is not left behind in a buffer that was too small.
    let mut content = Vec::with_capacity(limit + 2);
    File::open(path)
        .and_then(|file| file.take(limit as u64 + 1).read_to_end(&mut content))
        .map_err(|error| io_error("read", path, &error))?;
    Ok(content)
}

/// A fresh name in the same directory, so that the rename stays within one file system.
pub(super) fn temporary_beside(path: &Path) -> Result<PathBuf, IdentityError> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|_| IdentityError::Randomness)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(path.with_file_name(format!(".{name}.{}", hex::encode(random))))
}

pub(super) fn io_error(action: &'static str, path: &Path, source: &io::Error) -> IdentityError {
    IdentityError::Io { action, path: path.to_owned(), kind: source.kind(), reason: source.to_string() }
}
