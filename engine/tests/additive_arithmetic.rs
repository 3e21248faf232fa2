//! Arithmetic shares against plain arithmetic, in both rings.

mod additive_support;

use std::num::Wrapping;

use additive_support::{Opened, Player, Scenario, execute, reduce};
use proptest::collection::vec;
use proptest::prelude::*;
use quorate_circuits::bind::View;
use quorate_circuits::number::Word;
use quorate_engine::correlation::RingElement;
use quorate_engine::net::{ChannelError, PartyIndex};
use quorate_engine::protocol::{Domain, Linear, OpenRequest, Pick, ProductRequest, Protocol};

/// One step over a growing list of vectors of one length; operands are positions modulo its length.
#[derive(Clone, Debug)]
enum Step {
    Share(usize, Vec<Word>),
    Public(Vec<Word>),
    Add(usize, usize),
    Sub(usize, usize),
    Scale(usize, Vec<Word>),
    ScaleAll(usize, Word),
    Transpose(usize),
    Shift(usize, usize),
    Total(usize),
    Multiply(Vec<(usize, usize)>),
}

/// Elements of every vector.
const LENGTH: usize = 6;

#[derive(Debug)]
struct RandomProgram(Vec<Step>);

fn step() -> impl Strategy<Value = Step> {
    let words = || vec(any::<Word>(), LENGTH);
    prop_oneof![
        (any::<usize>(), words()).prop_map(|(owner, words)| Step::Share(owner, words)),
        words().prop_map(Step::Public),
        any::<(usize, usize)>().prop_map(|(a, b)| Step::Add(a, b)),
        any::<(usize, usize)>().prop_map(|(a, b)| Step::Sub(a, b)),
        (any::<usize>(), words()).prop_map(|(a, words)| Step::Scale(a, words)),
        any::<(usize, Word)>().prop_map(|(a, word)| Step::ScaleAll(a, word)),
        any::<usize>().prop_map(Step::Transpose),
        any::<(usize, usize)>().prop_map(|(a, b)| Step::Shift(a, b)),
        any::<usize>().prop_map(Step::Total),
        vec(any::<(usize, usize)>(), 1..4).prop_map(Step::Multiply),
    ]
}

fn program() -> impl Strategy<Value = RandomProgram> {
    (any::<usize>(), vec(any::<Word>(), LENGTH), vec(step(), 1..14)).prop_map(|(owner, first, mut steps)| {
        steps.insert(0, Step::Share(owner, first));
        RandomProgram(steps)
    })
}

impl RandomProgram {
    fn plain<R: RingElement>(&self) -> Vec<Vec<Word>> {
        let mut values: Vec<Vec<R>> = Vec::new();
        let ring = |words: &[Word]| -> Vec<R> { words.iter().map(|w| R::from_word(*w)).collect() };
        for step in &self.0 {
            let at = |i: &usize| &values[i % values.len()];
            let zip =
                |a: &usize, b: &usize, f: fn(R, R) -> R| at(a).iter().zip(at(b)).map(|(a, b)| f(*a, *b)).collect();
            let new: Vec<Vec<R>> = match step {
                Step::Share(_, words) | Step::Public(words) => vec![ring(words)],
                Step::Add(a, b) => vec![zip(a, b, |a, b| a + b)],
                Step::Sub(a, b) => vec![zip(a, b, |a, b| a - b)],
                Step::Scale(a, words) => vec![at(a).iter().zip(ring(words)).map(|(a, b)| *a * b).collect()],
                Step::ScaleAll(a, word) => vec![at(a).iter().map(|a| *a * R::from_word(*word)).collect()],
                Step::Transpose(a) => vec![(0..LENGTH / 2).flat_map(|i| [at(a)[i], at(a)[LENGTH / 2 + i]]).collect()],
                Step::Shift(a, b) => vec![at(a)[2..].iter().chain(&at(b)[..2]).copied().collect()],
                Step::Total(a) => vec![vec![at(a).iter().fold(R::ZERO, |s, x| s + *x); LENGTH]],
                Step::Multiply(pairs) => pairs.iter().map(|(a, b)| zip(a, b, |a, b| a * b)).collect(),
            };
            values.extend(new);
        }
        values.iter().map(|v| v.iter().map(|x| x.to_word()).collect()).collect()
    }
}

