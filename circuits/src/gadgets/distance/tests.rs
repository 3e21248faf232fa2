//! Distances and filters against plain Rust, and their costs.

use proptest::prelude::*;

use super::super::array::evaluation::{SHAPES, check_rows, circuit, costs, run};
use super::{GADGETS, bloom_contains, edit_distance, hamming, hamming_of_symbols};
use crate::boolean::Bits;

/// Wagner and Fischer's table, cell by cell.
fn levenshtein(x: &[u128], y: &[u128]) -> usize {
    let mut table = vec![vec![0; y.len() + 1]; x.len() + 1];
    for (i, j) in (0..=x.len()).flat_map(|i| (0..=y.len()).map(move |j| (i, j))) {
        table[i][j] = match (i, j) {
            (0, _) => j,
            (_, 0) => i,
            _ => {
                let replaced = table[i - 1][j - 1] + usize::from(x[i - 1] != y[j - 1]);
                replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1)
            }
        };
    }
    table[x.len()][y.len()]
}

/// Strings over an alphabet of two or of 32 symbols, the second of which is often an edited copy of the first.
fn strings() -> impl Strategy<Value = (Vec<u128>, Vec<u128>)> {
    let string = |symbols| prop::collection::vec(0..symbols, 0..14);
    let edited = |symbols| {
        (string(symbols), prop::collection::vec((any::<prop::sample::Index>(), 0..3u8, 0..symbols), 0..4)).prop_map(
            |(x, edits)| {
                let mut y = x.clone();
                for (place, edit, symbol) in edits {
                    let place = place.index(y.len() + 1);
                    match edit {
                        0 => y.insert(place, symbol),
                        1 if place < y.len() => y[place] = symbol,
                        2 if place < y.len() => drop(y.remove(place)),
                        _ => {}
                    }
                }
                (x, y)
            },
        )
    };
    prop_oneof![(string(2u128), string(2u128)), (string(32), string(32)), edited(2), edited(32)]
}

/// What the gadget makes of two strings.
fn distance(
    x: &[u128],
    y: &[u128],
    gadget: impl FnOnce(&mut crate::boolean::Builder, &[Bits], &[Bits]) -> Bits,
) -> u128 {
    let circuit = circuit(&vec![5; x.len() + y.len()], |b, v| vec![gadget(b, &v[..x.len()], &v[x.len()..])]);
    run(&circuit, &[x, y].concat())[0]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn edit_distances((x, y) in strings()) {
        for shape in SHAPES {
            prop_assert_eq!(distance(&x, &y, |b, x, y| edit_distance(b, x, y, shape)), levenshtein(&x, &y) as u128);
        }
    }

    #[test]
    fn hamming_distances(pairs in prop::collection::vec((0..4u128, 0..4u128), 0..40), x: u128, y: u128) {
        let (left, right): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
        let differing = pairs.iter().filter(|(x, y)| x != y).count() as u128;
        for shape in SHAPES {
            prop_assert_eq!(distance(&left, &right, |b, x, y| hamming_of_symbols(b, x, y, shape)), differing);
            let circuit = circuit(&[128; 2], |b, v| vec![hamming(b, &v[0], &v[1], shape)]);
            prop_assert_eq!(run(&circuit, &[x, y]), [u128::from((x ^ y).count_ones())]);
        }
    }

    #[test]
    fn bloom_filters(filter: u128, bits in 1..=128usize, positions in prop::collection::vec(0..256u128, 0..5)) {
        // Of few zeros, or hardly any item would be contained.
        let filter = filter | filter << 1 | filter >> 1;
        let contained = |&position: &u128| position < bits as u128 && filter >> position & 1 == 1;
        let expected = u128::from(positions.iter().all(contained));
        let mut ports = vec![8; positions.len()];
        for shape in SHAPES {
            let public = Bits::constant(filter, bits);
            let of_public = circuit(&ports, |b, v| vec![bloom_contains(b, &public, v, shape).into()]);
            prop_assert_eq!(run(&of_public, &positions)[0], expected);
            ports.push(bits);
            let of_secret = circuit(&ports, |b, v| {
                vec![bloom_contains(b, &v[positions.len()], &v[..positions.len()], shape).into()]
            });
            prop_assert_eq!(run(&of_secret, &[positions.as_slice(), &[filter]].concat())[0], expected);
            ports.pop();
        }
    }
}

#[test]
fn edit_distances_of_all_short_strings() {
    let strings = |length: usize| {
        (0..1u32 << length).map(move |bits| (0..length).map(|at| u128::from(bits >> at & 1)).collect::<Vec<_>>())
    };
    for (n, m) in (0..=5).flat_map(|n| (0..=5).map(move |m| (n, m))) {
        for shape in SHAPES {
            let circuit = circuit(&vec![1; n + m], |b, v| vec![edit_distance(b, &v[..n], &v[n..], shape)]);
            for (x, y) in strings(n).flat_map(|x| strings(m).map(move |y| (x.clone(), y))) {
                assert_eq!(
                    run(&circuit, &[x.clone(), y.clone()].concat()),
                    [levenshtein(&x, &y) as u128],
                    "{x:?}, {y:?}"
                );
            }
        }
    }
}

#[test]
fn costs_of_distances() {
    for n in [1usize, 2, 7, 16, 40] {
        // Cells, of which those at the edges cost less, and the popcount.
        let cells = (3 * n * n).div_ceil(4);
        let [few, fast] = costs(&vec![8; 2 * n], |b, v, s| vec![edit_distance(b, &v[..n], &v[n..], s)]);
        assert!(few.0 <= cells * 11 + n && few.1 <= 3 * (2 * n - 1) + 3 + 6, "{n} symbols: {few:?}");
        assert!(fast.0 <= cells * 13 + n && fast.1 <= 2 * (2 * n - 1) + 3 + 6, "{n} symbols: {fast:?}");
        let popcount = n - n.count_ones() as usize;
        let [few, fast] = costs(&[n; 2], |b, v, s| vec![hamming(b, &v[0], &v[1], s)]);
        assert_eq!((few.0, fast.0), (popcount, popcount));
        let [few, fast] = costs(&vec![8; 2 * n], |b, v, s| vec![hamming_of_symbols(b, &v[..n], &v[n..], s)]);
        assert_eq!((few.0, fast.0), (7 * n + popcount, 7 * n + popcount));
    }
    for (k, a) in [(1, 4), (4, 6), (3, 10)] {
        let m = 1 << a;
        let lg = |n: usize| n.next_power_of_two().ilog2() as usize;
        let [few, fast] =
            costs(&[vec![m], vec![a; k]].concat(), |b, v, s| vec![bloom_contains(b, &v[0], &v[1..], s).into()]);
        let gates = k * (m - 1) + k - 1;
        assert_eq!(few, (gates, a + lg(k)));
        assert_eq!(fast, (gates + k * (m - a - 1), lg(a) + lg(k) + 1));
    }
}

#[test]
fn rows() {
    check_rows(
        GADGETS,
        &[
            ("hamming-distance-256", [(255, 8), (255, 8)]),
            ("edit-distance-16x8", [(1933, 78), (2173, 63)]),
            ("bloom-filter-1024x4", [(4095, 12), (8147, 7)]),
        ],
    );
}
