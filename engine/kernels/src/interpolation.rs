//! Inner products of polynomials through rows of words, as integers.
//!
//! Rows are the values of polynomials at `0, 1, ..., R - 1`, one polynomial in every column. The product of a left and a
//! right one, of degree `2 (R - 1)`, is determined by `2 R - 1` points: the rows, "infinity" and the whole numbers around
//! the rows. What polynomials are there follows from their differences by additions alone (Newton's interpolation, e.g.
//! Knuth, "The Art of Computer Programming", volume 2, section 4.6.4).
//!
//! Values have at most 77 bits with their sign: three limbs of 26 bits, whose products processors multiply side by side
//! in lanes of 64 bits, many before anything has to be carried.

use crate::cpu::{Aligned, Level};

/// Columns side by side.
pub const LANES: usize = 4;
/// A word of each of these columns.
pub type Lanes = [u64; LANES];
/// Limbs of a weighted sum, each of which counts `2^26` times what the one before it does.
pub const LIMBS: usize = PRODUCT + WEIGHT - 1;
/// Bits of a limb.
pub const LIMB_BITS: u32 = 26;
/// Terms that are added up before they are weighted, at most.
pub const MOST_TERMS: usize = 64;
/// Blocks of one call at most.
pub const MOST_BLOCKS: usize = 32;

/// Limbs of a value, of a sum of products, of a weight.
const VALUE: usize = 3;
const PRODUCT: usize = 6;
const WEIGHT: usize = 5;
const MASK: i64 = (1 << LIMB_BITS) - 1;

/// Signed integers side by side.
type Integers = [i64; LANES];

/// The points of the product of two polynomials through so many rows, beside the rows and infinity: so many whole numbers
/// before the first row's, and as many behind the last one's.
pub const fn points_around(rows: usize) -> usize {
    (rows - 1) / 2
}

/// For each point but the first row, adds the weighted sum of the products there.
///
/// A block is [`LANES`] columns of each of some terms: of every term, words of the first row, of the second one and so
/// on. Products of a block's terms are added up, then each lane is multiplied by its weight. The points are the rows after
/// the first, infinity, where a polynomial's value is `(R - 1)!` times its highest coefficient, the numbers
/// `R, R + 1, ...` and the numbers `-1, -2, ...`, [`points_around`] of each.
///
/// # Panics
/// If there are not 2, 4 or 8 rows, if lengths do not fit, or for more than [`MOST_TERMS`] or [`MOST_BLOCKS`].
pub fn add_products(
    rows: usize,
    terms: usize,
    [left, right]: [&[Lanes]; 2],
    weights: &[[u128; LANES]],
    sums: &mut [[i128; LIMBS]],
) {
    add_products_at_level(Level::of_this_machine(), rows, terms, [left, right], weights, sums);
}

