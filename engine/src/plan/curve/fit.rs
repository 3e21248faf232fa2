//! The verifiers: which programs over a curve a protocol may run.

use std::collections::BTreeSet;

use quorate_circuits::bind::{BoundProgram, CurveOperation, Purpose, ValueId};

use super::CurvePlan;
use super::cover::check_covered;
use super::leaves::{at, is_product, is_secret, operation};

/// Whether `dkls` runs a program: it has no MACs, so every multiplication operand is pinned by a public point (a nonce
/// by its opening, a key by `assert_point`), a mask is nothing but a factor and a summand of what is kept or checked,
/// and what is opened is checked before anything is shown.
///
/// # Errors
/// The first thing that is not so, with its line.
pub fn fits_dkls(plan: &CurvePlan, program: &BoundProgram) -> Result<(), String> {
    if let Some(key) = plan.keys.iter().find(|key| key.sharing.purpose != Purpose::Products) {
        return Err(at(program, key.keep, "a key for sums alone needs no multiplication"));
    }
    if let Some(stored) = plan.stored.first() {
        return Err(at(program, stored.value, "it stores nonces for sums; that is for frost"));
    }
    if let Some(nonce) = plan.held_nonces.first() {
        return Err(at(program, nonce.point, "it signs with a stored nonce; that is for frost"));
    }
    for product in plan.masks.iter().flat_map(|mask| &mask.products) {
        let nonce = plan.nonces.iter().any(|nonce| nonce.value == product.operand);
        if !nonce && !is_pinned(program, product.operand) {
            let why = "this factor is pinned by no public point: write assert_point(x, P) for it; other products need spdz, which is not here yet";
            return Err(at(program, product.value, why));
        }
    }
    for opened in plan.openings.iter().flatten() {
        let leaves = leaves(program, program.value(*opened).operands[0]);
        let bare =
            |leaf: &&ValueId| plan.nonces.iter().any(|nonce| nonce.value == **leaf) || is_pinned(program, **leaf);
        if let Some(leaf) = leaves.iter().find(bare) {
            let line = program.value(*leaf).span.line;
            let why = format!("it opens a sum that has the scalar of line {line} itself in it, which nothing masks");
            return Err(at(program, *opened, &why));
        }
    }
    check_covered(program)
}

/// Whether `frost` runs a program: nothing secret is multiplied, and every opened scalar is a sum of one nonce and of
/// held keys.
///
/// # Errors
/// The first thing that is not so, with its line.
pub fn fits_frost(plan: &CurvePlan, program: &BoundProgram) -> Result<(), String> {
    if let Some(key) = plan.keys.iter().find(|key| key.sharing.purpose != Purpose::Sums) {
        return Err(at(program, key.keep, "a key for products needs multiplications"));
    }
    if let Some(product) = plan.masks.iter().flat_map(|mask| &mask.products).next() {
        return Err(at(program, product.value, "it multiplies two secret scalars"));
    }
    let is_nonce = |leaf: &ValueId| {
        plan.nonces.iter().any(|nonce| nonce.value == *leaf) || plan.held_nonces.iter().any(|n| n.value == *leaf)
    };
    let mut spent = BTreeSet::new();
    for opened in plan.openings.iter().flatten() {
        let leaves = leaves(program, program.value(*opened).operands[0]);
        let nonces: Vec<_> = leaves.iter().filter(|leaf| is_nonce(leaf)).collect();
        let [nonce] = nonces[..] else {
            return Err(at(program, *opened, "a signature share is the sum of one nonce and of keys"));
        };
        if !spent.insert(*nonce) {
            return Err(at(program, *opened, "it answers twice with one nonce, which gives the key away"));
        }
        if let Some(other) = leaves.iter().find(|leaf| !is_nonce(leaf) && !is_key(program, **leaf)) {
            return Err(at(program, *other, "a signature share is the sum of one nonce and of keys"));
        }
    }
    check_covered(program)
}

/// Whether a scalar is held in the record of a key.
fn is_key(program: &BoundProgram, id: ValueId) -> bool {
    matches!(operation(program, id), Some(CurveOperation::Held(held)) if program.held[*held].record == "key")
}

/// Whether a held key is checked against a public point.
fn is_pinned(program: &BoundProgram, id: ValueId) -> bool {
    is_key(program, id)
        && program.ids().any(|user| {
            matches!(operation(program, user), Some(CurveOperation::AssertPoint { .. }))
                && program.value(user).operands[0] == id
        })
}

/// The leaves of a sum.
fn leaves(program: &BoundProgram, id: ValueId) -> BTreeSet<ValueId> {
    let mut found = BTreeSet::new();
    let mut left = vec![id];
    while let Some(id) = left.pop() {
        if !is_secret(program, id) {
            continue;
        }
        match operation(program, id) {
            Some(CurveOperation::Random { .. } | CurveOperation::Held(_)) => {
                found.insert(id);
            }
            _ if is_product(program, id) => {
                found.insert(id);
            }
            _ => left.extend(&program.value(id).operands),
        }
    }
    found
}
