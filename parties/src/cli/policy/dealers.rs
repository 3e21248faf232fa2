//! `policy dealers`.

use serde_json::json;

use super::Place;
use crate::exit::Failure;
use crate::identity::PartyName;
use crate::output::{grid, print, say};
use crate::policy::Dealers as Permitted;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate policy dealers --permit carol
  quorate policy dealers --json
A dealer knows all masks: together with any one party it reads what the others enter. Permit nobody who might.")]
pub(super) struct Dealers {
    /// Permit this pinned partner to deal (repeatable)
    #[arg(long = "permit", value_name = "NAME")]
    permit: Vec<PartyName>,
    /// Permit this partner no longer (repeatable)
    #[arg(long = "forbid", value_name = "NAME")]
    forbid: Vec<PartyName>,
    #[command(flatten)]
    place: Place,
}

impl Dealers {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let home = self.place.home()?;
        // Only a home that has an identity has partners.
        home.identity()?;
        let mut dealers = Permitted::of(&home)?;
        for name in &self.permit {
            dealers.permit(&home.peer(name)?)?;
        }
        for name in &self.forbid {
            if !dealers.forbid(name)? {
                say(format_args!("{name} was not permitted to deal"));
            }
        }
        let permitted = dealers.permitted();
        if self.place.json {
            let permitted: Vec<_> =
                permitted.map(|(name, key)| json!({"name": name.as_str(), "public_key": key.to_string()})).collect();
            return print(&format!("{}\n", json!({ "dealers": permitted })));
        }
        let rows: Vec<[String; 2]> = permitted.map(|(name, key)| [name.to_string(), key.short()]).collect();
        print(&if rows.is_empty() {
            "nobody is permitted to deal\n".to_owned()
        } else {
            grid(&["dealer", "key"], rows)
        })
    }
}
