//! What a run would disclose, promise and cost, before anybody runs it.

use std::collections::BTreeMap;
use std::time::Duration;

use quorate_circuits::bind::{Arguments, size_key};
use quorate_circuits::program::{ParameterKind, Program};
use quorate_engine::net::{Counters, PartyIndex, Phase};
use quorate_engine::plan::{Asked, Candidate, Choice, Cost, Line, choose};
use quorate_engine::protocol::{Corruptions, OFFERS, Offer};
use serde_json::{Map, Value, json};

use crate::exit::{Exit, Failure};
use crate::local::refused;
use crate::output::{Page, bytes_text, claim_json, claim_line, grid};
use crate::program::Loaded;

/// An explanation, each role being played by a party of its own.
#[derive(Clone, Debug)]
pub struct Explanation {
    page: Page,
    roles: Vec<String>,
    choice: Choice,
    line: Line,
    /// Parameters that were not given and have no default, with the least value that stands for them.
    assumed: Vec<(String, u64)>,
}

impl Explanation {
    /// Explains a program. `parameters` may name sizes too; whatever is not given is the least that the program allows.
    ///
    /// # Errors
    /// Parameters that do not bind the program; a trust that no protocol offers.
    pub fn new(
        loaded: &Loaded,
        parties: Option<u64>,
        parameters: &BTreeMap<String, String>,
        asked: &Asked,
        line: Line,
    ) -> Result<Self, Failure> {
        let program = &loaded.program;
        let mut parameters = parameters.clone();
        if let Some(parties) = parties {
            count_parties(program, parties, &mut parameters)?;
        }
        let sizes = take_sizes(program, &mut parameters)?;
        let assumed = assume_least(program, &mut parameters);
        let mut arguments = Arguments { parameters, sizes: BTreeMap::new() }.with_least_sizes(program);
        let mut unmeasured: Vec<String> = loaded.bind(&arguments)?.sizes.iter().map(|(name, _)| name.clone()).collect();
        for (key, size) in sizes {
            unmeasured.retain(|name| *name != key);
            arguments.sizes.insert(key, size);
        }
        let bound = loaded.bind(&arguments)?;
        let page = Page::new(loaded, &bound, &arguments, &[], unmeasured)?;
        let party_of: Vec<PartyIndex> = (0..bound.roles.len()).map(PartyIndex).collect();
        let choice = choose(&bound, party_of.len(), &party_of, asked, &line).map_err(|refusal| refused(&refusal))?;
        Ok(Self { page, roles: bound.roles.clone(), choice, line, assumed })
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = self.page.text();
        for (name, value) in &self.assumed {
            text += &format!("  - {name} is not given: {value}, the least allowed, is assumed here\n");
        }
        text += "\nWhat each protocol promises\n";
        text += &grid(
            &["protocol", "parties", "against", "colluding", "guarantee", "names cheaters", "fair", "network"],
            OFFERS.iter().map(offer_row),
        );
        for candidate in &self.choice.candidates {
            text += "\n";
            text += &self.candidate_text(candidate);
        }
        text
    }

    /// The same content as one JSON object.
    pub fn json(&self) -> Value {
        let mut fields = self.page.json();
        let assumed: Map<String, Value> =
            self.assumed.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        fields.insert("assumed_parameters".to_owned(), Value::Object(assumed));
        fields.insert(
            "network".to_owned(),
            json!({
                "round_trip_seconds": self.line.round_trip.as_secs_f64(),
                "bits_per_second": self.line.bits_per_second,
            }),
        );
        fields.insert("chosen".to_owned(), json!(self.choice.plan.protocol.name()));
        let candidates: Vec<Value> =
            self.choice.candidates.iter().map(|candidate| self.candidate_json(candidate)).collect();
        fields.insert("candidates".to_owned(), Value::Array(candidates));
        Value::Object(fields)
    }

    fn candidate_text(&self, candidate: &Candidate) -> String {
        let name = candidate.protocol.name();
        let (_, cost) = match &candidate.verdict {
            Ok(fitting) => fitting,
            Err(reason) => return format!("{name}: not considered; {reason}\n"),
        };
        let chosen = candidate.protocol == self.choice.plan.protocol;
        let mark =
            if chosen { "chosen: the shortest time on this network" } else { "fits, but takes longer on this network" };
        let parties = self.roles.len();
        let claim = claim_line(&candidate.protocol.offer().claim(parties), parties);
        let mut text = format!("{name}: {mark}\n  {claim}\n");
        text += &format!(
            "  {} AND gates, {} multiplications, {} rounds, {} sent by all; {} on the network, and computing\n",
            cost.and_gates,
            cost.multiplications,
            cost.rounds(),
            bytes_text(cost.bytes()),
            seconds_text(self.line.time(cost))
        );
        let phases = Phase::ALL.map(|phase| {
            let costs = cost.phases[phase as usize];
            [phase.name().to_owned(), costs.rounds.to_string(), bytes_text(costs.bytes), bytes_text(costs.bytes_most)]
        });
        text += &grid(&["phase", "rounds", "sent by all", "sent by the busiest"], phases);
        text += &grid(&["party", "set-up: sent / received", "preprocessing", "online"], self.party_rows(cost));
        text
    }

