//! The two messages of the agreement.

use serde::{Deserialize, Serialize};

use super::{Ordered, Roster, Terms, TermsError};
use crate::identity::{Hex, PartyName, PublicKey};

/// The version of everything that travels between parties. It precedes the statement's bytes, so that two versions
/// that cannot read each other's statements still say so.
pub(super) const WIRE_VERSION: u16 = 5;

/// The longest message of the agreement.
pub(super) const LIMIT: usize = 64 * 1024;

/// What a party was told to run, with whom, and a commitment to its fresh share of the session id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Statement {
    pub(super) terms: Terms,
    pub(super) parties: Vec<(PartyName, PublicKey)>,
    pub(super) commitment: Hex<32>,
}

/// Why a peer's message cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    Version(u16),
    Malformed(&'static str),
}

impl Statement {
    pub(super) fn new(terms: &Terms, roster: &Roster, commitment: [u8; 32]) -> Self {
        let parties = roster.cards().iter().map(|card| (card.name().clone(), card.public_key())).collect();
        Self { terms: terms.clone(), parties, commitment: Hex(commitment) }
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, TermsError> {
        let mut bytes = WIRE_VERSION.to_le_bytes().to_vec();
        bytes.extend(encode(self)?);
        Ok(bytes)
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Unreadable> {
        let (version, body) = bytes.split_first_chunk().ok_or(Unreadable::Malformed("the statement is cut"))?;
        match u16::from_le_bytes(*version) {
            WIRE_VERSION => {}
            other => return Err(Unreadable::Version(other)),
        }
        let statement: Self = decode(body).ok_or(Unreadable::Malformed("the statement has another layout"))?;
        match statement.terms.check_texts() {
            Ok(()) => Ok(statement),
            Err(_) => Err(Unreadable::Malformed("the statement has a text that is too long or unprintable")),
        }
    }
}

/// Encodes a message of the agreement.
pub(super) fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, TermsError> {
    let bytes = postcard::to_stdvec(message).expect("plain data without maps of unknown length is always encodable");
    if bytes.len() + 2 > LIMIT {
        return Err(TermsError::TooLong { length: bytes.len(), limit: LIMIT });
    }
    Ok(bytes)
}

/// Decodes a message that fills `bytes` exactly.
pub(super) fn decode<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Some(message),
        _ => None,
    }
}

/// The sizes that one party announces: data of its own, measured.
pub(super) fn decode_sizes(bytes: &[u8]) -> Result<Ordered<u64>, &'static str> {
    let sizes: Ordered<u64> = decode(bytes).ok_or("the sizes have another layout, or a name twice")?;
    if sizes.iter().any(|(name, _)| super::terms::check_text("name of a size", name).is_err()) {
        return Err("a size has a name that is too long or unprintable");
    }
    Ok(sizes)
}
