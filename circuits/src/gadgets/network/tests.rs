//! Sorting against the standard library, all permutations and all vectors of zeros and ones of few items, costs.

use proptest::prelude::*;

use super::super::array::evaluation::{SHAPES, check_rows, circuit, costs, run};
use super::{GADGETS, NotAPermutation, comparators, exchange_where, permute, route, shuffle, sort, switches};
use crate::boolean::Signedness;

/// A permutation of up to `most` items.
fn permutations(most: usize) -> impl Strategy<Value = Vec<usize>> {
    (0..=most).prop_flat_map(|items| Just((0..items).collect::<Vec<_>>()).prop_shuffle())
}

/// All permutations of so many items.
fn all_permutations(items: usize) -> Vec<Vec<usize>> {
    if items == 0 {
        return vec![Vec::new()];
    }
    let insert = |shorter: &Vec<usize>, place| {
        let mut longer = shorter.clone();
        longer.insert(place, items - 1);
        longer
    };
    all_permutations(items - 1).iter().flat_map(|shorter| (0..items).map(move |place| insert(shorter, place))).collect()
}

/// What the network makes of items 0, 1, 2, ... when it is set for the permutation.
fn permuted(permutation: &[usize]) -> Vec<u128> {
    let items = permutation.len();
    let ports = [vec![8; items], vec![switches(items)]].concat();
    let circuit = circuit(&ports, |b, v| permute(b, &v[..items], &v[items]));
    let settings = route(permutation).expect("a permutation");
    let mut words: Vec<u64> = (0..items as u64).flat_map(|item| (0..8).map(move |bit| item >> bit & 1)).collect();
    words.extend(settings.iter().map(|&setting| u64::from(setting)));
    let bits = circuit.evaluate(&words);
    bits.chunks(8).map(|item| item.iter().zip(0..).map(|(&word, bit)| u128::from(word & 1) << bit).sum()).collect()
}

/// lg n, rounded up.
fn lg(n: usize) -> usize {
    n.next_power_of_two().ilog2() as usize
}

#[test]
fn all_permutations_of_few_items_are_routed() {
    for permutation in (0..=6).flat_map(all_permutations) {
        let expected: Vec<u128> = permutation.iter().map(|&item| item as u128).collect();
        assert_eq!(permuted(&permutation), expected);
    }
}

#[test]
fn zeros_and_ones_are_sorted() {
    // What sorts all vectors of zeros and ones sorts everything (Knuth, volume 3, section 5.3.4, theorem Z).
    for items in 0..=12 {
        let comparators = comparators(items);
        assert!(comparators.iter().all(|(low, high)| low < high && *high < items));
        for vector in 0u32..1 << items {
            let sorted = comparators.iter().fold(vector, |vector, (low, high)| {
                let descending = vector >> low & !(vector >> high) & 1;
                vector ^ (descending << low | descending << high)
            });
            let ones = vector.count_ones();
            assert_eq!(sorted, ((1 << ones) - 1) << (items as u32 - ones), "{vector:b} of {items}");
        }
    }
}

proptest! {
    #[test]
    fn permutations_are_routed(permutation in permutations(200)) {
        let expected: Vec<u128> = permutation.iter().map(|&item| item as u128).collect();
        prop_assert_eq!(permuted(&permutation), expected);
    }

    #[test]
    fn what_is_no_permutation_is_refused(mut permutation in permutations(20), place: prop::sample::Index, from in 0..30usize) {
        prop_assume!(!permutation.is_empty());
        let place = place.index(permutation.len());
        let changed = permutation[place] != from;
        permutation[place] = from;
        match route(&permutation) {
            Ok(_) => prop_assert!(!changed),
            Err(NotAPermutation { position, from }) => {
                prop_assert!(changed);
                prop_assert!(from >= permutation.len() || permutation[..position].contains(&from));
            }
        }
    }

    #[test]
    fn any_settings_permute(items in 0..20usize, bits: u128) {
        let ports = [vec![8; items], vec![switches(items)]].concat();
        let circuit = circuit(&ports, |b, v| permute(b, &v[..items], &v[items]));
        let mut inputs: Vec<u128> = (0..items as u128).collect();
        inputs.push(bits);
        let mut outputs = run(&circuit, &inputs);
        outputs.sort_unstable();
        prop_assert_eq!(&outputs, &inputs[..items]);
    }

    #[test]
    fn shuffles_compose(first in permutations(12), rotation in 0..12usize) {
        let items = first.len();
        let mut second = first.clone();
        second.rotate_left(rotation.min(items));
        let ports = [vec![4; items], vec![switches(items); 2]].concat();
        let circuit = circuit(&ports, |b, v| shuffle(b, &v[..items], &v[items..]));
        let mut inputs: Vec<u128> = (0..items as u128).collect();
        for permutation in [&first, &second] {
            let settings = route(permutation).expect("a permutation");
            inputs.push(settings.iter().zip(0..).map(|(&setting, bit)| u128::from(setting) << bit).sum());
        }
        let expected: Vec<u128> = second.iter().map(|&place| first[place] as u128).collect();
        prop_assert_eq!(run(&circuit, &inputs), expected);
    }

    #[test]
    fn items_are_sorted_by_their_keys(items in prop::collection::vec(0..1u128 << 12, 0..24)) {
        let keys = |signedness, item: u128| match signedness {
            Signedness::Unsigned => (item & 0xff) as i128,
            Signedness::Signed => i128::from(item as i8),
        };
        for (shape, signedness) in SHAPES.into_iter().flat_map(|shape| {
            [Signedness::Unsigned, Signedness::Signed].map(|signedness| (shape, signedness))
        }) {
            let circuit = circuit(&vec![12; items.len()], |b, v| sort(b, v, 8, signedness, shape));
            let sorted = run(&circuit, &items);
            prop_assert!(sorted.is_sorted_by_key(|&item| keys(signedness, item)), "{sorted:?}");
            let (mut before, mut after) = (items.clone(), sorted);
            before.sort_unstable();
            after.sort_unstable();
            prop_assert_eq!(before, after);
        }
    }
}

#[test]
fn costs_of_networks() {
    for k in 1..=6 {
        let n = 1usize << k;
        assert_eq!(comparators(n).len(), (k * k - k + 4) * n / 4 - 1);
        assert_eq!(switches(n), n * k - n + 1);
    }
    for n in 1..=40usize {
        assert_eq!(switches(n), (1..=n).map(lg).sum());
        let ports = [vec![5; n], vec![switches(n)]].concat();
        let [cost, _] = costs(&ports, |b, v, _| permute(b, &v[..n], &v[n]));
        assert_eq!(cost, (5 * switches(n), (2 * lg(n)).saturating_sub(1)));
        let [few, fast] = costs(&vec![7; n], |b, v, s| sort(b, v, 3, Signedness::Unsigned, s));
        assert_eq!(few.0, comparators(n).len() * (3 + 7));
        let path = lg(n) * (lg(n) + 1) / 2;
        assert!(fast.1 <= path * 3 && few.1 <= path * 4, "{n} items: {few:?}, {fast:?}");
    }
    assert_eq!(
        costs(&[1, 9, 9], |b, v, _| {
            let (x, y) = exchange_where(b, v[0][0], &v[1], &v[2]);
            vec![x, y]
        }),
        [(9, 1); 2]
    );
}

#[test]
fn rows() {
    check_rows(
        GADGETS,
        &[
            ("sort-16x32", [(4032, 330), (5670, 70)]),
            ("permute-16x32", [(1568, 7), (1568, 7)]),
            ("shuffle-16x32", [(3136, 14), (3136, 14)]),
        ],
    );
}
