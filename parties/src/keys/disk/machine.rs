//! A machine in memory that can stop at any call, and of whose files a crash leaves whatever it may leave.
//!
//! What was not waited for is lost, in whole or in part, and what is lost is decided for each change by itself: of writes
//! to a file any of them, up to any byte, or so that the file is longer and the bytes are zero; of changes to a folder any
//! of them, a new name without the file's content, the new name without the old one gone. That is less than any real file
//! system promises. If the machine's power fails all of that happens; if only the process is killed, what the machine
//! remembers stays, and is still not waited for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Error, ErrorKind, Result};
use std::path::{Component, Path};
use std::rc::Rc;

use super::{Open, System};

/// How the call fails that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The process ends in the middle of it.
    Killed,
    /// The machine stops in the middle of it.
    PowerLost,
    /// There is no room, once.
    Full,
}

/// Numbers that follow from a seed, in which nothing has to be secret (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 16) as usize % bound.max(1)
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// A change to a file's content that was not waited for.
#[derive(Clone)]
enum Edit {
    Write(usize, Vec<u8>),
    Length(usize),
}

/// A change to a folder that was not waited for: names that go, and a name that is new.
#[derive(Clone)]
struct Change {
    gone: Option<String>,
    new: Option<(String, usize)>,
}

#[derive(Clone)]
enum Node {
    File { now: Vec<u8>, kept: Vec<u8>, edits: Vec<Edit> },
    Folder { now: BTreeMap<String, usize>, kept: BTreeMap<String, usize>, changes: Vec<Change> },
}

struct Inner {
    /// The root is the first one. What no name leads to any more stays, and is found by nobody.
    nodes: Vec<Node>,
    dice: Dice,
    /// Calls that change something until one fails.
    countdown: Option<(usize, Fault)>,
    stopped: Option<Fault>,
}

/// Clones are one machine.
#[derive(Clone)]
pub(crate) struct Machine(Rc<RefCell<Inner>>);

/// An open file.
pub(crate) struct Handle {
    node: usize,
}

impl Machine {
    pub(crate) fn new(seed: u64) -> Self {
        let root = Node::Folder { now: BTreeMap::new(), kept: BTreeMap::new(), changes: Vec::new() };
        let (dice, nodes) = (Dice::new(seed), vec![root]);
        Self(Rc::new(RefCell::new(Inner { nodes, dice, countdown: None, stopped: None })))
    }

    /// Lets a call fail after so many others that change something or wait for it.
    pub(crate) fn fail_after(&self, calls: usize, fault: Fault) {
        self.0.borrow_mut().countdown = Some((calls, fault));
    }

    /// Whether the process on it can go on.
    pub(crate) fn runs(&self) -> bool {
        self.0.borrow().stopped.is_none()
    }

    /// A new process begins, after the machine has lost its power or only the process was killed. No call fails any more.
    pub(crate) fn restart(&self, power_lost: bool) {
        let mut inner = self.0.borrow_mut();
        inner.countdown = None;
        let lost = inner.stopped.take() == Some(Fault::PowerLost) || power_lost;
        if lost {
            let Inner { nodes, dice, .. } = &mut *inner;
            nodes.iter_mut().for_each(|node| node.crash(dice));
        }
    }

