//! What can be wrong with a circuit file.

use super::{Format, GateKind, LONGEST_LINE, MOST_UNREAD_INPUTS, MOST_WIRES, WireNumber};

/// Why a file is no circuit: the line, what was found there and what was expected. [`Self::hint`] says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BristolError {
    /// The source of the bytes failed.
    #[error("line {line}: this cannot be read ({reason})")]
    Unreadable {
        /// Where, from 1.
        line: u64,
        /// What the source said.
        reason: String,
    },
    /// A line longer than any gate.
    #[error("line {line}: the line has more than {LONGEST_LINE} bytes, which no gate needs")]
    LineTooLong {
        /// Where.
        line: u64,
    },
    /// The file ends within the header.
    #[error("line {line}: the file ends here, expected {expected}")]
    TruncatedHeader {
        /// The last line.
        line: u64,
        /// The line that is missing.
        expected: &'static str,
    },
    /// A line of the header that is none.
    #[error("line {line}: found {found}, expected {expected}")]
    Header {
        /// Where.
        line: u64,
        /// What the line has.
        found: String,
        /// What it should have.
        expected: &'static str,
    },
    /// A list of widths that is longer or shorter than its count says.
    #[error("line {line}: {announced} {values} values are announced, and {found} widths follow")]
    ValueCount {
        /// Where.
        line: u64,
        /// `input` or `output`.
        values: &'static str,
        /// The count.
        announced: u64,
        /// The widths behind it.
        found: u64,
    },
    /// Values with more bits than there are wires.
    #[error("line {line}: the {values} values have {found} bits, and the circuit has {wires} wires")]
    Width {
        /// Where.
        line: u64,
        /// `input` or `output`.
        values: &'static str,
        /// Their bits together.
        found: u64,
        /// The wires announced.
        wires: u64,
    },
    /// More input bits that nothing reads than any circuit has.
    #[error(
        "line {line}: {announced} input bits are announced, and gates read {read} of them; \
         at most {MOST_UNREAD_INPUTS} may stay unread"
    )]
    UnreadInputs {
        /// The last line.
        line: u64,
        /// The input bits announced.
        announced: u64,
        /// How many of them gates read.
        read: u64,
    },
    /// A word where a number belongs.
    #[error("line {line}: found {found:?}, expected a number of digits")]
    NotANumber {
        /// Where.
        line: u64,
        /// The word.
        found: String,
    },
    /// A number beyond what is supported.
    #[error("line {line}: {found} is too large; circuits have at most {MOST_WIRES} gates and wires")]
    TooLarge {
        /// Where.
        line: u64,
        /// The number.
        found: String,
    },
    /// The file ends before the last gate.
    #[error("line {line}: the file ends after {found} gates, and the header announces {announced}")]
    TooFewGates {
        /// The last line.
        line: u64,
        /// Gates that are there.
        found: u64,
        /// Gates announced.
        announced: u64,
    },
    /// A gate behind the last one.
    #[error("line {line}: found a gate after all {announced} gates that the header announces")]
    TooManyGates {
        /// Where.
        line: u64,
        /// Gates announced.
        announced: u64,
    },
    /// Something behind the last gate, or behind a gate's name.
    #[error("line {line}: found {found:?} where {expected} was expected")]
    TrailingText {
        /// Where.
        line: u64,
        /// The first word.
        found: String,
        /// `the end of the line` or `the end of the file`.
        expected: &'static str,
    },
    /// A gate without a name.
    #[error("line {line}: found {found} numbers and no name of a gate; expected a line such as {:?}", GateKind::Xor.pattern())]
    NoGateName {
        /// Where.
        line: u64,
        /// How many numbers the line has.
        found: usize,
    },
    /// A name that no gate has.
    #[error("line {line}: found the gate {found:?}, expected XOR, AND, INV, NOT, EQW, EQ or MAND")]
    UnknownGate {
        /// Where.
        line: u64,
        /// The name.
        found: String,
    },
    /// A gate that the format does not have.
    #[error("line {line}: found the gate {}, which {format} does not have", gate.name())]
    ForeignGate {
        /// Where.
        line: u64,
        /// The gate.
        gate: GateKind,
        /// The format of the file.
        format: Format,
    },
    /// A gate with the wrong number of wires.
    #[error("line {line}: found the numbers {found:?} before {}, expected {:?}", gate.name(), gate.pattern())]
    Arity {
        /// Where.
        line: u64,
        /// The gate.
        gate: GateKind,
        /// The numbers, or the first of them.
        found: String,
    },
    /// A constant that is no bit.
    #[error("line {line}: found the constant {found}, expected 0 or 1")]
    NotABit {
        /// Where.
        line: u64,
        /// The number.
        found: u64,
    },
    /// A wire that the circuit does not have.
    #[error("line {line}: found the wire {wire}; {wires} wires are announced, the first of which is 0")]
    WireOutOfRange {
        /// Where.
        line: u64,
        /// The wire.
        wire: u64,
        /// The wires announced.
        wires: u64,
    },
    /// A wire that is read before a gate drives it.
    #[error("line {line}: the wire {wire} is read, and no gate above drives it")]
    UndefinedWire {
        /// Where.
        line: u64,
        /// The wire.
        wire: WireNumber,
    },
    /// A gate that drives an input.
    #[error("line {line}: the wire {wire} is driven, and it is an input; inputs are the first {inputs} wires")]
    DrivenInput {
        /// Where.
        line: u64,
        /// The wire.
        wire: WireNumber,
        /// Input bits.
        inputs: u64,
    },
    /// A wire that two gates drive.
    #[error("line {line}: the wire {wire} is driven, and a gate above drives it already")]
    DrivenTwice {
        /// Where.
        line: u64,
        /// The wire.
        wire: WireNumber,
    },
    /// An output that nothing drives.
    #[error("line {line}: no gate drives the wire {wire}, which is an output; outputs are the last {outputs} wires")]
    UndrivenOutput {
        /// The last line.
        line: u64,
        /// The first such wire.
        wire: WireNumber,
        /// Output bits.
        outputs: u64,
    },
    /// Wires that nothing drives.
    #[error(
        "line {line}: inputs and gates drive {found} wires, and the header announces {announced}; \
         the first that nothing drives is {wire}"
    )]
    WireCount {
        /// The last line.
        line: u64,
        /// Wires that are driven.
        found: u64,
        /// Wires announced.
        announced: u64,
        /// The first that is not driven.
        wire: WireNumber,
    },
}

