//! Replicated vectors against plain arithmetic: products of all kinds of factors, conversions in both directions,
//! pieces of vectors; what a party holds; and when the planner takes the protocol.

mod replicated_support;

use std::num::Wrapping;
use std::sync::Arc;

use futures_executor::block_on;
use futures_util::future::join_all;
use proptest::collection::vec;
use proptest::prelude::*;
use quorate_circuits::boolean::{Builder, Shape, integer};
use quorate_circuits::number::Word;
use quorate_engine::correlation::RingElement;
use quorate_engine::net::{ChannelError, PartyIndex};
use quorate_engine::plan::{Asked, choose};
use quorate_engine::protocol::replicated::Replicated;
use quorate_engine::protocol::{CallRequest, Domain, Linear, Pick, ProductRequest, Protocol, ProtocolName};
use quorate_testkit::Case;
use replicated_support::{Held, PARTIES, Player, Scenario, opened, opened_verified, reduced, sessions};

/// A vector times another, and a table of three rows times the vector.
#[derive(Debug)]
struct Products {
    x: (Held, Vec<Word>),
    y: (Held, Vec<Word>),
    table: (Held, Vec<Word>),
}

impl Scenario for Products {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Vec<Vec<Word>>, ChannelError> {
        let x = player.held(self.x.0, &self.x.1).await?;
        let y = player.held(self.y.0, &self.y.1).await?;
        let table = player.held(self.table.0, &self.table.1).await?;
        let requests = [
            ProductRequest::Elementwise(&x, &y),
            ProductRequest::TableColumn { table: &table, column: &x, rows: 3 },
            ProductRequest::Elementwise(&y, &y),
        ];
        let products = player.protocol.multiply(&requests).await?;
        let scaled = player.protocol.linear(Linear::Scale(&products[0], &[7]));
        let total = player.protocol.linear(Linear::SumRuns(&scaled, self.x.1.len()));
        let again = player.protocol.multiply(&[ProductRequest::Elementwise(&products[0], &x)]).await?;
        let joined = player.protocol.concatenate(&[&y, &again[0], &total]);
        let picked = player.protocol.pick(&joined, &Pick::slice(0, 1));
        let repeated = player.protocol.pick(&picked, &Pick::Repeat(3));
        player.open(&[&products[0], &products[1], &products[2], &joined, &repeated]).await
    }
}

impl Products {
    fn expected<R: RingElement>(&self) -> Vec<Vec<Word>> {
        let (x, y, table) = (&self.x.1, &self.y.1, &self.table.1);
        let times = |a: &[Word], b: &[Word]| a.iter().zip(b).map(|(a, b)| a.wrapping_mul(*b)).collect::<Vec<_>>();
        let sum = |words: Vec<Word>| words.into_iter().fold(0, Word::wrapping_add);
        let xy = times(x, y);
        let rows = table.chunks(x.len()).map(|row| sum(times(row, x)));
        let joined = [y.clone(), times(&xy, x), vec![sum(xy.clone()).wrapping_mul(7)]].concat();
        let all = [xy, rows.collect(), times(y, y), joined.clone(), vec![joined[0]; 3]];
        all.into_iter().map(reduced::<R>).collect()
    }
}

/// A table times so many columns that all of them are one product of matrices.
#[derive(Debug)]
struct Matrix {
    inner: usize,
    table: (Held, Vec<Word>),
    columns: Vec<(Held, Vec<Word>)>,
}

impl Scenario for Matrix {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Vec<Vec<Word>>, ChannelError> {
        let table = player.held(self.table.0, &self.table.1).await?;
        let mut columns = Vec::new();
        for (held, words) in &self.columns {
            columns.push(player.held(*held, words).await?);
        }
        let rows = self.table.1.len() / self.inner;
        let request = |column| ProductRequest::TableColumn { table: &table, column, rows };
        let requests: Vec<_> = columns.iter().map(request).collect();
        let products = player.protocol.multiply(&requests).await?;
        player.open(&products.iter().collect::<Vec<_>>()).await
    }
}

impl Matrix {
    fn expected<R: RingElement>(&self) -> Vec<Vec<Word>> {
        let dot = |row: &[Word], column: &[Word]| {
            row.iter().zip(column).fold(0, |sum: Word, (a, b)| sum.wrapping_add(a.wrapping_mul(*b)))
        };
        let times = |column: &[Word]| self.table.1.chunks(self.inner).map(|row| dot(row, column)).collect::<Vec<_>>();
        self.columns.iter().map(|(_, column)| reduced::<R>(times(column))).collect()
    }
}

