//! One operation for one member.

use super::lifting::{known, natural_axes};
use super::site::Site;
use super::{BindError, Elaboration};
use crate::bind::{BoundInput, BoundOperation, CurveOperation, Extent, ParameterValue, Shape, ValueId, View};
use crate::number::{Range, word_of};
use crate::program::{Diagnostic, Function, Interval, Kind, Operation, Span};

impl Elaboration<'_> {
    pub(super) fn operation(
        &mut self,
        site: &Site<'_>,
        operation: &Operation,
        operands: &[(ValueId, usize)],
        index: usize,
    ) -> Result<ValueId, BindError> {
        let ids = || operands.iter().map(|(id, _)| *id).collect::<Vec<ValueId>>();
        match operation {
            Operation::Input(input) => {
                let position = self.input_positions[input.0][index];
                let BoundInput { decimals, range, .. } = self.inputs[position];
                self.place(site, BoundOperation::Input(position), vec![], decimals, range)
            }
            Operation::Parameter(parameter) => match &self.parameters[parameter.0].1 {
                ParameterValue::Bytes(bytes) => {
                    let bytes = CurveOperation::Bytes(bytes.clone());
                    self.place_on_curve(site, bytes, vec![])
                }
                ParameterValue::Scalar(scalar) => {
                    let scalar = CurveOperation::Scalar(*scalar);
                    self.place_on_curve(site, scalar, vec![])
                }
                value => {
                    let (words, decimals, range) = constants(value);
                    self.place(site, BoundOperation::Constant(words), vec![], decimals, range)
                }
            },
            Operation::Literal(l) => {
                let constant = BoundOperation::Constant(vec![word_of(l.mantissa)]);
                self.place(site, constant, vec![], l.decimals, Range::exactly(l.mantissa))
            }
            Operation::Random { bits } => {
                let random = BoundOperation::Random { bits: *bits, entry: self.random };
                self.random += self.site_shape(site)?.length().unwrap_or(1);
                self.place(site, random, vec![], 0, Range::unsigned(*bits))
            }
            Operation::Call(function) => self.call(site, *function, operands),
            Operation::Slice { from, to } => self.slice(site, operands[0].0, *from as usize, to.map(|to| to as usize)),
            Operation::Within(interval) => self.within(site, operands[0].0, *interval),
            Operation::Bits { width } => self.bits(site, operands[0].0, *width),
            Operation::Number { signed } => self.number(site, operands[0].0, *signed),
            Operation::Join => self.join(site, operands),
            Operation::Circuit(id) => {
                let source = self.program.circuits()[id.0].source.clone();
                let lifted = operands.iter().map(|o| self.lifted(site, *o)).collect::<Result<_, _>>()?;
                self.place(site, BoundOperation::Circuit(source), lifted, 0, Range::BIT)
            }
            Operation::Reveal { name, to, .. } => {
                let reveal = BoundOperation::Reveal { name: name.clone(), receivers: self.receivers(to) };
                self.like_first(site, reveal, ids())
            }
            Operation::Output { name } => self.like_first(site, BoundOperation::Output { name: name.clone() }, ids()),
            Operation::Assert { message } => {
                self.like_first(site, BoundOperation::Assert { message: message.clone(), accused: None }, ids())
            }
            Operation::Held(_)
            | Operation::RandomScalar { .. }
            | Operation::Coin(_)
            | Operation::Generator(_)
            | Operation::DigestScalar(_)
            | Operation::AssertPoint { .. }
            | Operation::Keep { .. } => self.on_curve(site, operation, ids()),
            // These are bound for all members together.
            Operation::OverRole(..)
            | Operation::Part(_)
            | Operation::Argument(_)
            | Operation::Return
            | Operation::Invoke(_)
            | Operation::Map { .. }
            | Operation::Fold { .. }
            | Operation::Repeat { .. } => Err(Diagnostic::new(site.span, "this is no operation of one member").into()),
        }
    }

    fn call(
        &mut self,
        site: &Site<'_>,
        function: Function,
        operands: &[(ValueId, usize)],
    ) -> Result<ValueId, BindError> {
        if self.is_on_curves(function, operands) {
            return self.call_on_curves(site, function, operands);
        }
        match function {
            Function::Share => self.like_first(site, BoundOperation::Share, vec![operands[0].0]),
            Function::Sum => self.sum(site, operands[0].0),
            Function::Dot => self.dot(site, operands),
            Function::MatMul => self.matrix_product(site, operands),
            Function::Transpose => self.transposed(site, operands[0]),
            Function::Lookup => self.looked_up(site, operands[0], operands[1]),
            Function::ArgMin | Function::ArgMax => self.position_of_extreme(site, function, operands[0]),
            Function::PrefixSum => self.prefix_sum(site, operands[0]),
            Function::Sort => self.sort(site, operands[0]),
            Function::SortBy => self.sort_by(site, operands[0], operands[1]),
            Function::CountBy | Function::SumBy | Function::MinBy | Function::MaxBy | Function::HistogramBy => {
                if !site.lift.is_empty() {
                    let message = format!("{} works on whole columns, not inside of map", function.row().name);
                    return Err(Diagnostic::new(site.span, message).into());
                }
                self.grouped(site, function, operands.iter().map(|(id, _)| *id).collect())
            }
            Function::Round => self.round(site, operands[0].0, operands[1].0),
            Function::Root => self.root(site, operands[0].0),
            Function::Exp | Function::Log | Function::Sigmoid | Function::Tanh => {
                self.approximated(site, function, operands)
            }
            _ => {
                let operands = self.aligned(site, operands)?;
                self.elementwise(site, function, operands)
            }
        }
    }

    /// Lengths of a value's extents; those that only its owner knows are an error.
    pub(super) fn lengths(&self, id: ValueId, span: Span) -> Result<Vec<usize>, BindError> {
        let lengths: Option<Vec<usize>> = self.value(id).shape.0.iter().map(known).collect();
        lengths.ok_or_else(|| Diagnostic::new(span, "only the owner knows how many elements there are").into())
    }

    fn slice(
        &mut self,
        site: &Site<'_>,
        operand: ValueId,
        from: usize,
        to: Option<usize>,
    ) -> Result<ValueId, BindError> {
        let lengths = self.lengths(operand, site.span)?;
        let mut axes = natural_axes(&lengths);
        axes.pop();
        axes.extend(to.map(|to| (to - from, 1)));
        self.like_first(site, BoundOperation::View(View { offset: from, axes }), vec![operand])
    }

    fn within(&mut self, site: &Site<'_>, operand: ValueId, interval: Interval) -> Result<ValueId, BindError> {
        let decimals = self.value(operand).decimals;
        let inside = self.element_range(interval, decimals, site.span)?;
        let before = self.value(operand).range;
        let range = Range { low: inside.low.max(before.low), high: inside.high.min(before.high) };
        if range.is_empty() {
            let message =
                format!("no value passes: {before:?} and {inside:?} (in units of the last decimal) are apart");
            return Err(Diagnostic::new(site.span, message).into());
        }
        self.place(site, BoundOperation::Within, vec![operand], decimals, range)
    }

    fn bits(&mut self, site: &Site<'_>, operand: ValueId, width: u32) -> Result<ValueId, BindError> {
        let value = self.value(operand);
        if value.decimals > 0 {
            return Err(Diagnostic::new(site.span, "bits takes whole numbers; this one has decimals").into());
        }
        if value.range.bits() > width {
            let message = format!("{:?} needs {} bits, not {width}", value.range, value.range.bits());
            return Err(Diagnostic::new(site.span, message).into());
        }
        self.place(site, BoundOperation::Bits { width: width as usize }, vec![operand], 0, Range::BIT)
    }

    fn number(&mut self, site: &Site<'_>, operand: ValueId, signed: bool) -> Result<ValueId, BindError> {
        let width = match self.value(operand).shape.0.last() {
            Some(Extent::Known { length, .. }) => *length as u32,
            _ => 1,
        };
        let range = if signed { Range::signed(width) } else { Range::unsigned(width) };
        self.place(site, BoundOperation::Number, vec![operand], 0, range)
    }

    /// Vectors end to end; where they are lifted, along their own dimension.
    fn join(&mut self, site: &Site<'_>, operands: &[(ValueId, usize)]) -> Result<ValueId, BindError> {
        let mut parts: Vec<ValueId> = operands.iter().map(|o| self.lifted(site, *o)).collect::<Result<_, _>>()?;
        let decimals = parts.iter().map(|part| self.value(*part).decimals).max().unwrap_or(0);
        for part in &mut parts {
            *part = self.rescaled(site.span, *part, decimals)?;
        }
        let ranges = parts.iter().map(|part| self.value(*part).range);
        let range = ranges.reduce(|a, b| a.union(&b)).unwrap_or(Range::BIT);
        if site.ty.kind == Kind::Number && !range.fits_word() {
            return Err(Diagnostic::new(site.span, "the joined vectors do not fit 128 bits together").into());
        }
        if site.lift.is_empty() {
            return self.place(site, BoundOperation::Concatenate, parts, decimals, range);
        }
        // Turned so that positions come first, vectors of many rows are joined end to end as well.
        let lengths = self.lengths(parts[0], site.span)?;
        let lift = &lengths[..lengths.len() - 1];
        let rows: usize = lift.iter().product();
        for part in &mut parts {
            let lengths = self.lengths(*part, site.span)?;
            let mut axes = natural_axes(&lengths);
            axes.rotate_right(1);
            let shape = Shape(axes.iter().map(|(length, _)| extent(*length)).collect());
            *part = self.view(*part, View { offset: 0, axes }, shape, site.span)?;
        }
        let whole = self.site_shape(site)?;
        let width = whole.0.last().and_then(known).unwrap_or(1);
        let turned = self.place(site, BoundOperation::Concatenate, parts, decimals, range)?;
        let mut axes = natural_axes(lift);
        axes.push((width, rows));
        self.view(turned, View { offset: 0, axes }, whole, site.span)
    }
}

fn extent(length: usize) -> Extent {
    Extent::Known { length, shown: true }
}

fn constants(value: &ParameterValue) -> (Vec<u128>, u32, Range) {
    match value {
        ParameterValue::Number(n) => (vec![u128::from(*n)], 0, Range::exactly(*n)),
        ParameterValue::List { mantissas, decimals } => {
            let range = Range {
                low: mantissas.iter().copied().min().unwrap_or_default(),
                high: mantissas.iter().copied().max().unwrap_or_default(),
            };
            (mantissas.iter().map(|m| word_of(*m)).collect(), *decimals, range)
        }
        ParameterValue::Roles(..)
        | ParameterValue::Bytes(_)
        | ParameterValue::Scalar(_)
        | ParameterValue::Structure(_) => (Vec::new(), 0, Range::exactly(0)),
    }
}
