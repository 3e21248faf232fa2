//! Products that are only ever added up.
//!
//! Under a sharing whose products come out as addends, which have to be shared anew before they can be multiplied again,
//! a sum of products needs that once, as a dot product does. In a circuit such a sum is a tree of XOR and NOT gates whose
//! inner wires nothing else reads; the AND gates of one layer among its leaves are one sum. If the sum stands in the place of
//! the first of them and zeros in those of the others, all other gates are what they were.

use std::collections::BTreeMap;

use super::{Gate, Layers, Wire};

/// The sums of a circuit, by layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums(Vec<Option<Summed>>);

/// The AND gates of a layer in which some are added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summed {
    /// The AND gates of the layer, sum after sum.
    pub gates: Vec<u32>,
    /// Where each sum ends in `gates`; many have one gate.
    pub ends: Vec<u32>,
}

impl Sums {
    /// Finds the sums of gates, of which the output of the first is wire `first_gate`.
    pub(super) fn find(first_gate: usize, gates: &[Gate], outputs: &[Wire], layers: &Layers) -> Self {
        let roots = roots(first_gate, gates, outputs);
        let summed = |ands: &[u32]| {
            let mut sums = BTreeMap::<u32, Vec<u32>>::new();
            for &gate in ands {
                sums.entry(roots[first_gate + gate as usize]).or_default().push(gate);
            }
            (sums.len() < ands.len()).then(|| {
                let mut summed = Summed::default();
                for gates in sums.into_values() {
                    summed.gates.extend(gates);
                    summed.ends.push(summed.gates.len() as u32);
                }
                summed
            })
        };
        Self(layers.iter().map(|layer| summed(layer.ands)).collect())
    }

    /// The AND gates of a layer, if some of them are added up.
    pub fn of_layer(&self, layer: usize) -> Option<&Summed> {
        self.0.get(layer)?.as_ref()
    }
}

impl Summed {
    /// The gates of each sum.
    pub fn sums(&self) -> impl Iterator<Item = &[u32]> {
        let mut from = 0;
        self.ends.iter().map(move |&end| {
            let sum = &self.gates[from..end as usize];
            from = end as usize;
            sum
        })
    }
}

/// By wire: the wire of the sum that it goes into and nowhere else; itself, if there is none.
fn roots(first_gate: usize, gates: &[Gate], outputs: &[Wire]) -> Vec<u32> {
    let mut readers = vec![0_u32; first_gate + gates.len()];
    for gate in gates {
        let (x, y) = match *gate {
            Gate::Xor(x, y) | Gate::And(x, y) => (x, Some(y)),
            Gate::Not(x) => (x, None),
        };
        [Some(x), y].into_iter().flatten().for_each(|wire| readers[wire.index()] += 1);
    }
    outputs.iter().for_each(|wire| readers[wire.index()] += 1);
    let mut roots: Vec<u32> = (0..readers.len() as u32).collect();
    // Whoever reads a wire comes after it.
    for (gate, output) in gates.iter().zip(first_gate..readers.len()).rev() {
        let (x, y) = match *gate {
            Gate::Xor(x, y) => (x, Some(y)),
            Gate::Not(x) => (x, None),
            Gate::And(..) => continue,
        };
        for wire in [Some(x), y].into_iter().flatten().map(Wire::index) {
            if readers[wire] == 1 {
                roots[wire] = roots[output];
            }
        }
    }
    roots
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::{Bits, Builder, Circuit};
    use super::*;

    fn sums(circuit: &Circuit) -> Vec<usize> {
        (0..circuit.layers().len()).filter_map(|l| circuit.sums().of_layer(l)).map(|summed| summed.ends.len()).collect()
    }

    #[test]
    fn a_dot_product_is_one_sum() {
        let (mut builder, inputs) = Builder::new(&[8, 8]);
        let products: Vec<Wire> = inputs[0].iter().zip(inputs[1].iter()).map(|(x, y)| builder.and(x, y)).collect();
        let sum = products.iter().fold(Wire::TRUE, |sum, product| builder.xor(sum, *product));
        let circuit = builder.finish(vec![vec![sum].into()]);
        assert_eq!(sums(&circuit), [1]);
        let (mut builder, inputs) = Builder::new(&[8, 8]);
        let products: Bits = inputs[0].iter().zip(inputs[1].iter()).map(|(x, y)| builder.and(x, y)).collect();
        let sum = products.iter().fold(Wire::FALSE, |sum, product| builder.xor(sum, product));
        assert_eq!(sums(&builder.finish(vec![products, vec![sum].into()])), [], "each is an output too");
    }

    /// What the gates give if every sum stands in the place of its first gate, and zeros in those of the others.
    fn evaluate_by_sums(circuit: &Circuit, inputs: &[bool]) -> Vec<bool> {
        let first_gate = Wire::CONSTANTS + inputs.len();
        let mut wires = vec![false, true];
        wires.extend(inputs);
        wires.resize(circuit.wires(), false);
        for (number, layer) in circuit.layers().iter().enumerate() {
            for &gate in layer.local {
                wires[first_gate + gate as usize] = match circuit.gates()[gate as usize] {
                    Gate::Xor(x, y) => wires[x.index()] ^ wires[y.index()],
                    Gate::Not(x) => !wires[x.index()],
                    Gate::And(..) => unreachable!("local gates"),
                };
            }
            let product = |gate: u32, wires: &[bool]| match circuit.gates()[gate as usize] {
                Gate::And(x, y) => wires[x.index()] & wires[y.index()],
                _ => unreachable!("AND gates"),
            };
            let alone: Vec<&[u32]> = layer.ands.chunks(1).collect();
            let sums = circuit.sums().of_layer(number).map_or(alone, |summed| summed.sums().collect());
            for sum in sums {
                let total = sum.iter().fold(false, |total, gate| total ^ product(*gate, &wires));
                wires[first_gate + sum[0] as usize] = total;
            }
        }
        circuit.outputs().iter().map(|wire| wires[wire.index()]).collect()
    }

    proptest! {
        #[test]
        fn sums_change_no_result(
            gates in vec((0_u8..8, any::<usize>(), any::<usize>()), 1..80),
            inputs in vec(any::<bool>(), 6), outputs in vec(any::<usize>(), 1..6),
        ) {
            let (mut builder, bits) = Builder::new(&[6]);
            let mut wires: Vec<Wire> = bits[0].iter().collect();
            for (kind, x, y) in gates {
                // Wires that were made a moment ago are read rather than others.
                let recent = |place: usize| wires[wires.len() - 1 - place % wires.len().min(7)];
                let (x, y) = (recent(x), recent(y));
                wires.push(match kind {
                    0..3 => builder.and(x, y),
                    3..7 => builder.xor(x, y),
                    _ => builder.not(x),
                });
            }
            let outputs: Vec<Wire> = outputs.iter().map(|place| wires[wires.len() - 1 - place % wires.len()]).collect();
            let circuit = builder.finish(vec![outputs.into()]);
            let words: Vec<u64> = inputs.iter().map(|bit| u64::from(*bit)).collect();
            let expected: Vec<bool> = circuit.evaluate(&words).iter().map(|word| word & 1 == 1).collect();
            prop_assert_eq!(evaluate_by_sums(&circuit, &inputs), expected);
        }
    }
}
