//! Both parties of each workload on threads of their own, over links in memory.

use std::num::Wrapping;
use std::thread;

use futures_executor::block_on;
use quorate_circuits::boolean::Shape;
use quorate_engine::correlation::{Demand, Holders, ProductKind, RingElement};
use quorate_engine::crypto::Random;
use quorate_engine::net::{ChannelError, Network, PartyIndex, Work, memory_links};
use quorate_engine::protocol::additive::Additive;
use quorate_engine::protocol::yao::{self, Evaluator, Garbler, Garbling};

use super::solve::{median, rest, two};
use super::workload::{Calls, Party, locals, product};
use crate::exit::{Exit, Failure};
use crate::usage::thread_cpu_seconds;

/// How often each workload is measured; the median counts.
const REPEATS: usize = 3;
/// Seconds for which the sizes below are meant.
const USUAL: f64 = 10.0;

/// Seconds of processor time by kind of work, in the order of [`Work::ALL`].
pub(super) fn measure(seconds: f64) -> Result<Vec<f64>, Failure> {
    if thread_cpu_seconds().is_none() {
        let message = "this system does not say how much processor time a thread has used";
        return Err(Failure::new(Exit::BadInput, message));
    }
    let mut bench = Bench { scale: seconds / USUAL, seconds: vec![0.0; Work::ALL.len()] };
    bench.messages()?;
    bench.transfers()?;
    bench.garbling()?;
    bench.correlations()?;
    bench.shares()?;
    Ok(bench.seconds)
}

struct Bench {
    scale: f64,
    seconds: Vec<f64>,
}

impl Bench {
    /// So many of something at this scale.
    fn size(&self, usual: usize) -> usize {
        ((usual as f64 * self.scale) as usize).max(1)
    }

    fn set(&mut self, work: Work, seconds: f64) {
        self.seconds[work as usize] = seconds;
    }

    fn price(&self, work: Work) -> f64 {
        self.seconds[work as usize]
    }

    fn messages(&mut self) -> Result<(), Failure> {
        let count = self.size(20_000);
        let [a, b] = both(async |party| party.messages(count).await.map(|t| [t]))?;
        self.set(Work::Message, (a[0] + b[0]) / (4 * count) as f64);
        Ok(())
    }

    fn transfers(&mut self) -> Result<(), Failure> {
        let (set_ups, ots) = (self.size(6), self.size(2 << 20));
        let [sender, receiver] = both(async |party| party.transfers(set_ups, ots).await)?;
        self.set(Work::SetUpSender, sender[0] / set_ups as f64);
        self.set(Work::SetUpReceiver, receiver[0] / set_ups as f64);
        self.set(Work::CotSender, sender[1] / ots as f64);
        self.set(Work::CotReceiver, receiver[1] / ots as f64);
        Ok(())
    }

    fn garbling(&mut self) -> Result<(), Failure> {
        let local = Calls { circuit: locals(), instances: 64, times: self.size(128) };
        let together = Calls { circuit: product(Shape::FewAnds), instances: 64, times: self.size(32) };
        let alone = Calls { circuit: together.circuit.clone(), instances: 1, times: self.size(800) };
        let labels = Calls { circuit: local.circuit.clone(), instances: 4096, times: 1 };
        let [of_locals, of_ands, of_single, of_labels] =
            [garbled(&local)?, garbled(&together)?, garbled(&alone)?, garbled(&labels)?];
        let kinds = [
            (Work::GarbleLocal, Work::GarbleAnd, Work::GarbleAlone, Work::LabelGarbler),
            (Work::EvaluateLocal, Work::EvaluateAnd, Work::EvaluateAlone, Work::LabelEvaluator),
        ];
        for (me, (local_gate, and_gate, single, label)) in kinds.into_iter().enumerate() {
            self.set(local_gate, of_locals[me][1] / local.locals());
            let known = self.price(local_gate) * together.locals();
            self.set(and_gate, rest(of_ands[me][1], known, together.ands()));
            self.set(single, of_single[me][1] / alone.ands());
            self.set(label, of_labels[me][0] / (128 * labels.instances) as f64);
        }
        Ok(())
    }

    fn correlations(&mut self) -> Result<(), Failure> {
        let words = self.size(1 << 14);
        let triples = Demand { bit_triple_words: words, ..Demand::default() };
        let [sender, chooser] = both(async |party| party.correlations::<Wrapping<u64>>(&triples).await.map(|t| [t]))?;
        self.set(Work::TripleSender, sender[0] / (64 * words) as f64);
        self.set(Work::TripleChooser, chooser[0] / (64 * words) as f64);
        self.products::<Wrapping<u64>>(
            [Work::FactorSender64, Work::FactorChooser64],
            [Work::EntrySender64, Work::EntryChooser64],
            [Work::DabitSender64, Work::DabitChooser64],
        )?;
        self.products::<Wrapping<u128>>(
            [Work::FactorSender128, Work::FactorChooser128],
            [Work::EntrySender128, Work::EntryChooser128],
            [Work::DabitSender128, Work::DabitChooser128],
        )
    }

