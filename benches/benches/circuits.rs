//! Circuits in the clear: bit-sliced evaluation, and reading a circuit file.

use std::hint::black_box;
use std::path::Path;

use criterion::measurement::Measurement;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use quorate_benches::CpuTime;
use quorate_circuits::boolean::{Evaluator, Lanes};
use quorate_circuits::bristol::Netlist;

fn circuits(criterion: &mut Criterion<CpuTime>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/circuits/aes-128.txt");
    let file = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let netlist = Netlist::read(&file[..]).expect("the dataset is a circuit");
    let circuit = netlist.circuit();
    let evaluator = Evaluator::new(&circuit);

    let mut group = criterion.benchmark_group("circuits");
    let gates = circuit.gates().len();
    evaluation::<u64, _>(&mut group, &evaluator, circuit.input_wires(), gates);
    evaluation::<[u64; 8], _>(&mut group, &evaluator, circuit.input_wires(), gates);
    group.throughput(Throughput::Bytes(file.len() as u64));
    group.bench_function("read aes-128", |bencher| bencher.iter(|| Netlist::read(black_box(&file[..]))));
    group.throughput(Throughput::Elements(netlist.gates().len() as u64));
    group.bench_function("simplify aes-128", |bencher| bencher.iter(|| netlist.circuit()));
    group.finish();
}

/// Gates times instances a second.
fn evaluation<L: Lanes, M: Measurement>(
    group: &mut BenchmarkGroup<'_, M>,
    evaluator: &Evaluator,
    inputs: usize,
    gates: usize,
) {
    // A block of counters and keys: what the bits are does not matter.
    let words: Vec<L> = (0..inputs).map(|bit| if bit % 3 == 0 { L::ONES } else { L::ZEROS }).collect();
    group.throughput(Throughput::Elements((gates * L::INSTANCES) as u64));
    group.bench_function(format!("evaluate aes-128/{} instances", L::INSTANCES), |bencher| {
        bencher.iter(|| evaluator.evaluate(black_box(&words)));
    });
}

criterion_group! {
    name = benches;
    config = quorate_benches::criterion();
    targets = circuits
}
criterion_main!(benches);
