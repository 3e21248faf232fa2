//! What spdz costs, and its triples in portions and in tiles.

use std::sync::Arc;

use futures_executor::block_on;
use quorate_engine::net::{ChannelError, PartyIndex, Phase};
use quorate_engine::protocol::spdz::{Demand, Paper};
use quorate_engine::protocol::{Domain, ProductRequest, Protocol, ProtocolName, ShareRequest};
use quorate_testkit::conformance::agrees;
use quorate_testkit::{Case, Cluster};

/// Bytes that a party sends for one product of many: before, and online.
fn product_bytes(parties: usize, products: usize) -> (u64, u64) {
    let mut paper = Paper::new(parties);
    let before = |paper: &Paper, phase: Phase| paper.ledger().counters()[1].phases[phase as usize].bytes_sent;
    let figures = async {
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
        let sent = |phase: Phase, earlier: u64| (before(&paper, phase) - earlier).div_ceil(products as u64);
        Ok::<_, ChannelError>((sent(Phase::Preprocessing, making), sent(Phase::Online, online)))
    };
    block_on(figures).expect("paper does not fail")
}

#[test]
fn a_product_costs_what_the_documentation_says() {
    assert_eq!(product_bytes(2, 86_200), (8_425, 32));
    assert_eq!(product_bytes(3, 8_620).1, 64);
}

/// More products than a tile or a portion of triples has.
#[test]
fn portions_agree_with_the_clear() {
    let text = "program portions
role a
role b
size rows in 1..=10_000
input a.x[rows]: i32 in -10^6..=10^6
input b.y[rows]: i32 in -10^6..=10^6
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

/// Numbers that are compared, choices that are multiplied, for some and for all; with ranges that are checked as well.
#[test]
fn conversions_agree_with_the_clear() {
    const TWO: &str = "program two
role a
role b
input a.x[3]: i16 in -100..=100
input b.y[3]: i16 in -100..=100
let x = share(a.x)
let y = share(b.y)
let product = x * y
reveal large = product > -400 to b
reveal mixed = (x > y) * product to a
reveal sum = max(x, y) * y + product to all
";
    const THREE: &str = "program three
role a
role b
role c
input a.x: u8 in 0..=200
input b.y: u8 in 0..=200
input c.z: u8 in 0..=200
let product = share(a.x) * share(b.y)
reveal sum = product + share(c.z) to all
reveal large = product > 500 to b, c
reveal chosen = select(product > 100, share(c.z), share(a.x)) * product to b, c
";
    for text in [TWO, THREE] {
        let case = Case::filled(text, "", 3);
        let checked = Case { program: Arc::new(case.program.with_range_checks()), ..case.clone() };
        for case in [case, checked] {
            agrees(&Cluster::new(case).protocol(ProtocolName::Spdz));
        }
    }
}
