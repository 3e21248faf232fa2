//! Which domain each secret value lives in.

use quorate_circuits::bind::{BoundOperation, BoundProgram, Knowledge, Value, ValueId};
use quorate_circuits::number::Range;
use quorate_circuits::program::{Function, Reduction};

use super::Style;
use super::rounding::{Rounding, roundings};
use super::sorting::{is_by_permutations, operands};
use crate::protocol::Ring;

/// Where a value is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Native {
    /// It is shared directly, in whichever domain it is needed.
    Either,
    Arithmetic,
    Boolean,
}

/// The domains of a program's secret values.
pub(super) struct Assignment {
    /// By value; meaningless for values that are not secret.
    pub(super) native: Vec<Native>,
    /// By value: whether an arithmetic register is needed.
    pub(super) arithmetic: Vec<bool>,
    /// By value: whether a boolean register is needed.
    pub(super) boolean: Vec<bool>,
    /// By value: how its bits are rounded from the shares of numbers, where they are.
    pub(super) roundings: Vec<Option<Rounding>>,
    pub(super) ring: Ring,
}

/// Results of so few bits are computed on bits where their operands are bits.
const FEW_BITS: u32 = 8;

pub(super) fn assign(program: &BoundProgram, style: Style) -> Assignment {
    let count = program.values.len();
    let mut native = vec![Native::Boolean; count];
    for id in program.ids() {
        let value = program.value(id);
        if style.arithmetic && value.knowledge == Knowledge::Secret {
            native[id.0] = natural(program, value, &native, style);
        }
    }
    let roundings = roundings(program, &native, style);
    let (arithmetic, boolean) = (vec![false; count], vec![false; count]);
    let mut assignment = Assignment { native, arithmetic, boolean, roundings, ring: Ring::Z64 };
    for id in program.ids().collect::<Vec<_>>().into_iter().rev() {
        assignment.needs_of(program, id, style);
    }
    assignment.ring = ring(program, &assignment);
    assignment
}

fn is_secret(program: &BoundProgram, id: ValueId) -> bool {
    program.value(id).knowledge == Knowledge::Secret
}

fn natural(program: &BoundProgram, value: &Value, native: &[Native], style: Style) -> Native {
    let secret: Vec<Native> = value.operands.iter().filter(|o| is_secret(program, **o)).map(|o| native[o.0]).collect();
    let all_boolean = secret.iter().all(|n| *n == Native::Boolean);
    let any_boolean = secret.contains(&Native::Boolean);
    let any_arithmetic = secret.contains(&Native::Arithmetic);
    let linear =
        if any_boolean && !any_arithmetic && value.bits() <= FEW_BITS { Native::Boolean } else { Native::Arithmetic };
    match &value.operation {
        // Bits cannot leave their width; an element of the ring could.
        BoundOperation::Share if program.ranges_enforced => Native::Boolean,
        BoundOperation::Share => Native::Either,
        BoundOperation::Sorted => sorted(program, value, native, style),
        BoundOperation::View(_) => secret.first().copied().unwrap_or(Native::Boolean),
        BoundOperation::Concatenate if any_arithmetic => Native::Arithmetic,
        BoundOperation::Concatenate if !any_boolean => Native::Either,
        BoundOperation::Rescale(_) | BoundOperation::Sum | BoundOperation::Fold(Reduction::Sum) => linear,
        BoundOperation::Dot | BoundOperation::MatrixProduct { .. } => Native::Arithmetic,
        BoundOperation::Elementwise(Function::Add | Function::Sub | Function::Neg) => linear,
        BoundOperation::Elementwise(Function::Mul) if secret.len() == 1 => linear,
        BoundOperation::Elementwise(Function::Mul) if all_boolean && value.bits() <= 2 * FEW_BITS => Native::Boolean,
        BoundOperation::Elementwise(Function::Mul) => Native::Arithmetic,
        _ => Native::Boolean,
    }
}

/// A sort by permutations moves elements of either domain; a network gives what it gives.
fn sorted(program: &BoundProgram, value: &Value, native: &[Native], style: Style) -> Native {
    match operands(value).filter(|_| is_by_permutations(program, value, style)) {
        // The bits of keys are there anyway.
        Some((keys, moved)) if keys == moved && native[keys.0] != Native::Boolean => Native::Either,
        Some((_, moved)) if is_secret(program, moved) => native[moved.0],
        Some(_) => Native::Either,
        None => native[value.operands[0].0],
    }
}