    /// One row for each group of consecutive parties with the same figures.
    fn party_rows(&self, cost: &Cost) -> Vec<[String; 4]> {
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
            [name, set_up, preprocessing, online]
        };
        groups.into_iter().map(row).collect()
    }

    fn candidate_json(&self, candidate: &Candidate) -> Value {
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
            Ok((_, cost)) => {
                let claim = offer.claim(self.roles.len());
                fields.insert("claim".to_owned(), claim_json(&claim));
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
        let party = |(role, counters): (&String, &Counters)| {
            let by_phase = Phase::ALL.map(|phase| {
                let bytes = counters.phases[phase as usize];
                (
                    phase.name().to_owned(),
                    json!({"bytes_sent": bytes.bytes_sent, "bytes_received": bytes.bytes_received}),
                )
            });
            json!({
                "role": role,
                "bytes_sent": counters.bytes_sent(),
                "bytes_received": counters.bytes_received(),
                "rounds": counters.rounds(),
                "phases": Map::from_iter(by_phase),
            })
        };
        json!({
            "and_gates": cost.and_gates,
            "multiplications": cost.multiplications,
            "rounds": cost.rounds(),
            "bytes": cost.bytes(),
            "network_seconds": self.line.time(cost).as_secs_f64(),
            "phases": Map::from_iter(Phase::ALL.map(phase_json)),
            "parties": self.roles.iter().zip(&cost.parties).map(party).collect::<Vec<_>>(),
        })
    }
}

fn offer_row(offer: &Offer) -> [String; 8] {
    let parties = match (offer.least_parties, offer.most_parties) {
        (least, most) if least == most => most.to_string(),
        (least, most) => format!("{least} to {most}"),
    };
    let text = str::to_owned;
    [
        text(offer.name.name()),
        parties,
        text(offer.adversary.name()),
        text(colluding(offer)),
        text(offer.guarantee.name()),
        text(offer.names_cheaters),
        text(offer.fairness),
        text(offer.network),
    ]
}

/// How many may collude, in words.
fn colluding(offer: &Offer) -> &'static str {
    match offer.corrupt {
        Corruptions::AllButOne => "all but one",
    }
}

/// `--parties N`: how many members the program's family of roles has.
fn count_parties(program: &Program, parties: u64, parameters: &mut BTreeMap<String, String>) -> Result<(), Failure> {
    let mut counting: Vec<&str> =
        program.roles().iter().filter_map(|role| role.count).map(|p| program.parameters()[p.0].name.as_str()).collect();
    counting.sort_unstable();
    counting.dedup();
    let wrong = |message: String| Err(Failure::new(Exit::BadInput, message));
    match counting.as_slice() {
        [only] => match parameters.insert((*only).to_owned(), parties.to_string()) {
            Some(other) if other != parties.to_string() => {
                wrong(format!("--parties {parties} and --param {only}={other} contradict each other"))
            }
            _ => Ok(()),
        },
        [] if program.roles().len() as u64 == parties => Ok(()),
        [] => wrong(format!("{} has {} roles, not {parties}", program.name(), program.roles().len())),
        several => wrong(format!("--parties can mean {}: give them with --param", several.join(" or "))),
    }
}

/// Takes the sizes out of the parameters: `rows=100`, `columns=6` for every member, or `columns[bank_1]=6`.
fn take_sizes(program: &Program, parameters: &mut BTreeMap<String, String>) -> Result<BTreeMap<String, u64>, Failure> {
    let mut sizes = BTreeMap::new();
    for size in program.sizes().iter().filter(|size| !size.private) {
        let number = |name: &str, text: &str| {
            text.parse::<u64>()
                .map_err(|_| Failure::new(Exit::BadInput, format!("{name} is {text:?}; it must be a whole number")))
        };
        if let Some(text) = parameters.remove(&size.name) {
            let value = number(&size.name, &text)?;
            let members = size.of.map_or(1, |_| quorate_circuits::program::check::MOST_MEMBERS);
            for member in 1..=members {
                let member = size.of.map(|role| format!("{}_{member}", program.roles()[role.0].name));
                sizes.insert(size_key(&size.name, member.as_deref()), value);
            }
        }
        let prefix = format!("{}[", size.name);
        let own: Vec<String> =
            parameters.keys().filter(|key| size.of.is_some() && key.starts_with(&prefix)).cloned().collect();
        for key in own {
            if let Some(text) = parameters.remove(&key) {
                sizes.insert(key.clone(), number(&key, &text)?);
            }
        }
    }
    Ok(sizes)
}

/// Gives the least value to every number that is not given and has no default.
fn assume_least(program: &Program, parameters: &mut BTreeMap<String, String>) -> Vec<(String, u64)> {
    let mut assumed = Vec::new();
    for parameter in program.parameters() {
        if let ParameterKind::Number { least, default: None, .. } = parameter.kind
            && !parameters.contains_key(&parameter.name)
        {
            parameters.insert(parameter.name.clone(), least.to_string());
            assumed.push((parameter.name.clone(), least));
        }
    }
    assumed
}

fn seconds_text(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 1.0 => format!("{:.1} ms", seconds * 1e3),
        seconds => format!("{seconds:.1} s"),
    }
}
