//! The header: which format it is, and what it announces.

use std::fmt;
use std::io::BufRead;

use super::lines::{Lines, number, shown};
use super::{BristolError, MOST_WIRES};

/// The two formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Bristol Fashion.
    Fashion,
    /// The older format.
    Bristol,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fashion => "Bristol Fashion",
            Self::Bristol => "the older Bristol format",
        })
    }
}

/// What a file announces before its gates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub(super) format: Format,
    pub(super) gates: u32,
    pub(super) wires: u32,
    /// Widths as the file lists them: in the older format always two, of which either can be 0.
    pub(super) input_widths: Vec<u32>,
    pub(super) output_widths: Vec<u32>,
}

const FIRST_LINE: &str = "the numbers of gates and of wires";
const SECOND_LINE: &str = "the number of input values and their widths, or, in the older format, the bits of the first \
                           input, of the second input and of the output";
const THIRD_LINE: &str = "the number of output values and their widths";

impl Header {
    /// The format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Gates announced.
    pub fn gates(&self) -> usize {
        self.gates as usize
    }

    /// Wires announced: the input bits, and what the gates drive.
    pub fn wires(&self) -> usize {
        self.wires as usize
    }

    /// Bits of each input value. In the older format a value of no bits is no value.
    pub fn input_widths(&self) -> Vec<usize> {
        self.values(&self.input_widths)
    }

    /// Bits of each output value, likewise.
    pub fn output_widths(&self) -> Vec<usize> {
        self.values(&self.output_widths)
    }

    fn values(&self, widths: &[u32]) -> Vec<usize> {
        let is_value = |width: &&u32| self.format == Format::Fashion || **width > 0;
        widths.iter().filter(is_value).map(|&width| width as usize).collect()
    }

    /// Input bits of all values together.
    pub fn input_wires(&self) -> usize {
        self.input_widths.iter().map(|&width| width as usize).sum()
    }

    /// Output bits of all values together.
    pub fn output_wires(&self) -> usize {
        self.output_widths.iter().map(|&width| width as usize).sum()
    }

    /// Reads the header and leaves `lines` before the first gate.
    pub(super) fn read<R: BufRead>(lines: &mut Lines<R>) -> Result<Self, BristolError> {
        let first = NumberLine::read(lines, FIRST_LINE)?;
        let [gates, wires] = first.numbers[..] else { return Err(first.is_not(FIRST_LINE)) };
        let second = NumberLine::read(lines, SECOND_LINE)?;
        let goes_on = lines.advance()?;
        if goes_on && lines.is_numbers() {
            let third = NumberLine::of(lines)?;
            // Only Bristol Fashion has a third line of numbers; but a gate can lack its name.
            if second.is_counted() || third.is_counted() || second.numbers.len() != 3 {
                return Self::fashion(gates, wires, &second, &third);
            }
        }
        let missing_outputs = if goes_on {
            lines.keep();
            BristolError::Header { line: lines.number(), found: "a gate".into(), expected: THIRD_LINE }
        } else {
            BristolError::TruncatedHeader { line: lines.number(), expected: THIRD_LINE }
        };
        match second.numbers[..] {
            // The header of Bristol Fashion without its third line can look like this; the number of wires tells.
            [2, left, right] if wires != gates + 2 + left && wires == gates + left + right => Err(missing_outputs),
            [left, right, output] => Self::older(gates, wires, second.line, [left, right], output),
            _ if second.is_counted() => Err(missing_outputs),
            _ => Err(second.is_not(SECOND_LINE)),
        }
    }

    fn fashion(gates: u64, wires: u64, inputs: &NumberLine, outputs: &NumberLine) -> Result<Self, BristolError> {
        let widths = |line: &NumberLine, values| {
            let (&announced, widths) = line.numbers.split_first().unwrap_or((&0, &[]));
            if !line.is_counted() {
                return Err(BristolError::ValueCount {
                    line: line.line,
                    values,
                    announced,
                    found: widths.len() as u64,
                });
            }
            fitting(widths, wires, line.line, values)
        };
        Ok(Self {
            format: Format::Fashion,
            gates: gates as u32,
            wires: wires as u32,
            input_widths: widths(inputs, "input")?,
            output_widths: widths(outputs, "output")?,
        })
    }

    fn older(gates: u64, wires: u64, line: u64, inputs: [u64; 2], output: u64) -> Result<Self, BristolError> {
        Ok(Self {
            format: Format::Bristol,
            gates: gates as u32,
            wires: wires as u32,
            input_widths: fitting(&inputs, wires, line, "input")?,
            output_widths: fitting(&[output], wires, line, "output")?,
        })
    }
}

/// The header as a file has it, with the empty line behind it.
impl fmt::Display for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |widths: &[u32]| widths.iter().map(|width| format!(" {width}")).collect::<String>();
        let (inputs, outputs) = (list(&self.input_widths), list(&self.output_widths));
        writeln!(f, "{} {}", self.gates, self.wires)?;
        match self.format {
            Format::Fashion => {
                let (input_count, output_count) = (self.input_widths.len(), self.output_widths.len());
                writeln!(f, "{input_count}{inputs}\n{output_count}{outputs}\n")
            }
            Format::Bristol => writeln!(f, "{}{outputs}\n", inputs.trim_start()),
        }
    }
}

/// The widths, if the circuit has wires for them.
fn fitting(widths: &[u64], wires: u64, line: u64, values: &'static str) -> Result<Vec<u32>, BristolError> {
    // A line is shorter than 2^20 bytes and its numbers are at most 2^30: the sum is far from 2^64.
    let found = widths.iter().sum();
    if found > wires {
        return Err(BristolError::Width { line, values, found, wires });
    }
    Ok(widths.iter().map(|&width| width as u32).collect())
}

/// A line of numbers, none of which exceeds [`MOST_WIRES`].
struct NumberLine {
    line: u64,
    numbers: Vec<u64>,
}

impl NumberLine {
    /// The next line.
    fn read<R: BufRead>(lines: &mut Lines<R>, expected: &'static str) -> Result<Self, BristolError> {
        if !lines.advance()? {
            return Err(BristolError::TruncatedHeader { line: lines.number(), expected });
        }
        if !lines.is_numbers() {
            let found = format!("{:?}", shown(lines.text()));
            return Err(BristolError::Header { line: lines.number(), found, expected });
        }
        Self::of(lines)
    }

    /// This line.
    fn of<R: BufRead>(lines: &Lines<R>) -> Result<Self, BristolError> {
        let line = lines.number();
        let bounded = |word| match number(word, line)? {
            number if number > u64::from(MOST_WIRES) => Err(BristolError::TooLarge { line, found: shown(word) }),
            number => Ok(number),
        };
        Ok(Self { line, numbers: lines.words().map(bounded).collect::<Result<_, _>>()? })
    }

    /// Whether the first number counts the others.
    fn is_counted(&self) -> bool {
        self.numbers.first().is_some_and(|&count| count == self.numbers.len() as u64 - 1)
    }

    fn is_not(&self, expected: &'static str) -> BristolError {
        let found = match self.numbers.len() {
            1 => "1 number".into(),
            count => format!("{count} numbers"),
        };
        BristolError::Header { line: self.line, found, expected }
    }
}
