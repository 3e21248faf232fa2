//! What spdz costs, and its triples in portions and in tiles.

use futures_executor::block_on;
use quorate_engine::net::{PartyIndex, Phase};
use quorate_engine::protocol::spdz::{Demand, Paper};
use quorate_engine::protocol::{Domain, ProductRequest, Protocol, ProtocolName, ShareRequest};
use quorate_testkit::conformance::agrees;
use quorate_testkit::{Case, Cluster};

/// Bytes that a party sends for one product of many: before, and online.
fn product_bytes(parties: usize, products: usize) -> (u64, u64) {
    let mut paper = Paper::new(parties);
    let before = |paper: &Paper, phase: Phase| paper.ledger().counters()[1].phases[phase as usize].bytes_sent;
    block_on(async {
        paper.prepare(&Demand { known: vec![products; 2], ..Demand::default() }).await?;
        let request = |owner| ShareRequest {
            owner: PartyIndex(owner),
            domain: Domain::Arithmetic,
            length: products,
            words: None,
        };
        let shares = paper.share(&[request(0), request(1)]).await?;
        let (making, online) = (before(&paper, Phase::Preprocessing), before(&paper, Phase::Online));
        paper.prepare(&Demand { triples: products, ..Demand::default() }).await?;
        paper.multiply(&[ProductRequest::Elementwise(&shares[0], &shares[1])]).await?;
        let sent = |phase, earlier| (before(&paper, phase) - earlier).div_ceil(products as u64);
        Ok::<_, quorate_engine::net::ChannelError>((sent(Phase::Preprocessing, making), sent(Phase::Online, online)))
    })
    .expect("paper does not fail")
}

#[test]
fn a_product_costs_what_the_documentation_says() {
    assert_eq!(product_bytes(2, 86_200), (8_383, 32));
    assert_eq!(product_bytes(3, 8_620).1, 64);
}

/// More products than a portion of triples has, in tiles, with comparisons between them.
#[test]
fn portions_and_tiles_agree_with_the_clear() {
    let text = "program portions
role a
role b
size rows in 1..=10_000
input a.x[rows]: i32 in -10^9..=10^9
input b.y[rows]: i32 in -10^9..=10^9
let x = share(a.x)
let y = share(b.y)
reveal total = sum(x * y) to all
";
    agrees(&Cluster::new(Case::filled(text, "rows=2500", 3)).protocol(ProtocolName::Spdz));
}

/// Numbers that need more than 64 bits are computed on bits.
#[test]
fn large_numbers_agree_with_the_clear() {
    let text = "program large
role a
role b
input a.x: i64 in -10^18..=10^18
input b.y: i64 in -10^18..=10^18
reveal product = share(a.x) * share(b.y) to all
";
    agrees(&Cluster::new(Case::filled(text, "", 3)).protocol(ProtocolName::Spdz));
}
