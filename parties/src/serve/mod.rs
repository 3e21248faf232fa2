//! `quorate serve`: one resident process of a home, which answers for it while nobody is there.
//!
//! It listens at the one address of the home and takes all calls of pinned partners: as a *witness* it says what it has
//! seen of their one-time material; *invited*, it takes part in sessions that others start, several at once, as far as
//! it may by itself; it keeps the *stock* filled while it signs; it looks after the *health* of the other holders. What
//! the user of this home wants signed is handed to it over a socket that this user alone can open.
//!
//! By itself it takes part in preparing one-time material, and in signing requests that the key's policy allows without
//! a person; without a policy for a key it signs only what its own user asks for too. It shares a key anew by itself only
//! where the policy says when (`rotation`).

mod announce;
#[cfg(unix)]
mod counter;
mod handing;
mod health;
mod invited;
mod order;
mod proposal;
mod refill;
mod resident;
mod rotation;
mod sessions;
mod witnessing;

use std::time::Duration;

use crate::ceremony::{Desk, Presigned, Signatories, Signed};
use crate::exit::Failure;
use crate::identity::PartyName;
use crate::keys::KeyName;
use crate::request::Bundle;

pub use announce::Announcer;
pub(crate) use handing::{hand_over, is_resident};
pub(crate) use order::Order;

/// What a resident process is to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The keys that it uses; all of the home if none is named.
    pub keys: Vec<KeyName>,
    /// The keys of which it takes a share when a rule of their policies gives it one.
    pub standby: Vec<KeyName>,
    /// How much is to be prepared.
    pub stocks: Vec<StockGoal>,
    /// How long partners are waited for.
    pub wait: Duration,
    /// After which time a holder that does not answer raises a proposal to rotate the key; what a policy says of rotation
    /// holds besides.
    pub silent_after: Option<Duration>,
}

/// How much is to be prepared of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockGoal {
    /// The key.
    pub key: KeyName,
    /// So many items.
    pub items: u64,
    /// For these signers; the first holders that are enough if nobody is named.
    pub signers: Vec<PartyName>,
}

impl StockGoal {
    fn signatories(&self) -> Signatories {
        Signatories::named(self.signers.clone())
    }
}

/// How results are told to whoever has handed an order over: as a JSON object and as a page for people.
#[derive(Clone, Copy)]
pub struct Pages {
    /// A signature, with the name of its key.
    pub signed: fn(&KeyName, &Signed) -> Result<Page, Failure>,
    /// The signature of a request.
    pub approved: fn(&Bundle, &Signed) -> Result<Page, Failure>,
    /// What was prepared.
    pub presigned: fn(&KeyName, &Presigned) -> Page,
}

/// A result in both forms.
pub struct Page {
    /// For programs.
    pub json: serde_json::Value,
    /// For people.
    pub text: String,
}

/// Serves until the process is told to end.
///
/// # Errors
/// A key that is not there, a passphrase that does not open it, an address that cannot be listened at; the file
/// system's.
pub fn serve(desk: Desk, options: Options, pages: Pages, announcer: Announcer) -> Result<(), Failure> {
    resident::serve(desk, options, pages, announcer)
}
