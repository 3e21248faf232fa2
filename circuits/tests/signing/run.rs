//! Running a program of the library in the clear.

use std::collections::BTreeMap;
use std::sync::Arc;

use quorate_circuits::bind::{Arguments, BoundProgram};
use quorate_circuits::clear::{ClearError, Column, Held, Inputs, Tape, evaluate_with};
use quorate_circuits::curve::{CurveName, Point, Scalar};
use quorate_circuits::library;

/// What a run of a program takes.
#[derive(Clone, Default)]
pub(crate) struct Run {
    arguments: Arguments,
    held: Held,
    tape: Vec<Scalar>,
}

/// What it gives: outputs and kept values by name.
pub(crate) type Values = BTreeMap<String, Column>;

impl Run {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// With a key, for those who hold it.
    pub(crate) fn of_key(secret: &Scalar) -> Self {
        Self::new()
            .held("key.secret", Column::Scalars(vec![*secret]))
            .held("key.point", Column::Points(vec![Point::base(secret)]))
    }

    pub(crate) fn given(mut self, parameter: &str, value: impl Into<String>) -> Self {
        self.arguments.parameters.insert(parameter.to_owned(), value.into());
        self
    }

    pub(crate) fn held(mut self, name: &str, column: Column) -> Self {
        self.held.insert(name.to_owned(), column);
        self
    }

    /// With what another program kept: of vectors, one element.
    pub(crate) fn taking_over(mut self, kept: &Values, element: usize) -> Self {
        for (name, column) in kept {
            let one = match column {
                Column::Scalars(scalars) => Column::Scalars(vec![scalars[element]]),
                Column::Points(points) => Column::Points(vec![points[element]]),
                other => panic!("kept: {other:?}"),
            };
            self.held.insert(name.clone(), one);
        }
        self
    }

    pub(crate) fn drawing(mut self, scalars: &[Scalar]) -> Self {
        self.tape.extend_from_slice(scalars);
        self
    }

    /// The outputs and what is kept.
    pub(crate) fn of(&self, name: &str) -> Result<(Values, Values), ClearError> {
        let entry = library::find(name).expect("a program of the library");
        let program = Arc::new(entry.program().expect("it parses"));
        let mut arguments = self.arguments.clone();
        for (parameter, value) in [("signers", "3"), ("holders", "3"), ("threshold", "2")] {
            if program.parameters().iter().any(|declared| declared.name == parameter) {
                arguments.parameters.entry(parameter.to_owned()).or_insert_with(|| value.to_owned());
            }
        }
        let bound = BoundProgram::new(&program, &arguments).unwrap_or_else(|error| panic!("{name}: {error}"));
        let tape = Tape { numbers: &[], scalars: &self.tape };
        let run = evaluate_with(&bound, &Inputs::new(), &self.held, tape)?;
        let outputs = run.outputs(&bound).map(|(name, column)| (name.to_owned(), column.clone())).collect();
        let kept = run.kept(&bound).map(|(name, column)| (name, column.clone())).collect();
        Ok((outputs, kept))
    }

    /// The outputs as hexadecimal digits.
    pub(crate) fn shown(&self, name: &str) -> BTreeMap<String, String> {
        let (outputs, _) = self.of(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        outputs.into_iter().map(|(name, column)| (name, column.encodings().concat())).collect()
    }
}

/// Scalars for tests, each of them another one.
pub(crate) fn scalar(curve: CurveName, seed: u64) -> Scalar {
    let mut wide = [0; 64];
    for (chunk, mark) in wide.chunks_mut(8).zip(1u64..) {
        chunk.copy_from_slice(&(seed * 1000 + mark).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    }
    Scalar::from_uniform(curve, &wide)
}

/// The scalar of hexadecimal digits.
pub(crate) fn decoded(curve: CurveName, digits: &str) -> Scalar {
    Scalar::decode(curve, &hex::decode(digits).expect("hex").try_into().expect("32 bytes")).expect("below the order")
}
