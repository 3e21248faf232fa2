//! Keys that were generated once, what is signed with them, and whether it verifies by libraries that know nothing of us.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::BTreeMap;
use std::sync::OnceLock;

use quorate_circuits::clear::Column;
use quorate_circuits::curve::{Curve, Ed25519, Point, Scalar, Secp256k1};
use quorate_engine::protocol::ProtocolName::{self, Dkls, Frost, ShamirSigning, SpdzSigning};
use quorate_engine::record::{KeyRecord, KnownKey};
use quorate_engine::run::{CurveOutcome, Holdings};
use quorate_testkit::Signers;
use zeroize::Zeroizing;

/// What is signed.
pub(crate) const DIGEST: [u8; 32] = *b"thirty-two bytes that are signed";

/// What a party brings, by record.
pub(crate) type Records = BTreeMap<String, Vec<u8>>;

/// A way of signing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Ecdsa,
    Ed25519,
    Bip340,
    /// ECDSA among three of whom one may be corrupted.
    Majority,
    /// ECDSA with MACs.
    WithMacs,
}

impl Scheme {
    /// Those of which any two holders can sign.
    pub(crate) const ALL: [Self; 3] = [Self::Ecdsa, Self::Ed25519, Self::Bip340];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ecdsa | Self::Majority | Self::WithMacs => "ecdsa-secp256k1",
            Self::Ed25519 => "ed25519",
            Self::Bip340 => "bip340",
        }
    }

    pub(crate) fn protocol(self) -> ProtocolName {
        match self {
            Self::Ecdsa => Dkls,
            Self::Ed25519 | Self::Bip340 => Frost,
            Self::Majority => ShamirSigning,
            Self::WithMacs => SpdzSigning,
        }
    }

    /// Whether it signs a digest, with a presignature.
    fn is_ecdsa(self) -> bool {
        matches!(self, Self::Ecdsa | Self::Majority | Self::WithMacs)
    }

    /// The record that one signature consumes.
    pub(crate) fn one_time(self) -> &'static str {
        if self.is_ecdsa() { "presignature" } else { "nonce" }
    }

    /// A program of the scheme: `-key`, `-presign`, `-sign`, or nothing.
    pub(crate) fn program(self, suffix: &str, arguments: &str) -> Signers {
        Signers::new(&format!("{}{suffix}", self.name()), arguments, self.protocol())
    }

    /// The arguments of a program that signs.
    pub(crate) fn to_sign(self, signers: usize) -> String {
        let what = if self.is_ecdsa() { "digest" } else { "message" };
        format!("signers={signers} {what}={}", hex::encode(DIGEST))
    }

    /// A key, 2 of 3, the same for all tests.
    pub(crate) fn key(self) -> &'static Key {
        static KEYS: [OnceLock<Key>; 5] = [const { OnceLock::new() }; 5];
        KEYS[self as usize].get_or_init(|| {
            let protocol = if self == Self::WithMacs { Dkls } else { self.protocol() };
            let ended = Signers::new(&format!("{}-key", self.name()), "holders=3 threshold=2", protocol)
                .seed(1 + self as u64)
                .run((0..3).map(|_| Holdings::default()).collect());
            let outcomes: Vec<_> = ended.into_iter().map(|ended| ended.result.expect("honest")).collect();
            let public = point(&outcomes[0], "public_key");
            Key { records: outcomes.iter().map(|outcome| kept(outcome, "key")[0].clone()).collect(), public }
        })
    }

    /// What each signer consumes for one signature.
    pub(crate) fn prepare(self, seats: &[u16], seed: u64) -> Vec<Vec<u8>> {
        let program = self.program("-presign", &format!("signers={} count=1", seats.len())).seed(seed);
        let ended = program.run(holdings(seats, &self.records(seats)));
        ended.into_iter().map(|ended| kept(&ended.result.expect("honest"), self.one_time())[0].clone()).collect()
    }

    /// The key's records, by party.
    pub(crate) fn records(self, seats: &[u16]) -> Vec<Records> {
        let record = |seat: &u16| self.key().records[usize::from(*seat) - 1].clone();
        seats.iter().map(|seat| Records::from([("key".to_owned(), record(seat))])).collect()
    }

    /// The records of these holders, and of somebody who has none and knows the key.
    pub(crate) fn with_a_stranger(self, seats: &[u16]) -> Vec<Records> {
        fn known<C: Curve>(record: &[u8]) -> Vec<u8> {
            let share = KeyRecord::<C>::from_bytes(record).expect("a record").share;
            let holding = share.holding();
            let (key, epoch, access) = (holding.key, holding.epoch, holding.access.clone());
            KnownKey::<C> { key, epoch, access, public: share.public_key() }.to_bytes().to_vec()
        }
        let share = &self.key().records[0];
        let known = if self == Self::Ed25519 { known::<Ed25519>(share) } else { known::<Secp256k1>(share) };
        let mut records = self.records(seats);
        records.push(Records::from([("key".to_owned(), known)]));
        records
    }

    /// The key's records with one-time records beside them.
    pub(crate) fn with(self, seats: &[u16], one_time: &[Vec<u8>]) -> Vec<Records> {
        let mut records = self.records(seats);
        for (records, bytes) in records.iter_mut().zip(one_time) {
            records.insert(self.one_time().to_owned(), bytes.clone());
        }
        records
    }

    /// Panics unless what was put out is a signature under the key.
    pub(crate) fn verify(self, outcome: &CurveOutcome) {
        match self {
            Self::Ecdsa | Self::Majority | Self::WithMacs => verify_ecdsa(outcome, &self.key().public),
            Self::Ed25519 => verify_ed25519(outcome, &self.key().public),
            Self::Bip340 => verify_bip340(outcome, &self.key().public),
        }
    }
}

