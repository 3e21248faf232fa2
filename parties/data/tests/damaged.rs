//! Files that were cut or overwritten. A binary of its own, because it silences the panics that are caught on the way.

use std::path::Path;

use quorate_data::{Files, Source, Tables};

const KINDS: &[u8] = include_bytes!("data/fixtures/kinds.parquet");

/// One byte is inverted, or the file cut there, at every seventh place: reading succeeds or is refused.
#[test]
fn damaged_parquet_files_are_refused() {
    std::panic::set_hook(Box::new(|_| {}));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("kinds.parquet");
    let source: Source = format!("{}:i64,f64,price,digits,flag", path.display()).parse().unwrap();
    let read = |bytes: &[u8], path: &Path| {
        std::fs::write(path, bytes).unwrap();
        Files::new().read(&source)
    };
    let mut bytes = KINDS.to_vec();
    for at in (0..KINDS.len()).step_by(7) {
        bytes[at] = !bytes[at];
        let _ = read(&bytes, &path);
        bytes[at] = KINDS[at];
        assert!(read(&KINDS[..at], &path).is_err());
    }
}
