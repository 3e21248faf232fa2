//! Many instances of a circuit under a protocol, on random inputs, with a process for each party, measured.
//!
//! The circuit becomes a program that maps it over columns: a number of at most 128 bits for each input value of an instance
//! (a longer value is several), so that a million instances of a comparison are two columns of a million numbers at each
//! process that needs them. Whether all outputs are right is found by evaluating the circuit on 64 instances at once.

use std::collections::BTreeMap;
use std::path::PathBuf;

use quorate_circuits::bind::Arguments;
use quorate_circuits::boolean::{Bits, Builder, Circuit, Gate, Wire};
use quorate_circuits::bristol::{Format, Netlist};
use quorate_circuits::clear::{Column, Inputs};
use quorate_engine::plan::Asked;

use super::NamedCircuit;
use super::named::unwritable;
use super::secure::Parties;
use crate::exit::{Exit, Failure};
use crate::identity::Hex;
use crate::output::{Measurement, Report};
use crate::processes::{Expected, PrivateFolder, Processes, Seed, Transport, digest, random_inputs};
use crate::program::Loaded;

/// Bits of the widest number of the language.
const WIDEST: usize = 128;

/// Instances that are evaluated at once.
const LANES: usize = 64;

/// The most instances.
const MOST_INSTANCES: u64 = 100_000_000;

/// What is run.
#[derive(Debug)]
pub struct Batch {
    /// How many instances.
    pub instances: u64,
    /// From what the inputs follow.
    pub seed: Seed,
    /// The trust.
    pub asked: Asked,
    /// What carries the links.
    pub transport: Transport,
    /// Whether nothing but errors is said.
    pub quiet: bool,
}

impl Batch {
    /// Runs it.
    ///
    /// # Errors
    /// A circuit without outputs; too many instances or none; a trust that no protocol offers; a party's process that
    /// fails; an output that is another one than in the clear.
    pub fn run(&self, named: &NamedCircuit, parties: &Parties) -> Result<Report, Failure> {
        let refused = |message: String| Failure::new(Exit::BadInput, message);
        if !(1..=MOST_INSTANCES).contains(&self.instances) {
            let message = format!("--instances {}: there are 1 to {MOST_INSTANCES}", self.instances);
            return Err(refused(message));
        }
        if named.circuit.outputs().is_empty() {
            return Err(refused(format!("{}: a circuit without outputs computes nothing", named.name)));
        }
        let folder = PrivateFolder::new("circuit")?;
        let laid = Layout::of(&named.circuit, parties);
        let path = laid.write(&folder, named, parties.count, self.instances)?;
        let name = path.to_string_lossy();
        let (loaded, arguments) = (Loaded::find(&name)?, Arguments::default());
        let bound = loaded.bind(&arguments)?;
        let processes = Processes {
            name: &name,
            loaded: &loaded,
            arguments: &arguments,
            asked: self.asked,
            dealer: None,
            transport: self.transport,
            quiet: self.quiet,
            shown: 0,
        };
        let none = BTreeMap::new();
        let ran = processes.run_random(&bound, self.seed, &none)?;
        let inputs = || random_inputs(&bound, self.seed, &none, |_| true);
        let equal = ran.check(&bound, || Ok(Some(laid.expected(&inputs(), self.instances as usize))))?;
        let measurement = Measurement { transport: self.transport, seed: Some(self.seed), equal };
        Ok(ran.report(&bound, measurement))
    }
}

/// A circuit whose input and output values are numbers of the language.
struct Layout {
    circuit: Circuit,
    /// By input value: whose it is.
    owners: Vec<usize>,
    /// Whether it is the circuit that the user has named, input for input.
    same: bool,
}

