//! The grid `{0, 1, infinity}^v` of the first step of proofs and checks of products (Boneh et al., CRYPTO 2019; Boyle et al., CCS
//! 2019). Rows are the values of polynomials of degree 1 in each of `v` variables at `{0, 1}^v`; their products, of degree
//! 2, are determined by the grid, where "infinity" stands for the highest coefficient: the difference of two rows.

use std::ops::DerefMut;

/// From the rows of `width` elements each to the grid's, variable by variable; `spare` has the grid's size like `rows`.
pub(super) fn extend<T: Copy, V: DerefMut<Target = [T]>>(
    variables: usize,
    width: usize,
    (rows, spare): (&mut V, &mut V),
    difference: impl Fn(T, T) -> T,
) {
    let mut done = 1;
    for variable in 0..variables {
        let half = (1 << (variables - variable - 1)) * width;
        for (from, to) in rows.chunks_exact(2 * half).zip(spare.chunks_exact_mut(3 * half)).take(done) {
            let (zero, one) = from.split_at(half);
            to[..half].copy_from_slice(zero);
            to[half..2 * half].copy_from_slice(one);
            let slopes = zero.iter().zip(one).map(|(zero, one)| difference(*one, *zero));
            to[2 * half..].iter_mut().zip(slopes).for_each(|(to, slope)| *to = slope);
        }
        done *= 3;
        std::mem::swap(rows, spare);
    }
}

/// The grid's points that are rows, in their order.
pub(super) fn row_points(variables: usize) -> Vec<usize> {
    let digits = |row: usize| (0..variables).rev().map(move |bit| row >> bit & 1);
    (0..1 << variables).map(|row| digits(row).fold(0, |point, digit| 3 * point + digit)).collect()
}

/// What each combination of one value for every variable counts: the product of what its values count.
pub(super) fn tensor<F: Copy>(at: &[F], one: F, weights: impl Fn(F) -> Vec<F>, multiply: impl Fn(F, F) -> F) -> Vec<F> {
    at.iter().fold(vec![one], |all, x| {
        let each = weights(*x);
        all.iter().flat_map(|before| each.iter().map(|weight| multiply(*before, *weight))).collect()
    })
}
