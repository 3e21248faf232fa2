//! Sorts of replicated vectors against the clear: any keys and columns, rows side by side, sorts side by side; what
//! parties see of an order; and which sorts of a program are done by permutations.

mod replicated_support;

use std::num::Wrapping;

use futures_executor::block_on;
use futures_util::future::join_all;
use proptest::collection::vec;
use proptest::prelude::*;
use quorate_circuits::number::Word;
use quorate_engine::correlation::RingElement;
use quorate_engine::net::ChannelError;
use quorate_engine::plan::{Instruction, Plan, Stage, cost};
use quorate_engine::protocol::{Domain, Protocol, ProtocolName, SortRequest};
use quorate_testkit::{Case, Cluster, conformance};
use replicated_support::{Held, Player, Scenario, opened, reduced, sessions};

/// Keys of some bits, and two columns that are put in their order, beside the keys.
#[derive(Clone, Debug)]
struct Sort {
    width: usize,
    signed: bool,
    row: usize,
    owner: usize,
    keys: Vec<Word>,
    numbers: (Held, Vec<Word>),
    bits: (usize, Vec<Word>),
}

struct Sorts(Vec<Sort>);

impl Scenario for Sorts {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Vec<Vec<Word>>, ChannelError> {
        let mut shared = Vec::new();
        for sort in &self.0 {
            let keys = player.share(sort.owner, Domain::Boolean { width: sort.width as u32 }, &sort.keys).await?;
            let numbers = player.held(sort.numbers.0, &sort.numbers.1).await?;
            let bits = Domain::Boolean { width: sort.bits.0 as u32 };
            shared.push((keys, numbers, player.share(2, bits, &sort.bits.1).await?));
        }
        let requests: Vec<SortRequest<'_, P::Share>> = shared
            .iter()
            .zip(&self.0)
            .map(|((keys, numbers, bits), sort)| {
                let moved = vec![numbers, keys, bits];
                SortRequest { keys, signed: sort.signed, row: sort.row, moved }
            })
            .collect();
        let sorted = player.protocol.sort(&requests).await?;
        player.open(&sorted.iter().flatten().collect::<Vec<_>>()).await
    }
}

impl Sort {
    fn expected<R: RingElement>(&self) -> Vec<Vec<Word>> {
        let low = |words: &[Word], width: usize| -> Vec<Word> {
            words.iter().map(|word| word << (128 - width) >> (128 - width)).collect()
        };
        let keys = low(&self.keys, self.width);
        let flip = if self.signed { 1 << (self.width - 1) } else { 0 };
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.chunks_mut(self.row).for_each(|row| row.sort_by_key(|i| keys[*i] ^ flip));
        let placed = |words: Vec<Word>| -> Vec<Word> { order.iter().map(|i| words[*i]).collect() };
        let numbers = reduced::<R>(self.numbers.1.iter().copied());
        vec![placed(numbers), placed(keys.clone()), placed(low(&self.bits.1, self.bits.0))]
    }
}

fn held() -> impl Strategy<Value = Held> {
    prop_oneof![Just(Held::Publicly), (0..3_usize).prop_map(Held::By), Just(Held::Shared)]
}

/// Keys that often are equal, or not.
fn keys(length: usize) -> impl Strategy<Value = Vec<Word>> {
    prop_oneof![vec(any::<Word>(), length), vec(0..4_u128, length), vec(Just(7), length)]
}

fn sort() -> impl Strategy<Value = Sort> {
    let shape = (1_usize..4, prop_oneof![1_usize..12, 60_usize..70, 255_usize..260]);
    (shape, 1_usize..40, any::<bool>(), 0..3_usize, 1_usize..=128).prop_flat_map(
        |(shape, width, signed, owner, wide)| {
            let (rows, row) = shape;
            let (of, numbers) = (vec(any::<Word>(), rows * row), (held(), vec(any::<Word>(), rows * row)));
            let bits = of.prop_map(move |words| (wide, words));
            (keys(rows * row), numbers, bits).prop_map(move |(keys, numbers, bits)| Sort {
                width,
                signed,
                row,
                owner,
                keys,
                numbers,
                bits,
            })
        },
    )
}

fn agrees<R: RingElement>(sorts: &[Sort]) {
    let due: Vec<Vec<Word>> = sorts.iter().flat_map(Sort::expected::<R>).collect();
    assert_eq!(opened::<R, _>(&Sorts(sorts.to_vec())), due, "{sorts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn rows_in_order(sorts in vec(sort(), 1..4)) {
        agrees::<Wrapping<u64>>(&sorts);
        agrees::<Wrapping<u128>>(&sorts);
    }
}

