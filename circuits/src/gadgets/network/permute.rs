//! Permutation networks and oblivious shuffles.
//!
//! A network of switches that can take any permutation: whoever knows the permutation computes the setting of each
//! switch in the clear ([`route`]) and brings the settings as secret inputs. A row of switches pairs the items, two
//! networks of half the size permute one item of each pair, and another row pairs what comes out. Waksman, "A
//! permutation network" (1968), leaves out the last switch, as one setting of it suffices; for any number of items,
//! Beauquier and Darrot, "On arbitrary size Waksman networks and their vulnerability" (2002).

use thiserror::Error;

use super::exchange::exchange_where;
use crate::boolean::{Bits, Builder};

/// What is routed takes each position from 0 on once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a permutation: position {position} comes from {from}, which is taken or does not exist")]
pub struct NotAPermutation {
    /// The first position that is wrong.
    pub position: usize,
    /// Where it would come from.
    pub from: usize,
}

/// How many switches a network for so many items has: the sum of lg 1, lg 2, ..., lg n, each rounded up, which is
/// n lg n - n + 1 for n a power of two.
pub fn switches(items: usize) -> usize {
    match items {
        0 | 1 => 0,
        _ => inner_switches(items) + items / 2 + outer_switches(items),
    }
}

/// The items permuted as the settings of the switches say, which [`route`] computes.
///
/// One AND gate per switch and bit of an item, in depth 2 lg n - 1: the best of both shapes. Any settings make some
/// permutation, so nobody can lose or double an item by choosing them.
///
/// # Panics
/// If the settings are not as many as [`switches`], or the widths of the items differ.
pub fn permute(builder: &mut Builder, items: &[Bits], settings: &Bits) -> Vec<Bits> {
    assert_eq!(settings.width(), switches(items.len()), "a setting for each switch");
    let mut settings = settings.iter();
    through(items, &mut |first, second| match settings.next() {
        Some(setting) => exchange_where(builder, setting, first, second),
        None => (first.clone(), second.clone()),
    })
}

/// The items in an order that nobody knows unless all who brought settings put theirs together: one permutation
/// after the other, a party's settings for each, at the price of [`permute`] each.
///
/// Every party is to draw its permutation at random, all equally likely, and to [`route`] it. The order is then
/// uniformly random to all parties but those who know all permutations, even if the others chose theirs badly. The
/// shuffle itself shows nothing about the items; whoever sees them afterwards knows them as a set.
///
/// # Panics
/// As [`permute`].
pub fn shuffle(builder: &mut Builder, items: &[Bits], settings: &[Bits]) -> Vec<Bits> {
    settings.iter().fold(items.to_vec(), |items, settings| permute(builder, &items, settings))
}

/// The settings of the switches for a permutation: item `permutation[i]` comes to position i.
///
/// For the party that knows the permutation, in the clear: which branches are taken depends on it.
///
/// # Errors
/// If it is not a permutation of 0, 1, ..., n - 1.
pub fn route(permutation: &[usize]) -> Result<Vec<bool>, NotAPermutation> {
    inverse(permutation).map(|inverse| settings(permutation, &inverse))
}

/// Where each item goes.
fn inverse(permutation: &[usize]) -> Result<Vec<usize>, NotAPermutation> {
    let mut inverse = vec![usize::MAX; permutation.len()];
    for (position, &from) in permutation.iter().enumerate() {
        match inverse.get_mut(from) {
            Some(to) if *to == usize::MAX => *to = position,
            _ => return Err(NotAPermutation { position, from }),
        }
    }
    Ok(inverse)
}

/// The switches of the last row. Of an even number of items, the last pair has none; of an odd number, the last item
/// has none.
fn outer_switches(items: usize) -> usize {
    (items - 1) / 2
}

/// The switches of the two networks of half the size.
fn inner_switches(items: usize) -> usize {
    switches(items / 2) + switches(items.div_ceil(2))
}

/// Sends the items through the network. The order of the switches is the first row, the two inner networks, the last
/// row.
fn through(items: &[Bits], switch: &mut impl FnMut(&Bits, &Bits) -> (Bits, Bits)) -> Vec<Bits> {
    if items.len() < 2 {
        return items.to_vec();
    }
    let (mut upper, mut lower) = (Vec::new(), Vec::new());
    for pair in items.chunks(2) {
        if let [first, second] = pair {
            let (first, second) = switch(first, second);
            upper.push(first);
            lower.push(second);
        } else {
            lower.extend_from_slice(pair);
        }
    }
    let (upper, lower) = (through(&upper, switch), through(&lower, switch));
    let mut permuted = Vec::with_capacity(items.len());
    for (place, (first, second)) in upper.iter().zip(&lower).enumerate() {
        let (first, second) =
            if place < outer_switches(items.len()) { switch(first, second) } else { (first.clone(), second.clone()) };
        permuted.extend([first, second]);
    }
    permuted.extend(lower.into_iter().skip(upper.len()));
    permuted
}

/// The settings, by the looping algorithm: two positions of a pair take their items from different inner networks,
/// and so do two items of a pair go to different ones, so each choice forces another until a cycle closes.
fn settings(permutation: &[usize], inverse: &[usize]) -> Vec<bool> {
    let items = permutation.len();
    if items < 2 {
        return Vec::new();
    }
    let from_lower = sides(permutation, inverse);
    let (mut first_row, mut last_row) = (vec![false; items / 2], vec![false; outer_switches(items)]);
    let (mut upper, mut lower) = (vec![0; items / 2], vec![0; items.div_ceil(2)]);
    for (position, &item) in permutation.iter().enumerate() {
        let inner = if from_lower[position] { &mut lower } else { &mut upper };
        inner[position / 2] = item / 2;
        // A switch is set if its first item goes to the lower network, or its first position takes from there.
        if let (0, Some(setting)) = (item % 2, first_row.get_mut(item / 2)) {
            *setting = from_lower[position];
        }
        if let (0, Some(setting)) = (position % 2, last_row.get_mut(position / 2)) {
            *setting = from_lower[position];
        }
    }
    let mut all = first_row;
    for inner in [upper, lower] {
        let mut inverse = vec![0; inner.len()];
        inner.iter().enumerate().for_each(|(position, &item)| inverse[item] = position);
        all.extend(settings(&inner, &inverse));
    }
    all.extend(last_row);
    all
}

/// For each position, whether its item comes through the lower network.
fn sides(permutation: &[usize], inverse: &[usize]) -> Vec<bool> {
    let items = permutation.len();
    let mut sides = vec![None; items];
    // From the last position on, which has no choice.
    for start in (0..items).rev().filter(|position| position % 2 == 1 || position + 1 == items) {
        let mut position = start;
        while sides[position].is_none() {
            sides[position] = Some(true);
            let neighbour = permutation[position] ^ 1;
            if neighbour >= items {
                break;
            }
            let opposite = inverse[neighbour];
            sides[opposite] = Some(false);
            position = opposite ^ 1;
        }
    }
    sides.into_iter().map(|side| side.unwrap_or(true)).collect()
}
