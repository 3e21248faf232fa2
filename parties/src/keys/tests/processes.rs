//! Two processes on one home, and what a process does to itself.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::*;
use crate::keys::lock::soon;

/// Tells a child of this test what to lock.
const VARIABLE: &str = "QUORATE_TEST_LOCK";

fn keys(folder: &Path) -> Keys {
    Keys::on(folder.to_owned(), Files)
}

/// This test binary again, with one test.
fn child(test: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this binary"))
        .args([test, "--exact", "--nocapture"])
        .env(VARIABLE, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts")
}

/// In a child, a process that uses the keys until its standard input ends; in the test itself, nothing.
#[test]
fn a_process_that_uses_keys() {
    let Some(folder) = std::env::var_os(VARIABLE) else { return };
    let _lock = keys(Path::new(&folder)).lock().expect("nobody else uses them");
    crate::output::print("\nlocked\n").expect("the parent listens");
    std::io::stdin().read_to_end(&mut Vec::new()).expect("it ends");
}

#[test]
fn the_second_process_is_refused_until_the_first_ends() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut first = child("keys::tests::processes::a_process_that_uses_keys", directory.path());
    let mut lines = BufReader::new(first.stdout.take().expect("it is piped")).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line == "locked")), "the child locks");
    let error = keys(directory.path()).lock().expect_err("another process uses them");
    assert!(matches!(error, KeyError::InUse { .. }));
    assert!(error.to_string().starts_with("another quorate process uses the keys in "), "{error}");
    // Not in order: the operating system lets go all the same.
    first.kill().expect("it runs");
    first.wait().expect("it has ended");
    soon(|| keys(directory.path()).lock()).expect("the first process has ended");
}

#[test]
fn the_stock_of_a_process_holds_the_lock() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let keys = keys(directory.path());
    let lock = keys.lock().expect("nobody else uses them");
    let folder = keys.key(&"treasury".parse().expect("a name"));
    let sealing = SealingKey::create(&passphrase("right"), cheap()).expect("there is randomness");
    let alice = owner("alice", 1);
    folder.create(&lock, &public_part(), &alice, &sealing, b"share").expect("a new key");
    let unlocked = folder.unlock(&passphrase("right"), &alice).expect("the right passphrase");
    let stock = folder.open_stock(&lock, &unlocked, &alice).expect("an empty stock");
    drop(lock);
    assert!(matches!(keys.lock(), Err(KeyError::InUse { .. })));
    drop(stock);
    soon(|| keys.lock()).expect("the stock is closed");
}

/// In a child, a process that hardens itself; in the test itself, nothing.
#[test]
fn a_process_without_core_dumps() {
    if std::env::var_os(VARIABLE).is_none() {
        return;
    }
    harden_process().expect("a limit can be lowered");
    #[cfg(unix)]
    {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Core);
        let text = format!("\n{:?} {:?}\n", limit.current, limit.maximum);
        crate::output::print(&text).expect("the parent listens");
    }
}

#[cfg(unix)]
#[test]
fn a_hardened_process_dumps_no_core() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let child = child("keys::tests::processes::a_process_without_core_dumps", directory.path());
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(text.lines().any(|line| line == "Some(0) Some(0)"), "{text}");
}
