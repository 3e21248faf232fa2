//! Running sums of secret vectors.

use super::lifting::natural_axes;
use super::site::Site;
use super::{BindError, Elaboration};
use crate::bind::{BoundOperation, Knowledge, ValueId, View};
use crate::number::Range;
use crate::program::{Function, Kind};

impl Elaboration<'_> {
    pub(super) fn prefix_sum(&mut self, site: &Site<'_>, operand: (ValueId, usize)) -> Result<ValueId, BindError> {
        let operand = self.lifted(site, operand)?;
        let value = self.value(operand);
        let (decimals, secret) = (value.decimals, value.knowledge == Knowledge::Secret);
        let (_, most) = super::arithmetic::extent_bounds(value.shape.0.last());
        let range = value.range.sum_of(1, most.max(1));
        let range = self.fits(site.span, range, &[operand])?;
        if !secret {
            return self.place(site, BoundOperation::RunningSums, vec![operand], decimals, range);
        }
        let lengths = self.lengths(operand, site.span)?;
        let length = lengths[lengths.len() - 1];
        let rows: usize = lengths[..lengths.len() - 1].iter().product();
        // Turned so that positions come first, every step works on all rows at once.
        let turned = self.flat_view(operand, View { offset: 0, axes: vec![(length, 1), (rows, length)] })?;
        let sums = self.scan(turned, length, rows, range)?;
        let axes = if lengths.len() == 1 { natural_axes(&lengths) } else { vec![(rows, 1), (length, rows)] };
        let shape = self.site_shape(site)?;
        self.view(sums, View { offset: 0, axes }, shape, site.span)
    }

    /// Of `length` positions of `rows` elements each. Pairs are added, the running sums of the pairs taken, and those
    /// are the sums at every second position; the others lack one element (Brent and Kung 1982): two additions for
    /// each element, in a depth of twice the logarithm.
    fn scan(&mut self, of: ValueId, length: usize, rows: usize, range: Range) -> Result<ValueId, BindError> {
        if length <= 1 {
            return Ok(of);
        }
        let as_sums = (Kind::Number, range);
        let pairs = length / 2;
        let at = |from: usize, count: usize| View { offset: from * rows, axes: vec![(count, 2 * rows), (rows, 1)] };
        let run = |from: usize, count: usize| View::slice(from * rows, (from + count) * rows);
        let (first, second) = (self.flat_view(of, at(0, pairs))?, self.flat_view(of, at(1, pairs))?);
        let paired = self.flat_call(of, Function::Add, vec![first, second], as_sums)?;
        let odd = self.scan(paired, pairs, rows, range)?;
        let start = self.flat_view(of, run(0, 1))?;
        let mut even = vec![start];
        // Of an even length the last of the pairs ends the vector.
        let others = length - pairs - 1;
        if others > 0 {
            let before = self.flat_view(odd, run(0, others))?;
            let own = self.flat_view(of, at(2, others))?;
            even.push(self.flat_call(of, Function::Add, vec![before, own], as_sums)?);
        }
        // An odd length lacks a last pair: any element takes its place, and is left out again.
        let mut parts = even;
        parts.push(odd);
        if length % 2 == 1 {
            parts.push(start);
        }
        let half = length.div_ceil(2);
        let joined = self.flat_join(of, parts)?;
        let axes = vec![(half, rows), (2, half * rows), (rows, 1)];
        let woven = self.flat_view(joined, View { offset: 0, axes })?;
        if length % 2 == 1 { self.flat_view(woven, run(0, length)) } else { Ok(woven) }
    }
}
