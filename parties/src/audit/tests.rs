//! Logs that were cut, edited, reordered, replaced and torn; and two writers at once.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::exit::{Exit, Failure};
use crate::identity::{Hex, Home, Identity, PartyName};

/// A home with an identity and a log of so many entries.
struct Place {
    directory: TempDir,
}

impl Place {
    fn new(entries: u64) -> Self {
        let place = Self { directory: tempfile::tempdir().expect("a temporary directory") };
        place.home().store(&identity("ann")).expect("an empty home");
        for number in 0..entries {
            place.log().append(signed(number)).expect("an entry");
        }
        place
    }

    fn home(&self) -> Home {
        Home::at(self.directory.path())
    }

    fn log(&self) -> AuditLog {
        AuditLog::open(&self.home()).expect("a log")
    }

    fn fault(&self) -> AuditError {
        match AuditLog::open(&self.home()).map(|log| log.verify()) {
            Err(error) | Ok(Err(error)) => error,
            Ok(Ok(_)) => panic!("the log verifies"),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join("audit").join(name)
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.path("log")).expect("a log")
    }

    fn write(&self, bytes: &[u8]) {
        fs::write(self.path("log"), bytes).expect("a file");
    }

    fn lines(&self) -> Vec<String> {
        String::from_utf8(self.bytes()).expect("text").lines().map(str::to_owned).collect()
    }

    fn write_lines(&self, lines: &[String]) {
        self.write(lines.iter().map(|line| line.clone() + "\n").collect::<String>().as_bytes());
    }

    /// What is read of a log whose bookmark is gone.
    fn forget_the_bookmark(&self) {
        fs::remove_file(self.path("head")).expect("a bookmark");
    }
}

fn identity(name: &str) -> Identity {
    Identity::generate(party(name), "127.0.0.1:7100".parse().expect("an address")).expect("there is randomness")
}

fn party(name: &str) -> PartyName {
    name.parse().expect("a name")
}

fn signed(number: u64) -> Event {
    Event::Signed { request: Hex([number as u8; 32]), key: "treasury".parse().expect("a name"), session: Hex([7; 32]) }
}

fn alarm(what: &str) -> Event {
    Event::Alarm { what: what.to_owned(), partner: None }
}

/// Which entry is wrong, and how.
fn entry(error: &AuditError) -> (u64, &EntryFault) {
    match error {
        AuditError::Entry { number, fault, .. } => (*number, fault),
        other => panic!("{other}"),
    }
}

#[test]
fn what_is_appended_is_there_and_verifies() {
    let place = Place::new(0);
    let log = place.log();
    assert_eq!(log.head(), Ok(Head::empty(&log.owner())));
    assert_eq!(log.entries().expect("a log").count(), 0);
    let mut head = Head::empty(&log.owner());
    for number in 1..=5 {
        let entry = log.append(signed(number)).expect("an entry");
        assert_eq!((entry.number, entry.previous, &entry.event), (number, head.hash, &signed(number)));
        assert!(entry.is_signed_by(&log.owner()));
        // Whoever has the digests of the bodies computes the heads.
        head = head.extended(&entry.body());
        assert_eq!(entry.head(), head);
    }
    assert_eq!(log.head(), Ok(head));
    let entries: Vec<_> = place.log().entries().expect("a log").collect::<Result<_, _>>().expect("entries");
    assert_eq!(
        entries.iter().map(|entry| entry.event.clone()).collect::<Vec<_>>(),
        (1..=5).map(signed).collect::<Vec<_>>()
    );
    assert_eq!(log.verify().expect("it verifies").head, head);
    place.forget_the_bookmark();
    assert_eq!(place.log().head(), Ok(head), "the bookmark only saves reading");
}

