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
            let addends = player.protocol.addends(&sum, width as u32);
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

/// Bytes of one party's phase after preparing `demand` for two.
fn bytes(demand: &Demand, party: usize) -> u64 {
    let mut paper = Paper::new(2, Ring::Z64);
    block_on(paper.prepare(demand)).expect("paper cannot fail");
    paper.ledger().counters()[party].phases[Phase::Preprocessing as usize].bytes_sent
}

#[test]
fn preprocessing_follows_the_table() {
    let kind = ProductKind { table: Holders::All, column: Holders::All, rows: 1, columns: 1 };
    let count = 100_000;
    let mut products = Demand::default();
    products.add_products(kind, count as usize);
    // 520 B from the sender of the OTs; 128 OTs of 32 bits from their chooser; a percent for what is sacrificed.
    let (sender, chooser) = (bytes(&products, 0), bytes(&products, 1));
    assert!((520 * count..525 * count).contains(&sender), "{sender}");
    assert!((512 * count..517 * count).contains(&chooser), "{chooser}");
    let triples = Demand { bit_triple_words: 10_000, ..Demand::default() };
    // Two bits from the sender, 64 from the chooser.
    let (sender, chooser) = (bytes(&triples, 0), bytes(&triples, 1));
    assert!((160_000..162_000).contains(&sender), "{sender}");
    assert!((5_120_000..5_180_000).contains(&chooser), "{chooser}");
}
