//! Functions of single numbers, on arrays of one shape and on single numbers beside them.

use std::cmp::Ordering;

use ethnum::I256;
use quorate_circuits::number::{Rational, pow10};
use quorate_circuits::program::Function;

use super::{Array, Elements};
use crate::approximated::definition;

/// Blanks where the condition is not one.
pub(super) fn shown(x: &Array, condition: &Array) -> Array {
    let blank = |(quotient, on): (Option<Rational>, &I256)| quotient.filter(|_| *on == 1);
    let quotients = x.quotients().into_iter().zip(condition.numbers()).map(blank).collect();
    Array { lengths: x.lengths.clone(), elements: Elements::Quotients(quotients) }
}

/// `checks`: division by zero is an error, and not 0.
pub(super) fn apply(function: Function, operands: &[&Array], checks: bool) -> Array {
    let lengths = operands.iter().map(|o| &o.lengths).find(|lengths| !lengths.is_empty());
    let lengths = lengths.cloned().unwrap_or_default();
    let count: usize = lengths.iter().product();
    let is_quotient = |o: &&Array| matches!(o.elements, Elements::Quotients(_));
    if function == Function::Div || operands.iter().any(is_quotient) {
        return rational(function, operands, lengths, count);
    }
    let (first, decimals) = (operands[0].decimals(), decimals_of(function, operands));
    let operands = aligned(function, operands);
    let at = |operand: usize, row: usize| {
        let array = &operands[operand];
        array.numbers()[if array.lengths.is_empty() { 0 } else { row }]
    };
    let numbers = (0..count).map(|row| {
        let operands: Vec<I256> = (0..operands.len()).map(|operand| at(operand, row)).collect();
        single(function, &operands, first, checks)
    });
    let numbers = numbers.collect();
    Array::exact(lengths, decimals, numbers)
}

/// Operands with the same decimals where they are compared or added.
fn aligned(function: Function, operands: &[&Array]) -> Vec<Array> {
    use Function as F;
    let from = match function {
        F::Add | F::Sub | F::Min | F::Max | F::Lt | F::Le | F::Gt | F::Ge | F::Eq | F::Ne => 0,
        F::Quotient | F::Remainder => 0,
        F::Select => 1,
        _ => operands.len(),
    };
    let most = operands[from..].iter().map(|o| o.decimals()).max().unwrap_or(0);
    let mut aligned: Vec<Array> = operands.iter().map(|o| (*o).clone()).collect();
    aligned[from..].iter_mut().for_each(|operand| *operand = operand.with_decimals(most));
    if function == F::Root {
        aligned[0] = aligned[0].with_decimals(aligned[0].decimals().next_multiple_of(2));
    }
    aligned
}

fn decimals_of(function: Function, operands: &[&Array]) -> u32 {
    use Function as F;
    let decimals: Vec<u32> = operands.iter().map(|o| o.decimals()).collect();
    let most = decimals.iter().copied().max().unwrap_or(0);
    match function {
        F::Quotient | F::Lt | F::Le | F::Gt | F::Ge | F::Eq | F::Ne | F::Popcount => 0,
        F::Mul => decimals.iter().sum(),
        F::Select => decimals[1].max(decimals[2]),
        F::Round => decimals[0].min(operands[1].numbers()[0].as_u32()),
        F::Root => decimals[0].div_ceil(2),
        _ if function.is_approximate() => operands.get(1).map_or(decimals[0], |asked| asked.numbers()[0].as_u32()),
        _ => most,
    }
}

