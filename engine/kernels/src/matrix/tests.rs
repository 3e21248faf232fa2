use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

/// Every way is taken by the smallest matrices that it can take.
const SMALL: Thresholds = Thresholds { panels: 1, half: 1 };
/// Panels and no halves; dot products and nothing else.
const PANELS: Thresholds = Thresholds { panels: 1, half: usize::MAX };
const DOTS: Thresholds = Thresholds { panels: usize::MAX, half: usize::MAX };

/// A version: adds the products of a table with columns to results.
type AddProducts<'a, T> = dyn Fn(&mut [T], &[T], &[&[T]]) + 'a;

/// The products by definition.
fn defined<T: Number>(results: &mut [T], table: &[T], columns: &[&[T]], rows: usize) {
    for (c, column) in columns.iter().enumerate() {
        for r in 0..rows {
            for (k, factor) in column.iter().enumerate() {
                results[c * rows + r] += table[r * column.len() + k] * *factor;
            }
        }
    }
}

/// Checks sums on top of what is not zero.
fn check<T: Number + PartialEq + std::fmt::Debug>(
    (rows, inner, count): (usize, usize, usize),
    of: impl Fn(usize) -> T,
    versions: &[&AddProducts<'_, T>],
) {
    let table: Vec<T> = (0..rows * inner).map(&of).collect();
    let columns: Vec<T> = (0..inner * count).map(|i| of(i + table.len())).collect();
    let columns: Vec<&[T]> = (0..count).map(|c| &columns[c * inner..][..inner]).collect();
    let before: Vec<T> = (0..rows * count).map(|i| of(7 * i)).collect();
    let mut expected = before.clone();
    defined(&mut expected, &table, &columns, rows);
    for (version, add) in versions.iter().enumerate() {
        let mut results = before.clone();
        add(&mut results, &table, &columns);
        assert!(results == expected, "version {version}: {rows} rows, {inner} inner, {count} columns");
    }
}

fn check_with(thresholds: Thresholds, lengths: (usize, usize, usize), words: &[u128]) {
    let word = |i: usize| words[i % words.len()].rotate_left((i / words.len()) as u32);
    let at = |level| {
        move |results: &mut [_], table: &[_], columns: &[&[_]]| {
            add_products_64_at_level(level, thresholds, results, table, columns);
        }
    };
    let versions: Vec<_> = Level::all_of_this_machine().map(at).collect();
    let versions: Vec<&AddProducts<'_, _>> = versions.iter().map(|version| version as _).collect();
    check(lengths, |i| Wrapping(word(i) as u64), &versions);
    check(
        lengths,
        |i| Wrapping(word(i)),
        &[&|results, table, columns| {
            add_products_128_with(thresholds, results, table, columns);
        }],
    );
}

fn some_words() -> Vec<u128> {
    (1..200_u128).map(|i| i.wrapping_pow(57)).collect()
}

proptest! {
    #[test]
    fn every_version_gives_the_products_by_definition(
        rows in 0_usize..11, inner in 0_usize..40, columns in 0_usize..11, words in vec(any::<u128>(), 131),
    ) {
        for thresholds in [DOTS, PANELS, SMALL] {
            check_with(thresholds, (rows, inner, columns), &words);
        }
    }

    #[test]
    fn halves_of_any_size(
        rows in 1_usize..40, inner in 1_usize..40, columns in 1_usize..40, half in 1_usize..8,
        words in vec(any::<u128>(), 131),
    ) {
        check_with(Thresholds { panels: 1, half }, (rows, inner, columns), &words);
    }
}

#[test]
fn blocks_meet() {
    for lengths in [
        (dots::ROWS + 5, dots::INNER + 9, dots::COLUMNS + 3),
        (1, 2 * dots::INNER + 1, 1),
        (2 * dots::ROWS, 3, 2 * dots::COLUMNS),
    ] {
        check_with(DOTS, lengths, &some_words());
    }
    for lengths in [
        (37, 2 * panels::PAIRS + 3, panels::COLUMNS + 5),
        (1, 4 * panels::PAIRS + 1, 1),
        (64, 1, 2 * panels::COLUMNS),
        (1, 2 * panels::PAIRS, panels::COLUMNS + 1),
    ] {
        check_with(PANELS, lengths, &some_words());
    }
}

/// Around what is measured, and what wraps most: all bits set.
#[test]
fn thresholds_meet() {
    let (panels, half) = (MEASURED.panels, 2 * MEASURED.half);
    let of_panels =
        [(panels - 1, 5, panels), (panels, 5, panels - 1), (panels, 1, panels), (panels + 1, 3, panels + 1)];
    let of_halves =
        [(half - 1, half, half), (half, half - 1, half), (half + 1, half, half), (half, half + 1, half + 1)];
    for lengths in of_panels.into_iter().chain(of_halves) {
        check_with(MEASURED, lengths, &some_words());
    }
    check_with(MEASURED, (half, half, half), &[u128::MAX]);
}

/// Three levels and more, with a rest in no dimension, in one, in all; primes; long and thin.
#[test]
fn levels_meet() {
    for lengths in [(64, 64, 64), (65, 64, 64), (64, 65, 64), (64, 64, 65), (61, 67, 71), (16, 131, 17), (8, 8, 150)] {
        check_with(Thresholds { panels: 1, half: 4 }, lengths, &some_words());
        check_with(SMALL, lengths, &some_words());
    }
}

#[test]
#[should_panic(expected = "columns of one length")]
fn columns_of_two_lengths() {
    let (mut results, table) = ([Wrapping(0); 2], [Wrapping(1); 3]);
    add_products_64(&mut results, &table, &[&table, &table[1..]]);
}
