//! NIST's response files and their like: lines `NAME = VALUE`, a blank line between cases.

use std::collections::HashMap;
use std::path::Path;

/// The values of one case by their names.
pub(in crate::gadgets) struct Case(HashMap<String, String>);

impl Case {
    /// The value as a number.
    pub(in crate::gadgets) fn number(&self, name: &str) -> usize {
        self.0[name].parse().expect("a number")
    }

    /// The value as a byte string.
    pub(in crate::gadgets) fn bytes(&self, name: &str) -> Vec<u8> {
        hex::decode(&self.0[name]).expect("hexadecimal digits")
    }
}

/// The cases in a file of `datasets/vectors`, which are the paragraphs that have a value of this name.
pub(in crate::gadgets) fn cases(file: &str, name: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/vectors").join(file);
    let text = std::fs::read_to_string(&path).expect("the vectors come with the sources").replace('\r', "");
    let values = |line: &str| line.split_once(" = ").map(|(name, value)| (name.to_owned(), value.to_owned()));
    let cases = text.split("\n\n").map(|paragraph| Case(paragraph.lines().filter_map(values).collect()));
    let cases: Vec<Case> = cases.filter(|case| case.0.contains_key(name)).collect();
    assert!(!cases.is_empty(), "{file} has cases");
    cases
}
