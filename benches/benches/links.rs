//! Wall time over links of several round trips and widths, beside what `explain --network` says of rounds and bytes, with the
//! processor time that the busiest party was measured to take. Names after `--` choose programs or protocols.
//!
//! Links are simulated, each party as if it had a processor of its own (`quorate_benches::run_over`): nobody waits for them.

use std::io::Write;
use std::time::Duration;

use quorate_benches::{Sample, distant_programs, median_seconds, random_of, run_over};
use quorate_engine::crypto::SessionId;
use quorate_engine::net::{Network, PartyIndex};
use quorate_engine::plan::{Line, cost};
use quorate_engine::protocol::Session;
use quorate_engine::run::{NoHooks, run_party};
use quorate_testkit::Cluster;

/// Milliseconds there and back, and bits per second.
const LINKS: [(u64, u64); 6] =
    [(0, GIGABIT), (0, GIGABIT / 10), (10, GIGABIT), (10, GIGABIT / 10), (50, GIGABIT), (50, GIGABIT / 10)];
const GIGABIT: u64 = 1_000_000_000;

/// Wall time of a run.
fn simulated(cluster: &Cluster, line: Line) -> Duration {
    let (plan, inputs) = (&cluster.plan(), &cluster.case().inputs);
    let (ends, last) = run_over(line, cluster.size(), |me, links| {
        Box::pin(async move {
            let me = PartyIndex(me);
            let network = Network::new(me, links);
            let session = Session { id: SessionId([0xd1; 32]), network, random: random_of(me) };
            run_party(plan, session, inputs, &mut NoHooks).await.1.map(drop)
        })
    });
    ends.into_iter().for_each(|end| end.expect("honest parties finish"));
    last
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let mut out = std::io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}").expect("standard output");
    let links = LINKS.map(|(ms, bits)| format!(" {ms} ms, {} Mbit/s |", bits / 1_000_000)).concat();
    say(format!("| program | protocol | rounds | bytes sent by the busiest | computing |{links}"));
    say(format!("|---|---|---|---|---|{}", "---|".repeat(LINKS.len())));
    for Sample { name, cluster } in distant_programs() {
        let protocol = cluster.plan().protocol.name();
        if !wanted.is_empty() && !wanted.iter().any(|word| name.contains(word.as_str()) || protocol == word) {
            continue;
        }
        let cost = cost(&cluster.plan());
        let computing = median_seconds(&cluster).into_iter().fold(0.0, f64::max);
        let cells = LINKS.map(|(ms, bits_per_second)| {
            let line = Line { round_trip: Duration::from_millis(ms), bits_per_second };
            let forecast = line.time(&cost).as_secs_f64() + computing;
            format!(" {:.3} s, forecast {forecast:.3} |", simulated(&cluster, line).as_secs_f64())
        });
        let bytes: u64 = cost.phases.iter().map(|phase| phase.bytes_most).sum();
        say(format!("| {name} | {protocol} | {} | {bytes} | {computing:.3} s |{}", cost.rounds(), cells.concat()));
    }
}
