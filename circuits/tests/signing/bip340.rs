//! BIP340: its own vectors, a Taproot output of BIP341, the k256 crate, prepared nonces.

use k256::schnorr::SigningKey;
use quorate_circuits::curve::{CurveName, Point, Scalar};
use sha2::{Digest, Sha256};

use crate::run::{Run, decoded, scalar};

const CURVE: CurveName = CurveName::Secp256k1;

/// The signing vectors 0 to 3 of BIP340 (test-vectors.csv; BIPs are in the public domain or under BSD-2-Clause): secret
/// key, public key, auxiliary randomness, message, signature.
const VECTORS: [[&str; 5]; 4] = [
    [
        "0000000000000000000000000000000000000000000000000000000000000003",
        "f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca8215\
         25f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0",
    ],
    [
        "b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef",
        "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659",
        "0000000000000000000000000000000000000000000000000000000000000001",
        "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
        "6896bd60eeae296db48a229ff71dfe071bde413e6d43f917dc8dcf8c78de3341\
         8906d11ac976abccb20b091292bff4ea897efcb639ea871cfa95f6de339e4b0a",
    ],
    [
        "c90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b14e5c9",
        "dd308afec5777e13121fa72b9cc1b7cc0139715309b086c960e18fd969774eb8",
        "c87aa53824b4d7ae2eb035a2b5bbbccc080e76cdc6d1692c4b0b62d798e6d906",
        "7e2d58d8b3bcdf1abadec7829054f90dda9805aab56c77333024b9d0a508b75c",
        "5831aaeed7b44bb74e5eab94ba9d4294c49bcf2a60728d8b4c200f50dd313c1b\
         ab745879a5ad954a72c45a91c3a51d3c7adea98d82f8481e0e1e03674a6f3fb7",
    ],
    [
        "0b432b2677937381aef05bb02a66ecd012773062cf3fa2549e44f58ed2401710",
        "25d1dff95105f5253c4022f628a996ad3a0d95fbf21d468a1b33f8c160d8f517",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "7eb0509757e246f19449885651611cb965ecc1a187dd51b64fda1edc9637d5ec\
         97582b9cb13db3933705b32ba982af5af25fd78881ebb32771fc5922efc66ea3",
    ],
];

