//! Who a party is: one long-lived Ed25519 key with a name and an address, and the partners it has pinned.
//!
//! A **card** is the public half: name, public key, address, signed by that key. Partners exchange cards by any
//! channel they trust and pin them with `quorate trust`; nobody writes a certificate. A **home** is the directory
//! that holds one identity, its pinned cards and its receipts.
//!
//! What holds here: the secret key is never printed, serialised or copied out; it signs only [`Canonical`]
//! statements and TLS handshakes; a pinned name never changes its key by itself; files are written whole or not
//! at all.

mod address;
mod canonical;
mod card;
mod error;
mod file;
mod hex;
mod home;
mod key;
mod name;

pub use address::Address;
pub use canonical::Canonical;
pub use card::{CARD_LIMIT, Card, CardFault};
pub use error::IdentityError;
pub use file::write_atomically;
pub(crate) use file::write_private;
pub use hex::Hex;
pub use home::{Home, Pinned};
pub use key::{Identity, PublicKey, Signature};
pub use name::PartyName;
