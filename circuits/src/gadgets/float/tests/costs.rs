//! AND gates and AND depth: all figures of the documentation.

use super::super::GADGETS;
use super::SHAPES;
use crate::boolean::Circuit;

/// The circuits of a gadget in both shapes.
fn circuits(name: &str) -> [Circuit; 2] {
    let gadget = GADGETS.iter().find(|gadget| gadget.name == name).expect("a row of the catalogue");
    SHAPES.map(|shape| (gadget.build)(shape))
}

/// A number with a comma for the thousands.
fn grouped(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}

/// The text of a source without its line breaks.
fn text(source: &str) -> String {
    source.lines().map(|line| line.trim_start_matches("/// ")).collect::<Vec<_>>().join(" ")
}

/// The rows of the table, by the functions and by what follows `f32-` and `f64-` in the catalogue.
const TABLE: [(&str, &str); 16] = [
    ("[`add`], [`sub`]", "add"),
    ("[`multiply`]", "mul"),
    ("[`divide`]", "div"),
    ("[`sqrt`]", "sqrt"),
    ("[`neg`], [`abs`]", "neg"),
    ("[`less_than`], [`less_or_equal`]", "less"),
    ("[`equal`]", "equal"),
    ("[`minimum`], [`maximum`]", "minimum"),
    ("[`from_integer`] of `i64`", "from-i64"),
    ("[`from_integer`] of `u64`", "from-u64"),
    ("[`from_integer`] of `i32`", "from-i32"),
    ("[`from_integer`] of `u32`", "from-u32"),
    ("[`to_integer`] of `i64`", "to-i64"),
    ("[`to_integer`] of `u64`", "to-u64"),
    ("[`to_integer`] of `i32`", "to-i32"),
    ("[`to_integer`] of `u32`", "to-u32"),
];

#[test]
fn the_table_is_right() {
    let cell = |circuit: Circuit| format!("{} ({})", grouped(circuit.and_gates()), circuit.and_depth());
    let row = |functions: &str, [wide, narrow]: [String; 2]| {
        let cells = [circuits(&wide), circuits(&narrow)].map(|shapes| shapes.map(cell).join(" | "));
        format!("//! | {functions} | {} |", cells.join(" | "))
    };
    let mut rows: Vec<String> = TABLE
        .iter()
        .map(|(functions, name)| row(functions, ["f64", "f32"].map(|format| format!("{format}-{name}"))))
        .collect();
    rows.push(row("[`convert`] from the other", ["f64-from-f32".into(), "f32-from-f64".into()]));
    let documented: Vec<&str> = include_str!("../mod.rs").lines().filter(|line| line.starts_with("//! | [")).collect();
    assert_eq!(documented, rows, "\n{}\n", rows.join("\n"));
}

#[test]
fn each_function_says_what_it_costs() {
    for (source, name) in [
        (include_str!("../add.rs"), "f64-add"),
        (include_str!("../multiply.rs"), "f64-mul"),
        (include_str!("../divide.rs"), "f64-div"),
        (include_str!("../sqrt.rs"), "f64-sqrt"),
        (include_str!("../compare.rs"), "f64-less"),
        (include_str!("../compare.rs"), "f64-minimum"),
        (include_str!("../from_integer.rs"), "f64-from-i64"),
        (include_str!("../to_integer.rs"), "f64-to-i64"),
        (include_str!("../convert.rs"), "f32-from-f64"),
        (include_str!("../convert.rs"), "f64-from-f32"),
    ] {
        let [few, fast] = circuits(name).map(|circuit| (grouped(circuit.and_gates()), circuit.and_depth()));
        let sentence = format!(
            "`{name}`: {} AND gates, depth {} for `FewAnds`; {}, depth {} for `FewRounds`.",
            few.0, few.1, fast.0, fast.1
        );
        assert!(text(source).contains(&sentence), "{sentence}");
    }
    let [few, fast] = circuits("f64-equal").map(|circuit| (circuit.and_gates(), circuit.and_depth()));
    assert_eq!(few, fast);
    let sentence = format!("`f64-equal`: {} AND gates, depth {} for both shapes.", few.0, few.1);
    assert!(text(include_str!("../compare.rs")).contains(&sentence), "{sentence}");
}

/// The two gadgets of one price, which the documentation names together.
#[test]
fn twins_cost_the_same() {
    for format in ["f32", "f64"] {
        for (one, other) in [("add", "sub"), ("neg", "abs"), ("less", "less-or-equal"), ("minimum", "maximum")] {
            let cost =
                |name| circuits(&format!("{format}-{name}")).map(|circuit| (circuit.and_gates(), circuit.and_depth()));
            assert_eq!(cost(one), cost(other), "{one} and {other}");
        }
    }
}

/// What the project set itself, and what was published.
#[test]
fn targets_are_met() {
    for (name, target) in [("f64-mul", 8_000), ("f64-div", 7_500), ("f64-add", 2_000), ("f64-sqrt", 5_500)] {
        let [few, _] = circuits(name);
        assert!(few.and_gates() <= target, "{name}: {}", few.and_gates());
    }
    for gadget in GADGETS {
        let [few, fast] = circuits(gadget.name);
        assert!(few.and_gates() <= fast.and_gates(), "{}: gates", gadget.name);
        assert!(fast.and_depth() < few.and_depth() || fast == few, "{}: depth", gadget.name);
        if let Some(published) = gadget.published {
            assert!(few.and_gates() <= published.and_gates, "{}: {}", gadget.name, few.and_gates());
        }
    }
}

#[test]
fn rows_describe_their_circuits() {
    for gadget in GADGETS {
        let widths = |ports: &[crate::gadgets::Port]| ports.iter().map(|port| port.width).collect::<Vec<_>>();
        for circuit in circuits(gadget.name) {
            assert_eq!(circuit.input_widths(), widths(gadget.inputs), "{}", gadget.name);
            assert_eq!(circuit.output_widths(), widths(gadget.outputs), "{}", gadget.name);
        }
        let same_name = GADGETS.iter().filter(|other| other.name == gadget.name).count();
        assert_eq!(same_name, 1, "{}", gadget.name);
    }
}
