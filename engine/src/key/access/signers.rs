//! Holders who use a key together, and what they multiply their rows with.

use ff::PrimeField;
use quorate_circuits::access::{Gate, Input};
use quorate_circuits::curve::public_inverse;

use super::AccessStructure;

/// Holders who use a key together: a set that the access structure allows, all different, and none of whom counts for
/// nothing beside the others. The order is the session's: party `p` is the holder at position `p`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SignerSet {
    access: AccessStructure,
    indices: Vec<u16>,
}

/// These cannot use the key together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignerSetError {
    /// Fewer than the threshold.
    #[error("{found} signers, but the key needs {threshold}")]
    TooFew {
        /// How many are needed.
        threshold: usize,
        /// How many there are.
        found: usize,
    },
    /// The structure is more than a threshold, and these do not satisfy it.
    #[error("the holders {found:?} cannot use a key of {access} together")]
    NotEnough {
        /// Who could.
        access: AccessStructure,
        /// Who is there.
        found: Vec<u16>,
    },
    /// A holder whose share is of no use beside the others'.
    #[error("holder {0} counts for nothing beside the other signers: leave it out")]
    Idle(u16),
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
    /// If they cannot use the key together, are not all different or not all holders, or one counts for nothing.
    pub fn new(access: &AccessStructure, indices: &[u16]) -> Result<Self, SignerSetError> {
        for (position, &index) in indices.iter().enumerate() {
            if !access.has(index) {
                return Err(SignerSetError::NoHolder(index));
            }
            if indices[..position].contains(&index) {
                return Err(SignerSetError::Repeated(index));
            }
        }
        let structure = access.structure();
        if !structure.is_satisfied_by(indices) {
            let found = indices.len();
            return Err(match access.plain_threshold() {
                Some(threshold) => SignerSetError::TooFew { threshold, found },
                None => SignerSetError::NotEnough { access: access.clone(), found: indices.to_vec() },
            });
        }
        match structure.idle(indices).first() {
            Some(idle) => Err(SignerSetError::Idle(*idle)),
            None => Ok(Self { access: access.clone(), indices: indices.to_vec() }),
        }
    }

    /// Whose key they use.
    pub fn access(&self) -> &AccessStructure {
        &self.access
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

    /// What the signer at `position` multiplies its rows with, one by one, so that all signers' products add up to the
    /// secret: a solution of the equations `coefficients * rows = (1, 0, …, 0)` modulo the order.
    ///
    /// It is the product of Lagrange's polynomials at zero along a row's path. Each is over all satisfied inputs of its
    /// gate, so that under a plain threshold it is over all signers, as RFC 9591 has it. Rows of unsatisfied gates get zero.
    ///
    /// # Panics
    /// If the set has no such position.
    pub fn coefficients<S: PrimeField>(&self, position: usize) -> Vec<S> {
        let holder = self.indices[position];
        let mut coefficients = Vec::with_capacity(self.access.rows(holder).len());
        weigh(self.access.structure().root(), S::ONE, &self.indices, holder, &mut coefficients);
        coefficients
    }
}

/// The coefficients of a holder's rows below a gate, whose own value is multiplied with `factor`.
fn weigh<S: PrimeField>(gate: &Gate, factor: S, present: &[u16], holder: u16, into: &mut Vec<S>) {
    let used = gate.is_satisfied_by(present) && factor != S::ZERO;
    let points = satisfied_points(gate, present);
    let mut next = 1_u16;
    for input in &gate.inputs {
        for point in next..next + input.weight() {
            let counts = used && points.contains(&point);
            let weighted = || if counts { factor * lagrange_at::<S>(&points, point, 0) } else { S::ZERO };
            match input {
                Input::Holder { index, .. } if *index == holder => into.push(weighted()),
                Input::Holder { .. } => {}
                Input::Gate(inner) if inner.mentions(holder) => weigh(inner, weighted(), present, holder, into),
                Input::Gate(_) => {}
            }
        }
        next += input.weight();
    }
}

/// The points of a gate's polynomial that its satisfied inputs have.
fn satisfied_points(gate: &Gate, present: &[u16]) -> Vec<u16> {
    let mut points = Vec::new();
    let mut next = 1;
    for input in &gate.inputs {
        if input.is_satisfied_by(present) {
            points.extend(next..next + input.weight());
        }
        next += input.weight();
    }
    points
}

/// The Lagrange polynomial of one of these points, at another or at zero.
pub(in crate::key) fn lagrange_at<S: PrimeField>(points: &[u16], mine: u16, at: u16) -> S {
    let (mine, at) = (u64::from(mine), S::from(u64::from(at)));
    let (mut numerator, mut denominator) = (S::ONE, S::ONE);
    for other in points.iter().map(|&point| u64::from(point)).filter(|&other| other != mine) {
        numerator *= S::from(other) - at;
        denominator *= S::from(other) - S::from(mine);
    }
    // Points are different and small, so no factor of the denominator is zero modulo the order.
    numerator * public_inverse(&denominator).unwrap_or(S::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signers_are_different_holders_and_enough() {
        let access = AccessStructure::new(2, 3).unwrap();
        let set = |indices: &[u16]| SignerSet::new(&access, indices).map(|set| set.indices);
        assert_eq!(set(&[3, 1]), Ok(vec![3, 1]));
        assert_eq!(set(&[1, 2, 3]), Ok(vec![1, 2, 3]));
        assert_eq!(set(&[2]), Err(SignerSetError::TooFew { threshold: 2, found: 1 }));
        assert_eq!(set(&[2, 2]), Err(SignerSetError::Repeated(2)));
        assert_eq!(set(&[0, 2]), Err(SignerSetError::NoHolder(0)));
        assert_eq!(set(&[1, 4]), Err(SignerSetError::NoHolder(4)));
        assert_eq!(SignerSet::new(&access, &[1, 3]).unwrap().position(2), Err(SignerSetError::NotAmongThem(2)));
    }

    #[test]
    fn who_is_not_enough_or_not_needed_is_said() {
        let access = AccessStructure::of("1 of (2 of (1, 2), 2 of (3, 4))".parse().unwrap());
        let set = |indices: &[u16]| SignerSet::new(&access, indices).map(|set| set.indices);
        assert_eq!(set(&[4, 3]), Ok(vec![4, 3]));
        assert_eq!(set(&[1, 2, 3, 4]), Ok(vec![1, 2, 3, 4]));
        assert_eq!(set(&[1, 2, 3]), Err(SignerSetError::Idle(3)));
        let error = set(&[1, 3]).unwrap_err();
        assert_eq!(error, SignerSetError::NotEnough { access: access.clone(), found: vec![1, 3] });
        assert!(error.to_string().contains("[1, 3] cannot use a key of 1 of (2 of (1, 2), 2 of (3, 4))"));
    }
}
