//! A party's name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::IdentityError;

/// The longest name.
const LONGEST: usize = 64;

/// A party's name: 1 to 64 of `a-z`, `0-9`, `_` and `-`, not starting with `-`. It is also a file name and a word on
/// a command line, so nothing else is allowed in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartyName(String);

impl PartyName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PartyName {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_' || c == b'-';
        if text.is_empty() || text.len() > LONGEST || text.starts_with('-') || !text.bytes().all(allowed) {
            let found = text.chars().take(LONGEST + 1).collect();
            return Err(IdentityError::Name { found });
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for PartyName {
    type Error = IdentityError;

    fn try_from(text: String) -> Result<Self, IdentityError> {
        text.parse()
    }
}

impl From<PartyName> for String {
    fn from(name: PartyName) -> Self {
        name.0
    }
}

impl fmt::Display for PartyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