    /// A call that changes something: says how it fails, if it does.
    fn count(&self) -> std::result::Result<(), (Error, bool)> {
        let mut inner = self.0.borrow_mut();
        inner.alive().map_err(|error| (error, false))?;
        match inner.countdown {
            Some((0, fault)) => {
                inner.countdown = None;
                if fault == Fault::Full {
                    return Err((Error::from(ErrorKind::StorageFull), inner.dice.once_in(2)));
                }
                inner.stopped = Some(fault);
                Err((stopped(), inner.dice.once_in(2)))
            }
            Some((left, fault)) => {
                inner.countdown = Some((left - 1, fault));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Does something, if the call does not fail, or if it fails after it has done it.
    fn change<T>(&self, act: impl FnOnce(&mut Inner) -> Result<T>) -> Result<T> {
        match self.count() {
            Ok(()) => act(&mut self.0.borrow_mut()),
            Err((error, done)) => {
                if done {
                    act(&mut self.0.borrow_mut())?;
                }
                Err(error)
            }
        }
    }

    /// A change to a file's content, of which a part is done if it fails.
    fn edit(&self, node: usize, edit: impl FnOnce(usize) -> Edit) -> Result<()> {
        let failed = self.count().err();
        let mut inner = self.0.borrow_mut();
        let Inner { nodes, dice, .. } = &mut *inner;
        let Node::File { now, edits, .. } = &mut nodes[node] else { return Err(Error::from(ErrorKind::IsADirectory)) };
        let mut edit = edit(now.len());
        if let Some((error, done)) = failed {
            if let (Edit::Write(_, content), true) = (&mut edit, done) {
                content.truncate(dice.below(content.len() + 1));
                edit.apply(now);
                edits.push(edit);
            }
            return Err(error);
        }
        edit.apply(now);
        edits.push(edit);
        Ok(())
    }
}

fn stopped() -> Error {
    Error::other("the machine has stopped")
}

impl Edit {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Write(at, bytes) => {
                content.resize(content.len().max(at + bytes.len()), 0);
                content[*at..at + bytes.len()].copy_from_slice(bytes);
            }
            Self::Length(length) => content.resize(*length, 0),
        }
    }

    /// What a crash leaves of it.
    fn tear(mut self, dice: &mut Dice) -> Option<Self> {
        let fate = dice.below(4);
        match &mut self {
            _ if fate == 0 => return None,
            Self::Write(_, bytes) if fate == 1 => bytes.truncate(dice.below(bytes.len() + 1)),
            Self::Write(_, bytes) if fate == 2 => bytes.fill(0),
            _ => {}
        }
        Some(self)
    }
}

impl Change {
    fn apply(&self, entries: &mut BTreeMap<String, usize>) {
        if let Some(name) = &self.gone {
            entries.remove(name);
        }
        if let Some((name, node)) = &self.new {
            entries.insert(name.clone(), *node);
        }
    }
}

impl Node {
    /// What was not waited for happens or not.
    fn crash(&mut self, dice: &mut Dice) {
        match self {
            Self::File { now, kept, edits } => {
                for edit in std::mem::take(edits) {
                    if let Some(left) = edit.tear(dice) {
                        left.apply(kept);
                    }
                }
                now.clone_from(kept);
            }
            Self::Folder { now, kept, changes } => {
                for mut change in std::mem::take(changes) {
                    // A rename may have made the new name and not have taken the old one away.
                    if change.gone.is_some() && change.new.is_some() && dice.once_in(4) {
                        change.gone = None;
                    }
                    if dice.once_in(2) {
                        change.apply(kept);
                    }
                }
                now.clone_from(kept);
            }
        }
    }
}

impl Inner {
    fn alive(&self) -> Result<()> {
        if self.stopped.is_some() { Err(stopped()) } else { Ok(()) }
    }

    fn find(&self, path: &Path) -> Result<usize> {
        path.components().filter(|part| matches!(part, Component::Normal(_))).try_fold(0, |node, part| {
            let Node::Folder { now, .. } = &self.nodes[node] else { return Err(Error::from(ErrorKind::NotFound)) };
            let name = part.as_os_str().to_str().expect("names are text");
            now.get(name).copied().ok_or_else(|| Error::from(ErrorKind::NotFound))
        })
    }

    /// Changes the folder that a path is in.
    fn change_folder(&mut self, path: &Path, gone: Option<String>, new: Option<(String, usize)>) -> Result<()> {
        let folder = self.find(path.parent().expect("it is in a folder"))?;
        let Node::Folder { now, changes, .. } = &mut self.nodes[folder] else {
            return Err(Error::from(ErrorKind::NotADirectory));
        };
        let change = Change { gone, new };
        change.apply(now);
        changes.push(change);
        Ok(())
    }

