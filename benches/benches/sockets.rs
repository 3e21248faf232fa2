//! Garbled circuits between two threads over a socket: what each party's thread takes, and what is sent.
//!
//! ```text
//! cargo bench -p quorate-benches --bench sockets [-- WORK]
//! ```
//!
//! Sharing, correlated OTs for the evaluator's inputs, garbling, evaluation, opening and the channel count; the set-up of the
//! pair does not. Five runs; least and median of each party.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cpu_time::ThreadTime;
use futures_executor::block_on;
use quorate_benches::{random_of, tcp_pair, unix_pair};
use quorate_circuits::boolean::{Builder, Circuit, Shape, Signedness, integer};
use quorate_circuits::bristol::Netlist;
use quorate_circuits::number::Word;
use quorate_engine::crypto::SessionId;
use quorate_engine::net::{ChannelError, Link, Network, PartyIndex};
use quorate_engine::protocol::yao::{Demand, EVALUATOR, Evaluator, GARBLER, Garbler, Garbling};
use quorate_engine::protocol::{CallRequest, Domain, OpenRequest, Protocol, Session, ShareRequest};

const RUNS: usize = 5;
/// Instances of a call, as plans cut them.
const TILE: usize = 4096;
const BOTH: &[PartyIndex] = &[GARBLER, EVALUATOR];

/// A circuit of two inputs, of which the first is the garbler's, and how often it is run.
struct Task {
    name: &'static str,
    circuit: Arc<Circuit>,
    instances: usize,
}

fn tasks() -> Vec<Task> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/circuits/aes-128.txt");
    let file = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let aes = Netlist::read(&file[..]).expect("the dataset is a circuit").circuit();
    let compare =
        built(64, |builder, x, y| integer::less_than(builder, x, y, Signedness::Unsigned, Shape::FewAnds).into());
    let product = built(32, |builder, x, y| integer::multiply(builder, x, y, Shape::FewAnds));
    let task = |name, circuit: &Arc<Circuit>, instances| Task { name, circuit: Arc::clone(circuit), instances };
    let (aes, compare, product) = (Arc::new(aes), Arc::new(compare), Arc::new(product));
    vec![
        task("AES-128 x 1,000", &aes, 1000),
        task("AES-128 x 1, 100 times", &aes, 1),
        task("64-bit compare x 10,000", &compare, 10_000),
        task("64-bit compare x 1,000,000", &compare, 1_000_000),
        task("32-bit multiply x 20,000", &product, 20_000),
    ]
}

fn built(
    width: usize,
    gadget: impl Fn(
        &mut Builder,
        &quorate_circuits::boolean::Bits,
        &quorate_circuits::boolean::Bits,
    ) -> quorate_circuits::boolean::Bits,
) -> Circuit {
    let (mut builder, inputs) = Builder::new(&[width, width]);
    let out = gadget(&mut builder, &inputs[0], &inputs[1]);
    builder.finish(vec![out])
}

impl Task {
    /// Calls: a single instance is called again and again.
    fn tiles(&self) -> Vec<usize> {
        match self.instances {
            1 => vec![1; 100],
            instances => (0..instances).step_by(TILE).map(|at| TILE.min(instances - at)).collect(),
        }
    }

    fn gates(&self) -> u64 {
        (self.circuit.and_gates() * self.tiles().iter().sum::<usize>()) as u64
    }

    /// One party's part; the answer is its CPU time after the set-up.
    async fn run<P: Protocol<Demand = Demand>>(&self, party: &mut P, me: PartyIndex) -> Result<Duration, ChannelError> {
        let widths = self.circuit.input_widths();
        party.prepare(&Demand { correlated_ots: 1 }).await?;
        let begun = ThreadTime::now();
        for length in self.tiles() {
            party.prepare(&Demand { correlated_ots: widths[1] * length }).await?;
            let words: Vec<Word> = (0..length as Word).map(|i| (i * 0x9e37_79b9) & 0xffff_ffff).collect();
            let request = |owner: PartyIndex, width: usize| ShareRequest {
                owner,
                domain: Domain::Boolean { width: width as u32 },
                length,
                words: (me == owner).then_some(&words[..]),
            };
            let shares = party.share(&[request(GARBLER, widths[0]), request(EVALUATOR, widths[1])]).await?;
            let call = CallRequest { circuit: &self.circuit, operands: shares.iter().collect() };
            let outputs = party.call(&[call]).await?.remove(0);
            let requests: Vec<_> = outputs.iter().map(|share| OpenRequest { share, receivers: BOTH }).collect();
            party.open(&requests).await?;
        }
        Ok(begun.elapsed())
    }
}

fn session(me: PartyIndex, links: Vec<Option<Link>>) -> Session {
    let network = Network::new(me, links);
    Session { id: SessionId([0x50; 32]), network, random: random_of(me) }
}

/// CPU time of garbler and evaluator, and the bytes of all tables and messages of the garbler.
fn measure(task: &Task, garbling: Garbling, (left, right): (Link, Link)) -> ([Duration; 2], u64) {
    std::thread::scope(|scope| {
        let garbler = scope.spawn(|| {
            let mut party = Garbler::new(session(GARBLER, vec![None, Some(left)]), garbling);
            let took = block_on(task.run(&mut party, GARBLER)).expect("both are honest");
            let counters = party.into_session().network.counters();
            (took, counters.phases.iter().map(|phase| phase.bytes_sent).sum::<u64>())
        });
        let evaluator = scope.spawn(|| {
            let mut party = Evaluator::new(session(EVALUATOR, vec![Some(right), None]), garbling);
            block_on(task.run(&mut party, EVALUATOR)).expect("both are honest")
        });
        let (garbler, bytes) = garbler.join().expect("the garbler's thread");
        ([garbler, evaluator.join().expect("the evaluator's thread")], bytes)
    })
}

#[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    println!("{:28} {:12} {:5} {:>23} {:>23} {:>7}", "", "", "", "garbler, M AND/s", "evaluator, M AND/s", "B/AND");
    for task in tasks().iter().filter(|task| wanted.iter().all(|word| task.name.contains(word))) {
        for garbling in Garbling::ALL {
            for (socket, pair) in [("unix", unix_pair as fn() -> (Link, Link)), ("tcp", tcp_pair)] {
                let runs: Vec<_> = (0..RUNS).map(|_| measure(task, garbling, pair())).collect();
                let rate = |party: usize| {
                    let mut took: Vec<f64> = runs.iter().map(|(cpu, _)| cpu[party].as_secs_f64()).collect();
                    took.sort_by(f64::total_cmp);
                    let million = |seconds: f64| task.gates() as f64 / seconds / 1e6;
                    format!("{:.1} (median {:.1})", million(took[0]), million(took[RUNS / 2]))
                };
                let bytes = runs[0].1 as f64 / task.gates() as f64;
                println!("{:28} {garbling:12} {socket:5} {:>23} {:>23} {bytes:7.3}", task.name, rate(0), rate(1));
            }
        }
    }
}
