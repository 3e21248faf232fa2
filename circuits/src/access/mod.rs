//! Who can use a shared secret together: a monotone access structure of threshold gates.
//!
//! A [`Structure`] is a gate over holders and further gates: *k of* its inputs, where a holder counts as often as its
//! weight says. `n of n` is AND, `1 of n` is OR, so that every monotone formula over the holders is one. Holders are
//! numbered from 1. Its text is canonical, so that parties who compare it compare the structure:
//!
//! ```text
//! 2 of (1, 2, 3)                       any two of three
//! 2 of (2 of (1, 2, 3), 1 of (4, 5))   two of three together with one of two others
//! 3 of (1*2, 2, 3)                     holder 1 counts twice
//! ```

mod quorum;
#[cfg(test)]
mod tests;
mod text;

pub use quorum::Shortage;

/// The most holders of a structure.
pub const MOST_HOLDERS: usize = 256;
/// The most shares that all holders have together: the weights of all inputs that are holders.
pub const MOST_ROWS: usize = 256;
/// How deep gates are nested at most.
pub const MOST_DEPTH: usize = 8;
/// How many holders at most are inputs of more than one gate: smallest and largest sets are found by trying them all.
pub const MOST_REPEATED: usize = 12;

/// Who can use a secret together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Structure {
    root: Gate,
    holders: u16,
}

/// A gate: satisfied if inputs of at least the threshold's weight are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gate {
    /// The weight that is needed.
    pub threshold: u16,
    /// What counts.
    pub inputs: Vec<Input>,
}

/// What counts for a gate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// A holder.
    Holder {
        /// Its number, from 1.
        index: u16,
        /// How often it counts.
        weight: u16,
    },
    /// Another gate, which counts once.
    Gate(Gate),
}

/// There is no such structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoStructure {
    /// A threshold that makes no shared secret.
    #[error(
        "{threshold} of {holders}: a threshold is the number of signers needed, from 2 to all holders, of whom a key has at most {MOST_HOLDERS}"
    )]
    Threshold {
        /// The number of signers needed.
        threshold: usize,
        /// The number of holders.
        holders: usize,
    },
    /// A gate whose threshold is zero, or more than all its inputs together.
    #[error("{threshold} of {weight}: expected from 1 to the weight of all inputs together")]
    Gate {
        /// Its threshold.
        threshold: u16,
        /// The weight of all its inputs.
        weight: usize,
    },
    /// Too many shares.
    #[error("the holders have more than {MOST_ROWS} shares together")]
    Rows,
    /// Too deep.
    #[error("gates are nested more than {MOST_DEPTH} deep")]
    Depth,
    /// A holder of weight zero.
    #[error("holder {0} has the weight 0")]
    Weight(u16),
    /// A holder that is twice an input of one gate.
    #[error("holder {0} is twice among the inputs of a gate: give it a weight instead")]
    Twice(u16),
    /// A number that is no holder's.
    #[error("there is no holder {0}: holders are numbered from 1 to {MOST_HOLDERS}")]
    Index(u16),
    /// The highest number is not that of the last holder, or one below it is missing.
    #[error("holder {0} is not an input of any gate: the holders are numbered from 1 without a gap")]
    Missing(u16),
    /// One holder could use the secret alone.
    #[error("holder {0} could use the key alone: expected a structure that needs at least two holders")]
    Alone(u16),
    /// Too many holders count in several gates.
    #[error("{0} holders are inputs of more than one gate: expected at most {MOST_REPEATED}")]
    Repeated(usize),
    /// Another number of holders than there are.
    #[error("a structure of {found} holders where there are {expected}")]
    Holders {
        /// How many there are.
        expected: usize,
        /// How many the structure has.
        found: usize,
    },
    /// The text is none of a structure.
    #[error("at character {}: expected {expected}", at + 1)]
    Text {
        /// Where, in bytes from 0.
        at: usize,
        /// What would go on.
        expected: &'static str,
    },
}

