//! Who takes part, in which order, and which of them is this party.

use std::path::{Path, PathBuf};

use quorate_engine::net::{ChannelError, PartyIndex};

use super::PeerFault;
use crate::exit::{Exit, Failure};
use crate::identity::{Card, PartyName, PublicKey};

/// The parties of a session in the session's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roster {
    cards: Vec<Card>,
    me: PartyIndex,
    /// By party: the folder through which messages to it are carried by hand.
    folders: Vec<Option<PathBuf>>,
}

/// Why a list of parties is no roster.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// Fewer than two.
    #[error("a session needs at least two parties; {found} given")]
    TooFew {
        /// How many there are.
        found: usize,
    },
    /// This party is not among them.
    #[error("this party is not among the parties of the session")]
    NotMember,
    /// One party stands there twice.
    #[error("{name} stands twice among the parties of the session")]
    Twice {
        /// Who.
        name: PartyName,
    },
}

impl From<RosterError> for Failure {
    fn from(error: RosterError) -> Self {
        Self::new(Exit::BadInput, error.to_string())
    }
}

impl Roster {
    /// The roster of `cards`, in this order, for the party with key `me`.
    ///
    /// # Errors
    /// If there are fewer than two parties, one of them twice, or `me` is none of them.
    pub fn new(cards: Vec<Card>, me: PublicKey) -> Result<Self, RosterError> {
        if cards.len() < 2 {
            return Err(RosterError::TooFew { found: cards.len() });
        }
        for (i, card) in cards.iter().enumerate() {
            if cards[..i].iter().any(|c| c.name() == card.name() || c.public_key() == card.public_key()) {
                return Err(RosterError::Twice { name: card.name().clone() });
            }
        }
        let me = cards.iter().position(|card| card.public_key() == me).ok_or(RosterError::NotMember)?;
        let folders = vec![None; cards.len()];
        Ok(Self { cards, me: PartyIndex(me), folders })
    }

    /// The same parties, some of whom are reached through folders.
    #[must_use]
    pub fn with_folders(mut self, folder: impl Fn(&PartyName) -> Option<PathBuf>) -> Self {
        self.folders = self.cards.iter().map(|card| folder(card.name())).collect();
        self
    }

    /// The folder through which messages to a party are carried by hand, if they are.
    pub fn folder(&self, party: PartyIndex) -> Option<&Path> {
        self.folders[party.0].as_deref()
    }

    /// Where a party is, for people.
    pub fn place(&self, party: PartyIndex) -> String {
        match self.folder(party) {
            Some(folder) => format!("files in {}", folder.display()),
            None => self.cards[party.0].address().to_string(),
        }
    }

    /// This party.
    pub fn me(&self) -> PartyIndex {
        self.me
    }

    /// All parties, in order.
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// The other parties, in order.
    pub fn peers(&self) -> impl Iterator<Item = (PartyIndex, &Card)> {
        self.cards.iter().enumerate().map(|(p, card)| (PartyIndex(p), card)).filter(|(p, _)| *p != self.me)
    }

    /// A party's name.
    ///
    /// # Panics
    /// If there is no such party.
    pub fn name(&self, party: PartyIndex) -> &PartyName {
        self.cards[party.0].name()
    }

    /// Whether this party dials that peer. Of each pair, the party with the lower key dials: both sides know it
    /// without a word.
    pub fn dials(&self, peer: PartyIndex) -> bool {
        self.cards[self.me.0].public_key() < self.cards[peer.0].public_key()
    }

    /// A channel's error with the peer's name.
    pub fn fault(&self, error: ChannelError) -> PeerFault {
        PeerFault { peer: self.name(error.peer).clone(), step: error.step, fault: error.fault }
    }
}
