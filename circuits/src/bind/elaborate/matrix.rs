//! Products of tables.

use super::lifting::natural_axes;
use super::site::Site;
use super::{BindError, Elaboration};
use crate::bind::{BoundOperation, Knowledge, Shape, ValueId, View};
use crate::number::Range;
use crate::program::{Diagnostic, Function, Kind};

impl Elaboration<'_> {
    pub(super) fn matrix_product(
        &mut self,
        site: &Site<'_>,
        operands: &[(ValueId, usize)],
    ) -> Result<ValueId, BindError> {
        if !site.lift.is_empty() {
            return Err(Diagnostic::new(site.span, "matmul works on whole tables, not inside of map").into());
        }
        let (left, right) = (operands[0].0, operands[1].0);
        let lengths = self.lengths(right, site.span)?;
        let (inner, columns) = (lengths[0], lengths[1]);
        let (first, second) = (self.value(left), self.value(right));
        let decimals = self.decimals(site.span, first.decimals + second.decimals)?;
        let range = first.range.mul(&second.range).and_then(|r| r.sum_of(inner as u64, inner as u64));
        let range = self.fits(site.span, range, &[left, right])?;
        let secrets = [left, right].iter().filter(|id| self.value(**id).knowledge == Knowledge::Secret).count();
        if secrets != 1 || columns == 0 {
            return self.place(site, BoundOperation::MatrixProduct { inner }, vec![left, right], decimals, range);
        }
        // What everybody knows of one operand makes the product a linear map of the other, column by column.
        let rows = self.lengths(left, site.span)?[0];
        let mut parts = Vec::new();
        for column in 0..columns {
            let column = self.flat_view(right, View { offset: column, axes: vec![(inner, columns)] })?;
            let part = self.flat(left, BoundOperation::Dot, vec![left, column], rows, (Kind::Number, range))?;
            self.values[part.0].decimals = decimals;
            self.values[part.0].knowledge = Knowledge::Secret;
            parts.push(part);
        }
        let turned = self.flat_join(parts[0], parts.clone())?;
        let shape = self.site_shape(site)?;
        self.view(turned, View { offset: 0, axes: vec![(rows, 1), (columns, rows)] }, shape, site.span)
    }

    /// Columns as rows.
    pub(super) fn transposed(&mut self, site: &Site<'_>, operand: (ValueId, usize)) -> Result<ValueId, BindError> {
        let operand = self.lifted(site, operand)?;
        let lengths = self.lengths(operand, site.span)?;
        let mut axes = natural_axes(&lengths);
        let last = axes.len() - 1;
        axes.swap(last - 1, last);
        self.like_first(site, BoundOperation::View(View { offset: 0, axes }), vec![operand])
    }

    /// Sums by group of secret columns. A row's group is two digits, each as bits of which one is set; the bits of the
    /// low digit times the row's number, times those of the high one, summed over the rows, is a product of two tables.
    /// So a row costs as many products as the low digit has values, and the sums one more each.
    pub(super) fn secret_sums(
        &mut self,
        site: &Site<'_>,
        group: ValueId,
        summed: Option<ValueId>,
        groups: usize,
        range: Range,
    ) -> Result<ValueId, BindError> {
        let rows = self.value(group).shape.length().unwrap_or(1);
        let others = summed.map_or(rows, |x| self.value(x).shape.length().unwrap_or(1));
        if rows == 0 || others == 0 {
            return self.sums_of_no_rows(site, group, groups, range);
        }
        let rows = rows.max(others);
        let width = groups.next_power_of_two().trailing_zeros().max(1);
        let low_bits = if groups <= 3 { width } else { width.div_ceil(2) };
        let low_count = groups.min(1 << low_bits);
        let high_count = groups.div_ceil(low_count);
        let (low, high) = self.digits(group, rows, width as usize, low_bits as usize)?;
        let selected = self.one_hot(low, low_count)?;
        let (numbers, of) = match summed {
            None => (selected, self.value(selected).range),
            Some(x) => {
                let every = if self.value(x).shape.length() == Some(rows) { 1 } else { 0 };
                let repeated = self.flat_view(x, View { offset: 0, axes: vec![(low_count, 0), (rows, every)] })?;
                let of = self.value(x).range.union(&Range::exactly(0));
                (self.flat_call(x, Function::Mul, vec![selected, repeated], (Kind::Number, of))?, of)
            }
        };
        let decimals = summed.map_or(0, |x| self.value(x).decimals);
        self.values[numbers.0].decimals = decimals;
        self.values[numbers.0].knowledge = Knowledge::Secret;
        let sums = if high_count == 1 {
            let table = self.shaped(numbers, &[low_count, rows])?;
            self.flat(table, BoundOperation::Sum, vec![table], low_count, (Kind::Number, range))?
        } else {
            let chosen = self.one_hot(high, high_count)?;
            let chosen = self.shaped(chosen, &[high_count, rows])?;
            let turned = self.flat_view(numbers, View { offset: 0, axes: vec![(rows, 1), (low_count, rows)] })?;
            let turned = self.shaped(turned, &[rows, low_count])?;
            let product = BoundOperation::MatrixProduct { inner: rows };
            let length = high_count * low_count;
            // The numbers of absent rows are zeros.
            let all = of.sum_of(0, rows as u64).unwrap_or(range).union(&range);
            self.flat(turned, product, vec![chosen, turned], length, (Kind::Number, all))?
        };
        self.values[sums.0].decimals = decimals;
        self.values[sums.0].range = range;
        let shape = self.site_shape(site)?;
        self.view(sums, View::slice(0, groups), shape, site.span)
    }

    /// Zeros, as many as there are groups.
    fn sums_of_no_rows(
        &mut self,
        site: &Site<'_>,
        group: ValueId,
        groups: usize,
        range: Range,
    ) -> Result<ValueId, BindError> {
        let none = self.flat_view(group, View { offset: 0, axes: vec![(0, 1)] })?;
        let none = self.shaped(none, &[groups, 0])?;
        let sums = self.flat(none, BoundOperation::Sum, vec![none], groups, (Kind::Number, range))?;
        self.values[sums.0].knowledge = Knowledge::Secret;
        let shape = self.site_shape(site)?;
        self.view(sums, View::slice(0, groups), shape, site.span)
    }

    /// The low bits of whole numbers of `width` bits, and the rest of them.
    fn digits(
        &mut self,
        group: ValueId,
        rows: usize,
        width: usize,
        low_bits: usize,
    ) -> Result<(ValueId, ValueId), BindError> {
        let every = if self.value(group).shape.length() == Some(rows) { 1 } else { 0 };
        let column = self.flat_view(group, View { offset: 0, axes: vec![(rows, every)] })?;
        if low_bits == width {
            return Ok((column, column));
        }
        let bits = BoundOperation::Bits { width };
        let bits = self.flat(column, bits, vec![column], rows * width, (Kind::Bit, Range::BIT))?;
        let bits = self.shaped(bits, &[rows, width])?;
        let mut digit = |from: usize, to: usize| {
            let some = self.flat_view(bits, View { offset: from, axes: vec![(rows, width), (to - from, 1)] })?;
            let some = self.shaped(some, &[rows, to - from])?;
            let range = Range::unsigned((to - from) as u32);
            self.flat(some, BoundOperation::Number, vec![some], rows, (Kind::Number, range))
        };
        Ok((digit(0, low_bits)?, digit(low_bits, width)?))
    }

    /// For each of `count` values, whether each element is that value.
    fn one_hot(&mut self, digit: ValueId, count: usize) -> Result<ValueId, BindError> {
        let mut bits = Vec::new();
        for value in 0..count {
            let constant = self.number_for_all(digit, ethnum::I256::from(value as u64))?;
            bits.push(self.flat_call(digit, Function::Eq, vec![digit, constant], (Kind::Bit, Range::BIT))?);
        }
        self.flat_join(digit, bits)
    }

    fn shaped(&mut self, id: ValueId, lengths: &[usize]) -> Result<ValueId, BindError> {
        let axes = natural_axes(lengths);
        let extent = |length: &usize| crate::bind::Extent::Known { length: *length, shown: true };
        let shape = Shape(lengths.iter().map(extent).collect());
        let span = self.value(id).span;
        self.view(id, View { offset: 0, axes }, shape, span)
    }
}
