//! Bits of numbers, numbers of bits, vectors end to end, and circuits.

use quorate_circuits::number::Range;

use super::choices::Choices;
use super::value::{Extent, Knowledge, Value};

/// Gadgets of the library: name, widths of the operands, width of the result.
pub(super) const GADGETS: [(&str, &[u64], u64); 8] = [
    ("popcount-64", &[64], 7),
    ("leading-zeros-64", &[64], 7),
    ("add-64", &[64, 64], 64),
    ("less-than-64", &[64, 64], 1),
    ("signed-max-64", &[64, 64], 64),
    ("zero-64", &[64], 1),
    ("f32-add", &[32, 32], 32),
    ("q16-multiply", &[32, 32], 32),
];

/// `bits(x, width)`.
pub(super) fn bits(choices: &mut Choices, x: &Value) -> Option<Value> {
    let least = x.range.bits().max(1);
    let width = (least + choices.below(3) as u32).min(128);
    wide_bits(x, u64::from(width))
}

/// `bits(x, width)`, for a width that holds the number.
fn wide_bits(x: &Value, width: u64) -> Option<Value> {
    let mut shape = x.shape.clone();
    shape.push(Extent::Constant(width));
    let fits = x.is_whole() && u64::from(x.range.bits()) <= width;
    let text = format!("bits({}, {width})", x.text);
    fits.then(|| Value { text, is_bit: true, shape, range: Range::BIT, ..x.clone() })
}

/// `unsigned(b)` or `signed(b)`.
pub(super) fn number(choices: &mut Choices, bits: &Value, most: u32) -> Option<Value> {
    let mut shape = bits.shape.clone();
    let Some(Extent::Constant(width)) = shape.pop() else { return None };
    let width = u32::try_from(width).ok().filter(|width| *width <= most.min(128))?;
    let (name, range) = *choices.pick(&[("unsigned", Range::unsigned(width)), ("signed", Range::signed(width))]);
    let text = format!("{name}({})", bits.text);
    bits.is_bit.then(|| Value { text, is_bit: false, shape, range, ..bits.clone() })
}

/// `join(x, y)`.
pub(super) fn join(x: &Value, y: &Value, most: u32) -> Option<Value> {
    let ([Extent::Constant(a)], [Extent::Constant(b)]) = (&x.shape[..], &y.shape[..]) else { return None };
    let single = |v: &Value| Value { shape: vec![], ..v.clone() };
    let joined = single(x).meet(&single(y))?;
    let decimals = x.decimals.max(y.decimals);
    let range = x.range_at(decimals)?.union(&y.range_at(decimals)?);
    let fits = x.is_bit == y.is_bit && range.bits() <= most && a + b <= 128;
    let text = format!("join({}, {})", x.text, y.text);
    fits.then(|| Value { text, shape: vec![Extent::Constant(a + b)], decimals, range, ..joined })
}

/// A value as an operand of a circuit.
pub(super) fn operand(x: &Value, width: u64) -> Option<Value> {
    match x.shape[..] {
        [Extent::Constant(length)] if x.is_bit && length == width => Some(x.clone()),
        [] => wide_bits(x, width),
        _ => None,
    }
}

/// What a circuit gives.
pub(super) fn circuit(name: &str, operands: &[Value], width: u64) -> Option<Value> {
    let texts: Vec<&str> = operands.iter().map(|o| o.text.as_str()).collect();
    let text = format!("{name}({})", texts.join(", "));
    let first = Value { knowledge: Knowledge::Public, member: false, depends: 0, ..operands[0].clone() };
    let joined = operands.iter().try_fold(first, |joined, operand| joined.meet(operand))?;
    Some(Value { text, is_bit: true, shape: vec![Extent::Constant(width)], decimals: 0, range: Range::BIT, ..joined })
}