#[test]
fn a_line_without_an_end_is_taken_away_and_that_is_noted() {
    let whole = Place::new(3);
    let bytes = whole.bytes();
    let kept = bytes.len() - whole.lines()[2].len() - 1;
    let bookmark = {
        let two = String::from_utf8(bytes[..kept].to_vec()).expect("text");
        let entry = Entry::parse(two.lines().last().expect("a line").as_bytes()).expect("an entry");
        format!("{{\"head\":{},\"length\":{kept}}}\n", serde_json::to_string(&entry.head()).expect("a head"))
    };
    for cut in [kept + 1, kept + 10, (kept + bytes.len()) / 2, bytes.len() - 1] {
        for with_bookmark in [true, false] {
            whole.write(&bytes[..cut]);
            fs::write(whole.path("head"), if with_bookmark { &bookmark } else { "" }).expect("a bookmark");
            let log = whole.log();
            let entries: Vec<_> = log.entries().expect("a log").collect::<Result<_, _>>().expect("entries");
            assert_eq!(entries.len(), 3);
            let Event::Alarm { what, .. } = &entries[2].event else { panic!("{:?}", entries[2]) };
            assert!(what.contains(&format!("{} bytes and no end", cut - kept)), "{what}");
            log.verify().expect("it verifies");
            assert_eq!(log.append(signed(9)).expect("an entry").number, 4);
        }
    }
    // An entry that was written whole, of which the bookmark does not know yet, is an entry.
    whole.write(&bytes);
    fs::write(whole.path("head"), &bookmark).expect("a bookmark");
    assert_eq!(whole.log().head().expect("a head").number, 3);
}

#[test]
fn a_log_that_was_cut_is_refused_and_stays_as_it_is() {
    let place = Place::new(4);
    let lines = place.lines();
    place.write_lines(&lines[..3]);
    let before = place.bytes();
    let error = place.fault();
    assert!(matches!(error, AuditError::Cut { number: 4, .. }), "{error}");
    let failure = Failure::from(error);
    assert_eq!(failure.exit, Exit::Unverified);
    assert!(failure.hint.is_some());
    assert_eq!(place.bytes(), before);
    fs::remove_file(place.path("log")).expect("a log");
    assert!(matches!(place.fault(), AuditError::Missing { number: 4, .. }));
    assert!(!place.path("log").exists(), "nothing begins anew in the place of what is missing");
}

#[test]
fn edited_removed_repeated_and_reordered_entries_are_found_by_their_number() {
    let place = Place::new(5);
    let lines = place.lines();
    let altered = |change: &dyn Fn(&mut Vec<String>)| {
        let mut lines = lines.clone();
        change(&mut lines);
        place.write_lines(&lines);
        let error = place.fault();
        place.write_lines(&lines);
        entry(&error).clone_pair()
    };
    let request = |number: u8| hex::encode([number; 32]);
    let edited = altered(&|lines| lines[1] = lines[1].replace(&request(1), &request(9)));
    assert_eq!(edited, (2, EntryFault::Hash));
    let spaced = altered(&|lines| lines[2] = lines[2].replace(":", ": "));
    assert_eq!(spaced, (3, EntryFault::Spelling));
    let swapped = altered(&|lines| lines.swap(1, 2));
    assert_eq!(swapped, (2, EntryFault::Number { expected: 2, found: 3 }));
    place.forget_the_bookmark();
    let (number, fault) = altered(&|lines| lines[3] = "nothing".to_owned());
    assert!(matches!((number, &fault), (4, EntryFault::Malformed(_))), "{number} {fault}");
    let removed = altered(&|lines| drop(lines.remove(2)));
    assert_eq!(removed, (3, EntryFault::Number { expected: 3, found: 4 }));
    let repeated = altered(&|lines| lines.insert(2, lines[1].clone()));
    assert_eq!(repeated, (3, EntryFault::Number { expected: 3, found: 2 }));
}

trait Pair {
    fn clone_pair(&self) -> (u64, EntryFault);
}

impl Pair for (u64, &EntryFault) {
    fn clone_pair(&self) -> (u64, EntryFault) {
        (self.0, self.1.clone())
    }
}

