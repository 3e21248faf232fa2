//! Messages as bytes, from one party to another.

use std::collections::BTreeMap;

use dkls23::protocols::PartyIndex;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// By receiver, the bytes that one party sends.
pub type Outgoing = BTreeMap<PartyIndex, Vec<u8>>;

/// One message for everybody.
pub fn broadcast(message: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(message).unwrap()
}

/// What was written.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> T {
    postcard::from_bytes(bytes).unwrap()
}

/// Messages of one party, each for one other.
pub fn sent<T: Serialize>(messages: Vec<T>, receiver: impl Fn(&T) -> PartyIndex) -> Outgoing {
    messages.iter().map(|message| (receiver(message), broadcast(message))).collect()
}

/// What a party receives of everybody's messages.
pub fn received<'a, T: DeserializeOwned>(all: impl Iterator<Item = &'a Outgoing>, me: PartyIndex) -> Vec<T> {
    all.filter_map(|outgoing| outgoing.get(&me)).map(|bytes| read(bytes)).collect()
}

/// Bytes of one party's messages.
pub fn bytes(outgoing: &Outgoing) -> usize {
    outgoing.values().map(Vec::len).sum()
}
