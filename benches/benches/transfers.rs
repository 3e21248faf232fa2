//! Oblivious transfer, both parties on one thread: the set-up of a pair, its extension to a million correlated OTs
//! with the consistency check, and as many of a silent stock.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quorate_benches::{A, B, CpuTime, both, networks, random_of};
use quorate_engine::crypto::{Block, SessionId};
use quorate_engine::net::Network;
use quorate_engine::ot::silent::{SilentReceiver, SilentSender, take_all};
use quorate_engine::ot::{BaseOt, CotReceiver, CotSender};

const SESSION: SessionId = SessionId([0x07; 32]);
const COUNT: usize = 1 << 20;

fn set_up(sender: &mut Network, receiver: &mut Network, base: BaseOt) -> (CotSender, CotReceiver) {
    let (mut of_a, mut of_b) = (random_of(A), random_of(B));
    let delta = Block::new(of_a.block().to_u128() | 1);
    both(
        CotSender::set_up(sender, B, &mut of_a, &SESSION, base, delta),
        CotReceiver::set_up(receiver, A, &mut of_b, &SESSION, base),
    )
}

fn transfers(criterion: &mut Criterion<CpuTime>) {
    let mut group = criterion.benchmark_group("transfers");
    for base in BaseOt::ALL {
        group.bench_function(format!("set-up of a pair by {base}"), |bencher| {
            bencher.iter(|| {
                let (mut a, mut b) = networks();
                set_up(&mut a, &mut b, base)
            });
        });
    }
    group.throughput(Throughput::Elements(COUNT as u64));
    let (mut a, mut b) = networks();
    let (mut sender, mut receiver) = set_up(&mut a, &mut b, BaseOt::Ristretto);
    let (mut of_a, mut of_b) = (random_of(A), random_of(B));
    group.bench_function("extension, both parties", |bencher| {
        bencher.iter(|| both(sender.extend(&mut a, &mut of_a, COUNT), receiver.extend(&mut b, &mut of_b, COUNT)));
    });
    let (mut from, mut to) = stock(&sender, &receiver);
    group.bench_function("silent, both parties", |bencher| {
        bencher.iter(|| {
            both(
                take_all(&mut a, &mut of_a, &mut [(&mut sender, &mut from, COUNT)], &mut []),
                take_all(&mut b, &mut of_b, &mut [], &mut [(&mut receiver, &mut to, COUNT)]),
            )
        });
    });
    group.finish();
}

/// Iterations take place as the stock needs them: four in three samples.
fn stock(sender: &CotSender, receiver: &CotReceiver) -> (SilentSender, SilentReceiver) {
    match (SilentSender::new(sender, 0), SilentReceiver::new(receiver, 0)) {
        (Ok(sender), Ok(receiver)) => (sender, receiver),
        _ => unreachable!("no extension failed"),
    }
}

criterion_group! {
    name = benches;
    config = quorate_benches::criterion();
    targets = transfers
}
criterion_main!(benches);
