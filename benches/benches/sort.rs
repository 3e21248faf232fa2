//! Sorting among three parties, all on one thread: `programs/sort.qp` end to end, planning included, and what the busiest
//! party sends, in how many rounds.

#![expect(clippy::print_stdout, reason = "a bench says what it sends")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quorate_benches::CpuTime;
use quorate_engine::plan::cost;
use quorate_engine::protocol::ProtocolName::Replicated;
use quorate_testkit::{Case, Cluster};

const PROGRAM: &str = include_str!("../programs/sort.qp");

fn sorting(criterion: &mut Criterion<CpuTime>) {
    let mut group = criterion.benchmark_group("sort");
    for rows in [1_000, 10_000, 100_000] {
        let cluster = Cluster::new(Case::filled(PROGRAM, &format!("parties=3 rows={rows}"), 1)).protocol(Replicated);
        let cost = cost(&cluster.plan());
        let most: u64 = cost.phases.iter().map(|phase| phase.bytes_most).sum();
        println!("{rows} rows: {most} bytes sent by the busiest party, {} rounds", cost.rounds());
        group.throughput(Throughput::Elements(rows));
        group.bench_function(format!("{rows} keys, all three parties"), |bencher| bencher.iter(|| cluster.run()));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = quorate_benches::criterion();
    targets = sorting
}
criterion_main!(benches);
