//! Who can use a key: so many of its holders, or whom a structure allows.

use super::party_names;
use crate::ceremony::NewAccess;
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::{NamedStructure, StructureFault};

#[derive(Debug, clap::Args)]
pub(super) struct Who {
    /// How many holders are needed to sign; one fewer learn nothing
    #[arg(long, value_name = "T", required_unless_present = "structure", conflicts_with = "structure")]
    threshold: Option<u16>,
    /// Who holds the key; a structure names them itself
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', required_unless_present = "structure")]
    holders: Vec<String>,
    /// Who can sign instead of any T: groups and holders joined by `and`, `or` and `N of (…, …)`
    #[arg(long, value_name = "EXPRESSION")]
    structure: Option<String>,
    /// The members of a group of the structure; who has *2 behind the name counts twice
    #[arg(long, value_name = "GROUP=A,B*2")]
    members: Vec<String>,
}

impl Who {
    /// Who can use the key, and who holds it.
    ///
    /// # Errors
    /// Names that are none, a text that is no structure.
    pub(super) fn read(&self) -> Result<(NewAccess, Vec<PartyName>), Failure> {
        let mut holders = party_names("--holders", &self.holders)?;
        if self.structure.is_none() && !self.members.is_empty() {
            let message = "--members without --structure: expected a structure in which the group occurs";
            return Err(Failure::new(Exit::BadInput, message));
        }
        let Some(expression) = &self.structure else {
            return Ok((NewAccess::Threshold(self.threshold.unwrap_or_default()), holders));
        };
        let bad = |fault: StructureFault| Failure::new(Exit::BadInput, format!("--structure: {fault}"));
        let named = NamedStructure::new(expression, &self.members).map_err(bad)?;
        if holders.is_empty() {
            holders = named.holders().map_err(bad)?;
        }
        Ok((NewAccess::Structure(named), holders))
    }
}
