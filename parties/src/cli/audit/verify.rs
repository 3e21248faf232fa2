//! `audit verify`.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::Place;
use crate::audit::{Moment, NamedLog, Verified, compare, verify_export};
use crate::cli::identity::known_cards;
use crate::exit::{Exit, Failure};
use crate::identity::Card;
use crate::output::{print, say};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate audit verify                                      this party's log
  quorate audit verify --partner ben.log --partner cas.log  and what partners' exports say of it
  quorate audit verify --file ann.log --card ann.card       an exported log, by anybody")]
pub(super) struct Verify {
    /// A partner's exported log, to be compared with (repeatable)
    #[arg(long = "partner", value_name = "FILE")]
    partners: Vec<PathBuf>,
    /// An exported log, in place of this home's
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// A card that is not pinned here (repeatable)
    #[arg(long = "card", value_name = "FILE")]
    cards: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let known = self.known()?;
        let mut logs = vec![match &self.file {
            Some(file) => {
                let (card, log) = verify_export(file, &known)?;
                NamedLog { name: card.name().clone(), log }
            }
            None => {
                let name = self.place.home()?.identity()?.name().clone();
                NamedLog { name, log: self.place.log()?.verify()? }
            }
        }];
        for file in &self.partners {
            let (card, log) = verify_export(file, &known)?;
            if logs.iter().any(|other| other.log.owner == log.owner) {
                let message = format!("{}: the log of {} is given twice", file.display(), card.name());
                return Err(Failure::new(Exit::BadInput, message));
            }
            logs.push(NamedLog { name: card.name().clone(), log });
        }
        compare(&logs)?;
        self.strangers(&logs, &known);
        if self.json { print(&format!("{}\n", value(&logs))) } else { print(&text(&logs)) }
    }

    /// All cards with which keys can be compared.
    fn known(&self) -> Result<Vec<Card>, Failure> {
        // Of a file that came with its cards, anybody can check everything, without a home.
        let mut cards = match (&self.file, known_cards(self.place.home.as_deref())) {
            (_, Ok(cards)) => cards,
            (Some(_), Err(_)) if self.place.home.is_none() => Vec::new(),
            (_, Err(failure)) => return Err(failure),
        };
        for path in &self.cards {
            cards.push(Card::read(path)?);
        }
        Ok(cards)
    }

    /// Says whose countersignatures are by keys that nobody vouches for here.
    fn strangers(&self, logs: &[NamedLog], known: &[Card]) {
        let strange = |log: &Verified| {
            let newest = log.countersigned().into_iter();
            let unknown = newest.filter(|sighting| {
                !known.iter().any(|card| card.public_key() == sighting.key && *card.name() == sighting.partner)
            });
            unknown.map(|sighting| sighting.partner.to_string()).collect::<Vec<_>>()
        };
        let names: Vec<_> = logs.iter().flat_map(|named| strange(&named.log)).collect();
        if !names.is_empty() {
            say(format_args!(
                "note: no card of {} is known here with the key that countersigned: that these keys signed is shown, not whose they are",
                names.join(", ")
            ));
        }
    }
}

fn text(logs: &[NamedLog]) -> String {
    let mut text = String::new();
    for NamedLog { name, log } in logs {
        text += &format!("verified: the log of {name}, up to {}", log.head);
        text += &if log.head.number == 0 { "\n".to_owned() } else { format!(", written {} UTC\n", Moment(log.time)) };
        for sighting in log.countersigned() {
            text += &format!("  {} countersigned {}\n", sighting.partner, sighting.head);
        }
    }
    if logs.len() > 1 {
        text += "no log contradicts another\n";
    }
    text
}

fn value(logs: &[NamedLog]) -> Value {
    let one = |NamedLog { name, log }: &NamedLog| {
        let countersigned = log.countersigned().into_iter().map(|sighting| {
            json!({
                "partner": sighting.partner, "public_key": sighting.key,
                "number": sighting.head.number, "hash": sighting.head.hash,
            })
        });
        json!({
            "party": name, "public_key": log.owner, "number": log.head.number, "hash": log.head.hash,
            "time": log.time, "countersigned": countersigned.collect::<Vec<_>>(),
        })
    };
    json!({ "verified": true, "logs": logs.iter().map(one).collect::<Vec<_>>() })
}