    fn add(&mut self, path: &Path, node: Node) -> Result<usize> {
        if self.find(path).is_ok() {
            return Err(Error::from(ErrorKind::AlreadyExists));
        }
        let number = self.nodes.len();
        self.nodes.push(node);
        self.change_folder(path, None, Some((name_of(path), number)))?;
        Ok(number)
    }

    fn is_folder(&self, node: usize) -> bool {
        matches!(self.nodes[node], Node::Folder { .. })
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().and_then(|name| name.to_str()).expect("names are text").to_owned()
}

impl System for Machine {
    type Handle = Handle;

    fn open(&self, path: &Path, how: Open) -> Result<Handle> {
        if how != Open::New {
            let inner = self.0.borrow();
            inner.alive()?;
            return Ok(Handle { node: inner.find(path)? });
        }
        let file = Node::File { now: Vec::new(), kept: Vec::new(), edits: Vec::new() };
        self.change(|inner| inner.add(path, file)).map(|node| Handle { node })
    }

    fn read(&self, file: &mut Handle, at: u64, limit: usize) -> Result<Vec<u8>> {
        let inner = self.0.borrow();
        inner.alive()?;
        let Node::File { now, .. } = &inner.nodes[file.node] else { return Err(Error::from(ErrorKind::IsADirectory)) };
        Ok(now.iter().skip(at as usize).take(limit).copied().collect())
    }

    fn write(&self, file: &mut Handle, at: Option<u64>, content: &[u8]) -> Result<()> {
        self.edit(file.node, |length| Edit::Write(at.map_or(length, |at| at as usize), content.to_vec()))
    }

    fn set_length(&self, file: &Handle, length: u64) -> Result<()> {
        self.edit(file.node, |_| Edit::Length(length as usize))
    }

    fn sync(&self, file: &Handle) -> Result<()> {
        self.change(|inner| {
            match &mut inner.nodes[file.node] {
                Node::File { now, kept, edits } => {
                    kept.clone_from(now);
                    edits.clear();
                }
                Node::Folder { now, kept, changes } => {
                    kept.clone_from(now);
                    changes.clear();
                }
            }
            Ok(())
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        assert_eq!(from.parent(), to.parent(), "files stay in their folders");
        self.change(|inner| {
            let node = inner.find(from)?;
            inner.change_folder(from, Some(name_of(from)), Some((name_of(to), node)))
        })
    }

    fn remove(&self, path: &Path) -> Result<()> {
        self.change(|inner| {
            inner.find(path)?;
            inner.change_folder(path, Some(name_of(path)), None)
        })
    }

    fn remove_tree(&self, path: &Path) -> Result<()> {
        for name in self.entries(path)? {
            let inside = path.join(name);
            if self.is_folder(&inside) { self.remove_tree(&inside)? } else { self.remove(&inside)? }
        }
        self.change(|inner| inner.change_folder(path, Some(name_of(path)), None))
    }

    fn add_folder(&self, path: &Path) -> Result<()> {
        let folder = Node::Folder { now: BTreeMap::new(), kept: BTreeMap::new(), changes: Vec::new() };
        self.change(|inner| inner.add(path, folder)).map(drop)
    }

    fn is_folder(&self, path: &Path) -> bool {
        let inner = self.0.borrow();
        inner.find(path).is_ok_and(|node| inner.is_folder(node))
    }

    fn entries(&self, folder: &Path) -> Result<Vec<OsString>> {
        let inner = self.0.borrow();
        inner.alive()?;
        match &inner.nodes[inner.find(folder)?] {
            Node::Folder { now, .. } => Ok(now.keys().map(OsString::from).collect()),
            Node::File { .. } => Err(Error::from(ErrorKind::NotADirectory)),
        }
    }
}
