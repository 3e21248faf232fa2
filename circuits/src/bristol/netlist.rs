//! A whole file.

use std::fmt;
use std::io::{self, BufRead, Write};

use super::{BristolError, Format, Gate, Header, Negation, Reader};
use crate::boolean::{Bits, Builder, Circuit, Wire};

/// The gates of a file, exactly as it has them.
///
/// [`Self::read`] and [`Self::of_circuit`] make one, so a netlist that exists is well formed: gates read inputs and
/// outputs of earlier gates, and every wire has one driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Netlist {
    pub(super) header: Header,
    pub(super) gates: Vec<Gate>,
}

impl Netlist {
    /// Reads a file of either format.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(source: impl BufRead) -> Result<Self, BristolError> {
        let mut reader = Reader::new(source)?;
        let mut gates = Vec::new();
        while let Some(gate) = reader.next_gate()? {
            gates.push(gate);
        }
        Ok(Self { header: reader.header().clone(), gates })
    }

    /// Writes the file. What was read is written as it was, but for white space and small letters.
    ///
    /// # Errors
    /// If `sink` fails. It is written to in small pieces: a file should be buffered.
    pub fn write(&self, mut sink: impl Write) -> io::Result<()> {
        write!(sink, "{}", self.header)?;
        self.gates.iter().try_for_each(|gate| writeln!(sink, "{gate}"))?;
        sink.flush()
    }

    /// The format of the file.
    pub fn format(&self) -> Format {
        self.header.format
    }

    /// What the file announces.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The gates, in the order of the file.
    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    /// The circuit, built anew: without copies, constants, dead gates and whatever else [`Builder`] simplifies, so it
    /// can have fewer AND gates than the file, never more. Its values are those of [`Header::input_widths`] and
    /// [`Header::output_widths`].
    pub fn circuit(&self) -> Circuit {
        let (mut builder, inputs) = Builder::new(&self.header.input_widths());
        // The reader has seen as many wires as this; what is not an input is overwritten before it is read.
        let mut wires: Vec<Wire> = inputs.iter().flat_map(Bits::iter).collect();
        wires.resize(self.header.wires(), Wire::FALSE);
        for gate in &self.gates {
            self.build(&mut builder, &mut wires, gate);
        }
        let mut outputs = wires[self.header.wires() - self.header.output_wires()..].iter().copied();
        let widths = self.header.output_widths();
        builder.finish(widths.into_iter().map(|width| outputs.by_ref().take(width).collect()).collect())
    }

    fn build(&self, builder: &mut Builder, wires: &mut [Wire], gate: &Gate) {
        match gate {
            Gate::Xor { operands: [left, right], output } => {
                wires[output.index()] = builder.xor(wires[left.index()], wires[right.index()]);
            }
            Gate::And { operands: [left, right], output } => {
                wires[output.index()] = builder.and(wires[left.index()], wires[right.index()]);
            }
            Gate::Inv { operand, output, name: Negation::Inv | Negation::Not } => {
                wires[output.index()] = builder.not(wires[operand.index()]);
            }
            Gate::Eqw { operand, output } => wires[output.index()] = wires[operand.index()],
            Gate::Eq { constant, output } => wires[output.index()] = Wire::constant(*constant),
            Gate::Mand(mand) => {
                for ((left, right), output) in mand.left.iter().zip(&mand.right).zip(&mand.outputs) {
                    wires[output.index()] = builder.and(wires[left.index()], wires[right.index()]);
                }
            }
        }
    }
}

/// The file.
impl fmt::Display for Netlist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.header.fmt(f)?;
        self.gates.iter().try_for_each(|gate| writeln!(f, "{gate}"))
    }
}