fn add_products_at_level(
    level: Level,
    rows: usize,
    terms: usize,
    factors: [&[Lanes]; 2],
    weights: &[[u128; LANES]],
    sums: &mut [[i128; LIMBS]],
) {
    assert!((1..=MOST_TERMS).contains(&terms) && weights.len() <= MOST_BLOCKS, "no more than the limbs have room for");
    assert!(factors.iter().all(|factors| factors.len() == rows * terms * weights.len()), "every block's words");
    assert_eq!(sums.len(), 2 * rows - 2, "a sum for each point");
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only ever one that the processor was found to have: it includes avx512f and avx512dq.
        Level::Avx512 => unsafe { products_avx512(rows, terms, factors, weights, sums) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: likewise; it includes avx2.
        Level::Vaes256 | Level::Avx2 => unsafe { products_avx2(rows, terms, factors, weights, sums) },
        _ => products(rows, terms, factors, weights, sums),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq")]
fn products_avx512(
    rows: usize,
    terms: usize,
    factors: [&[Lanes]; 2],
    weights: &[[u128; LANES]],
    sums: &mut [[i128; LIMBS]],
) {
    products(rows, terms, factors, weights, sums);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn products_avx2(
    rows: usize,
    terms: usize,
    factors: [&[Lanes]; 2],
    weights: &[[u128; LANES]],
    sums: &mut [[i128; LIMBS]],
) {
    products(rows, terms, factors, weights, sums);
}

#[inline(always)]
fn products(rows: usize, terms: usize, factors: [&[Lanes]; 2], weights: &[[u128; LANES]], sums: &mut [[i128; LIMBS]]) {
    match rows {
        2 => blocks::<2, 2>(terms, factors, weights, sums),
        4 => blocks::<4, 6>(terms, factors, weights, sums),
        8 => blocks::<8, 14>(terms, factors, weights, sums),
        _ => panic!("2, 4 or 8 rows"),
    }
}

#[inline(always)]
fn blocks<const R: usize, const P: usize>(
    terms: usize,
    [left, right]: [&[Lanes]; 2],
    weights: &[[u128; LANES]],
    sums: &mut [[i128; LIMBS]],
) {
    let mut lanes = Aligned([[[0; LANES]; LIMBS]; P]);
    let mut values_of_both = Aligned([[[[0; LANES]; VALUE]; P]; 2]);
    let [lefts, rights] = &mut values_of_both.0;
    let (left, right) = (left.as_chunks::<R>().0, right.as_chunks::<R>().0);
    for (weights, (left, right)) in weights.iter().zip(left.chunks_exact(terms).zip(right.chunks_exact(terms))) {
        let mut products = Aligned([[[0; LANES]; PRODUCT - 1]; P]);
        for (left, right) in left.iter().zip(right) {
            values(left, lefts);
            values(right, rights);
            for (sum, (left, right)) in products.0.iter_mut().zip(lefts.iter().zip(rights.iter())) {
                add_product(sum, left, right);
            }
        }
        let weights = limbs_of_weights(weights);
        for (sum, product) in lanes.0.iter_mut().zip(&products.0) {
            add_weighted(sum, &carried(product), &weights);
        }
    }
    for (sum, lanes) in sums.iter_mut().zip(&lanes.0) {
        for (sum, lanes) in sum.iter_mut().zip(lanes) {
            *sum += lanes.iter().map(|lane| i128::from(*lane)).sum::<i128>();
        }
    }
}

/// The values at all points but the first, of the values at the rows.
#[inline(always)]
fn values<const R: usize, const P: usize>(rows: &[Lanes; R], values: &mut [[Integers; VALUE]; P]) {
    let (mut low, mut high) = ([[0; LANES]; R], [[0; LANES]; R]);
    for (row, (low, high)) in rows.iter().zip(low.iter_mut().zip(&mut high)) {
        for lane in 0..LANES {
            (low[lane], high[lane]) = (i64::from(row[lane] as u32), (row[lane] >> 32) as i64);
        }
    }
    let (low, high): ([Integers; P], [Integers; P]) = (points(&low), points(&high));
    for (value, (low, high)) in values.iter_mut().zip(low.iter().zip(&high)) {
        for lane in 0..LANES {
            let middle = (high[lane] << (32 - LIMB_BITS)) + (low[lane] >> LIMB_BITS);
            value[0][lane] = low[lane] & MASK;
            value[1][lane] = middle & MASK;
            value[2][lane] = middle >> LIMB_BITS;
        }
    }
}

/// The same of halves of words: they stay below `2^45`.
#[inline(always)]
fn points<const R: usize, const P: usize>(rows: &[Integers; R]) -> [Integers; P] {
    let mut points = [[0; LANES]; P];
    points[..R - 1].copy_from_slice(&rows[1..]);
    // What becomes the differences at the first row, and those at the last one.
    let (mut first, mut last) = (*rows, [[0; LANES]; R]);
    last[0] = rows[R - 1];
    for (order, last) in last.iter_mut().enumerate().skip(1) {
        for row in (order..R).rev() {
            first[row] = minus(first[row], first[row - 1]);
        }
        *last = first[R - 1];
    }
    points[R - 1] = first[R - 1];
    let around = points_around(R);
    for point in 0..around {
        for order in (0..R - 1).rev() {
            last[order] = plus(last[order], last[order + 1]);
            first[order] = minus(first[order], first[order + 1]);
        }
        points[R + point] = last[0];
        points[R + around + point] = first[0];
    }
    points
}

#[inline(always)]
fn plus(mut a: Integers, b: Integers) -> Integers {
    for lane in 0..LANES {
        a[lane] += b[lane];
    }
    a
}

#[inline(always)]
fn minus(mut a: Integers, b: Integers) -> Integers {
    for lane in 0..LANES {
        a[lane] -= b[lane];
    }
    a
}

/// Adds the products of numbers of 32 bits.
#[inline(always)]
fn add(sum: &mut Integers, a: &Integers, b: &Integers) {
    for lane in 0..LANES {
        sum[lane] += i64::from(a[lane] as i32) * i64::from(b[lane] as i32);
    }
}

/// Adds products of values to sums that nothing is carried between.
#[inline(always)]
fn add_product(sum: &mut [Integers; PRODUCT - 1], left: &[Integers; VALUE], right: &[Integers; VALUE]) {
    for (i, left) in left.iter().enumerate() {
        for (j, right) in right.iter().enumerate() {
            add(&mut sum[i + j], left, right);
        }
    }
}

/// The limbs of a sum of products. The last one has its sign.
#[inline(always)]
fn carried(sum: &[Integers; PRODUCT - 1]) -> [Integers; PRODUCT] {
    let mut limbs = [[0; LANES]; PRODUCT];
    let mut carry = [0; LANES];
    for (limb, sum) in limbs.iter_mut().zip(sum) {
        for lane in 0..LANES {
            let sum = sum[lane] + carry[lane];
            (limb[lane], carry[lane]) = (sum & MASK, sum >> LIMB_BITS);
        }
    }
    limbs[PRODUCT - 1] = carry;
    limbs
}

#[inline(always)]
fn limbs_of_weights(weights: &[u128; LANES]) -> [Integers; WEIGHT] {
    let mut limbs = [[0; LANES]; WEIGHT];
    for (limb, at) in limbs.iter_mut().zip((0..).step_by(LIMB_BITS as usize)) {
        for lane in 0..LANES {
            limb[lane] = (weights[lane] >> at) as i64 & MASK;
        }
    }
    limbs
}

#[inline(always)]
fn add_weighted(sum: &mut [Integers; LIMBS], product: &[Integers; PRODUCT], weights: &[Integers; WEIGHT]) {
    for (i, product) in product.iter().enumerate() {
        for (j, weight) in weights.iter().enumerate() {
            add(&mut sum[i + j], product, weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Integers of 384 bits, in words from the least significant one.
    type Wide = [u64; 6];

    fn plus(a: Wide, b: Wide) -> Wide {
        let mut carry = 0;
        std::array::from_fn(|i| {
            let sum = u128::from(a[i]) + u128::from(b[i]) + carry;
            carry = sum >> 64;
            sum as u64
        })
    }

    fn of(integer: i128) -> Wide {
        let sign = (integer >> 127) as u64;
        [integer as u64, (integer >> 64) as u64, sign, sign, sign, sign]
    }

    fn doubled(a: Wide, times: usize) -> Wide {
        (0..times).fold(a, |a, _| plus(a, a))
    }

    /// Bit by bit, modulo 2^384.
    fn times(a: Wide, b: Wide) -> Wide {
        (0..384).rev().fold([0; 6], |sum, bit| {
            let sum = plus(sum, sum);
            if b[bit / 64] >> (bit % 64) & 1 == 1 { plus(sum, a) } else { sum }
        })
    }

    /// The value at a whole number, by Lagrange's formula over a common denominator; at infinity the last difference.
    fn value(rows: &[u64], at: Option<i128>) -> i128 {
        let count = rows.len() as i128;
        let product = |factors: &mut dyn Iterator<Item = i128>| factors.product::<i128>();
        let weight = |row: i128| match at {
            Some(at) => {
                let others = || (0..count).filter(move |other| *other != row);
                product(&mut others().map(|other| at - other)) / product(&mut others().map(|other| row - other))
            }
            None => {
                let binomial = product(&mut (0..row).map(|i| count - 1 - i)) / product(&mut (1..=row));
                if (count - 1 - row) % 2 == 0 { binomial } else { -binomial }
            }
        };
        (0..count).map(|row| i128::from(rows[row as usize]) * weight(row)).sum()
    }

    fn all_points(rows: usize) -> Vec<Option<i128>> {
        let (rows, around) = (rows as i128, points_around(rows) as i128);
        let around = (rows..rows + around).chain((1..=around).map(|point| -point));
        (1..rows).map(Some).chain([None]).chain(around.map(Some)).collect()
    }

    fn check(rows: usize, terms: usize, blocks: usize, words: &[u64], weights: &[u128]) {
        let length = rows * terms * blocks;
        let word = |i: usize| words[i % words.len()].rotate_left((i / words.len()) as u32);
        let lanes = |from: usize| -> Vec<Lanes> {
            (0..length).map(|i| std::array::from_fn(|lane| word(from + LANES * i + lane))).collect()
        };
        let (left, right) = (lanes(0), lanes(LANES * length + 1));
        let weight = |block: usize, lane: usize| weights[(block * LANES + lane) % weights.len()] >> 1;
        let weights: Vec<_> = (0..blocks).map(|block| std::array::from_fn(|lane| weight(block, lane))).collect();
        let expected = all_points(rows).into_iter().map(|at| {
            let mut sum = [0; 6];
            for (i, (left, right)) in left.chunks_exact(rows).zip(right.chunks_exact(rows)).enumerate() {
                for lane in 0..LANES {
                    let value = |side: &[Lanes]| of(value(&side.iter().map(|row| row[lane]).collect::<Vec<_>>(), at));
                    let weight = weight(i / terms, lane);
                    let weight = [weight as u64, (weight >> 64) as u64, 0, 0, 0, 0];
                    sum = plus(sum, times(times(value(left), value(right)), weight));
                }
            }
            sum
        });
        let expected: Vec<Wide> = expected.collect();
        for level in Level::all_of_this_machine() {
            let mut sums = vec![[0; LIMBS]; 2 * rows - 2];
            add_products_at_level(level, rows, terms, [&left, &right], &weights, &mut sums);
            let sums = sums
                .iter()
                .map(|limbs| limbs.iter().rfold([0; 6], |sum, limb| plus(doubled(sum, LIMB_BITS as usize), of(*limb))));
            assert_eq!(sums.collect::<Vec<Wide>>(), expected, "{level:?}: {rows} rows, {terms} terms, {blocks} blocks");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn every_version_gives_the_products_by_definition(
            log_rows in 1_u32..4, terms in 1_usize..4, blocks in 0_usize..3,
            words in vec(prop_oneof![Just(0), Just(u64::MAX), any::<u64>()], 61), weights in vec(any::<u128>(), 7),
        ) {
            check(1 << log_rows, terms, blocks, &words, &weights);
        }
    }

    #[test]
    fn limbs_have_room_for_the_greatest() {
        for rows in [2, 4, 8] {
            check(rows, MOST_TERMS, 2, &[u64::MAX], &[u128::MAX]);
            check(rows, 1, MOST_BLOCKS, &[u64::MAX], &[u128::MAX]);
            // Neighbours of which one is the greatest, the other the least: values are large.
            check(rows, MOST_TERMS, 1, &[u64::MAX, u64::MAX, u64::MAX, u64::MAX, 0, 0, 0, 0], &[u128::MAX]);
        }
    }
}
