//! What vectors, calls and products hold, on paper.

use quorate_circuits::boolean::Circuit;

use super::PARTIES;
use super::integers::{self, Shapes};
use super::proof::{CHUNK_WORDS, Layout};
use crate::net::{Accounts, Holding, Memory, Whose};
use crate::protocol::{Domain, Holder, Shape};

/// Bytes of a plane of 64 instances.
const WORD: usize = size_of::<u64>();

/// A vector: two components, or one if it is public.
pub(super) fn share_holds(accounts: &Accounts, shape: Shape, element_bytes: usize) -> Holding {
    let component = match shape.domain {
        Domain::Arithmetic => shape.length * element_bytes,
        Domain::Boolean { width } => width as usize * shape.length.div_ceil(64) * WORD,
    };
    let components = if shape.holder == Holder::Everybody { 1 } else { 2 };
    accounts.hold(Memory::Shares, Whose::Everybody, (components * component) as u64)
}

/// Calls under way: two planes for each wire of all circuits, and in the widest layer four components of operands, two
/// of results and two of masks for each AND gate.
pub(super) fn calls_hold(accounts: &Accounts, calls: &[(&Circuit, usize)]) -> Holding {
    let wires: usize = calls.iter().map(|(circuit, n)| 2 * circuit.wires() * n.div_ceil(64) * WORD).sum();
    let depth = calls.iter().map(|(circuit, _)| circuit.layers().len()).max().unwrap_or(0);
    let mut ands = vec![0; depth];
    for (circuit, n) in calls {
        ands.iter_mut().zip(circuit.layers().iter()).for_each(|(ands, layer)| *ands += layer.ands.len() * n);
    }
    let widest: usize = ands.into_iter().max().unwrap_or(0);
    accounts.hold(Memory::Wires, Whose::Everybody, (wires + 8 * widest.div_ceil(64) * WORD) as u64)
}

/// What is to be proven of so many words of gates: four components of operands, and what the verifiers know.
pub(super) fn record_holds(accounts: &Accounts, words: usize) -> Holding {
    accounts.hold(Memory::Wires, Whose::Everybody, (6 * words * WORD) as u64)
}

/// What is to be proven of so many equations of each party, of so many terms: of each term the factors that its prover and
/// its verifiers have, of each equation a word of each.
pub(super) fn equations_hold(accounts: &Accounts, equations: [(usize, usize); PARTIES]) -> Holding {
    let words = |(terms, equations): (usize, usize)| (4 * terms + 3) * equations;
    // Each party proves some, and verifies those of the two others: no more than the most there are.
    let most = equations.into_iter().map(words).max().unwrap_or(0);
    accounts.hold(Memory::Wires, Whose::Everybody, (most * WORD) as u64)
}

/// Proofs under way, of so many words of gates, chunk after chunk, and of equations.
pub(super) fn proof_holds(accounts: &Accounts, words: usize, equations: &[Shapes; PARTIES]) -> Holding {
    let gates = Layout::of(words.min(CHUNK_WORDS)).working_bytes();
    let all = equations.iter().flatten();
    let most =
        all.map(|(terms, equations)| integers::Layout::of(*equations, *terms).working_bytes()).max().unwrap_or(0);
    accounts.hold(Memory::Wires, Whose::Everybody, gates.max(most) as u64)
}
