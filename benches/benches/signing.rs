//! Threshold signing by the programs of the library: the CPU time of one party, and the bytes that it sends.
//!
//! One line for each row of `peers/run`: name, microseconds, bytes. Of a party's times in equal sessions the least counts,
//! which other work on the machine disturbs least; of the parties the one that takes longest. Bytes are exact.

use std::collections::BTreeMap;
use std::time::Duration;

use quorate_benches::{Party, Signers};
use quorate_engine::ot::KEPT_PAIR_BYTES;
use quorate_engine::protocol::ProtocolName::{self, Dkls, Frost, ShamirSigning, SpdzSigning};
use quorate_engine::run::Holdings;

const DIGEST: &str = "4b688df40bcedbe641ddb16ff0a1842d9c67ea1c3bf63f3e0471baa664531d1a";
/// Presignatures that are made at once.
const STOCK: usize = 100;

/// The least time of each party, and what the first sends.
struct Measured {
    cpu: Vec<Duration>,
    bytes: u64,
}

impl Measured {
    fn of(runs: usize, mut run: impl FnMut() -> Vec<Party>) -> Self {
        let mut measured = Self { cpu: Vec::new(), bytes: 0 };
        for _ in 0..runs {
            let parties = run();
            measured.cpu.resize(parties.len(), Duration::MAX);
            measured.cpu.iter_mut().zip(&parties).for_each(|(least, party)| *least = party.cpu.min(*least));
            measured.bytes = parties[0].outcome.outcome.counters.bytes_sent();
        }
        measured
    }

    fn greatest(&self) -> Duration {
        self.cpu.iter().copied().max().unwrap_or_default()
    }

