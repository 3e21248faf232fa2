//! Authenticated garbling from set-up to outputs, all parties on one thread: a batch of 64-bit products. What it sends is
//! printed before it is timed.

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quorate_benches::{CpuTime, all, random_of};
use quorate_circuits::boolean::{Builder, Circuit, Shape, integer};
use quorate_circuits::number::Word;
use quorate_engine::crypto::SessionId;
use quorate_engine::net::{Counters, Network, PartyIndex, Phase};
use quorate_engine::protocol::authenticated::{Authenticated, Demand};
use quorate_engine::protocol::{CallRequest, Domain, OpenRequest, Protocol, Session, ShareRequest};

/// A batch of triples and a few gates less.
const PRODUCTS: usize = 110;

fn circuit() -> Arc<Circuit> {
    let (mut builder, inputs) = Builder::new(&[64, 64]);
    let product = integer::multiply(&mut builder, &inputs[0], &inputs[1], Shape::FewAnds);
    Arc::new(builder.finish(vec![product]))
}

/// One party's run: what it sent.
async fn party(network: Network, circuit: &Arc<Circuit>) -> Result<Counters, quorate_engine::net::ChannelError> {
    let me = network.me();
    let session = Session { id: SessionId([0x77; 32]), network, random: random_of(me) };
    let mut party = Authenticated::new(session);
    let factors: Vec<Word> = (1..=PRODUCTS as Word).collect();
    let demand = Demand { and_gates: circuit.and_gates() * PRODUCTS, bits: 128 * PRODUCTS };
    party.prepare(&demand).await?;
    let request = |owner: usize| ShareRequest {
        owner: PartyIndex(owner),
        domain: Domain::Boolean { width: 64 },
        length: PRODUCTS,
        words: (me.0 == owner).then_some(factors.as_slice()),
    };
    let factors = party.share(&[request(0), request(1)]).await?;
    let call = CallRequest { circuit, operands: factors.iter().collect() };
    let products = party.call(&[call]).await?.remove(0);
    party.open(&[OpenRequest { share: &products[0], receivers: &[PartyIndex(0)] }]).await?;
    Ok(party.into_session().network.counters())
}

#[expect(clippy::print_stdout, reason = "what is sent belongs to the figures")]
fn authenticated(criterion: &mut Criterion<CpuTime>) {
    let circuit = circuit();
    let gates = (circuit.and_gates() * PRODUCTS) as u64;
    let mut group = criterion.benchmark_group("authenticated garbling");
    group.throughput(Throughput::Elements(gates));
    for parties in [2, 3] {
        for (who, sent) in all(parties, |network| party(network, &circuit)).iter().enumerate() {
            let bytes = Phase::ALL.map(|phase| sent.phases[phase as usize].bytes_sent as f64 / gates as f64);
            println!("{parties} parties, party {}: {bytes:.1?} B/AND sent in {:?}", who + 1, Phase::ALL);
        }
        group.bench_function(format!("{parties} parties, {gates} AND gates"), |bencher| {
            bencher.iter(|| all(parties, |network| party(network, &circuit)));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = quorate_benches::criterion();
    targets = authenticated
}
criterion_main!(benches);
