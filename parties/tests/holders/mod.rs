//! Ann, ben and cas, three holders of keys in real processes, each with a home and a passphrase.
#![allow(dead_code, unreachable_pub, reason = "a module of several test binaries, each of which uses a part")]

pub mod chance;
pub mod counter;
pub mod future;
pub mod ledger;
pub mod sealing;
pub mod secrets;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use quorate::receipt::{Verified, verify};
use serde_json::Value;

use crate::command::{Company, Ended, Running, quorate, start};

/// The holders, in the order of their indices.
pub const HOLDERS: [&str; 3] = ["ann", "ben", "cas"];

/// Every two of them.
pub const PAIRS: [[&str; 2]; 3] = [["ann", "ben"], ["ann", "cas"], ["ben", "cas"]];

/// The four schemes.
pub const SCHEMES: [&str; 4] = ["ecdsa-secp256k1", "ecdsa-p256", "bip340", "ed25519"];

/// Three parties that trust each other.
pub struct Holders {
    pub company: Company,
    /// Everything that the commands have printed.
    said: Mutex<String>,
}

impl Holders {
    pub fn new() -> Self {
        Self::of(&HOLDERS)
    }

    /// Parties that trust each other; the first three make the keys.
    pub fn of(names: &[&str]) -> Self {
        let holders = Self { company: Company::new(names), said: Mutex::new(String::new()) };
        for name in names {
            holders.secret_file(&format!("{name}.pass"), &format!("the passphrase of {name}\n"));
        }
        holders
    }

    /// A file that only this user can read.
    pub fn secret_file(&self, name: &str, content: &str) -> String {
        let path = self.company.write(name, content);
        set_mode(&path, 0o600);
        path
    }

    pub fn passphrase(&self, name: &str) -> String {
        self.company.path(&format!("{name}.pass"))
    }

    /// Starts a ceremony at a party.
    pub fn start(&self, name: &str, arguments: &[&str]) -> Running {
        self.start_at(name, &self.company.home(name), arguments)
    }

    /// Starts a ceremony at a party whose home is elsewhere.
    pub fn start_at(&self, name: &str, home: &str, arguments: &[&str]) -> Running {
        let place = ["--home", home, "--passphrase-file", &self.passphrase(name)].map(str::to_owned);
        let given = arguments.iter().map(|argument| (*argument).to_owned());
        start(&std::iter::once("key".to_owned()).chain(given).chain(place).collect::<Vec<_>>())
    }

    /// Waits for a command and remembers what it has printed.
    #[track_caller]
    pub fn end(&self, running: Running) -> Ended {
        let ended = running.wait();
        let mut said = self.said.lock().expect("no test panics while it holds this");
        *said += &ended.out;
        *said += &ended.err;
        ended
    }

    /// Runs the same ceremony at several parties.
    #[track_caller]
    pub fn together(&self, names: &[&str], arguments: &[&str]) -> Vec<Ended> {
        let running: Vec<Running> = names.iter().map(|name| self.start(name, arguments)).collect();
        running.into_iter().map(|running| self.end(running)).collect()
    }

    /// Runs a ceremony that must succeed, and says what each party has printed.
    #[track_caller]
    pub fn succeed(&self, names: &[&str], arguments: &[&str]) -> Vec<Value> {
        let ended = self.together(names, &[arguments, &["--json"]].concat());
        ended.into_iter().map(Ended::json).collect()
    }

    /// Makes a key of which any two holders sign.
    #[track_caller]
    pub fn generate(&self, key: &str, scheme: &str) -> Vec<Value> {
        let order = ["generate", key, "--scheme", scheme, "--threshold", "2", "--holders", "cas,ann,ben"];
        self.succeed(&HOLDERS, &order)
    }

    /// Prepares signatures of two holders.
    #[track_caller]
    pub fn presign(&self, key: &str, pair: &[&str; 2], count: u32) -> Vec<Value> {
        self.succeed(pair, &["presign", key, "--count", &count.to_string(), "--signers", &pair.join(",")])
    }

    /// Signs, and says what each signer has printed.
    #[track_caller]
    pub fn sign(&self, key: &str, pair: &[&str; 2], what: &[&str]) -> Vec<Value> {
        self.succeed(pair, &[&["sign", key, "--signers", &pair.join(",")], what].concat())
    }

    /// Runs a command that needs no passphrase.
    #[track_caller]
    pub fn look(&self, name: &str, arguments: &[&str]) -> Ended {
        let home = self.company.home(name);
        let ended = quorate(&[&["key"], arguments, &["--home", &home]].concat());
        *self.said.lock().expect("no test panics while it holds this") += &(ended.out.clone() + &ended.err);
        ended
    }

    pub fn said(&self) -> String {
        self.said.lock().expect("no test panics while it holds this").clone()
    }

    /// The folder of a key.
    pub fn folder(&self, name: &str, key: &str) -> PathBuf {
        Path::new(&self.company.home(name)).join("keys").join(key)
    }

    /// Copies a home, as a backup does.
    pub fn copy(&self, name: &str, to: &str) -> String {
        let to = self.company.path(to);
        copy(&self.company.home(name), &to);
        to
    }

    /// The receipts of a party, all of which verify.
    #[track_caller]
    pub fn receipts(&self, name: &str) -> Vec<Verified> {
        let paths = self.company.receipts(name);
        let read = |path: &PathBuf| std::fs::read(path).expect("a receipt");
        paths.iter().map(|path| verify(&read(path), &[]).expect("a receipt that verifies")).collect()
    }
}

/// Copies a folder with its permissions, in place of what is there.
#[track_caller]
pub fn copy(from: &str, to: &str) {
    let _ = std::fs::remove_dir_all(to);
    let copied = Command::new("cp").args(["-a", from, to]).status();
    assert!(copied.expect("the command cp").success());
}

#[track_caller]
pub fn set_mode(path: &str, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a file of this user");
}

/// A field of printed JSON that is a text.
#[track_caller]
pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no text {field} in {value}"))
}

/// The words of one failing party among several; the others' codes are checked by [`Ended::fails`].
#[track_caller]
pub fn all_fail(ended: &[Ended], code: i32, words: &[&str]) {
    ended.iter().for_each(|ended| ended.fails(code, words));
}
