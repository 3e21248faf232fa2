//! The walkthroughs of `examples/`, as their scripts: every command in them is a real process.

use std::path::Path;
use std::process::Command;

#[track_caller]
fn walk(name: &str) {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let ended = Command::new(examples.join(name).join("walkthrough.sh"))
        .env("QUORATE", env!("CARGO_BIN_EXE_quorate"))
        .env_remove("QUORATE_HOME")
        .output()
        .expect("bash is installed");
    let (out, err) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
    assert!(ended.status.success(), "{name}:\n{out}\n{err}");
    assert!(out.contains("Verified OK"), "OpenSSL has verified nothing:\n{out}");
}

#[test]
fn treasury() {
    walk("treasury");
}

#[test]
fn wire_transfer() {
    walk("wire-transfer");
}
