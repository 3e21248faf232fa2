//! Shamir's sharing among three and five parties, all on one thread and without the set-up: products with their check, random
//! bits with theirs, comparisons of numbers with random bits that were made before, and what each party sends for one.

use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use futures_executor::block_on;
use futures_util::future::join_all;
use quorate_benches::{CpuTime, random_of};
use quorate_circuits::boolean::{Builder, Circuit, Shape, integer};
use quorate_circuits::number::Word;
use quorate_engine::crypto::SessionId;
use quorate_engine::net::{ChannelError, Network, PartyIndex, memory_links};
use quorate_engine::protocol::shamir::{Demand, Shamir, Share};
use quorate_engine::protocol::{
    CallRequest, Domain, OpenRequest, Pick, ProductRequest, Protocol, Session, ShareRequest,
};

/// All parties, each with its shares of two vectors.
type Table = Vec<(Shamir, [Share; 2])>;

fn table(count: usize, length: usize, bits: usize) -> Table {
    let words: Vec<Word> = (0..length as Word).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060)).collect();
    let (words, links) = (&words, memory_links(count).into_iter().enumerate());
    let parties = links.map(|(me, links)| async move {
        let me = PartyIndex(me);
        let session = Session { id: SessionId([0x33; 32]), network: Network::new(me, links), random: random_of(me) };
        let mut party = Shamir::new(session);
        party.prepare(&Demand { bits }).await?;
        let requests = [0, 1].map(PartyIndex).map(|owner| {
            let words = (owner == me).then_some(words.as_slice());
            ShareRequest { owner, domain: Domain::Arithmetic, length, words }
        });
        let shares = party.share(&requests).await?.try_into().expect("two vectors");
        Ok::<_, ChannelError>((party, shares))
    });
    block_on(join_all(parties)).into_iter().map(|party| party.expect("an honest party")).collect()
}

/// Runs something at all parties; the bytes that the first one sends, and rounds.
fn run(table: &mut Table, work: impl AsyncFn(&mut Shamir, &[Share; 2]) -> Result<(), ChannelError>) -> (u64, u32) {
    let counters = |table: &mut Table| table[0].0.session().map(|session| session.network.counters());
    let before = counters(table).expect("a real party");
    let parties = table.iter_mut().map(|(party, vectors)| work(party, vectors));
    block_on(join_all(parties)).into_iter().for_each(|ended| ended.expect("an honest party"));
    let after = counters(table).expect("a real party");
    (after.bytes_sent() - before.bytes_sent(), after.rounds() - before.rounds())
}

/// The sign of a sum of two addends: a comparison, when their difference was opened.
fn sign() -> Arc<Circuit> {
    let (mut builder, inputs) = Builder::new(&[64, 64]);
    let sum = integer::add(&mut builder, &inputs[0], &inputs[1], Shape::FewRounds);
    Arc::new(builder.finish(vec![vec![sum.top()].into()]))
}

/// Opens one element, so that everything is checked.
async fn open_one(party: &mut Shamir, share: &Share, parties: usize) -> Result<(), ChannelError> {
    let first = party.pick(share, &Pick::slice(0, 1));
    let receivers: Vec<PartyIndex> = (0..parties).map(PartyIndex).collect();
    party.open(&[OpenRequest { share: &first, receivers: &receivers }]).await.map(drop)
}

fn vectors(criterion: &mut Criterion<CpuTime>) {
    let mut group = criterion.benchmark_group("shamir");
    let circuit = sign();
    for parties in [3, 5] {
        let mut measure = |name: &str, elements: usize, bits: usize, work: &dyn Fn(&mut Table) -> (u64, u32)| {
            let length = if bits == usize::MAX { 1 } else { elements };
            let prepared = if bits == usize::MAX { 0 } else { bits };
            let (sent, rounds) = work(&mut table(parties, length, prepared));
            let each = sent as f64 / elements as f64;
            let name = format!("{name} {elements}, {parties} parties, {each:.1} B each, {rounds} rounds");
            group.throughput(Throughput::Elements(elements as u64));
            group.bench_function(name, |bencher| {
                bencher.iter_batched_ref(|| table(parties, length, prepared), work, BatchSize::PerIteration);
            });
        };
        measure("multiply and check", 1 << 17, 0, &|table| {
            run(table, async |party, [x, y]| {
                let product = party.multiply(&[ProductRequest::Elementwise(x, y)]).await?;
                open_one(party, &product[0], parties).await
            })
        });
        measure("random bits", 1 << 16, usize::MAX, &|table| {
            run(table, async |party, _| party.prepare(&Demand { bits: 1 << 16 }).await)
        });
        measure("compare and check", 1 << 12, 64 << 12, &|table| {
            run(table, async |party, [x, _]| {
                let addends = party.addends(&[(x, 64)]).await?.remove(0);
                let request = CallRequest { circuit: &circuit, operands: addends.iter().collect() };
                let less = party.call(&[request]).await?.remove(0);
                open_one(party, &less[0], parties).await
            })
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = quorate_benches::criterion();
    targets = vectors
}
criterion_main!(benches);
