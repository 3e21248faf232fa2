//! The result of a run, the same for `run`, `local` and `demo`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use quorate_circuits::bind::{BoundProgram, RoleIndex};
use quorate_circuits::digest::ProgramDigest;
use quorate_engine::net::Counters;
use quorate_engine::plan::Cost;
use quorate_engine::protocol::Claim;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Measurement, claim_line, grid, value_text};
use crate::identity::PartyName;
use crate::processes::Figures;
use crate::session::{DEALER, Ordered};

/// What a run gave, who took part, and what it cost.
#[derive(Clone, Debug)]
pub struct Report {
    /// The session's id; there is none in the clear.
    pub session: Option<String>,
    /// The program's name.
    pub program: String,
    /// The program's digest.
    pub digest: String,
    /// The protocol, or `clear`.
    pub protocol: String,
    /// What was promised; nothing in the clear.
    pub claim: Option<Claim>,
    /// Who was the dealer, if there was one: the last party.
    pub dealer: Option<PartyName>,
    /// The outputs in order of declaration; null where this process has not learned them.
    pub outputs: Ordered<Value>,
    /// Who took part.
    pub parties: Vec<PartyReport>,
    /// What the plan costs.
    pub cost: CostReport,
    /// Wall time from the first protocol message to the last output.
    pub seconds: f64,
    /// Where the receipt is.
    pub receipt: Option<PathBuf>,
    /// Who has not signed that it is done.
    pub unsigned: Vec<String>,
    /// The parameters.
    pub parameters: Vec<(String, String)>,
    /// Where each input of this process came from.
    pub sources: BTreeMap<String, String>,
    /// Rows left out because a cell was blank, by input.
    pub dropped: BTreeMap<String, u64>,
    /// Which prepared run its correlated randomness came from, if it was asked to use one.
    pub randomness: Option<String>,
    /// How it was measured, if it was.
    pub measurement: Option<Measurement>,
}

/// A party of a run. What this process cannot know is `None`.
#[derive(Clone, Debug, Default)]
pub struct PartyReport {
    /// The roles it plays, joined by commas.
    pub role: String,
    /// Its name.
    pub name: String,
    /// The outputs that it receives.
    pub learned: Vec<String>,
    /// What it sent, received and waited for.
    pub traffic: Option<Traffic>,
    /// Processor time.
    pub cpu_seconds: Option<f64>,
    /// The most memory held at once.
    pub peak_memory_bytes: Option<u64>,
    /// What its process has measured, by phase.
    pub figures: Option<Figures>,
}

/// What a party sent and received for the protocol; agreement and receipts are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Traffic {
    /// Payload bytes sent.
    pub bytes_sent: u64,
    /// Payload bytes received.
    pub bytes_received: u64,
    /// Rounds.
    pub rounds: u32,
}

impl From<Counters> for Traffic {
    fn from(counters: Counters) -> Self {
        let (bytes_sent, bytes_received) = (counters.bytes_sent(), counters.bytes_received());
        Self { bytes_sent, bytes_received, rounds: counters.rounds() }
    }
}

/// Predicted cost, which is also what the channels count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct CostReport {
    /// AND gates evaluated under the protocol.
    pub and_gates: u64,
    /// Multiplications of shares.
    pub multiplications: u64,
    /// Rounds.
    pub rounds: u32,
    /// Payload bytes sent by all parties together.
    pub bytes: u64,
}

impl From<&Cost> for CostReport {
    fn from(cost: &Cost) -> Self {
        let Cost { and_gates, multiplications, .. } = *cost;
        Self { and_gates, multiplications, rounds: cost.rounds(), bytes: cost.bytes() }
    }
}

impl PartyReport {
    /// The party `name` that plays `roles`, with the outputs that these receive.
    pub fn new(bound: &BoundProgram, roles: &[RoleIndex], name: impl Into<String>) -> Self {
        let names: Vec<&str> = roles.iter().map(|role| bound.roles[role.0].as_str()).collect();
        let receives = |(_, id): &(&str, _)| bound.receivers(*id).iter().any(|role| roles.contains(role));
        let learned = bound.outputs().filter(receives).map(|(output, _)| output.to_owned()).collect();
        Self { role: names.join(","), name: name.into(), learned, ..Self::default() }
    }

    /// A party for each role, in order, and a dealer behind them.
    pub fn seats(bound: &BoundProgram, dealer: Option<&PartyName>) -> Vec<Self> {
        let role = |(role, name): (usize, &String)| Self::new(bound, &[RoleIndex(role)], name);
        bound.roles.iter().enumerate().map(role).chain(dealer.map(Self::dealer)).collect()
    }

    /// A dealer.
    pub fn dealer(name: &PartyName) -> Self {
        Self { role: DEALER.to_owned(), name: name.to_string(), ..Self::default() }
    }

    fn json(&self) -> Value {
        let mut json = json!({
            "role": self.role,
            "name": self.name,
            "learned": self.learned,
            "bytes_sent": self.traffic.map(|t| t.bytes_sent),
            "bytes_received": self.traffic.map(|t| t.bytes_received),
            "rounds": self.traffic.map(|t| t.rounds),
            "cpu_seconds": self.cpu_seconds,
            "peak_memory_bytes": self.peak_memory_bytes,
        });
        if let Some(figures) = &self.figures {
            figures.write(&mut json);
        }
        json
    }
}