#[test]
fn another_log_of_the_same_length_is_not_this_one() {
    let (place, other) = (Place::new(3), Place::new(0));
    // The same identity writes the same number of entries of the same length.
    fs::remove_dir_all(other.directory.path().join("identity")).expect("a folder");
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .args([place.directory.path().join("identity"), other.directory.path().join("identity")])
        .status();
    assert!(copied.expect("the command cp").success());
    for number in 3..6 {
        other.log().append(signed(number)).expect("an entry");
    }
    place.write(&other.bytes());
    assert_eq!(entry(&place.fault()).clone_pair(), (3, EntryFault::Replaced));
    // Entries of another party are no entries of this one, whatever the chain says.
    let stranger = Place::new(3);
    place.write(&stranger.bytes());
    assert_eq!(entry(&place.fault()).clone_pair(), (1, EntryFault::Previous));
}

#[test]
fn an_entry_that_somebody_else_signed_is_found() {
    let place = Place::new(2);
    let log = place.log();
    let forger = identity("eve");
    let forged = Entry::sign(&forger, &log.head().expect("a head"), 1, alarm("nothing"));
    let bytes = [place.bytes(), forged.to_line()].concat();
    place.write(&bytes);
    assert_eq!(entry(&place.fault()).clone_pair(), (3, EntryFault::Signature));
}

#[test]
fn countersignatures_are_checked() {
    let place = Place::new(2);
    let (log, ben) = (place.log(), identity("ben"));
    let head = log.head().expect("a head");
    let countersigned = |head: Head, signature| Event::Head {
        partner: party("ben"),
        key: ben.public_key(),
        whose: Whose::Own,
        number: head.number,
        hash: head.hash,
        signature,
    };
    log.append(countersigned(head, head.countersign(&log.owner(), &ben))).expect("an entry");
    let verified = log.verify().expect("it verifies");
    let newest: Vec<_> = verified.countersigned().iter().map(|sighting| (sighting.key, sighting.head)).collect();
    assert_eq!(newest, [(ben.public_key(), head)]);
    // A head that this log never had: ben has signed another log of this party.
    let fork = Head { hash: Hex([1; 32]), ..head };
    log.append(countersigned(fork, fork.countersign(&log.owner(), &ben))).expect("an entry");
    assert_eq!(entry(&place.fault()).clone_pair(), (4, EntryFault::Forked(party("ben"))));
    let other = Place::new(1);
    let log = other.log();
    log.append(countersigned(log.head().expect("a head"), Hex([3; 64]))).expect("an entry");
    assert_eq!(entry(&other.fault()).clone_pair(), (2, EntryFault::Countersignature(party("ben"))));
}

#[test]
fn an_event_that_is_too_long_is_refused_and_nothing_is_written() {
    let place = Place::new(1);
    let before = place.bytes();
    let error = place.log().append(alarm(&"x".repeat(LINE_LIMIT))).expect_err("too long");
    assert!(matches!(error, AuditError::TooLong { .. }), "{error}");
    assert_eq!(place.bytes(), before);
    place.log().append(alarm("short")).expect("an entry");
}

#[test]
fn writers_take_turns() {
    let place = Place::new(0);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let place = &place;
            scope.spawn(move || {
                let log = place.log();
                for number in 0..10 {
                    log.append(signed(writer * 10 + number)).expect("an entry");
                }
            });
        }
    });
    let verified = place.log().verify().expect("it verifies");
    assert_eq!(verified.head.number, 40);
}

#[test]
fn entries_that_go_together_are_written_together() {
    let place = Place::new(1);
    let log = place.log();
    let mut held = log.hold().expect("a log");
    let entries = held.append_all((0..3).map(signed).collect()).expect("entries");
    assert_eq!(entries.iter().map(|entry| entry.number).collect::<Vec<_>>(), [2, 3, 4]);
    assert_eq!(held.head(), entries[2].head());
    assert_eq!(held.last(), entries.last());
    assert_eq!(held.entries().expect("a log").count(), 4);
    assert_eq!(held.append_all(Vec::new()), Ok(Vec::new()));
    drop(held);
    assert_eq!(log.head().expect("a head").number, 4);
}

