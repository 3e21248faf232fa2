//! Every kind of mistake, with its line.

use super::super::{BristolError, Format, GateKind, LONGEST_LINE, MOST_WIRES, WireNumber};
use super::refused;

/// A full adder.
const ADDER: &str =
    "5 8\n3 1 1 1\n2 1 1\n\n2 1 0 1 3 XOR\n2 1 0 1 4 AND\n2 1 2 3 6 XOR\n2 1 2 3 5 AND\n2 1 4 5 7 XOR\n";

/// The error of the adder with `old` replaced by `new`.
#[track_caller]
fn with(old: &str, new: &str) -> BristolError {
    assert_eq!(ADDER.matches(old).count(), 1, "{old:?} is one place");
    let error = refused(ADDER.replace(old, new));
    assert!(error.to_string().starts_with(&format!("line {}: ", error.line())), "{error}");
    assert!(!error.hint().is_empty());
    error
}

#[test]
fn counts_that_do_not_agree() {
    assert_eq!(with("5 8", "6 8"), BristolError::TooFewGates { line: 9, found: 5, announced: 6 });
    assert_eq!(with("5 8", "4 8"), BristolError::TooManyGates { line: 9, announced: 4 });
    assert_eq!(with("2 1 4 5 7 XOR\n", ""), BristolError::TooFewGates { line: 8, found: 4, announced: 5 });
    let undriven = BristolError::UndrivenOutput { line: 9, wire: WireNumber(8), outputs: 2 };
    assert_eq!(with("5 8", "5 9"), undriven);
    assert_eq!(
        refused("1 4\n1 2\n1 1\n2 1 0 1 3 AND"),
        BristolError::WireCount { line: 4, found: 3, announced: 4, wire: WireNumber(2) }
    );
    assert_eq!(with("5 8", "5 7"), BristolError::WireOutOfRange { line: 9, wire: 7, wires: 7 });
}

#[test]
fn headers_that_are_none() {
    assert!(matches!(refused(""), BristolError::TruncatedHeader { line: 1, .. }));
    assert!(matches!(refused("5 8\n\n"), BristolError::TruncatedHeader { line: 2, .. }));
    assert!(matches!(with("5 8", "5"), BristolError::Header { line: 1, .. }));
    assert!(matches!(with("5 8", "5 8 1"), BristolError::Header { line: 1, .. }));
    assert!(matches!(with("5 8", "gates 8"), BristolError::Header { line: 1, .. }));
    assert!(matches!(with("5 8", "-5 8"), BristolError::Header { line: 1, .. }));
    assert!(matches!(refused("1 3\n1 1 0 2 3\n"), BristolError::Header { line: 2, .. }));
    assert_eq!(with("3 1 1 1", "3 1 1"), BristolError::ValueCount { line: 2, values: "input", announced: 3, found: 2 });
    assert_eq!(
        with("2 1 1\n\n", "3 1 1\n\n"),
        BristolError::ValueCount { line: 3, values: "output", announced: 3, found: 2 }
    );
    assert_eq!(with("3 1 1 1", "3 1 1 9"), BristolError::Width { line: 2, values: "input", found: 11, wires: 8 });
    assert_eq!(with("2 1 1\n\n", "2 1 8\n\n"), BristolError::Width { line: 3, values: "output", found: 9, wires: 8 });
    let too_large = |found: &str| BristolError::TooLarge { line: 1, found: found.into() };
    assert_eq!(with("5 8", "1099511627776 8"), too_large("1099511627776"));
    assert_eq!(with("5 8", "5 99999999999999999999999999999"), too_large("999999999999999999999999…"));
}

