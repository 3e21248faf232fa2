//! What the program declares, with numbers: parameters, inputs, sizes.

use ethnum::I256;

use super::{BindError, Elaboration};
use crate::bind::BoundInput;
use crate::bind::arguments::size_key;
use crate::number::{Range, pow10};
use crate::program::{Bound, Diagnostic, ElementType, InputId, Interval, Literal, ParameterKind, Span};

impl Elaboration<'_> {
    pub(super) fn parameters(&mut self) -> Result<(), BindError> {
        for (id, parameter) in self.program.parameters().iter().enumerate() {
            let id = crate::program::ParameterId(id);
            let value = self.arguments.value(self.program, id, &self.roles, |element, interval| {
                self.element(element, interval, parameter.span)
            })?;
            self.parameters.push((parameter.name.clone(), value));
        }
        Ok(())
    }

    pub(super) fn inputs(&mut self) -> Result<(), BindError> {
        for (id, input) in self.program.inputs().iter().enumerate() {
            let (decimals, range) = self.element(input.element, input.interval, input.span)?;
            let mut positions = Vec::new();
            for role in self.roles.members(input.role) {
                let shape = self.shape(&input.dimensions, Some(role), input.span)?;
                positions.push(self.inputs.len());
                self.inputs.push(BoundInput {
                    role,
                    declaration: InputId(id),
                    name: format!("{}.{}", self.roles.names()[role.0], input.name),
                    shape,
                    decimals,
                    range,
                    is_bit: input.element == ElementType::Bit,
                    rounded: input.rounded,
                    asked: range.single().is_none(),
                });
            }
            self.input_positions.push(positions);
        }
        Ok(())
    }

    /// Decimals and range of an element type with its declared interval.
    fn element(&self, element: ElementType, interval: Option<Interval>, span: Span) -> Result<(u32, Range), BindError> {
        let (decimals, whole) = match element {
            ElementType::Bit => (0, Range::BIT),
            ElementType::Unsigned(bits) => (0, Range::unsigned(bits)),
            ElementType::Signed(bits) => (0, Range::signed(bits)),
            ElementType::Fixed(decimals) => {
                let decimals = self.bound(decimals, 0, span)?;
                if !Range::new(0, 18).contains(decimals) {
                    return Err(Diagnostic::new(span, "a fixed-point number has between 0 and 18 decimals").into());
                }
                (decimals.as_u32(), Range::signed(64))
            }
        };
        let Some(interval) = interval else { return Ok((decimals, whole)) };
        let high = self.bound(interval.high, decimals, span)?;
        let range = Range {
            low: self.bound(interval.low, decimals, span)?,
            high: if interval.inclusive { high } else { high - 1 },
        };
        if range.is_empty() {
            return Err(Diagnostic::new(span, "no number lies in this range").into());
        }
        let holds = if matches!(element, ElementType::Fixed(_)) { range.fits_word() } else { whole.covers(&range) };
        if !holds {
            return Err(Diagnostic::new(span, "the type cannot hold all of this range")
                .hint("choose a wider type")
                .into());
        }
        Ok((decimals, range))
    }

    /// A declared number as a mantissa with `decimals` decimals.
    fn bound(&self, bound: Bound, decimals: u32, span: Span) -> Result<I256, BindError> {
        let literal = match bound {
            Bound::Literal(literal) => literal,
            Bound::Parameter(id) => match self.program.parameters()[id.0].kind {
                ParameterKind::Number { .. } => Literal::integer(self.arguments.number(self.program, id)?),
                _ => return Err(Diagnostic::new(span, "only a number parameter can stand here").into()),
            },
        };
        scale(literal, decimals).ok_or_else(|| {
            Diagnostic::new(span, format!("{literal} has more decimals than its type, which has {decimals}")).into()
        })
    }

    pub(super) fn sizes(&self) -> Result<Vec<(String, u64)>, BindError> {
        let mut sizes = Vec::new();
        for size in self.program.sizes().iter().filter(|s| !s.private) {
            let members: Vec<Option<&str>> = match size.of {
                None => vec![None],
                Some(role) => self.roles.members(role).map(|m| Some(self.roles.names()[m.0].as_str())).collect(),
            };
            for member in members {
                sizes.push((size_key(&size.name, member), self.arguments.size(size, member)?));
            }
        }
        Ok(sizes)
    }

    pub(super) fn element_range(&self, interval: Interval, decimals: u32, span: Span) -> Result<Range, BindError> {
        let high = self.bound(interval.high, decimals, span)?;
        let range = Range {
            low: self.bound(interval.low, decimals, span)?,
            high: if interval.inclusive { high } else { high - 1 },
        };
        if range.is_empty() { Err(Diagnostic::new(span, "no number lies in this range").into()) } else { Ok(range) }
    }
}

fn scale(literal: Literal, decimals: u32) -> Option<I256> {
    (literal.decimals <= decimals).then(|| literal.mantissa.checked_mul(pow10(decimals - literal.decimals))).flatten()
}