impl Structure {
    /// The structure of a gate.
    ///
    /// # Errors
    /// If it exceeds a bound of this module, a gate can never be satisfied or always is, a number of a holder is missing,
    /// or a single holder satisfies it.
    pub fn new(root: Gate) -> Result<Self, NoStructure> {
        let mut counts = Vec::new();
        count(&root, 1, &mut counts)?;
        if counts.iter().map(|(_, rows)| rows).sum::<usize>() > MOST_ROWS {
            return Err(NoStructure::Rows);
        }
        let unused = counts.iter().position(|(gates, _)| *gates == 0);
        if let Some(missing) = unused {
            return Err(NoStructure::Missing(missing as u16 + 1));
        }
        let repeated = counts.iter().filter(|(gates, _)| *gates > 1).count();
        if repeated > MOST_REPEATED {
            return Err(NoStructure::Repeated(repeated));
        }
        let structure = Self { root, holders: counts.len() as u16 };
        match structure.indices().find(|index| structure.is_satisfied_by(&[*index])) {
            Some(alone) => Err(NoStructure::Alone(alone)),
            None => Ok(structure),
        }
    }

    /// Any `threshold` of `holders`.
    ///
    /// # Errors
    /// If the threshold is below 2 or above `holders`, or there are more than [`MOST_HOLDERS`].
    pub fn threshold(threshold: usize, holders: usize) -> Result<Self, NoStructure> {
        if threshold < 2 || threshold > holders || holders > MOST_HOLDERS {
            return Err(NoStructure::Threshold { threshold, holders });
        }
        let inputs = (1..=holders as u16).map(|index| Input::Holder { index, weight: 1 }).collect();
        Ok(Self { root: Gate { threshold: threshold as u16, inputs }, holders: holders as u16 })
    }

    /// The outermost gate.
    pub fn root(&self) -> &Gate {
        &self.root
    }

    /// How many holders there are.
    pub fn holders(&self) -> usize {
        self.holders.into()
    }

    /// The holders' numbers.
    pub fn indices(&self) -> std::ops::RangeInclusive<u16> {
        1..=self.holders
    }

    /// The threshold, if any so many of the holders can use the secret, and each counts once.
    pub fn plain_threshold(&self) -> Option<usize> {
        let plain = |(input, number): (&Input, u16)| *input == Input::Holder { index: number, weight: 1 };
        let is_plain = self.root.inputs.len() == self.holders() && self.root.inputs.iter().zip(1..).all(plain);
        is_plain.then_some(self.root.threshold.into())
    }
}

impl Gate {
    /// The weight of all inputs together.
    pub fn weight(&self) -> usize {
        self.inputs.iter().map(|input| usize::from(input.weight())).sum()
    }
}

impl Input {
    /// How often it counts.
    pub fn weight(&self) -> u16 {
        match self {
            Self::Holder { weight, .. } => *weight,
            Self::Gate(_) => 1,
        }
    }
}

/// By holder, in how many gates it is an input, and with what weight in all of them.
fn count(gate: &Gate, depth: usize, counts: &mut Vec<(usize, usize)>) -> Result<(), NoStructure> {
    if depth > MOST_DEPTH {
        return Err(NoStructure::Depth);
    }
    let (threshold, weight) = (gate.threshold, gate.weight());
    if threshold == 0 || usize::from(threshold) > weight {
        return Err(NoStructure::Gate { threshold, weight });
    }
    for (position, input) in gate.inputs.iter().enumerate() {
        match input {
            Input::Gate(inner) => count(inner, depth + 1, counts)?,
            Input::Holder { index, weight: 0 } => return Err(NoStructure::Weight(*index)),
            Input::Holder { index, weight } => {
                let number = usize::from(*index);
                if number == 0 || number > MOST_HOLDERS {
                    return Err(NoStructure::Index(*index));
                }
                let same = |other: &Input| matches!(other, Input::Holder { index: other, .. } if other == index);
                if gate.inputs[..position].iter().any(same) {
                    return Err(NoStructure::Twice(*index));
                }
                if counts.len() < number {
                    counts.resize(number, (0, 0));
                }
                counts[number - 1].0 += 1;
                counts[number - 1].1 += usize::from(*weight);
            }
        }
    }
    Ok(())
}
