//! The real command in real processes: started, fed, waited for with a limit, and ended when a test ends.
#![allow(dead_code, unreachable_pub, reason = "a module of several test binaries, each of which uses a part")]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::fixture::free_address;

/// No command of these tests takes so long on any machine; a hang is a failure.
const LONGEST: Duration = Duration::from_secs(90);

/// The root of the source tree, in which commands run, so that `datasets/` is there.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// The result of a command that must have succeeded.
    #[track_caller]
    pub fn result(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.err);
        self.out
    }

    /// The JSON object of a command that must have succeeded.
    #[track_caller]
    pub fn json(self) -> Value {
        let out = self.result();
        assert_eq!(out.trim_end().lines().count(), 1, "one object in one line");
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    /// The error of a command that must have failed with `code` and said all of `words`.
    #[track_caller]
    pub fn fails(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{}", self.err);
        assert!(self.out.is_empty(), "an error leaves standard output alone: {}", self.out);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "{word:?} is missing in:\n{}", self.err);
        }
    }
}

/// A running command. Dropping it ends it.
pub struct Running {
    process: Child,
    out: Option<JoinHandle<String>>,
    err: Option<JoinHandle<()>>,
    said: Arc<Mutex<String>>,
}

impl Running {
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Writes to the command's standard input and closes it.
    pub fn feed(&mut self, text: &str) {
        let mut input = self.process.stdin.take().expect("not fed before");
        input.write_all(text.as_bytes()).expect("the command reads");
    }

    /// Waits until it has said `words` on standard error.
    #[track_caller]
    pub fn until(&self, words: &str) {
        let start = Instant::now();
        while !self.said().contains(words) {
            assert!(start.elapsed() < LONGEST, "{words:?} was not said:\n{}", self.said());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until it has said `words`, or says nothing more because it is over.
    #[track_caller]
    pub fn until_or_over(&self, words: &str) {
        let start = Instant::now();
        while !self.said().contains(words) && !self.is_over() {
            assert!(start.elapsed() < LONGEST, "{words:?} was not said:\n{}", self.said());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether it says nothing more.
    pub fn is_over(&self) -> bool {
        self.err.as_ref().is_none_or(JoinHandle::is_finished)
    }

    pub fn said(&self) -> String {
        self.said.lock().expect("no test panics while it holds this").clone()
    }

    /// Sends a signal, by name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status();
        assert!(sent.expect("a kill command").success());
    }

    /// Kills it: nothing in it runs any more.
    pub fn kill(&self) {
        let id = rustix::process::Pid::from_raw(self.id() as i32).expect("a process");
        rustix::process::kill_process(id, rustix::process::Signal::KILL).expect("a child of this process");
    }

    /// Waits until it ends.
    #[track_caller]
    pub fn wait(mut self) -> Ended {
        let start = Instant::now();
        let status = loop {
            match self.process.try_wait().expect("a child can be waited for") {
                Some(status) => break status,
                None if start.elapsed() > LONGEST => panic!("the command hangs:\n{}", self.said()),
                None => thread::sleep(Duration::from_millis(5)),
            }
        };
        let out = self.out.take().map(|out| out.join().expect("it reads")).unwrap_or_default();
        if let Some(err) = self.err.take() {
            err.join().expect("it reads");
        }
        Ended { code: status.code(), out, err: self.said() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = (self.process.kill(), self.process.wait());
    }
}

/// Starts the command in the root of the source tree.
pub fn start<A: AsRef<str>>(arguments: &[A]) -> Running {
    start_in(&root(), arguments)
}

/// Starts the command in a directory.
pub fn start_in<A: AsRef<str>>(directory: &Path, arguments: &[A]) -> Running {
    let mut process = Command::new(env!("CARGO_BIN_EXE_quorate"))
        .args(arguments.iter().map(AsRef::as_ref))
        .current_dir(directory)
        .env_remove("QUORATE_HOME")
        .env("HOME", "/nonexistent")
        .env("TMPDIR", temporary())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command was built");
    let (mut output, errors) = (process.stdout.take().expect("piped"), process.stderr.take().expect("piped"));
    let out = thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).expect("text");
        text
    });
    let said = Arc::new(Mutex::new(String::new()));
    let heard = said.clone();
    let err = thread::spawn(move || {
        for line in BufReader::new(errors).lines() {
            *heard.lock().expect("no test panics while it holds this") += &(line.expect("text") + "\n");
        }
    });
    Running { process, out: Some(out), err: Some(err), said }
}

/// Runs the command to its end.
#[track_caller]
pub fn quorate<A: AsRef<str>>(arguments: &[A]) -> Ended {
    let mut running = start(arguments);
    drop(running.process.stdin.take());
    running.wait()
}

/// Where commands put what is temporary; one directory for a test binary.
fn temporary() -> &'static Path {
    static DIRECTORY: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    DIRECTORY.get_or_init(|| {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(std::process::id().to_string());
        std::fs::create_dir_all(&directory).expect("a directory for temporary files");
        directory
    })
}

