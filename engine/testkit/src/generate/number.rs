//! Functions of whole numbers and of decimals: wrapping, shifts, division, rounding.

use ethnum::I256;
use quorate_circuits::bind::elementwise_range;
use quorate_circuits::gadgets::fixed::decimal::MOST_ARGUMENT_DECIMALS;
use quorate_circuits::number::Range;
use quorate_circuits::program::Function;

use super::choices::Choices;
use super::expression::{call, elementwise, literal};
use super::value::Value;
use crate::approximated::{APPROXIMATED, definition};

/// Wider numbers are not divided: their circuits are long.
const MOST_DIVIDED: u32 = 48;

/// `wrapping_add(x, y, bits)` and its like.
pub(super) fn wrapping(choices: &mut Choices, x: &Value, y: &Value, bits: u32) -> Option<Value> {
    use Function::{WrappingAdd, WrappingMul, WrappingSub};
    let joined = x.meet(y)?;
    let width = 1 + choices.below(bits.min(128) as usize) as u32;
    let function = *choices.pick(&[WrappingAdd, WrappingSub, WrappingMul]);
    let text = format!("{}({}, {}, {width})", function.row().name, x.text, y.text);
    (x.is_whole() && y.is_whole()).then(|| Value { text, range: Range::unsigned(width), ..joined })
}

/// `shift_left(x, places)` or `shift_right(x, places)`.
pub(super) fn shift(choices: &mut Choices, x: &Value, places: &Value, bits: u32) -> Option<Value> {
    let function = *choices.pick(&[Function::ShiftLeft, Function::ShiftRight, Function::ShiftRight]);
    if !x.is_natural() || !places.is_natural() {
        return None;
    }
    let range = elementwise_range(function, &[&x.range, &places.range]).filter(|r| r.bits() <= bits)?;
    Some(Value { text: call(function, &[x, places]), range, ..x.meet(places)? })
}

/// A number of places, public.
pub(super) fn places(choices: &mut Choices) -> Value {
    let places = choices.below(12);
    Value { text: places.to_string(), decimals: 0, range: Range::exactly(places as u64), ..literal(choices) }
}

/// `popcount(x)`.
pub(super) fn popcount(x: &Value) -> Option<Value> {
    let range = elementwise_range(Function::Popcount, &[&x.range])?;
    x.is_natural().then(|| Value { text: call(Function::Popcount, &[x]), range, ..x.clone() })
}

/// `quotient(x, y)` or `remainder(x, y)`; a divisor that can be zero is kept from it.
pub(super) fn divided(choices: &mut Choices, x: &Value, y: &Value) -> Option<Value> {
    let one = Value { text: "1".into(), decimals: 0, range: Range::exactly(1), ..literal(choices) };
    let positive =
        if y.range.contains(I256::ZERO) { elementwise(Function::Max, &[y, &one], MOST_DIVIDED)? } else { y.clone() };
    let joined = x.meet(&positive)?;
    let most = x.decimals.max(positive.decimals);
    let (a, b) = (x.range_at(most)?, positive.range_at(most)?);
    let narrow = a.bits() <= MOST_DIVIDED && b.bits() <= MOST_DIVIDED;
    if x.is_bit || positive.is_bit || !narrow {
        return None;
    }
    let function = *choices.pick(&[Function::Quotient, Function::Remainder]);
    let decimals = if function == Function::Quotient { 0 } else { most };
    let range = elementwise_range(function, &[&a, &b])?;
    Some(Value { text: call(function, &[x, &positive]), decimals, range, ..joined })
}

/// `round(x, decimals)`, also to more decimals than there are.
pub(super) fn round(choices: &mut Choices, x: &Value) -> Option<Value> {
    rounded(x, choices.below(x.decimals as usize + 2) as u32)
}

/// `round(x, decimals)`.
pub(super) fn rounded(x: &Value, decimals: u32) -> Option<Value> {
    if x.is_bit {
        return None;
    }
    let lost = x.decimals.saturating_sub(decimals);
    let factor = Range::exactly(quorate_circuits::number::pow10(lost));
    let range = if lost == 0 { x.range } else { elementwise_range(Function::Round, &[&x.range, &factor])? };
    let text = format!("round({}, {decimals})", x.text);
    Some(Value { text, decimals: decimals.min(x.decimals), range, ..x.clone() })
}

/// `root(x)`.
pub(super) fn root(x: &Value) -> Option<Value> {
    let even = x.range_at(x.decimals.next_multiple_of(2)).filter(|r| r.bits() <= MOST_DIVIDED && !r.is_signed())?;
    let range = elementwise_range(Function::Root, &[&even])?;
    let text = call(Function::Root, &[x]);
    (!x.is_bit).then(|| Value { text, decimals: x.decimals.div_ceil(2), range, ..x.clone() })
}

/// A number brought into the range of one of the functions that are approximated, and the function of it.
pub(super) fn approximated(choices: &mut Choices, x: &Value) -> Option<Value> {
    let (function, _, [low, high]) = *choices.pick(&APPROXIMATED);
    let asked = choices.below(5) as u32;
    let named = x.decimals == 0 || x.decimals > 4 || choices.once_in(2);
    let decimals = if named { asked } else { x.decimals };
    if x.is_bit || x.decimals > MOST_ARGUMENT_DECIMALS {
        return None;
    }
    // Either end is what the outer selections can give, so that this range is no narrower.
    let inside = format!("select({x} > 0, min(max({x}, {low}), {high}), select({x} > -1, {low}, {high}))", x = x.text);
    let places = if named { format!(", {asked}") } else { String::new() };
    let text = format!("{}({inside}{places})", function.row().name);
    let range = definition(function, x.decimals, decimals)?.result();
    Some(Value { text, decimals, range, ..x.clone() })
}