    fn all(&self) -> Duration {
        self.cpu.iter().sum()
    }
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn line(name: &str, cpu: Duration, bytes: u64) {
    println!("{name}\t{:.1}\t{bytes}", cpu.as_nanos() as f64 / 1000.0);
}

/// By holder, the record of a key.
type Key = Vec<Vec<u8>>;

fn record(party: &Party, name: &str) -> Vec<Vec<u8>> {
    let kept = party.outcome.kept.iter().find(|kept| kept.record == name).expect("the program keeps it");
    kept.items.iter().map(|item| item.to_vec()).collect()
}

fn key(scheme: &str, protocol: ProtocolName, threshold: usize, holders: usize, runs: usize) -> (Key, Measured) {
    let arguments = format!("holders={holders} threshold={threshold}");
    let mut signers = Signers::new(&format!("{scheme}-key"), &arguments, protocol);
    let mut key = Key::new();
    let measured = Measured::of(runs, || {
        let parties = signers.run((0..holders).map(|_| Holdings::default()).collect());
        key = parties.iter().map(|party| record(party, "key").remove(0)).collect();
        parties
    });
    (key, measured)
}

/// New shares of the same key, for the same two holders.
fn refresh(scheme: &str, protocol: ProtocolName, key: &Key) -> Measured {
    let arguments = "dealers=2 holders=2 threshold=2";
    let mut signers = Signers::seated(&format!("{scheme}-reshare"), arguments, protocol, &[0, 1, 0, 1]);
    Measured::of(5, || signers.run(holdings(key, 2, None)))
}

/// What the first holders bring: the key, and of another record an item each.
fn holdings(key: &Key, signers: usize, item: Option<(&str, &[Vec<u8>])>) -> Vec<Holdings> {
    let seats: Vec<u16> = (1..=signers as u16).collect();
    let of = |party: usize| {
        let mut records = BTreeMap::from([("key".to_owned(), key[party].clone().into())]);
        records.extend(item.map(|(name, items)| (name.to_owned(), items[party].clone().into())));
        Holdings { records, seats: seats.clone() }
    };
    (0..signers).map(of).collect()
}

/// A signature at once; presigning in bulk, for each one; signing with what was presigned.
fn sign(
    scheme: &str,
    protocol: ProtocolName,
    key: &Key,
    signers: usize,
    stored: &str,
    argument: &str,
) -> [Measured; 3] {
    let arguments = format!("signers={signers} {argument}={DIGEST}");
    let mut direct = Signers::new(scheme, &arguments, protocol);
    let direct = Measured::of(20, || direct.run(holdings(key, signers, None)));
    let mut stock: Vec<Vec<Vec<u8>>> = Vec::new();
    let mut presign = Signers::new(&format!("{scheme}-presign"), &format!("signers={signers} count={STOCK}"), protocol);
    let mut presigned = Measured::of(3, || {
        let parties = presign.run(holdings(key, signers, None));
        stock = parties.iter().map(|party| record(party, stored)).collect();
        parties
    });
    presigned.cpu.iter_mut().for_each(|cpu| *cpu /= STOCK as u32);
    presigned.bytes /= STOCK as u64;
    let mut online = Signers::new(&format!("{scheme}-sign"), &arguments, protocol);
    let online = Measured::of(STOCK, || {
        let items: Vec<Vec<u8>> = stock.iter_mut().map(|stock| stock.remove(0)).collect();
        online.run(holdings(key, signers, Some((stored, &items))))
    });
    [direct, presigned, online]
}

fn ecdsa(scheme: &str) {
    for (threshold, holders) in [(2, 2), (2, 3)] {
        let (key, generated) = key(scheme, Dkls, threshold, holders, 5);
        let pairs = holders as u64 - 1;
        line(&format!("{scheme} key {threshold}-of-{holders}"), generated.greatest(), generated.bytes);
        let per_pair = generated.greatest() / pairs as u32;
        line(&format!("{scheme} key {threshold}-of-{holders} per pair"), per_pair, generated.bytes / pairs);
        if holders == 2 {
            line(&format!("{scheme} at rest per peer"), Duration::ZERO, KEPT_PAIR_BYTES as u64);
            let refreshed = refresh(scheme, Dkls, &key);
            line(&format!("{scheme} refresh 2-of-2"), refreshed.greatest(), refreshed.bytes);
            for (name, measured) in
                ["sign", "presign", "online"].iter().zip(sign(scheme, Dkls, &key, 2, "presignature", "digest"))
            {
                line(&format!("{scheme} {name} 2 signers"), measured.greatest(), measured.bytes);
            }
            with_macs(scheme, &key);
        }
    }
    [2, 3, 5].into_iter().for_each(|threshold| majority(scheme, threshold));
}

/// An honest majority, from a key of `threshold` of exactly as many holders as sign. `in all` is what one of many signatures
/// takes, its presignature included; a signature at once bears the whole of its seeds.
fn majority(scheme: &str, threshold: usize) {
    let signers = 2 * threshold - 1;
    let (key, generated) = key(scheme, ShamirSigning, threshold, signers, 5);
    line(&format!("{scheme} shamir-signing key {threshold}-of-{signers}"), generated.greatest(), generated.bytes);
    let measured = sign(scheme, ShamirSigning, &key, signers, "presignature", "digest");
    for (name, measured) in ["sign", "presign", "online"].iter().zip(&measured) {
        let name = format!("{scheme} shamir-signing {name} {signers} signers");
        line(&name, measured.greatest(), measured.bytes);
    }
    let [_, presigned, online] = &measured;
    let name = format!("{scheme} shamir-signing in all {signers} signers");
    line(&name, presigned.greatest() + online.greatest(), presigned.bytes + online.bytes);
}

/// A signature with MACs, which no presignature makes cheaper.
fn with_macs(scheme: &str, key: &Key) {
    let arguments = format!("signers=2 digest={DIGEST}");
    let mut direct = Signers::new(scheme, &arguments, SpdzSigning);
    let measured = Measured::of(10, || direct.run(holdings(key, 2, None)));
    line(&format!("{scheme} spdz-signing sign 2 signers"), measured.greatest(), measured.bytes);
}

fn schnorr(scheme: &str) {
    let (_, generated) = key(scheme, Frost, 5, 9, 5);
    line(&format!("{scheme} key 5-of-9"), generated.greatest(), generated.bytes);
    let (key, generated) = key(scheme, Frost, 2, 3, 10);
    line(&format!("{scheme} key 2-of-3"), generated.greatest(), generated.bytes);
    let measured = sign(scheme, Frost, &key, 2, "nonce", "message");
    for (name, measured) in ["sign", "presign", "online"].iter().zip(&measured) {
        line(&format!("{scheme} {name} 2 signers"), measured.greatest(), measured.bytes);
    }
    line(&format!("{scheme} sign 2 signers in all"), measured[0].all(), 2 * measured[0].bytes);
}

fn main() {
    // `cargo bench` passes flags of criterion's; what is no flag selects schemes.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |scheme: &&str| wanted.is_empty() || wanted.iter().any(|name| scheme.contains(name.as_str()));
    ["ecdsa-secp256k1", "ecdsa-p256"].iter().copied().filter(is_wanted).for_each(ecdsa);
    ["ed25519", "bip340"].iter().copied().filter(is_wanted).for_each(schnorr);
}