/// Parties with homes, all of which trust each other: made by `init`, `card` and `trust`.
pub struct Company {
    directory: TempDir,
}

impl Company {
    pub fn new(names: &[&str]) -> Self {
        let company = Self { directory: tempfile::tempdir().expect("a temporary directory") };
        for name in names {
            company.add(name);
        }
        for name in names {
            for other in names.iter().filter(|other| *other != name) {
                company.trust(name, other);
            }
        }
        company
    }

    /// A party that nobody trusts yet.
    pub fn add(&self, name: &str) {
        let (home, address) = (self.home(name), free_address().to_string());
        quorate(&["init", name, "--listen", &address, "--home", &home]).result();
        let card = quorate(&["card", "--home", &home]).result();
        std::fs::write(self.card(name), card).expect("a file");
    }

    /// Pins a card.
    pub fn trust(&self, name: &str, other: &str) {
        quorate(&["trust", &self.card(other), "--home", &self.home(name)]).result();
    }

    pub fn home(&self, name: &str) -> String {
        self.path(name)
    }

    pub fn card(&self, name: &str) -> String {
        self.path(&format!("{name}.card"))
    }

    pub fn path(&self, name: &str) -> String {
        self.directory.path().join(name).to_str().expect("a path in UTF-8").to_owned()
    }

    /// Writes a file and says where.
    pub fn write(&self, name: &str, content: &str) -> String {
        std::fs::write(self.path(name), content).expect("a file");
        self.path(name)
    }

    /// Starts `quorate run` at a party.
    pub fn run(&self, name: &str, arguments: &[&str]) -> Running {
        let mut all = vec!["run".to_owned()];
        all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        all.extend(["--home".to_owned(), self.home(name)]);
        let mut running = start(&all);
        if !arguments.iter().any(|argument| argument.ends_with("=-")) {
            drop(running.process.stdin.take());
        }
        running
    }

    /// The receipts of a party.
    pub fn receipts(&self, name: &str) -> Vec<PathBuf> {
        let directory = Path::new(&self.home(name)).join("receipts");
        let entries = std::fs::read_dir(directory).map(|entries| entries.flatten().map(|entry| entry.path()).collect());
        let mut paths: Vec<PathBuf> = entries.unwrap_or_default();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths
    }

    /// The only receipt of a party.
    #[track_caller]
    pub fn receipt(&self, name: &str) -> String {
        let receipts = self.receipts(name);
        assert_eq!(receipts.len(), 1, "one receipt");
        receipts[0].to_str().expect("a path in UTF-8").to_owned()
    }
}

/// The answers in the clear of a dataset.
pub fn expected(folder: &str) -> Value {
    let path = root().join("datasets").join(folder).join("expected.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

/// Demands that `found` is `expected`; numbers may differ by what a double cannot tell.
#[track_caller]
pub fn same(found: &Value, expected: &Value) {
    match (found, expected) {
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{found} is not {expected}");
            a.iter().zip(b).for_each(|(a, b)| same(a, b));
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().expect("a number"), b.as_f64().expect("a number"));
            assert!((a - b).abs() <= 1e-12 * b.abs(), "{found} is not {expected}");
        }
        _ => assert_eq!(found, expected),
    }
}

/// What a case of hospital statistics expects: a list of one group is no list.
#[track_caller]
pub fn same_statistics(outputs: &Value, case: &Value) {
    let groups = case["groups"].as_u64().expect("a number");
    let expected = case["outputs"].as_object().expect("an object");
    for (name, values) in expected {
        same(&outputs[name], if groups == 1 { &values[0] } else { values });
    }
}
