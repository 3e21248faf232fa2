//! Functions that a program defines.

use super::{Node, Span};

/// A function that a program defines, in declaration order. It can call only earlier ones, so there is no recursion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefinitionId(pub usize);

/// A circuit that a program calls, in declaration order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CircuitId(pub usize);

/// `function f(x, y) = …`: a body that is written once, and checked and bound for the operands of each use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// The names of its parameters.
    pub parameters: Vec<String>,
    /// Its body in canonical order; the last node is the `return`.
    pub nodes: Vec<Node>,
    /// Where it is declared.
    pub span: Span,
}

/// In what order a fold combines elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// In a tree of logarithmic depth: the author states that the function is associative.
    Associative,
    /// One element after the other, each step waiting for the one before.
    Sequential,
}