impl Scenario for RandomProgram {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Opened, ChannelError> {
        let mut values: Vec<P::Share> = Vec::new();
        for step in &self.0 {
            let at = |i: &usize| &values[i % values.len()];
            let new = match step {
                Step::Share(owner, words) => {
                    vec![player.share(owner % player.parties, Domain::Arithmetic, words).await?]
                }
                Step::Public(words) => vec![player.protocol.public(Domain::Arithmetic, words)],
                Step::Add(a, b) => vec![player.protocol.linear(Linear::Add(at(a), at(b)))],
                Step::Sub(a, b) => vec![player.protocol.linear(Linear::Sub(at(a), at(b)))],
                Step::Scale(a, words) => vec![player.protocol.linear(Linear::Scale(at(a), words))],
                Step::ScaleAll(a, word) => vec![player.protocol.linear(Linear::Scale(at(a), &[*word]))],
                Step::Transpose(a) => {
                    let columns_first = View { offset: 0, axes: vec![(LENGTH / 2, 1), (2, LENGTH / 2)] };
                    vec![player.protocol.pick(at(a), &Pick::View(columns_first))]
                }
                Step::Shift(a, b) => {
                    let high = player.protocol.pick(at(a), &Pick::slice(2, LENGTH));
                    let low = player.protocol.pick(at(b), &Pick::slice(0, 2));
                    vec![player.protocol.concatenate(&[&high, &low])]
                }
                Step::Total(a) => {
                    let total = player.protocol.linear(Linear::SumRuns(at(a), LENGTH));
                    vec![player.protocol.pick(&total, &Pick::Repeat(LENGTH))]
                }
                Step::Multiply(pairs) => {
                    let requests: Vec<_> =
                        pairs.iter().map(|(a, b)| ProductRequest::Elementwise(at(a), at(b))).collect();
                    player.protocol.multiply(&requests).await?
                }
            };
            values.extend(new);
        }
        player.open_all(&values.iter().collect::<Vec<_>>()).await
    }
}

fn program_is_right<R: RingElement>(parties: usize, program: &RandomProgram) {
    let expected: Opened = program.plain::<R>().into_iter().map(Some).collect();
    for opened in execute::<R, _>(parties, std::slice::from_ref(program)) {
        assert_eq!(opened, expected);
    }
}

/// A table and a column of these holders (`None`: shared), twice in one call.
#[derive(Clone, Debug)]
struct Table {
    rows: usize,
    columns: usize,
    table_of: Option<usize>,
    column_of: Option<usize>,
    table: Vec<Word>,
    column: Vec<Word>,
}

fn table(parties: usize) -> impl Strategy<Value = Table> {
    (1_usize..50, 1_usize..20).prop_flat_map(move |(rows, columns)| {
        let holder = || proptest::option::of(0..parties);
        (holder(), holder(), vec(any::<Word>(), rows * columns), vec(any::<Word>(), columns)).prop_map(
            move |(table_of, column_of, table, column)| Table { rows, columns, table_of, column_of, table, column },
        )
    })
}

impl Table {
    fn plain<R: RingElement>(&self) -> Vec<Word> {
        let rows = self.table.chunks(self.columns);
        let sum = |row: &[Word]| {
            row.iter().zip(&self.column).fold(0, |sum: Word, (a, b)| sum.wrapping_add(a.wrapping_mul(*b)))
        };
        rows.map(|row| reduce::<R>(sum(row))).collect()
    }

    async fn operand<P: Protocol>(
        player: &mut Player<'_, P>,
        holder: Option<usize>,
        words: &[Word],
    ) -> Result<P::Share, ChannelError> {
        if let Some(owner) = holder {
            return player.share(owner, Domain::Arithmetic, words).await;
        }
        // A sum of two parties' vectors is shared.
        let half: Vec<Word> = words.iter().map(|w| w / 2).collect();
        let rest: Vec<Word> = words.iter().map(|w| w - w / 2).collect();
        let half = player.share(0, Domain::Arithmetic, &half).await?;
        let rest = player.share(1, Domain::Arithmetic, &rest).await?;
        Ok(player.protocol.linear(Linear::Add(&half, &rest)))
    }
}

impl Scenario for Table {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Opened, ChannelError> {
        let table = Self::operand(player, self.table_of, &self.table).await?;
        let column = Self::operand(player, self.column_of, &self.column).await?;
        let whole = ProductRequest::TableColumn { table: &table, column: &column, rows: self.rows };
        let first = player.protocol.pick(&table, &Pick::slice(0, self.columns));
        let row = ProductRequest::TableColumn { table: &first, column: &column, rows: 1 };
        let products = player.protocol.multiply(&[whole, row]).await?;
        player.open_all(&products.iter().collect::<Vec<_>>()).await
    }
}

