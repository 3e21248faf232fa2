//! Who can use a key together.

/// The most holders that a key has.
pub const MAX_HOLDERS: u16 = 256;

/// An access structure: any `threshold` of `holders` parties can use a key, and fewer learn nothing of it.
///
/// The holders have the indices 1 to `holders`: the points at which Shamir's polynomial is evaluated. None is zero,
/// where the secret is, and none is equal to another modulo a group's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccessStructure {
    threshold: u16,
    holders: u16,
}

/// There is no such access structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{threshold} of {holders}: a threshold is the number of signers needed, from 2 to all holders, of whom a key has at most {MAX_HOLDERS}"
)]
pub struct NoAccessStructure {
    /// The number of signers needed.
    pub threshold: usize,
    /// The number of holders.
    pub holders: usize,
}

impl AccessStructure {
    /// `threshold` signers needed, of `holders`.
    ///
    /// # Errors
    /// If `threshold` is below 2 or above `holders`, or there are more than [`MAX_HOLDERS`].
    pub fn new(threshold: usize, holders: usize) -> Result<Self, NoAccessStructure> {
        let none = NoAccessStructure { threshold, holders };
        if threshold < 2 || threshold > holders || holders > usize::from(MAX_HOLDERS) {
            return Err(none);
        }
        let narrow = |number: usize| u16::try_from(number).map_err(|_| none);
        Ok(Self { threshold: narrow(threshold)?, holders: narrow(holders)? })
    }

    /// How many signers are needed.
    pub fn threshold(self) -> usize {
        self.threshold.into()
    }

    /// How many holders there are.
    pub fn holders(self) -> usize {
        self.holders.into()
    }

    /// The holders' indices.
    pub fn indices(self) -> impl Iterator<Item = u16> {
        1..=self.holders
    }

    /// Whether a holder has this index.
    pub fn has(self, index: u16) -> bool {
        (1..=self.holders).contains(&index)
    }
}

impl std::fmt::Display for AccessStructure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.threshold, self.holders)
    }
}

/// Holders who use a key together: at least as many as the threshold says, all different. The order is the session's:
/// party `p` is the holder at position `p`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SignerSet {
    indices: Vec<u16>,
}

/// These cannot use the key together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignerSetError {
    /// Fewer than the threshold.
    #[error("{found} signers, but the key needs {threshold}")]
    TooFew {
        /// How many are needed.
        threshold: usize,
        /// How many there are.
        found: usize,
    },
    /// An index that no holder has.
    #[error("nobody holds share {0} of the key")]
    NoHolder(u16),
    /// The same holder twice.
    #[error("holder {0} is named twice")]
    Repeated(u16),
    /// A share's own holder is not among them.
    #[error("holder {0} is not among the signers")]
    NotAmongThem(u16),
}

impl SignerSet {
    /// The holders with these indices, in the session's order.
    ///
    /// # Errors
    /// If they are too few, not all different or not all holders.
    pub fn new(access: AccessStructure, indices: &[u16]) -> Result<Self, SignerSetError> {
        for (position, &index) in indices.iter().enumerate() {
            if !access.has(index) {
                return Err(SignerSetError::NoHolder(index));
            }
            if indices[..position].contains(&index) {
                return Err(SignerSetError::Repeated(index));
            }
        }
        if indices.len() < access.threshold() {
            return Err(SignerSetError::TooFew { threshold: access.threshold(), found: indices.len() });
        }
        Ok(Self { indices: indices.to_vec() })
    }

    /// Their indices, in the session's order.
    pub fn indices(&self) -> &[u16] {
        &self.indices
    }

    /// The position of a holder.
    ///
    /// # Errors
    /// If it is not among them.
    pub fn position(&self, index: u16) -> Result<usize, SignerSetError> {
        self.indices.iter().position(|&other| other == index).ok_or(SignerSetError::NotAmongThem(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_the_number_of_signers_needed() {
        assert!(AccessStructure::new(2, 3).is_ok() && AccessStructure::new(256, 256).is_ok());
        for (threshold, holders) in [(0, 3), (1, 3), (4, 3), (2, 257), (2, 70_000), (65_537, 65_538), (2, 1)] {
            assert!(AccessStructure::new(threshold, holders).is_err(), "{threshold} of {holders}");
        }
    }

    #[test]
    fn signers_are_different_holders_and_enough() {
        let access = AccessStructure::new(2, 3).unwrap();
        let set = |indices: &[u16]| SignerSet::new(access, indices).map(|set| set.indices);
        assert_eq!(set(&[3, 1]), Ok(vec![3, 1]));
        assert_eq!(set(&[1, 2, 3]), Ok(vec![1, 2, 3]));
        assert_eq!(set(&[2]), Err(SignerSetError::TooFew { threshold: 2, found: 1 }));
        assert_eq!(set(&[2, 2]), Err(SignerSetError::Repeated(2)));
        assert_eq!(set(&[0, 2]), Err(SignerSetError::NoHolder(0)));
        assert_eq!(set(&[1, 4]), Err(SignerSetError::NoHolder(4)));
        assert_eq!(SignerSet::new(access, &[1, 3]).unwrap().position(2), Err(SignerSetError::NotAmongThem(2)));
    }
}
