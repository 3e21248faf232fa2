//! What a store is of.

use quorate_engine::net::PartyIndex;
use quorate_engine::plan::{Consumption, Plan};
use serde::{Deserialize, Serialize};

use crate::identity::{Canonical, Hex, PartyName, PublicKey};
use crate::session::Agreement;

/// A party of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Its name.
    pub name: PartyName,
    /// Its identity.
    pub key: PublicKey,
}

/// What a store is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The group, in the order in which they take part.
    pub parties: Vec<Member>,
    /// The protocol, and how it is run.
    pub protocol: String,
    /// Bits of an element of its ring.
    pub ring_bits: u32,
    /// The digest of what one run consumes.
    pub consumption: Hex<32>,
    /// For which program it was filled first. Others that consume the same use it too.
    pub program: String,
    /// Bytes of one run's material at this party.
    pub bytes_each: u64,
}

impl About {
    /// That of a run on which parties have agreed.
    pub fn new(agreement: &Agreement, plan: &Plan, consumption: &Consumption) -> Self {
        let members = agreement.parties.iter().map(|party| Member { name: party.name.clone(), key: party.public_key });
        Self {
            parties: members.collect(),
            protocol: plan.technique(),
            ring_bits: consumption.ring().bits(),
            consumption: Hex(consumption.digest()),
            program: plan.program.program.name().to_owned(),
            bytes_each: consumption.bytes(PartyIndex(agreement.me.0)),
        }
    }

    /// Reads a description, in JSON.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// The description, in JSON.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data is always encodable") + "\n"
    }

    /// The store's name, the same at all parties.
    pub fn id(&self) -> Hex<32> {
        let Self { parties, protocol, ring_bits, consumption, program: _, bytes_each: _ } = self;
        let named = Canonical::new("quorate prepared runs 1").list(parties.iter(), |statement, member| {
            statement.text(member.name.as_str()).bytes(member.key.as_bytes())
        });
        Hex(named.text(protocol).number(u64::from(*ring_bits)).bytes(&consumption.0).digest())
    }

    /// The group, by name.
    pub fn group(&self) -> String {
        self.parties.iter().map(|member| member.name.to_string()).collect::<Vec<_>>().join(", ")
    }

    /// The first thing in which this differs from what is expected: the field, and both values.
    pub(super) fn difference(&self, expected: &Self) -> Option<(&'static str, String, String)> {
        let fields = [
            ("group", self.group(), expected.group()),
            ("group", self.keys(), expected.keys()),
            ("protocol", self.protocol.clone(), expected.protocol.clone()),
            ("ring", format!("{} bits", self.ring_bits), format!("{} bits", expected.ring_bits)),
            ("consumption", self.consumption.to_string(), expected.consumption.to_string()),
        ];
        fields.into_iter().find(|(_, found, expected)| found != expected)
    }

    fn keys(&self) -> String {
        self.parties
            .iter()
            .map(|member| format!("{} (key {})", member.name, member.key.short()))
            .collect::<Vec<_>>()
            .join(", ")
    }
}
