//! What vectors, calls and records hold, on paper.

use quorate_circuits::boolean::Circuit;

use super::check::{Checked, working_bytes};
use crate::net::{Accounts, Holding, Memory, Whose};
use crate::protocol::{Domain, Shape};

/// Bytes of a plane of 64 instances.
const WORD: usize = size_of::<u64>();

/// A vector: `degree` planes of each.
pub(super) fn share_holds(accounts: &Accounts, shape: Shape, degree: usize) -> Holding {
    let words = match shape.domain {
        Domain::Arithmetic => shape.length,
        Domain::Boolean { width } => width as usize * shape.length.div_ceil(64),
    };
    accounts.hold(Memory::Shares, Whose::Everybody, (degree * words * WORD) as u64)
}

/// Calls under way: the planes of all wires, and of the widest layer operands, results and masks.
pub(super) fn calls_hold(accounts: &Accounts, calls: &[(&Circuit, usize)], degree: usize) -> Holding {
    let wires: usize = calls.iter().map(|(circuit, n)| circuit.wires() * n.div_ceil(64)).sum();
    let depth = calls.iter().map(|(circuit, _)| circuit.layers().len()).max().unwrap_or(0);
    let mut ands = vec![0; depth];
    for (circuit, n) in calls {
        ands.iter_mut().zip(circuit.layers().iter()).for_each(|(ands, layer)| *ands += layer.ands.len() * n);
    }
    let widest: usize = ands.into_iter().max().unwrap_or(0);
    let words = degree * (wires + 6 * widest.div_ceil(64));
    accounts.hold(Memory::Wires, Whose::Everybody, (words * WORD) as u64)
}

/// What is to be checked of so many products of so many terms: both factors and the product.
pub(super) fn record_holds<C: Checked>(accounts: &Accounts, degree: usize, (gates, terms): (usize, usize)) -> Holding {
    let words = degree * gates * (2 * terms + 1);
    accounts.hold(Memory::Wires, Whose::Everybody, (words * size_of::<C>()) as u64)
}

/// A check under way.
pub(super) fn check_holds<C: Checked>(accounts: &Accounts, degree: usize, shapes: &[(usize, usize)]) -> Holding {
    accounts.hold(Memory::Wires, Whose::Everybody, working_bytes::<C>(degree, shapes) as u64)
}

/// Random bits that were made.
pub(super) fn stock_holds(accounts: &Accounts, degree: usize, count: usize) -> Holding {
    accounts.hold(Memory::Correlations, Whose::Everybody, (degree * count * WORD) as u64)
}
