//! Any bytes as one of a backup's papers: accepted or refused with a reason, never a panic. What is accepted says the
//! same when it is written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quorate::backup::{Backup, Part, Request, Veto, kind};

fuzz_target!(|bytes: &[u8]| {
    let _ = kind(bytes);
    if let Ok(backup) = Backup::parse(bytes) {
        let _ = backup.verify();
        assert_eq!(Backup::parse(backup.to_text().as_bytes()), Ok(backup));
    }
    if let Ok(request) = Request::parse(bytes) {
        assert_eq!(Request::parse(request.to_text().as_bytes()), Ok(request));
    }
    if let Ok(veto) = Veto::parse(bytes) {
        assert_eq!(Veto::parse(veto.to_text().as_bytes()), Ok(veto));
    }
    if let Ok(part) = Part::parse(bytes) {
        assert_eq!(Part::parse(part.to_text().as_bytes()), Ok(part));
    }
});
