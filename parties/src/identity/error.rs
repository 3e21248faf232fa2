//! What can be wrong with identities, cards and homes. All of it is this party's to put right.

use std::path::PathBuf;

use super::{CARD_LIMIT, CardFault, PartyName, PublicKey};
use crate::exit::{Exit, Failure};

/// Why an identity, a card or a home cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Not a party's name.
    #[error("{found:?} is not a party's name: expected 1 to 64 of a-z, 0-9, _ and -, not starting with -")]
    Name {
        /// What was given.
        found: String,
    },
    /// Not an address.
    #[error("{found:?} is not an address: {why}; expected HOST:PORT")]
    Address {
        /// What was given.
        found: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Neither `--home`, `QUORATE_HOME` nor `HOME` says where the home is.
    #[error("no home directory: neither --home, QUORATE_HOME nor HOME is set")]
    NoHome,
    /// The home has no identity yet.
    #[error("there is no identity in {}", home.display())]
    NoIdentity {
        /// The home.
        home: PathBuf,
    },
    /// The home has an identity already.
    #[error("{} already holds the identity of {name}; it is never overwritten", home.display())]
    Exists {
        /// Whose identity it is.
        name: String,
        /// The home.
        home: PathBuf,
    },
    /// The identity's files are damaged.
    #[error("{}: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Other users can read the secret key.
    #[error("{} can be read by other users (mode {mode:03o}); expected 600", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// A card cannot be read.
    #[error("{origin}: {fault}")]
    Card {
        /// The file, or `-`.
        origin: String,
        /// What is wrong with it.
        fault: CardFault,
    },
    /// The card is this party's own.
    #[error("this is the card of {name}, which is this home's own identity")]
    OwnCard {
        /// The name.
        name: PartyName,
    },
    /// The card has this party's name and another key.
    #[error("the card is of another party that is called {name} too, as this home's own identity is")]
    OwnName {
        /// The name.
        name: PartyName,
    },
    /// The name is pinned with another key.
    #[error("{name} is pinned with key {pinned}; this card has key {offered}")]
    OtherKey {
        /// The name.
        name: PartyName,
        /// The key that is pinned.
        pinned: PublicKey,
        /// The key on the card.
        offered: PublicKey,
        /// Where the pinned card is.
        path: PathBuf,
    },
    /// The key is pinned under another name.
    #[error("the key of this card is pinned as {pinned}; one key has one name, and this card says {offered}")]
    OtherName {
        /// The name under which the key is pinned.
        pinned: PartyName,
        /// The name on the card.
        offered: PartyName,
        /// Where the pinned card is.
        path: PathBuf,
    },
    /// Nobody of this name is pinned.
    #[error("nobody is pinned as {name} in {}", home.display())]
    Unpinned {
        /// The name.
        name: PartyName,
        /// The home.
        home: PathBuf,
    },
    /// The file system refused.
    #[error("cannot {action} {}: {reason}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// The kind of error.
        kind: std::io::ErrorKind,
        /// The system's words.
        reason: String,
    },
    /// The operating system has no randomness to give.
    #[error("the operating system gave no randomness")]
    Randomness,
}

impl From<IdentityError> for Failure {
    fn from(error: IdentityError) -> Self {
        let hint = match &error {
            IdentityError::NoHome => Some("say where with --home DIR".to_owned()),
            IdentityError::NoIdentity { .. } => Some("make one with `quorate init NAME --listen HOST:PORT`".to_owned()),
            IdentityError::Exists { .. } => Some("choose another directory with --home DIR".to_owned()),
            IdentityError::Exposed { path, .. } => Some(format!("run `chmod 600 {}`", path.display())),
            IdentityError::Card {
                fault: CardFault::Malformed(_) | CardFault::TooLong | CardFault::NotText, ..
            } => Some(format!("a card is what `quorate card` prints, at most {CARD_LIMIT} bytes")),
            IdentityError::Card { fault: CardFault::Signature, .. } => {
                Some("ask its owner for the output of `quorate card` again".to_owned())
            }
            IdentityError::OtherKey { name, path, .. } => Some(format!(
                "ask {name} by another channel which key is right; if it has changed, remove {} and trust the card again",
                path.display()
            )),
            IdentityError::OtherName { path, .. } => {
                Some(format!("if the party has changed its name, remove {} and trust the card again", path.display()))
            }
            IdentityError::OwnName { .. } => {
                Some("names are unique within a session: one of the two needs another".to_owned())
            }
            IdentityError::Unpinned { name, .. } => {
                Some(format!("ask {name} for the output of `quorate card` and pin it with `quorate trust FILE`"))
            }
            _ => None,
        };
        Self { exit: Exit::BadInput, message: error.to_string(), hint }
    }
}
