//! Random vector OLE, both parties on one thread: one instance of two inputs in both directions, which is what a pair
//! of ECDSA signers needs for a signature; a batch of them, as presigning makes; resuming a kept pair.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ff::Field;
use quorate_benches::{A, B, CpuTime, both, networks, random_of};
use quorate_circuits::curve::{Curve, P256, Secp256k1};
use quorate_engine::crypto::{Block, SessionId};
use quorate_engine::ot::{BaseOt, CotReceiver, CotSender, KeptPair, set_up_all};
use quorate_engine::vole::{BobBegun, Gadget, answer};

const SESSION: SessionId = SessionId([0x0e; 32]);
const INPUTS: usize = 2;
const BATCH: usize = 32;

/// Both parties' halves of a pair.
fn kept() -> [KeptPair; 2] {
    let (mut a, mut b) = networks();
    let (mut of_a, mut of_b) = (random_of(A), random_of(B));
    let delta = Block::new(of_a.block().to_u128() | 1);
    let (left, right) = both(
        set_up_all(&mut a, &mut of_a, &SESSION, BaseOt::Ristretto, &[(B, delta)], &[B]),
        set_up_all(&mut b, &mut of_b, &SESSION, BaseOt::Ristretto, &[(A, delta)], &[A]),
    );
    [left, right].map(|(senders, receivers)| KeptPair {
        sender: senders[0].keep().expect("it is fresh"),
        receiver: receivers[0].keep().expect("it is fresh"),
    })
}

/// One direction: `count` instances.
fn evaluate<C: Curve>(alice: &mut CotSender, bob: &mut CotReceiver, gadget: &Gadget<C>, count: usize) {
    let inputs = vec![C::Scalar::ONE; INPUTS * count];
    let (begun, message) = BobBegun::begin(bob, gadget, INPUTS, count).expect("the pair is not spent");
    let answer = answer(alice, gadget, INPUTS, &inputs, &message, &mut random_of(A));
    let (_, message) = answer.expect("Bob is honest");
    begun.finish(bob, gadget, &message).expect("Alice is honest");
}

fn curve<C: Curve>(criterion: &mut Criterion<CpuTime>, pairs: &[KeptPair; 2]) {
    let mut group = criterion.benchmark_group("vole");
    let gadget = Gadget::<C>::new(&SESSION);
    let (mut alice, _) = pairs[0].in_session(&SESSION, A, B);
    let (_, mut bob) = pairs[1].in_session(&SESSION, B, A);
    group.bench_function(format!("{}, one instance, Alice and Bob", C::NAME), |bencher| {
        bencher.iter(|| evaluate(&mut alice, &mut bob, &gadget, 1));
    });
    group.throughput(Throughput::Elements(BATCH as u64));
    group.bench_function(format!("{}, a batch, Alice and Bob", C::NAME), |bencher| {
        bencher.iter(|| evaluate(&mut alice, &mut bob, &gadget, BATCH));
    });
    group.finish();
}

fn vole(criterion: &mut Criterion<CpuTime>) {
    let pairs = kept();
    curve::<Secp256k1>(criterion, &pairs);
    curve::<P256>(criterion, &pairs);
    let mut group = criterion.benchmark_group("vole");
    group.bench_function("resuming a pair, both directions, one party", |bencher| {
        bencher.iter(|| pairs[0].in_session(&SESSION, A, B));
    });
    group.bench_function("the gadget of a session", |bencher| bencher.iter(|| Gadget::<Secp256k1>::new(&SESSION)));
    group.finish();
}

criterion_group! {
    name = benches;
    config = quorate_benches::criterion();
    targets = vole
}
criterion_main!(benches);
