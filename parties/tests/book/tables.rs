//! Tables of the book that are generated, and lists that must be complete.

use std::fmt::Write as _;

use quorate_circuits::gadgets::FAMILIES;
use quorate_circuits::program::{FUNCTIONS, Notation};
use quorate_circuits::text::parse;

use crate::{is_blessed, source};

#[test]
fn the_function_table_is_that_of_the_language() {
    let mut table = String::from("| function | written | strength | meaning |\n|---|---|--:|---|\n");
    for row in FUNCTIONS {
        let operands = ["a", "b", "c", "d"][..row.arity].to_vec();
        let (written, strength) = match row.notation {
            Notation::Name => (format!("{}({})", row.name, operands.join(", ")), String::new()),
            Notation::Prefix(sign) => (format!("{sign}a"), "7".to_owned()),
            Notation::Infix(sign, strength) => (format!("a {sign} b"), strength.to_string()),
        };
        let escaped = |text: &str| text.replace('|', "\\|");
        let _ = writeln!(table, "| {} | `{}` | {strength} | {} |", row.name, escaped(&written), escaped(row.doc));
    }
    let path = source().join("language/function-table.md");
    if is_blessed() {
        std::fs::write(&path, &table).expect("the table is written");
    }
    let written = std::fs::read_to_string(&path).expect("the table is there");
    assert!(written == table, "function-table.md is out of date: run this test with QUORATE_BLESS=1");
}

#[test]
fn every_statement_has_its_section() {
    let refused = parse("program p\nnonsense").expect_err("no statement begins so");
    let hint = refused.hint.expect("the statements there are");
    let list = hint.strip_prefix("statements begin with ").expect("a list").replace(" or ", ", ");
    let text = std::fs::read_to_string(source().join("language/statements.md")).expect("the page is there");
    for statement in list.split(", ") {
        assert!(text.contains(&format!("\n## `{statement}`")), "statements.md has no section on {statement}");
    }
}

#[test]
fn every_family_of_gadgets_has_its_page_with_its_table() {
    for family in FAMILIES {
        let path = source().join(format!("gadgets/{}.md", family.name));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} is missing", path.display()));
        let include = format!("{{{{#include ../../../circuits/GADGETS.md:{}}}}}", family.name);
        assert!(text.contains(&include), "{} must include its table: {include}", path.display());
    }
}
