//! Node by node from the symbolic program to the bound one.
//!
//! Bodies of definitions are bound anew for each use, in a [`frame::Frame`]. `map` binds its body once, on values
//! that are *lifted*: they carry the dimension that is run through in front of their own.

mod approximation;
mod arithmetic;
mod curve;
mod declared;
mod extreme;
mod flat;
mod frame;
mod grouped;
mod lifting;
mod lookup;
mod matrix;
mod operation;
mod scan;
mod site;
mod sort;
mod structure;

use std::collections::HashMap;
use std::sync::Arc;

use super::roles::Roles;
use super::{
    Arguments, BindError, BoundHeld, BoundInput, BoundOperation, BoundProgram, ParameterValue, Value, ValueId,
};
use crate::gadgets::fixed::decimal::DecimalFunction;
use crate::lower::Lookup;
use crate::number::Range;
use crate::program::check::Instances;
use crate::program::{CircuitSource, Diagnostic, Operation, Program, Span};
use frame::Frame;

/// The most elements of a value: positions in it are 32-bit numbers in a plan.
const MOST_ELEMENTS: usize = u32::MAX as usize;

/// The most values, families written out: a short text must not fill the memory of who reads it.
const MOST_VALUES: usize = 1 << 20;

/// The most nodes that are bound, those of a function for each use: also functions that leave no values take time.
const MOST_NODES: usize = 1 << 23;

pub(super) fn bind(program: &Arc<Program>, arguments: &Arguments) -> Result<BoundProgram, BindError> {
    arguments.all_known(program)?;
    let counts: Vec<Option<u64>> = program
        .roles()
        .iter()
        .map(|role| role.count.map(|p| arguments.number(program, p)).transpose())
        .collect::<Result<_, _>>()?;
    let mut elaboration = Elaboration {
        program,
        arguments,
        instances: Instances::new(program),
        roles: Roles::new(program, &counts),
        parameters: Vec::new(),
        inputs: Vec::new(),
        input_positions: Vec::new(),
        values: Vec::new(),
        held: Vec::new(),
        random: 0,
        scalars: 0,
        draws: draws(program),
        bound: 0,
        lookups: HashMap::new(),
        approximations: HashMap::new(),
    };
    elaboration.parameters()?;
    elaboration.inputs()?;
    elaboration.held();
    elaboration.body(&Frame::program(program))?;
    let sizes = elaboration.sizes()?;
    Ok(BoundProgram {
        program: program.clone(),
        parameters: elaboration.parameters,
        sizes,
        inputs: elaboration.inputs,
        held: elaboration.held,
        values: elaboration.values,
        roles: elaboration.roles.into_names(),
        ranges_enforced: false,
    })
}

pub(super) use curve::scalar_of;

struct Elaboration<'a> {
    program: &'a Program,
    arguments: &'a Arguments,
    instances: Instances<'a>,
    roles: Roles,
    parameters: Vec<(String, ParameterValue)>,
    inputs: Vec<BoundInput>,
    /// By declared input: the positions of its members' inputs.
    input_positions: Vec<Vec<usize>>,
    values: Vec<Value>,
    held: Vec<BoundHeld>,
    /// Entries of the randomness tape so far.
    random: usize,
    /// Entries of the tape of scalars so far.
    scalars: usize,
    /// By definition: whether random numbers are drawn in it.
    draws: Vec<bool>,
    /// Nodes that were bound so far.
    bound: usize,
    /// The circuits of lookups: many may be in tables of one kind.
    lookups: HashMap<Lookup, CircuitSource>,
    /// The circuits of functions of decimal numbers, and the ranges of their results.
    approximations: HashMap<DecimalFunction, (CircuitSource, Range)>,
}

/// Whether random numbers are drawn in a definition, or in one that it uses; it can use earlier ones only.
fn draws(program: &Program) -> Vec<bool> {
    let mut draws: Vec<bool> = Vec::with_capacity(program.definitions().len());
    for definition in program.definitions() {
        let drawn = definition.nodes.iter().any(|node| match &node.operation {
            Operation::Random { .. } => true,
            operation => operation.definition().is_some_and(|inner| draws[inner.0]),
        });
        draws.push(drawn);
    }
    draws
}

impl Elaboration<'_> {
    fn value(&self, id: ValueId) -> &Value {
        &self.values[id.0]
    }

    fn push(&mut self, value: Value) -> Result<ValueId, BindError> {
        if self.values.len() >= MOST_VALUES {
            let message = format!("the program has more than {MOST_VALUES} values");
            return Err(Diagnostic::new(value.span, message)
                .hint("families and the steps of a repeat or sequential fold are written out")
                .into());
        }
        self.values.push(value);
        Ok(ValueId(self.values.len() - 1))
    }

    /// The same words in another shape, or some of them.
    fn view(
        &mut self,
        operand: ValueId,
        view: super::View,
        shape: super::Shape,
        span: Span,
    ) -> Result<ValueId, BindError> {
        let value = Value {
            operation: BoundOperation::View(view),
            operands: vec![operand],
            shape,
            span,
            ..self.value(operand).clone()
        };
        self.push(value)
    }
}
