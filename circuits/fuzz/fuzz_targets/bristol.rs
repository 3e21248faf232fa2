//! Any bytes as a circuit file: an error with a line in it, or a netlist that prints back to itself and whose simplified
//! circuit can be written in both formats or is refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quorate_circuits::bristol::{Format, Netlist, Statistics};

fuzz_target!(|bytes: &[u8]| match Netlist::read(bytes) {
    Ok(netlist) => {
        assert_eq!(Netlist::read(netlist.to_string().as_bytes()).as_ref(), Ok(&netlist));
        let circuit = netlist.circuit();
        assert!(circuit.and_gates() <= Statistics::of(&netlist).and_gates);
        for format in [Format::Fashion, Format::Bristol] {
            if let Ok(exported) = Netlist::of_circuit(&circuit, format) {
                assert_eq!(Netlist::read(exported.to_string().as_bytes()).as_ref(), Ok(&exported));
            }
        }
    }
    Err(error) => assert!(error.to_string().starts_with("line ") && !error.hint().is_empty()),
});
