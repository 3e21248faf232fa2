//! Whether the parties have learned what the clear evaluation gives.

use std::collections::BTreeMap;

use quorate_circuits::bind::{BoundOperation, BoundProgram, CurveOperation};
use quorate_circuits::clear::{self, Column, Inputs};

use super::order::Told;
use crate::exit::{Exit, Failure};
use crate::identity::Hex;

/// Digests of what an evaluation gives, by output.
pub(crate) type Expected = BTreeMap<String, Hex<32>>;

/// A column's digest: two columns with one digest are equal.
pub(crate) fn digest(column: &Column) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    match column {
        Column::Words(words) => {
            let mut bytes = Vec::with_capacity(PIECE * 16);
            for piece in words.chunks(PIECE) {
                bytes.clear();
                bytes.extend(piece.iter().flat_map(|word| word.to_le_bytes()));
                hasher.update(&bytes);
            }
        }
        other => {
            hasher.update(format!("{other:?}").as_bytes());
        }
    }
    *hasher.finalize().as_bytes()
}

/// Words that are hashed at once.
const PIECE: usize = 4096;

/// What the program gives in the clear; nothing if it draws random numbers, which only the parties together know.
///
/// # Errors
/// A failed assert.
pub(super) fn expected(bound: &BoundProgram, inputs: &Inputs) -> Result<Option<Expected>, Failure> {
    let draws = |operation: &BoundOperation| {
        matches!(
            operation,
            BoundOperation::Random { .. }
                | BoundOperation::Curve(CurveOperation::Random { .. } | CurveOperation::Coin { .. })
        )
    };
    if bound.values.iter().any(|value| draws(&value.operation)) {
        return Ok(None);
    }
    let evaluation = clear::evaluate(bound, inputs, &[])
        .map_err(|error| Failure::new(Exit::BadInput, format!("in the clear: {error}")))?;
    Ok(Some(evaluation.outputs(bound).map(|(name, column)| (name.to_owned(), Hex(digest(column)))).collect()))
}

/// Compares what every party has learned.
///
/// # Errors
/// The first output that is another one, and whose.
pub(super) fn compare(roles: &[String], told: &[Told], expected: &Expected) -> Result<(), Failure> {
    for (role, told) in roles.iter().zip(told) {
        if let Some((name, _)) = told.digests.iter().find(|(name, digest)| expected.get(*name) != Some(digest)) {
            let message = format!("{role} has learned another {name} than the clear evaluation gives");
            return Err(Failure::new(Exit::Bug, message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::order::Figures;
    use super::*;
    use crate::session::Ordered;

    fn told(words: &[u128]) -> Told {
        let digests = [("sum".to_owned(), Hex(digest(&Column::Words(words.to_vec()))))];
        Told { outputs: Ordered::new(), digests: digests.into(), figures: Figures::default() }
    }

    #[test]
    fn another_result_is_found() {
        let roles = ["ann".to_owned(), "ben".to_owned()];
        let long: Vec<u128> = (0..10_000).collect();
        let mut other = long.clone();
        other[9_999] ^= 1 << 127;
        let expected = told(&long).digests;
        assert_eq!(compare(&roles, &[told(&long), told(&long)], &expected), Ok(()));
        let failure = compare(&roles, &[told(&long), told(&other)], &expected).expect_err("ben has another one");
        assert_eq!(failure.exit, Exit::Bug);
        assert!(failure.message.contains("ben has learned another sum"), "{}", failure.message);
        assert!(compare(&roles, &[told(&long[1..])], &expected).is_err(), "a shorter column is another one");
    }
}
