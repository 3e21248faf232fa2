//! A batch of 64-bit products in half gates and in three halves: garbling alone, evaluating alone, through the
//! protocol's own streaming and framing, into and from memory.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use quorate_benches::{CpuTime, Multiplying};
use quorate_engine::protocol::yao::Garbling;

fn garbling(criterion: &mut Criterion<CpuTime>) {
    let mut group = criterion.benchmark_group("garbling");
    for (way, instances) in Garbling::ALL.into_iter().flat_map(|way| [(way, 1), (way, 2048)]) {
        let batch = Multiplying::new(instances, way);
        group.throughput(Throughput::Elements(batch.and_gates()));
        group.bench_function(format!("garble {way}/{instances} products"), |bencher| bencher.iter(|| batch.garble()));
        let tape = batch.record();
        group.bench_function(format!("evaluate {way}/{instances} products"), |bencher| {
            bencher.iter_batched(|| tape.clone(), |tape| batch.evaluate(tape), BatchSize::PerIteration);
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = quorate_benches::criterion();
    targets = garbling
}
criterion_main!(benches);
