//! Lookup and write against slices, and their costs.

use proptest::prelude::*;

use super::evaluation::{SHAPES, check_rows, circuit, costs, run};
use super::{GADGETS, lookup, write};
use crate::boolean::{Bits, Wire};

/// A table of up to 40 elements of some width.
fn tables() -> impl Strategy<Value = (usize, Vec<u128>)> {
    (1..=12usize, prop::collection::vec(0..1u128 << 12, 1..40))
        .prop_map(|(width, table)| (width, table.iter().map(|element| element % (1 << width)).collect()))
}

/// Widths of the inputs: the elements, and an index.
fn widths(elements: usize, width: usize, index_width: usize) -> Vec<usize> {
    let mut widths = vec![width; elements];
    widths.push(index_width);
    widths
}

proptest! {
    #[test]
    fn lookups_in_secret_tables((width, table) in tables(), index_width in 0..=8usize) {
        for shape in SHAPES {
            let circuit = circuit(&widths(table.len(), width, index_width), |b, v| {
                vec![lookup(b, &v[..table.len()], &v[table.len()], shape)]
            });
            for index in 0..1usize << index_width {
                let inputs: Vec<u128> = table.iter().copied().chain([index as u128]).collect();
                prop_assert_eq!(run(&circuit, &inputs)[0], table.get(index).copied().unwrap_or(0));
            }
        }
    }

    #[test]
    fn lookups_in_public_tables((width, table) in tables(), index_width in 0..=8usize) {
        let constants: Vec<Bits> = table.iter().map(|&element| Bits::constant(element, width)).collect();
        for shape in SHAPES {
            let circuit = circuit(&[index_width], |b, v| vec![lookup(b, &constants, &v[0], shape)]);
            for index in 0..1usize << index_width {
                prop_assert_eq!(run(&circuit, &[index as u128])[0], table.get(index).copied().unwrap_or(0));
            }
        }
    }

    #[test]
    fn writes((width, table) in tables(), index_width in 0..=8usize, value in 0..1u128 << 12) {
        let value = value % (1 << width);
        let mut widths = widths(table.len(), width, index_width);
        widths.push(width);
        let n = table.len();
        let circuit = circuit(&widths, |b, v| write(b, &v[..n], &v[n], &v[n + 1]));
        for index in 0..1usize << index_width {
            let inputs: Vec<u128> = table.iter().copied().chain([index as u128, value]).collect();
            let mut expected = table.clone();
            if let Some(element) = expected.get_mut(index) {
                *element = value;
            }
            prop_assert_eq!(run(&circuit, &inputs), expected);
        }
    }
}

#[test]
#[should_panic(expected = "elements of one width")]
fn elements_have_one_width() {
    circuit(&[3, 4, 1], |b, v| vec![lookup(b, &v[..2], &v[2], SHAPES[0])]);
}

#[test]
fn costs_of_lookups_and_writes() {
    for (k, w) in [(1, 1), (2, 5), (3, 1), (4, 32), (6, 8), (7, 3)] {
        let (n, lg_k) = (1 << k, usize::next_power_of_two(k).ilog2() as usize);
        let code = n - k - 1;
        let [few, fast] = costs(&widths(n, w, k), |b, v, s| vec![lookup(b, &v[..n], &v[n], s)]);
        assert_eq!(few, ((n - 1) * w, k));
        assert_eq!(fast, if k > 2 { ((n - 1) * w + code, lg_k + 1) } else { few });
        let ports = [widths(n, w, k), vec![w]].concat();
        assert_eq!(costs(&ports, |b, v, _| write(b, &v[..n], &v[n], &v[n + 1])), [(code + n * w, lg_k + 1); 2]);
    }
}

#[test]
fn costs_of_lookups_in_tables_of_any_length() {
    for n in 2..=70usize {
        let k = n.next_power_of_two().ilog2() as usize;
        let [few, fast] = costs(&widths(n, 8, k), |b, v, s| vec![lookup(b, &v[..n], &v[n], s)]);
        assert!(few.0 <= (n - 1 + k) * 8 && few.1 == k, "{n} elements: {few:?}");
        assert!(fast.0 < (n + k) * 8 + (1 << k) - k && fast.1 <= 4, "{n} elements: {fast:?}");
    }
}

#[test]
fn costs_of_public_tables() {
    // 256 elements without any structure.
    let table = |width| {
        (0..256u128).map(|i| Bits::constant((i * i * i + 7 * i) % 65_537 * 40_503 / 8, width)).collect::<Vec<_>>()
    };
    let cost = |width| costs(&[8], |b, v, s| vec![lookup(b, &table(width), &v[0], s)]);
    assert_eq!([cost(1), cost(8), cost(32)], [[(25, 6), (36, 3)], [(81, 5), (82, 4)], [(149, 4), (149, 4)]]);
    let zeros = vec![Bits::from(Wire::FALSE); 64];
    assert_eq!(costs(&[6], |b, v, s| vec![lookup(b, &zeros, &v[0], s)]), [(0, 0); 2]);
}

#[test]
fn rows() {
    check_rows(GADGETS, &[("lookup-64x32", [(2016, 6), (2073, 4)]), ("write-64x32", [(2105, 4), (2105, 4)])]);
}
