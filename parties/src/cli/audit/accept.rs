//! `audit accept`.

use std::path::PathBuf;

use serde_json::json;

use super::Place;
use crate::audit::{Event, Head, Whose, verify_export};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::output::{print, warn};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate audit accept ann                  ann's log is lost for good: believe what it shows next
  quorate audit accept ann --file ann.log   ann's log was not compared for long: compare its export
Before the first, ask ann by another channel: whoever has taken its home would ask for the same.")]
pub(super) struct Accept {
    /// The partner
    partner: String,
    /// The partner's exported log, which must contain what is remembered
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Accept {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let partner: PartyName = self.partner.parse()?;
        let home = self.place.home()?;
        let card = home.peer(&partner)?;
        let (log, key) = (self.place.log()?, card.public_key());
        // A long log is read before others have to wait.
        let cards = [card];
        let export = self.file.as_deref().map(|file| verify_export(file, &cards)).transpose()?;
        let mut held = log.hold()?;
        let Some(remembered) = held.memory()?.of(&key) else {
            let message =
                format!("nothing is remembered of the log of {partner}: the next head that it shows is believed");
            return Err(Failure::new(Exit::BadInput, message));
        };
        let Some((_, verified)) = export else {
            let Head { number, hash } = remembered;
            held.append(Event::Accepted { partner: partner.clone(), key, number, hash })?;
            warn(format_args!(
                "what was taken back of the log of {partner} after or before {remembered} will go unnoticed: the next head \
                 that it shows is believed"
            ));
            return self.say(&partner, &remembered, None);
        };
        if !verified.contains(&remembered) {
            let message = format!(
                "this log of {partner} ends at {} and does not contain {remembered}, which this party has countersigned",
                verified.head
            );
            return Err(
                Failure::new(Exit::Unverified, message).hint("it is older than that, or was cut or forked since")
            );
        }
        let Head { number, hash } = verified.head;
        let signature = verified.head.countersign(&key, &home.identity()?);
        held.append(Event::Head { partner: partner.clone(), key, whose: Whose::Partner, number, hash, signature })?;
        self.say(&partner, &remembered, Some(&verified.head))
    }

    fn say(&self, partner: &PartyName, before: &Head, now: Option<&Head>) -> Result<(), Failure> {
        if self.json {
            return print(&format!("{}\n", json!({ "partner": partner, "given_up": before, "remembered": now })));
        }
        match now {
            Some(now) => print(&format!("the log of {partner} is remembered up to {now}\n")),
            None => print(&format!("nothing is remembered of the log of {partner} any more\n")),
        }
    }
}
