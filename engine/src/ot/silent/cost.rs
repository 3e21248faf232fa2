//! The messages of stocks, as lengths.

use super::check::{ANSWER_BYTES, CHALLENGE_BYTES};
use super::parameters::{FIRST, Iteration, Standing};
use crate::net::{Ledger, PartyIndex, Work};
use crate::ot::extend_cost;
use crate::ot::extension::{self, corrections_bytes};

/// Writes the messages of one [`super::take_all`] of all parties: `taken` lists sender, receiver, where their stock
/// stands, and how many are taken from it.
pub fn silent_cost(ledger: &mut Ledger, taken: &mut [(PartyIndex, PartyIndex, &mut Standing, usize)]) {
    let is_begun =
        |(.., standing, count): &&(PartyIndex, PartyIndex, &mut Standing, usize)| standing.is_new() && *count > 0;
    let begun: Vec<_> = taken.iter().filter(is_begun).map(|&(s, r, ..)| (s, r, FIRST.seeds())).collect();
    extend_cost(ledger, &begun);
    let iterations: Vec<(PartyIndex, PartyIndex, Vec<Iteration>)> =
        taken.iter_mut().map(|(s, r, standing, count)| (*s, *r, standing.take_all(*count))).collect();
    let most = iterations.iter().map(|(.., iterations)| iterations.len()).max().unwrap_or(0);
    for number in 0..most {
        let now = iterations.iter().filter_map(|(s, r, iterations)| Some((*s, *r, iterations.get(number)?)));
        let now: Vec<_> = now.collect();
        let trees = now.iter().map(|(s, r, iteration)| (*s, *r, iteration.trees_bytes() as u64));
        ledger.simultaneous(&trees.collect::<Vec<_>>());
        let challenges = now.iter().map(|(s, r, _)| (*r, *s, CHALLENGE_BYTES as u64));
        ledger.simultaneous(&challenges.collect::<Vec<_>>());
        let answers = now.iter().map(|(s, r, _)| (*s, *r, ANSWER_BYTES as u64));
        ledger.simultaneous(&answers.collect::<Vec<_>>());
        for (sender, receiver, iteration) in now {
            let leaves = (iteration.trees * iteration.leaves()) as u64;
            ledger.busy(sender, Work::LeafSender, leaves);
            ledger.busy(receiver, Work::LeafReceiver, leaves);
        }
    }
}

/// Bytes that both sides together send to take `count`.
pub fn silent_bytes(mut standing: Standing, count: usize) -> u64 {
    let seeds = if standing.is_new() && count > 0 { extension_bytes(FIRST.seeds()) } else { 0 };
    let iterations = standing.take_all(count);
    let each = |iteration: &Iteration| (iteration.trees_bytes() + CHALLENGE_BYTES + ANSWER_BYTES) as u64;
    seeds + iterations.iter().map(each).sum::<u64>()
}

/// Bytes that both sides together send for an extension by `count`.
pub fn extension_bytes(count: usize) -> u64 {
    corrections_bytes(count) + (extension::CHALLENGE_BYTES + extension::RESPONSE_BYTES) as u64
}
