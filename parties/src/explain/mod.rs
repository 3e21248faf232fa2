//! What a run would disclose, promise and cost, before anybody runs it.

mod arguments;
mod calibration;
mod candidate;
mod diff;
mod flame;
mod lines;
mod prepared;
mod pricing;
mod share;
mod table;

use std::collections::BTreeMap;

use quorate_engine::net::PartyIndex;
use quorate_engine::plan::{Asked, Choice, choose};
use quorate_engine::protocol::{OFFERS, ProtocolName};
use serde_json::{Map, Value, json};

use self::prepared::Ahead;
use self::pricing::Pricing;
use self::share::Row;
use crate::exit::Failure;
use crate::identity::PartyName;
use crate::local::refused;
use crate::output::{Page, grid};
use crate::program::Loaded;
use crate::session::DEALER;

pub(crate) use arguments::{Numbers, take_sizes};
pub(crate) use table::count_text;

pub(crate) use calibration::measurable;
pub use calibration::{Calibration, Machine, Prices, Table};
pub use diff::Difference;

/// What an explanation is asked for, besides the program.
#[derive(Clone, Debug)]
pub struct Question {
    /// How many members the program's family of roles has.
    pub parties: Option<u64>,
    /// Parameters and sizes; whatever is not given is the least that the program allows.
    pub parameters: BTreeMap<String, String>,
    /// The trust.
    pub asked: Asked,
    /// What a dealer is called, if one is asked for.
    pub dealer: Option<PartyName>,
    /// How fast this machine computes, if that was measured.
    pub calibration: Option<Calibration>,
}

/// An explanation, each role being played by a party of its own.
#[derive(Clone, Debug)]
pub struct Explanation {
    page: Page,
    loaded: Loaded,
    /// By party, a dealer behind the roles.
    roles: Vec<String>,
    dealer: Option<PartyName>,
    choice: Choice,
    /// What is saved by what is prepared, if that was asked for.
    ahead: Option<Ahead>,
    pricing: Pricing,
    /// Parameters that were not given and have no default, with the least value that stands for them.
    assumed: Vec<(String, Value)>,
}

impl Explanation {
    /// Explains a program.
    ///
    /// # Errors
    /// Parameters that do not bind the program; a trust that no protocol offers.
    pub fn new(loaded: &Loaded, question: &Question) -> Result<Self, Failure> {
        let Numbers { arguments, assumed, unmeasured } = Numbers::new(loaded, question.parties, &question.parameters)?;
        let bound = loaded.bind(&arguments)?;
        let party_of: Vec<PartyIndex> = (0..bound.roles.len()).map(PartyIndex).collect();
        let line = question.asked.line.unwrap_or_default();
        let pricing = Pricing { line, calibration: question.calibration.clone() };
        let choice = choose(&bound, party_of.len(), &party_of, &question.asked).map_err(|refusal| refused(&refusal))?;
        let page = Page::new(loaded, &choice.plan.program, &arguments, &[], unmeasured)?;
        let ahead = Ahead::of(&question.asked, &choice);
        let dealer = question.dealer.clone();
        let mut roles = bound.roles.clone();
        roles.extend(dealer.is_some().then(|| DEALER.to_owned()));
        Ok(Self { page, loaded: loaded.clone(), roles, dealer, choice, ahead, pricing, assumed })
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
            OFFERS.iter().map(table::promise_row),
        );
        text += "\nWhat each protocol costs; bytes are those of the party that sends most\n";
        text += &self.costs_text();
        text += "\n";
        text += &self.chosen_text();
        text += &self.ahead.as_ref().map(Ahead::text).unwrap_or_default();
        text += "\nWhat each line costs under ";
        text += &self.lines_text();
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
                "round_trip_seconds": self.pricing.line.round_trip.as_secs_f64(),
                "bits_per_second": self.pricing.line.bits_per_second,
            }),
        );
        fields.insert("machine".to_owned(), json!(self.pricing.calibration.as_ref().map(|c| &c.machine)));
        fields.insert("chosen".to_owned(), json!(self.choice.plan.protocol.name()));
        if self.choice.plan.protocol == ProtocolName::Yao {
            fields.insert("garbling".to_owned(), json!(self.choice.plan.garbling.name()));
        }
        if self.choice.plan.protocol.has_transfers() {
            fields.insert("base_ot".to_owned(), json!(self.choice.plan.base_ot.name()));
        }
        if let Some(ahead) = &self.ahead {
            fields.insert("prepared".to_owned(), ahead.json());
        }
        fields.insert("reason".to_owned(), json!(self.reason()));
        let candidates: Vec<Value> =
            self.choice.candidates.iter().map(|candidate| self.candidate_json(candidate)).collect();
        fields.insert("candidates".to_owned(), Value::Array(candidates));
        fields.insert("by_line".to_owned(), self.lines_json());
        Value::Object(fields)
    }

    /// The cost of the chosen protocol, part by part.
    fn rows(&self) -> Vec<Row> {
        share::rows(&self.choice.cost, &self.pricing)
    }
}
