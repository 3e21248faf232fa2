//! Rows by group: by their owner over its own, or of secret columns.

use ethnum::I256;

use super::arithmetic::extent_bounds;
use super::site::Site;
use super::{BindError, Elaboration};
use crate::bind::{BoundOperation, Value, ValueId};
use crate::number::{Range, format_decimal, pow10, value_of, word_of};
use crate::program::{Diagnostic, Function, Visibility};

impl Elaboration<'_> {
    pub(super) fn grouped(
        &mut self,
        site: &Site<'_>,
        function: Function,
        operands: Vec<ValueId>,
    ) -> Result<ValueId, BindError> {
        let groups = match self.values[operands[operands.len() - 1].0].range.single() {
            Some(groups) => groups.as_usize(),
            None => return Err(Diagnostic::new(site.span, "the number of groups is not fixed").into()),
        };
        let group = &self.values[operands[0].0];
        if !Range::new(0, groups as i64 - 1).covers(&group.range) || group.decimals > 0 {
            let message =
                format!("the grouping column holds {:?}; with {groups} groups it must lie in 0..{groups}", group.range);
            return Err(Diagnostic::new(site.span, message).hint("declare the input as: u16 in 0..groups").into());
        }
        let (_, most) = extent_bounds(group.shape.0.last());
        let counts = Range::new(0, most as i64);
        let value = self.values[operands[1].0].clone();
        let (operation, range, decimals) = match function {
            Function::CountBy => (BoundOperation::CountBy { groups }, Some(counts), 0),
            Function::SumBy => (BoundOperation::SumBy { groups }, value.range.sum_of(0, most), value.decimals),
            Function::HistogramBy => {
                let edges = self.edges(site, operands[2], &value)?;
                let signed = value.range.is_signed() || self.values[operands[2].0].range.is_signed();
                (BoundOperation::HistogramBy { groups, edges, signed }, Some(counts), 0)
            }
            _ => {
                let greatest = function == Function::MaxBy;
                let empty = word_of(if greatest { value.range.low } else { value.range.high });
                (BoundOperation::ExtremeBy { groups, greatest, empty }, Some(value.range), value.decimals)
            }
        };
        let range = self.fits(site.span, range, &operands)?;
        if site.ty.visibility == Visibility::Secret {
            let summed = (function == Function::SumBy).then_some(operands[1]);
            return self.secret_sums(site, operands[0], summed, groups, range);
        }
        let columns = if function == Function::CountBy { 1 } else { 2 };
        self.place(site, operation, operands[..columns].to_vec(), decimals, range)
    }

    /// The edges of a histogram with the decimals of the counted column.
    fn edges(&self, site: &Site<'_>, list: ValueId, counted: &Value) -> Result<Vec<u128>, BindError> {
        let list = &self.values[list.0];
        let BoundOperation::Constant(words) = &list.operation else {
            return Err(Diagnostic::new(site.span, "the edges of a histogram are a list parameter").into());
        };
        if list.decimals > counted.decimals {
            return Err(Diagnostic::new(site.span, "the edges have more decimals than the values").into());
        }
        let edges: Vec<I256> = words.iter().map(|word| value_of(*word, &list.range)).collect();
        if let Some(pair) = edges.windows(2).find(|pair| pair[0] >= pair[1]) {
            let (a, b) = (format_decimal(pair[0], list.decimals), format_decimal(pair[1], list.decimals));
            let message = format!("the edges of a histogram ascend, without repetitions; here {a} stands before {b}");
            return Err(Diagnostic::new(site.span, message).into());
        }
        let factor = pow10(counted.decimals - list.decimals);
        let scaled = list.range.mul(&Range::exactly(factor));
        // Edges and values are compared as words of one reading.
        if !scaled.is_some_and(|edges| edges.union(&counted.range).fits_word()) {
            return Err(Diagnostic::new(site.span, "edges and values do not fit 128 bits together").into());
        }
        Ok(words.iter().map(|w| w.wrapping_mul(word_of(factor))).collect())
    }
}
