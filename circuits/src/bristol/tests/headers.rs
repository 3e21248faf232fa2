//! Which format a header is of, and what it announces.

use super::super::{BristolError, Format, Netlist};
use super::{read, refused};

/// Format, inputs and outputs of a file without gates.
fn header(text: &str) -> (Format, Vec<usize>, Vec<usize>) {
    let netlist = read(text);
    let header = netlist.header();
    (header.format(), header.input_widths(), header.output_widths())
}

#[test]
fn the_number_of_lines_tells_the_formats_apart() {
    assert_eq!(header("0 4\n2 2 2\n1 4\n"), (Format::Fashion, vec![2, 2], vec![4]));
    assert_eq!(header("0 4\n2 2 4\n"), (Format::Bristol, vec![2, 2], vec![4]));
    // Three numbers of which the first counts the others are both; the next line tells.
    assert_eq!(header("1 5\n2 2 1\n2 1 0 3 4 XOR\n"), (Format::Bristol, vec![2, 2], vec![1]));
    assert_eq!(header("1 4\n2 2 1\n1 1\n2 1 0 2 3 XOR\n"), (Format::Fashion, vec![2, 1], vec![1]));
    assert_eq!(header("0 0\n0\n0\n"), (Format::Fashion, vec![], vec![]));
    assert_eq!(header("0 3\n1 3\n3 1 0 2\n"), (Format::Fashion, vec![3], vec![1, 0, 2]));
}

#[test]
fn a_value_of_no_bits_is_no_value_in_the_older_format() {
    assert_eq!(header("0 4\n4 0 4\n"), (Format::Bristol, vec![4], vec![4]));
    assert_eq!(header("0 4\n0 4   2\n"), (Format::Bristol, vec![4], vec![2]));
    assert_eq!(header("0 4\n2 4 0\n1 2\n"), (Format::Fashion, vec![4, 0], vec![2]));
    // The file keeps its header all the same.
    assert_eq!(read("0 4\n0 4   2\n").to_string(), "0 4\n0 4 2\n\n");
}

#[test]
fn a_header_without_outputs_is_recognised() {
    for (text, line) in [("1 7\n2 3 3\n\n2 1 0 3 6 AND\n", 4), ("1 2\n1 1\n1 1 0 1 INV\n", 3)] {
        let error = refused(text);
        assert!(
            matches!(&error, BristolError::Header { line: l, found, .. } if *l == line && found == "a gate"),
            "{error}"
        );
    }
    assert!(matches!(refused("1 5\n4 1 1 1 1\n"), BristolError::TruncatedHeader { line: 2, .. }));
}

#[test]
fn a_gate_without_a_name_is_no_header() {
    assert_eq!(refused("1 5\n3 1 1\n2 1 0 3 4\n"), BristolError::NoGateName { line: 3, found: 5 });
    assert_eq!(refused("2 6\n3 1 1\n2 1 0 3 4 XOR\n2 1 0 3 5\n"), BristolError::NoGateName { line: 4, found: 5 });
}

#[test]
fn outputs_can_be_inputs() {
    let netlist = read("1 5\n1 4\n1 3\n\n2 1 0 1 4 AND\n");
    assert_eq!(netlist.circuit().evaluate(&[3, 5, 7, 9]), [7, 9, 1]);
    assert_eq!(Netlist::read(&b"0 4\n2 2 2\n2 1 1\n"[..]).map(|n| n.circuit().evaluate(&[1, 2, 3, 4])), Ok(vec![3, 4]));
}
