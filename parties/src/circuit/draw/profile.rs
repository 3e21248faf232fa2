//! What is drawn: a circuit collapsed to columns and lanes.

use quorate_circuits::boolean::{Circuit, Gate, Wire};

/// More columns than this are narrower than they are legible.
pub(super) const MOST_COLUMNS: usize = 96;
/// More lanes than this fill the page; the values behind them share the last one.
pub(super) const MOST_LANES: usize = 12;

/// A circuit, collapsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Profile {
    pub(super) columns: Vec<Column>,
    pub(super) inputs: Vec<Lane>,
    pub(super) outputs: Vec<Lane>,
    pub(super) gates: usize,
    pub(super) and_gates: usize,
    pub(super) and_depth: usize,
}

/// Successive layers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Column {
    /// The first layer, from 0.
    pub(super) first: usize,
    /// How many layers there are.
    pub(super) layers: usize,
    /// XOR and INV gates.
    pub(super) local: usize,
    pub(super) ands: usize,
    /// Wires that exist by the end of the column and are read behind it.
    pub(super) carried: usize,
}

/// A value, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lane {
    pub(super) name: String,
    pub(super) bits: usize,
    /// By column: how often gates read bits of an input, how many bits of an output are ready.
    pub(super) cells: Vec<usize>,
}

impl Profile {
    /// Collapses a circuit. Values without a name are called by their numbers.
    pub(super) fn of(circuit: &Circuit, inputs: &[String], outputs: &[String]) -> Self {
        let layers = circuit.layers();
        let per_column = layers.len().div_ceil(MOST_COLUMNS).max(1);
        let count = layers.len().div_ceil(per_column).max(1);
        let mut columns: Vec<Column> = (0..count)
            .map(|column| {
                let first = column * per_column;
                Column { first, layers: per_column.min(layers.len() - first), ..Column::default() }
            })
            .collect();
        let mut input_lanes = lanes("input", circuit.input_widths(), inputs, count);
        let mut output_lanes = lanes("output", circuit.output_widths(), outputs, count);
        let input_lane = lane_of_bit(circuit.input_widths());
        let mut lives = Lives::new(circuit.wires());
        for (layer, gates) in layers.iter().enumerate() {
            let column = layer / per_column;
            columns[column].local += gates.local.len();
            columns[column].ands += gates.ands.len();
            for &gate in gates.local.iter().chain(gates.ands) {
                lives.made[circuit.gate_output(gate as usize).index()] = column as u32;
                for wire in operands(circuit.gates()[gate as usize]) {
                    lives.read[wire.index()] = column as u32;
                    if let Some(lane) = input_of(wire, &input_lane) {
                        input_lanes[lane].cells[column] += 1;
                    }
                }
            }
        }
        for (&wire, lane) in circuit.outputs().iter().zip(lane_of_bit(circuit.output_widths())) {
            output_lanes[lane].cells[lives.made[wire.index()] as usize] += 1;
        }
        lives.count(&mut columns);
        Self {
            columns,
            inputs: input_lanes,
            outputs: output_lanes,
            gates: circuit.gates().len(),
            and_gates: circuit.and_gates(),
            and_depth: circuit.and_depth(),
        }
    }
}

/// The columns in which each wire is made and last read; a wire that nothing reads is read where it is made.
struct Lives {
    made: Vec<u32>,
    read: Vec<u32>,
}

impl Lives {
    fn new(wires: usize) -> Self {
        Self { made: vec![0; wires], read: vec![0; wires] }
    }

    /// Counts the wires that live on behind each column.
    fn count(&self, columns: &mut [Column]) {
        let mut changes = vec![0isize; columns.len() + 1];
        for (&made, &read) in self.made.iter().zip(&self.read) {
            if read > made {
                changes[made as usize] += 1;
                changes[read as usize] -= 1;
            }
        }
        let mut carried = 0;
        for (column, change) in columns.iter_mut().zip(changes) {
            carried += change;
            column.carried = carried as usize;
        }
    }
}

fn operands(gate: Gate) -> impl Iterator<Item = Wire> {
    let (x, y) = match gate {
        Gate::Xor(x, y) | Gate::And(x, y) => (x, Some(y)),
        Gate::Not(x) => (x, None),
    };
    std::iter::once(x).chain(y)
}