fn matrices() -> impl Strategy<Value = Matrix> {
    (1_usize..7, 6_usize..11, 6_usize..11).prop_flat_map(|(inner, rows, columns)| {
        let of = |length| (held(), vec(any::<Word>(), length));
        let columns = vec(of(inner), columns);
        (of(rows * inner), columns).prop_map(move |(table, columns)| Matrix { inner, table, columns })
    })
}

fn held() -> impl Strategy<Value = Held> {
    prop_oneof![Just(Held::Publicly), (0..PARTIES).prop_map(Held::By), Just(Held::Shared)]
}

fn products() -> impl Strategy<Value = Products> {
    (1_usize..70).prop_flat_map(|n| {
        let of = |length| (held(), vec(any::<Word>(), length));
        (of(n), of(n), of(3 * n)).prop_map(|(x, y, table)| Products { x, y, table })
    })
}

/// An arithmetic vector to bits and back, read both ways.
struct Conversions {
    held: Held,
    words: Vec<Word>,
    width: usize,
}

impl Scenario for Conversions {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Vec<Vec<Word>>, ChannelError> {
        let share = player.held(self.held, &self.words).await?;
        let addends = player.protocol.addends(&[(&share, self.width as u32)]).await?.remove(0);
        let (mut builder, inputs) = Builder::new(&[self.width; PARTIES]);
        let sum = integer::sum(&mut builder, &inputs, self.width, Shape::FewRounds);
        let circuit = Arc::new(builder.finish(vec![sum]));
        let call = CallRequest { circuit: &circuit, operands: addends.iter().collect() };
        let bits = player.protocol.call(&[call]).await?.remove(0).remove(0);
        let back = player.protocol.to_arithmetic(&[(&bits, false), (&bits, true)]).await?;
        player.open(&[&bits, &back[0], &back[1]]).await
    }
}