#[test]
fn nothing_and_next_to_nothing() {
    for (row, length, width) in [(1, 0, 5), (3, 0, 5), (1, 1, 1), (1, 4, 9), (2, 2, 128), (70_000, 70_000, 3)] {
        let words: Vec<Word> =
            (0..length as Word).map(|i| ((i * 2_654_435_761 % 1_000_003) << 100) | (i % 11)).collect();
        let numbers = (Held::Shared, words.clone());
        agrees::<Wrapping<u64>>(&[Sort {
            width,
            signed: true,
            row,
            owner: 1,
            keys: words.clone(),
            numbers,
            bits: (7, words),
        }]);
    }
}

/// What parties hold afterwards has no pattern, whatever the values.
#[test]
fn what_was_sorted_is_shared_anew() {
    const LENGTH: usize = 4096;
    for word in [0, Word::MAX] {
        let parties = sessions().map(|session| async move {
            let me = session.network.me();
            let mut party = quorate_engine::protocol::replicated::Replicated::<Wrapping<u64>>::new(session);
            party.prepare(&()).await.expect("set-up");
            let mut player = Player { protocol: &mut party, me: Some(me) };
            let words = vec![word; LENGTH];
            let keys = player.share(0, Domain::Boolean { width: 5 }, &words).await.expect("an honest run");
            let numbers = player.share(1, Domain::Arithmetic, &words).await.expect("an honest run");
            let request = SortRequest { keys: &keys, signed: false, row: LENGTH, moved: vec![&numbers] };
            let sorted = player.protocol.sort(&[request]).await.expect("an honest run").remove(0).remove(0);
            sorted.expose_words_for_test_only()
        });
        for component in block_on(join_all(parties)).iter().flatten() {
            let ones: u32 = component.iter().map(|word| word.count_ones()).sum();
            assert!(ones.abs_diff(32 * LENGTH as u32) < 8 * 64 * 4, "{ones}");
        }
    }
}

fn sorts(plan: &Plan) -> Vec<usize> {
    let bodies = plan.stages.iter().flat_map(|stage| match stage {
        Stage::Straight(body) | Stage::Tiled { body, .. } => body,
    });
    let moved = bodies.flatten().filter_map(|instruction| match instruction {
        Instruction::Sort { moved, .. } => Some(moved.len()),
        _ => None,
    });
    moved.collect()
}

const COLUMNS: &str = "program columns
role a
role b
role c
size rows in 1..=10^5
input a.key[rows]: i16 in -300..=300
input b.x[rows]: fixed(2) in -10^6..=10^6
input c.flag[rows]: bit
let key = share(a.key)
let x = share(b.x)
let flag = share(c.flag)
let by_x = sort_by(key, x)
let by_flag = sort_by(key, flag)
reveal keys = sort(key) to all
reveal xs = by_x to all
reveal flags = by_flag to a
reveal total = sum(select(by_flag, by_x, 0)) to b
";

/// Columns that are put in the order of the same keys are moved together, and the network is left out.
#[test]
fn one_sort_for_all_columns() {
    for rows in [2, 100, 1000] {
        let cluster =
            Cluster::new(Case::filled(COLUMNS, &format!("rows={rows}"), 3)).protocol(ProtocolName::Replicated);
        conformance::agrees(&cluster);
        let found = sorts(&cluster.plan());
        assert!(found.is_empty() == (rows == 2) && found.len() < 2, "{rows} rows: {found:?}");
    }
}

/// Where a protocol cannot permute, and where rows are short, a sort is a network.
#[test]
fn networks_where_they_are_better() {
    let plan = |arguments: &str, protocol| {
        let cluster = Cluster::new(Case::filled(COLUMNS, arguments, 3)).protocol(protocol);
        cluster.plan()
    };
    for protocol in [ProtocolName::Additive, ProtocolName::ReplicatedMalicious, ProtocolName::Spdz] {
        assert!(sorts(&plan("rows=100", protocol)).is_empty(), "{protocol:?}");
    }
    let by_permutations = cost(&plan("rows=1000", ProtocolName::Replicated));
    assert!(by_permutations.rounds() < 70, "{} rounds", by_permutations.rounds());
}