/// The range of the difference whose sign decides a comparison, if it is decided on arithmetic shares: where
/// an operand is arithmetic anyway and the difference fits 128 bits.
pub(super) fn difference(program: &BoundProgram, value: &Value, native: &[Native]) -> Option<Range> {
    let BoundOperation::Elementwise(function) = value.operation else { return None };
    if !function.is_comparison() {
        return None;
    }
    let secret = || value.operands.iter().filter(|o| is_secret(program, **o));
    let any = |wanted: Native| secret().any(|o| native[o.0] == wanted);
    if !any(Native::Arithmetic) || any(Native::Boolean) {
        return None;
    }
    let ranges: Vec<Range> = value.operands.iter().map(|o| program.value(*o).range).collect();
    let (forward, backward) = (ranges[0].sub(&ranges[1])?, ranges[1].sub(&ranges[0])?);
    // Zero and minus one make sure that there is a sign bit.
    let range = forward.union(&backward).union(&Range::new(-1, 0));
    (range.bits() <= 128).then_some(range)
}

impl Assignment {
    /// The domain in which a value is opened.
    pub(super) fn opens_arithmetic(&self, id: ValueId, style: Style) -> bool {
        style.arithmetic && self.native[id.0] != Native::Boolean
    }

    fn needs_of(&mut self, program: &BoundProgram, id: ValueId, style: Style) {
        let value = program.value(id);
        let secret = value.knowledge == Knowledge::Secret;
        if let BoundOperation::Reveal { .. } | BoundOperation::Assert { .. } = value.operation {
            if let Some(operand) = value.operands.first().filter(|o| is_secret(program, **o)) {
                if self.opens_arithmetic(*operand, style) {
                    self.arithmetic[operand.0] = true;
                } else {
                    self.boolean[operand.0] = true;
                }
            }
            return;
        }
        if !secret {
            return;
        }
        if value.operation == BoundOperation::Sorted {
            return self.needs_of_sorted(program, id, style);
        }
        // Where a value is needed away from home, it is needed at home to be converted.
        match self.native[id.0] {
            Native::Arithmetic => self.arithmetic[id.0] |= self.boolean[id.0],
            Native::Boolean => self.boolean[id.0] |= self.arithmetic[id.0],
            Native::Either => {}
        }
        if let Some(rounding) = self.roundings[id.0].as_ref().filter(|_| self.boolean[id.0]) {
            let numbers = rounding.terms.iter().map(|(term, _)| *term).filter(|term| is_secret(program, *term));
            numbers.for_each(|term| self.arithmetic[term.0] = true);
            return;
        }
        let in_arithmetic = self.arithmetic[id.0] && self.native[id.0] != Native::Boolean;
        let in_boolean = self.boolean[id.0] && self.native[id.0] != Native::Arithmetic;
        let by_difference = in_boolean && difference(program, value, &self.native).is_some();
        for operand in value.operands.iter().filter(|o| is_secret(program, **o)) {
            self.arithmetic[operand.0] |= in_arithmetic || by_difference;
            self.boolean[operand.0] |= in_boolean && !by_difference;
        }
    }
}

impl Assignment {
    fn needs_of_sorted(&mut self, program: &BoundProgram, id: ValueId, style: Style) {
        let (native, value) = (self.native[id.0], program.value(id));
        let (arithmetic, boolean) = (self.arithmetic[id.0], self.boolean[id.0]);
        let by_permutations = operands(value).filter(|_| is_by_permutations(program, value, style));
        let Some((keys, moved)) = by_permutations else {
            self.arithmetic[value.operands[0].0] |= arithmetic;
            self.boolean[value.operands[0].0] |= boolean;
            return;
        };
        let home = match native {
            Native::Arithmetic => (arithmetic || boolean, false),
            Native::Boolean => (false, arithmetic || boolean),
            Native::Either => (arithmetic, boolean),
        };
        self.arithmetic[id.0] |= home.0;
        self.boolean[id.0] |= home.1;
        if is_secret(program, moved) {
            self.arithmetic[moved.0] |= home.0;
            self.boolean[moved.0] |= home.1;
        }
        if is_secret(program, keys) {
            self.boolean[keys.0] |= arithmetic || boolean;
        }
    }
}

/// The smallest ring that holds every arithmetic value and difference, and every number that is rounded.
fn ring(program: &BoundProgram, assignment: &Assignment) -> Ring {
    let bits = |id: ValueId| {
        let value = program.value(id);
        let own = if assignment.arithmetic[id.0] { value.bits() } else { 0 };
        let compared = if assignment.boolean[id.0] { difference(program, value, &assignment.native) } else { None };
        let rounding = assignment.roundings[id.0].as_ref().filter(|_| assignment.boolean[id.0]);
        own.max(compared.map_or(0, |range| range.bits())).max(rounding.map_or(0, |rounding| rounding.circuit.width))
    };
    let most = program.ids().map(bits).max().unwrap_or(0);
    if most <= Ring::Z64.bits() { Ring::Z64 } else { Ring::Z128 }
}
