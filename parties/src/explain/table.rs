//! The protocols side by side.

use std::time::Duration;

use quorate_engine::net::{Counters, Phase};
use quorate_engine::plan::{Candidate, Cost, Plan};
use quorate_engine::protocol::Offer;

use super::Explanation;
use crate::output::{bytes_text, claim_line, grid};

/// A protocol's promises.
pub(super) fn promise_row(offer: &Offer) -> [String; 8] {
    let text = str::to_owned;
    [
        text(offer.name.name()),
        parties(offer),
        text(offer.adversary.name()),
        text(offer.corrupt.name()),
        text(offer.guarantee.name()),
        text(offer.names_cheaters),
        text(offer.fairness),
        text(offer.network),
    ]
}

impl Explanation {
    /// The table of the protocols that fit, why the others do not, and why the chosen one is.
    pub(super) fn costs_text(&self) -> String {
        let header = [
            "",
            "protocol",
            "parties",
            "colluding",
            "behaviour",
            "AND gates",
            "multiplications",
            "rounds",
            "set-up",
            "preprocessing",
            "online",
            "network",
            "computing",
            "time",
            "memory",
        ];
        let fitting =
            self.choice.candidates.iter().filter_map(|c| c.verdict.as_ref().ok().map(|(plan, cost)| (c, plan, cost)));
        let mut text = grid(&header, fitting.map(|(candidate, plan, cost)| self.cost_row(candidate, plan, cost)));
        for candidate in &self.choice.candidates {
            if let Err(reason) = &candidate.verdict {
                text += &format!("{} does not fit: {reason}\n", candidate.protocol.name());
            }
        }
        text += &format!("{} is chosen: {}\n", self.choice.plan.technique(), self.reason());
        let cost = &self.choice.cost;
        text + &match &self.pricing.calibration {
            _ if !cost.is_memory_known => {
                "Computing and memory of programs over curves are not predicted; benches/RESULTS.md has what was measured\n"
                    .to_owned()
            }
            Some(calibration) => {
                let computing = match self.pricing.computing(cost) {
                    Some(_) => "Computing is that of the busiest party".to_owned(),
                    None => format!("Computing under {} was not measured", self.choice.plan.technique()),
                };
                format!("{computing}, memory that of the fullest process, as measured on {}\n", calibration.machine.text())
            }
            None => "Computing and memory are not predicted: run `quorate calibrate` once on this machine\n".to_owned(),
        }
    }

    /// Why the chosen protocol is the chosen one.
    pub(super) fn reason(&self) -> String {
        let time = self.pricing.line.time(&self.choice.cost);
        let chosen = self.choice.plan.protocol;
        let others = self.choice.candidates.iter().filter(|candidate| candidate.protocol != chosen);
        let others = others.filter_map(|c| c.verdict.as_ref().ok().map(|(_, cost)| (c, self.pricing.line.time(cost))));
        match others.min_by_key(|(_, time)| *time) {
            None => "the only one that fits".to_owned(),
            Some((next, longer)) => format!(
                "the shortest time on this network ({}; {} takes {})",
                seconds_text(time),
                next.protocol.name(),
                seconds_text(longer)
            ),
        }
    }

    fn cost_row(&self, candidate: &Candidate, plan: &Plan, cost: &Cost) -> [String; 15] {
        let offer = candidate.protocol.offer();
        let [set_up, preprocessing, online] =
            Phase::ALL.map(|phase| bytes_text(cost.phases[phase as usize].bytes_most));
        let mark = if candidate.protocol == self.choice.plan.protocol { "→" } else { "" };
        [
            mark.to_owned(),
            offer.name.name().to_owned(),
            parties(offer),
            colluding(plan),
            offer.adversary.name().to_owned(),
            count_text(cost.and_gates),
            count_text(cost.multiplications),
            cost.rounds().to_string(),
            set_up,
            preprocessing,
            online,
            seconds_text(self.pricing.line.time(cost)),
            known(self.pricing.computing(cost)),
            known(self.pricing.computing(cost).map(|_| self.pricing.wall(cost))),
            known_bytes(self.pricing.fullest(cost)),
        ]
    }

