//! The few things that keys do to a disk. They are a trait so that tests can let each of them fail, or stop the machine
//! in the middle of it.
//!
//! What has happened on a disk is there after a crash only if it was waited for, a file's content and a file's name each
//! by itself. How the operations of a [`Disk`] are made of the calls of a [`System`] so that they keep their promise is
//! written here once.

#[cfg(test)]
pub(crate) mod machine;
mod system;

use std::io::{self, ErrorKind};
use std::path::Path;

pub use system::{Files, Open, System};

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

    /// Waits until the names in a folder, if it is there, are on the disk as they are seen now: a process that was killed
    /// may have changed them and not have waited for that.
    ///
    /// # Errors
    /// The file system's.
    fn settle(&self, folder: &Path) -> io::Result<()>;
}

impl<S: System> Disk for S {
    fn read(&self, path: &Path, limit: usize) -> io::Result<Option<Vec<u8>>> {
        let Some(mut file) = present(self.open(path, Open::Read))? else { return Ok(None) };
        System::read(self, &mut file, 0, limit.saturating_add(1)).map(Some)
    }

    fn read_at(&self, path: &Path, at: u64, length: usize) -> io::Result<Vec<u8>> {
        System::read(self, &mut self.open(path, Open::Read)?, at, length)
    }

    fn replace(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|_| io::Error::other("the operating system gave no randomness"))?;
        let temporary = path.with_file_name(temporary_name(path, &random));
        let write = || {
            let mut file = self.open(&temporary, Open::New)?;
            self.write(&mut file, None, content)?;
            self.sync(&file)?;
            self.rename(&temporary, path)
        };
        if let Err(error) = write() {
            // The reason is the error above; that the leftover cannot be removed either adds nothing to it.
            let _ = System::remove(self, &temporary);
            return Err(error);
        }
        sync_folder_of(self, path)
    }

    fn append(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        let mut file = self.open(path, Open::Append)?;
        self.write(&mut file, None, content)?;
        self.sync(&file)
    }

    fn truncate(&self, path: &Path, length: u64) -> io::Result<()> {
        let file = self.open(path, Open::Write)?;
        self.set_length(&file, length)?;
        self.sync(&file)
    }

    fn overwrite(&self, path: &Path, at: u64, content: &[u8]) -> io::Result<()> {
        let mut file = self.open(path, Open::Write)?;
        self.write(&mut file, Some(at), content)?;
        self.sync(&file)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        present(System::remove(self, path))?.map_or(Ok(()), |()| sync_folder_of(self, path))
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        present(self.remove_tree(path))?.map_or(Ok(()), |()| sync_folder_of(self, path))
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = path.ancestors().take_while(|folder| !self.is_folder(folder)).collect();
        // A process that made the last one that is there may have been killed before it had waited for it.
        if let Some(there) = path.ancestors().nth(missing.len()) {
            match sync_folder_of(self, there) {
                // What is in a folder that this user cannot open was not put there by this user's process.
                Err(error) if error.kind() == ErrorKind::PermissionDenied => {}
                synced => synced?,
            }
        }
        for folder in missing.into_iter().rev().filter(|folder| !folder.as_os_str().is_empty()) {
            match self.add_folder(folder) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                added => added?,
            }
            sync_folder_of(self, folder)?;
        }
        Ok(())
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let Some(entries) = present(self.entries(folder))? else { return Ok(Vec::new()) };
        // A name that is not text is none of ours.
        let mut names: Vec<String> = entries.into_iter().filter_map(|name| name.into_string().ok()).collect();
        names.sort();
        Ok(names)
    }

    fn settle(&self, folder: &Path) -> io::Result<()> {
        if !cfg!(unix) {
            return Ok(());
        }
        present(self.open(folder, Open::Read))?.map_or(Ok(()), |open| self.sync(&open))
    }
}

/// What a file is called until all of its content is on the disk.
fn temporary_name(path: &Path, random: &[u8]) -> String {
    format!(".{}.{}", path.file_name().unwrap_or_default().to_string_lossy(), hex::encode(random))
}

/// Waits until the entries of the folder that holds `path` are on the disk: a rename survives a crash only then.
fn sync_folder_of<S: System>(system: &S, path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => {
            let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            system.sync(&system.open(here, Open::Read)?)
        }
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