fn tagged(tag: &str, parts: &[&[u8]]) -> [u8; 32] {
    let tag = Sha256::digest(tag);
    let mut hash = Sha256::new_with_prefix([tag, tag].concat());
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

fn even(secret: &Scalar) -> Scalar {
    let odd = Point::base(secret).coordinates().expect("not the identity").y_is_odd;
    if odd { secret.neg() } else { *secret }
}

/// The nonce of BIP340's default signing.
fn nonce(secret: &Scalar, auxiliary: &[u8], message: &[u8]) -> Scalar {
    let secret = even(secret);
    let mask = tagged("BIP0340/aux", &[auxiliary]);
    let masked: Vec<u8> = secret.encode().iter().zip(mask).map(|(a, b)| a ^ b).collect();
    let key = Point::base(&secret).coordinates().expect("not the identity").x;
    Scalar::reduce(CURVE, &tagged("BIP0340/nonce", &[&masked, &key, message]))
}

/// The x-coordinate of the nonce and s: the 64 bytes of a signature.
fn signature(shown: &std::collections::BTreeMap<String, String>) -> String {
    format!("{}{}", &shown["nonce"][2..], shown["s"])
}

#[test]
fn signatures_of_bip340() {
    for [secret, public, auxiliary, message, expected] in VECTORS {
        let key = decoded(CURVE, secret);
        let nonce = nonce(&key, &hex::decode(auxiliary).expect("hex"), &hex::decode(message).expect("hex"));
        let shown = Run::of_key(&key).given("message", message).drawing(&[nonce]).shown("bip340");
        assert_eq!(shown["public_key"], format!("02{public}"));
        assert_eq!(signature(&shown), expected);
    }
}

/// The first key of BIP341's wallet test vectors, which spends by its key path without scripts.
#[test]
fn a_taproot_output_of_bip341() {
    let key = decoded(CURVE, "6b973d88838f27366ed61c9ad6367663045cb456e28335c109e30717ae0c6baa");
    let internal = Point::base(&key).coordinates().expect("not the identity").x;
    assert_eq!(hex::encode(internal), "d6889cb081036e0faefa3a35157ad71086b123b2b144b649798b494c300a961d");
    let tweak = tagged("TapTweak", &[&internal]);
    assert_eq!(hex::encode(tweak), "b86e7be8f39bab32a6f2c0443abbc210f0edac0e2c53d501b36b64437d9c6c70");
    let tweaked = even(&key).add(&Scalar::reduce(CURVE, &tweak)).expect("one curve");
    assert_eq!(hex::encode(tweaked.encode()), "2405b971772ad26915c8dcdf10f238753a9b837e5f8e6a86fd7c0cce5b7296d9");
    let message = "2514a6272f85cfa0f45eb907fcb0d121b808ed37c6ea160a5a9046ed5526d555";
    let nonce = nonce(&tweaked, &[0; 32], &hex::decode(message).expect("hex"));
    let run = Run::of_key(&key).given("message", message).given("tweak", hex::encode(tweak)).drawing(&[nonce]);
    let shown = run.shown("bip340");
    assert_eq!(shown["public_key"], "0253a1f6e454df1aa2776a2814a721372d6258050de330b3c6d10ee8f4e0dda343");
    assert_eq!(
        signature(&shown),
        "ed7c1647cb97379e76892be0cacff57ec4a7102aa24296ca39af7541246d8ff1\
         4d38958d4cc1e2e478e4d4a764bbfd835b16d4e314b72937b29833060b87276c"
    );
}

/// Keys, derived keys, tweaked keys and nonces with y-coordinates of all parities, verified by the k256 crate.
#[test]
fn k256_makes_and_verifies_the_same_signatures() {
    for seed in 1..24 {
        let (key, path, tweak) = (scalar(CURVE, seed), scalar(CURVE, seed + 100), scalar(CURVE, seed + 200));
        let internal = even(&key.add(&path).expect("one curve"));
        let tweaked = internal.add(&tweak).expect("one curve");
        let message: Vec<u8> = (0..seed as u8 * 7).collect();
        let nonce = nonce(&tweaked, &[seed as u8; 32], &message);
        let shown = Run::of_key(&key)
            .given("message", hex::encode(&message))
            .given("path", hex::encode(path.encode()))
            .given("tweak", hex::encode(tweak.encode()))
            .drawing(&[nonce])
            .shown("bip340");
        let other = SigningKey::from_slice(&tweaked.encode()).expect("a key");
        let expected = other.sign_raw(&message, &[seed as u8; 32]).expect("a signature");
        assert_eq!(signature(&shown), hex::encode(expected.to_bytes()));
        assert_eq!(shown["public_key"][2..], hex::encode(other.verifying_key().to_bytes()));
        other.verifying_key().verify_raw(&message, &expected).expect("it verifies");
    }
}

#[test]
fn a_prepared_nonce_makes_the_same_signature() {
    let (key, nonces) = (scalar(CURVE, 1), [scalar(CURVE, 2), scalar(CURVE, 3)]);
    let (_, kept) = Run::new().given("count", "2").drawing(&nonces).of("bip340-presign").expect("nonces");
    for (element, nonce) in nonces.into_iter().enumerate() {
        let online = Run::of_key(&key).given("message", "c0ffee").given("tweak", "9").taking_over(&kept, element);
        let direct = Run::of_key(&key).given("message", "c0ffee").given("tweak", "9").drawing(&[nonce]);
        assert_eq!(online.shown("bip340-sign"), direct.shown("bip340"));
    }
}
