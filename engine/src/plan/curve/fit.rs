//! The verifiers: which programs over a curve a protocol may run.

use std::collections::BTreeSet;

use quorate_circuits::bind::{BoundProgram, CurveOperation, Purpose, ValueId};

use super::answers::check_answers;
use super::cover::{check_covered, check_independent};
use super::leaves::{KEY, at, dependents, is_secret, leaves, length, operation};
use super::{CurvePlan, Delivered};

/// Whether `dkls` runs a program: it has no MACs, so every multiplication operand is pinned by a public point (a nonce
/// by its opening, a key by `assert_point`), a mask hides one quotient (`answers.rs`), and what is opened is
/// checked before anything is shown.
///
/// # Errors
/// The first thing that is not so, with its line.
pub fn fits_dkls(plan: &CurvePlan, program: &BoundProgram) -> Result<(), String> {
    check_for_products(plan, program)?;
    for product in plan.masks.iter().flat_map(|mask| &mask.products) {
        let nonce = plan.nonces.iter().any(|nonce| nonce.value == product.operand);
        if !nonce && !is_pinned(program, product.operand) {
            let why = "this factor is pinned by no public point: write assert_point(x, P) for it; other products need an honest majority or MACs";
            return Err(at(program, product.value, why));
        }
    }
    check_answers(plan, program)?;
    check_independent(program)?;
    check_covered(program)
}

/// Checks that keys are for products, and that nothing is done with nonces that is for sums.
pub(super) fn check_for_products(plan: &CurvePlan, program: &BoundProgram) -> Result<(), String> {
    if let Some(key) = plan.keys.iter().find(|key| key.sharing.purpose != Purpose::Products) {
        return Err(at(program, key.keep, "a key for sums alone needs no multiplication"));
    }
    if let Some(keep) = kept_for(plan, Purpose::Sums) {
        return Err(at(program, keep, "a key for sums alone needs no multiplication"));
    }
    if let Some(stored) = plan.stored.first() {
        return Err(at(program, stored.value, "it stores nonces for sums; that is for frost"));
    }
    if let Some(nonce) = plan.held_nonces.first() {
        return Err(at(program, nonce.point, "it signs with a stored nonce; that is for frost"));
    }
    Ok(())
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
    if let Some(keep) = kept_for(plan, Purpose::Products) {
        return Err(at(program, keep, "a key for products needs multiplications"));
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
        if length(program, *opened) != length(program, *nonce) {
            return Err(at(program, *opened, "it answers several times with one nonce"));
        }
        check_challenge(plan, program, *nonce, *opened)?;
    }
    check_stored(plan, program)?;
    check_covered(program)
}

/// Where a key is kept anew for this purpose.
fn kept_for(plan: &CurvePlan, purpose: Purpose) -> Option<ValueId> {
    let reshared = plan.resharings.iter().map(|resharing| (resharing.keep, Some(resharing.sharing.purpose)));
    let share = |delivered: &Delivered| delivered.delivery.share.map(|(_, purpose)| purpose);
    let delivered = plan.deliveries.iter().map(|delivered| (delivered.keep, share(delivered)));
    reshared.chain(delivered).find(|(_, found)| *found == Some(purpose)).map(|(keep, _)| keep)
}

/// Whether a scalar is held in the record of a key.
pub(super) fn is_key(program: &BoundProgram, id: ValueId) -> bool {
    matches!(operation(program, id), Some(CurveOperation::Held(held)) if program.held[*held].record == KEY)
}

/// Whether a held key is checked against a public point.
fn is_pinned(program: &BoundProgram, id: ValueId) -> bool {
    is_key(program, id)
        && program.ids().any(|user| {
            matches!(operation(program, user), Some(CurveOperation::AssertPoint { .. }))
                && program.value(user).operands[0] == id
        })
}

/// Checks that a nonce's point is hashed by one challenge, whose key and message bind the nonce (RFC 9591, section 4.4),
/// and that this is the challenge that is answered.
fn check_challenge(plan: &CurvePlan, program: &BoundProgram, nonce: ValueId, opened: ValueId) -> Result<(), String> {
    let fresh = plan.nonces.iter().map(|nonce| (nonce.value, nonce.point));
    let held = plan.held_nonces.iter().map(|nonce| (nonce.value, nonce.point));
    let Some((_, point)) = fresh.chain(held).find(|(value, _)| *value == nonce) else {
        return Err(at(program, nonce, "this nonce is opened as no point"));
    };
    let of_point = dependents(program, point);
    let hashes = |id: &ValueId| {
        let challenge =
            matches!(operation(program, *id), Some(CurveOperation::ChallengeBip340 | CurveOperation::ChallengeEd25519));
        challenge && program.value(*id).operands.iter().any(|operand| of_point.contains(operand))
    };
    let challenges: Vec<ValueId> = program.ids().filter(hashes).collect();
    let [challenge] = challenges[..] else {
        let why = format!(
            "{} challenges hash this nonce's point; it is bound to the key and message of one",
            challenges.len()
        );
        return Err(at(program, point, &why));
    };
    let [_, key, message] = [0, 1, 2].map(|i| program.value(challenge).operands[i]);
    if of_point.contains(&key) || of_point.contains(&message) {
        return Err(at(program, challenge, "the key and the message of a challenge do not depend on the nonce"));
    }
    if dependents(program, challenge).contains(&opened) {
        Ok(())
    } else {
        Err(at(program, opened, "this answers something else than the challenge that hashes its nonce's point"))
    }
}

/// Checks that of secrets only nonces are kept, as they were drawn and each once.
fn check_stored(plan: &CurvePlan, program: &BoundProgram) -> Result<(), String> {
    let mut stored = BTreeSet::new();
    for id in program.ids() {
        let operand = match operation(program, id) {
            Some(CurveOperation::Keep { sharing: None, delivery: None, .. }) => program.value(id).operands[0],
            _ => continue,
        };
        let is_stored = plan.stored.iter().any(|stored| stored.value == operand);
        if is_secret(program, operand) && !(is_stored && stored.insert(operand)) {
            return Err(at(program, id, "nonces are kept as they were drawn, each once and for nothing else"));
        }
    }
    Ok(())
}
