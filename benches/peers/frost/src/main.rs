//! Prints the CPU time of the FROST crates of the Zcash Foundation: `cargo run --release` in this folder, beside
//! `cargo bench -p quorate-benches --bench frost`. Packages travel encoded, as they do between parties.
#![forbid(unsafe_code)]

use std::time::Duration;

use cpu_time::ThreadTime;

const SAMPLES: usize = 101;

/// The median CPU time of a run.
fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..SAMPLES)
        .map(|_| {
            let start = ThreadTime::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[SAMPLES / 2]
}

macro_rules! measure {
    ($name:literal, $frost:ident) => {{
        use std::collections::BTreeMap;

        use $frost::keys::dkg;
        use $frost::keys::{KeyPackage, PublicKeyPackage};
        use $frost::{Identifier, Signature, SigningPackage, aggregate, round1, round2};

        let mut rng = rand_core::OsRng;

        /// All parties' packages.
        fn generate(threshold: u16, holders: u16) -> Vec<(KeyPackage, PublicKeyPackage)> {
            let ids: Vec<Identifier> = (1..=holders).map(|i| i.try_into().unwrap()).collect();
            let (mut secrets, mut first) = (Vec::new(), BTreeMap::new());
            for id in &ids {
                let (secret, package) = dkg::part1(*id, holders, threshold, rand_core::OsRng).unwrap();
                secrets.push(secret);
                first.insert(*id, package.serialize().unwrap());
            }
            let read = |me: &Identifier| {
                let others = first.iter().filter(|(id, _)| *id != me);
                others
                    .map(|(id, bytes)| (*id, dkg::round1::Package::deserialize(bytes).unwrap()))
                    .collect::<BTreeMap<_, _>>()
            };
            let mut seconds = Vec::new();
            let mut sent: BTreeMap<Identifier, BTreeMap<Identifier, Vec<u8>>> = BTreeMap::new();
            for (id, secret) in ids.iter().zip(secrets) {
                let received = read(id);
                let (secret, packages) = dkg::part2(secret, &received).unwrap();
                seconds.push((secret, received));
                for (to, package) in packages {
                    sent.entry(to).or_default().insert(*id, package.serialize().unwrap());
                }
            }
            let finish = |(id, (secret, received)): (&Identifier, _)| {
                let packages =
                    sent[id].iter().map(|(from, bytes)| (*from, dkg::round2::Package::deserialize(bytes).unwrap()));
                dkg::part3(&secret, &received, &packages.collect()).unwrap()
            };
            ids.iter().zip(seconds).map(finish).collect()
        }

        let keys = generate(2, 3);
        let signers = &keys[..2];
        let message = b"a message of thirty-two bytes !!";
        let mut sign = |aggregators: usize| {
            let (mut nonces, mut commitments) = (Vec::new(), Vec::new());
            for (key, _) in signers {
                let (nonce, commitment) = round1::commit(key.signing_share(), &mut rng);
                nonces.push(nonce);
                commitments.push((*key.identifier(), commitment.serialize().unwrap()));
            }
            let shares: Vec<_> = signers
                .iter()
                .zip(&nonces)
                .map(|((key, _), nonces)| {
                    let read = |(id, bytes): &(Identifier, Vec<u8>)| {
                        (*id, round1::SigningCommitments::deserialize(bytes).unwrap())
                    };
                    let package = SigningPackage::new(commitments.iter().map(read).collect(), message);
                    let share = round2::sign(&package, nonces, key).unwrap();
                    (*key.identifier(), share, package)
                })
                .collect();
            let all: BTreeMap<_, _> = shares.iter().map(|(id, share, _)| (*id, share.clone())).collect();
            let signatures: Vec<Signature> =
                (0..aggregators).map(|at| aggregate(&shares[at].2, &all, &signers[at].1).unwrap()).collect();
            signatures
        };
        println!("{} sign, 2 of 3, both signers, one aggregates: {:?}", $name, median(|| drop(sign(1))));
        println!("{} sign, 2 of 3, both signers, both aggregate: {:?}", $name, median(|| drop(sign(2))));
        for (threshold, holders) in [(2, 3), (5, 9)] {
            let time = median(|| drop(generate(threshold, holders)));
            println!("{} generate, {threshold} of {holders}, each party: {:?}", $name, time / u32::from(holders));
        }
    }};
}

fn main() {
    measure!("ed25519", frost_ed25519);
    measure!("secp256k1", frost_secp256k1);
}
