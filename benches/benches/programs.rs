//! The programs of the library end to end, all parties on one thread: planning, set-up, preprocessing, the run.

use criterion::{Criterion, criterion_group, criterion_main};
use quorate_benches::CpuTime;
use quorate_engine::protocol::ProtocolName::{Additive, Yao};
use quorate_testkit::{Case, Cluster};

fn clusters() -> Vec<Cluster> {
    let budgets: Vec<(&str, &str)> =
        vec![("party_1.budget", "1.5 2"), ("party_2.budget", "-3"), ("party_3.budget", "7")];
    let risk = |rows: usize| {
        let arguments = format!("banks=2 rows={rows} columns[bank_1]=5 columns[bank_2]=5");
        Case::filled("risk-score", &arguments, 1).with("model_owner.thresholds", "-1000, 1000")
    };
    vec![
        Cluster::new(Case::filled("millionaires", "", 1)).protocol(Yao),
        Cluster::new(Case::filled("millionaires", "", 1)).protocol(Additive),
        Cluster::of("budget-total", "parties=3", &budgets).protocol(Additive),
        Cluster::new(Case::filled("hospital-stats", "parties=2", 1)).protocol(Yao),
        Cluster::new(Case::filled("hospital-stats", "parties=3", 1)).protocol(Additive),
        Cluster::new(Case::filled("hospital-stats", "parties=3 groups=8", 1)).protocol(Additive),
        Cluster::new(risk(100)).seats(&[0, 1, 1]).protocol(Yao),
        Cluster::new(risk(100)).protocol(Additive),
        Cluster::new(risk(10_000)).protocol(Additive),
    ]
}

fn programs(criterion: &mut Criterion<CpuTime>) {
    let mut group = criterion.benchmark_group("programs");
    for cluster in clusters() {
        group.bench_function(cluster.label(), |bencher| bencher.iter(|| cluster.run()));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = quorate_benches::criterion();
    targets = programs
}
criterion_main!(benches);
