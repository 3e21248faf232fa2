//! An operating system, as far as keys need one.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// The calls of an operating system, one by one. What they change may be lost in a crash, in whole or in part, until it
/// was waited for: a file's content by [`Self::sync`] of the file, what a folder has by that of the folder.
pub trait System {
    /// An open file or folder.
    type Handle;

    /// Opens a file; for reading, a folder too.
    ///
    /// # Errors
    /// The system's, as of all calls: [`io::ErrorKind::NotFound`] if there is no such file.
    fn open(&self, path: &Path, how: Open) -> io::Result<Self::Handle>;

    /// At most `limit` bytes from `at` on.
    ///
    /// # Errors
    /// The system's.
    fn read(&self, file: &mut Self::Handle, at: u64, limit: usize) -> io::Result<Vec<u8>>;

    /// Writes all of it, at a place, or where the file was opened to be written.
    ///
    /// # Errors
    /// The system's, and then a part may be written.
    fn write(&self, file: &mut Self::Handle, at: Option<u64>, content: &[u8]) -> io::Result<()>;

    /// Cuts or lengthens a file.
    ///
    /// # Errors
    /// The system's.
    fn set_length(&self, file: &Self::Handle, length: u64) -> io::Result<()>;

    /// Waits until what this file or folder has is on the disk.
    ///
    /// # Errors
    /// The system's.
    fn sync(&self, file: &Self::Handle) -> io::Result<()>;

    /// Gives a file another name in the same folder, in place of what had that name.
    ///
    /// # Errors
    /// The system's.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// The system's.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Removes a folder with everything in it, one by one.
    ///
    /// # Errors
    /// The system's, and then some of it may be gone.
    fn remove_tree(&self, path: &Path) -> io::Result<()>;

    /// Makes a folder, in one that is there.
    ///
    /// # Errors
    /// The system's.
    fn add_folder(&self, path: &Path) -> io::Result<()>;

    /// Whether a folder is there.
    fn is_folder(&self, path: &Path) -> bool;

    /// The names in a folder.
    ///
    /// # Errors
    /// The system's.
    fn entries(&self, folder: &Path) -> io::Result<Vec<OsString>>;
}

/// What a file is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// To be read.
    Read,
    /// To be written over.
    Write,
    /// To be written at its end.
    Append,
    /// To be made: it must not be there.
    New,
}

/// The operating system's file system. Files are readable by this user only.
#[derive(Clone, Copy, Debug, Default)]
pub struct Files;

impl System for Files {
    type Handle = File;

    fn open(&self, path: &Path, how: Open) -> io::Result<File> {
        let mut options = OpenOptions::new();
        match how {
            Open::Read => options.read(true),
            Open::Write => options.write(true),
            Open::Append => options.append(true),
            Open::New => options.write(true).create_new(true),
        };
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path)
    }

    fn read(&self, file: &mut File, at: u64, limit: usize) -> io::Result<Vec<u8>> {
        if at > 0 {
            file.seek(SeekFrom::Start(at))?;
        }
        let mut content = Vec::new();
        file.take(limit as u64).read_to_end(&mut content)?;
        Ok(content)
    }

    fn write(&self, file: &mut File, at: Option<u64>, content: &[u8]) -> io::Result<()> {
        if let Some(at) = at {
            file.seek(SeekFrom::Start(at))?;
        }
        file.write_all(content)
    }

    fn set_length(&self, file: &File, length: u64) -> io::Result<()> {
        file.set_len(length)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_tree(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }

    fn add_folder(&self, path: &Path) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name())).collect()
    }
}
