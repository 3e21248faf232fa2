//! Reads and checks a file gate by gate.

use std::io::BufRead;

use super::lines::{Lines, number, shown};
use super::wire_set::WireSet;
use super::{BristolError, Format, Gate, GateKind, Header, MOST_WIRES, Mand, Negation, WireNumber};

/// Input bits that no gate has to read. Beyond them, a value's width needs gates that read it: what announces more is
/// a lie or a typing error, and would cost whoever believes it memory.
pub const MOST_UNREAD_INPUTS: u64 = 1 << 20;

/// A file that is being read. It holds which wires are driven, in memory in proportion to the gates read.
pub struct Reader<R> {
    lines: Lines<R>,
    header: Header,
    gates: u64,
    inputs: u32,
    driven: WireSet,
    read_inputs: WireSet,
    /// The numbers of the current line.
    numbers: Vec<u64>,
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// If there is none, or the source cannot be read.
    pub fn new(source: R) -> Result<Self, BristolError> {
        let mut lines = Lines::new(source);
        let header = Header::read(&mut lines)?;
        let inputs = header.input_wires() as u32;
        let (driven, read_inputs) = (WireSet::default(), WireSet::default());
        Ok(Self { lines, header, gates: 0, inputs, driven, read_inputs, numbers: Vec::new() })
    }

    /// What the file announces.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The next gate; none behind the last, when the whole file has been checked.
    ///
    /// # Errors
    /// Whatever is wrong with the gate, or at the end with the file.
    pub fn next_gate(&mut self) -> Result<Option<Gate>, BristolError> {
        if !self.lines.advance()? {
            return self.end().map(|()| None);
        }
        let line = self.lines.number();
        let announced = u64::from(self.header.gates);
        let kind = self.read_line(line, self.gates == announced)?;
        if self.gates == announced {
            return Err(BristolError::TooManyGates { line, announced });
        }
        if self.header.format == Format::Bristol && matches!(kind, GateKind::Eq | GateKind::Eqw | GateKind::Mand) {
            return Err(BristolError::ForeignGate { line, gate: kind, format: Format::Bristol });
        }
        let gate = self.gate(line, kind)?;
        self.connect(line, &gate)?;
        self.gates += 1;
        Ok(Some(gate))
    }

    /// Splits the line into numbers and the name of a gate. Behind the last gate, what is no gate is garbage.
    fn read_line(&mut self, line: u64, is_behind: bool) -> Result<GateKind, BristolError> {
        self.numbers.clear();
        let mut name = None;
        for word in self.lines.words() {
            if name.is_some() {
                return Err(BristolError::TrailingText { line, found: shown(word), expected: "the end of the line" });
            }
            if word[0].is_ascii_alphabetic() {
                name = Some(word);
                continue;
            }
            match number(word, line) {
                Ok(number) => self.numbers.push(number),
                Err(_) if is_behind => return Err(garbage(line, self.lines.text())),
                Err(error) => return Err(error),
            }
        }
        match name.map(|name| GateKind::named(name).ok_or(name)) {
            Some(Ok(kind)) => Ok(kind),
            _ if is_behind => Err(garbage(line, self.lines.text())),
            Some(Err(name)) => Err(BristolError::UnknownGate { line, found: shown(name) }),
            None => Err(BristolError::NoGateName { line, found: self.numbers.len() }),
        }
    }

