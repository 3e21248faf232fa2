//! Placing a value: its shape, who knows it, and whether its range fits.

use super::{Elaboration, MOST_ELEMENTS};
use crate::bind::{BindError, BoundOperation, Extent, Knowledge, ParameterValue, RoleIndex, Shape, Value, ValueId};
use crate::number::{Range, format_decimal};
use crate::program::{Diagnostic, Dimension, Receivers, RoleId, SizeId, Span, Type, Visibility};

/// The most decimals that products may reach: what 128 bits hold.
const MOST_DECIMALS: u32 = 38;

/// Where a value is placed.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    /// Its type, as if for one element.
    pub(super) ty: &'a Type,
    /// The place in the text that makes it.
    pub(super) span: Span,
    /// The extents in front of its own: one for each `map` that it depends on.
    pub(super) lift: &'a [Extent],
    /// The member whose value it is.
    pub(super) member: Option<RoleIndex>,
}

impl Elaboration<'_> {
    pub(super) fn place(
        &mut self,
        site: &Site<'_>,
        operation: BoundOperation,
        operands: Vec<ValueId>,
        decimals: u32,
        range: Range,
    ) -> Result<ValueId, BindError> {
        let shape = self.site_shape(site)?;
        let knowledge = match &site.ty.visibility {
            Visibility::Public => Knowledge::Public,
            Visibility::Secret => Knowledge::Secret,
            Visibility::Opened(to) => Knowledge::Opened(self.receivers(to)),
            // Of a family each member its own; of a single role (also where its value is cut into
            // pieces for the members of a family) that role.
            Visibility::Private(role) => Knowledge::Private(self.owner(*role, site.member)),
        };
        let kind = site.ty.kind;
        self.push(Value { operation, operands, kind, decimals, range, shape, knowledge, span: site.span })
    }

    /// The same decimals and range as the first operand's.
    pub(super) fn like_first(
        &mut self,
        site: &Site<'_>,
        operation: BoundOperation,
        operands: Vec<ValueId>,
    ) -> Result<ValueId, BindError> {
        let Value { decimals, range, .. } = *self.value(operands[0]);
        self.place(site, operation, operands, decimals, range)
    }

    /// The shape of a value: what it is lifted over, and its own dimensions.
    pub(super) fn site_shape(&self, site: &Site<'_>) -> Result<Shape, BindError> {
        let own = self.shape(&site.ty.dimensions, site.member, site.span)?;
        self.limited(Shape(site.lift.iter().copied().chain(own.0).collect()), site.span)
    }

    pub(super) fn shape(
        &self,
        dimensions: &[Dimension],
        member: Option<RoleIndex>,
        span: Span,
    ) -> Result<Shape, BindError> {
        let shape = dimensions.iter().map(|d| self.extent(*d, member)).collect::<Result<_, _>>().map(Shape)?;
        self.limited(shape, span)
    }

    fn limited(&self, shape: Shape, span: Span) -> Result<Shape, BindError> {
        // A private extent never enters a plan, so such a table may be as large as its owner's memory.
        let private = shape.0.iter().any(|extent| matches!(extent, Extent::Private { .. }));
        if !private && shape.length().is_none_or(|length| length > MOST_ELEMENTS) {
            let message = format!("this can have more than {MOST_ELEMENTS} elements");
            return Err(Diagnostic::new(span, message).hint("narrow the sizes that it has").into());
        }
        Ok(shape)
    }

    fn extent(&self, dimension: Dimension, member: Option<RoleIndex>) -> Result<Extent, BindError> {
        let shown = |length: u64| Extent::Known { length: length as usize, shown: true };
        match dimension {
            Dimension::Constant(n) => Ok(shown(n)),
            Dimension::Parameter(p) => {
                let length = self.arguments.number(self.program, p)? as usize;
                Ok(Extent::Known { length, shown: length != 1 })
            }
            Dimension::Length(p) | Dimension::Intervals(p) => {
                let length = match self.parameters.get(p.0) {
                    Some((_, ParameterValue::List { mantissas, .. })) => mantissas.len() as u64,
                    _ => 1,
                };
                Ok(shown(if matches!(dimension, Dimension::Length(_)) { length } else { length - 1 }))
            }
            Dimension::Size(s) => {
                let size = &self.program.sizes()[s.0];
                if size.private {
                    return Ok(Extent::Private { least: size.least, greatest: size.greatest });
                }
                let member = size.of.and(member).map(|m| self.roles.names()[m.0].as_str());
                self.arguments.size(size, member).map(shown)
            }
            Dimension::Total(s) => self.pieces(s)?.last().map_or(Ok(shown(0)), |piece| Ok(shown(piece.1 as u64))),
        }
    }

    /// The pieces `from..to` into which a size cuts a vector, by member.
    pub(super) fn pieces(&self, size: SizeId) -> Result<Vec<(usize, usize)>, BindError> {
        let size = &self.program.sizes()[size.0];
        let Some(role) = size.of else { return Ok(Vec::new()) };
        let mut pieces = Vec::new();
        let mut from = 0;
        for member in self.roles.members(role) {
            let to = from + self.arguments.size(size, Some(&self.roles.names()[member.0]))? as usize;
            pieces.push((from, to));
            from = to;
        }
        Ok(pieces)
    }

    fn owner(&self, role: RoleId, member: Option<RoleIndex>) -> RoleIndex {
        let mut members = self.roles.members(role);
        let first = members.next().unwrap_or(RoleIndex(0));
        member.filter(|m| *m == first || members.any(|other| other == *m)).unwrap_or(first)
    }

    pub(super) fn receivers(&self, to: &Receivers) -> Vec<RoleIndex> {
        let mut roles: Vec<RoleIndex> = match to {
            Receivers::All => (0..self.roles.names().len()).map(RoleIndex).collect(),
            Receivers::Roles(ids) => ids.iter().flat_map(|id| self.roles.members(*id)).collect(),
            Receivers::Parameter(p) => match &self.parameters[p.0].1 {
                ParameterValue::Roles(roles, _) => roles.clone(),
                _ => Vec::new(),
            },
        };
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    pub(super) fn decimals(&self, span: Span, decimals: u32) -> Result<u32, BindError> {
        if decimals <= MOST_DECIMALS {
            return Ok(decimals);
        }
        let message = format!("the product would have {decimals} decimals; at most {MOST_DECIMALS} fit");
        Err(Diagnostic::new(span, message).into())
    }

    /// The range, if every value in it fits 128 bits; otherwise the error with the path that leads there.
    pub(super) fn fits(&self, span: Span, range: Option<Range>, operands: &[ValueId]) -> Result<Range, BindError> {
        if let Some(range) = range
            && range.fits_word()
        {
            return Ok(range);
        }
        let mut path: Vec<String> = Vec::new();
        for operand in operands {
            let value = self.value(*operand);
            let (low, high) =
                (format_decimal(value.range.low, value.decimals), format_decimal(value.range.high, value.decimals));
            path.push(format!("line {} gives {low}..={high}", value.span.line));
        }
        let example = range.map_or_else(
            || "beyond 256 bits".to_owned(),
            |r| format!("as far as {}", if r.high > -r.low { r.high } else { r.low }),
        );
        let message = format!("this can overflow 128 bits: {}; the result reaches {example}", path.join(", "));
        Err(Diagnostic::new(span, message)
            .hint("narrow the ranges of the inputs, or the sizes they are added up over")
            .into())
    }
}