/// A key that three parties generated.
pub(crate) struct Key {
    /// By holder, from index 1.
    pub(crate) records: Vec<Vec<u8>>,
    pub(crate) public: Point,
}

/// What the parties hand in.
pub(crate) fn holdings(seats: &[u16], records: &[Records]) -> Vec<Holdings> {
    let of = |records: &Records| Holdings {
        records: records.iter().map(|(name, bytes)| (name.clone(), Zeroizing::new(bytes.clone()))).collect(),
        seats: seats.to_vec(),
    };
    records.iter().map(of).collect()
}

/// The items of a record that was kept.
pub(crate) fn kept(outcome: &CurveOutcome, record: &str) -> Vec<Vec<u8>> {
    let kept = outcome.kept.iter().find(|kept| kept.record == record).expect("the record is kept");
    kept.items.iter().map(|item| item.to_vec()).collect()
}

fn output<'a>(outcome: &'a CurveOutcome, name: &str) -> &'a Column {
    &outcome.outcome.outputs.iter().find(|(n, _)| n == name).expect("the output is there").1
}

/// An output that is a point.
pub(crate) fn point(outcome: &CurveOutcome, name: &str) -> Point {
    let Column::Points(points) = output(outcome, name) else { panic!("{name} is no point") };
    points[0]
}

/// An output that is a scalar.
pub(crate) fn scalar(outcome: &CurveOutcome, name: &str) -> Scalar {
    let Column::Scalars(scalars) = output(outcome, name) else { panic!("{name} is no scalar") };
    scalars[0]
}

fn verify_ecdsa(outcome: &CurveOutcome, public: &Point) {
    use k256::ecdsa::signature::hazmat::PrehashVerifier;
    let [r, s] = ["r", "s"].map(|name| scalar(outcome, name).encode());
    let key = k256::ecdsa::VerifyingKey::from_sec1_bytes(&public.encode()).expect("a key");
    let signature = k256::ecdsa::Signature::from_scalars(r, s).expect("a signature");
    key.verify_prehash(&DIGEST, &signature).expect("it verifies");
}

fn verify_ed25519(outcome: &CurveOutcome, public: &Point) {
    let signature = [point(outcome, "nonce").encode(), scalar(outcome, "s").encode().to_vec()].concat();
    let key: [u8; 32] = public.encode().try_into().expect("32 bytes");
    let key = ed25519_dalek::VerifyingKey::from_bytes(&key).expect("a key");
    let signature = ed25519_dalek::Signature::from_slice(&signature).expect("64 bytes");
    key.verify_strict(&DIGEST, &signature).expect("it verifies");
}

fn verify_bip340(outcome: &CurveOutcome, public: &Point) {
    use k256::schnorr::signature::hazmat::PrehashVerifier;
    let x = |point: Point| point.coordinates().expect("no identity").x;
    let signature = [x(point(outcome, "nonce")), scalar(outcome, "s").encode()].concat();
    let key = k256::schnorr::VerifyingKey::from_bytes(&x(*public).into()).expect("a key");
    let signature = k256::schnorr::Signature::try_from(signature.as_slice()).expect("a signature");
    key.verify_prehash(&DIGEST, &signature).expect("it verifies");
}
