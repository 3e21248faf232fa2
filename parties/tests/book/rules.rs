//! Nothing in the book escapes the tests.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use crate::markdown::{Block, Page};
use crate::source;

#[test]
fn every_block_is_of_a_kind_that_is_checked() {
    for page in Page::all(&source()) {
        for block in page.blocks() {
            let place = page.place(block.lines.start);
            let text = page.text(&block);
            match block.language.as_str() {
                "console" => assert!(!page.commands(&block).is_empty(), "{place}: a console without a command"),
                "qp" | "csv" => is_used(&page, &block),
                "rust" => {
                    let included = text.lines().all(|line| line.starts_with("{{#include "));
                    assert!(included, "{place}: Rust is included from a file that a test compiles");
                }
                "sh" | "text" => {
                    let command = text.split_whitespace().any(|word| word == "quorate" || word == "$");
                    assert!(!command, "{place}: commands stand in console blocks, where they are run");
                }
                other => panic!("{place}: {other} is no language of the book"),
            }
        }
    }
}

/// A file that no command reads shows nothing.
fn is_used(page: &Page, block: &Block) {
    let place = page.place(block.lines.start);
    let file = block.file().unwrap_or_else(|| panic!("{place}: this needs a file=NAME"));
    let commands: Vec<String> = page
        .blocks()
        .iter()
        .filter(|other| other.is_console() && other.lines.start > block.lines.end)
        .flat_map(|other| page.commands(other))
        .map(|command| command.text)
        .collect();
    let included = |text: &str| text.contains(&format!("include {file:?}"));
    let reads = |word: &str| word.contains(file) || file.starts_with(&format!("{word}/"));
    let used = commands.iter().any(|command| command.split_whitespace().any(reads))
        || page.blocks().iter().any(|other| included(&page.text(other)));
    assert!(used, "{place}: no command reads {file}");
}

#[test]
fn every_page_is_in_the_summary_and_every_link_leads_somewhere() {
    let pages = Page::all(&source());
    let mut linked = HashSet::new();
    for page in &pages {
        let directory = page.path.parent().expect("a directory");
        for (number, line) in page.lines.iter().enumerate() {
            for target in line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target) {
                let file = target.split('#').next().expect("a first part");
                if file.is_empty() || file.starts_with("https://") {
                    continue;
                }
                let path = directory.join(file).canonicalize();
                let path = path.unwrap_or_else(|_| panic!("{}: {target} leads nowhere", page.place(number)));
                if page.path.ends_with("SUMMARY.md") {
                    linked.insert(path);
                }
            }
        }
    }
    for page in pages.iter().filter(|page| !page.path.ends_with("SUMMARY.md")) {
        let generated = page.path.ends_with("function-table.md");
        let path = page.path.canonicalize().expect("a path");
        assert!(generated || linked.contains(&path), "{} is not in SUMMARY.md", page.place(0));
    }
}

#[test]
fn every_command_of_the_program_is_in_the_book() {
    let commands: Vec<String> = Page::all(&source())
        .iter()
        .flat_map(|page| page.blocks().into_iter().filter(Block::is_console).flat_map(|b| page.commands(&b)))
        .map(|command| command.text)
        .collect();
    for group in ["", "audit", "circuit", "key", "policy", "receipt", "request"] {
        for name in subcommands(group) {
            let whole = [group, &name].join(" ");
            let whole = format!("quorate {}", whole.trim());
            assert!(commands.iter().any(|text| text.contains(&whole)), "the book never runs {whole}");
        }
    }
}

/// The commands that the help of a group of commands lists.
fn subcommands(group: &str) -> Vec<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_quorate"))
        .args((!group.is_empty()).then_some(group))
        .arg("--help")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()
        .expect("the command was built");
    let text = String::from_utf8(help.stdout).expect("text");
    let list = text.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let indented = |line: &str| line.starts_with("  ") && !line.starts_with("   ");
    let names: Vec<String> = list
        .filter(|line| indented(line))
        .filter_map(|line| line.split_whitespace().next().map(ToOwned::to_owned))
        .filter(|name| name != "help")
        .collect();
    assert!(!names.is_empty(), "the help of {group:?} lists commands:\n{text}");
    names
}
