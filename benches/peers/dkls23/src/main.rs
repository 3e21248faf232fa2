//! Prints what the crate dkls23 (0xCarbon) takes for a key and for a signature by two signers: `peers/run` does it beside
//! `cargo bench -p quorate-benches --bench signing`, whose lines these are: name, microseconds of one party, bytes that it
//! sends. Messages travel in the crate's own encoding, and reading and writing them counts, as with us.
#![forbid(unsafe_code)]

mod route;

use std::collections::BTreeMap;
use std::time::Duration;

use cpu_time::ThreadTime;
use dkls23::protocols::dkg::ProofCommitment;
use dkls23::protocols::dkg_session::DkgSession;
use dkls23::protocols::sign_session::SignSession;
use dkls23::protocols::signing::SignData;
use dkls23::protocols::{Parameters, Party, PartyIndex};
use k256::{Scalar, Secp256k1};

use route::{broadcast, received, sent};

const KEYS: u8 = 3;
const SIGNATURES: u8 = 20;

/// The parties' CPU time so far, and the bytes that the first sent.
struct Meter {
    cpu: Vec<Duration>,
    bytes: usize,
}

impl Meter {
    fn new(parties: usize) -> Self {
        Self { cpu: vec![Duration::ZERO; parties], bytes: 0 }
    }

    /// What every party does in a step.
    fn step<T>(&mut self, mut of: impl FnMut(usize) -> T) -> Vec<T> {
        let timed = |(party, cpu): (usize, &mut Duration)| {
            let start = ThreadTime::now();
            let done = of(party);
            *cpu += start.elapsed();
            done
        };
        self.cpu.iter_mut().enumerate().map(timed).collect()
    }
}

/// The least time of each party over all runs; prints the greatest of them.
fn line(name: &str, runs: u8, mut run: impl FnMut(u8) -> Meter) {
    let mut least: Vec<Duration> = Vec::new();
    let mut bytes = 0;
    for number in 0..runs {
        let meter = run(number);
        least.resize(meter.cpu.len(), Duration::MAX);
        least.iter_mut().zip(&meter.cpu).for_each(|(least, cpu)| *least = *cpu.min(least));
        bytes = meter.bytes;
    }
    let greatest = least.into_iter().max().unwrap_or_default();
    println!("{name}\t{:.1}\t{bytes}", greatest.as_nanos() as f64 / 1000.0);
}

fn index(party: usize) -> PartyIndex {
    PartyIndex::new(party as u8 + 1).unwrap()
}

fn generate(threshold: u8, share_count: u8, number: u8) -> (Vec<Party<Secp256k1>>, Meter) {
    let parties = usize::from(share_count);
    let mut meter = Meter::new(parties);
    let start = |party| DkgSession::new(Parameters { threshold, share_count }, index(party), vec![number; 32]);
    let mut sessions: Vec<DkgSession<Secp256k1>> = (0..parties).map(start).collect();
    let fragments = meter.step(|party| sessions[party].phase1());
    // A fragment is a scalar of 32 bytes for each of the others.
    meter.bytes += 32 * (parties - 1);
    let fragments_of = |party: usize| fragments.iter().map(|row| row[party]).collect::<Vec<Scalar>>();
    let second = meter.step(|party| {
        let (proof, zero, bip) = sessions[party].phase2(&fragments_of(party)).unwrap();
        (broadcast(&proof), sent(zero, |message| message.parties.receiver), broadcast(&bip))
    });
    let third = meter.step(|party| {
        let (zero, multiplication, bip) = sessions[party].phase3().unwrap();
        let of = (sent(zero, |message| message.parties.receiver), sent(multiplication, |m| m.parties.receiver));
        (of.0, of.1, broadcast(&bip))
    });
    meter.bytes += (second[0].0.len() + second[0].2.len() + third[0].2.len()) * (parties - 1);
    meter.bytes += [&second[0].1, &third[0].0, &third[0].1].map(route::bytes).iter().sum::<usize>();
    let mut sessions = sessions.into_iter();
    let keys = meter.step(|party| {
        let proofs: Vec<ProofCommitment<Secp256k1>> = second.iter().map(|sent| route::read(&sent.0)).collect();
        let zeros = received(second.iter().map(|sent| &sent.1), index(party));
        let more_zeros = received(third.iter().map(|sent| &sent.0), index(party));
        let multiplications = received(third.iter().map(|sent| &sent.1), index(party));
        let bips: BTreeMap<_, _> = (0..parties).map(|from| (index(from), route::read(&second[from].2))).collect();
        let more_bips: BTreeMap<_, _> = (0..parties).map(|from| (index(from), route::read(&third[from].2))).collect();
        let session = sessions.next().unwrap();
        let no_address = |_: &k256::AffinePoint| String::new();
        let key =
            session.phase4(&proofs, &zeros, &more_zeros, &multiplications, &bips, &more_bips, no_address).unwrap();
        key.0
    });
    (keys, meter)
}

fn sign(keys: &[Party<Secp256k1>], signers: usize, number: u8) -> Meter {
    let mut meter = Meter::new(signers);
    let begun = meter.step(|party| {
        let counterparties = (0..signers).filter(|other| *other != party).map(index).collect();
        let data = SignData { sign_id: vec![number; 32], counterparties, message_hash: [7; 32] };
        let (session, messages) = SignSession::new(&keys[party], data).unwrap();
        (session, sent(messages, |message| message.parties.receiver))
    });
    let (mut sessions, first): (Vec<_>, Vec<_>) = begun.into_iter().unzip();
    let second = meter.step(|party| {
        let messages = sessions[party].phase2(&received(first.iter(), index(party))).unwrap();
        sent(messages, |message| message.parties.receiver)
    });
    let third = meter.step(|party| broadcast(&sessions[party].phase3(&received(second.iter(), index(party))).unwrap()));
    meter.bytes = route::bytes(&first[0]) + route::bytes(&second[0]) + third[0].len() * (signers - 1);
    let mut sessions = sessions.into_iter();
    meter.step(|_| {
        let shares: Vec<_> = third.iter().map(|share| route::read(share)).collect();
        sessions.next().unwrap().phase4(&shares, true).unwrap()
    });
    meter
}

fn main() {
    for holders in [2, 3] {
        line(&format!("ecdsa-secp256k1 key 2-of-{holders}"), KEYS, |number| generate(2, holders, number).1);
    }
    let (keys, _) = generate(2, 2, KEYS);
    let kept: usize = [&keys[0].mul_senders.len(), &keys[0].mul_receivers.len()].into_iter().sum();
    assert_eq!(kept, 2, "one peer");
    println!("ecdsa-secp256k1 at rest per peer\t0.0\t{}", broadcast(&keys[0]).len());
    line("ecdsa-secp256k1 sign 2 signers", SIGNATURES, |number| sign(&keys, 2, number));
}