    /// Single products have as many factors as entries, tables have many more entries.
    fn products<R: RingElement>(
        &mut self,
        factor: [Work; 2],
        entry: [Work; 2],
        dabit: [Work; 2],
    ) -> Result<(), Failure> {
        let (singles, tables, words) = (self.size(1 << 14), self.size(16), self.size(1 << 12));
        let of_singles = both(async |party| party.correlations::<R>(&demand(1, 1, singles)).await.map(|t| [t]))?;
        let of_tables = both(async |party| party.correlations::<R>(&demand(256, 4, tables)).await.map(|t| [t]))?;
        let dabits = Demand { dabit_words: words, ..Demand::default() };
        let of_dabits = both(async |party| party.correlations::<R>(&dabits).await.map(|t| [t]))?;
        let (bits, singles, tables) = (R::BITS as f64, singles as f64, tables as f64);
        for me in 0..2 {
            let (x, y) = two(
                (singles * bits, singles, of_singles[me][0]),
                (tables * 4.0 * bits, tables * 1024.0, of_tables[me][0]),
            );
            self.set(factor[me], x);
            self.set(entry[me], y);
            self.set(dabit[me], of_dabits[me][0] / (64 * words) as f64);
        }
        Ok(())
    }

    /// Gates on XOR shares: each AND gate has a cost of its own, beside that of its batch.
    fn shares(&mut self) -> Result<(), Failure> {
        let local = Calls { circuit: locals(), instances: 64 * 32, times: self.size(80) };
        let wide = Calls { circuit: product(Shape::FewRounds), instances: 64 * 32, times: self.size(3) };
        let narrow = Calls { circuit: wide.circuit.clone(), instances: 64, times: self.size(40) };
        let mean = |[a, b]: [[f64; 2]; 2]| f64::midpoint(a[1], b[1]);
        let (of_locals, of_wide, of_narrow) = (mean(shared(&local)?), mean(shared(&wide)?), mean(shared(&narrow)?));
        let local_word = of_locals / (local.locals() / 64.0);
        let gates = |calls: &Calls| calls.ands() / calls.instances as f64;
        let and_time = |calls: &Calls, time: f64| (time - local_word * calls.locals() / 64.0).max(0.0);
        let (gate, word) = two(
            (gates(&narrow), narrow.ands() / 64.0, and_time(&narrow, of_narrow)),
            (gates(&wide), wide.ands() / 64.0, and_time(&wide, of_wide)),
        );
        self.set(Work::ShareLocalWord, local_word);
        self.set(Work::ShareAnd, gate);
        self.set(Work::ShareAndWord, word);
        Ok(())
    }
}

/// Products of a table that the first party holds and a column that the second one holds.
fn demand(rows: usize, columns: usize, instances: usize) -> Demand {
    let mut demand = Demand::default();
    let (table, column) = (Holders::One(PartyIndex(0)), Holders::One(PartyIndex(1)));
    demand.add_products(ProductKind { table, column, rows, columns }, instances);
    demand
}

fn garbled(calls: &Calls) -> Result<[[f64; 2]; 2], Failure> {
    let nothing = yao::Demand::default();
    both(async |party: Party| match party.me {
        yao::GARBLER => party.calls(|session| Garbler::new(session, Garbling::HalfGates), &nothing, calls).await,
        _ => party.calls(|session| Evaluator::new(session, Garbling::HalfGates), &nothing, calls).await,
    })
}

fn shared(calls: &Calls) -> Result<[[f64; 2]; 2], Failure> {
    // A layer's bits fill words by themselves.
    let layers = calls.circuit.layers().iter().filter(|layer| !layer.ands.is_empty());
    let words: usize = layers.map(|layer| (layer.ands.len() * calls.instances).div_ceil(64)).sum();
    let demand = Demand { bit_triple_words: calls.times * words, ..Demand::default() };
    both(async |party: Party| party.calls(Additive::<Wrapping<u64>>::new, &demand, calls).await)
}

/// Runs both parties of a workload, several times; what each measured, party by party.
fn both<const N: usize>(
    work: impl AsyncFn(Party) -> Result<[f64; N], ChannelError> + Sync,
) -> Result<[[f64; N]; 2], Failure> {
    let mut runs = Vec::with_capacity(REPEATS);
    for _ in 0..REPEATS {
        runs.push(once(&work)?);
    }
    let middle = |me: usize, i: usize| median(runs.iter().map(|run| run[me][i]).collect());
    Ok(std::array::from_fn(|me| std::array::from_fn(|i| middle(me, i))))
}

fn once<const N: usize>(
    work: &(impl AsyncFn(Party) -> Result<[f64; N], ChannelError> + Sync),
) -> Result<[[f64; N]; 2], Failure> {
    let links = memory_links(2);
    let broken = |why: String| Failure::new(Exit::Bug, format!("a measurement stopped unexpectedly: {why}"));
    let ended: Vec<_> = thread::scope(|scope| {
        let started = links.into_iter().enumerate().map(|(me, links)| {
            scope.spawn(move || {
                let me = PartyIndex(me);
                let random = Random::from_operating_system().map_err(|error| error.to_string())?;
                let party = Party { me, network: Network::new(me, links), random };
                block_on(work(party)).map_err(|error| error.to_string())
            })
        });
        let started: Vec<_> = started.collect();
        started.into_iter().map(|party| party.join().unwrap_or_else(|_| Err("a thread stopped".to_owned()))).collect()
    });
    let mut times = [[0.0; N]; 2];
    for (time, ended) in times.iter_mut().zip(ended) {
        *time = ended.map_err(broken)?;
    }
    Ok(times)
}
