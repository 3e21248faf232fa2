//! Correlated randomness, both parties on one thread, without the set-up: bit triples, products of ring elements,
//! bits shared in both domains.

use std::num::Wrapping;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quorate_benches::{A, B, CpuTime, both, networks, random_of};
use quorate_engine::correlation::{Correlations, Demand, Holders, ProductKind, RingElement};
use quorate_engine::crypto::SessionId;

const SESSION: SessionId = SessionId([0x71; 32]);
/// Words of 64 triples.
const WORDS: usize = 1 << 12;
const PRODUCTS: usize = 1 << 12;

fn products(table: Holders, column: Holders) -> Demand {
    let mut demand = Demand::default();
    demand.add_products(ProductKind { table, column, rows: 1, columns: 1 }, PRODUCTS);
    demand
}

/// Makes `demand`; what was made before is consumed by dropping the whole store.
fn make<R: RingElement>(criterion: &mut Criterion<CpuTime>, name: &str, demand: &Demand, elements: usize) {
    let mut group = criterion.benchmark_group("triples");
    group.throughput(Throughput::Elements(elements as u64));
    group.bench_function(name, |bencher| {
        bencher.iter_batched_ref(
            || {
                let (mut a, mut b) = networks();
                let (mut of_a, mut of_b) = (random_of(A), random_of(B));
                let (mut left, mut right) = (Correlations::<R>::new(A), Correlations::<R>::new(B));
                both(
                    left.set_up(&mut a, &mut of_a, &SESSION, demand),
                    right.set_up(&mut b, &mut of_b, &SESSION, demand),
                );
                (a, b, of_a, of_b, left, right)
            },
            |(a, b, of_a, of_b, left, right)| both(left.make(a, of_a, demand), right.make(b, of_b, demand)),
            criterion::BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn triples(criterion: &mut Criterion<CpuTime>) {
    let bits = Demand { bit_triple_words: WORDS, ..Demand::default() };
    make::<Wrapping<u64>>(criterion, "bit triples", &bits, 64 * WORDS);
    let shared = products(Holders::All, Holders::All);
    make::<Wrapping<u64>>(criterion, "products mod 2^64, shared operands", &shared, PRODUCTS);
    make::<Wrapping<u128>>(criterion, "products mod 2^128, shared operands", &shared, PRODUCTS);
    let owned = products(Holders::One(A), Holders::One(B));
    make::<Wrapping<u64>>(criterion, "products mod 2^64, one operand each", &owned, PRODUCTS);
    let dabits = Demand { dabit_words: WORDS / 64, ..Demand::default() };
    make::<Wrapping<u64>>(criterion, "daBits mod 2^64", &dabits, WORDS);
}

criterion_group! {
    name = benches;
    config = quorate_benches::criterion();
    targets = triples
}
criterion_main!(benches);