#[test]
fn entries_are_found_by_their_number() {
    let place = Place::new(0);
    let log = place.log();
    let mut held = log.hold().expect("a log");
    // Lines of very different lengths.
    let events = (0..200_usize).map(|number| alarm(&"x".repeat(number * number % 9_000))).collect();
    let entries = held.append_all(events).expect("entries");
    for number in [0, 1, 2, 3, 50, 99, 100, 198, 199, 200] {
        let after: Vec<_> =
            held.entries_after(number).expect("it is there").collect::<Result<_, _>>().expect("entries");
        assert_eq!(after, entries[number as usize..], "{number}");
        let (head, bodies) = held.bodies_after(number).expect("it is there");
        assert_eq!(bodies.iter().fold(head, |head, body| head.extended(body)), held.head());
    }
    let absent = held.entries_after(201).expect_err("there are 200");
    assert_eq!(entry(&absent).clone_pair(), (201, EntryFault::Absent));
}

#[test]
fn what_is_remembered_of_partners_is_what_the_log_says() {
    let place = Place::new(1);
    let (log, ben) = (place.log(), identity("ben"));
    let head = |number: u64| Head { number, hash: Hex([number as u8; 32]) };
    let seen = |number: u64| {
        let Head { number, hash } = head(number);
        let (partner, key, whose) = (party("ben"), ben.public_key(), Whose::Partner);
        let signature = head(number).countersign(&key, log.identity());
        Event::Head { partner, key, whose, number, hash, signature }
    };
    let remembered = || log.hold().expect("a log").memory().expect("a memory").of(&ben.public_key());
    assert_eq!(remembered(), None);
    log.append(seen(4)).expect("an entry");
    assert_eq!(remembered(), Some(head(4)));
    // Of two sessions at once, the one that saw more counts.
    log.append(seen(3)).expect("an entry");
    assert_eq!(remembered(), Some(head(4)));
    for number in 5..100 {
        log.append(seen(number)).expect("an entry");
    }
    assert_eq!(remembered(), Some(head(99)));
    assert!(place.path("partners").exists(), "not everything is read again each time");
    log.append(seen(100)).expect("an entry");
    assert_eq!(remembered(), Some(head(100)));
    // A file that cannot be read is made anew.
    fs::write(place.path("partners"), "nothing").expect("a file");
    assert_eq!(remembered(), Some(head(100)));
    let Head { number, hash } = head(100);
    log.append(Event::Accepted { partner: party("ben"), key: ben.public_key(), number, hash }).expect("an entry");
    assert_eq!(remembered(), None);
    log.append(seen(7)).expect("an entry");
    assert_eq!(remembered(), Some(head(7)));
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new(1);
    for name in ["log", "head", ".lock"] {
        let mode = fs::metadata(place.path(name)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a line is, it is an entry in its one spelling or an error.
    #[test]
    fn any_bytes_are_an_entry_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(entry) = Entry::parse(&bytes) {
            prop_assert_eq!(entry.to_line(), [&bytes[..], b"\n"].concat());
        }
    }

    /// A flipped bit anywhere in the log is found, wherever it is.
    #[test]
    fn every_flipped_bit_is_found(at in any::<proptest::sample::Index>(), bit in 0..8_u8) {
        let place = Place::new(2);
        let mut bytes = place.bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        place.write(&bytes);
        let found = match AuditLog::open(&place.home()).map(|log| log.verify()) {
            Err(_) | Ok(Err(_)) => true,
            // The end of the last line: it was taken away, and that is noted.
            Ok(Ok(verified)) => verified.head.number == 2 && at == bytes.len() - 1,
        };
        prop_assert!(found);
    }
}
