//! What one core can do: AES under one key and under a key for every block, the garbling hash, whole gates. All from
//! and to the cache.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quorate_benches::CpuTime;
use quorate_kernels::Block;
use quorate_kernels::aes::Aes128;
use quorate_kernels::gates::{BATCH, GateStep, ROW_BYTES, xor};
use quorate_kernels::hash::GarblingHash;

/// Blocks of a slice: 16 KiB.
const BLOCKS: usize = 1024;
/// Label slots and gates.
const SLOTS: u32 = 512;
const GATES: usize = 64;

fn aes(criterion: &mut Criterion<CpuTime>) {
    let mut group = criterion.benchmark_group("aes");
    let (cipher, hash) = (Aes128::new(Block::new(3)), GarblingHash::new(Block::new(5)));
    let mut blocks = vec![Block::new(7); BLOCKS];
    group.throughput(Throughput::Elements(BLOCKS as u64));
    group.bench_function("one key", |bencher| bencher.iter(|| cipher.encrypt(&mut blocks)));
    group.bench_function("a key for every block", |bencher| bencher.iter(|| hash.hash(0, [&mut blocks])));
    let mut others = blocks.clone();
    group.throughput(Throughput::Elements(2 * BLOCKS as u64));
    group.bench_function("a key for every two blocks", |bencher| {
        bencher.iter(|| hash.hash(0, [&mut blocks, &mut others]));
    });
    group.finish();
}

/// Steps that read the one half of the slots and write the other.
fn steps() -> Vec<GateStep> {
    let half = SLOTS / 2;
    (0..GATES as u32)
        .map(|i| GateStep { x: i * 37 % half, y: (i * 53 + 1) % half, out: half + i * 29 % half })
        .collect()
}

fn gates<const N: usize>(criterion: &mut Criterion<CpuTime>) {
    let mut group = criterion.benchmark_group(format!("gates of {N} instances"));
    let (hash, delta, steps) = (GarblingHash::new(Block::new(5)), Block::new(9), steps());
    let mut labels = vec![[Block::new(11); N]; SLOTS as usize];
    let mut rows = vec![0; ROW_BYTES * N * GATES];
    group.throughput(Throughput::Elements((N * GATES) as u64));
    group.bench_function("garble", |bencher| bencher.iter(|| hash.garble(delta, 0, &steps, &mut labels, &mut rows)));
    group.bench_function("evaluate", |bencher| bencher.iter(|| hash.evaluate(0, &steps, &mut labels, &rows)));
    group.bench_function("xor", |bencher| bencher.iter(|| xor(&steps, &mut labels)));
    group.finish();
}

criterion_group! {
    name = benches;
    config = quorate_benches::criterion();
    targets = aes, gates::<1>, gates::<BATCH>
}
criterion_main!(benches);
