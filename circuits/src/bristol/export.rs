//! From a circuit to a file.

use super::{Format, Gate, Header, MOST_WIRES, Negation, Netlist, WireNumber};
use crate::boolean::{self, Circuit, Wire};

/// Why a circuit has no file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The older format has two inputs at most and one output.
    #[error(
        "the circuit has {inputs} inputs and {outputs} outputs; the older Bristol format has two inputs at most and one \
         output: write Bristol Fashion"
    )]
    Values {
        /// Input values of some width.
        inputs: usize,
        /// Output values of some width.
        outputs: usize,
    },
    /// The older format can make a constant from a wire alone, and there is none.
    #[error(
        "an output is constant and there is no input, which the older Bristol format cannot say: write Bristol Fashion"
    )]
    ConstantAlone,
    /// More wires than files may have.
    #[error("the circuit needs {found} wires in a file; files have {MOST_WIRES} at most")]
    TooLarge {
        /// The wires.
        found: usize,
    },
}

impl Netlist {
    /// The circuit as a file of a format. Gates keep their order.
    ///
    /// Outputs are the last wires of a file. An output that is an input, a constant or another output gets a gate of its
    /// own: `EQW` or `EQ` in Bristol Fashion, `XOR` with a zero in the older format, which has neither; there, a zero is
    /// the `XOR` of a wire with itself, and a one its `INV`.
    ///
    /// # Errors
    /// A circuit that the format cannot say, or that is too large.
    pub fn of_circuit(circuit: &Circuit, format: Format) -> Result<Self, ExportError> {
        let widths = |widths: &[usize]| -> Vec<u32> {
            widths.iter().filter(|&&width| format == Format::Fashion || width > 0).map(|&width| width as u32).collect()
        };
        // Upper bound: a gate for every output, and the two constants.
        let most = circuit.wires() + circuit.outputs().len() + 2;
        if most > MOST_WIRES as usize {
            return Err(ExportError::TooLarge { found: most });
        }
        let (mut input_widths, mut output_widths) = (widths(circuit.input_widths()), widths(circuit.output_widths()));
        if format == Format::Bristol {
            let (inputs, outputs) = (input_widths.len(), output_widths.len());
            if inputs > 2 || outputs > 1 {
                return Err(ExportError::Values { inputs, outputs });
            }
            input_widths.resize(2, 0);
            output_widths.resize(1, 0);
        }
        let mut export = Export::new(circuit, format);
        for &wire in circuit.outputs() {
            export.output(wire)?;
        }
        let (gates, wires) = export.numbered();
        let header = Header { format, gates: gates.len() as u32, wires: wires as u32, input_widths, output_widths };
        Ok(Self { header, gates })
    }
}

/// Gates on provisional wires: the inputs, then one wire per gate in gate order.
struct Export {
    format: Format,
    inputs: usize,
    gates: Vec<Gate>,
    /// The wire of each output.
    outputs: Vec<WireNumber>,
    /// Whether a wire is one of them, or an input, which cannot be one.
    is_taken: Vec<bool>,
    /// A wire that is zero and no output.
    zero: Option<WireNumber>,
}

impl Export {
    fn new(circuit: &Circuit, format: Format) -> Self {
        let inputs = circuit.input_wires();
        let mut is_taken = vec![true; inputs];
        is_taken.resize(inputs + circuit.gates().len(), false);
        let mut export = Self {
            format,
            inputs,
            gates: Vec::with_capacity(circuit.gates().len()),
            outputs: Vec::new(),
            is_taken,
            zero: None,
        };
        for gate in circuit.gates() {
            let output = export.next();
            export.gates.push(match *gate {
                boolean::Gate::Xor(x, y) => Gate::Xor { operands: [provisional(x), provisional(y)], output },
                boolean::Gate::And(x, y) => Gate::And { operands: [provisional(x), provisional(y)], output },
                boolean::Gate::Not(x) => Gate::Inv { operand: provisional(x), output, name: Negation::Inv },
            });
        }
        export
    }

