//! `init`, `card`, `trust` and `peers`.

use std::path::{Path, PathBuf};

use crate::exit::Failure;
use crate::identity::{self as party, Card, Identity, PartyName, Pinned};
use crate::output::{grid, print, say};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate card > alice.card")]
pub(super) struct Home {
    /// The directory of the identity [default: $QUORATE_HOME, else ~/.quorate]
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
}

impl Home {
    fn locate(&self) -> Result<party::Home, Failure> {
        Ok(party::Home::locate(self.home.as_deref())?)
    }

    pub(super) fn card(&self) -> Result<(), Failure> {
        print(&self.locate()?.identity()?.card().to_text())
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate init alice --listen alice.example.org:7100")]
pub(super) struct Init {
    /// The party's name: a-z, 0-9, _ and -
    name: String,
    /// Where partners can reach this party
    #[arg(long, value_name = "HOST:PORT")]
    listen: String,
    #[command(flatten)]
    home: Home,
}

impl Init {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let name: PartyName = self.name.parse()?;
        let identity = Identity::generate(name, self.listen.parse()?)?;
        let home = self.home.locate()?;
        home.store(&identity)?;
        let (name, key) = (identity.name(), identity.public_key());
        say(format_args!("{name} has an identity in {}: public key {key}", home.path().display()));
        say("next: give the output of `quorate card` to your partners, and `quorate trust FILE` each of theirs");
        Ok(())
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate trust bob.card")]
pub(super) struct Trust {
    /// The partner's card, as `quorate card` printed it there
    file: PathBuf,
    #[command(flatten)]
    home: Home,
}

impl Trust {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let card = Card::read(&self.file)?;
        let pinned = self.home.locate()?.pin(&card)?;
        let (name, address, key) = (card.name(), card.address(), card.public_key());
        match pinned {
            Pinned::New => {
                say(format_args!("{name} is trusted, at {address}, with public key {key}"));
                say("compare the key with your partner by another channel: whoever holds it is this party to you");
            }
            Pinned::Unchanged => say(format_args!("{name} was trusted already, with the same card")),
            Pinned::Moved { from } => {
                say(format_args!("{name} has moved from {from} to {address}; the key is the same"))
            }
        }
        Ok(())
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate peers --json")]
pub(super) struct Peers {
    #[command(flatten)]
    home: Home,
    /// Print a JSON list
    #[arg(long)]
    json: bool,
}

impl Peers {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let home = self.home.locate()?;
        let peers = home.peers()?;
        if self.json {
            let peer = |card: &Card| {
                let (name, address, key) = (card.name().to_string(), card.address().to_string(), card.public_key());
                serde_json::json!({"name": name, "address": address, "public_key": key.to_string()})
            };
            let list: Vec<_> = peers.iter().map(peer).collect();
            return print(&format!("{}\n", serde_json::Value::from(list)));
        }
        if peers.is_empty() {
            say(format_args!("nobody is pinned in {}", home.path().display()));
            return Ok(());
        }
        let row = |card: &Card| [card.name().to_string(), card.address().to_string(), card.public_key().to_string()];
        print(&grid(&["name", "address", "public key"], peers.iter().map(row)))
    }
}

/// The cards that a receipt can be compared with: this party's and its partners'. Without a home there are none.
pub(super) fn known_cards(home: Option<&Path>) -> Result<Vec<Card>, Failure> {
    let Ok(located) = party::Home::locate(home) else { return Ok(Vec::new()) };
    let mut cards = located.peers()?;
    match located.identity() {
        Ok(own) => cards.push(own.card().clone()),
        Err(party::IdentityError::NoIdentity { .. }) if home.is_none() => {}
        Err(error) => return Err(error.into()),
    }
    Ok(cards)
}
