//! Prints the CPU time of the FROST crates of the Zcash Foundation: `peers/run` does it beside
//! `cargo bench -p quorate-benches --bench signing`, whose lines these are: name, microseconds, bytes. Packages travel
//! encoded, as they do between parties; both signers aggregate, as with us.
#![forbid(unsafe_code)]

use std::time::Duration;

use cpu_time::ThreadTime;

const SAMPLES: usize = 51;

/// The least CPU time of a run.
fn least(mut run: impl FnMut()) -> Duration {
    let time = |_| {
        let start = ThreadTime::now();
        run();
        start.elapsed()
    };
    (0..SAMPLES).map(time).min().unwrap_or_default()
}

fn line(name: &str, time: Duration, bytes: usize) {
    println!("{name}\t{:.1}\t{bytes}", time.as_nanos() as f64 / 1000.0);
}

macro_rules! measure {
    ($name:literal, $frost:ident) => {{
        use std::collections::BTreeMap;

        use $frost::keys::dkg;
        use $frost::keys::{KeyPackage, PublicKeyPackage};
        use $frost::{Identifier, Signature, SigningPackage, aggregate, round1, round2};

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
        let sign = |aggregators: usize| {
            let (mut nonces, mut commitments) = (Vec::new(), Vec::new());
            for (key, _) in signers {
                let (nonce, commitment) = round1::commit(key.signing_share(), &mut rand_core::OsRng);
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
        let sent: usize = {
            let (_, commitments) = round1::commit(signers[0].0.signing_share(), &mut rand_core::OsRng);
            commitments.serialize().unwrap().len() + 32
        };
        line(concat!($name, " sign 2 signers in all"), least(|| drop(sign(2))), 2 * sent);
        line(concat!($name, " sign 2 signers in all, one aggregates"), least(|| drop(sign(1))), 2 * sent);
        for (threshold, holders) in [(5, 9), (2, 3)] {
            let time = least(|| drop(generate(threshold, holders))) / u32::from(holders);
            // What travels is not counted here: the packages have no broadcast beside them.
            line(&format!("{} key {threshold}-of-{holders}", $name), time, 0);
        }
    }};
}

fn main() {
    measure!("ed25519", frost_ed25519);
    measure!("bip340", frost_secp256k1);
}
