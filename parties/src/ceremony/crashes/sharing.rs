//! Shares of an Ed25519 key as a session would make them, and what must be true of them in the end.

use quorate_circuits::curve::{Curve, Ed25519, Point};
use quorate_engine::crypto::Random;
use quorate_engine::key::{AccessStructure, Commitments, Holding, KeyId, KeyShare, Polynomials, SignerSet};
use quorate_engine::record::KeyRecord;
use quorate_engine::run::Kept;
use zeroize::Zeroizing;

use crate::identity::{Card, Hex};
use crate::keys::{Holder, Scheme, SharedPart};

type Scalar = <Ed25519 as Curve>::Scalar;

/// What all of them know of a sharing, and each its own record.
pub(super) struct Sharing {
    pub(super) shared: SharedPart,
    records: Vec<Zeroizing<Vec<u8>>>,
    pub(super) secret: Scalar,
}

/// Shares a secret, or one that is new.
pub(super) fn deal(
    random: &mut Random,
    secret: Option<Scalar>,
    epoch: u64,
    threshold: u16,
    holders: &[Card],
) -> Sharing {
    let access = AccessStructure::new(threshold.into(), holders.len()).expect("a threshold");
    let polynomials = match secret {
        Some(secret) => Polynomials::<Ed25519>::sharing(secret, &access, random),
        None => Polynomials::random(&access, random),
    };
    let commitments = Commitments::of(&polynomials);
    let key = KeyId([7; 32]);
    let record = |index: u16| {
        let holding = Holding { key, epoch: epoch as u32, access: access.clone(), index };
        let share = KeyShare::new(holding, polynomials.share(index), commitments.clone()).expect("it fits");
        KeyRecord { share, pairs: Vec::new() }.to_bytes()
    };
    let text = |point: &<Ed25519 as Curve>::Point| hex::encode(Ed25519::point(*point).encode());
    let holder = |(index, card): (u16, &Card)| Holder { name: card.name().clone(), identity: card.public_key(), index };
    let shared = SharedPart {
        scheme: Scheme::Ed25519,
        key_id: Hex(key.0),
        epoch,
        signers_needed: threshold,
        structure: None,
        public_key: text(&commitments.constant()),
        chain_code: None,
        commitments: commitments.points().iter().map(text).collect(),
        holders: (1..).zip(holders).map(holder).collect(),
    };
    Sharing { shared, records: access.indices().map(record).collect(), secret: polynomials.coefficients()[0] }
}

impl Sharing {
    /// What the program keeps at a holder.
    pub(super) fn kept(&self, index: u16) -> Vec<Kept> {
        vec![Kept { record: "key".to_owned(), items: vec![self.record(index)] }]
    }

    pub(super) fn record(&self, index: u16) -> Zeroizing<Vec<u8>> {
        self.records[usize::from(index) - 1].clone()
    }
}

/// Demands that these records are shares of one sharing of the key, and that any so many of them have it.
#[track_caller]
pub(super) fn have_the_key(records: &[Zeroizing<Vec<u8>>], public_key: &str, threshold: u16) {
    // Each is checked against the commitments while it is read.
    let shares: Vec<KeyShare<Ed25519>> =
        records.iter().map(|record| KeyRecord::from_bytes(record).expect("a share that fits").share).collect();
    let access = shares[0].holding().access.clone();
    for share in &shares {
        assert_eq!((share.holding().epoch, &share.holding().access), (shares[0].holding().epoch, &access));
        assert!(share.commitments() == shares[0].commitments(), "all hold shares of one sharing");
    }
    let count = shares.len();
    for chosen in (0u32..1 << count).filter(|chosen| chosen.count_ones() == u32::from(threshold)) {
        let quorum: Vec<&KeyShare<Ed25519>> =
            shares.iter().enumerate().filter(|(i, _)| chosen >> i & 1 == 1).map(|(_, share)| share).collect();
        let indices: Vec<u16> = quorum.iter().map(|share| share.holding().index).collect();
        let signers = SignerSet::new(&access, &indices).expect("as many as sign");
        let terms = quorum.iter().map(|share| *share.additive(&signers).expect("a signer").expose_secret());
        let secret: Scalar = terms.reduce(|sum, term| sum + term).expect("two at least");
        let public: Point = Ed25519::point(Ed25519::base_multiple(&secret));
        assert_eq!(hex::encode(public.encode()), public_key, "{indices:?} have the key");
    }
}
