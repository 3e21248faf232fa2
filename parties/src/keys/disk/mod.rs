//! The few things that keys do to a disk. They are a trait so that tests can let each of them fail, or stop the machine
//! in the middle of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::identity::write_private;

/// A file system. What returns `Ok` is on the disk and survives a crash; what returns an error may have happened in part.
pub trait Disk {
    /// The content of a file, at most `limit` bytes and one more by which the caller sees that it is longer; `None` if
    /// there is no such file.
    ///
    /// # Errors
    /// The file system's, as of all operations.
    fn read(&self, path: &Path, limit: usize) -> io::Result<Option<Vec<u8>>>;

    /// `length` bytes of a file from `at` on, fewer if it ends before.
    ///
    /// # Errors
    /// The file system's; [`ErrorKind::NotFound`] if there is no such file.
    fn read_at(&self, path: &Path, at: u64, length: usize) -> io::Result<Vec<u8>>;

    /// Makes the file have this content: whole or, after a failure, not at all.
    ///
    /// # Errors
    /// The file system's.
    fn replace(&self, path: &Path, content: &[u8]) -> io::Result<()>;

    /// Adds to the end of a file that is there.
    ///
    /// # Errors
    /// The file system's.
    fn append(&self, path: &Path, content: &[u8]) -> io::Result<()>;

    /// Cuts a file.
    ///
    /// # Errors
    /// The file system's.
    fn truncate(&self, path: &Path, length: u64) -> io::Result<()>;

    /// Writes over a part of a file.
    ///
    /// # Errors
    /// The file system's.
    fn overwrite(&self, path: &Path, at: u64, content: &[u8]) -> io::Result<()>;

    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// The file system's.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Removes a folder with what is in it, if it is there.
    ///
    /// # Errors
    /// The file system's.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;

    /// Makes a folder that only this user can enter, with those above it, if it is not there.
    ///
    /// # Errors
    /// The file system's.
    fn make_folder(&self, path: &Path) -> io::Result<()>;

    /// The names of what is in a folder, in order; none if it is not there.
    ///
    /// # Errors
    /// The file system's.
    fn names(&self, folder: &Path) -> io::Result<Vec<String>>;
}

/// The operating system's file system. Files are readable by this user only.
#[derive(Clone, Copy, Debug, Default)]
pub struct Files;

impl Disk for Files {
    fn read(&self, path: &Path, limit: usize) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut content = Vec::new();
        file.take(limit as u64 + 1).read_to_end(&mut content)?;
        Ok(Some(content))
    }

    fn read_at(&self, path: &Path, at: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(at))?;
        let mut content = Vec::with_capacity(length);
        file.take(length as u64).read_to_end(&mut content)?;
        Ok(content)
    }

    fn replace(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|_| io::Error::other("the operating system gave no randomness"))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = path.with_file_name(format!(".{name}.{}", hex::encode(random)));
        let written = write_private(&temporary, content).and_then(|()| fs::rename(&temporary, path));
        if let Err(error) = written {
            // The reason is the error above; that the leftover cannot be removed either adds nothing to it.
            let _ = fs::remove_file(&temporary);
            return Err(error);
        }
        sync_folder_of(path)
    }

    fn append(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).open(path)?;
        file.write_all(content)?;
        file.sync_all()
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(length)?;
        file.sync_all()
    }

    fn overwrite(&self, path: &Path, at: u64, content: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(content)?;
        file.sync_all()
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        present(fs::remove_file(path))?.map_or(Ok(()), |()| sync_folder_of(path))
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        present(fs::remove_dir_all(path))?.map_or(Ok(()), |()| sync_folder_of(path))
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        if path.is_dir() {
            return Ok(());
        }
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)?;
        sync_folder_of(path)
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let Some(entries) = present(fs::read_dir(folder))? else { return Ok(Vec::new()) };
        let mut names = Vec::new();
        for entry in entries {
            // A name that is not text is none of ours.
            names.extend(entry?.file_name().into_string());
        }
        names.sort();
        Ok(names)
    }
}

/// Waits until the entries of the folder that holds `path` are on the disk: a rename survives a crash only then.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// What is not there is no error.
fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
