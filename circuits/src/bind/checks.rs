//! Ranges that are checked under the protocol.
//!
//! A party checks its inputs where it reads them, and its `within` where it computes them; a party that cheats does
//! not. [`BoundProgram::with_range_checks`] makes every value that is shared prove its range to everybody: shared bit by
//! bit it cannot leave its width, and where the width holds more than the range, a comparison says so and an assert
//! opens its result. That is worth as much as the protocol's claim: where a party is trusted to follow the protocol, it is
//! trusted with its part in the comparison.

use ethnum::I256;

use super::{BoundOperation, BoundProgram, Knowledge, RoleIndex, Shape, Value, ValueId};
use crate::number::{Range, word_of};
use crate::program::{Function, Kind};

/// How far a run enforces the range of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeTrust {
    /// Its owner is trusted with it.
    Trusted,
    /// Of what is computed from it, that which is shared has its range enforced; its owner is trusted with the rest.
    PartlyEnforced,
    /// It is used in shares only, whose range is enforced.
    Enforced,
}

impl BoundProgram {
    /// The program in which every shared value is checked under the protocol: one assert for each whose range does
    /// not fill its bits, with one bit for each element. Everything that depends on no output comes first, so that
    /// nothing is revealed before the checks.
    ///
    /// Values have other ids than before. In the clear both programs give the same.
    #[must_use]
    pub fn with_range_checks(&self) -> Self {
        self.with_checks(|checks, value, share| {
            let message = self.message(value);
            checks.check(share, BoundOperation::Assert { message, accused: None });
            share
        })
    }

    /// The program in which every shared value out of its range is replaced by the number of its range that is nearest to zero,
    /// and who shared it is accused: one assert for each, which stops nobody.
    ///
    /// Values have other ids than before. In the clear both programs give the same.
    #[must_use]
    pub fn with_range_defaults(&self) -> Self {
        self.with_checks(|checks, value, share| {
            let (message, accused) = (self.message(value), self.sharing_role(value));
            let inside = checks.check(share, BoundOperation::Assert { message, accused });
            inside.map_or(share, |inside| checks.replaced(share, inside))
        })
    }

    /// With what `check` makes of every value that is shared.
    fn with_checks(&self, check: impl Fn(&mut Checks, &Value, ValueId) -> ValueId) -> Self {
        if self.ranges_enforced {
            return self.clone();
        }
        let mut checks = Checks { values: Vec::with_capacity(self.values.len()) };
        let mut placed = Vec::with_capacity(self.values.len());
        for value in &self.values {
            let operands = value.operands.iter().map(|operand: &ValueId| placed[operand.0]).collect();
            let copy = checks.push(Value { operands, ..value.clone() });
            let shared = value.operation == BoundOperation::Share;
            placed.push(if shared { check(&mut checks, value, copy) } else { copy });
        }
        let values = outputs_last(checks.values);
        Self { values, ranges_enforced: true, ..self.clone() }
    }

    /// How far a run enforces the range of the input at this position.
    pub fn range_trust(&self, input: usize) -> RangeTrust {
        let mut used = false;
        let mut all_shared = true;
        // By value: whether it is the input, or a view of it.
        let mut is_input = vec![false; self.values.len()];
        for (id, value) in self.values.iter().enumerate() {
            let from_input = value.operands.iter().any(|operand| is_input[operand.0]);
            match value.operation {
                BoundOperation::Input(position) => is_input[id] = position == input,
                BoundOperation::View(_) => is_input[id] = from_input,
                _ if from_input => (used, all_shared) = (true, all_shared && value.operation == BoundOperation::Share),
                _ => {}
            }
        }
        match self.ranges_enforced && used {
            false => RangeTrust::Trusted,
            true if all_shared => RangeTrust::Enforced,
            true => RangeTrust::PartlyEnforced,
        }
    }

    /// Who shares a value.
    fn sharing_role(&self, share: &Value) -> Option<RoleIndex> {
        match self.value(share.operands[0]).knowledge {
            Knowledge::Private(role) => Some(role),
            _ => None,
        }
    }

