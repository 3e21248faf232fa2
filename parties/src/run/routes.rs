//! Which partners are reached by files that somebody carries.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::session::Roster;

/// The roster with the folders that `--via-files` names: `DIR` for all partners, `NAME=DIR` for one.
///
/// # Errors
/// A folder that is not there, a name that is no partner's or is given twice.
pub(super) fn by_files(roster: Roster, given: &[String]) -> Result<Roster, Failure> {
    let bad = |message: String| Failure::new(Exit::BadInput, message);
    let (mut all, mut named) = (None, BTreeMap::new());
    for text in given {
        let for_one = text.split_once('=').and_then(|(name, folder)| Some((name.parse::<PartyName>().ok()?, folder)));
        let folder = PathBuf::from(for_one.as_ref().map_or(text.as_str(), |(_, folder)| folder));
        if !folder.is_dir() {
            return Err(bad(format!("--via-files {text}: there is no folder {}", folder.display()))
                .hint("is the medium that carries the files there? the folder is made by hand, once"));
        }
        let before = match for_one {
            Some((name, _)) => {
                if !roster.peers().any(|(_, card)| *card.name() == name) {
                    return Err(bad(format!("--via-files {text}: {name} is no partner in this session")));
                }
                named.insert(name, folder)
            }
            None => all.replace(folder),
        };
        if before.is_some() {
            return Err(bad(format!("--via-files {text}: a folder is given twice for the same partners")));
        }
    }
    Ok(roster.with_folders(|name| named.get(name).or(all.as_ref()).cloned()))
}
