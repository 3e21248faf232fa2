//! Against curve25519-dalek, which multiplies by the order.

use curve25519_dalek::Scalar;
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use k256::elliptic_curve::bigint::{NonZero, U256};
use proptest::prelude::*;

use super::field::Element;
use super::*;

const PRIME: U256 = U256::from_be_hex("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed");

fn bytes(number: &U256) -> [u8; 32] {
    number.to_le_bytes().into()
}

/// Numbers of 255 bits: any, those next to zero and to the prime, and those whose digits or words are all ones or zeros.
fn number() -> impl Strategy<Value = U256> {
    let word = prop_oneof![Just(0), Just(u64::MAX), Just((1 << 51) - 1), any::<u64>()];
    let words = prop::array::uniform4(word).prop_map(|[a, b, c, d]| U256::from_words([a, b, c, d >> 1]));
    let small = any::<u8>().prop_map(U256::from_u8);
    let next = any::<u8>().prop_map(|n| PRIME.wrapping_add(&U256::from_u8(n % 19)).wrapping_sub(&U256::from_u8(n / 2)));
    prop_oneof![4 => words, 1 => small, 1 => next]
}

fn element(number: &U256) -> Element {
    Element::from_bytes(&bytes(number))
}

fn power(number: &U256, exponent: &U256) -> U256 {
    let prime = NonZero::new(PRIME).expect("not zero");
    let reduced = number.rem(&prime);
    (0..256).rev().fold(U256::ONE, |power, bit| {
        let square = power.mul_mod(&power, &prime);
        if exponent.bit_vartime(bit) { square.mul_mod(&reduced, &prime) } else { square }
    })
}

proptest! {
    #[test]
    fn the_field_is_that_of_integers(a in number(), b in number(), small in 0..1_u64 << 51) {
        let prime = NonZero::new(PRIME).expect("not zero");
        let (x, y) = (element(&a), element(&b));
        let (a, b) = (a.rem(&prime), b.rem(&prime));
        prop_assert_eq!(x, element(&a));
        prop_assert_eq!(x.plus(&y), element(&a.add_mod(&b, &prime)));
        prop_assert_eq!(x.minus(&y), element(&a.sub_mod(&b, &prime)));
        prop_assert_eq!(x.times(&y), element(&a.mul_mod(&b, &prime)));
        prop_assert_eq!(x.square(), x.times(&x));
        prop_assert_eq!(Element::small(small), element(&U256::from_u64(small)));
        prop_assert_eq!(x == y, a == b);
        // Digits that carry: sums of differences without a product between.
        let sum = x.minus(&y).plus(&x.minus(&y)).minus(&y.plus(&y));
        let twice = a.sub_mod(&b, &prime).sub_mod(&b, &prime);
        prop_assert_eq!(sum.times(&sum), element(&twice.add_mod(&twice, &prime)).square());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn powers_are_those_of_integers(a in number()) {
        let exponent = PRIME.wrapping_add(&U256::from_u8(3)).shr(3);
        prop_assert_eq!(element(&a).candidate_root(), element(&power(&a, &exponent)));
        prop_assert_eq!(element(&a).is_fourth_power(), power(&a, &PRIME.shr(2)) == U256::ONE);
    }

    /// A multiple of the generator plus each of the eight points of small order: one of the eight sums is of prime order.
    #[test]
    fn points_of_prime_order_are_told_from_all_others(number in any::<[u8; 32]>(), negative in any::<bool>()) {
        let point = EdwardsPoint::mul_base(&Scalar::from_bytes_mod_order(number));
        let point = if negative { -point } else { point };
        for torsion in &EIGHT_TORSION {
            let sum = point + torsion;
            prop_assert_eq!(order::has_prime_order(sum.compress().as_bytes()), sum.is_torsion_free());
            prop_assert_eq!(Ed25519::decode_point(sum.compress().as_bytes()).is_some(), sum.is_torsion_free());
        }
    }
}

#[test]
fn small_multiples_of_the_generator_are_of_prime_order_and_their_sums_with_others_are_not() {
    for number in 1..200_u64 {
        let point = ED25519_BASEPOINT_POINT * Scalar::from(number);
        assert!(order::has_prime_order(point.compress().as_bytes()), "{number}");
        for torsion in &EIGHT_TORSION[1..] {
            assert!(!order::has_prime_order((point + torsion).compress().as_bytes()), "{number}");
        }
    }
}
