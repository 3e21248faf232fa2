//! The canonical texts and digests of the library programs, checked in: parties approve digests, so a change of one
//! is a change of the product. After a deliberate one: `QUORATE_BLESS=1 cargo test -p quorate-circuits`.

use std::fs;
use std::path::PathBuf;

use quorate_circuits::digest::ProgramDigest;
use quorate_circuits::library;
use quorate_circuits::program::Program;
use quorate_circuits::text::print;

fn golden(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file)
}

fn assert_golden(file: &str, found: &str) {
    let path = golden(file);
    if std::env::var_os("QUORATE_BLESS").is_some() {
        fs::write(&path, found).expect("the golden file is written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, expected, "{} differs; QUORATE_BLESS=1 accepts the change", path.display());
}

fn programs() -> impl Iterator<Item = (&'static str, Program)> {
    library::all().map(|entry| (entry.name, entry.program().expect("it parses")))
}

#[test]
fn canonical_texts_are_golden() {
    for (name, program) in programs() {
        assert_golden(&format!("{name}.qp"), &print(&program));
    }
}

#[test]
fn digests_are_golden() {
    let table: String =
        programs().map(|(name, program)| format!("{}  {name}\n", ProgramDigest::of(&program))).collect();
    assert_golden("digests", &table);
}