    /// The wire that the next gate drives.
    fn next(&self) -> WireNumber {
        WireNumber((self.inputs + self.gates.len()) as u32)
    }

    fn push(&mut self, gate: impl FnOnce(WireNumber) -> Gate) -> WireNumber {
        let output = self.next();
        self.gates.push(gate(output));
        self.is_taken.resize(self.inputs + self.gates.len(), false);
        output
    }

    /// Makes `wire` the next output.
    fn output(&mut self, wire: Wire) -> Result<(), ExportError> {
        let own = if wire.is_constant() {
            self.constant(wire == Wire::TRUE)?
        } else {
            let operand = provisional(wire);
            if self.is_taken[operand.index()] { self.copy(operand)? } else { operand }
        };
        self.is_taken[own.index()] = true;
        self.outputs.push(own);
        Ok(())
    }

    /// A new wire with this constant.
    fn constant(&mut self, constant: bool) -> Result<WireNumber, ExportError> {
        match (self.format, constant) {
            (Format::Fashion, constant) => Ok(self.push(|output| Gate::Eq { constant, output })),
            (Format::Bristol, false) => self.new_zero(),
            (Format::Bristol, true) => {
                let operand = self.zero()?;
                Ok(self.push(|output| Gate::Inv { operand, output, name: Negation::Inv }))
            }
        }
    }

    /// A new wire that equals `operand`.
    fn copy(&mut self, operand: WireNumber) -> Result<WireNumber, ExportError> {
        Ok(match self.format {
            Format::Fashion => self.push(|output| Gate::Eqw { operand, output }),
            Format::Bristol => {
                let zero = self.zero()?;
                self.push(|output| Gate::Xor { operands: [operand, zero], output })
            }
        })
    }

    fn zero(&mut self) -> Result<WireNumber, ExportError> {
        let zero = self.zero.map_or_else(|| self.new_zero(), Ok)?;
        self.zero = Some(zero);
        Ok(zero)
    }

    fn new_zero(&mut self) -> Result<WireNumber, ExportError> {
        if self.is_taken.is_empty() {
            return Err(ExportError::ConstantAlone);
        }
        Ok(self.push(|output| Gate::Xor { operands: [WireNumber(0); 2], output }))
    }

    /// The gates with the numbers of the file, in which the outputs come last, and how many wires there are.
    fn numbered(self) -> (Vec<Gate>, usize) {
        let wires = self.is_taken.len();
        let mut numbers: Vec<WireNumber> = (0..wires as u32).map(WireNumber).collect();
        let mut next = self.inputs as u32;
        for (wire, number) in numbers.iter_mut().enumerate().skip(self.inputs) {
            if !self.is_taken[wire] {
                *number = WireNumber(next);
                next += 1;
            }
        }
        for (output, number) in self.outputs.iter().zip(next..) {
            numbers[output.index()] = WireNumber(number);
        }
        let new = |wire: WireNumber| numbers[wire.index()];
        let pair = |[left, right]: [WireNumber; 2]| [new(left), new(right)];
        let renumbered = self.gates.into_iter().map(|gate| match gate {
            Gate::Xor { operands, output } => Gate::Xor { operands: pair(operands), output: new(output) },
            Gate::And { operands, output } => Gate::And { operands: pair(operands), output: new(output) },
            Gate::Inv { operand, output, name } => Gate::Inv { operand: new(operand), output: new(output), name },
            Gate::Eqw { operand, output } => Gate::Eqw { operand: new(operand), output: new(output) },
            Gate::Eq { constant, output } => Gate::Eq { constant, output: new(output) },
            Gate::Mand(_) => unreachable!("no circuit has one"),
        });
        (renumbered.collect(), wires)
    }
}

/// The wire before outputs are put last: a file has no wires for constants.
fn provisional(wire: Wire) -> WireNumber {
    let number =
        wire.index().checked_sub(Wire::TRUE.index() + 1).expect("gates do not read constants: the builder folds them");
    WireNumber(number as u32)
}
