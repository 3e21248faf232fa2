//! Arithmetic: decimals are aligned, ranges inferred.

use super::lifting::known;
use super::site::Site;
use super::{BindError, Elaboration};
use crate::bind::{BoundOperation, Extent, Shape, Value, ValueId, ranges};
use crate::number::{Range, pow10, word_of};
use crate::program::{Diagnostic, Function, Kind, Notation, Span, Type, Visibility};

impl Elaboration<'_> {
    pub(super) fn sum(&mut self, site: &Site<'_>, operand: ValueId) -> Result<ValueId, BindError> {
        let value = self.value(operand);
        let (least, most) = extent_bounds(value.shape.0.last());
        let decimals = value.decimals;
        let range = self.fits(site.span, value.range.sum_of(least, most), &[operand])?;
        self.place(site, BoundOperation::Sum, vec![operand], decimals, range)
    }

    pub(super) fn dot(&mut self, site: &Site<'_>, operands: &[(ValueId, usize)]) -> Result<ValueId, BindError> {
        let [mut table, mut column] = [operands[0], operands[1]];
        let own = |this: &Self, (id, depth): (ValueId, usize)| this.value(id).shape.0.len() - depth;
        // A product of two columns may be taken either way round.
        if table.1 == 0 && column.1 > 0 && own(self, table) == 1 {
            (table, column) = (column, table);
        }
        if column.1 > 0 {
            return self.dot_of_lifted(site, table, column);
        }
        let (first, second) = (self.value(table.0), self.value(column.0));
        let (least, most) = extent_bounds(first.shape.0.last());
        let range = first.range.mul(&second.range).and_then(|r| r.sum_of(least, most));
        let decimals = first.decimals + second.decimals;
        let operands = vec![table.0, column.0];
        let range = self.fits(site.span, range, &operands)?;
        let decimals = self.decimals(site.span, decimals)?;
        self.place(site, BoundOperation::Dot, operands, decimals, range)
    }

    /// Where each element has a column of its own: products, and their sums.
    fn dot_of_lifted(
        &mut self,
        site: &Site<'_>,
        table: (ValueId, usize),
        column: (ValueId, usize),
    ) -> Result<ValueId, BindError> {
        let own: Vec<Extent> = self.value(table.0).shape.0[table.1..].to_vec();
        let table = self.raised(table, site.lift, &own, site.span)?;
        // The column stands for every row of the table.
        let width = own.last().copied().into_iter();
        let rows = own[..own.len() - 1].iter().copied();
        let column = self.raised(column, site.lift, &width.collect::<Vec<_>>(), site.span)?;
        let column = self.repeated_rows(site, column, &rows.collect::<Vec<_>>())?;
        let (first, second) = (self.value(table), self.value(column));
        let (decimals, range) = (first.decimals + second.decimals, first.range.mul(&second.range));
        let decimals = self.decimals(site.span, decimals)?;
        let range = self.fits(site.span, range, &[table, column])?;
        let ty = Type { kind: Kind::Number, ..site.ty.clone() };
        let products = self.place(
            &Site { ty: &ty, ..*site },
            BoundOperation::Elementwise(Function::Mul),
            vec![table, column],
            decimals,
            range,
        )?;
        self.values[products.0].shape = self.value(table).shape.clone();
        self.sum(site, products)
    }

    /// `[lift, columns]` as `[lift, rows, columns]`, every row the same.
    fn repeated_rows(&mut self, site: &Site<'_>, column: ValueId, rows: &[Extent]) -> Result<ValueId, BindError> {
        let lengths = self.lengths(column, site.span)?;
        let mut axes = super::lifting::natural_axes(&lengths);
        let mut extents = self.value(column).shape.0.clone();
        for row in rows {
            let length = known(row).ok_or_else(|| Diagnostic::new(site.span, "only the owner knows the rows"))?;
            axes.insert(axes.len() - 1, (length, 0));
            extents.insert(extents.len() - 1, *row);
        }
        if rows.is_empty() {
            return Ok(column);
        }
        self.view(column, crate::bind::View { offset: 0, axes }, Shape(extents), site.span)
    }

    pub(super) fn elementwise(
        &mut self,
        site: &Site<'_>,
        function: Function,
        mut operands: Vec<ValueId>,
    ) -> Result<ValueId, BindError> {
        use Function as F;
        let rational =
            site.ty.kind == Kind::Rational || operands.iter().any(|o| self.values[o.0].kind == Kind::Rational);
        if rational {
            return self.place(site, BoundOperation::Elementwise(function), operands, 0, Range::BIT);
        }
        if (function.is_bitwise() || function.is_wrapping()) && site.ty.kind == Kind::Number {
            let fits = |v: &Value| v.decimals == 0 && (function.is_wrapping() || !v.range.is_signed());
            if !operands.iter().all(|o| fits(self.value(*o))) {
                let what = if function.is_wrapping() { "whole numbers" } else { "whole numbers that are not negative" };
                let name = match function.row().notation {
                    Notation::Infix(symbol, _) => symbol,
                    _ => function.row().name,
                };
                let message = format!("{name} works on {what}");
                return Err(Diagnostic::new(site.span, message).into());
            }
        }
        let aligned = match function {
            F::Quotient | F::Remainder => {
                if self.value(operands[1]).range.contains(ethnum::I256::ZERO) {
                    return Err(Diagnostic::new(site.span, "the divisor can be zero")
                        .hint("declare its range without zero, or divide by max(x, 1)")
                        .into());
                }
                0
            }
            F::Add | F::Sub | F::Min | F::Max | F::Lt | F::Le | F::Gt | F::Ge | F::Eq | F::Ne => 0,
            F::Select => 1,
            _ => operands.len(),
        };
        let decimals = operands[aligned..].iter().map(|o| self.values[o.0].decimals).max();
        if let Some(decimals) = decimals {
            for operand in &mut operands[aligned..] {
                *operand = self.rescaled(site.span, *operand, decimals)?;
            }
        }
        let decimals = match function {
            _ if site.ty.kind == Kind::Bit => 0,
            F::Quotient => 0,
            F::Mul => {
                self.decimals(site.span, self.values[operands[0].0].decimals + self.values[operands[1].0].decimals)?
            }
            _ => decimals.unwrap_or(self.values[operands[0].0].decimals),
        };
        let operand_ranges: Vec<&Range> = operands.iter().map(|o| &self.values[o.0].range).collect();
        let same = operands.len() == 2 && operands[0] == operands[1];
        let range = ranges::elementwise(function, &operand_ranges, same, site.ty.kind);
        let range = self.fits(site.span, range, &operands)?;
        self.place(site, BoundOperation::Elementwise(function), operands, decimals, range)
    }

    /// The nearest number with fewer decimals.
    pub(super) fn round(&mut self, site: &Site<'_>, operand: ValueId, decimals: ValueId) -> Result<ValueId, BindError> {
        let wanted = self.value(decimals).range.single().map_or(0, |d| d.as_u32());
        let value = self.value(operand).clone();
        if wanted >= value.decimals {
            return Ok(operand);
        }
        let factor = pow10(value.decimals - wanted);
        let public = Type { kind: Kind::Number, dimensions: vec![], visibility: Visibility::Public, member: None };
        let constant = BoundOperation::Constant(vec![word_of(factor)]);
        let place = Site { ty: &public, lift: &[], member: None, ..*site };
        let divisor = self.place(&place, constant, vec![], 0, Range::exactly(factor))?;
        let range = ranges::elementwise(Function::Round, &[&value.range, &Range::exactly(factor)], false, Kind::Number);
        let range = self.fits(site.span, range, &[operand])?;
        let round = BoundOperation::Elementwise(Function::Round);
        self.place(site, round, vec![operand, divisor], wanted, range)
    }

    /// The square root of a mantissa has half of its decimals.
    pub(super) fn root(&mut self, site: &Site<'_>, operand: ValueId) -> Result<ValueId, BindError> {
        let value = self.value(operand).clone();
        if value.range.is_signed() {
            return Err(Diagnostic::new(site.span, "the square root of a number that can be negative")
                .hint("declare a range from 0, or take root(max(x, 0))")
                .into());
        }
        let even = self.rescaled(site.span, operand, value.decimals.next_multiple_of(2))?;
        let range = ranges::elementwise(Function::Root, &[&self.value(even).range], false, Kind::Number);
        let range = self.fits(site.span, range, &[even])?;
        let root = BoundOperation::Elementwise(Function::Root);
        self.place(site, root, vec![even], value.decimals.div_ceil(2), range)
    }

    /// The value with more decimals: an exact multiplication.
    pub(super) fn rescaled(&mut self, span: Span, operand: ValueId, decimals: u32) -> Result<ValueId, BindError> {
        let value = self.values[operand.0].clone();
        if value.decimals == decimals {
            return Ok(operand);
        }
        let factor = pow10(decimals - value.decimals);
        let range = self.fits(span, value.range.mul(&Range::exactly(factor)), &[operand])?;
        let operation = match &value.operation {
            BoundOperation::Constant(words) => {
                BoundOperation::Constant(words.iter().map(|w| w.wrapping_mul(word_of(factor))).collect())
            }
            _ => BoundOperation::Rescale(word_of(factor)),
        };
        let operands = if matches!(operation, BoundOperation::Constant(_)) { vec![] } else { vec![operand] };
        self.push(Value { operation, operands, decimals, range, kind: Kind::Number, ..value })
    }
}

pub(super) fn extent_bounds(extent: Option<&Extent>) -> (u64, u64) {
    match extent {
        Some(Extent::Known { length, .. }) => (*length as u64, *length as u64),
        Some(Extent::Private { least, greatest }) => (*least, *greatest),
        None => (1, 1),
    }
}
