//! Against the p256 crate, whose points go through another field and other formulas, and its integers.

use group::Group;
use p256::elliptic_curve::PrimeField;
use p256::elliptic_curve::bigint::{NonZero, U256};
use p256::elliptic_curve::group::GroupEncoding;
use p256::{ProjectivePoint, Scalar};
use proptest::prelude::*;

use super::*;

const PRIME: U256 = U256::from_be_hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
const ORDER: U256 = U256::from_be_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

fn bytes(number: &U256) -> [u8; 32] {
    number.to_be_bytes().into()
}

/// Numbers below a bound: any, those next to zero and to the bound, and those whose words are all ones or all zeros, where
/// carries run.
fn below(bound: U256) -> impl Strategy<Value = U256> {
    let word = prop_oneof![Just(0), Just(u64::MAX), Just(0xffff_ffff), any::<u64>()];
    let words = prop::array::uniform4(word).prop_map(U256::from_words);
    let small = any::<u8>().prop_map(U256::from_u8);
    let great = (1..=u8::MAX).prop_map(move |less| bound.wrapping_sub(&U256::from_u8(less)));
    prop_oneof![4 => words, 1 => small, 1 => great].prop_filter("below the bound", move |number| *number < bound)
}

fn element(number: &U256) -> Element {
    Element::from_bytes(&bytes(number)).expect("below the prime")
}

fn scalar(number: &U256) -> Scalar {
    Option::from(Scalar::from_repr(bytes(number).into())).expect("below the order")
}

/// A number with its least byte first.
fn reversed(number: &U256) -> [u8; 32] {
    number.to_le_bytes().into()
}

/// A point in the crate's form and in ours, with a z-coordinate other than one unless it is the identity.
fn point() -> impl Strategy<Value = (ProjectivePoint, PublicP256)> {
    prop_oneof![1 => Just(U256::ZERO), 1 => Just(U256::ONE), 4 => below(ORDER)].prop_map(|number| {
        let crates = ProjectivePoint::GENERATOR * scalar(&number);
        let twice = PublicP256::from(ProjectivePoint::GENERATOR * (scalar(&number) + Scalar::ONE));
        (crates, twice - PublicP256::base_point())
    })
}

#[track_caller]
fn same(ours: PublicP256, crates: ProjectivePoint) {
    assert_eq!(ours, PublicP256::from(crates));
    assert_eq!(ProjectivePoint::from(ours), crates);
    assert_eq!(ours.is_neutral(), bool::from(Group::is_identity(&crates)));
}

