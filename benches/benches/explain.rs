//! How long a forecast takes: planning and the run on paper, for sizes that nobody would try out.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use quorate_benches::CpuTime;
use quorate_engine::plan::cost;
use quorate_engine::protocol::ProtocolName::{Additive, Yao};
use quorate_testkit::{Case, Cluster};

fn clusters() -> Vec<Cluster> {
    let risk = |rows: usize| Case::new("risk-score", &format!("banks=1 rows={rows} columns[bank_1]=10"), &[]);
    let program = "program larger\nrole a\nrole b\nsize rows in 1..=10^7\ninput a.x[rows]: i64\ninput b.y[rows]: i64\n\
                   let x = share(a.x)\nlet y = share(b.y)\nreveal total = sum(select(x > y, x, y)) to all\n";
    let larger = || Case::new(program, "rows=1000000", &[]);
    vec![
        Cluster::new(Case::new("hospital-stats", "parties=64 groups=64", &[])).protocol(Additive),
        Cluster::new(risk(1_000_000)).protocol(Additive),
        Cluster::new(risk(1_000_000)).protocol(Yao),
        Cluster::new(larger()).protocol(Additive),
        Cluster::new(larger()).protocol(Yao),
    ]
}

fn explain(criterion: &mut Criterion<CpuTime>) {
    let mut group = criterion.benchmark_group("explain");
    for cluster in clusters() {
        group.bench_function(cluster.label(), |bencher| bencher.iter(|| black_box(cost(&cluster.plan()))));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = quorate_benches::criterion();
    targets = explain
}
criterion_main!(benches);
