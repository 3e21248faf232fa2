//! A party's keys: shares at rest, one-time material, and what the world outside expects of a key.
//!
//! No protocol is here. A share is a string of secret bytes that this module [seals](SealingKey) with a passphrase and
//! keeps in [folders](KeyFolder); presignatures and nonces are kept in a [stock](Stock) that hands each out once. What
//! is public of a key becomes [addresses](address), [encodings](encoding) and [child keys](mod@derive); [verify] checks
//! what was signed.

pub mod address;
mod certificate;
pub(crate) mod cipher;
pub mod derive;
mod disk;
pub mod encoding;
mod error;
mod folder;
mod harden;
mod isolation;
pub(crate) mod layout;
mod lock;
mod name;
mod passphrase;
mod public;
mod quorum;
mod retirement;
mod scheme;
mod seal;
pub mod stock;
mod structure;
#[cfg(test)]
mod tests;
pub mod verify;

pub use certificate::{CERTIFICATE_LIMIT, Certificate, Certified};
#[cfg(test)]
pub(crate) use disk::machine::{Dice, Fault, Machine};
pub use disk::{Disk, Files, Open, System};
pub use error::KeyError;
pub use folder::{KeyFolder, Keys, Listed, Owner, STOCK_FOLDER, Unlocked};
pub use harden::harden_process;
pub use isolation::{ISOLATION_REASON_LIMIT, Isolated};
pub use lock::KeysLock;
pub use name::KeyName;
pub use passphrase::{PASSPHRASE_LIMIT, Passphrase, PassphraseFault, PassphraseSource, Purpose};
pub use public::{HOLDERS_LIMIT, Holder, NewKey, PUBLIC_PART_LIMIT, PublicPart, PublicPartFault, SharedPart};
pub use scheme::Scheme;
pub use seal::{Binding, CONTENT_LIMIT, Content, Cost, SEALED_LIMIT, SealFault, SealingKey};
pub use stock::{Item, ItemId, Material, Position, Reserve, Signers, Stock, StockFault};
pub use structure::{NamedStructure, StructureFault};