impl Layout {
    /// Input values of more than 128 bits become several, those of no bits none. A circuit without any input gets one
    /// bit that no gate reads.
    fn of(circuit: &Circuit, parties: &Parties) -> Self {
        let pieces = |(width, owner): (&usize, &usize)| {
            let owner = *owner;
            widths(*width).map(move |piece| (piece, owner)).collect::<Vec<_>>()
        };
        let mut inputs: Vec<(usize, usize)> =
            circuit.input_widths().iter().zip(&parties.owners).flat_map(pieces).collect();
        if inputs.is_empty() {
            inputs.push((1, 0));
        }
        let (input_widths, owners): (Vec<usize>, Vec<usize>) = inputs.into_iter().unzip();
        let same = input_widths == circuit.input_widths();
        let circuit = if same { circuit.clone() } else { rebuilt(circuit, &input_widths) };
        Self { circuit, owners, same }
    }

    /// Writes the program, and the circuit if it is no gadget.
    fn write(
        &self,
        folder: &PrivateFolder,
        named: &NamedCircuit,
        parties: usize,
        instances: u64,
    ) -> Result<PathBuf, Failure> {
        let origin = match named.gadget.filter(|_| self.same) {
            Some(gadget) => gadget.name,
            None => {
                let netlist = Netlist::of_circuit(&self.circuit, Format::Fashion)
                    .map_err(|error| unwritable(&named.name, &error))?;
                folder.write("circuit.txt", netlist.to_string())?;
                "circuit.txt"
            }
        };
        folder.write("circuit-of-a-file.qp", self.program(origin, parties, instances))
    }

    fn program(&self, origin: &str, parties: usize, instances: u64) -> String {
        let mut text = "program circuit-of-a-file\n".to_owned();
        (1..=parties).for_each(|party| text += &format!("role party_{party}\n"));
        let (mut names, mut bits, mut shares) = (Vec::new(), Vec::new(), Vec::new());
        for (input, (width, owner)) in self.circuit.input_widths().iter().zip(&self.owners).enumerate() {
            let column = format!("party_{}.input_{}", owner + 1, input + 1);
            let greatest = u128::MAX >> (WIDEST - width);
            text += &format!("input {column}[{instances}]: u128 in 0..={greatest}\n");
            names.push(format!("x{}", input + 1));
            bits.push(format!("bits(x{}, {width})", input + 1));
            shares.push(format!("each share({column})"));
        }
        text += &format!("circuit evaluated = \"{origin}\"\n");
        text += &format!("function instance({}) = evaluated({})\n", names.join(", "), bits.join(", "));
        text += &format!("let outputs = map instance({})\n", shares.join(", "));
        let mut from = 0;
        for (output, width) in self.outputs() {
            text += &match self.outputs().count() {
                1 => format!("function number_{output}(bits_of_it) = unsigned(bits_of_it)\n"),
                _ => {
                    format!("function number_{output}(bits_of_all) = unsigned(bits_of_all[{from}..{}])\n", from + width)
                }
            };
            from += width;
        }
        for (output, _) in self.outputs() {
            text += &format!("reveal output_{output} = map number_{output}(each outputs) to all\n");
        }
        text
    }

    /// The numbers that the output bits are revealed as: their place from 1, and their bits.
    fn outputs(&self) -> impl Iterator<Item = (usize, usize)> {
        (1..).zip(widths(self.circuit.outputs().len()))
    }

    /// What every output is.
    fn expected(&self, inputs: &Inputs, instances: usize) -> Expected {
        let columns: Vec<&[u128]> = (self.owners.iter().enumerate())
            .map(|(input, owner)| &*inputs[&format!("party_{}.input_{}", owner + 1, input + 1)])
            .collect();
        let mut outputs: Vec<Vec<u128>> = self.outputs().map(|_| Vec::with_capacity(instances)).collect();
        for first in (0..instances).step_by(LANES) {
            let lanes = first..(first + LANES).min(instances);
            let mut words = Vec::with_capacity(self.circuit.input_wires());
            for (width, column) in self.circuit.input_widths().iter().zip(&columns) {
                words.extend(planes(&column[lanes.clone()], *width));
            }
            let mut bits = &self.circuit.evaluate(&words)[..];
            for ((_, width), column) in self.outputs().zip(&mut outputs) {
                let (own, rest) = bits.split_at(width);
                bits = rest;
                column.extend(
                    (0..lanes.len()).map(|lane| {
                        own.iter().rev().fold(0, |number, word| number << 1 | u128::from(word >> lane & 1))
                    }),
                );
            }
        }
        let digests = self.outputs().zip(outputs);
        digests.map(|((output, _), words)| (format!("output_{output}"), Hex(digest(&Column::Words(words))))).collect()
    }
}

