//! Sums of many subsets of items in few additions: of each four items all sums are made once, and every subset takes its
//! own (the "method of four Russians": Arlazarov, Dinic, Kronrod, Faradzev, 1970).

use crate::cpu::Level;

/// Words of an item.
pub const WORDS: usize = 16;
/// Items of a block.
pub const BLOCK: usize = 8;
/// Items all of whose sums are made.
const GROUP: usize = 4;

/// So many words, each of which is added up by itself modulo 2^64.
pub type Item = [u64; WORDS];

/// Room for the sums of four items.
pub type Table = [Item; 1 << GROUP];

/// Adds to each sum those of eight items that are in its subset: bit `i` of its byte says whether item `i` is. Which
/// items a subset has is not secret.
///
/// # Panics
/// If there are not as many bytes as sums.
pub fn add_subsets(items: &[Item; BLOCK], subsets: &[u8], table: &mut Table, sums: &mut [Item]) {
    add_subsets_at_level(Level::of_this_machine(), items, subsets, table, sums);
}

fn add_subsets_at_level(level: Level, items: &[Item; BLOCK], subsets: &[u8], table: &mut Table, sums: &mut [Item]) {
    assert_eq!(subsets.len(), sums.len(), "a subset for each sum");
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: it includes avx512f.
        Level::Avx512 => unsafe { subsets_avx512(items, subsets, table, sums) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; it includes avx2.
        Level::Vaes256 | Level::Avx2 => unsafe { subsets_avx2(items, subsets, table, sums) },
        _ => by_tables(items, subsets, table, sums),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn subsets_avx512(items: &[Item; BLOCK], subsets: &[u8], table: &mut Table, sums: &mut [Item]) {
    by_tables(items, subsets, table, sums);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn subsets_avx2(items: &[Item; BLOCK], subsets: &[u8], table: &mut Table, sums: &mut [Item]) {
    by_tables(items, subsets, table, sums);
}

#[inline(always)]
fn by_tables(items: &[Item; BLOCK], subsets: &[u8], table: &mut Table, sums: &mut [Item]) {
    table[0] = [0; WORDS];
    for (group, shift) in items.chunks_exact(GROUP).zip([0, GROUP]) {
        for (place, item) in group.iter().enumerate() {
            let (without, with) = table.split_at_mut(1 << place);
            with.iter_mut().zip(without).for_each(|(with, without)| {
                *with = *without;
                add(with, item);
            });
        }
        for (sum, subset) in sums.iter_mut().zip(subsets) {
            add(sum, &table[usize::from(subset >> shift) % (1 << GROUP)]);
        }
    }
}

#[inline(always)]
fn add(sum: &mut Item, item: &Item) {
    for (sum, word) in sum.iter_mut().zip(item) {
        *sum = sum.wrapping_add(*word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_version_gives_the_sums_by_definition(
            words in vec(any::<u64>(), WORDS * BLOCK), subsets in vec(any::<u8>(), 0..20), before: u64,
        ) {
            let items: [Item; BLOCK] = std::array::from_fn(|i| std::array::from_fn(|word| words[i * WORDS + word]));
            for level in Level::all_of_this_machine() {
                let mut sums = vec![[before; WORDS]; subsets.len()];
                add_subsets_at_level(level, &items, &subsets, &mut [[1; WORDS]; 16], &mut sums);
                for (sum, subset) in sums.iter().zip(&subsets) {
                    let of_word = |word: usize| {
                        let chosen = items.iter().enumerate().filter(|(i, _)| subset >> i & 1 == 1);
                        chosen.fold(before, |sum, (_, item)| sum.wrapping_add(item[word]))
                    };
                    prop_assert_eq!(*sum, std::array::from_fn::<_, WORDS, _>(of_word));
                }
            }
        }
    }
}
