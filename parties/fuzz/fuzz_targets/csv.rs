//! Any bytes as a column on standard input: numbers or an error with a place, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quorate_data::{Files, Rounding, Source, Tables};

fuzz_target!(|input: (bool, &[u8])| {
    let (named, bytes) = input;
    let columns = if named { vec!["a".to_owned()] } else { Vec::new() };
    if let Ok(table) = Files::with_stdin(bytes.to_vec()).read(&Source::Stdin { columns }) {
        for column in table.columns() {
            let _ = column.to_scaled(6, Rounding::Nearest);
        }
    }
});
