//! Whether a point of edwards25519 lies in the subgroup of prime order, without multiplying it by the order.
//!
//! The curve is that of Montgomery's equation `v^2 = u (u^2 + A u + 1)` with `u = (1 + y) / (1 - y)`; its points are a
//! cyclic group of order 8 times the prime. A point lies in the subgroup if it is eight times another one. That is decided
//! in two steps:
//!
//! 1. The point is halved (Pornin, "Point-Halving and Subgroup Membership in Twisted Edwards Curves", ePrint 2022/1164;
//!    here on Montgomery's curve by its two 2-isogenies). It is twice a point if and only if `u` is a square.
//!    With `w^2 = u` the image of the half under the first isogeny is one of `x = A + 2 u ± 2 v / w`, the one that is a square
//!    (their product `A^2 - 4` is none); with `z^2 = x` the half is `(t, z t)` for `2 t = x - A + 2 w z`.
//! 2. The half is four times a point if and only if its Tate pairing with the point of order 4 is trivial (Koshelev,
//!    "Subgroup membership testing on elliptic curves via the Tate pairing", ePrint 2022/037). That point is
//!    `(1, s)` with `s^2 = A + 2`, its tangent goes through `(0, 0)`, and the pairing is that of
//!    `(v - s u)^2 / u = t (z - s)^2`: it is trivial if this is a fourth power. The field has the fourth roots of one, so
//!    the pairing is not degenerate. Halves differ by the point of order 2, which is four times one, so that it does not
//!    matter which is taken; nor do signs.
//!
//! *Cost*: four powers of 254 squarings instead of 252 doublings of 8 products each, a third of the time. Variable time,
//! as received points are public. Exact: no point is taken for one of the subgroup that is none, with no probability.

use super::field::Element;

/// Montgomery's coefficient, A.
const A: u64 = 486_662;
/// A square root of -1.
const ROOT_OF_MINUS_ONE: [u8; 32] = [
    0xb0, 0xa0, 0x0e, 0x4a, 0x27, 0x1b, 0xee, 0xc4, 0x78, 0xe4, 0x2f, 0xad, 0x06, 0x18, 0x43, 0x2f, 0xa7, 0xd7, 0xfb,
    0x3d, 0x99, 0x00, 0x4d, 0x2b, 0x0b, 0xdf, 0xc1, 0x4f, 0x80, 0x24, 0x83, 0x2b,
];

/// What does not depend on the point.
struct Constants {
    root_of_minus_one: Element,
    /// A square root of A + 2.
    s: Element,
    /// A^2 - 4, which is no square, and its candidate for a root.
    no_square: Element,
    candidate: Element,
}

static CONSTANTS: std::sync::LazyLock<Constants> = std::sync::LazyLock::new(|| {
    let root_of_minus_one = Element::from_bytes(&ROOT_OF_MINUS_ONE);
    let (square, no_square) = (Element::small(A + 2), Element::small(A * A - 4));
    let candidate = no_square.candidate_root();
    let s = square_root(&square, &square.candidate_root(), &root_of_minus_one).expect("A + 2 is a square");
    Constants { root_of_minus_one, s, no_square, candidate }
});

/// The square root of a number by its candidate, if it has one.
fn square_root(number: &Element, candidate: &Element, root_of_minus_one: &Element) -> Option<Element> {
    [*candidate, candidate.times(root_of_minus_one)].into_iter().find(|root| root.square() == *number)
}

/// Whether a point of the curve that is not of small order lies in the subgroup of prime order, by its encoding.
///
/// All numbers are without denominators: of `u = (1 + y) / e` with `e = 1 - y`, `w = a / e` and `v / w = b / e`.
pub(super) fn has_prime_order(encoding: &[u8; 32]) -> bool {
    let Constants { root_of_minus_one: i, s, no_square, candidate } = &*CONSTANTS;
    let y = Element::from_bytes(encoding);
    let (coefficient, e) = (Element::small(A), Element::ONE.minus(&y));
    let y_squared = y.square();
    let a_squared = Element::ONE.minus(&y_squared);
    let b_squared = Element::small(A + 2).minus(&Element::small(A - 2).times(&y_squared));
    let Some(a) = square_root(&a_squared, &a_squared.candidate_root(), i) else { return false };
    let Some(b) = square_root(&b_squared, &b_squared.candidate_root(), i) else { return false };

    // x = n / e, or the other one, g e / n with g = A^2 - 4; z = z / e, or z / (e n).
    let a_e = coefficient.times(&e);
    let n = a_e.plus(&Element::small(2).times(&Element::ONE.plus(&y).plus(&b)));
    let n_e = n.times(&e);
    let root = n_e.candidate_root();
    let (difference, z, scale) = match square_root(&n_e, &root, i) {
        Some(z) => (n.minus(&a_e).times(&e), z, Element::ONE),
        None => {
            let g_n_e = no_square.times(&n_e);
            let Some(root) = square_root(&g_n_e, &candidate.times(&root), i) else { return false };
            let g_e = no_square.times(&e);
            (g_e.times(&e).minus(&a_e.times(&n)).times(&e), e.times(&root), n)
        }
    };
    // 2 t and z - s, times powers of e and n that are together with 8 a fourth power.
    let twice_t = difference.plus(&Element::small(2).times(&a.times(&z)));
    let from_s = z.minus(&s.times(&e).times(&scale));
    Element::small(8).times(&twice_t).times(&from_s.square()).times(&scale).is_fourth_power()
}