    /// What is said of a shared value out of its range.
    fn message(&self, share: &Value) -> String {
        let mut private = self.value(share.operands[0]);
        while let BoundOperation::View(_) = private.operation {
            private = self.value(private.operands[0]);
        }
        let line = private.span.line;
        match (&private.operation, &private.knowledge) {
            (BoundOperation::Input(position), _) => {
                let input = &self.inputs[*position];
                let role = &self.roles[input.role.0];
                let name = input.name.strip_prefix(role).and_then(|rest| rest.strip_prefix('.')).unwrap_or(&input.name);
                format!("input {name} of role {role} is out of range")
            }
            (_, Knowledge::Private(role)) => {
                format!("a value computed by role {} in line {line} is out of range", self.roles[role.0])
            }
            _ => format!("a value of line {line} that is shared is out of range"),
        }
    }
}

/// The values of a program under extension.
struct Checks {
    values: Vec<Value>,
}

impl Checks {
    fn push(&mut self, value: Value) -> ValueId {
        debug_assert!(value.operands.iter().all(|operand| operand.0 < self.values.len()), "operands come first");
        self.values.push(value);
        ValueId(self.values.len() - 1)
    }

    /// Opens whether a shared value lies in its range: the bits, unless its width says it.
    fn check(&mut self, share: ValueId, assert: BoundOperation) -> Option<ValueId> {
        let range = self.values[share.0].range;
        let width = range.bits();
        let held = if range.is_signed() { Range::signed(width) } else { Range::unsigned(width) };
        let low = (held.low < range.low).then(|| self.compared(share, Function::Ge, range.low));
        let high = (range.high < held.high).then(|| self.compared(share, Function::Le, range.high));
        let inside = match (low, high) {
            (Some(low), Some(high)) => self.bit(BoundOperation::Elementwise(Function::And), vec![low, high], share),
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => return None,
        };
        self.bit(assert, vec![inside], share);
        Some(inside)
    }

    /// A shared value where it is inside its range, and elsewhere the number of the range that is nearest to zero.
    fn replaced(&mut self, share: ValueId, inside: ValueId) -> ValueId {
        let range = self.values[share.0].range;
        let default = self.constant(share, I256::ZERO.clamp(range.low, range.high));
        let select = BoundOperation::Elementwise(Function::Select);
        let value = Value { operation: select, operands: vec![inside, share, default], ..self.values[share.0].clone() };
        self.push(value)
    }

    /// A shared value compared with a bound.
    fn compared(&mut self, share: ValueId, function: Function, bound: I256) -> ValueId {
        let constant = self.constant(share, bound);
        self.bit(BoundOperation::Elementwise(function), vec![share, constant], share)
    }

    /// A public number of a shared value's kind.
    fn constant(&mut self, share: ValueId, number: I256) -> ValueId {
        let constant = Value {
            operation: BoundOperation::Constant(vec![word_of(number)]),
            operands: Vec::new(),
            range: Range::exactly(number),
            shape: Shape::default(),
            knowledge: Knowledge::Public,
            ..self.values[share.0].clone()
        };
        self.push(constant)
    }

    /// A secret bit for each element of a shared value.
    fn bit(&mut self, operation: BoundOperation, operands: Vec<ValueId>, share: ValueId) -> ValueId {
        let Value { shape, span, .. } = self.values[share.0].clone();
        let knowledge = Knowledge::Secret;
        self.push(Value {
            operation,
            operands,
            kind: Kind::Bit,
            decimals: 0,
            range: Range::BIT,
            shape,
            knowledge,
            span,
        })
    }
}

/// The values in an order in which those that depend on no reveal come before those that do. Outputs stay in theirs.
fn outputs_last(values: Vec<Value>) -> Vec<Value> {
    let mut late: Vec<bool> = Vec::with_capacity(values.len());
    for value in &values {
        let output = matches!(value.operation, BoundOperation::Reveal { .. } | BoundOperation::Output { .. });
        late.push(output || value.operands.iter().any(|operand| late[operand.0]));
    }
    let early = late.iter().filter(|late| !**late).count();
    let (mut next_early, mut next_late) = (0, early);
    let place = |late: &bool| {
        let next = if *late { &mut next_late } else { &mut next_early };
        *next += 1;
        ValueId(*next - 1)
    };
    let places: Vec<ValueId> = late.iter().map(place).collect();
    let moved = |value: Value| Value { operands: value.operands.iter().map(|o| places[o.0]).collect(), ..value };
    let (last, first): (Vec<_>, Vec<_>) = values.into_iter().zip(late).partition(|(_, late)| *late);
    first.into_iter().chain(last).map(|(value, _)| moved(value)).collect()
}
