//! AND gates and AND depth of every row of the catalogue, as the module's documentation states them.

use super::*;

/// AND gates and AND depth, for few ANDs and for few rounds.
type Costs = [(usize, usize); 2];

const COSTS: &[(&str, Costs)] = &[
    ("q16-multiply", [(1637, 47), (1868, 12)]),
    ("q16-divide", [(1150, 1072), (4041, 178)]),
    ("q16-reciprocal", [(1118, 1057), (3939, 178)]),
    ("q16-square-root", [(347, 295), (932, 103)]),
    ("q16-exp", [(779, 111), (1117, 34)]),
    ("q16-log", [(541, 69), (676, 24)]),
    ("q16-log2", [(592, 70), (748, 25)]),
    ("q16-sigmoid", [(609, 54), (1079, 25)]),
    ("q16-tanh", [(687, 54), (1224, 26)]),
    ("q32-multiply", [(5384, 95), (7382, 14)]),
    ("q32-divide", [(4350, 4192), (18119, 405)]),
    ("q32-reciprocal", [(4286, 4161), (17888, 405)]),
    ("q32-square-root", [(1271, 1163), (4286, 243)]),
    ("q32-exp", [(3384, 196), (4434, 47)]),
    ("q32-log", [(2798, 151), (3229, 41)]),
    ("q32-log2", [(2996, 153), (3445, 42)]),
    ("q32-sigmoid", [(4389, 122), (6841, 41)]),
    ("q32-tanh", [(4927, 125), (7930, 42)]),
];

#[test]
fn documented_costs() {
    let costs: Vec<(&str, Costs)> = GADGETS
        .iter()
        .map(|gadget| {
            let circuits = SHAPES.map(gadget.build);
            for circuit in &circuits {
                let widths = |ports: &[crate::gadgets::Port]| ports.iter().map(|port| port.width).collect::<Vec<_>>();
                assert_eq!(circuit.input_widths(), widths(gadget.inputs), "{}", gadget.name);
                assert_eq!(circuit.output_widths(), widths(gadget.outputs), "{}", gadget.name);
            }
            (gadget.name, circuits.map(|circuit| (circuit.and_gates(), circuit.and_depth())))
        })
        .collect();
    assert_eq!(costs, COSTS);
}

#[test]
fn the_documentation_has_these_costs() {
    let documentation = include_str!("../mod.rs");
    for (q16, q32) in COSTS[..COSTS.len() / 2].iter().zip(&COSTS[COSTS.len() / 2..]) {
        let cell = |cost: (usize, usize)| format!("{} / {}", cost.0, cost.1);
        let cells: Vec<String> = q16.1.into_iter().chain(q32.1).map(cell).collect();
        let row = format!(" | {} |", cells.join(" | "));
        assert!(documentation.contains(&row), "the row of {} ends{row}", q16.0);
    }
}
