//! Any bytes as the file of a prepared run: refused; never a panic, nor memory that does not follow from their length.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quorate::prepared::{About, RUN_HEADER_BYTES, check_run_file};

fuzz_target!(|bytes: &[u8]| {
    // Under a key that sealed nothing, only a run without content opens.
    assert!(check_run_file(bytes, &[7; 32]).is_err() || bytes.len() == RUN_HEADER_BYTES);
    if let Some(about) = About::parse(bytes) {
        assert_eq!(About::parse(about.text().as_bytes()), Some(about));
    }
});
