//! Programs whose processor time is measured party by party, each party on a thread of its own.

use std::thread;

use cpu_time::ThreadTime;
use futures_executor::block_on;
use quorate_engine::crypto::SessionId;
use quorate_engine::net::{Network, PartyIndex, memory_links};
use quorate_engine::protocol::ProtocolName::{self, Additive, Replicated, Yao};
use quorate_engine::protocol::Session;
use quorate_engine::run::{NoHooks, run_party};
use quorate_testkit::{Case, Cluster};

use crate::random_of;

/// How often each is run; the middle one counts.
const RUNS: usize = 5;

/// A program of `benches/programs`.
macro_rules! program {
    ($name:literal) => {
        ($name, include_str!(concat!("../programs/", $name, ".qp")))
    };
}

/// A program with its sizes, under a protocol.
pub struct Sample {
    /// For a table.
    pub name: String,
    /// Its parties.
    pub cluster: Cluster,
}

/// Rows of each of [`PROGRAMS`] under a protocol, of how many parties.
type Sizes = (ProtocolName, usize, [usize; 5]);

const SIZES: [Sizes; 3] = [
    (Replicated, 3, [1_000, 1_000, 100, 1_000, 1_000]),
    (Additive, 2, [1_000, 500, 20, 1_000, 100]),
    (Yao, 2, [1_000, 200, 10, 1_000, 100]),
];

const PROGRAMS: [(&str, &str); 5] =
    [program!("compare"), program!("group-by"), program!("logistic-score"), program!("multiply"), program!("sort")];

/// Programs that are run over simulated lines: comparisons, sums by group, scores, products, a sort.
pub fn distant_programs() -> Vec<Sample> {
    SIZES.into_iter().flat_map(under).collect()
}

fn under((protocol, parties, rows): Sizes) -> impl Iterator<Item = Sample> {
    PROGRAMS.into_iter().zip(rows).map(move |((name, source), rows)| {
        let case = Case::filled(source, &format!("parties={parties} rows={rows}"), 1);
        Sample { name: format!("{name}, {rows} rows"), cluster: Cluster::new(case).protocol(protocol) }
    })
}

/// Seconds of each party's thread, the middle ones of several runs.
///
/// # Panics
/// If a party fails: over memory, honest parties do not.
pub fn median_seconds(cluster: &Cluster) -> Vec<f64> {
    let runs: Vec<Vec<f64>> = (0..RUNS).map(|_| seconds(cluster)).collect();
    let middle = |party: usize| {
        let mut times: Vec<f64> = runs.iter().map(|run| run[party]).collect();
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    (0..cluster.size()).map(middle).collect()
}

fn seconds(cluster: &Cluster) -> Vec<f64> {
    let (plan, inputs) = (&cluster.plan(), &cluster.case().inputs);
    thread::scope(|scope| {
        let party = |(me, links): (usize, Vec<_>)| {
            scope.spawn(move || {
                let me = PartyIndex(me);
                let network = Network::new(me, links);
                let random = random_of(me);
                let session = Session { id: SessionId([0xcb; 32]), network, random };
                let start = ThreadTime::now();
                let (_, outcome) = block_on(run_party(plan, session, inputs, &mut NoHooks));
                outcome.expect("honest parties finish");
                start.elapsed().as_secs_f64()
            })
        };
        let started: Vec<_> = memory_links(cluster.size()).into_iter().enumerate().map(party).collect();
        started.into_iter().map(|party| party.join().expect("it ends")).collect()
    })
}
