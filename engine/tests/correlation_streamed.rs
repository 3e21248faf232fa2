//! What two parties stream: triples and products are right, and cost what the paper twin says.

mod ot_parties;

use std::num::Wrapping;

use ot_parties::{A, B, SESSION, left_alone, random_of, run, run_over, tampered_pair};
use quorate_engine::correlation::{
    BitTriples, Correlations, CorrelationsOnPaper, Demand, Holders, PRODUCTS, ProductKind, ProductShares, RingElement,
};
use quorate_engine::net::{Counters, Ledger, Phase};
use quorate_engine::ot::silent::{SILENT_ANSWER, SILENT_TREES};

const SHARED: ProductKind = ProductKind { table: Holders::All, column: Holders::All, rows: 1, columns: 1 };
const OWNED: ProductKind = ProductKind { table: Holders::One(B), column: Holders::One(A), rows: 1, columns: 3 };
const MIXED: ProductKind = ProductKind { table: Holders::One(A), column: Holders::All, rows: 1, columns: 2 };
const TABLE: ProductKind = ProductKind { table: Holders::All, column: Holders::All, rows: 2, columns: 2 };

/// Large enough to be streamed, with parts that are not, and one that is small.
fn demands() -> [Demand; 2] {
    let mut large = Demand { bit_triple_words: 3_000, dabit_words: 1, ..Demand::default() };
    large.add_products(SHARED, 3_000);
    large.add_products(OWNED, 7);
    large.add_products(MIXED, 5);
    large.add_products(TABLE, 1);
    [large, Demand { bit_triple_words: 2, ..Demand::default() }]
}

struct Made<R: RingElement> {
    bits: BitTriples,
    products: Vec<ProductShares<R>>,
    counters: Counters,
}

fn made<R: RingElement>() -> Vec<Made<R>> {
    run(2, |mut net| async move {
        let mut random = random_of(net.me());
        let mut correlations = Correlations::<R>::new(net.me());
        for demand in demands() {
            net.enter(Phase::SetUp);
            if correlations.needs_set_up(&demand, 2) {
                correlations.set_up(&mut net, &mut random, &SESSION, &demand).await.unwrap();
            }
            net.enter(Phase::Preprocessing);
            correlations.make(&mut net, &mut random, &demand).await.unwrap();
        }
        let [large, small] = demands();
        let bits = correlations.take_bits(large.bit_triple_words + small.bit_triple_words);
        let products = large.products.iter().map(|(kind, count)| correlations.take_products(*kind, *count)).collect();
        Made { bits, products, counters: net.counters() }
    })
}

fn shares_are_right<R: RingElement + std::fmt::Debug>() {
    let made = made::<R>();
    let xor = |part: fn(&BitTriples) -> &[u64]| {
        let shares = part(&made[0].bits).iter().zip(part(&made[1].bits));
        shares.map(|(left, right)| left ^ right).collect::<Vec<u64>>()
    };
    let (a, b, c) = (xor(|bits| &bits.a), xor(|bits| &bits.b), xor(|bits| &bits.c));
    for (i, c) in c.iter().enumerate() {
        assert_eq!(*c, a[i] & b[i], "word {i}");
    }
    let [large, _] = demands();
    for (index, (kind, instances)) in large.products.iter().enumerate() {
        let sum = |part: fn(&ProductShares<R>) -> &[R]| {
            let (left, right) = (part(&made[0].products[index]), part(&made[1].products[index]));
            let of = |i| left.get(i).copied().unwrap_or(R::ZERO) + right.get(i).copied().unwrap_or(R::ZERO);
            (0..left.len().max(right.len())).map(of).collect::<Vec<R>>()
        };
        let (table, column) = (sum(|shares| &shares.table), sum(|shares| &shares.column));
        let mut expected = vec![R::ZERO; kind.times(*instances).results()];
        quorate_engine::correlation::add_products(&mut expected, &table, &column, kind.times(*instances));
        assert_eq!(sum(|shares| &shares.product), expected, "{kind:?}");
        assert!(table.iter().chain(&column).all(|element| *element != R::ZERO));
    }
}

#[test]
fn triples_and_products_are_right() {
    shares_are_right::<Wrapping<u64>>();
    shares_are_right::<Wrapping<u128>>();
}

#[test]
fn they_cost_what_the_paper_says() {
    for (bits, counters) in [
        (64, made::<Wrapping<u64>>().into_iter().map(|made| made.counters).collect::<Vec<_>>()),
        (128, made::<Wrapping<u128>>().into_iter().map(|made| made.counters).collect()),
    ] {
        let (mut ledger, mut paper) = (Ledger::new(2), CorrelationsOnPaper::new(bits));
        for demand in demands() {
            ledger.enter(Phase::SetUp);
            if paper.needs_set_up(&demand, 2) {
                paper.set_up(&mut ledger, &demand);
            }
            ledger.enter(Phase::Preprocessing);
            paper.make(&mut ledger, &demand, &Demand::default());
        }
        assert_eq!(counters, ledger.counters());
    }
}

/// A million multiplications: preprocessing that each party sends, the set-up not counted.
#[test]
fn a_multiplication_takes_what_is_documented() {
    let (mut ledger, mut paper) = (Ledger::new(2), CorrelationsOnPaper::new(64));
    let mut demand = Demand::default();
    demand.add_products(SHARED, 1_000_000);
    paper.set_up(&mut ledger, &demand);
    ledger.enter(Phase::Preprocessing);
    paper.make(&mut ledger, &demand, &Demand::default());
    for party in ledger.counters() {
        let bytes = party.phases[Phase::Preprocessing as usize].bytes_sent;
        assert!((252_000_000..260_000_000).contains(&bytes), "{bytes}");
    }
}

/// A peer whose trees or answers are wrong is caught in the middle of a stream.
#[test]
fn cheats_are_caught() {
    for step in [SILENT_TREES, SILENT_ANSWER] {
        let links = tampered_pair(A, step, |payload| payload[7] ^= 1);
        let mut outcomes = run_over(links, |mut net| async move {
            let mut random = random_of(net.me());
            let demand = Demand { bit_triple_words: 5_000, ..Demand::default() };
            let mut correlations = Correlations::<Wrapping<u64>>::new(net.me());
            correlations.set_up(&mut net, &mut random, &SESSION, &demand).await?;
            correlations.make(&mut net, &mut random, &demand).await
        });
        let error = outcomes.remove(1).expect_err("the honest party notices");
        assert_eq!((error.peer, error.is_misbehaviour()), (A, true), "{error}");
        assert!(outcomes.remove(0).err().is_none_or(|error| left_alone(&error)));
    }
}

/// A message of another length is refused.
#[test]
fn wrong_lengths_are_refused() {
    let links = tampered_pair(A, PRODUCTS, |payload| payload.push(0));
    let mut outcomes = run_over(links, |mut net| async move {
        let mut random = random_of(net.me());
        let mut demand = Demand::default();
        demand.add_products(SHARED, 5_000);
        let mut correlations = Correlations::<Wrapping<u64>>::new(net.me());
        correlations.set_up(&mut net, &mut random, &SESSION, &demand).await?;
        correlations.make(&mut net, &mut random, &demand).await
    });
    let error = outcomes.remove(1).expect_err("the honest party notices");
    assert_eq!((error.peer, error.step), (A, PRODUCTS));
}
