//! Any bytes as lines of an audit log: entries in their one spelling, or refused; never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quorate::audit::Entry;

fuzz_target!(|bytes: &[u8]| {
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(entry) = Entry::parse(line) {
            assert_eq!(entry.to_line(), [line, b"\n"].concat());
            let _ = entry.body();
        }
    }
});
