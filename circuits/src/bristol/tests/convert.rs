//! Circuits as files, where outputs are not simply gates.

use super::super::{ExportError, Format, Gate, GateKind, Netlist, Statistics};
use crate::boolean::{Bits, Builder, Circuit, Shape, Wire, integer};

/// A constant of each kind, an input twice, a gate twice.
fn awkward() -> Circuit {
    let (mut builder, inputs) = Builder::new(&[2]);
    let [x, y] = [inputs[0][0], inputs[0][1]];
    let both = builder.and(x, y);
    builder.finish(vec![Bits::from(vec![both, Wire::FALSE, x, Wire::TRUE, both, x, Wire::FALSE, Wire::TRUE])])
}

fn kinds(netlist: &Netlist) -> Vec<(GateKind, usize)> {
    Statistics::of(netlist).kinds().collect()
}

#[test]
fn outputs_are_the_last_wires_in_bristol_fashion() {
    let netlist = Netlist::of_circuit(&awkward(), Format::Fashion).expect("Bristol Fashion has all of it");
    assert_eq!(kinds(&netlist), [(GateKind::And, 1), (GateKind::Eqw, 3), (GateKind::Eq, 4)]);
    assert_eq!(
        netlist.to_string(),
        "8 10\n1 2\n1 8\n\n2 1 0 1 2 AND\n1 1 0 3 EQ\n1 1 0 4 EQW\n1 1 1 5 EQ\n1 1 2 6 EQW\n1 1 0 7 EQW\n1 1 0 8 EQ\n1 1 1 9 EQ\n"
    );
    assert_eq!(netlist.circuit(), awkward());
}

#[test]
fn the_older_format_makes_constants_and_copies_by_xor() {
    let netlist = Netlist::of_circuit(&awkward(), Format::Bristol).expect("one input, one output");
    // A zero for each constant 0 and one that is read; three copies; two negated zeros.
    assert_eq!(kinds(&netlist), [(GateKind::Xor, 6), (GateKind::And, 1), (GateKind::Inv, 2)]);
    assert!(netlist.to_string().starts_with("9 11\n2 0 8\n\n"));
    assert_eq!(Netlist::read(netlist.to_string().as_bytes()), Ok(netlist.clone()));
    assert_eq!(netlist.circuit(), awkward());
}

#[test]
fn gates_that_are_outputs_need_no_copies() {
    for shape in [Shape::FewAnds, Shape::FewRounds] {
        let (mut builder, inputs) = Builder::new(&[16, 16]);
        let product = integer::multiply(&mut builder, &inputs[0], &inputs[1], shape);
        let circuit = builder.finish(vec![product]);
        for format in [Format::Fashion, Format::Bristol] {
            let netlist = Netlist::of_circuit(&circuit, format).expect("two inputs, one output");
            assert_eq!(netlist.gates().len(), circuit.gates().len());
            assert_eq!(netlist.header().wires(), 32 + circuit.gates().len());
            assert_eq!(netlist.circuit(), circuit);
            let statistics = Statistics::of(&netlist);
            assert_eq!((statistics.and_gates, statistics.and_depth), (circuit.and_gates(), circuit.and_depth()));
        }
    }
}

#[test]
fn the_older_format_says_what_it_cannot() {
    let circuit = |widths: &[usize], outputs: fn(&[Bits]) -> Vec<Bits>| {
        let (builder, inputs) = Builder::new(widths);
        builder.finish(outputs(&inputs))
    };
    let older = |circuit: &Circuit| Netlist::of_circuit(circuit, Format::Bristol);
    let three = circuit(&[1, 1, 1], |inputs| vec![inputs[0].clone()]);
    assert_eq!(older(&three), Err(ExportError::Values { inputs: 3, outputs: 1 }));
    let two = circuit(&[1, 0, 1], |inputs| vec![inputs[0].clone(), inputs[2].clone()]);
    assert_eq!(older(&two), Err(ExportError::Values { inputs: 2, outputs: 2 }));
    assert_eq!(older(&circuit(&[], |_| vec![Wire::TRUE.into()])), Err(ExportError::ConstantAlone));
    // Values of no bits count for nothing.
    let one = older(&circuit(&[0, 3, 0], |inputs| vec![Bits::constant(0, 0), inputs[1].clone()])).expect("one of each");
    assert_eq!(one.to_string().lines().nth(1), Some("3 0 3"));
    for circuit in [three, two] {
        let fashion = Netlist::of_circuit(&circuit, Format::Fashion).expect("Bristol Fashion has any number of values");
        assert_eq!(fashion.circuit(), circuit);
    }
}

#[test]
fn a_gate_of_several_conjunctions_is_as_many() {
    let netlist = super::read("1 6\n2 2 2\n1 2\n\n4 2 0 1 2 3 4 5 MAND\n");
    assert!(matches!(netlist.gates(), [Gate::Mand(_)]));
    let statistics = Statistics::of(&netlist);
    assert_eq!((statistics.count(GateKind::Mand), statistics.and_gates, statistics.and_depth), (1, 2, 1));
    assert_eq!(netlist.circuit().evaluate(&[0b0011, 0b1111, 0b0101, 0b0110]), [0b0001, 0b0110]);
}
