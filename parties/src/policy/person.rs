//! The people of a policy.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::identity::{PartyName, PublicKey};
use crate::request::Word;

/// Words of quorum expressions, which no role can be called.
const RESERVED: [&str; 6] = ["of", "and", "or", "weight", "person", "distinct"];

/// What a person may do, for example `treasury`: spelled as a party's name is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Role(PartyName);

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found: String = text.chars().take(65).collect();
        if RESERVED.contains(&text) || text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("{found:?} cannot be the name of a role"));
        }
        let name = text.parse().map(Self);
        name.map_err(|_| format!("{found:?} is not a role: expected 1 to 64 of a-z, 0-9, _ and -, not starting with -"))
    }
}

impl TryFrom<String> for Role {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        role.0.into()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One of the people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The key that this person signs with.
    pub identity: PublicKey,
    /// What this person may do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Role>,
    /// How much this person counts where weights are counted.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: u32,
    /// Where this person is, or the share that it keeps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Word>,
    /// Under whose law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<Word>,
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_one(weight: &u32) -> bool {
    *weight == 1
}

/// Somebody outside whose certificates are believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The key that certificates are signed with.
    pub identity: PublicKey,
    /// Which claims are believed.
    pub claims: Vec<Word>,
}
