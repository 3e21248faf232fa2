//! Encodings and what decoding refuses.

use ff::Field;
use group::Group;

use super::*;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap()).collect()
}

fn refuses_what_is_no_scalar<C: Curve>(order: &str) {
    let order: [u8; 32] = hex(order).try_into().unwrap();
    assert!(C::decode_scalar(&order).is_none(), "the order itself");
    assert_eq!(C::reduce(&order), C::Scalar::ZERO);
    assert!(C::decode_scalar(&[0xff; 32]).is_none());
    let one = C::encode_scalar(&C::Scalar::ONE);
    assert_eq!(C::decode_scalar(&one), Some(C::Scalar::ONE));
}

#[test]
fn scalars_are_below_the_order() {
    refuses_what_is_no_scalar::<Secp256k1>("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    refuses_what_is_no_scalar::<P256>("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    refuses_what_is_no_scalar::<Ed25519>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
}

#[test]
fn points_survive_their_encoding_and_the_identity_does_not() {
    for curve in CurveName::ALL {
        let three = (0..2).fold(Scalar::one(curve), |sum, _| sum.add(&Scalar::one(curve)).unwrap());
        let point = Point::base(&three);
        assert_eq!(Point::decode(curve, &point.encode()), Some(point));
        assert_eq!(point.encode().len(), curve.point_bytes());
        let identity = Point::base(&Scalar::zero(curve));
        assert!(bool::from(identity.is_identity()));
        assert_eq!(Point::decode(curve, &identity.encode()), None);
        assert_eq!(Point::decode(curve, &point.encode()[1..]), None, "a byte too few");
    }
}

#[test]
fn points_of_small_order_and_points_off_the_curve_are_refused() {
    // Orders 2, 4 and 8 of edwards25519, and a point of the right order plus one of order 8.
    for text in [
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    ] {
        assert_eq!(Point::decode(CurveName::Ed25519, &hex(text)), None, "{text}");
    }
    for torsion in &curve25519_dalek::constants::EIGHT_TORSION[1..] {
        let mixed = curve25519_dalek::constants::ED25519_BASEPOINT_POINT + torsion;
        for point in [mixed, *torsion] {
            assert_eq!(Point::decode(CurveName::Ed25519, point.compress().as_bytes()), None);
        }
    }
    // The points whose x-coordinate is zero, with its sign set.
    for y in [1, 0xec] {
        let rest = if y == 1 { 0 } else { 0xff };
        let mut bytes = [rest; 32];
        (bytes[0], bytes[31]) = (y, rest | 0x80);
        assert_eq!(Point::decode(CurveName::Ed25519, &bytes), None);
    }
    // No point of secp256k1 has the x-coordinate 5.
    let mut off = vec![2; 1];
    off.extend([0; 31]);
    off.push(5);
    assert_eq!(Point::decode(CurveName::Secp256k1, &off), None);
}

#[test]
fn a_non_canonical_encoding_of_ed25519_is_refused() {
    // y = 2^255 - 18 is y = 1: the identity; y = 2^255 - 19 + 4 encodes the y-coordinate 4 a second time, if 4 is one.
    let mut bytes = [0xff; 32];
    bytes[31] = 0x7f;
    for low in 0xed..=0xff {
        bytes[0] = low;
        assert_eq!(Point::decode(CurveName::Ed25519, &bytes), None);
    }
}

#[test]
fn coordinates_are_those_of_sec_1() {
    let at = Point::generator(CurveName::Secp256k1).coordinates().unwrap();
    assert_eq!(at.x.to_vec(), hex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"));
    assert!(!at.y_is_odd);
    assert!(Point::generator(CurveName::P256).coordinates().unwrap().y_is_odd);
    assert!(Point::generator(CurveName::Ed25519).coordinates().is_none());
}

fn sums_of_public_points_are_sums<C: Curve>() {
    let scalar = |n: u64| C::Scalar::from(n) - C::Scalar::from(1_000);
    let point = |n: u64| C::Point::generator() * scalar(n);
    for length in 0..5 {
        let terms: Vec<_> = (0..length).map(|i| (point(7 + i), scalar(90 * i + 1))).collect();
        let expected = terms.iter().map(|(point, scalar)| *point * scalar).sum::<C::Point>();
        assert_eq!(C::public_sum(&scalar(3), &terms), expected + point(3), "{} of {length}", C::NAME);
        assert_eq!(C::public_sum(&scalar(1_000), &terms), expected, "{} of {length}", C::NAME);
    }
}

#[test]
fn public_sums_agree_with_multiplications_one_by_one() {
    sums_of_public_points_are_sums::<Secp256k1>();
    sums_of_public_points_are_sums::<P256>();
    sums_of_public_points_are_sums::<Ed25519>();
}

fn public_multiples_are_multiples<C: Curve>() {
    let generator = C::Point::generator();
    let scalars: Vec<C::Scalar> =
        [0, 1, 2, 0x1234_5678].into_iter().map(C::Scalar::from).flat_map(|s| [s, -s, s.square().square()]).collect();
    for point in [generator, generator * C::Scalar::from(77), C::Point::identity()] {
        for scalar in &scalars {
            assert!(C::public_multiple(&point, scalar) == point * scalar, "{}", C::NAME);
        }
    }
    for scalar in &scalars {
        assert!(C::base_multiple(scalar) == generator * scalar, "{}", C::NAME);
        assert_eq!(C::public_inverse(scalar), scalar.invert().into(), "{}", C::NAME);
    }
}

#[test]
fn public_multiples_are_multiples_on_every_curve() {
    public_multiples_are_multiples::<Secp256k1>();
    public_multiples_are_multiples::<P256>();
    public_multiples_are_multiples::<Ed25519>();
}

fn points_are_encoded_at_once_as_one_by_one<C: Curve>() {
    let point = |n: u64| C::Point::generator() * C::Scalar::from(n);
    for points in [vec![], vec![point(3)], vec![point(1), C::Point::identity(), point(9), point(1 << 40)]] {
        let (mut at_once, mut one_by_one) = (vec![1, 2], vec![1, 2]);
        C::encode_points(&points, &mut at_once);
        points.iter().for_each(|point| C::encode_point(point, &mut one_by_one));
        assert_eq!(at_once, one_by_one, "{}", C::NAME);
    }
}

#[test]
fn points_are_encoded_at_once_as_one_by_one_on_every_curve() {
    points_are_encoded_at_once_as_one_by_one::<Secp256k1>();
    points_are_encoded_at_once_as_one_by_one::<P256>();
    points_are_encoded_at_once_as_one_by_one::<Ed25519>();
}

fn kept_points_are_read_as_they_were_written<C: Curve>() {
    let generator = C::Point::generator();
    for point in [generator, -generator, generator * C::Scalar::from(1 << 40)] {
        let (mut short, mut full) = (Vec::new(), Vec::new());
        C::encode_point(&point, &mut short);
        C::encode_full_points(&[point.into()], &mut full);
        assert_eq!((C::decode_kept_point(&short), C::decode_full_point(&full)), (Some(point), Some(point.into())));
        assert_eq!((short.len(), full.len()), (C::POINT_BYTES, C::FULL_POINT_BYTES));
        let mut negative = Vec::new();
        C::encode_point(&-point, &mut negative);
        assert!(C::is_same_point(&full, &short) && !C::is_same_point(&full, &negative));
        assert!(!C::is_same_point(&full, &short[1..]) && !C::is_same_point(&full[1..], &short));
        // Both coordinates must be of the curve, and in their canonical form.
        assert!(C::decode_full_point(&full[1..]).is_none() && C::decode_full_point(&[0xff; 64]).is_none());
        let mut changed = full.clone();
        changed[C::FULL_POINT_BYTES - 8] ^= 1;
        assert!(C::decode_full_point(&changed).is_none_or(|other| other != point.into()), "{}", C::NAME);
        assert!(C::FULL_POINT_BYTES == C::POINT_BYTES || C::decode_full_point(&changed).is_none());
    }
    let (mut short, mut full) = (Vec::new(), Vec::new());
    C::encode_point(&C::Point::identity(), &mut short);
    C::encode_full_points(&[C::Public::neutral()], &mut full);
    assert_eq!((C::decode_kept_point(&short), C::decode_full_point(&full)), (None, None), "{}", C::NAME);
}

#[test]
fn kept_points_are_read_as_they_were_written_on_every_curve() {
    kept_points_are_read_as_they_were_written::<Secp256k1>();
    kept_points_are_read_as_they_were_written::<P256>();
    kept_points_are_read_as_they_were_written::<Ed25519>();
}

/// What was checked when it came is not multiplied by the order again; what costs little is looked at all the same.
#[test]
fn of_points_that_were_kept_only_the_order_is_taken_on_trust() {
    for torsion in &curve25519_dalek::constants::EIGHT_TORSION[1..] {
        let mixed = (curve25519_dalek::constants::ED25519_BASEPOINT_POINT + torsion).compress();
        assert!(Ed25519::decode_point(mixed.as_bytes()).is_none());
        assert!(Ed25519::decode_kept_point(mixed.as_bytes()).is_some());
        assert!(Ed25519::decode_kept_point(torsion.compress().as_bytes()).is_none());
    }
    let mut not_reduced = [0xff; 32];
    for low in 0xed..=0xff {
        (not_reduced[0], not_reduced[31]) = (low, 0x7f);
        assert!(Ed25519::decode_kept_point(&not_reduced).is_none());
    }
}

fn kept_points_are_multiplied_as_points<C: Curve>() {
    let scalars = [0_u64, 1, 2, 7, 0xffff_ffff, 0x1_0000_0000, u64::MAX, 0x5555_5555_aaaa_aaab];
    let scalars = scalars.map(C::Scalar::from);
    let large = scalars.map(|scalar| scalar.square().square() + scalar);
    let point = C::Point::generator() * C::Scalar::from(77);
    for steps in [0, 1, 2, 8, 32] {
        let kept = KeptPoint::<C>::new(point.into(), steps);
        let mut bytes = Vec::new();
        kept.encode(&mut bytes);
        assert_eq!(bytes.len(), KeptPoint::<C>::bytes(steps));
        let again = KeptPoint::<C>::decode(&bytes, steps).expect("as it was written");
        assert!(again == kept && again.point() == point.into());
        for scalar in scalars.iter().chain(&large).flat_map(|scalar| [*scalar, -*scalar]) {
            assert!(again.public_multiple(&scalar) == (point * scalar).into(), "{} in {steps} steps", C::NAME);
        }
        assert!(KeptPoint::<C>::decode(&bytes[1..], steps).is_none());
        assert!(KeptPoint::<C>::decode(&bytes, 16).is_none());
        let last = bytes.len() - C::FULL_POINT_BYTES;
        bytes[last..].fill(0xff);
        assert!(KeptPoint::<C>::decode(&bytes, steps).is_none(), "{} in {steps} steps", C::NAME);
    }
}

#[test]
fn kept_points_are_multiplied_as_points_on_every_curve() {
    kept_points_are_multiplied_as_points::<Secp256k1>();
    kept_points_are_multiplied_as_points::<P256>();
    kept_points_are_multiplied_as_points::<Ed25519>();
}

#[test]
fn zero_has_no_inverse() {
    for curve in CurveName::ALL {
        let (zero, one) = (Scalar::zero(curve), Scalar::one(curve));
        assert_eq!([zero.invert(), zero.public_inverse()], [None, None], "{curve}");
        let two = one.add(&one).unwrap();
        let half = two.invert().unwrap();
        assert_eq!((half.mul(&two), two.public_inverse()), (Some(one), Some(half)), "{curve}");
    }
}

#[test]
fn curves_do_not_mix() {
    let one = Scalar::one(CurveName::P256);
    assert!(Scalar::one(CurveName::Ed25519).add(&one).is_none());
    assert!(Point::generator(CurveName::Secp256k1).mul(&one).is_none());
}

fn combinations_are_sums_of_products<C: Curve>() {
    let scalars: Vec<C::Scalar> = (1..5u64).map(|i| C::Scalar::from(i * 0x1234_5678_9abc).square().square()).collect();
    let points: Vec<C::Point> = scalars.iter().map(|s| C::Point::generator() * *s).collect();
    let terms: Vec<_> = points.iter().copied().zip(scalars.iter().rev().copied()).collect();
    let sum: C::Point = terms.iter().map(|(p, s)| *p * *s).sum();
    assert!(C::linear_combination(&terms) == sum);
    assert!(C::linear_combination(&[]) == C::Point::identity());
}

#[test]
fn combinations_are_sums_of_products_on_every_curve() {
    combinations_are_sums_of_products::<Secp256k1>();
    combinations_are_sums_of_products::<P256>();
    combinations_are_sums_of_products::<Ed25519>();
}
