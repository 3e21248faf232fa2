//! A log whose last entry is of tomorrow.

use std::io::Write;

use quorate::audit::{AuditLog, Entry, Event, LINE_LIMIT, extend};
use quorate::identity::{Canonical, Hex, Home};
use quorate::request::Moment;

/// As if the clock had shown tomorrow when the last entry was written, and was set back since.
pub fn write_in_the_future(home: &Home) {
    let (log, identity) = (AuditLog::open(home).expect("a log"), home.identity().expect("an identity"));
    let (head, time) = (log.head().expect("a head"), Moment::now().seconds() + 86_400);
    let event = Event::Alarm { what: "the clock of this machine was put right".to_owned(), partner: None };
    let zero = Hex([0; 64]);
    let mut entry =
        Entry { number: head.number + 1, time, previous: head.hash, event, hash: Hex([0; 32]), signature: zero };
    entry.hash = extend(&entry.previous, &entry.body());
    let signed = Canonical::new("quorate audit signature 1").number(entry.number).bytes(&entry.hash.0);
    entry.signature = identity.sign(&signed);
    let line = serde_json::to_string(&entry).expect("JSON") + "\n";
    assert!(line.len() <= LINE_LIMIT);
    let path = home.path().join("audit/log");
    let mut file = std::fs::OpenOptions::new().append(true).open(path).expect("a log");
    file.write_all(line.as_bytes()).expect("it is written");
}
