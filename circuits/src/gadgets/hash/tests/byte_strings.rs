//! Circuits on byte strings.

use crate::boolean::Circuit;

/// How many instances [`Circuit::evaluate`] runs at once.
pub(in crate::gadgets) const INSTANCES: usize = 64;

/// The input values of one instance, or its output values.
pub(in crate::gadgets) type Values = Vec<Vec<u8>>;

/// What leaves the circuit for each instance, of which there may be any number; all values are of whole bytes.
pub(in crate::gadgets) fn run(circuit: &Circuit, instances: &[Values]) -> Vec<Values> {
    instances.chunks(INSTANCES).flat_map(|instances| run_at_once(circuit, instances)).collect()
}

/// The first output for one instance.
pub(in crate::gadgets) fn run_one(circuit: &Circuit, inputs: &[&[u8]]) -> Vec<u8> {
    let instance = inputs.iter().map(|input| input.to_vec()).collect();
    run(circuit, &[instance]).swap_remove(0).swap_remove(0)
}

fn run_at_once(circuit: &Circuit, instances: &[Values]) -> Vec<Values> {
    let mut words = vec![0; circuit.input_wires()];
    for (number, values) in instances.iter().enumerate() {
        let widths: Vec<usize> = values.iter().map(|value| 8 * value.len()).collect();
        assert_eq!(widths, circuit.input_widths());
        for (word, bit) in words.iter_mut().zip(values.iter().flatten().flat_map(bits)) {
            *word |= bit << number;
        }
    }
    let outputs = circuit.evaluate(&words);
    (0..instances.len())
        .map(|number| {
            let mut wires = outputs.iter().map(|word| (word >> number & 1) as u8);
            let mut byte = || (0..8).zip(&mut wires).fold(0, |byte, (place, bit)| byte | bit << place);
            circuit.output_widths().iter().map(|width| (0..width / 8).map(|_| byte()).collect()).collect()
        })
        .collect()
}

fn bits(byte: &u8) -> impl Iterator<Item = u64> + use<> {
    let byte = *byte;
    (0..8).map(move |place| u64::from(byte >> place & 1))
}
