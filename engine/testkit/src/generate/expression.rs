//! Operations on values, with what they do to types and ranges.

use ethnum::I256;
use quorate_circuits::bind::elementwise_range;
use quorate_circuits::number::{Range, format_decimal, pow10};
use quorate_circuits::program::{Function, Literal, Notation};

use super::choices::Choices;
use super::value::{Extent, Knowledge, MOST_MEMBERS, Value};

/// The most decimals; the language allows 38.
const MOST_DECIMALS: u32 = 12;

/// What the operation's text is.
pub(super) fn call(function: Function, operands: &[&Value]) -> String {
    let texts: Vec<&str> = operands.iter().map(|o| o.text.as_str()).collect();
    match (function.row().notation, texts.as_slice()) {
        (Notation::Infix(symbol, _), [a, b]) => format!("({a} {symbol} {b})"),
        (Notation::Prefix(symbol), [a]) => format!("({symbol}{a})"),
        _ => format!("{}({})", function.row().name, texts.join(", ")),
    }
}

/// A constant near the values of the program.
pub(super) fn literal(choices: &mut Choices) -> Value {
    let decimals = choices.below(6).saturating_sub(3) as u32;
    let ranges = [Range::new(-20, 40), Range::BIT, Range::new(-1_000_000, 1_000_000), Range::new(0, 1u64 << 40)];
    let range = *choices.pick(&ranges);
    let mantissa = choices.value(&range);
    let text = format_decimal(mantissa, decimals);
    let Literal { mantissa, decimals } = Literal::parse(&text).unwrap_or(Literal::integer(0));
    let range = Range::exactly(mantissa);
    Value {
        text,
        is_bit: false,
        knowledge: Knowledge::Public,
        member: false,
        shape: vec![],
        decimals,
        range,
        depends: 0,
    }
}

/// An element-wise function of one or two values, if they fit together and the result fits `bits`.
pub(super) fn elementwise(function: Function, operands: &[&Value], bits: u32) -> Option<Value> {
    use Function as F;
    let (first, second) = (operands[0], operands.get(1).copied());
    let joined = second.map_or_else(|| Some(first.clone()), |second| first.meet(second))?;
    let bitwise = matches!(function, F::And | F::Or | F::Xor);
    let all_bits = operands.iter().all(|o| o.is_bit);
    if (function == F::Not && !first.is_bit) || (bitwise && !all_bits && !operands.iter().all(|o| o.is_natural())) {
        return None;
    }
    let is_bit = function == F::Not || function.is_comparison() || (bitwise && all_bits);
    let most = operands.iter().map(|o| o.decimals).max().unwrap_or(0);
    let decimals = match function {
        _ if is_bit => 0,
        F::Mul => operands.iter().map(|o| o.decimals).sum(),
        _ => most,
    };
    let aligned: Vec<Range> = match function {
        F::Mul => operands.iter().map(|o| o.range).collect(),
        _ => operands.iter().map(|o| o.range_at(most)).collect::<Option<_>>()?,
    };
    let range = if is_bit { Range::BIT } else { elementwise_range(function, &aligned.iter().collect::<Vec<_>>())? };
    let fits = aligned.iter().chain([&range]).all(|r| r.bits() <= bits);
    (fits && decimals <= MOST_DECIMALS).then(|| Value {
        text: call(function, operands),
        is_bit,
        decimals,
        range,
        ..joined
    })
}

/// `select(bit, x, y)`.
pub(super) fn select(bit: &Value, x: &Value, y: &Value, bits: u32) -> Option<Value> {
    let joined = x.meet(y)?.meet(bit)?;
    // `meet` keeps who knows `x` and `y` unless the bit is known to fewer.
    let decimals = x.decimals.max(y.decimals);
    let range = x.range_at(decimals)?.union(&y.range_at(decimals)?);
    let is_bit = x.is_bit && y.is_bit;
    let fits = bit.is_bit && range.bits() <= bits;
    fits.then(|| Value { text: call(Function::Select, &[bit, x, y]), is_bit, decimals, range, ..joined })
}

/// `sum(x)`.
pub(super) fn sum(x: &Value, bits: u32) -> Option<Value> {
    let mut shape = x.shape.clone();
    let (least, most) = shape.pop()?.bounds();
    let range = x.range.sum_of(least, most).filter(|r| r.bits() <= bits)?;
    Some(Value { text: call(Function::Sum, &[x]), is_bit: false, shape, range, ..x.clone() })
}