    /// The chosen protocol phase by phase and party by party.
    pub(super) fn chosen_text(&self) -> String {
        let (plan, cost) = (&self.choice.plan, &self.choice.cost);
        let claim = claim_line(&self.choice.claim, plan.parties, self.dealer.as_ref());
        let mut text = format!("{}: {claim}\n", plan.technique());
        let phases = Phase::ALL.map(|phase| {
            let costs = cost.phases[phase as usize];
            [phase.name().to_owned(), costs.rounds.to_string(), bytes_text(costs.bytes), bytes_text(costs.bytes_most)]
        });
        text += &grid(&["phase", "rounds", "sent by all", "sent by the busiest"], phases);
        let header = ["party", "set-up: sent / received", "preprocessing", "online", "computing", "memory"];
        text += &grid(&header, self.party_rows(cost));
        text
    }

    /// One row for each group of consecutive parties with the same figures.
    fn party_rows(&self, cost: &Cost) -> Vec<[String; 6]> {
        let computing = self.pricing.parties(cost);
        let mut groups: Vec<(usize, usize, &Counters)> = Vec::new();
        for (at, counters) in cost.parties.iter().enumerate() {
            match groups.last_mut() {
                Some((_, last, same)) if same.phases == counters.phases => *last = at,
                _ => groups.push((at, at, counters)),
            }
        }
        let row = |(first, last, counters): (usize, usize, &Counters)| {
            let name = if first == last {
                self.roles[first].clone()
            } else {
                format!("{} … {}", self.roles[first], self.roles[last])
            };
            let [set_up, preprocessing, online] = Phase::ALL.map(|phase| {
                let bytes = counters.phases[phase as usize];
                format!("{} / {}", bytes_text(bytes.bytes_sent), bytes_text(bytes.bytes_received))
            });
            let most = computing.as_ref().map(|seconds| seconds[first..=last].iter().copied().fold(0.0, f64::max));
            let fullest = cost.memory[first..=last].iter().filter_map(|memory| self.pricing.memory(cost, memory)).max();
            [name, set_up, preprocessing, online, known(most), known_bytes(fullest)]
        };
        groups.into_iter().map(row).collect()
    }
}

fn parties(offer: &Offer) -> String {
    match (offer.least_parties, offer.most_parties) {
        (least, most) if least == most => most.to_string(),
        (least, most) => format!("{least} to {most}"),
    }
}

/// How many may collude, in words.
fn colluding(plan: &Plan) -> String {
    let corrupt = plan.claim().corrupt;
    if corrupt + 1 == plan.parties { "all but one".to_owned() } else { format!("{corrupt} of {}", plan.parties) }
}

pub(super) fn seconds_text(time: Duration) -> String {
    time_text(time.as_secs_f64())
}

/// Seconds of any size: prices are read from a file, and may be those of no machine.
pub(super) fn time_text(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 1e-3 => format!("{:.0} us", seconds * 1e6),
        seconds if seconds < 1.0 => format!("{:.1} ms", seconds * 1e3),
        seconds => format!("{seconds:.1} s"),
    }
}

/// Seconds, if they are known.
fn known(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| "?".to_owned(), time_text)
}

/// Bytes, if they are known.
fn known_bytes(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "?".to_owned(), bytes_text)
}

/// A count with a space between groups of three digits.
pub(crate) fn count_text(count: u64) -> String {
    let digits = count.to_string();
    let first = digits.len() % 3;
    let (head, tail) = digits.split_at(if first == 0 { 3.min(digits.len()) } else { first });
    let groups = tail.as_bytes().chunks(3).map(String::from_utf8_lossy);
    groups.fold(head.to_owned(), |text, group| text + "\u{202f}" + &group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        for (count, text) in [(0, "0"), (12, "12"), (999, "999"), (1000, "1 000"), (123_456_789, "123 456 789")] {
            assert_eq!(count_text(count).replace('\u{202f}', " "), text);
        }
    }

    #[test]
    fn times_have_a_unit_that_suits_them() {
        let text = |micros| seconds_text(Duration::from_micros(micros));
        assert_eq!([text(20), text(1_500), text(2_345_678)], ["20 us", "1.5 ms", "2.3 s"]);
    }
}
