//! Homes and processes of a scene with a liar: this test binary, started again as the `quorate` command.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{LIE, Lie};
use crate::audit::{AuditLog, Event, SessionEnding};
use crate::identity::{Home, write_private};

/// Where a process finds its command, as a JSON list.
const COMMAND: &str = "QUORATE_TEST_COMMAND";
/// No command of these tests takes so long; a hang is a failure.
const LONGEST: Duration = Duration::from_secs(240);

/// The old committee; dan comes in.
pub(super) const OLD: [&str; 3] = ["ann", "ben", "cas"];
pub(super) const ALL: [&str; 4] = ["ann", "ben", "cas", "dan"];

/// In a child, the `quorate` command; in the test binary itself, nothing.
#[test]
fn the_command() {
    let Ok(words) = std::env::var(COMMAND) else { return };
    let words: Vec<String> = serde_json::from_str(&words).expect("a list of words");
    let exit = crate::cli::answer(std::iter::once("quorate".to_owned()).chain(words).map(Into::into));
    std::process::exit(exit.code().into());
}

/// A running process. Dropping it ends it.
pub(super) struct Process {
    child: Child,
    out: Option<JoinHandle<String>>,
    err: Option<JoinHandle<()>>,
    said: Arc<Mutex<String>>,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = (self.child.kill(), self.child.wait());
    }
}

/// How a process ended, and what it said.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ended {
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{}", self.err);
        let line = self.out.lines().rfind(|line| line.starts_with('{')).expect("an object");
        serde_json::from_str(line).expect("JSON")
    }
}

