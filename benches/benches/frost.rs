//! Threshold Schnorr, all parties on one thread: keys of 2 of 3 and 5 of 9 generated, and signatures by 2 of 3, from
//! drawing nonces to the verified sum at *both* signers. `benches/peers/frost` measures the crates of the Zcash Foundation.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ff::Field;
use quorate_benches::{CpuTime, all, random_of};
use quorate_circuits::curve::Curve;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::frost::{
    Ciphersuite, FrostEd25519, FrostSecp256k1, PreparedNonces, Relation, Signing, SigningNonces, challenge,
    exchange_commitments, sign,
};
use quorate_engine::key::{AccessStructure, Generated, KeyShare, SignerSet, generate};
use quorate_engine::net::{ChannelError, Network};

const SESSION: SessionId = SessionId([0x0f; 32]);
const MESSAGE: &[u8] = b"a message of thirty-two bytes !!";

fn keys<C: Curve>(threshold: usize, holders: usize) -> Vec<Generated<C>> {
    let access = AccessStructure::new(threshold, holders).expect("a threshold of at most all");
    let access = &access;
    all(holders, |mut net| async move {
        let mut random = random_of(net.me());
        generate::<C>(&mut net, &mut random, &SESSION, access).await
    })
}

/// Binds nonces to the message and spends them.
fn spend<S: Ciphersuite>(share: &KeyShare<S::Curve>, nonces: PreparedNonces<S::Curve>) -> Signing<S::Curve> {
    let key = share.public_key();
    let group = nonces.group_commitment::<S>(&key, MESSAGE).expect("random nonces");
    let challenge = challenge::<S>(&group.point(), &key, MESSAGE);
    let relation = Relation { nonce: <S::Curve as Curve>::Scalar::ONE, key: challenge };
    Signing::new(share, nonces, group, relation).expect("nonces of this key")
}

/// One signer from nonces to signature.
async fn signer<S: Ciphersuite>(
    mut net: Network,
    share: &KeyShare<S::Curve>,
    signers: &SignerSet,
) -> Result<<S::Curve as Curve>::Scalar, ChannelError> {
    let mut random = random_of(net.me());
    let prepared = exchange_commitments::<S>(&mut net, &mut random, &SESSION, share, signers, 1).await?;
    let signing = prepared.into_iter().next().map(|nonces| spend::<S>(share, nonces)).expect("one pair was asked for");
    sign(&mut net, share, signing).await
}

/// Nonces for two signers as each takes them from its store.
fn prepared<S: Ciphersuite>(shares: &[KeyShare<S::Curve>], signers: &SignerSet, random: &mut Random) -> Vec<Vec<u8>> {
    let nonces: Vec<_> = shares.iter().map(|share| SigningNonces::draw::<S>(share, random)).collect();
    let commitments: Vec<_> = nonces.iter().map(|nonces| nonces.commitments().clone()).collect();
    let prepared = shares.iter().zip(nonces).map(|(share, nonces)| {
        let prepared = PreparedNonces::new(share, signers.clone(), nonces, commitments.clone());
        prepared.expect("the commitments are of these nonces").to_bytes().to_vec()
    });
    prepared.collect()
}

fn suite<S: Ciphersuite>(criterion: &mut Criterion<CpuTime>, name: &str) {
    let mut group = criterion.benchmark_group(format!("frost {name}"));
    let mut shares: Vec<_> = keys::<S::Curve>(2, 3).into_iter().map(|generated| generated.share).collect();
    shares.truncate(2);
    let signers = SignerSet::new(&shares[0].holding().access, &[1, 2]).expect("two of three");
    group.bench_function("sign, 2 of 3, both signers", |bencher| {
        let of = |net: Network| {
            let share = &shares[net.me().0];
            signer::<S>(net, share, &signers)
        };
        bencher.iter(|| all(2, of));
    });
    let stored = prepared::<S>(&shares, &signers, &mut random_of(quorate_benches::A));
    group.bench_function("online, nonces from the store, both signers", |bencher| {
        bencher.iter(|| {
            all(2, |mut net| {
                let (share, stored) = (&shares[net.me().0], &stored[net.me().0]);
                async move {
                    let nonces = PreparedNonces::from_bytes(stored).expect("as it was written");
                    sign(&mut net, share, spend::<S>(share, nonces)).await
                }
            })
        });
    });
    for (threshold, holders) in [(2, 3), (5, 9)] {
        group.bench_function(format!("generate, {threshold} of {holders}, all parties"), |bencher| {
            bencher.iter(|| black_box(keys::<S::Curve>(threshold, holders)));
        });
    }
    group.finish();
}

fn frost(criterion: &mut Criterion<CpuTime>) {
    suite::<FrostEd25519>(criterion, "ed25519");
    suite::<FrostSecp256k1>(criterion, "secp256k1");
}

criterion_group! {
    name = benches;
    config = quorate_benches::criterion();
    targets = frost
}
criterion_main!(benches);
