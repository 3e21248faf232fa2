//! Who can use a key together, as a matrix by which shares are made.
//!
//! A [`Structure`] of threshold gates is compiled to a linear secret sharing scheme, a monotone span program (Karchmer and
//! Wigderson, "On Span Programs", 1993; Beimel, "Secure Schemes for Secret Sharing and Key Distribution", 1996), by
//! putting Shamir's scheme into Shamir's scheme, gate by gate (Nikov and Nikova, "New Monotone Span Programs from Old",
//! ePrint 2004/282; for formulas with threshold gates Liu, Cao and Wong, "Efficient Generation of Linear Secret Sharing
//! Scheme Matrices from Threshold Access Trees", ePrint 2010/374). The dealer's vector is the secret and, for each gate
//! of threshold `k`, `k - 1` random coefficients. A gate's value is the constant of its polynomial, its `j`-th input gets
//! the polynomial's value at `j`; a holder of weight `w` takes the place of `w` inputs. Every row of the matrix belongs to
//! a holder, and a holder's share is a scalar for each of its rows. Everybody computes the matrix from the structure;
//! none is ever taken from a peer.
//!
//! For a plain threshold there is one gate: the vector is Shamir's polynomial, row `i` its value at `i`.

mod row;
mod signers;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use quorate_circuits::access::{Gate, Input, NoStructure, Structure};

pub use row::Row;
pub(in crate::key) use signers::lagrange_at;
pub use signers::{SignerSet, SignerSetError};

/// An access structure: who can use a key together; everybody else learns nothing of it. Cheap to clone.
#[derive(Clone)]
pub struct AccessStructure(Arc<Compiled>);

struct Compiled {
    structure: Structure,
    /// By holder.
    rows: Vec<Vec<Row>>,
    columns: usize,
}

impl AccessStructure {
    /// Any `threshold` of `holders`.
    ///
    /// # Errors
    /// If `threshold` is below 2 or above `holders`, or there are too many.
    pub fn new(threshold: usize, holders: usize) -> Result<Self, NoStructure> {
        Ok(Self::of(Structure::threshold(threshold, holders)?))
    }

    /// Who the structure says.
    pub fn of(structure: Structure) -> Self {
        let mut rows = vec![Vec::new(); structure.holders()];
        let mut columns = 1;
        insert(structure.root(), &Row::default(), &mut columns, &mut rows);
        Self(Arc::new(Compiled { structure, rows, columns }))
    }

    /// As gates.
    pub fn structure(&self) -> &Structure {
        &self.0.structure
    }

    /// How many holders there are.
    pub fn holders(&self) -> usize {
        self.structure().holders()
    }

    /// The holders' indices.
    pub fn indices(&self) -> std::ops::RangeInclusive<u16> {
        self.structure().indices()
    }

    /// Whether a holder has this index.
    pub fn has(&self, index: u16) -> bool {
        self.indices().contains(&index)
    }

    /// The threshold, if the structure is nothing but one.
    pub fn plain_threshold(&self) -> Option<usize> {
        self.structure().plain_threshold()
    }

    /// How long a dealer's vector is, the secret included: as long as there are commitments.
    pub fn columns(&self) -> usize {
        self.0.columns
    }

    /// The rows of a holder; none if it is none.
    pub fn rows(&self, index: u16) -> &[Row] {
        let of_holder = usize::from(index).checked_sub(1).and_then(|position| self.0.rows.get(position));
        of_holder.map_or(&[], Vec::as_slice)
    }
}

/// Gives each input of a gate, whose own value is that of `row`, its rows.
fn insert(gate: &Gate, row: &Row, columns: &mut usize, rows: &mut [Vec<Row>]) {
    let coefficients = *columns..*columns + usize::from(gate.threshold) - 1;
    *columns = coefficients.end;
    let mut point = 0;
    for input in &gate.inputs {
        for _ in 0..input.weight() {
            point += 1;
            let at = row.then(coefficients.clone(), point);
            match input {
                // A structure has no index beyond its holders.
                Input::Holder { index, .. } => rows[usize::from(*index) - 1].push(at),
                Input::Gate(inner) => insert(inner, &at, columns, rows),
            }
        }
    }
}

impl PartialEq for AccessStructure {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.structure() == other.structure()
    }
}

impl Eq for AccessStructure {}

impl std::hash::Hash for AccessStructure {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.structure().hash(state);
    }
}

impl std::fmt::Debug for AccessStructure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AccessStructure({self})")
    }
}

impl std::fmt::Display for AccessStructure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.plain_threshold() {
            Some(threshold) => write!(f, "{threshold} of {}", self.holders()),
            None => self.structure().fmt(f),
        }
    }
}