#[test]
fn wires_that_are_not_there_or_not_free() {
    let wire = WireNumber;
    assert_eq!(with("2 1 4 5 7", "2 1 4 7 7"), BristolError::UndefinedWire { line: 9, wire: wire(7) });
    assert_eq!(with("2 1 2 3 6", "2 1 2 5 6"), BristolError::UndefinedWire { line: 7, wire: wire(5) });
    assert_eq!(with("2 1 4 5 7", "2 1 4 5 6"), BristolError::DrivenTwice { line: 9, wire: wire(6) });
    assert_eq!(with("2 1 0 1 3", "2 1 0 1 2"), BristolError::DrivenInput { line: 5, wire: wire(2), inputs: 3 });
    assert_eq!(with("2 1 4 5 7", "2 1 4 5 8"), BristolError::WireOutOfRange { line: 9, wire: 8, wires: 8 });
    assert_eq!(with("2 1 4 5 7", "2 1 4 8 7"), BristolError::WireOutOfRange { line: 9, wire: 8, wires: 8 });
}

#[test]
fn a_cycle_shows_as_a_wire_read_too_early() {
    let cyclic = "2 4\n1 2\n1 1\n2 1 0 3 2 AND\n2 1 1 2 3 XOR\n";
    let error = refused(cyclic);
    assert_eq!(error, BristolError::UndefinedWire { line: 4, wire: WireNumber(3) });
    assert!(error.hint().contains("cycle"));
}

#[test]
fn lines_that_are_no_gates() {
    let arity = |gate, found: &str| BristolError::Arity { line: 9, gate, found: found.into() };
    assert_eq!(with("2 1 4 5 7 XOR", "2 1 4 5 XOR"), arity(GateKind::Xor, "2 1 4 5"));
    assert_eq!(with("2 1 4 5 7 XOR", "3 1 4 5 6 7 XOR"), arity(GateKind::Xor, "3 1 4 5 6 7"));
    assert_eq!(with("2 1 4 5 7 XOR", "2 2 4 5 7 AND"), arity(GateKind::And, "2 2 4 5 7"));
    assert_eq!(with("2 1 4 5 7 XOR", "2 1 4 5 7 INV"), arity(GateKind::Inv, "2 1 4 5 7"));
    assert_eq!(with("2 1 4 5 7 XOR", "1 1 4 5 7 NOT"), arity(GateKind::Not, "1 1 4 5 7"));
    assert_eq!(with("2 1 4 5 7 XOR", "1 1 7 EQW"), arity(GateKind::Eqw, "1 1 7"));
    assert_eq!(with("2 1 4 5 7 XOR", "0 1 7 EQ"), arity(GateKind::Eq, "0 1 7"));
    assert_eq!(with("2 1 4 5 7 XOR", "0 0 MAND"), arity(GateKind::Mand, "0 0"));
    assert_eq!(with("2 1 4 5 7 XOR", "4 2 4 5 7 MAND"), arity(GateKind::Mand, "4 2 4 5 7"));
    assert_eq!(with("2 1 4 5 7 XOR", "4 2 0 1 2 3 4 5 6 7 MAND"), arity(GateKind::Mand, "4 2 0 1 2 3 4 5 …"));
    assert_eq!(with("2 1 4 5 7 XOR", "XOR"), arity(GateKind::Xor, ""));
    assert_eq!(with("2 1 4 5 7 XOR", "1 1 2 7 EQ"), BristolError::NotABit { line: 9, found: 2 });
    let unknown = |found: &str| BristolError::UnknownGate { line: 9, found: found.into() };
    assert_eq!(with("2 1 4 5 7 XOR", "2 1 4 5 7 NAND"), unknown("NAND"));
    assert_eq!(with("2 1 4 5 7 XOR", "2 1 4 5 7 XO\u{e9}"), unknown("XOé"));
    assert_eq!(with("2 1 4 5 7 XOR", "2 1 4 5 7"), BristolError::NoGateName { line: 9, found: 5 });
    let no_number = |found: &str| BristolError::NotANumber { line: 9, found: found.into() };
    assert_eq!(with("2 1 4 5 7 XOR", "2 1 4 -5 7 XOR"), no_number("-5"));
    assert_eq!(with("2 1 4 5 7 XOR", "2 1 4 5.0 7 XOR"), no_number("5.0"));
    assert_eq!(with("2 1 4 5 7 XOR", "# the carry"), no_number("#"));
    let too_large = BristolError::TooLarge { line: 9, found: "18446744073709551616".into() };
    assert_eq!(with("2 1 4 5 7 XOR", "2 1 4 5 18446744073709551616 XOR"), too_large);
}

