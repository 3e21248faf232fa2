//! The ways to garble an AND gate.

use quorate_kernels::gates::{ROW_BYTES, three_halves};

/// How AND gates are garbled; both parties of a session do it in one way.
///
/// | garbling | bytes for a gate | hashes, garbler / evaluator | pays |
/// |---|---|---|---|
/// | half gates (Zahur, Rosulek, Evans 2015) | 32 | 4 / 2 | where the processor is what takes time |
/// | three halves (Rosulek, Roy 2021) | 24.625 | 6 / 3 | where the line is |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Garbling {
    /// Two rows of a label's length.
    #[default]
    HalfGates,
    /// Three rows of half a label's length, and five bits.
    ThreeHalves,
}

impl Garbling {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::HalfGates, Self::ThreeHalves];

    /// Its name on the command line, in terms and in receipts.
    pub fn name(self) -> &'static str {
        match self {
            Self::HalfGates => "half-gates",
            Self::ThreeHalves => "three-halves",
        }
    }

    /// Hashes that a gate takes, of garbler and evaluator together.
    pub(crate) fn hashes(self) -> u32 {
        match self {
            Self::HalfGates => 4 + 2,
            Self::ThreeHalves => 6 + 3,
        }
    }

    /// Bytes of the rows of so many gates that stand in a row.
    pub(crate) fn row_bytes(self, gates: usize) -> usize {
        match self {
            Self::HalfGates => ROW_BYTES * gates,
            Self::ThreeHalves => three_halves::row_bytes(gates),
        }
    }
}

impl std::fmt::Display for Garbling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl std::str::FromStr for Garbling {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|garbling| garbling.name() == name);
        found.ok_or_else(|| format!("{name:?} is no garbling; there are half-gates and three-halves"))
    }
}
