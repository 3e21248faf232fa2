//! The program: a typed, straight-line, vectorised description of what is input by whom, what is computed,
//! and what is revealed to whom. It holds no protocol, no socket and no data.
//!
//! A [`Program`] is made by [`crate::text::parse`] or by [`crate::build::ProgramBuilder`]; both end in the same
//! canonical arena (the order in which [`crate::text::print`] writes it), and both run the checks of
//! [`crate::program::check`]. Sizes stay symbolic here; [`crate::bind`] puts numbers in their place.

mod arena;
mod canonical;
pub mod check;
mod circuit;
mod curve;
mod declaration;
mod definition;
pub(crate) mod draft;
mod literal;
mod operation;
mod span;
mod types;

pub use arena::{Node, NodeId, Program};
pub use circuit::{CircuitDeclaration, CircuitSource};
pub use curve::{HandOver, HeldDeclaration, HeldId, Purpose, Threshold};
pub use declaration::{
    Bound, ElementType, InputDeclaration, InputId, Interval, Parameter, ParameterId, ParameterKind, Receivers, Role,
    RoleId, Size, SizeId,
};
pub use definition::{CircuitId, Definition, DefinitionId, Order};
pub use literal::Literal;
pub use operation::{Arity, FUNCTIONS, Function, FunctionRow, Notation, Operation, Reduction};
pub use span::{Diagnostic, Span};
pub use types::{Dimension, Kind, Type, Visibility};
