//! Runs over long lines, in virtual time: latency is paid once for each round, and for nothing else.

use std::time::Duration;

use quorate_engine::net::SimulatedLine;
use quorate_engine::plan::cost;
use quorate_engine::protocol::ProtocolName;
use quorate_testkit::{Case, Cluster};

const LATENCY: Duration = Duration::from_millis(40);

/// So fast that bytes take no time to speak of.
const BROAD: SimulatedLine = SimulatedLine { latency: LATENCY, bits_per_second: 1e12 };

fn clusters() -> Vec<Cluster> {
    let risk =
        Case::filled("risk-score", "banks=1 rows=20 columns[bank_1]=3", 5).with("model_owner.thresholds", "1, 2");
    let hospitals = Case::filled("hospital-stats", "parties=3", 5);
    vec![
        Cluster::new(Case::filled("millionaires", "", 5)).protocol(ProtocolName::Yao),
        Cluster::new(risk.clone()).protocol(ProtocolName::Yao),
        Cluster::new(risk).protocol(ProtocolName::Additive),
        Cluster::new(hospitals).protocol(ProtocolName::Additive),
    ]
}

#[test]
fn a_round_takes_the_latency() {
    for cluster in clusters() {
        let (ended, elapsed) = cluster.run_at_a_distance(BROAD);
        assert!(ended.iter().all(|party| party.result.is_ok()), "{}", cluster.describe());
        let due = LATENCY * cost(&cluster.plan()).rounds();
        assert!(elapsed >= due && elapsed < due + LATENCY / 10, "{}: {elapsed:?}, not {due:?}", cluster.describe());
    }
}

/// 10 Mbit/s: the bytes of the party that sends most, one way, are a lower bound, and what all send an upper one.
#[test]
fn bytes_take_their_time_on_a_narrow_line() {
    let line = SimulatedLine { latency: Duration::ZERO, bits_per_second: 1e7 };
    for cluster in clusters() {
        let cost = cost(&cluster.plan());
        let (_, elapsed) = cluster.run_at_a_distance(line);
        let peers = cluster.size() as u64 - 1;
        let most = cost.parties.iter().map(|counters| counters.bytes_sent()).max().unwrap_or(0);
        let seconds = |bytes: u64| Duration::from_secs_f64(bytes as f64 * 8.0 / line.bits_per_second);
        // Headers come on top: 12 bytes a frame.
        assert!(elapsed >= seconds(most / peers), "{}: {elapsed:?}", cluster.describe());
        assert!(elapsed <= seconds(cost.bytes()) + Duration::from_millis(5), "{}: {elapsed:?}", cluster.describe());
    }
}

/// Time is part of what a seed replays, and distance changes no output.
#[test]
fn distance_changes_nothing_but_time() {
    for cluster in clusters() {
        let outputs = |ended: Vec<quorate_testkit::Ended>| -> Vec<_> {
            ended
                .into_iter()
                .map(|party| party.result.map(|outcome| (outcome.outputs, outcome.counters)).ok())
                .collect()
        };
        let (first, second) = (cluster.run_at_a_distance(BROAD), cluster.run_at_a_distance(BROAD));
        assert_eq!(first.1, second.1);
        let near = outputs(cluster.run());
        assert_eq!(outputs(first.0), near, "{}", cluster.describe());
        assert_eq!(outputs(second.0), near, "{}", cluster.describe());
    }
}