impl Report {
    /// A report in which only the program stands.
    pub fn of(bound: &BoundProgram) -> Self {
        Self {
            session: None,
            program: bound.program.name().to_owned(),
            digest: ProgramDigest::of(&bound.program).to_string(),
            protocol: String::new(),
            claim: None,
            dealer: None,
            outputs: Ordered::new(),
            parties: Vec::new(),
            cost: CostReport::default(),
            seconds: 0.0,
            receipt: None,
            unsigned: Vec::new(),
            parameters: bound.parameters.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
            sources: BTreeMap::new(),
            dropped: BTreeMap::new(),
            randomness: None,
            measurement: None,
        }
    }

    /// The JSON object, in one line.
    pub fn json(&self) -> Value {
        let claim = self.claim.as_ref().map(|claim| claim_json(claim, self.dealer.as_ref()));
        let CostReport { and_gates, multiplications, rounds, bytes } = self.cost;
        let outputs: Map<String, Value> =
            self.outputs.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
        let parameters: Map<String, Value> =
            self.parameters.iter().map(|(name, value)| (name.clone(), Value::from(value.clone()))).collect();
        let mut json = json!({
            "session": self.session,
            "program": self.program,
            "digest": self.digest,
            "protocol": self.protocol,
            "claim": claim,
            "outputs": outputs,
            "parties": self.parties.iter().map(PartyReport::json).collect::<Vec<_>>(),
            "cost": {"and_gates": and_gates, "multiplications": multiplications, "rounds": rounds, "bytes": bytes},
            "seconds": self.seconds,
            // As text: a path need not be UTF-8, and a result is not lost for that.
            "receipt": self.receipt.as_ref().map(|path| path.display().to_string()),
            "parameters": parameters,
            "sources": self.sources,
            "dropped": self.dropped,
        });
        if let Some(randomness) = &self.randomness {
            json["prepared"] = Value::from(randomness.clone());
        }
        if let Some(measurement) = &self.measurement {
            measurement.write(&mut json);
        }
        json
    }

    /// The result for people: every output, what each party learned, the claim and the cost.
    pub fn text(&self) -> String {
        let shown = |(name, value): (&str, &Value)| {
            let nobody = value.is_null() && !self.learned_here(name);
            [name.to_owned(), if nobody { "(not for this party)".to_owned() } else { value_text(value) }]
        };
        let mut text = grid(&["output", "value"], self.outputs.iter().map(shown));
        text += "\n";
        text += &grid(&["party", "plays", "learned", "sent", "received", "rounds"], self.parties.iter().map(party_row));
        text += "\n";
        if !self.parameters.is_empty() {
            let list: Vec<String> = self.parameters.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            text += &format!("with      {}\n", list.join("; "));
        }
        text + &self.trust_text()
    }

    /// Under what the result was computed: the claim, the cost, the receipt.
    pub fn trust_text(&self) -> String {
        let protocol = &self.protocol;
        let mut text = match &self.claim {
            Some(claim) => {
                let computing = self.parties.len() - usize::from(self.dealer.is_some());
                format!("claim     {}\nprotocol  {protocol}\n", claim_line(claim, computing, self.dealer.as_ref()))
            }
            None => format!("claim     none: computed in the clear\nprotocol  {protocol}\n"),
        };
        let CostReport { and_gates, multiplications, rounds, bytes } = self.cost;
        text += &format!(
            "cost      {and_gates} AND gates, {multiplications} multiplications, {rounds} rounds, {}\n",
            bytes_text(bytes)
        );
        if let Some(randomness) = &self.randomness {
            text += &format!("prepared  {randomness}\n");
        }
        text += &format!("time      {:.3} s\n", self.seconds);
        if let Some(session) = &self.session {
            text += &format!("session   {session}\n");
        }
        if let Some(receipt) = &self.receipt {
            text += &format!("receipt   {}\n", receipt.display());
        }
        text
    }

    /// Whether somebody of this process receives an output.
    fn learned_here(&self, output: &str) -> bool {
        let known = |party: &&PartyReport| party.traffic.is_some();
        self.parties.iter().filter(known).any(|party| party.learned.iter().any(|name| name == output))
    }
}

fn party_row(party: &PartyReport) -> [String; 6] {
    let counted = |figure: &dyn Fn(Traffic) -> String| party.traffic.map_or_else(|| "?".to_owned(), figure);
    let learned = if party.learned.is_empty() { "nothing".to_owned() } else { party.learned.join(", ") };
    [
        party.name.clone(),
        party.role.replace(',', ", "),
        learned,
        counted(&|t| bytes_text(t.bytes_sent)),
        counted(&|t| bytes_text(t.bytes_received)),
        counted(&|t| t.rounds.to_string()),
    ]
}

/// A claim as JSON, with those who are trusted besides.
pub fn claim_json(claim: &Claim, dealer: Option<&PartyName>) -> Value {
    let Claim { adversary, corrupt, guarantee, trusts_dealer, .. } = claim;
    let trusted: Vec<&str> = dealer.filter(|_| *trusts_dealer).map(PartyName::as_str).into_iter().collect();
    json!({
        "adversary": adversary.name(),
        "corrupt": corrupt,
        "guarantee": guarantee.name(),
        "trusted": trusted,
    })
}

/// A number of bytes in a unit that suits it.
pub fn bytes_text(bytes: u64) -> String {
    const UNITS: [(&str, u64); 3] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    match UNITS.iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => format!("{:.1} {name}", bytes as f64 / *unit as f64),
        None => format!("{bytes} B"),
    }
}
