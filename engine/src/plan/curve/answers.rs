//! What `dkls` may open and keep of what one mask hides.
//!
//! A mask hides what it multiplies as long as nobody learns the mask. Two sums of one mask tell the quotient of what
//! they hide: for ECDSA `mask (m + r x)` by `mask k`, which is the signature. A third sum, another one with the key in
//! it, or the same nonce under another mask would be a second equation for the key. So of one mask a program opens the
//! product with a nonce by itself, and opens or keeps, for one record, sums of the mask and its products with keys. A
//! record that was kept like this is answered with once.

use std::collections::BTreeMap;

use quorate_circuits::bind::{BoundProgram, CurveOperation, ValueId};

use super::CurvePlan;
use super::leaves::{KEY, at, dependents, leaves, length, operation};

/// What hides a scalar.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Hidden<'a> {
    /// The mask at this position.
    ByMask(usize),
    /// What the record was made with.
    InRecord(&'a str),
}

/// Where a sum goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place<'a> {
    Opened(ValueId),
    Kept(&'a str),
}

/// Checks what is opened and kept.
///
/// # Errors
/// The first sum that is too much, or of too much.
pub(super) fn check_answers(plan: &CurvePlan, program: &BoundProgram) -> Result<(), String> {
    let mut places: BTreeMap<(Hidden<'_>, bool), Place<'_>> = BTreeMap::new();
    for id in program.ids() {
        let place = match operation(program, id) {
            Some(CurveOperation::Open) => Place::Opened(id),
            Some(CurveOperation::Keep { record, sharing: None, delivery: None, .. }) => Place::Kept(record),
            _ => continue,
        };
        let Some((hidden, with_nonce)) = hidden(plan, program, id)? else { continue };
        if with_nonce && matches!(place, Place::Kept(_)) {
            return Err(at(program, id, "the product of a nonce and its mask is opened, and not kept as shares"));
        }
        if let (Hidden::InRecord(_), Place::Opened(_), false) = (&hidden, place, follows_a_coin(program, id)) {
            return Err(at(program, id, "it answers with what was prepared, and no coin makes that another one"));
        }
        if places.insert((hidden, with_nonce), place).is_some_and(|other| other != place) {
            let why = "it tells a second time what was hidden once, which gives the key away";
            return Err(at(program, id, why));
        }
    }
    check_nonces(plan, program)
}

/// What hides the sum that is opened or kept, and whether it is the product with a nonce; nothing for what is public.
fn hidden<'a>(plan: &CurvePlan, program: &'a BoundProgram, id: ValueId) -> Result<Option<(Hidden<'a>, bool)>, String> {
    let leaves = leaves(program, program.value(id).operands[0]);
    let mut found = None;
    for leaf in &leaves {
        let Some(hidden) = hides(plan, program, *leaf) else {
            let line = program.value(*leaf).span.line;
            let why = format!("it tells a sum that has the scalar of line {line} itself in it, which nothing masks");
            return Err(at(program, id, &why));
        };
        if found.get_or_insert_with(|| hidden.clone()) != &hidden {
            return Err(at(program, id, "it adds up what different masks hide"));
        }
    }
    let Some(hidden) = found else { return Ok(None) };
    let of_mask = match hidden {
        Hidden::ByMask(mask) => plan.masks[mask].length,
        Hidden::InRecord(_) => 1,
    };
    if length(program, id) != of_mask {
        return Err(at(program, id, "it tells several sums that one mask hides"));
    }
    let with_nonce = leaves.iter().any(|leaf| is_product_with_nonce(plan, *leaf));
    if with_nonce && leaves.len() > 1 {
        return Err(at(program, id, "the product of a nonce and its mask is opened by itself"));
    }
    Ok(Some((hidden, with_nonce)))
}

fn hides<'a>(plan: &CurvePlan, program: &'a BoundProgram, leaf: ValueId) -> Option<Hidden<'a>> {
    if let Some(CurveOperation::Held(held)) = operation(program, leaf) {
        let record = program.held[*held].record.as_str();
        return (record != KEY).then_some(Hidden::InRecord(record));
    }
    let is_its = |mask: &super::Mask| mask.value == leaf || mask.products.iter().any(|product| product.value == leaf);
    plan.masks.iter().position(is_its).map(Hidden::ByMask)
}

fn is_nonce(plan: &CurvePlan, id: ValueId) -> bool {
    plan.nonces.iter().any(|nonce| nonce.value == id)
}

fn is_product_with_nonce(plan: &CurvePlan, leaf: ValueId) -> bool {
    let mut products = plan.masks.iter().flat_map(|mask| &mask.products);
    products.any(|product| product.value == leaf && is_nonce(plan, product.operand))
}

/// A presignature that is used as it was made lets whoever sees many choose what to ask for (Groth and Shoup, ePrint
/// 2021/1330).
fn follows_a_coin(program: &BoundProgram, opened: ValueId) -> bool {
    let is_coin = |id: &ValueId| matches!(operation(program, *id), Some(CurveOperation::Coin { .. }));
    program.ids().filter(is_coin).any(|coin| dependents(program, coin).contains(&opened))
}

/// Every nonce is multiplied once, by a mask of its own.
fn check_nonces(plan: &CurvePlan, program: &BoundProgram) -> Result<(), String> {
    for nonce in &plan.nonces {
        let of_nonce = |mask: &super::Mask| {
            let products = mask.products.iter().filter(|product| product.operand == nonce.value);
            products.map(|product| (product.value, mask.length)).collect::<Vec<_>>()
        };
        let products: Vec<(ValueId, usize)> = plan.masks.iter().flat_map(of_nonce).collect();
        if let Some((second, _)) = products.get(1) {
            return Err(at(program, *second, "this nonce is multiplied a second time, which gives the key away"));
        }
        if let Some((product, _)) = products.iter().find(|(_, length)| *length != nonce.length) {
            return Err(at(program, *product, "one nonce is multiplied by several masks"));
        }
    }
    Ok(())
}