#[test]
fn what_does_not_belong_there() {
    let behind = |found: &str, expected| BristolError::TrailingText { line: 9, found: found.into(), expected };
    assert_eq!(with("7 XOR", "7 XOR 8"), behind("8", "the end of the line"));
    assert_eq!(with("7 XOR", "7 XOR // carry"), behind("//", "the end of the line"));
    let after = |text: &str| refused(format!("{ADDER}\n{text}"));
    for garbage in ["the end", "12", "-", "\u{0}", "2 1 0 1 8 NAND"] {
        assert!(
            matches!(after(garbage), BristolError::TrailingText { line: 11, .. }),
            "{garbage:?}: {}",
            after(garbage)
        );
    }
    assert_eq!(after("2 1 0 1 8 XOR"), BristolError::TooManyGates { line: 11, announced: 5 });
}

#[test]
fn the_older_format_has_three_gates() {
    for (line, gate) in
        [("1 1 0 2 EQW", GateKind::Eqw), ("1 1 0 2 EQ", GateKind::Eq), ("2 1 0 1 2 MAND", GateKind::Mand)]
    {
        let error = refused(format!("1 3\n1 1 1\n{line}\n"));
        assert_eq!(error, BristolError::ForeignGate { line: 3, gate, format: Format::Bristol });
    }
}

#[test]
fn announced_sizes_cost_nothing() {
    // Each of these would take gigabytes if it were believed.
    let most = MOST_WIRES;
    let inputs = refused(format!("1 {most}\n1 {}\n1 1\n2 1 0 1 {} AND\n", most - 1, most - 1));
    assert_eq!(inputs, BristolError::UnreadInputs { line: 4, announced: u64::from(most) - 1, read: 2 });
    let gates = refused(format!("{most} {most}\n1 2\n1 1\n2 1 0 1 {} AND\n", most - 1));
    assert_eq!(gates, BristolError::TooFewGates { line: 4, found: 1, announced: u64::from(most) });
    let wires = refused(format!("1 {most}\n1 2\n1 {most}\n2 1 0 1 {} AND\n", most - 1));
    assert_eq!(wires, BristolError::UndrivenOutput { line: 4, wire: WireNumber(2), outputs: u64::from(most) });
    let too_many = u64::from(most) + 1;
    assert!(matches!(refused(format!("{too_many} 8\n")), BristolError::TooLarge { line: 1, .. }));
}

#[test]
fn a_line_without_end_is_not_read_to_its_end() {
    struct Endless;
    impl std::io::Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            buffer.fill(b'1');
            Ok(buffer.len())
        }
    }
    let error = super::super::Netlist::read(std::io::BufReader::new(Endless)).expect_err("this is no circuit");
    assert_eq!(error, BristolError::LineTooLong { line: 1 });
    let blanks = vec![b' '; LONGEST_LINE + 1];
    assert_eq!(refused(blanks), BristolError::LineTooLong { line: 1 });
}

#[test]
fn a_source_that_fails_is_said() {
    struct Failing;
    impl std::io::Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the cable was cut"))
        }
    }
    let source = std::io::BufReader::new(std::io::Read::chain(&b"5 8\n"[..], Failing));
    let error = super::super::Netlist::read(source).expect_err("the source fails");
    assert_eq!(error, BristolError::Unreadable { line: 2, reason: "the cable was cut".into() });
}
