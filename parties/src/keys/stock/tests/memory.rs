//! A disk in memory that can be full, and can stop in the middle of an operation.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Error, ErrorKind, Result};
use std::rc::Rc;

use super::*;

/// What happens at the operation that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::keys) enum Failure {
    /// The machine stops: the operation happens in part, and nothing after it.
    Crash,
    /// The operation happens in part and the next ones work, but for those that need room.
    Full,
}

#[derive(Default)]
struct Inner {
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// Changes until one fails.
    countdown: Option<usize>,
    failure: Option<Failure>,
    /// How much of that change happens, in 256ths.
    share: usize,
    failed: bool,
}

/// Clones share one disk.
#[derive(Clone, Default)]
pub(in crate::keys) struct Memory(Rc<RefCell<Inner>>);

impl Memory {
    /// Lets the change after `changes` others fail, when `share`/256 of it have happened.
    pub(in crate::keys) fn fail_after(&self, changes: usize, failure: Failure, share: u8) {
        let mut inner = self.0.borrow_mut();
        inner.countdown = Some(changes);
        (inner.failure, inner.share, inner.failed) = (Some(failure), usize::from(share), false);
    }

    /// The machine starts again; says whether it had failed.
    pub(in crate::keys) fn restart(&self) -> bool {
        let mut inner = self.0.borrow_mut();
        (inner.countdown, inner.failure) = (None, None);
        std::mem::take(&mut inner.failed)
    }

    pub(in crate::keys) fn copy(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        self.0.borrow().files.clone()
    }

    pub(in crate::keys) fn restore(&self, files: BTreeMap<PathBuf, Vec<u8>>) {
        self.0.borrow_mut().files = files;
    }

    pub(in crate::keys) fn file(&self, path: &Path) -> Vec<u8> {
        self.0.borrow().files[path].clone()
    }

    pub(in crate::keys) fn set(&self, path: &Path, content: Vec<u8>) {
        self.0.borrow_mut().files.insert(path.to_owned(), content);
    }

    /// How many of `length` bytes a change writes: all, or fewer and then an error.
    fn change(&self, length: usize, needs_room: bool) -> (usize, Result<()>) {
        let mut inner = self.0.borrow_mut();
        let error = |failure| match failure {
            Some(Failure::Full) => Error::from(ErrorKind::StorageFull),
            _ => Error::other("the machine has stopped"),
        };
        if inner.failed && (inner.failure == Some(Failure::Crash) || needs_room) {
            return (0, Err(error(inner.failure)));
        }
        match inner.countdown {
            // What needs no room does not fail for want of it.
            Some(0) if inner.failure == Some(Failure::Full) && !needs_room => {}
            Some(0) => {
                (inner.failed, inner.countdown) = (true, None);
                return (length * inner.share / 255, Err(error(inner.failure)));
            }
            Some(left) => inner.countdown = Some(left - 1),
            None => {}
        }
        (length, Ok(()))
    }

    fn alive(&self) -> Result<()> {
        let inner = self.0.borrow();
        let stopped = inner.failed && inner.failure == Some(Failure::Crash);
        if stopped { Err(Error::other("the machine has stopped")) } else { Ok(()) }
    }

    fn edit(&self, path: &Path, edit: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let mut inner = self.0.borrow_mut();
        inner.files.get_mut(path).map(edit).ok_or_else(|| Error::from(ErrorKind::NotFound))
    }
}

impl Disk for Memory {
    fn read(&self, path: &Path, limit: usize) -> Result<Option<Vec<u8>>> {
        self.alive()?;
        let content = self.0.borrow().files.get(path).cloned();
        Ok(content.map(|mut content| {
            content.truncate(limit + 1);
            content
        }))
    }

    fn read_at(&self, path: &Path, at: u64, length: usize) -> Result<Vec<u8>> {
        self.alive()?;
        let inner = self.0.borrow();
        let content = inner.files.get(path).ok_or_else(|| Error::from(ErrorKind::NotFound))?;
        Ok(content.iter().skip(at as usize).take(length).copied().collect())
    }

    fn replace(&self, path: &Path, content: &[u8]) -> Result<()> {
        let (written, result) = self.change(content.len(), true);
        // A rename happens or not.
        if written == content.len() {
            self.set(path, content.to_vec());
        }
        result
    }

    fn append(&self, path: &Path, content: &[u8]) -> Result<()> {
        let (written, result) = self.change(content.len(), true);
        self.edit(path, |file| file.extend_from_slice(&content[..written]))?;
        result
    }

    fn truncate(&self, path: &Path, length: u64) -> Result<()> {
        let (written, result) = self.change(1, false);
        if written == 1 {
            self.edit(path, |file| file.truncate(length as usize))?;
        }
        result
    }

    fn overwrite(&self, path: &Path, at: u64, content: &[u8]) -> Result<()> {
        let (written, result) = self.change(content.len(), false);
        let at = at as usize;
        self.edit(path, |file| file[at..at + written].copy_from_slice(&content[..written]))?;
        result
    }

    fn remove(&self, path: &Path) -> Result<()> {
        let (written, result) = self.change(1, false);
        if written == 1 {
            self.0.borrow_mut().files.remove(path);
        }
        result
    }

    fn remove_folder(&self, path: &Path) -> Result<()> {
        let (written, result) = self.change(1, false);
        if written == 1 {
            self.0.borrow_mut().files.retain(|file, _| !file.starts_with(path));
        }
        result
    }

    fn make_folder(&self, _path: &Path) -> Result<()> {
        self.alive()
    }

    fn names(&self, folder: &Path) -> Result<Vec<String>> {
        self.alive()?;
        // As of a real disk, what is deeper shows as the folder that it is in.
        let name = |path: &PathBuf| {
            let inside = path.strip_prefix(folder).ok()?.components().next()?;
            inside.as_os_str().to_str().map(str::to_owned)
        };
        let inner = self.0.borrow();
        let names: BTreeSet<String> = inner.files.keys().filter_map(name).collect();
        Ok(names.into_iter().collect())
    }

    fn settle(&self, _: &Path) -> Result<()> {
        Ok(())
    }
}
