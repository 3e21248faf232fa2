//! Gates as files have them.

use std::fmt;

/// A wire by its number in the file, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WireNumber(pub u32);

impl WireNumber {
    /// Position in a table that has one entry per wire.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for WireNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A gate of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    /// Exclusive or.
    Xor {
        /// What it reads.
        operands: [WireNumber; 2],
        /// What it drives.
        output: WireNumber,
    },
    /// Conjunction.
    And {
        /// What it reads.
        operands: [WireNumber; 2],
        /// What it drives.
        output: WireNumber,
    },
    /// Negation.
    Inv {
        /// What it reads.
        operand: WireNumber,
        /// What it drives.
        output: WireNumber,
        /// Its name in the file.
        name: Negation,
    },
    /// A copy of a wire.
    Eqw {
        /// What it reads.
        operand: WireNumber,
        /// What it drives.
        output: WireNumber,
    },
    /// A constant.
    Eq {
        /// The bit.
        constant: bool,
        /// What it drives.
        output: WireNumber,
    },
    /// Several conjunctions that do not read each other.
    Mand(Box<Mand>),
}

/// The two names of a negation; they mean the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Negation {
    /// `INV`.
    Inv,
    /// `NOT`.
    Not,
}

/// Several conjunctions in one gate: `outputs[i]` is `left[i] & right[i]`. The three have the same length, at least 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mand {
    /// The first operands.
    pub left: Vec<WireNumber>,
    /// The second operands.
    pub right: Vec<WireNumber>,
    /// What it drives.
    pub outputs: Vec<WireNumber>,
}

/// The kinds of gates, by their names in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GateKind {
    /// `XOR`.
    Xor,
    /// `AND`.
    And,
    /// `INV`.
    Inv,
    /// `NOT`.
    Not,
    /// `EQW`.
    Eqw,
    /// `EQ`.
    Eq,
    /// `MAND`.
    Mand,
}

impl GateKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [Self::Xor, Self::And, Self::Inv, Self::Not, Self::Eqw, Self::Eq, Self::Mand];

    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xor => "XOR",
            Self::And => "AND",
            Self::Inv => "INV",
            Self::Not => "NOT",
            Self::Eqw => "EQW",
            Self::Eq => "EQ",
            Self::Mand => "MAND",
        }
    }

    /// The kind of this name, in capital or in small letters.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().as_bytes().eq_ignore_ascii_case(name))
    }

    /// How a line with this gate looks.
    pub(super) const fn pattern(self) -> &'static str {
        match self {
            Self::Xor => "2 1 left right output XOR",
            Self::And => "2 1 left right output AND",
            Self::Inv => "1 1 operand output INV",
            Self::Not => "1 1 operand output NOT",
            Self::Eqw => "1 1 operand output EQW",
            Self::Eq => "1 1 constant output EQ",
            Self::Mand => "2k k left… right… output… MAND",
        }
    }
}

impl Gate {
    /// Its kind.
    pub const fn kind(&self) -> GateKind {
        match self {
            Self::Xor { .. } => GateKind::Xor,
            Self::And { .. } => GateKind::And,
            Self::Inv { name: Negation::Inv, .. } => GateKind::Inv,
            Self::Inv { name: Negation::Not, .. } => GateKind::Not,
            Self::Eqw { .. } => GateKind::Eqw,
            Self::Eq { .. } => GateKind::Eq,
            Self::Mand(_) => GateKind::Mand,
        }
    }

    /// How many conjunctions it is.
    pub fn ands(&self) -> usize {
        match self {
            Self::And { .. } => 1,
            Self::Mand(mand) => mand.outputs.len(),
            _ => 0,
        }
    }

    /// The wires that it reads: two lists, one after the other.
    pub(super) fn operands(&self) -> impl Iterator<Item = WireNumber> {
        let (left, right): (&[WireNumber], &[WireNumber]) = match self {
            Self::Xor { operands, .. } | Self::And { operands, .. } => (operands, &[]),
            Self::Inv { operand, .. } | Self::Eqw { operand, .. } => (std::slice::from_ref(operand), &[]),
            Self::Eq { .. } => (&[], &[]),
            Self::Mand(mand) => (&mand.left, &mand.right),
        };
        left.iter().chain(right).copied()
    }

    /// The wires that it drives.
    pub(super) fn outputs(&self) -> &[WireNumber] {
        match self {
            Self::Xor { output, .. }
            | Self::And { output, .. }
            | Self::Inv { output, .. }
            | Self::Eqw { output, .. }
            | Self::Eq { output, .. } => std::slice::from_ref(output),
            Self::Mand(mand) => &mand.outputs,
        }
    }
}

/// The line of a file, without its end.
impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.kind().name();
        match self {
            Self::Xor { operands: [left, right], output } | Self::And { operands: [left, right], output } => {
                write!(f, "2 1 {left} {right} {output} {name}")
            }
            Self::Inv { operand, output, .. } | Self::Eqw { operand, output } => {
                write!(f, "1 1 {operand} {output} {name}")
            }
            Self::Eq { constant, output } => write!(f, "1 1 {} {output} {name}", u8::from(*constant)),
            Self::Mand(mand) => {
                write!(f, "{} {}", 2 * mand.outputs.len(), mand.outputs.len())?;
                self.operands().chain(mand.outputs.iter().copied()).try_for_each(|wire| write!(f, " {wire}"))?;
                write!(f, " {name}")
            }
        }
    }
}
