//! What vectors, calls and products hold, on paper.

use quorate_circuits::boolean::Circuit;

use super::tiling::Plan;
use crate::net::{Accounts, Holding, Memory, PartyIndex, Whose};
use crate::protocol::Domain;
use crate::protocol::vector::{Holder, Shape};

/// Bytes of a plane of 64 instances.
const WORD: usize = size_of::<u64>();

/// A vector, at those who hold some of it.
pub(super) fn share_holds(accounts: &Accounts, shape: Shape, element_bytes: usize) -> Holding {
    let bytes = match shape.domain {
        Domain::Arithmetic => shape.length * element_bytes,
        Domain::Boolean { width } => width as usize * shape.length.div_ceil(64) * WORD,
    };
    let whose = match shape.holder {
        Holder::Everybody | Holder::Shared => Whose::Everybody,
        Holder::Party(party) => Whose::Party(party),
    };
    accounts.hold(Memory::Shares, whose, bytes as u64)
}

/// Calls under way: a plane for each wire of all circuits, and in the widest layer two operands and three parts of a
/// triple for each AND gate.
pub(super) fn calls_hold(accounts: &Accounts, calls: &[(&Circuit, usize)]) -> Holding {
    let wires: usize = calls.iter().map(|(circuit, n)| circuit.wires() * n.div_ceil(64) * WORD).sum();
    let depth = calls.iter().map(|(circuit, _)| circuit.layers().len()).max().unwrap_or(0);
    let mut ands = vec![0; depth];
    for (circuit, n) in calls {
        ands.iter_mut().zip(circuit.layers().iter()).for_each(|(ands, layer)| *ands += layer.ands.len() * n);
    }
    let widest = ands.into_iter().max().unwrap_or(0);
    accounts.hold(Memory::Wires, Whose::Everybody, (wires + 5 * widest.div_ceil(64) * WORD) as u64)
}

/// Products under way: masked factors, and the random product that is spent on them.
pub(super) fn products_hold(accounts: &Accounts, plans: &[Plan], element_bytes: usize, parties: usize) -> Vec<Holding> {
    let party = |me: PartyIndex| {
        let elements = |plan: &Plan| -> usize { plan.tiles.iter().map(|tile| 2 * tile.factors(me)).sum() };
        let bytes = plans.iter().map(elements).sum::<usize>() * element_bytes;
        accounts.hold(Memory::Wires, Whose::Party(me), bytes as u64)
    };
    (0..parties).map(PartyIndex).map(party).collect()
}