impl Conversions {
    fn expected<R: RingElement>(&self) -> Vec<Vec<Word>> {
        let unused = 128 - self.width;
        let low: Vec<Word> = self.words.iter().map(|word| word << unused >> unused).collect();
        let signed = low.iter().map(|word| ((word << unused) as i128 >> unused) as Word).collect::<Vec<_>>();
        vec![low.clone(), reduced::<R>(low), reduced::<R>(signed)]
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn products_of_all_kinds_of_factors(scenario in products()) {
        prop_assert_eq!(opened::<Wrapping<u64>, _>(&scenario), scenario.expected::<Wrapping<u64>>());
        prop_assert_eq!(opened::<Wrapping<u128>, _>(&scenario), scenario.expected::<Wrapping<u128>>());
        prop_assert_eq!(opened_verified(&scenario), scenario.expected::<Wrapping<u64>>());
    }

    #[test]
    fn tables_times_many_columns(scenario in matrices()) {
        prop_assert_eq!(opened::<Wrapping<u64>, _>(&scenario), scenario.expected::<Wrapping<u64>>());
        prop_assert_eq!(opened::<Wrapping<u128>, _>(&scenario), scenario.expected::<Wrapping<u128>>());
        prop_assert_eq!(opened_verified(&scenario), scenario.expected::<Wrapping<u64>>());
    }

    #[test]
    fn to_bits_and_back(
        held in held(),
        words in vec(any::<Word>(), 1..140),
        narrow in 1_usize..=64,
        wide in 1_usize..=128,
    ) {
        let scenario = Conversions { held, words, width: narrow };
        prop_assert_eq!(opened::<Wrapping<u64>, _>(&scenario), scenario.expected::<Wrapping<u64>>());
        prop_assert_eq!(opened_verified(&scenario), scenario.expected::<Wrapping<u64>>());
        let scenario = Conversions { width: wide, ..scenario };
        prop_assert_eq!(opened::<Wrapping<u128>, _>(&scenario), scenario.expected::<Wrapping<u128>>());
    }
}

/// Boolean vectors wider than the ring, public, random, joined and regrouped.
struct Pieces;

impl Scenario for Pieces {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Vec<Vec<Word>>, ChannelError> {
        let domain = Domain::Boolean { width: 100 };
        let shared = player.share(2, domain, &[1, 2, Word::MAX]).await?;
        let public = player.protocol.public(domain, &[5 << 90 | 7]);
        let slice = player.protocol.pick(&shared, &Pick::slice(1, 3));
        let all = player.protocol.concatenate(&[&slice, &public]);
        let low = player.protocol.to_arithmetic(&[(&all, true)]).await?.remove(0);
        let halves = player.protocol.regroup(&all, 50);
        let random = player.protocol.random_bits(100, 2);
        let twin = player.protocol.duplicate(&random);
        let (mut builder, inputs) = Builder::new(&[100, 100]);
        let same = integer::equal(&mut builder, &inputs[0], &inputs[1]);
        let circuit = Arc::new(builder.finish(vec![same.into()]));
        let request = CallRequest { circuit: &circuit, operands: vec![&random, &twin] };
        let same = player.protocol.call(&[request]).await?.remove(0).remove(0);
        player.open(&[&all, &low, &halves, &same]).await
    }
}

#[test]
fn pieces_of_boolean_vectors() {
    let (ones, public) = ((1 << 100) - 1, 5 << 90 | 7);
    let all = vec![2, ones, public];
    let low = reduced::<Wrapping<u64>>(all.clone());
    let halves = all.iter().flat_map(|word| [word & ((1 << 50) - 1), word >> 50]).collect();
    let due = [all, low, halves, vec![1; 2]];
    assert_eq!(opened::<Wrapping<u64>, _>(&Pieces), due);
    assert_eq!(opened_verified(&Pieces), due);
}

/// Bits of a party's own, read both ways, as they are and in pieces, and multiplied with each other.
struct OwnBits {
    owner: usize,
    width: u32,
    words: Vec<Word>,
}

impl Scenario for OwnBits {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Vec<Vec<Word>>, ChannelError> {
        let bits = player.share(self.owner, Domain::Boolean { width: self.width }, &self.words).await?;
        let others = player.share((self.owner + 1) % PARTIES, Domain::Boolean { width: 7 }, &[100]).await?;
        let last = player.protocol.pick(&bits, &Pick::slice(self.words.len() - 1, self.words.len()));
        let random = player.protocol.random_bits(9, 1);
        let requests = [(&bits, false), (&random, false), (&bits, true), (&others, false), (&last, false)];
        let numbers = player.protocol.to_arithmetic(&requests).await?;
        let squares = player.protocol.multiply(&[ProductRequest::Elementwise(&numbers[0], &numbers[2])]).await?;
        let nothing = player.protocol.linear(Linear::Sub(&numbers[1], &numbers[1]));
        player.open(&[&numbers[0], &numbers[2], &numbers[3], &numbers[4], &squares[0], &nothing, &bits]).await
    }
}

#[test]
fn bits_of_ones_own() {
    for (owner, width) in (0..PARTIES).flat_map(|owner| [1, 8, 37, 64].map(|width| (owner, width))) {
        let words: Vec<Word> =
            [0, Word::MAX, 0x1234_5678_9abc_def0, 1, 77].map(|word| word & ((1 << width) - 1)).into();
        let signed = |word: &Word| ((word << (128 - width)) as i128 >> (128 - width)) as u64 as Word;
        let read: Vec<Word> = words.iter().map(signed).collect();
        let squares = words.iter().zip(&read).map(|(a, b)| Word::from((*a as u64).wrapping_mul(*b as u64))).collect();
        let due = [words.clone(), read, vec![100], vec![words[4]], squares, vec![0], words.clone()];
        let scenario = OwnBits { owner, width, words };
        assert_eq!(opened::<Wrapping<u64>, _>(&scenario), due);
        assert_eq!(opened_verified(&scenario), due);
    }
}

/// More products than are kept at once, of one request, and conversions: proven in the midst of it.
struct Long(usize);

impl Scenario for Long {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Vec<Vec<Word>>, ChannelError> {
        let words: Vec<Word> = (0..self.0 as Word).collect();
        let x = player.share(0, Domain::Arithmetic, &words).await?;
        let y = player.share(1, Domain::Arithmetic, &words).await?;
        let bits = player.protocol.random_bits(5, self.0 / 2);
        let products = player.protocol.multiply(&[ProductRequest::Elementwise(&x, &y)]).await?;
        let table = ProductRequest::TableColumn { table: &x, column: &products[0], rows: 1 };
        let dot = player.protocol.multiply(&[table]).await?;
        let numbers = player.protocol.to_arithmetic(&[(&bits, false)]).await?;
        let total = player.protocol.linear(Linear::SumRuns(&numbers[0], self.0 / 2));
        let none = player.protocol.linear(Linear::Sub(&total, &total));
        let last = player.protocol.pick(&products[0], &Pick::slice(self.0 - 1, self.0));
        player.open(&[&last, &dot[0], &none]).await
    }
}

#[test]
fn long_vectors_are_proven_in_pieces() {
    let length = 150_000;
    let last = (length as Word - 1).pow(2);
    let cubes = (0..length as u64).fold(0_u64, |sum, i| sum.wrapping_add(i.wrapping_mul(i).wrapping_mul(i)));
    assert_eq!(opened_verified(&Long(length)), [vec![last], vec![cubes.into()], vec![0]]);
}

/// Nobody but the owner holds anything that depends on the value alone, and everything that is not zero by
/// construction has no pattern.
#[test]
fn two_components_say_nothing() {
    const LENGTH: usize = 4096;
    let runs = |word: Word| {
        let parties = sessions().map(move |session| async move {
            let me = session.network.me();
            let mut party = Replicated::<Wrapping<u64>>::new(session);
            party.prepare(&()).await.expect("set-up");
            let mut player = Player { protocol: &mut party, me: Some(me) };
            let x = player.share(0, Domain::Arithmetic, &vec![word; LENGTH]).await.expect("an honest run");
            let y = player.share(1, Domain::Arithmetic, &vec![word; LENGTH]).await.expect("an honest run");
            let products = [ProductRequest::Elementwise(&x, &y)];
            let product = player.protocol.multiply(&products).await.expect("an honest run").remove(0);
            [x, product].map(|share| share.expose_words_for_test_only())
        });
        block_on(join_all(parties))
    };
    for word in [0, Word::MAX] {
        let held = runs(word);
        for [_, product] in &held {
            product.iter().for_each(|component| assert_uniform(component));
        }
        // Component 0 is a stream, component 1 the rest, component 2 zero.
        assert_uniform(&held[1][0][0]);
        assert_uniform(&held[2][0][1]);
        assert!(held[1][0][1].iter().chain(&held[2][0][0]).all(|word| *word == 0));
    }
}

/// About half of all bits are set, and no two words are alike.
fn assert_uniform(words: &[Word]) {
    let ones: u32 = words.iter().map(|word| word.count_ones()).sum();
    let (half, slack) = (32 * words.len() as u32, 8 * (words.len() as f64).sqrt() as u32 * 4);
    assert!(ones.abs_diff(half) < slack, "{ones} of {}", 2 * half);
    let mut sorted = words.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), words.len());
}