impl Process {
    pub(super) fn start(words: &[&str], lie: Option<&Lie>) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this binary"));
        command
            .args(["ceremony::liar::scene::the_command", "--exact", "--nocapture"])
            .env(COMMAND, serde_json::to_string(words).expect("plain data"))
            // A command runs on a main thread, a test on one of the harness.
            .env("RUST_MIN_STACK", "16777216")
            .env_remove("QUORATE_HOME")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(lie) = lie {
            command.env(LIE, serde_json::to_string(lie).expect("plain data"));
        }
        let mut child = command.spawn().expect("it starts");
        let (mut output, errors) = (child.stdout.take().expect("piped"), child.stderr.take().expect("piped"));
        let out = std::thread::spawn(move || {
            let mut text = String::new();
            output.read_to_string(&mut text).expect("text");
            text
        });
        let said = Arc::new(Mutex::new(String::new()));
        let heard = said.clone();
        let err = std::thread::spawn(move || {
            for line in BufReader::new(errors).lines() {
                *heard.lock().expect("nobody panics while it holds this") += &(line.expect("text") + "\n");
            }
        });
        Self { child, out: Some(out), err: Some(err), said }
    }

    fn said(&self) -> String {
        self.said.lock().expect("nobody panics while it holds this").clone()
    }

    /// Waits until it has said `words` on standard error.
    #[track_caller]
    pub(super) fn until(&self, words: &str) {
        let start = Instant::now();
        while !self.said().contains(words) {
            assert!(start.elapsed() < LONGEST, "{words:?} was not said:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends a resident process in order.
    #[track_caller]
    pub(super) fn end(self) {
        let id = rustix::process::Pid::from_raw(self.child.id() as i32).expect("a process");
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("a child of this process");
        let ended = self.wait();
        assert_eq!(ended.code, Some(0), "{}", ended.err);
    }

    #[track_caller]
    pub(super) fn wait(mut self) -> Ended {
        let start = Instant::now();
        let code = loop {
            match self.child.try_wait().expect("a child can be waited for") {
                Some(status) => break status.code(),
                None => assert!(start.elapsed() < LONGEST, "the command hangs:\n{}", self.said()),
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let out = self.out.take().map(|out| out.join().expect("it reads")).unwrap_or_default();
        if let Some(err) = self.err.take() {
            err.join().expect("it reads");
        }
        let err = self.said();
        assert!(!err.contains("panicked"), "{err}");
        Ended { code, out, err }
    }
}

/// Four homes that trust each other, of which the first three hold a key: as it is, and a copy.
pub(super) struct Scene {
    directory: tempfile::TempDir,
    /// The public key.
    key: Value,
}

fn free_port(from: &mut u16) -> u16 {
    loop {
        *from += 1;
        if TcpListener::bind(("127.0.0.1", *from)).is_ok() {
            return *from;
        }
    }
}

impl Scene {
    /// `access` is who can use the key; `ports` is where free ports are looked for: tests of this binary run at the same time.
    pub(super) fn new(scheme: &str, access: &[&str], mut ports: u16) -> Self {
        let scene = Self { directory: tempfile::tempdir().expect("a directory"), key: Value::Null };
        for name in ALL {
            let listen = format!("127.0.0.1:{}", free_port(&mut ports));
            scene.done(name, &["init", name, "--listen", &listen]);
            let card = scene.home(name).identity().expect("an identity").card().to_text();
            std::fs::write(scene.path(&format!("{name}.card")), card).expect("a file");
            write_private(Path::new(&scene.passphrase(name)), b"some words of ours\n").expect("a file");
        }
        for name in ALL {
            for other in ALL.iter().filter(|other| **other != name) {
                scene.done(name, &["trust", &scene.path(&format!("{other}.card"))]);
            }
        }
        let order = [&["generate", "vault", "--scheme", scheme][..], access].concat();
        let made = scene.together(&OLD, &order, None);
        let key = made[0].json()["public_key"].clone();
        for name in ALL {
            copy(&scene.path(name), &scene.path(&format!("{name}-before")));
        }
        Self { key, ..scene }
    }

    pub(super) fn path(&self, name: &str) -> String {
        self.directory.path().join(name).to_str().expect("UTF-8").to_owned()
    }

    pub(super) fn passphrase(&self, name: &str) -> String {
        self.path(&format!("{name}.pass"))
    }

    pub(super) fn home(&self, name: &str) -> Home {
        Home::at(self.directory.path().join(name))
    }

    /// All homes as they were when the key had just been made.
    pub(super) fn put_back(&self) {
        for name in ALL {
            std::fs::remove_dir_all(self.path(name)).expect("a home");
            copy(&self.path(&format!("{name}-before")), &self.path(name));
        }
    }

    #[track_caller]
    pub(super) fn done(&self, name: &str, words: &[&str]) -> Ended {
        let ended = Process::start(&[words, &["--home", &self.path(name)]].concat(), None).wait();
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        ended
    }

    /// The same ceremony at several parties, of whom cas may lie.
    #[track_caller]
    pub(super) fn together(&self, names: &[&str], order: &[&str], lie: Option<&Lie>) -> Vec<Ended> {
        let start = |name: &&str| {
            let (home, passphrase) = (self.path(name), self.passphrase(name));
            let place = ["--home", &home, "--passphrase-file", &passphrase, "--json", "--wait", "20"];
            Process::start(&[&["key"][..], order, &place].concat(), lie.filter(|_| *name == "cas"))
        };
        let running: Vec<Process> = names.iter().map(start).collect();
        running.into_iter().map(Process::wait).collect()
    }

    /// Two sign, and the key is the one that it was.
    #[track_caller]
    pub(super) fn signs(&self, pair: [&str; 2]) {
        for signed in self.together(&pair, &["sign", "vault", "--message", "m", "--signers", &pair.join(",")], None) {
            assert_eq!(signed.json()["public_key"], self.key);
        }
    }

    pub(super) fn epoch(&self, name: &str) -> u64 {
        self.done(name, &["key", "show", "vault", "--json"]).json()["epoch"].as_u64().expect("a number")
    }

    /// What a party's log, which is whole, tells.
    #[track_caller]
    pub(super) fn events(&self, name: &str) -> Vec<Event> {
        let log = AuditLog::open(&self.home(name)).expect("a log");
        log.verify().expect("it is whole");
        log.entries().expect("a log").map(|entry| entry.expect("an entry").event).collect()
    }

    /// Why the last ceremony of a party came to nothing, by its log.
    #[track_caller]
    pub(super) fn reason(&self, name: &str) -> String {
        let events = self.events(name);
        let reason = |event: &Event| match event {
            Event::Session { outcome: SessionEnding::Aborted { reason, .. }, .. } => Some(reason.clone()),
            Event::Alarm { what, .. } => Some(what.clone()),
            _ => None,
        };
        events.iter().rev().find_map(reason).unwrap_or_else(|| panic!("{name} has written nothing down: {events:?}"))
    }
}

fn copy(from: &str, to: &str) {
    assert!(Command::new("cp").args(["-a", from, to]).status().expect("the command cp").success());
}
