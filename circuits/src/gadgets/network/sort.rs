//! Sorting networks.

use crate::boolean::integer::less_than;
use crate::boolean::{Bits, Builder, Shape, Signedness};

use super::exchange::exchange_where;

/// The items in ascending order of their keys, which are their `key_width` low bits; what is above is carried along.
///
/// Batcher's odd-even merge sort: for n = 2^k items (k² - k + 4) 2^(k-2) - 1 comparators, k (k + 1) / 2 on a path,
/// and fewer for fewer items. A comparator of items of w bits is a comparison and w AND gates. Items of equal keys
/// come out in any order; to keep theirs, put the position above the key into the key.
///
/// # Panics
/// If the widths of the items differ or are less than `key_width`.
pub fn sort(
    builder: &mut Builder,
    items: &[Bits],
    key_width: usize,
    signedness: Signedness,
    shape: Shape,
) -> Vec<Bits> {
    let mut items = items.to_vec();
    for (low, high) in comparators(items.len()) {
        let (low_key, high_key) = (items[low].truncate(key_width), items[high].truncate(key_width));
        let descending = less_than(builder, &high_key, &low_key, signedness, shape);
        (items[low], items[high]) = exchange_where(builder, descending, &items[low], &items[high]);
    }
    items
}

/// The comparators of the network for any number of items, in order: each puts the smaller of two items at the first
/// position, which is the lower one.
///
/// Batcher, "Sorting networks and their applications" (1968), in the form of Knuth, volume 3, section 5.2.2,
/// algorithm M, which is right for all numbers of items: those beyond the last would stay where they are.
pub fn comparators(items: usize) -> Vec<(usize, usize)> {
    let mut comparators = Vec::new();
    let top = items.next_power_of_two() / 2;
    // Items whose positions agree below `block` are sorted among themselves at the end of a pass.
    let mut block = top;
    while block > 0 {
        let (mut merged, mut remainder, mut distance) = (top, 0, block);
        loop {
            let lower = (0..items.saturating_sub(distance)).filter(|position| position & block == remainder);
            comparators.extend(lower.map(|position| (position, position + distance)));
            if merged == block {
                break;
            }
            distance = merged - block;
            merged /= 2;
            remainder = block;
        }
        block /= 2;
    }
    comparators
}