impl BristolError {
    /// The line, from 1. What only shows at the end of the file has the last line.
    pub const fn line(&self) -> u64 {
        match self {
            Self::Unreadable { line, .. }
            | Self::LineTooLong { line }
            | Self::TruncatedHeader { line, .. }
            | Self::Header { line, .. }
            | Self::ValueCount { line, .. }
            | Self::Width { line, .. }
            | Self::UnreadInputs { line, .. }
            | Self::NotANumber { line, .. }
            | Self::TooLarge { line, .. }
            | Self::TooFewGates { line, .. }
            | Self::TooManyGates { line, .. }
            | Self::TrailingText { line, .. }
            | Self::NoGateName { line, .. }
            | Self::UnknownGate { line, .. }
            | Self::ForeignGate { line, .. }
            | Self::Arity { line, .. }
            | Self::NotABit { line, .. }
            | Self::WireOutOfRange { line, .. }
            | Self::UndefinedWire { line, .. }
            | Self::DrivenInput { line, .. }
            | Self::DrivenTwice { line, .. }
            | Self::UndrivenOutput { line, .. }
            | Self::WireCount { line, .. } => *line,
        }
    }

    /// What to do.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "check the disk or whatever else the file comes from",
            Self::LineTooLong { .. } => "is this a circuit file? Each gate has a line of its own",
            Self::TruncatedHeader { .. } => "the file is cut off, or is no circuit: fetch it again",
            Self::Header { .. } => {
                "Bristol Fashion begins with three lines: `gates wires`, `count width…` of the inputs, `count width…` of \
                 the outputs; the older format with two: `gates wires`, `first second output`"
            }
            Self::ValueCount { .. } => "write the number of values, then the bits of each, in one line",
            Self::Width { .. } => "correct the widths, or the number of wires in line 1",
            Self::UnreadInputs { .. } => "correct the widths of the inputs in line 2",
            Self::NotANumber { .. } => "numbers are decimal and have neither sign nor point; there are no comments",
            Self::TooLarge { .. } => "is the number a typing error? Split the circuit if it is not",
            Self::TooFewGates { .. } => "the file is cut off: fetch it again; or correct the number of gates in line 1",
            Self::TooManyGates { .. } => "correct the number of gates in line 1, or remove what follows",
            Self::TrailingText { .. } => "remove it: the format has no comments",
            Self::NoGateName { .. } => "write the gate's name behind its wires",
            Self::UnknownGate { .. } => "express the gate by these; an OR is the INV of the AND of two INVs",
            Self::ForeignGate { .. } => {
                "give the file the header of Bristol Fashion, or express the gate by XOR and INV"
            }
            Self::Arity { .. } => "the first two numbers count the wires that the gate reads and drives",
            Self::NotABit { .. } => "EQ sets a wire to a constant; EQW copies a wire",
            Self::WireOutOfRange { .. } => "correct the wire, or the number of wires in line 1",
            Self::UndefinedWire { .. } => {
                "put every gate behind those whose outputs it reads; if there is no such order, the circuit has a cycle"
            }
            Self::DrivenInput { .. } | Self::DrivenTwice { .. } => "give the gate a wire of its own",
            Self::UndrivenOutput { .. } => {
                "let the gates that make the outputs drive the last wires, with EQW if need be"
            }
            Self::WireCount { .. } => "correct the number of wires in line 1, or number the wires without gaps",
        }
    }
}