/// The lane of the input that a wire is a bit of.
fn input_of(wire: Wire, lane_of_bit: &[usize]) -> Option<usize> {
    let bit = wire.index().checked_sub(Wire::TRUE.index() + 1)?;
    lane_of_bit.get(bit).copied()
}

/// The lane of each bit of values with these widths.
fn lane_of_bit(widths: &[usize]) -> Vec<usize> {
    let lanes = widths.iter().enumerate().map(|(value, &width)| (lane(value, widths.len()), width));
    lanes.flat_map(|(lane, width)| std::iter::repeat_n(lane, width)).collect()
}

/// The lane of a value.
fn lane(value: usize, values: usize) -> usize {
    if values <= MOST_LANES { value } else { value.min(MOST_LANES - 1) }
}

/// Empty lanes for values with these widths.
fn lanes(kind: &str, widths: &[usize], names: &[String], columns: usize) -> Vec<Lane> {
    let name = |value: usize| names.get(value).cloned().unwrap_or_else(|| format!("{kind} {}", value + 1));
    let mut lanes: Vec<Lane> = Vec::new();
    for (value, &width) in widths.iter().enumerate() {
        match lanes.get_mut(lane(value, widths.len())) {
            Some(shared) => {
                shared.bits += width;
                shared.name = format!("{} more {kind}s", widths.len() + 1 - MOST_LANES);
            }
            None => lanes.push(Lane { name: name(value), bits: width, cells: vec![0; columns] }),
        }
    }
    lanes
}

#[cfg(test)]
mod tests {
    use quorate_circuits::boolean::{Builder, Shape, integer};

    use super::*;

    #[test]
    fn nothing_is_lost_by_collapsing() {
        for width in [1, 8, 64] {
            let (mut builder, inputs) = Builder::new(&[width, width]);
            let product = integer::multiply(&mut builder, &inputs[0], &inputs[1], Shape::FewAnds);
            let circuit = builder.finish(vec![product]);
            let profile = Profile::of(&circuit, &["a".to_owned()], &[]);
            let sum = |count: fn(&Column) -> usize| profile.columns.iter().map(count).sum::<usize>();
            assert!(profile.columns.len() <= MOST_COLUMNS);
            assert_eq!(sum(|column| column.layers), circuit.layers().len());
            assert_eq!(sum(|column| column.ands), circuit.and_gates());
            assert_eq!(sum(|column| column.local), circuit.gates().len() - circuit.and_gates());
            assert_eq!(profile.columns.last().map(|column| column.carried), Some(0));
            assert_eq!(profile.outputs[0].cells.iter().sum::<usize>(), circuit.outputs().len());
            assert_eq!([&profile.inputs[0].name, &profile.inputs[1].name], ["a", "input 2"]);
        }
    }

    #[test]
    fn wires_are_carried_until_they_are_read_last() {
        // x & y in layer 0; the result & z in layer 1; and then an XOR with x, in a layer of its own.
        let (mut builder, inputs) = Builder::new(&[1, 1, 1]);
        let [x, y, z] = [inputs[0][0], inputs[1][0], inputs[2][0]];
        let first = builder.and(x, y);
        let second = builder.and(first, z);
        let last = builder.xor(second, x);
        let profile = Profile::of(&builder.finish(vec![last.into()]), &[], &[]);
        let carried: Vec<usize> = profile.columns.iter().map(|column| column.carried).collect();
        // Behind layer 0: x, z and x & y. Behind layer 1: x and the second product.
        assert_eq!(carried, [3, 2, 0]);
        assert_eq!(profile.inputs[0].cells, [1, 0, 1]);
        assert_eq!(profile.outputs[0].cells, [0, 0, 1]);
    }

    #[test]
    fn a_circuit_without_gates_has_one_empty_column() {
        let (builder, inputs) = Builder::new(&[4]);
        let profile = Profile::of(&builder.finish(inputs), &[], &[]);
        assert_eq!(profile.columns.len(), 1);
        assert_eq!(profile.outputs[0].cells, [4]);
    }

    #[test]
    fn values_beyond_the_last_lane_share_it() {
        let (builder, inputs) = Builder::new(&[2; 40]);
        let profile = Profile::of(&builder.finish(inputs), &[], &[]);
        assert_eq!(profile.inputs.len(), MOST_LANES);
        let last = &profile.inputs[MOST_LANES - 1];
        assert_eq!((last.name.as_str(), last.bits), ("29 more inputs", 58));
    }
}
