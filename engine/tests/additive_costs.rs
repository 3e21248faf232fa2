//! What the paper twin predicts, against the formulas of the module's tables. That it equals the channels' counters is
//! asserted by every run of the harness; here with several preparations that build on each other.

mod additive_support;

use std::num::Wrapping;
use std::sync::Arc;

use additive_support::{Opened, Player, Scenario, demands, execute};
use futures_executor::block_on;
use quorate_circuits::boolean::{Builder, Shape, integer};
use quorate_engine::correlation::{Demand, Holders, ProductKind};
use quorate_engine::net::{ChannelError, PartyIndex, Phase};
use quorate_engine::protocol::additive::Paper;
use quorate_engine::protocol::{CallRequest, Domain, Linear, OpenRequest, ProductRequest, Protocol, Ring};

/// A stage that uses everything it names, so that later stages find some set-up done.
#[derive(Clone, Copy)]
enum Stage {
    Nothing,
    Sharing,
    HeldProducts,
    Tables,
    Circuits,
    Everything,
}

impl Scenario for Stage {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Opened, ChannelError> {
        let last = player.parties - 1;
        let x = player.share(0, Domain::Arithmetic, &[3, 5, 7]).await?;
        let y = player.share(last, Domain::Arithmetic, &[2, 4, 6]).await?;
        let sum = player.protocol.linear(Linear::Add(&x, &y));
        let mut opened = Vec::new();
        if matches!(self, Self::Sharing | Self::Everything) {
            let one = [PartyIndex(last)];
            let request = OpenRequest { share: &sum, receivers: &one };
            opened.extend(player.protocol.open(&[request]).await?);
        }
        if matches!(self, Self::HeldProducts | Self::Everything) {
            let requests = [ProductRequest::Elementwise(&x, &y), ProductRequest::Elementwise(&x, &x)];
            let products = player.protocol.multiply(&requests).await?;
            opened.extend(player.open_all(&[&products[0], &products[1]]).await?);
        }
        if matches!(self, Self::Tables | Self::Everything) {
            let table = player.share(last, Domain::Arithmetic, &[1, 0, 2, 9, 9, 9]).await?;
            let requests = [
                ProductRequest::TableColumn { table: &table, column: &x, rows: 2 },
                ProductRequest::TableColumn { table: &table, column: &sum, rows: 2 },
                ProductRequest::Elementwise(&sum, &sum),
            ];
            let products = player.protocol.multiply(&requests).await?;
            opened.extend(player.open_all(&products.iter().collect::<Vec<_>>()).await?);
        }
        if matches!(self, Self::Circuits | Self::Everything) {
            let width = 16;
            let addends = player.protocol.addends(&[(&sum, width as u32)]).await?.remove(0);
            let (mut builder, inputs) = Builder::new(&vec![width; addends.len()]);
            let total = integer::sum(&mut builder, &inputs, width, Shape::FewRounds);
            let circuit = Arc::new(builder.finish(vec![total]));
            let request = CallRequest { circuit: &circuit, operands: addends.iter().collect() };
            let bits = player.protocol.call(&[request]).await?.remove(0).remove(0);
            let back = player.protocol.to_arithmetic(&[(&bits, false)]).await?;
            opened.extend(player.open_all(&[&back[0]]).await?);
        }
        Ok(opened)
    }
}

#[test]
fn stages_cost_what_paper_says() {
    use Stage::{Circuits, Everything, HeldProducts, Nothing, Sharing, Tables};
    for parties in [2, 3, 4] {
        let stages = [Nothing, Sharing, HeldProducts, Tables, Nothing, Circuits, Everything, HeldProducts];
        let opened = execute::<Wrapping<u64>, _>(parties, &stages);
        assert_eq!(opened[0][0], None);
        assert_eq!(opened[parties - 1][0], Some(vec![5, 9, 13]));
        execute::<Wrapping<u128>, _>(parties, &[Circuits, Sharing, Everything]);
    }
}

#[test]
fn held_products_concern_two_parties() {
    let demand = demands::<Wrapping<u64>, _>(4, &[Stage::HeldProducts]).remove(0);
    let kind =
        ProductKind { table: Holders::One(PartyIndex(0)), column: Holders::One(PartyIndex(3)), rows: 1, columns: 1 };
    assert_eq!(demand.products.into_iter().collect::<Vec<_>>(), [(kind, 3)]);
}

/// Bytes of one party's phase after preparing `demand`.
fn bytes(demand: &Demand, parties: usize, party: usize) -> u64 {
    let mut paper = Paper::new(parties, Ring::Z64);
    block_on(paper.prepare(demand)).expect("paper cannot fail");
    paper.ledger().counters()[party].phases[Phase::Preprocessing as usize].bytes_sent
}

/// So many products of shared numbers, and ten thousand words of bit triples.
fn products_and_triples(count: u64) -> (Demand, Demand) {
    let kind = ProductKind { table: Holders::All, column: Holders::All, rows: 1, columns: 1 };
    let mut products = Demand::default();
    products.add_products(kind, count as usize);
    (products, Demand { bit_triple_words: 10_000, ..Demand::default() })
}

#[test]
fn preprocessing_follows_the_table() {
    let count = 100_000;
    let (products, triples) = products_and_triples(count);
    // Of three parties the first one is sender to both others, and the last one chooser of both.
    // 520 B from the sender of the OTs; 128 OTs of 32 bits from their chooser; a percent for what is sacrificed.
    let (sender, chooser) = (bytes(&products, 3, 0), bytes(&products, 3, 2));
    assert!((1_040 * count..1_050 * count).contains(&sender), "{sender}");
    assert!((1_024 * count..1_034 * count).contains(&chooser), "{chooser}");
    // Two bits from the sender, 64 from the chooser.
    let (sender, chooser) = (bytes(&triples, 3, 0), bytes(&triples, 3, 2));
    assert!((320_000..324_000).contains(&sender), "{sender}");
    assert!((10_240_000..10_360_000).contains(&chooser), "{chooser}");
}

/// Two parties, whose OTs are silent when there are many: 252 B from each, and 64 OTs of 0.81 bits in each direction.
#[test]
fn two_parties_send_less() {
    let count = 100_000;
    let (products, triples) = products_and_triples(count);
    for party in [0, 1] {
        let sent = bytes(&products, 2, party);
        assert!((252 * count..262 * count).contains(&sent), "{sent}");
    }
    // 640,000 OTs each way: the first iteration and one more, from either party as the sender and as the receiver.
    for party in [0, 1] {
        assert_eq!(bytes(&triples, 2, party), (16 + 138_432) + (41_472 + 64) + (78_848 + 64));
    }
}
