//! Files against an interpreter of their text, both formats there and back, and everything that can be wrong with them.

mod convert;
mod headers;
mod mutated;
mod random;
mod refusals;

use super::{BristolError, Netlist};

/// Reads a file that is well formed.
#[track_caller]
fn read(text: &str) -> Netlist {
    Netlist::read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The error of a file that is not.
#[track_caller]
fn refused(text: impl AsRef<[u8]>) -> BristolError {
    Netlist::read(text.as_ref()).expect_err("this file is wrong")
}

/// The words of a text, lines apart: equal for texts that differ in white space alone.
fn words(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split_whitespace().collect()).filter(|line: &Vec<_>| !line.is_empty()).collect()
}
