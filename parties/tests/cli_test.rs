//! `test`: a researcher's own filetests, from the binary.

mod command;
mod fixture;

use command::quorate;
use serde_json::json;
use tempfile::TempDir;

const SUM: &str = "program p\nrole a\nrole b\ninput a.x: u8\ninput b.x: fixed(1) in 0..=9\nreveal t = share(a.x) + share(b.x) to all\n";

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary directory");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().expect("a path in UTF-8").to_owned()
}

#[test]
fn what_holds_is_said_in_a_line_for_each_file() {
    let right = format!("{SUM}#: run: a.x = 1, b.x = 2.5 -> t = 3.50\n#: fails: a.x = 256, b.x = 0 -> \"0..=255\"\n");
    let other = format!("{SUM}#: explain: reveals t to all; reveals nothing else\n");
    let folder = folder(&[("right.qp", &right), ("below/other.qp", &other), ("notes.txt", "no program")]);
    let ended = quorate(&["test", &path(&folder, "")]);
    assert!(ended.err.contains("2 files, 3 expectations, 10 runs: 0 failed, 0 malformed"), "{}", ended.err);
    let out = ended.result();
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("ok ") && lines[0].ends_with("other.qp: 1 expectation, 0 runs"), "{out}");
    assert!(lines[1].starts_with("ok ") && lines[1].ends_with("right.qp: 2 expectations, 10 runs"), "{out}");
    assert_eq!(lines.len(), 2);
}

#[test]
fn what_does_not_hold_is_explained() {
    let folder = folder(&[("wrong.qp", &format!("{SUM}\n#: run: a.x = 1, b.x = 2.5 -> t = 3\n"))]);
    let ended = quorate(&["test", &path(&folder, "")]);
    assert_eq!(ended.code, Some(6), "{}", ended.err);
    assert!(ended.err.contains("1 of 1 file: expectations do not hold"), "{}", ended.err);
    let place = format!("{}:8: t under yao\n    expected: 3\n    found:    3.5\n", path(&folder, "wrong.qp"));
    assert!(ended.out.contains(&place), "{}", ended.out);
}

#[test]
fn json_is_one_object() {
    let text = format!("{SUM}#: run: a.x = 1, b.x = 2 -> t = 4\n#: run under yao: a.x = 1, b.x = 2 -> t = 3\n");
    let folder = folder(&[("wrong.qp", &text)]);
    let file = path(&folder, "wrong.qp");
    let ended = quorate(&["test", &file, "--json", "--protocol", "additive"]);
    assert_eq!(ended.code, Some(6));
    let miss = |under: &str| {
        let what = format!("t {under}");
        json!({"line": 7, "column": 33, "what": what, "expected": "4", "found": "3"})
    };
    let expected = json!({
        "files": [{
            "file": file, "verdict": "failed", "expectations": 2, "runs": 3, "passed_over": 1,
            "misses": [miss("in the clear"), miss("under additive")],
        }],
        "ok": 0, "failed": 1, "malformed": 0,
    });
    assert_eq!(serde_json::from_str::<serde_json::Value>(&ended.out).expect("JSON"), expected);
}

#[test]
fn malformed_files_are_bad_input_with_a_caret() {
    let cases = [
        ("#: rnu: a.x = 1 -> t = 1\n", "rnu begins no expectation", ":7:4"),
        ("# run: a.x = 1 -> t = 1\n", "looks like an expectation", ":7:1"),
        ("", "nothing is expected of this program", ":1:1"),
        ("reveal u = x to all\n#: run: a.x = 1 -> t = 1\n", "there is no value x", ":7:12"),
        ("#: run under gmw: a.x = 1 -> t = 1\n", "there is no protocol gmw", ":7:14"),
    ];
    for (more, message, place) in cases {
        let folder =
            folder(&[("bad.qp", &format!("{SUM}{more}")), ("good.qp", &format!("{SUM}#: error with n = 1: \"n\"\n"))]);
        let ended = quorate(&["test", &path(&folder, "")]);
        assert_eq!(ended.code, Some(2), "{more}: {}", ended.err);
        assert!(ended.out.contains(message) && ended.out.contains(place) && ended.out.contains('^'), "{}", ended.out);
        assert!(ended.out.contains("ok  "), "others are tried all the same: {}", ended.out);
    }
    let bytes = folder(&[]);
    std::fs::write(bytes.path().join("x.qp"), b"program p\n\xff\xfe").expect("a file");
    let ended = quorate(&["test", &path(&bytes, "x.qp")]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.out.contains("line 2 is not UTF-8"), "{}", ended.out);
}

#[test]
fn nothing_to_test_is_bad_input() {
    let empty = folder(&[("notes.txt", "")]);
    quorate(&["test", &path(&empty, "")]).fails(2, &["there is no *.qp file"]);
    quorate(&["test", &path(&empty, "absent")]).fails(2, &["there is no file or folder"]);
    quorate(&["test"]).fails(2, &["DIR|FILE"]);
    quorate(&["test", &path(&empty, ""), "--protocol", "gmw"]).fails(2, &["there is no protocol"]);
}

#[test]
fn figures_are_blessed() {
    let folder = folder(&[("cost.qp", &format!("{SUM}#: explain under additive: rounds = 0, and_gates = 7\n"))]);
    let file = path(&folder, "cost.qp");
    assert_eq!(quorate(&["test", &file]).code, Some(6));
    let blessed = quorate(&["test", &file, "--bless"]).result();
    assert!(blessed.starts_with("ok "), "{blessed}");
    let text = std::fs::read_to_string(&file).expect("a file");
    assert!(text.ends_with("#: explain under additive: rounds = 2, and_gates = 0\n"), "{text}");
    quorate(&["test", &file]).result();
}

/// The shipped corpus, by threads and the operating system's randomness.
#[test]
fn the_library_keeps_its_promises() {
    let out = quorate(&["test", "circuits/filetests/library"]).result();
    assert_eq!(out.lines().filter(|line| line.starts_with("ok ")).count(), 4, "{out}");
}