/// One corrupted party is fewer than what is meant when nothing is said: it has to be asked for, by number or by name.
#[test]
fn it_is_chosen_where_one_corrupted_party_is_asked_for() {
    let case = Case::filled("hospital-stats", "parties=3", 1);
    let seats = [0, 1, 2].map(PartyIndex);
    let chosen = |asked: Asked| choose(&case.program, PARTIES, &seats, &asked).expect("a protocol fits");
    let nothing = chosen(Asked::default());
    assert_eq!((nothing.plan.protocol, nothing.claim.corrupt), (ProtocolName::Additive, 2));
    let reason = nothing.candidates.iter().find(|c| c.protocol == ProtocolName::Replicated).expect("it is considered");
    let reason = reason.verdict.as_ref().map(|_| ()).expect_err("it is not taken");
    assert_eq!(reason, "it withstands 1 corrupt party, and 2 may be if nothing is said; ask with --corrupt 1");
    let one = chosen(Asked { corrupt: Some(1), ..Asked::default() });
    assert_eq!((one.plan.protocol, one.claim.corrupt), (ProtocolName::Replicated, 1));
    assert_eq!(chosen(Asked { corrupt: Some(2), ..Asked::default() }).plan.protocol, ProtocolName::Additive);
    let named = chosen(Asked { protocol: Some(ProtocolName::Replicated), ..Asked::default() });
    assert_eq!(named.claim.corrupt, 1);
    let both = Asked { protocol: Some(ProtocolName::Replicated), corrupt: Some(2), ..Asked::default() };
    let refusal = choose(&case.program, PARTIES, &seats, &both).expect_err("it cannot give that");
    assert!(refusal.reasons.iter().any(|r| r == "replicated: it withstands 1 corrupt party, not 2"), "{refusal}");
}
