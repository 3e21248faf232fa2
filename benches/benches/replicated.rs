//! Replicated sharing, all three parties on one thread and without the set-up: products, comparisons and conversions of
//! shared vectors, and comparisons with the proof of their gates.

use std::num::Wrapping;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use futures_executor::block_on;
use futures_util::future::join_all;
use quorate_benches::{CpuTime, random_of};
use quorate_circuits::boolean::{Builder, Circuit, Shape, Signedness, integer};
use quorate_circuits::number::Word;
use quorate_engine::crypto::SessionId;
use quorate_engine::net::{ChannelError, Network, PartyIndex, memory_links};
use quorate_engine::protocol::replicated::{Replicated, Share};
use quorate_engine::protocol::{
    CallRequest, Domain, OpenRequest, Pick, ProductRequest, Protocol, Session, ShareRequest,
};

type Party = Replicated<Wrapping<u64>>;
type Vectors = [Share<Wrapping<u64>>; 2];

/// All parties, each with its shares of two vectors.
type Table = Vec<(Party, Vectors)>;

fn table(verified: bool, domain: Domain, length: usize) -> Table {
    let words: Vec<Word> = (0..length as Word).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060)).collect();
    let (words, links) = (&words, memory_links(3).into_iter().enumerate());
    let parties = links.map(|(me, links)| async move {
        let me = PartyIndex(me);
        let session = Session { id: SessionId([0x33; 32]), network: Network::new(me, links), random: random_of(me) };
        let mut party = if verified { Party::verified(session) } else { Party::new(session) };
        party.prepare(&()).await?;
        let requests = [0, 1].map(PartyIndex).map(|owner| {
            let words = (owner == me).then_some(words.as_slice());
            ShareRequest { owner, domain, length, words }
        });
        let shares = party.share(&requests).await?.try_into().expect("two vectors");
        Ok::<_, ChannelError>((party, shares))
    });
    block_on(join_all(parties)).into_iter().map(|party| party.expect("an honest party")).collect()
}

/// Runs something at all parties.
fn run(table: &mut Table, work: impl AsyncFn(&mut Party, &Vectors) -> Result<(), ChannelError>) {
    let parties = table.iter_mut().map(|(party, vectors)| work(party, vectors));
    block_on(join_all(parties)).into_iter().for_each(|ended| ended.expect("an honest party"));
}

fn comparison() -> Arc<Circuit> {
    let (mut builder, inputs) = Builder::new(&[64, 64]);
    let less = integer::less_than(&mut builder, &inputs[0], &inputs[1], Signedness::Unsigned, Shape::FewRounds);
    Arc::new(builder.finish(vec![less.into()]))
}

fn vectors(criterion: &mut Criterion<CpuTime>) {
    let mut group = criterion.benchmark_group("replicated");
    let mut measure = |name: &str, elements: usize, make: &dyn Fn() -> Table, work: &dyn Fn(&mut Table)| {
        group.throughput(Throughput::Elements(elements as u64));
        group.bench_function(name, |bencher| bencher.iter_batched_ref(make, work, BatchSize::PerIteration));
    };
    let circuit = comparison();
    let bits = Domain::Boolean { width: 64 };
    for length in [1 << 17, 1 << 20] {
        let name = format!("multiply {length}");
        measure(&name, length, &|| table(false, Domain::Arithmetic, length), &|table| {
            run(table, async |party, [x, y]| party.multiply(&[ProductRequest::Elementwise(x, y)]).await.map(drop));
        });
        let name = format!("compare {length}, 64 bits");
        measure(&name, length, &|| table(false, bits, length), &|table| {
            run(table, async |party, [x, y]| {
                party.call(&[CallRequest { circuit: &circuit, operands: vec![x, y] }]).await.map(drop)
            });
        });
    }
    let length = 1 << 17;
    measure("bits to the ring", length, &|| table(false, Domain::Boolean { width: 1 }, length), &|table| {
        run(table, async |party, [x, _]| party.to_arithmetic(&[(x, false)]).await.map(drop));
    });
    measure("compare 131072, 64 bits, and prove", length, &|| table(true, bits, length), &|table| {
        run(table, async |party, [x, y]| {
            let less = party.call(&[CallRequest { circuit: &circuit, operands: vec![x, y] }]).await?.remove(0);
            let first = party.pick(&less[0], &Pick::slice(0, 1));
            let receivers = [0, 1, 2].map(PartyIndex);
            party.open(&[OpenRequest { share: &first, receivers: &receivers }]).await.map(drop)
        });
    });
    // Three parties on one thread: a third of the time is a party's.
    for (name, length, rows) in
        [("multiply 1048576 and prove", 1 << 20, None), ("2048 dot products of 512 and prove", 1 << 20, Some(2048))]
    {
        measure(name, length, &|| table(true, Domain::Arithmetic, length), &|table| multiply_and_prove(table, rows));
        let mut parties = table(true, Domain::Arithmetic, length);
        let before = sent(&mut parties);
        multiply_and_prove(&mut parties, rows);
        eprintln!("{name}: {:.2} bytes of a party for each", (sent(&mut parties) - before) as f64 / length as f64);
    }
    group.finish();
}

/// Bytes that a party has sent.
fn sent(table: &mut Table) -> u64 {
    table[1].0.session().map_or(0, |session| session.network.counters().bytes_sent())
}

/// Products of all elements, or of so many rows with one column; and what is due before one of them is opened.
fn multiply_and_prove(table: &mut Table, rows: Option<usize>) {
    run(table, async |party, [x, y]| {
        let column = rows.map(|rows| party.pick(y, &Pick::slice(0, party.length(y) / rows)));
        let request = match (rows, &column) {
            (Some(rows), Some(column)) => ProductRequest::TableColumn { table: x, column, rows },
            _ => ProductRequest::Elementwise(x, y),
        };
        let products = party.multiply(&[request]).await?;
        let first = party.pick(&products[0], &Pick::slice(0, 1));
        let receivers = [0, 1, 2].map(PartyIndex);
        party.open(&[OpenRequest { share: &first, receivers: &receivers }]).await.map(drop)
    });
}

criterion_group! {
    name = benches;
    config = quorate_benches::criterion();
    targets = vectors
}
criterion_main!(benches);
