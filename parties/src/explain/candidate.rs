//! Protocols that were considered, as JSON.

use quorate_engine::net::{Counters, Memory, PartyMemory, Phase, Units, Work};
use quorate_engine::plan::{Candidate, Cost};
use serde_json::{Map, Value, json};

use super::Explanation;
use crate::output::claim_json;

impl Explanation {
    /// A protocol that was considered.
    pub(super) fn candidate_json(&self, candidate: &Candidate) -> Value {
        let offer = candidate.protocol.offer();
        let mut fields = Map::new();
        fields.insert("protocol".to_owned(), json!(offer.name.name()));
        fields.insert("least_parties".to_owned(), json!(offer.least_parties));
        fields.insert("most_parties".to_owned(), json!(offer.most_parties));
        fields.insert("names_cheaters".to_owned(), json!(offer.names_cheaters));
        fields.insert("fairness".to_owned(), json!(offer.fairness));
        fields.insert("network".to_owned(), json!(offer.network));
        fields.insert("sources".to_owned(), json!(offer.sources));
        fields.insert("fits".to_owned(), json!(candidate.verdict.is_ok()));
        match &candidate.verdict {
            Err(reason) => drop(fields.insert("reason".to_owned(), json!(reason))),
            Ok((plan, cost)) => {
                fields.insert("claim".to_owned(), claim_json(&plan.claim(), self.dealer.as_ref()));
                fields.insert("cost".to_owned(), self.cost_json(cost));
            }
        }
        Value::Object(fields)
    }

    fn cost_json(&self, cost: &Cost) -> Value {
        let phase_json = |phase: Phase| {
            let costs = cost.phases[phase as usize];
            (
                phase.name().to_owned(),
                json!({"rounds": costs.rounds, "bytes": costs.bytes, "bytes_most": costs.bytes_most}),
            )
        };
        let computing = self.pricing.parties(cost);
        let party = |(place, (role, counters)): (usize, (&String, &Counters))| {
            let by_phase = Phase::ALL.map(|phase| {
                let bytes = counters.phases[phase as usize];
                (
                    phase.name().to_owned(),
                    json!({
                        "bytes_sent": bytes.bytes_sent,
                        "bytes_received": bytes.bytes_received,
                        "work": work_json(&cost.work[place][phase as usize]),
                    }),
                )
            });
            json!({
                "role": role,
                "bytes_sent": counters.bytes_sent(),
                "bytes_received": counters.bytes_received(),
                "rounds": counters.rounds(),
                "cpu_seconds": computing.as_ref().map(|seconds| seconds[place]),
                "memory_bytes": self.pricing.memory(cost, &cost.memory[place]),
                "memory": memory_json(&cost.memory[place]),
                "phases": Map::from_iter(by_phase),
            })
        };
        json!({
            "and_gates": cost.and_gates,
            "multiplications": cost.multiplications,
            "rounds": cost.rounds(),
            "bytes": cost.bytes(),
            "network_seconds": self.pricing.line.time(cost).as_secs_f64(),
            "cpu_seconds": self.pricing.computing(cost),
            "wall_seconds": self.pricing.computing(cost).map(|_| self.pricing.wall(cost)),
            "memory_bytes": self.pricing.fullest(cost),
            "phases": Map::from_iter(Phase::ALL.map(phase_json)),
            "parties": self.roles.iter().zip(&cost.parties).enumerate().map(party).collect::<Vec<_>>(),
        })
    }
}

/// Units of work that a calibration prices, by kind.
fn work_json(units: &Units) -> Value {
    let counted = Work::ALL.iter().map(|work| (work, units.of(*work))).filter(|(_, units)| *units > 0);
    Value::Object(counted.map(|(work, units)| (work.name().to_owned(), json!(units))).collect())
}

/// What a party holds at its fullest moment, by kind; its process is not among it.
fn memory_json(memory: &PartyMemory) -> Value {
    Value::Object(Memory::ALL.iter().map(|kind| (kind.name().to_owned(), json!(memory.of(*kind)))).collect())
}