fn table_is_right<R: RingElement>(parties: usize, table: &Table) {
    let product = table.plain::<R>();
    let first = product[..1].to_vec();
    for opened in execute::<R, _>(parties, std::slice::from_ref(table)) {
        assert_eq!(opened, [Some(product.clone()), Some(first.clone())]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn programs_of_two_parties(program in program()) {
        program_is_right::<Wrapping<u64>>(2, &program);
        program_is_right::<Wrapping<u128>>(2, &program);
    }

    #[test]
    fn programs_of_three_parties(program in program()) {
        program_is_right::<Wrapping<u64>>(3, &program);
        program_is_right::<Wrapping<u128>>(3, &program);
    }

    #[test]
    fn tables_of_two_parties(table in table(2)) {
        table_is_right::<Wrapping<u64>>(2, &table);
        table_is_right::<Wrapping<u128>>(2, &table);
    }

    #[test]
    fn tables_of_three_parties(table in table(3)) {
        table_is_right::<Wrapping<u64>>(3, &table);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn programs_and_tables_of_five_parties(program in program(), table in table(5)) {
        program_is_right::<Wrapping<u64>>(5, &program);
        table_is_right::<Wrapping<u128>>(5, &table);
    }
}

#[test]
fn a_table_of_many_tiles() {
    let (rows, columns) = (517, 130);
    let words =
        |count: usize, seed: Word| (0..count as Word).map(|i| (i + seed).wrapping_mul(seed)).collect::<Vec<_>>();
    let (table, column) = (words(rows * columns, 0x9e37_79b9_7f4a_7c15), words(columns, 0x1234_5678_9abc_def1));
    let table = Table { rows, columns, table_of: Some(1), column_of: Some(0), table, column };
    table_is_right::<Wrapping<u64>>(2, &table);
}

/// Vectors of different holders to some parties only.
struct Subsets;

impl Scenario for Subsets {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Opened, ChannelError> {
        let held = player.share(2, Domain::Arithmetic, &[7, 8]).await?;
        let other = player.share(0, Domain::Arithmetic, &[1, 2]).await?;
        let shared = player.protocol.linear(Linear::Add(&held, &other));
        let bits = player.share(1, Domain::Boolean { width: 5 }, &[17, 4, 31]).await?;
        let public = player.protocol.public(Domain::Arithmetic, &[99]);
        let receivers: [&[PartyIndex]; 4] =
            [&[PartyIndex(1)], &[PartyIndex(0), PartyIndex(2)], &[PartyIndex(2)], &[PartyIndex(0), PartyIndex(1)]];
        let requests = [&held, &shared, &bits, &public].into_iter().zip(receivers);
        let requests: Vec<_> = requests.map(|(share, receivers)| OpenRequest { share, receivers }).collect();
        player.protocol.open(&requests).await
    }
}

#[test]
fn only_receivers_learn() {
    let opened = execute::<Wrapping<u64>, _>(3, &[Subsets]);
    let (held, shared, bits, public) = (Some(vec![7, 8]), Some(vec![8, 10]), Some(vec![17, 4, 31]), Some(vec![99]));
    assert_eq!(opened[0], [None, shared.clone(), None, public.clone()]);
    assert_eq!(opened[1], [held, None, None, public]);
    assert_eq!(opened[2], [None, shared, bits, None]);
}

/// No elements at all, through every method that takes any.
struct Empty;

impl Scenario for Empty {
    async fn run<P: Protocol>(&self, player: &mut Player<'_, P>) -> Result<Opened, ChannelError> {
        let x = player.share(0, Domain::Arithmetic, &[]).await?;
        let y = player.share(1, Domain::Arithmetic, &[]).await?;
        let sum = player.protocol.linear(Linear::Add(&x, &y));
        let requests = [
            ProductRequest::Elementwise(&x, &y),
            ProductRequest::Elementwise(&sum, &sum),
            ProductRequest::TableColumn { table: &x, column: &y, rows: 3 },
        ];
        let products = player.protocol.multiply(&requests).await?;
        let addends = player.protocol.addends(&[(&sum, 8)]).await?.remove(0);
        let back = player.protocol.to_arithmetic(&[(&addends[0], true)]).await?;
        let both = player.protocol.concatenate(&[&back[0], &x]);
        let total = player.protocol.linear(Linear::SumRuns(&both, 4));
        player.open_all(&[&products[0], &products[1], &products[2], &addends[1], &total]).await
    }
}

#[test]
fn empty_vectors_stay_empty() {
    for opened in execute::<Wrapping<u64>, _>(3, &[Empty]) {
        assert_eq!(opened, [vec![], vec![], vec![0; 3], vec![], vec![]].map(Some));
    }
}

#[test]
fn eight_parties() {
    let words = |seed: Word| (0..LENGTH as Word).map(|i| seed.wrapping_pow(i as u32 + 1)).collect::<Vec<_>>();
    let shares = (0..8).map(|owner| Step::Share(owner, words(0x9e37_79b9_7f4a_7c15 + owner as Word)));
    let steps =
        shares.chain([Step::Add(2, 6), Step::Multiply(vec![(8, 8), (0, 7), (3, 8)]), Step::Multiply(vec![(9, 11)])]);
    program_is_right::<Wrapping<u64>>(8, &RandomProgram(steps.collect()));
}
