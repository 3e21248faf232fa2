//! Values that are lifted over different extents, brought to one shape.

use super::site::Site;
use super::{BindError, Elaboration};
use crate::bind::{Extent, Shape, ValueId, View};
use crate::program::{Diagnostic, Span};

impl Elaboration<'_> {
    /// The operand with `lift` in front of its own dimensions; it has `depth` extents of it already. A value that
    /// lacks `own` dimensions gets them too, if it has none.
    pub(super) fn raised(
        &mut self,
        (operand, depth): (ValueId, usize),
        lift: &[Extent],
        own: &[Extent],
        span: Span,
    ) -> Result<ValueId, BindError> {
        let whole = Shape(lift.iter().chain(own).copied().collect());
        let shape = self.value(operand).shape.clone();
        if same_lengths(&shape, &whole) {
            return Ok(operand);
        }
        let lengths = |shape: &Shape| shape.0.iter().map(known).collect::<Option<Vec<usize>>>();
        let (Some(lengths), Some(target)) = (lengths(&shape), lengths(&whole)) else {
            let message = "this would repeat values as often as there are rows, which only their owner knows";
            return Err(Diagnostic::new(span, message).into());
        };
        let mut natural = strides(&lengths).into_iter();
        let mut stride_of = |present: bool| if present { natural.next().unwrap_or(0) } else { 0 };
        let own_present = lengths.len() > depth;
        let axes = target
            .iter()
            .enumerate()
            .map(|(axis, length)| (*length, stride_of(if axis < lift.len() { axis < depth } else { own_present })))
            .collect();
        self.view(operand, View { offset: 0, axes }, whole, span)
    }

    /// The operands of an element-wise operation: where some are lifted, all have one shape, or are single values.
    pub(super) fn aligned(
        &mut self,
        site: &Site<'_>,
        operands: &[(ValueId, usize)],
    ) -> Result<Vec<ValueId>, BindError> {
        if site.lift.is_empty() {
            return Ok(operands.iter().map(|(id, _)| *id).collect());
        }
        let own = self.site_shape(site)?.0.split_off(site.lift.len());
        let single = |this: &Self, (id, depth): (ValueId, usize)| depth == 0 && this.value(id).shape.0.is_empty();
        operands
            .iter()
            .map(
                |operand| {
                    if single(self, *operand) {
                        Ok(operand.0)
                    } else {
                        self.raised(*operand, site.lift, &own, site.span)
                    }
                },
            )
            .collect()
    }

    /// An operand lifted as far as the site, with its own dimensions as they are.
    pub(super) fn lifted(&mut self, site: &Site<'_>, operand: (ValueId, usize)) -> Result<ValueId, BindError> {
        let own = self.value(operand.0).shape.0[operand.1..].to_vec();
        self.raised(operand, site.lift, &own, site.span)
    }
}

fn same_lengths(a: &Shape, b: &Shape) -> bool {
    let same = |(a, b): (&Extent, &Extent)| match (known(a), known(b)) {
        (Some(a), Some(b)) => a == b,
        // Private extents of one frame are the same column's.
        (None, None) => true,
        _ => false,
    };
    a.0.len() == b.0.len() && a.0.iter().zip(&b.0).all(same)
}

/// The length of an extent, if everybody knows it.
pub(super) fn known(extent: &Extent) -> Option<usize> {
    match extent {
        Extent::Known { length, .. } => Some(*length),
        Extent::Private { .. } => None,
    }
}

/// By axis: how far apart neighbours lie.
pub(super) fn strides(lengths: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; lengths.len()];
    for axis in (1..lengths.len()).rev() {
        strides[axis - 1] = strides[axis] * lengths[axis];
    }
    strides
}

/// The axes of a whole vector of these lengths, row by row.
pub(super) fn natural_axes(lengths: &[usize]) -> Vec<(usize, usize)> {
    lengths.iter().copied().zip(strides(lengths)).collect()
}