/// `dot(table, column)`.
pub(super) fn dot(table: &Value, column: &Value, bits: u32) -> Option<Value> {
    let [last] = column.shape[..] else { return None };
    if table.shape.last() != Some(&last) || table.shape.len() > 2 {
        return None;
    }
    let single = |v: &Value| Value { shape: vec![], ..v.clone() };
    let joined = single(table).meet(&single(column))?;
    let (least, most) = last.bounds();
    let range = table.range.mul(&column.range)?.sum_of(least, most).filter(|r| r.bits() <= bits)?;
    let decimals = table.decimals + column.decimals;
    let shape = table.shape[..table.shape.len() - 1].to_vec();
    let text = call(Function::Dot, &[table, column]);
    (decimals <= MOST_DECIMALS).then_some(Value { text, is_bit: false, shape, decimals, range, ..joined })
}

/// `x[0]`, `x[1..3]`.
pub(super) fn slice(choices: &mut Choices, x: &Value) -> Option<Value> {
    let [Extent::Constant(length)] = x.shape[..] else { return None };
    let from = choices.below(length as usize) as u64;
    let to = from + 1 + choices.below((length - from) as usize) as u64;
    if choices.once_in(2) {
        return Some(Value { text: format!("{}[{from}]", x.text), shape: vec![], ..x.clone() });
    }
    Some(Value { text: format!("{}[{from}..{to}]", x.text), shape: vec![Extent::Constant(to - from)], ..x.clone() })
}

/// `share(x)`.
pub(super) fn share(x: &Value) -> Option<Value> {
    let shareable = matches!(x.knowledge, Knowledge::Private(_)) && !x.shape.contains(&Extent::Lines);
    shareable.then(|| Value { text: call(Function::Share, &[x]), knowledge: Knowledge::Secret, ..x.clone() })
}

/// `sum_over(m, x)` and its like.
pub(super) fn over_members(choices: &mut Choices, x: &Value, bits: u32) -> Option<Value> {
    let fits = x.member && x.knowledge == Knowledge::Secret && !x.shape.contains(&Extent::Width);
    let name = *choices.pick(&["sum_over", "min_over", "max_over"]);
    let range = if name == "sum_over" { x.range.sum_of(1, MOST_MEMBERS)? } else { x.range };
    let text = format!("{name}(m, {})", x.text);
    (fits && range.bits() <= bits).then(|| Value { text, is_bit: false, member: false, range, ..x.clone() })
}

/// `part(x, width)`.
pub(super) fn part(x: &Value) -> Option<Value> {
    let fits = x.shape == [Extent::Total] && !x.member;
    fits.then(|| Value {
        text: format!("part({}, width)", x.text),
        member: true,
        shape: vec![Extent::Width],
        ..x.clone()
    })
}

/// `within(x, low..=high)` with bounds that every value keeps.
pub(super) fn within(x: &Value) -> Option<Value> {
    if x.knowledge == Knowledge::Secret {
        return None;
    }
    let [low, high] = [x.range.low, x.range.high].map(|bound| format_decimal(bound, x.decimals));
    Some(Value { text: format!("within({}, {low}..={high})", x.text), ..x.clone() })
}

/// A bit that is one whatever the inputs are.
pub(super) fn always(x: &Value) -> String {
    format!("{} <= {}", x.text, format_decimal(x.range.high, x.decimals))
}

/// `count_by(group, groups)` and its like. `group` and `x` are columns of one owner.
/// Without `extremes` there are no `min_by` and `max_by`.
pub(super) fn grouped(choices: &mut Choices, group: &Value, x: &Value, bits: u32, extremes: bool) -> Option<Value> {
    let fits = group.meet(x).is_some() && x.shape == [Extent::Lines] && !x.is_bit;
    if !fits {
        return None;
    }
    let (g, v) = (&group.text, &x.text);
    let counts = Range::new(0, Extent::Lines.bounds().1);
    let (text, range, decimals) = match choices.below(5) {
        2 | 3 if !extremes => return None,
        0 => (format!("count_by({g}, groups)"), counts, 0),
        1 => (format!("sum_by({g}, {v}, groups)"), x.range.sum_of(0, Extent::Lines.bounds().1)?, x.decimals),
        2 => (format!("min_by({g}, {v}, groups)"), x.range, x.decimals),
        3 => (format!("max_by({g}, {v}, groups)"), x.range, x.decimals),
        _ => (format!("histogram_by({g}, {v}, edges, groups)"), counts, 0),
    };
    let mut shape = vec![Extent::Groups];
    if text.starts_with("histogram") {
        let edges = Range { low: I256::from(-10), high: I256::from(100) * pow10(x.decimals) };
        if !edges.union(&x.range).fits_word() {
            return None;
        }
        shape.push(Extent::Intervals);
    }
    (range.bits() <= bits).then(|| Value { text, is_bit: false, shape, decimals, range, ..x.clone() })
}
