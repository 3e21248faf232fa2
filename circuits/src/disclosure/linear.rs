//! Which coalition can solve which shared value from outputs that are polynomials in what their owners know.
//!
//! Every number that one party knows is an unknown. An output that is a linear combination of unknowns is an equation
//! known to its receivers. A coalition knows its own unknowns; it solves a shared value if that value lies in the row
//! space of the coalition's equations with its own unknowns struck out. The rank is computed modulo a 61-bit prime:
//! exact unless a non-zero minor of these integer matrices is a multiple of it. Of bits that meet in an exclusive or
//! the rank is computed modulo two.
//!
//! Beyond that, two things are found that are not linear: products, where a coalition's own factors stand for any
//! numbers and products of others' unknowns for unknowns of their own; and sums that hold several numbers as digits
//! ([`super::digits`]). Whoever solves a power of a number has solved the number, up to its sign.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::equations::{Arithmetic, Equations};
use super::system::{System, components};
use crate::bind::{BoundOperation, BoundProgram, RoleIndex, ValueId};

/// For an input: the smallest coalition that solves what its owner shared of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solvable {
    /// The input, as in `party_1.budget`.
    pub input: String,
    /// Whether the input itself is shared, rather than something computed from it.
    pub directly: bool,
    /// The roles of the smallest coalition; `None` if not even all others together can.
    pub coalition: Option<Vec<RoleIndex>>,
    /// How many parties that is.
    pub parties: usize,
}

pub(super) fn solvable(program: &BoundProgram, parties: &[Vec<RoleIndex>]) -> Vec<Solvable> {
    let party_of = |role: RoleIndex| parties.iter().position(|roles| roles.contains(&role)).unwrap_or(0);
    let mut best: HashMap<ValueId, BTreeSet<usize>> = HashMap::new();
    for arithmetic in [Arithmetic::Integers, Arithmetic::Bits] {
        let found = Equations::of(program, arithmetic, &party_of);
        let mut seen = HashSet::new();
        for component in components(&found) {
            let system = Rc::new(System::new(&found, &component, arithmetic));
            // A million equal groups are one system.
            if seen.insert(system.clone()) {
                system.solve(parties.len(), &mut best);
            }
        }
    }
    by_input(program, &best, parties)
}

fn by_input(
    program: &BoundProgram,
    best: &HashMap<ValueId, BTreeSet<usize>>,
    parties: &[Vec<RoleIndex>],
) -> Vec<Solvable> {
    let mut found: BTreeMap<usize, Solvable> = BTreeMap::new();
    for share in program.ids().filter(|id| program.value(*id).operation == BoundOperation::Share) {
        let operand = program.value(share).operands[0];
        let directly = matches!(program.value(operand).operation, BoundOperation::Input(_));
        for input in inputs_below(program, operand) {
            let coalition = best.get(&share);
            let entry = Solvable {
                input: program.inputs[input].name.clone(),
                directly,
                coalition: coalition.map(|c| c.iter().flat_map(|p| parties[*p].iter().copied()).collect()),
                parties: coalition.map_or(0, BTreeSet::len),
            };
            let worse = |old: &Solvable| match (&old.coalition, &entry.coalition) {
                (None, Some(_)) => true,
                (Some(_), Some(_)) => entry.parties < old.parties,
                _ => false,
            };
            if found.get(&input).is_none_or(worse) {
                found.insert(input, entry);
            }
        }
    }
    found.into_values().collect()
}

fn inputs_below(program: &BoundProgram, id: ValueId) -> BTreeSet<usize> {
    let (mut inputs, mut open) = (BTreeSet::new(), vec![id]);
    let mut seen = HashSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        if let BoundOperation::Input(input) = program.value(id).operation
            && program.inputs[input].asked
        {
            inputs.insert(input);
        }
        open.extend(&program.value(id).operands);
    }
    inputs
}
