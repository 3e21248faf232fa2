//! A folder of files that are gone afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use crate::demo::random_number;
use crate::exit::{Exit, Failure};

/// A folder that only this user can enter, for as long as this lives.
pub(crate) struct PrivateFolder {
    path: PathBuf,
}

impl PrivateFolder {
    /// A fresh one, `quorate-WHAT-` and a number, where the system keeps such things.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn new(what: &str) -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("quorate-{what}-{:016x}", random_number()?));
        create_private(&path).map_err(|error| unwritten(&path, &error))?;
        Ok(Self { path })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file into it.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<PathBuf, Failure> {
        let path = self.path.join(name);
        fs::write(&path, content).map_err(|error| unwritten(&path, &error))?;
        Ok(path)
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // What cannot be removed stays where only this user can read it.
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(unix)]
fn create_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> std::io::Result<()> {
    fs::create_dir(path)
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::BadInput, format!("{}: this cannot be written ({error})", path.display()))
}