    /// The gate of this kind with the numbers of the line.
    fn gate(&self, line: u64, kind: GateKind) -> Result<Gate, BristolError> {
        let wrong = || BristolError::Arity { line, gate: kind, found: listed(&self.numbers) };
        let wire = |number: u64| self.wire(line, number);
        Ok(match (kind, &self.numbers[..]) {
            (GateKind::Xor, &[2, 1, left, right, output]) => {
                Gate::Xor { operands: [wire(left)?, wire(right)?], output: wire(output)? }
            }
            (GateKind::And, &[2, 1, left, right, output]) => {
                Gate::And { operands: [wire(left)?, wire(right)?], output: wire(output)? }
            }
            (GateKind::Inv, &[1, 1, operand, output]) => {
                Gate::Inv { operand: wire(operand)?, output: wire(output)?, name: Negation::Inv }
            }
            (GateKind::Not, &[1, 1, operand, output]) => {
                Gate::Inv { operand: wire(operand)?, output: wire(output)?, name: Negation::Not }
            }
            (GateKind::Eqw, &[1, 1, operand, output]) => Gate::Eqw { operand: wire(operand)?, output: wire(output)? },
            (GateKind::Eq, &[1, 1, constant @ (0 | 1), output]) => {
                Gate::Eq { constant: constant == 1, output: wire(output)? }
            }
            (GateKind::Eq, &[1, 1, found, _]) => return Err(BristolError::NotABit { line, found }),
            (GateKind::Mand, &[operands, outputs, ref wires @ ..]) => {
                let count = wires.len() / 3;
                let counts = [2 * count as u64, count as u64, 3 * count as u64];
                if count == 0 || counts != [operands, outputs, wires.len() as u64] {
                    return Err(wrong());
                }
                let list = |third: usize| -> Result<Vec<WireNumber>, BristolError> {
                    wires[third * count..(third + 1) * count].iter().map(|&number| wire(number)).collect()
                };
                let mand = Mand { left: list(0)?, right: list(1)?, outputs: list(2)? };
                Gate::Mand(Box::new(mand))
            }
            _ => return Err(wrong()),
        })
    }

    fn wire(&self, line: u64, number: u64) -> Result<WireNumber, BristolError> {
        let wires = u64::from(self.header.wires);
        if number >= wires {
            return Err(BristolError::WireOutOfRange { line, wire: number, wires });
        }
        // The header announces at most 2^30 wires.
        debug_assert!(wires <= u64::from(MOST_WIRES));
        Ok(WireNumber(number as u32))
    }

    /// Checks that the gate reads driven wires and drives undriven ones.
    fn connect(&mut self, line: u64, gate: &Gate) -> Result<(), BristolError> {
        for wire in gate.operands() {
            if wire.0 < self.inputs {
                self.read_inputs.insert(wire);
            } else if !self.driven.contains(wire) {
                return Err(BristolError::UndefinedWire { line, wire });
            }
        }
        for &wire in gate.outputs() {
            if wire.0 < self.inputs {
                return Err(BristolError::DrivenInput { line, wire, inputs: u64::from(self.inputs) });
            }
            if !self.driven.insert(wire) {
                return Err(BristolError::DrivenTwice { line, wire });
            }
        }
        Ok(())
    }

    /// Checks what only the end of the file shows. As no wire is driven twice, counting them is enough.
    fn end(&self) -> Result<(), BristolError> {
        let line = self.lines.number();
        let (announced, inputs) = (u64::from(self.header.gates), u64::from(self.inputs));
        if self.gates < announced {
            return Err(BristolError::TooFewGates { line, found: self.gates, announced });
        }
        let (found, wires) = (inputs + self.driven.len(), u64::from(self.header.wires));
        if found < wires {
            let outputs = self.header.output_wires() as u64;
            let first_output = self.header.wires - outputs as u32;
            let wire = self.driven.first_absent(first_output.max(self.inputs));
            if u64::from(wire.0) < wires {
                return Err(BristolError::UndrivenOutput { line, wire, outputs });
            }
            let wire = self.driven.first_absent(self.inputs);
            return Err(BristolError::WireCount { line, found, announced: wires, wire });
        }
        let read = self.read_inputs.len();
        if inputs - read > MOST_UNREAD_INPUTS {
            return Err(BristolError::UnreadInputs { line, announced: inputs, read });
        }
        Ok(())
    }
}

fn garbage(line: u64, text: &[u8]) -> BristolError {
    BristolError::TrailingText { line, found: shown(text), expected: "the end of the file" }
}

/// The first numbers of a line.
fn listed(numbers: &[u64]) -> String {
    const LONGEST: usize = 8;
    let list: Vec<String> = numbers.iter().take(LONGEST).map(u64::to_string).collect();
    let rest = if numbers.len() > LONGEST { " …" } else { "" };
    list.join(" ") + rest
}
