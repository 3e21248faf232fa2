//! Functions of real numbers, on decimals.

use super::site::Site;
use super::{BindError, Elaboration};
use crate::bind::{BoundOperation, ValueId};
use crate::gadgets::fixed::decimal::{DecimalFunction, MOST_ARGUMENT_DECIMALS, MOST_DECIMALS, Real, Unfit};
use crate::number::{Range, format_decimal};
use crate::program::{CircuitSource, Diagnostic, Dimension, Function, Kind, Type};

impl Elaboration<'_> {
    /// The argument's bits go through the function's circuit. The result has the decimals asked for, or the argument's.
    pub(super) fn approximated(
        &mut self,
        site: &Site<'_>,
        function: Function,
        operands: &[(ValueId, usize)],
    ) -> Result<ValueId, BindError> {
        let argument = operands[0].0;
        let asked = operands.get(1).and_then(|(decimals, _)| self.value(*decimals).range.single());
        let decimals = self.result_decimals(site, function, argument, asked.map(|decimals| decimals.as_u32()))?;
        let (source, range) = self.approximation(site, function, argument, decimals)?;
        let width = self.value(argument).range.bits();
        let bits = self.bits_of(argument, width)?;
        let mut dimensions = site.ty.dimensions.clone();
        dimensions.push(Dimension::Constant(u64::from(range.bits())));
        let ty = Type { kind: Kind::Bit, dimensions, ..site.ty.clone() };
        let bits =
            self.place(&Site { ty: &ty, ..*site }, BoundOperation::Circuit(source), vec![bits], 0, Range::BIT)?;
        self.place(site, BoundOperation::Number, vec![bits], decimals, range)
    }

    fn result_decimals(
        &self,
        site: &Site<'_>,
        function: Function,
        argument: ValueId,
        asked: Option<u32>,
    ) -> Result<u32, BindError> {
        let (name, own) = (function.row().name, self.value(argument).decimals);
        match asked {
            None if own == 0 => {
                let message = format!("{name} gives as many decimals as its argument has, and this is a whole number");
                Err(Diagnostic::new(site.span, message).hint(format!("say how many: {name}(x, 4)")).into())
            }
            None if own > MOST_DECIMALS => {
                let message = format!("{name} gives at most {MOST_DECIMALS} decimals; its argument has {own}");
                Err(Diagnostic::new(site.span, message).hint(format!("say how many: {name}(x, 4)")).into())
            }
            decimals => Ok(decimals.unwrap_or(own)),
        }
    }

    /// The circuit, and the range of its results.
    fn approximation(
        &mut self,
        site: &Site<'_>,
        function: Function,
        argument: ValueId,
        decimals: u32,
    ) -> Result<(CircuitSource, Range), BindError> {
        let real = match function {
            Function::Exp => Real::Exp,
            Function::Log => Real::Log,
            Function::Sigmoid => Real::Sigmoid,
            _ => Real::Tanh,
        };
        let value = self.value(argument);
        let (range, places) = (value.range, value.decimals);
        let wanted = DecimalFunction::new(real, range, places, decimals);
        let wanted = wanted.map_err(|unfit| refusal(site, function, (range, places), decimals, unfit))?;
        let made = self.approximations.entry(wanted).or_insert_with_key(|function| {
            let definition = function.definition();
            let range = definition.result();
            (CircuitSource::approximation(definition), range)
        });
        Ok(made.clone())
    }
}

fn refusal(site: &Site<'_>, function: Function, argument: (Range, u32), decimals: u32, unfit: Unfit) -> Diagnostic {
    let (name, (range, places)) = (function.row().name, argument);
    let shown = |mantissa| format_decimal(mantissa, places);
    let (low, high) = (shown(range.low), shown(range.high));
    let (message, hint) = match unfit {
        Unfit::ArgumentDecimals => (
            format!("{name} takes at most {MOST_ARGUMENT_DECIMALS} decimals; this has {places}"),
            format!("round it first: {name}(round(x, {MOST_DECIMALS}))"),
        ),
        Unfit::Decimals => (
            format!("{name} gives at most {MOST_DECIMALS} decimals, not {decimals}"),
            format!("say how many: {name}(x, {MOST_DECIMALS})"),
        ),
        Unfit::NotPositive => (
            format!("the logarithm of a number that can be zero or less: its range is {low}..={high}"),
            format!("declare a range from above zero, or take log(max(x, {}))", shown(1.into())),
        ),
        Unfit::TooLarge { greatest } => {
            let greatest = shown(greatest.into());
            (
                format!(
                    "exp of a number up to {high} with {decimals} decimals needs more than 32 bits; up to {greatest} it does not"
                ),
                format!("declare the range as ..={greatest}, take exp(min(x, {greatest})), or ask for fewer decimals"),
            )
        }
        Unfit::TooWide => (
            format!("{name} takes numbers of 128 bits with the sign; this is {low}..={high}"),
            "narrow the ranges of the inputs".to_owned(),
        ),
    };
    Diagnostic::new(site.span, message).hint(hint)
}
