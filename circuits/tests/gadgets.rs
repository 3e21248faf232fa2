//! The catalogue: names, ports, published figures, and the table in the documentation, which is generated from it.
//! `QUORATE_BLESS=1` writes the table anew.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use quorate_circuits::boolean::{Circuit, Shape};
use quorate_circuits::gadgets::{FAMILIES, Gadget, catalogue, find};

/// A gadget in both shapes.
struct Built {
    few_ands: Circuit,
    few_rounds: Circuit,
}

fn built(gadget: &Gadget) -> Built {
    Built { few_ands: (gadget.build)(Shape::FewAnds), few_rounds: (gadget.build)(Shape::FewRounds) }
}

#[test]
fn names_are_unique_and_plain() {
    let mut seen = HashSet::new();
    for gadget in catalogue() {
        assert!(seen.insert(gadget.name), "{} is there twice", gadget.name);
        assert!(gadget.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
        assert!(!gadget.doc.is_empty());
        assert_eq!(find(gadget.name).map(|found| found.name), Some(gadget.name));
    }
}

#[test]
fn ports_costs_and_the_table() {
    let mut table = String::new();
    for family in FAMILIES {
        // The book includes the tables by these anchors.
        let _ = write!(table, "## {0}\n\n{1}\n\n<!-- ANCHOR: {0} -->\n\n{HEAD}", family.name, family.doc);
        for gadget in family.gadgets {
            let circuits = built(gadget);
            check(gadget, &circuits);
            row(&mut table, gadget, &circuits);
        }
        let _ = write!(table, "\n<!-- ANCHOR_END: {} -->\n\n", family.name);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("GADGETS.md");
    let table = table.trim_end().to_owned() + "\n";
    if std::env::var_os("QUORATE_BLESS").is_some() {
        std::fs::write(&path, &table).expect("the table is written");
    }
    let written = std::fs::read_to_string(&path).expect("GADGETS.md is there");
    assert!(written == table, "GADGETS.md is out of date: run this test with QUORATE_BLESS=1");
}

const HEAD: &str = "| gadget | inputs | outputs | AND gates | depth | AND gates, few rounds | depth | published |\n\
    |---|---|---|--:|--:|--:|--:|---|\n";

fn check(gadget: &Gadget, Built { few_ands, few_rounds }: &Built) {
    for circuit in [few_ands, few_rounds] {
        let inputs: Vec<usize> = gadget.inputs.iter().map(|port| port.width).collect();
        let outputs: Vec<usize> = gadget.outputs.iter().map(|port| port.width).collect();
        assert_eq!(circuit.input_widths(), inputs, "{}", gadget.name);
        assert_eq!(circuit.output_widths(), outputs, "{}", gadget.name);
    }
    assert!(few_ands.and_gates() <= few_rounds.and_gates(), "{}", gadget.name);
    assert!(few_rounds.and_depth() <= few_ands.and_depth(), "{}", gadget.name);
    if let Some(published) = gadget.published {
        assert!(few_ands.and_gates() <= published.and_gates, "{} has more than {published:?}", gadget.name);
    }
}

fn row(table: &mut String, gadget: &Gadget, Built { few_ands, few_rounds }: &Built) {
    let ports = |ports: &[quorate_circuits::gadgets::Port]| {
        ports.iter().map(|port| format!("{} {}", port.name, port.width)).collect::<Vec<_>>().join(", ")
    };
    let published = gadget.published.map_or(String::new(), |p| format!("{} ({})", p.and_gates, p.source));
    let _ = writeln!(
        table,
        "| `{}` | {} | {} | {} | {} | {} | {} | {published} |",
        gadget.name,
        ports(gadget.inputs),
        ports(gadget.outputs),
        few_ands.and_gates(),
        few_ands.and_depth(),
        few_rounds.and_gates(),
        few_rounds.and_depth()
    );
}