/// Pieces of at most 128 bits.
fn widths(bits: usize) -> impl Iterator<Item = usize> {
    (0..bits).step_by(WIDEST).map(move |from| WIDEST.min(bits - from))
}

/// Bit `i` of every number, as word `i`.
fn planes(numbers: &[u128], width: usize) -> impl Iterator<Item = u64> {
    (0..width).map(|bit| numbers.iter().rev().fold(0, |word, number| word << 1 | (number >> bit & 1) as u64))
}

/// The same gates on input values of other widths.
fn rebuilt(circuit: &Circuit, input_widths: &[usize]) -> Circuit {
    let (mut builder, inputs) = Builder::new(input_widths);
    let mut wires = vec![Wire::FALSE, Wire::TRUE];
    wires.extend(inputs.iter().flat_map(Bits::iter).take(circuit.input_wires()));
    for gate in circuit.gates() {
        let wire = match *gate {
            Gate::Xor(x, y) => builder.xor(wires[x.index()], wires[y.index()]),
            Gate::And(x, y) => builder.and(wires[x.index()], wires[y.index()]),
            Gate::Not(x) => builder.not(wires[x.index()]),
        };
        wires.push(wire);
    }
    let outputs: Bits = circuit.outputs().iter().map(|wire| wires[wire.index()]).collect();
    builder.finish(vec![outputs])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parties(owners: &[usize]) -> Parties {
        Parties { count: 3, owners: owners.to_vec(), options: Vec::new() }
    }

    #[test]
    fn wide_values_become_several_and_empty_ones_none() {
        let (mut builder, inputs) = Builder::new(&[300, 0, 2]);
        let wire = builder.and(inputs[0][299], inputs[2][0]);
        let circuit = builder.finish(vec![[wire, Wire::TRUE].into_iter().collect()]);
        let laid = Layout::of(&circuit, &parties(&[1, 0, 2]));
        assert_eq!(laid.circuit.input_widths(), [128, 128, 44, 2]);
        assert_eq!(laid.owners, [1, 1, 1, 2]);
        let mut words = vec![0; 302];
        (words[299], words[300]) = (0b110, 0b011);
        assert_eq!(laid.circuit.evaluate(&words), circuit.evaluate(&words));
    }

    #[test]
    fn a_circuit_without_inputs_gets_one_that_nobody_reads() {
        let (builder, _) = Builder::new(&[]);
        let circuit = builder.finish(vec![[Wire::TRUE, Wire::FALSE].into_iter().collect()]);
        let laid = Layout::of(&circuit, &parties(&[]));
        assert_eq!(laid.circuit.input_widths(), [1]);
        let inputs = Inputs::from([("party_1.input_1".to_owned(), vec![0, 1, 0])]);
        let ones = digest(&Column::Words(vec![1; 3]));
        assert_eq!(laid.expected(&inputs, 3), Expected::from([("output_1".to_owned(), Hex(ones))]));
    }

    #[test]
    fn lanes_are_instances() {
        let numbers: Vec<u128> = (0..70).collect();
        let words: Vec<u64> = planes(&numbers[64..], 7).collect();
        assert_eq!(words, [0b101010, 0b001100, 0b110000, 0, 0, 0, 0b111111]);
    }
}