proptest! {
    #[test]
    fn the_field_is_that_of_integers(a in below(PRIME), b in below(PRIME)) {
        let prime = NonZero::new(PRIME).expect("not zero");
        let (x, y) = (element(&a), element(&b));
        prop_assert_eq!(x.to_bytes(), bytes(&a));
        prop_assert_eq!(x.is_odd(), bytes(&a)[31] & 1 == 1);
        prop_assert_eq!(x.plus(&y).to_bytes(), bytes(&a.add_mod(&b, &prime)));
        prop_assert_eq!(x.minus(&y).to_bytes(), bytes(&a.sub_mod(&b, &prime)));
        prop_assert_eq!(x.negative().to_bytes(), bytes(&a.neg_mod(&prime)));
        prop_assert_eq!(x.times(&y).to_bytes(), bytes(&a.mul_mod(&b, &prime)));
        prop_assert_eq!(x.square(), x.times(&x));
        prop_assert_eq!(x == y, a == b);
    }

    #[test]
    fn inverses_and_roots_are_those(a in below(PRIME), b in below(PRIME)) {
        let (x, y) = (element(&a), element(&b));
        prop_assert_eq!(x.inverse().times(&x), if x.is_zero() { Element::ZERO } else { Element::ONE });
        // The prime is 3 modulo 4: of a number and its negative one is a square, and both are only of zero.
        let roots = [x.square_root(), x.negative().square_root()];
        prop_assert_eq!(roots.iter().flatten().count(), if x.is_zero() { 2 } else { 1 });
        for (root, number) in roots.iter().zip([x, x.negative()]) {
            prop_assert!(root.is_none_or(|root| root.square() == number));
        }
        let mut all = [x, y, Element::ONE, y].map(|number| if number.is_zero() { Element::ONE } else { number });
        let expected = all.map(|number| number.inverse());
        Element::invert_all(&mut all);
        prop_assert_eq!(all, expected);
    }

    /// Of all pairs that the formulas leave out: a point and itself, its negative, the identity.
    #[test]
    fn points_are_added_as_by_the_crate((p, ours_p) in point(), (q, ours_q) in point()) {
        let (kept_p, kept_q) = (PublicP256::from(p), PublicP256::from(q));
        for one in [ours_p, kept_p] {
            same(one, p);
            same(-one, -p);
            same(one.doubled(), p.double());
            for other in [ours_q, kept_q] {
                same(one + other, p + q);
                same(one - other, p - q);
            }
            for other in [ours_p, kept_p] {
                same(one + other, p.double());
                same(one - other, ProjectivePoint::IDENTITY);
            }
            same(one + PublicP256::neutral(), p);
            same(PublicP256::neutral() - one, -p);
            prop_assert_eq!(one == ours_q, p == q);
        }
    }

    #[test]
    fn multiples_are_those_of_the_crate(
        of_generator in below(ORDER),
        terms in prop::collection::vec((point(), below(ORDER)), 0..5),
    ) {
        let mut expected = ProjectivePoint::GENERATOR * scalar(&of_generator);
        same(PublicP256::sum_of_multiples(Some(&reversed(&of_generator)), &[]), expected);
        let ours: Vec<_> = terms.iter().map(|((_, ours), number)| (*ours, reversed(number))).collect();
        expected += terms.iter().map(|((crates, _), number)| *crates * scalar(number)).sum::<ProjectivePoint>();
        same(PublicP256::sum_of_multiples(Some(&reversed(&of_generator)), &ours), expected);
    }

    #[test]
    fn encodings_are_those_of_the_crate((p, ours) in point(), sign in any::<u8>(), x in below(PRIME)) {
        let (mut short, mut full) = (Vec::new(), Vec::new());
        ours.encode(&mut short);
        PublicP256::encode_full(&[ours, -ours], &mut full);
        prop_assert_eq!((short.len(), full.len()), (COMPRESSED_BYTES, 2 * FULL_BYTES));
        let is_identity = ours.is_neutral();
        prop_assert_eq!(&short, &p.to_bytes().to_vec());
        prop_assert_eq!(PublicP256::decode(&short), (!is_identity).then_some(ours));
        prop_assert_eq!(PublicP256::decode_full(&full[..FULL_BYTES]), (!is_identity).then_some(ours));
        prop_assert_eq!(PublicP256::decode_full(&full[FULL_BYTES..]), (!is_identity).then_some(-ours));
        prop_assert_eq!(PublicP256::of_points(&[p, -p]), vec![ours, -ours]);
        // Any x-coordinate, whether there is such a point or not, after any first byte.
        let any: Vec<u8> = [sign % 5].into_iter().chain(bytes(&x)).collect();
        let repr: [u8; COMPRESSED_BYTES] = any.as_slice().try_into().expect("33 bytes");
        let crates = Option::<ProjectivePoint>::from(ProjectivePoint::from_bytes(&repr.into()));
        let crates = crates.filter(|point| !bool::from(Group::is_identity(point)));
        prop_assert_eq!(PublicP256::decode(&any).map(ProjectivePoint::from), crates);
    }

    /// The same x-coordinate with the prime added to it is refused, and so is a y-coordinate that is another's.
    #[test]
    fn what_is_no_point_is_refused((_, ours) in point(), at in 0..FULL_BYTES, flip in 1..=u8::MAX, over in any::<u8>()) {
        let mut full = Vec::new();
        PublicP256::encode_full(&[ours], &mut full);
        full[at] ^= flip;
        prop_assert_eq!(PublicP256::decode_full(&full), None);
        prop_assert_eq!(PublicP256::decode_full(&full[1..]), None);
        let above = bytes(&PRIME.saturating_add(&U256::from_u8(over)));
        prop_assert!(Element::from_bytes(&above).is_none());
        for sign in 2..4 {
            let encoding: Vec<u8> = [sign].into_iter().chain(above).collect();
            prop_assert_eq!(PublicP256::decode(&encoding), None);
            prop_assert_eq!(PublicP256::decode(&encoding[1..]), None);
        }
    }
}

/// Additions that cancel in the middle of a sum, and digits that carry to the end.
#[test]
fn multiples_next_to_zero_and_to_the_order_are_right() {
    for less in 0..70 {
        for number in [U256::from_u8(less), ORDER.wrapping_sub(&U256::from_u8(less + 1))] {
            let crates = ProjectivePoint::GENERATOR * scalar(&number);
            let of_generator = PublicP256::sum_of_multiples(Some(&reversed(&number)), &[]);
            same(of_generator, crates);
            same(PublicP256::sum_of_multiples(None, &[(PublicP256::base_point(), reversed(&number))]), crates);
            let cancels = [(-PublicP256::base_point(), reversed(&number))];
            same(PublicP256::sum_of_multiples(Some(&reversed(&number)), &cancels), ProjectivePoint::IDENTITY);
        }
    }
}

#[test]
fn the_generator_and_the_identity_are_those_of_the_crate() {
    same(PublicP256::base_point(), ProjectivePoint::GENERATOR);
    same(PublicP256::neutral(), ProjectivePoint::IDENTITY);
    assert_eq!(PublicP256::neutral().coordinates(), None);
    assert_eq!(PublicP256::sum_of_multiples(None, &[]), PublicP256::neutral());
}
