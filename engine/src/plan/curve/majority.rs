//! Which programs an honest majority runs.

use quorate_circuits::bind::{BoundProgram, ValueId};

use super::CurvePlan;
use super::answers::check_answers;
use super::cover::{check_covered, check_independent};
use super::fit::{check_for_products, is_key};
use super::leaves::at;
use crate::protocol::shamir_signing::MOST_SIGNERS;

/// Whether `shamir-signing` runs a program among so many parties. A wrong share shifts what is opened by an amount that its
/// sender knows, and does nothing else: every factor is what the shares of the honest say, so no public point has to pin
/// it. What one mask hides is told once (`answers.rs`), what is opened is checked before anything is shown (`cover.rs`),
/// and no sum is opened that depends on what was opened and not checked.
///
/// # Errors
/// The first thing that is not so, with its line; a number of parties that is none of an honest majority.
pub fn fits_shamir_signing(plan: &CurvePlan, program: &BoundProgram, parties: usize) -> Result<(), String> {
    check_for_products(plan, program)?;
    if plan.makes_keys() {
        return check_keys(plan, program, parties);
    }
    if parties.is_multiple_of(2) || !(3..=MOST_SIGNERS).contains(&parties) {
        return Err(format!("it is for an odd number of signers, 3 to {MOST_SIGNERS}; there are {parties}"));
    }
    let is_nonce = |value: ValueId| plan.nonces.iter().any(|nonce| nonce.value == value);
    for product in plan.masks.iter().flat_map(|mask| &mask.products) {
        if !is_nonce(product.operand) && !is_key(program, product.operand) {
            let why =
                "a factor beside a mask is a nonce or a key: of other sums the signers have no shares of low degree";
            return Err(at(program, product.value, why));
        }
    }
    check_answers(plan, program)?;
    check_independent(program)?;
    check_covered(program)
}

/// A key has a threshold of `t + 1` and at least `2t + 1` holders, who are needed to use it.
fn check_keys(plan: &CurvePlan, program: &BoundProgram, parties: usize) -> Result<(), String> {
    let made = plan.keys.iter().map(|key| (key.keep, &key.sharing, parties));
    let anew = plan.resharings.iter().map(|anew| (anew.keep, &anew.sharing, anew.sharing.among.count));
    for (keep, sharing, holders) in made.chain(anew) {
        let Some(threshold) = sharing.access.plain_threshold() else {
            return Err(at(
                program,
                keep,
                "a key with a structure is used by sums of shares, not by an honest majority",
            ));
        };
        let signers = 2 * threshold - 1;
        if signers > holders.min(MOST_SIGNERS) {
            let why = format!(
                "an honest majority that uses a key of threshold {threshold} is {signers} signers, of {holders} holders and {MOST_SIGNERS} at most"
            );
            return Err(at(program, keep, &why));
        }
    }
    Ok(())
}
