//! Inputs, parameters and sizes.

use ethnum::I256;
use quorate_circuits::bind::size_key;
use quorate_circuits::number::{Word, pow10};
use quorate_circuits::program::{
    Bound, Dimension, ElementType, InputDeclaration, InputId, Interval, Literal, ParameterId, ParameterKind, RoleId,
    SizeId,
};

use super::Array;
use super::machine::Machine;
use super::member::Held;

/// A number parameter.
pub(super) fn number(machine: &Machine<'_>, id: ParameterId) -> u64 {
    let parameter = &machine.program.parameters()[id.0];
    let ParameterKind::Number { default, .. } = parameter.kind else { panic!("{} is no number", parameter.name) };
    let given = machine.arguments.parameters.get(&parameter.name).map(|text| text.parse().expect("a number"));
    given.or(default).expect("a parameter is given or has a default")
}

pub(super) fn parameter(machine: &Machine<'_>, id: ParameterId) -> Array {
    let ParameterKind::List { element, default, .. } = &machine.program.parameters()[id.0].kind else {
        return Array::single(number(machine, id));
    };
    let decimals = decimals(machine, *element);
    let numbers: Vec<I256> = default.iter().map(|l| scaled(*l, decimals)).collect();
    Array::exact(vec![numbers.len()], decimals, numbers)
}

/// How many members a family has.
pub(super) fn members(machine: &Machine<'_>, role: RoleId) -> usize {
    machine.program.roles()[role.0].count.map_or(1, |count| number(machine, count) as usize)
}

/// The members' sizes.
pub(super) fn widths(machine: &Machine<'_>, size: SizeId) -> Vec<usize> {
    let of = machine.program.sizes()[size.0].of.expect("a size of a family");
    (0..members(machine, of)).map(|member| self::size(machine, size, Some(member))).collect()
}

fn size(machine: &Machine<'_>, id: SizeId, member: Option<usize>) -> usize {
    let size = &machine.program.sizes()[id.0];
    let name = |role: RoleId| &machine.program.roles()[role.0].name;
    let member = size.of.zip(member).map(|(role, member)| format!("{}_{}", name(role), member + 1));
    machine.arguments.sizes[&size_key(&size.name, member.as_deref())] as usize
}

pub(super) fn input(machine: &Machine<'_>, id: InputId) -> Held {
    let role = machine.program.inputs()[id.0].role;
    match machine.program.roles()[role.0].count {
        None => Held::One(of_member(machine, id, None)),
        Some(_) => Held::Each((0..members(machine, role)).map(|m| of_member(machine, id, Some(m))).collect()),
    }
}

fn of_member(machine: &Machine<'_>, id: InputId, member: Option<usize>) -> Array {
    let input = &machine.program.inputs()[id.0];
    let role = &machine.program.roles()[input.role.0].name;
    let owner = member.map_or_else(|| role.clone(), |member| format!("{role}_{}", member + 1));
    let signed = matches!(input.element, ElementType::Signed(_) | ElementType::Fixed(_));
    let number = |word: &Word| if signed { I256::from(word.cast_signed()) } else { I256::from(*word) };
    let words = machine.inputs.get(&format!("{owner}.{}", input.name));
    let private =
        input.dimensions.iter().any(|d| matches!(d, Dimension::Size(s) if machine.program.sizes()[s.0].private));
    let lengths: Vec<usize> = match (private, words) {
        (true, Some(words)) => vec![words.len()],
        (true, None) => vec![beside(machine, input, &owner)],
        _ => input.dimensions.iter().map(|d| extent(machine, *d, member)).collect(),
    };
    let decimals = decimals(machine, input.element);
    let numbers = words.map(|words| words.iter().map(number).collect()).unwrap_or_else(|| {
        let only = input.interval.expect("what is not given can be one number only");
        vec![bound(machine, only.low, decimals); lengths.iter().product()]
    });
    Array::exact(lengths, decimals, numbers)
}

/// The length of another column of the owner.
fn beside(machine: &Machine<'_>, input: &InputDeclaration, owner: &str) -> usize {
    let others = machine.program.inputs().iter();
    let mut others = others.filter(|other| other.role == input.role && other.dimensions == input.dimensions);
    others.find_map(|other| machine.inputs.get(&format!("{owner}.{}", other.name))).map_or(0, Vec::len)
}

fn extent(machine: &Machine<'_>, dimension: Dimension, member: Option<usize>) -> usize {
    match dimension {
        Dimension::Constant(n) => n as usize,
        Dimension::Parameter(id) => number(machine, id) as usize,
        Dimension::Size(id) => size(machine, id, member),
        Dimension::Total(id) => widths(machine, id).iter().sum(),
        Dimension::Length(id) => parameter(machine, id).lengths[0],
        Dimension::Intervals(id) => parameter(machine, id).lengths[0] - 1,
    }
}

/// Nothing is outside of an interval.
pub(super) fn check(machine: &Machine<'_>, interval: &Interval, x: &Array) {
    let (low, high) = (bound(machine, interval.low, x.decimals()), bound(machine, interval.high, x.decimals()));
    let high = if interval.inclusive { high } else { high - 1 };
    let holds = x.numbers().iter().all(|n| (low..=high).contains(n));
    assert!(holds || !machine.checks(), "a value is outside of what was promised");
}

fn decimals(machine: &Machine<'_>, element: ElementType) -> u32 {
    match element {
        ElementType::Fixed(decimals) => bound(machine, decimals, 0).as_u32(),
        _ => 0,
    }
}

fn bound(machine: &Machine<'_>, bound: Bound, decimals: u32) -> I256 {
    match bound {
        Bound::Literal(literal) => scaled(literal, decimals),
        Bound::Parameter(id) => I256::from(number(machine, id)) * pow10(decimals),
    }
}

fn scaled(literal: Literal, decimals: u32) -> I256 {
    literal.mantissa * pow10(decimals - literal.decimals)
}
