//! A policy as a file, and its digest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Issuer, Person, PolicyFault, Quorum, Role, Rotation, Rule};
use crate::identity::{Canonical, Hex, PartyName, PublicKey};
use crate::keys::KeyName;
use crate::request::{Amount, Moment, Word};

/// The longest policy, in bytes.
pub const POLICY_LIMIT: usize = 256 * 1024;

const FORMAT: u32 = 1;

/// What may be signed with a key. Holding one means that it was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    format: u32,
    /// The key.
    pub key: KeyName,
    /// 1 for the first; each change counts one more.
    pub version: u64,
    /// From when on it is in force; at once if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<Moment>,
    /// How many refusals block a request.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub vetoes: u32,
    /// Who may ask: people with one of these roles, or all people if none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub initiators: Vec<Role>,
    /// Roles of which nobody has two.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusive: Vec<Vec<Role>>,
    /// The people.
    pub people: BTreeMap<PartyName, Person>,
    /// Lists of destinations, which rules name as `@name`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<String, Vec<Word>>,
    /// Whose certificates are believed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub issuers: BTreeMap<PartyName, Issuer>,
    /// By asset: what may be paid with a key before its first recovery drill has passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undrilled: Option<BTreeMap<String, Amount>>,
    /// How the next version comes about.
    pub change: Change,
    /// When the key's shares are made anew without anybody asking for it; never, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation: Option<Rotation>,
    /// The rules. Their order means nothing.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
}

/// Who changes a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Who must have approved the next version.
    pub quorum: Quorum,
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_one(vetoes: &u32) -> bool {
    *vetoes == 1
}

impl Policy {
    /// Reads a policy and checks that its parts fit together.
    ///
    /// # Errors
    /// What is wrong, with the line or the rule and field.
    pub fn parse(bytes: &[u8]) -> Result<Self, PolicyFault> {
        if bytes.len() > POLICY_LIMIT {
            return Err(PolicyFault::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| PolicyFault::Malformed("it is not UTF-8".to_owned()))?;
        let policy: Self =
            toml::from_str(text).map_err(|error| PolicyFault::Malformed(crate::request::one_line(&error, text)))?;
        if policy.format != FORMAT {
            return Err(PolicyFault::Format { found: policy.format });
        }
        policy.check()?;
        Ok(policy)
    }

    /// The text that [`Self::parse`] reads: the same policy without comments.
    pub fn to_text(&self) -> String {
        toml::to_string_pretty(self).expect("texts, small numbers and lists of them are always TOML")
    }

    /// The digest that is adopted, approved under and compared between signers. It is of what the policy says, not of
    /// how its text is written: comments and the order of fields make no difference, a changed word does.
    pub fn digest(&self) -> Hex<32> {
        let value = serde_json::to_value(self).expect("texts, numbers and lists are always JSON");
        Hex(write(Canonical::new("quorate policy 1"), &value).digest())
    }

    /// A list of destinations; nothing if there is none of that name, which the check has excluded.
    pub(super) fn list(&self, name: &str) -> &[Word] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }

    /// The identity that a name has here.
    pub fn identity_of(&self, name: &PartyName) -> Option<PublicKey> {
        self.people.get(name).map(|person| person.identity)
    }

    /// Whether any rule, or the change of the policy, counts this person.
    pub fn counts(&self, name: &PartyName) -> bool {
        let Some(person) = self.people.get(name) else { return false };
        let quorums = self.rules.iter().filter_map(|rule| rule.quorum.as_ref());
        quorums.chain([&self.change.quorum]).any(|quorum| quorum.counts(name, person))
    }
}

/// A value as unambiguous bytes: a word for its kind, then its content; objects in the order of their names.
fn write(canonical: Canonical, value: &Value) -> Canonical {
    match value {
        Value::Null => canonical.text("nothing"),
        Value::Bool(value) => canonical.text("truth").number(u64::from(*value)),
        Value::Number(number) => canonical.text("number").text(&number.to_string()),
        Value::String(text) => canonical.text("text").text(text),
        Value::Array(items) => canonical.text("list").list(items.iter(), write),
        Value::Object(fields) => {
            let sorted: BTreeMap<&String, &Value> = fields.iter().collect();
            canonical.text("fields").list(sorted.into_iter(), |c, (name, value)| write(c.text(name), value))
        }
    }
}
