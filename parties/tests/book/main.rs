//! The book: every command in it is run, every file in it is written, every output in it is compared.
//!
//! A page (`docs/src/**/*.md`) is run from top to bottom in a directory of its own:
//!
//! - A block with `file=NAME` after its language is a file; one with `append=NAME` is added to it.
//! - A `console` block holds commands, lines that begin with `$ `, run by `sh` with the freshly built `quorate`. What
//!   stands below a command is what it says on both outputs, whole: `…` stands for any text within a line, and a line
//!   of `…` alone for any lines. A command that ends with another code than 0 says so: `# exit code 6`.
//! - `console terminal=NAME` is a terminal with an environment of its own. Blocks of different terminals that follow
//!   one another run at the same time; a terminal that comes again waits for all.
//! - Ports from 17100 to 17199 on 127.0.0.1 stand for ports that are free.
//!
//! `QUORATE_BLESS=1` writes outputs that are others now, and the generated tables, anew.
#![cfg(unix)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test says what it does")]

#[path = "../fixture/mod.rs"]
mod fixture;
mod markdown;
mod output;
mod rules;
mod samples;
mod tables;
mod terminal;

/// The Rust of the book, compiled.
#[expect(unreachable_pub, reason = "in the book it is a library")]
#[path = "../../../docs/src/rust/auction.rs"]
mod auction;
/// The gadget of the book, compiled.
#[expect(unreachable_pub, reason = "in the book it is a library")]
#[path = "../../../docs/src/extend/median.rs"]
mod median;

use std::path::{Path, PathBuf};

use markdown::Page;

/// Where the book's sources are.
fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src")
}

fn is_blessed() -> bool {
    std::env::var_os("QUORATE_BLESS").is_some()
}

#[test]
fn every_command_says_what_the_book_says() {
    let mut misses = Vec::new();
    for mut page in Page::all(&source()) {
        let found = terminal::run(&page);
        if is_blessed() {
            page.bless(&found);
        }
        misses.extend(found.iter().map(|miss| miss.text(&page)));
    }
    assert!(misses.is_empty(), "QUORATE_BLESS=1 writes these outputs anew:\n{}", misses.join("\n"));
}
