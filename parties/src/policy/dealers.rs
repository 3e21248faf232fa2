//! Whom a home lets deal correlated randomness for its runs: nobody, unless its owner has said so.
//!
//! ```text
//! HOME/dealers.toml   format = 1
//!                     [permitted]
//!                     carol = "the key with which she was pinned when she was permitted"
//! ```
//!
//! A dealer that colludes with any party reads what all others enter, so a run with one is refused before anybody is
//! called, whatever the command line says.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::PolicyError;
use crate::identity::{Card, Home, IdentityError, PartyName, PublicKey, write_atomically};
use crate::request::one_line;

/// The longest file, in bytes: more dealers than anybody has.
const LIMIT: usize = 64 * 1024;

const FORMAT: u32 = 1;

/// The dealers that a home permits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dealers {
    path: PathBuf,
    permitted: BTreeMap<PartyName, PublicKey>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Layout {
    format: u32,
    #[serde(default)]
    permitted: BTreeMap<PartyName, PublicKey>,
}

impl Dealers {
    /// Those of this home; nobody if it has no file of them.
    ///
    /// # Errors
    /// A file that is something else; the file system's.
    pub fn of(home: &Home) -> Result<Self, PolicyError> {
        let path = home.path().join("dealers.toml");
        let mut bytes = Vec::new();
        match File::open(&path).and_then(|file| file.take(LIMIT as u64 + 1).read_to_end(&mut bytes)) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self { path, permitted: BTreeMap::new() }),
            Err(error) => return Err(PolicyError::io("read", &path, &error)),
        }
        match parse(&bytes) {
            Ok(permitted) => Ok(Self { path, permitted }),
            Err(why) => Err(PolicyError::Malformed { path, why }),
        }
    }

    /// Who they are, with the keys that they were permitted with.
    pub fn permitted(&self) -> impl Iterator<Item = (&PartyName, PublicKey)> {
        self.permitted.iter().map(|(name, key)| (name, *key))
    }

    /// Whether the party of this card may deal.
    ///
    /// # Errors
    /// If nobody has permitted it, or it has another key than it had then.
    pub fn check(&self, card: &Card) -> Result<(), PolicyError> {
        let dealer = card.name().clone();
        match self.permitted.get(&dealer) {
            Some(key) if *key == card.public_key() => Ok(()),
            Some(_) => Err(PolicyError::DealerChanged { dealer }),
            None => Err(PolicyError::Dealer { dealer }),
        }
    }

    /// Permits the party of this card to deal from now on.
    ///
    /// # Errors
    /// The file system's.
    pub fn permit(&mut self, card: &Card) -> Result<(), IdentityError> {
        self.permitted.insert(card.name().clone(), card.public_key());
        self.write()
    }

    /// Permits a party no longer, and says whether it was permitted.
    ///
    /// # Errors
    /// The file system's.
    pub fn forbid(&mut self, name: &PartyName) -> Result<bool, IdentityError> {
        let was_permitted = self.permitted.remove(name).is_some();
        self.write().map(|()| was_permitted)
    }

    fn write(&self) -> Result<(), IdentityError> {
        let layout = Layout { format: FORMAT, permitted: self.permitted.clone() };
        let text = toml::to_string_pretty(&layout).expect("names and keys are always TOML");
        write_atomically(&self.path, text.as_bytes())
    }
}

fn parse(bytes: &[u8]) -> Result<BTreeMap<PartyName, PublicKey>, String> {
    if bytes.len() > LIMIT {
        return Err(format!("it has more than {LIMIT} bytes: it is no list of dealers"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let layout: Layout = toml::from_str(text).map_err(|error| one_line(&error, text))?;
    match layout.format {
        FORMAT => Ok(layout.permitted),
        found => Err(format!("field `format` is {found}; this version reads format {FORMAT}")),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::exit::{Exit, Failure};
    use crate::identity::Identity;
    use crate::processes::PrivateFolder;

    fn card(name: &str) -> Card {
        let name = name.parse().expect("a name");
        Identity::generate(name, "127.0.0.1:1".parse().expect("an address")).expect("an identity").card().clone()
    }

    #[test]
    fn nobody_is_permitted_before_and_after() {
        let folder = PrivateFolder::new("dealers").expect("a folder");
        let home = Home::at(folder.path());
        let (carol, dora) = (card("carol"), card("dora"));
        let mut dealers = Dealers::of(&home).expect("there is no file");
        let refused = Failure::from(dealers.check(&carol).expect_err("nobody has permitted her"));
        assert_eq!(refused.exit, Exit::Refused);
        dealers.permit(&carol).expect("written");
        let mut read = Dealers::of(&home).expect("the file");
        assert_eq!(read, dealers);
        assert_eq!((read.check(&carol), read.check(&dora).is_err()), (Ok(()), true));
        let other = Failure::from(read.check(&card("carol")).expect_err("another key"));
        assert_eq!(other.exit, Exit::Refused);
        assert_eq!(read.forbid(carol.name()), Ok(true));
        assert_eq!(read.forbid(carol.name()), Ok(false));
        assert!(Dealers::of(&home).expect("the file").check(&carol).is_err());
    }

    #[test]
    fn another_file_permits_nobody() {
        let folder = PrivateFolder::new("dealers").expect("a folder");
        let home = Home::at(folder.path());
        let long = "#".repeat(LIMIT + 1);
        for text in
            ["format = 2\n", "permitted = 3", "format = 1\n[permitted]\ncarol = \"00\"\n", "\u{0}", long.as_str()]
        {
            fs::write(folder.path().join("dealers.toml"), text).expect("written");
            let shown: String = text.chars().take(30).collect();
            assert!(matches!(Dealers::of(&home), Err(PolicyError::Malformed { .. })), "{shown}");
        }
        fs::write(folder.path().join("dealers.toml"), [0xff]).expect("written");
        assert!(Dealers::of(&home).is_err());
    }
}
