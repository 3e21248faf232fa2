//! Expectations as data.

use super::remark::Remark;
use super::value::{Scalar, Value};
use crate::program::Span;

/// What is expected of a program.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Where it begins.
    pub span: Span,
    /// Parameters and sizes.
    pub with: Vec<Setting>,
    /// The protocol, or `clear`.
    pub under: Option<(String, Span)>,
    /// The randomness tape.
    pub drawing: Option<Vec<(Scalar, Span)>>,
    /// What is expected.
    pub expected: Expected,
}

/// A parameter's or size's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Of a size that each member of a family has: whose.
    pub member: Option<String>,
    /// A number, a list or roles, as written.
    pub value: Vec<String>,
    /// Where.
    pub span: Span,
}

/// A name with a value: `party_1.budget = [1.50, 2]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The name of an input (`role.name`) or output.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// The value.
    pub value: Value,
}

/// A figure of a plan's cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its name.
    pub name: String,
    /// The number.
    pub value: u64,
    /// Where the number stands.
    pub span: Span,
}

/// The kinds of expectation.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// These outputs from these inputs.
    Run {
        /// All inputs that are asked for.
        inputs: Vec<Assignment>,
        /// Some outputs.
        outputs: Vec<Assignment>,
    },
    /// A run that stops.
    Fails {
        /// The inputs.
        inputs: Vec<Assignment>,
        /// Part of the message.
        message: String,
    },
    /// Figures of the plan under a protocol.
    Costs(Vec<Figure>),
    /// Remarks on what the program discloses.
    Discloses(Vec<(Remark, Span)>),
    /// A refusal of the program or of the arguments.
    Refused {
        /// Line and column.
        at: Option<(u64, u64)>,
        /// Part of the message.
        message: String,
    },
}