/// Of one element. `decimals` are those of the first operand.
fn single(function: Function, x: &[I256], decimals: u32, checks: bool) -> I256 {
    use Function as F;
    let bit = |holds: bool| I256::from(u8::from(holds));
    let modulo = |n: I256| n.rem_euclid(I256::ONE << x[2].as_u32());
    match function {
        F::Share => x[0],
        F::Not => I256::ONE - x[0],
        F::Neg => -x[0],
        F::Abs => x[0].abs(),
        F::Add => x[0] + x[1],
        F::Sub => x[0] - x[1],
        F::Mul => x[0] * x[1],
        F::And => x[0] & x[1],
        F::Or => x[0] | x[1],
        F::Xor => x[0] ^ x[1],
        F::Lt => bit(x[0] < x[1]),
        F::Le => bit(x[0] <= x[1]),
        F::Gt => bit(x[0] > x[1]),
        F::Ge => bit(x[0] >= x[1]),
        F::Eq => bit(x[0] == x[1]),
        F::Ne => bit(x[0] != x[1]),
        F::Select if x[0] == 1 => x[1],
        F::Select => x[2],
        F::Min => x[0].min(x[1]),
        F::Max => x[0].max(x[1]),
        F::WrappingAdd => modulo(x[0] + x[1]),
        F::WrappingSub => modulo(x[0] - x[1]),
        F::WrappingMul => modulo(modulo(x[0]).wrapping_mul(modulo(x[1]))),
        F::ShiftLeft => x[0] * (I256::ONE << x[1].as_u32()),
        F::ShiftRight if x[1] > 250 => I256::ZERO,
        F::ShiftRight => x[0] / (I256::ONE << x[1].as_u32()),
        F::Popcount => I256::from((0..255).filter(|bit| (x[0] >> *bit) & I256::ONE == I256::ONE).count() as u64),
        F::Quotient | F::Remainder if x[1] == 0 => {
            assert!(!checks, "division by zero");
            I256::ZERO
        }
        F::Quotient => x[0] / x[1],
        F::Remainder => x[0] - x[1] * (x[0] / x[1]),
        F::Round => rounded(x[0], decimals, x[1].as_u32()),
        F::Root => root(x[0]),
        F::Exp | F::Log | F::Sigmoid | F::Tanh => {
            let asked = x.get(1).map_or(decimals, |asked| asked.as_u32());
            let definition = definition(function, decimals, asked).expect("a function that is generated");
            definition.in_the_clear(x[0].as_i128()).into()
        }
        other => panic!("{other:?} is no function of single numbers"),
    }
}

/// To fewer decimals, halves upwards.
fn rounded(x: I256, from: u32, to: u32) -> I256 {
    if to >= from {
        return x;
    }
    let unit = pow10(from - to);
    let (whole, rest) = (x.div_euclid(unit), x.rem_euclid(unit));
    if rest + rest >= unit { whole + 1 } else { whole }
}

/// Bit by bit: the greatest number whose square is not above `x`.
fn root(x: I256) -> I256 {
    (0..65).rev().map(|bit| I256::ONE << bit).fold(I256::ZERO, |root, bit| {
        let next = root + bit;
        if next * next <= x { next } else { root }
    })
}

fn rational(function: Function, operands: &[&Array], lengths: Vec<usize>, count: usize) -> Array {
    let columns: Vec<Vec<Option<Rational>>> = operands.iter().map(|o| o.quotients()).collect();
    let at = |operand: usize, row: usize| columns[operand][if operands[operand].lengths.is_empty() { 0 } else { row }];
    if function.is_comparison() {
        let holds = |row: usize| {
            let order = at(0, row).zip(at(1, row)).and_then(|(a, b)| a.compare(b));
            let found = order.is_some_and(|order| match function {
                Function::Lt => order == Ordering::Less,
                Function::Le => order != Ordering::Greater,
                Function::Gt => order == Ordering::Greater,
                Function::Ge => order != Ordering::Less,
                Function::Eq => order == Ordering::Equal,
                _ => order != Ordering::Equal,
            });
            I256::from(u8::from(found))
        };
        return Array::exact(lengths, 0, (0..count).map(holds).collect());
    }
    let of = |row: usize| {
        let a = at(0, row)?;
        let b = || at(1, row);
        match function {
            Function::Neg => Some(a.negated()),
            Function::Add => a.checked_add(b()?),
            Function::Sub => a.checked_add(b()?.negated()),
            Function::Mul => a.checked_mul(b()?),
            Function::Div => a.checked_div(b()?),
            other => panic!("{other:?} is not for quotients"),
        }
    };
    Array { lengths, elements: Elements::Quotients((0..count).map(of).collect()) }
}
