//! Passphrases from files and descriptors.

use std::fs;

use super::*;

fn of_file(content: &[u8], mode: u32) -> Result<Passphrase, PassphraseFault> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("passphrase");
    fs::write(&path, content).expect("writable");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("it is ours");
    }
    PassphraseSource::File(path).read("key treasury", Purpose::Opening)
}

#[track_caller]
fn is(result: Result<Passphrase, PassphraseFault>, expected: &str) {
    match result {
        Ok(passphrase) => assert_eq!(passphrase.expose(), expected.as_bytes()),
        Err(fault) => panic!("{fault}"),
    }
}

#[test]
fn one_line_break_at_the_end_does_not_count() {
    is(of_file(b"correct horse", 0o600), "correct horse");
    is(of_file(b"correct horse\n", 0o400), "correct horse");
    is(of_file(b"correct horse\r\n", 0o600), "correct horse");
    is(of_file(b" two lines\n\n", 0o600), " two lines\n");
    is(of_file(&[b'a'; PASSPHRASE_LIMIT], 0o600), &"a".repeat(PASSPHRASE_LIMIT));
}

#[test]
fn what_is_no_passphrase_is_refused() {
    assert_eq!(of_file(b"", 0o600).err(), Some(PassphraseFault::Empty));
    assert_eq!(of_file(b"\n", 0o600).err(), Some(PassphraseFault::Empty));
    assert_eq!(of_file(b"\xff\n", 0o600).err(), Some(PassphraseFault::NotText));
    assert_eq!(of_file(&[b'a'; PASSPHRASE_LIMIT + 1], 0o600).err(), Some(PassphraseFault::TooLong));
    assert_eq!(of_file(&[b'a'; 100_000], 0o600).err(), Some(PassphraseFault::TooLong));
    let missing = PassphraseSource::File("nowhere/at/all".into()).read("a key", Purpose::Opening);
    assert!(matches!(missing, Err(PassphraseFault::Io { .. })));
    let missing = PassphraseSource::Descriptor(9_999).read("a key", Purpose::Opening);
    assert!(matches!(missing, Err(PassphraseFault::Io { .. })));
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_refused() {
    for mode in [0o640, 0o604, 0o660, 0o644] {
        let fault = of_file(b"correct horse", mode).err().expect("it is exposed");
        assert!(matches!(fault, PassphraseFault::Exposed { mode: found, .. } if found == mode));
        let failure = crate::exit::Failure::from(KeyError::from(fault));
        assert!(failure.message.contains("can be read by other users"), "{}", failure.message);
        assert!(failure.hint.is_some_and(|hint| hint.starts_with("run `chmod 600 ")));
    }
}

#[cfg(unix)]
#[test]
fn a_descriptor_is_read() {
    use std::io::Write;
    use std::os::fd::AsRawFd;
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    writer.write_all(b"through a pipe\n").expect("room for a line");
    drop(writer);
    let number = u32::try_from(reader.as_raw_fd()).expect("a number");
    is(PassphraseSource::Descriptor(number).read("key treasury", Purpose::Opening), "through a pipe");
}
