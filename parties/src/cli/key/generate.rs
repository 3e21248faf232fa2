//! `key generate`.

use super::show::{page, public_json};
use super::{Meeting, key_name, party_names};
use crate::ceremony::{NewAccess, NewKeyRequest, generate};
use crate::exit::{Exit, Failure};
use crate::keys::{NamedStructure, Scheme, StructureFault};
use crate::output::print;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples, at every holder:
  quorate key generate treasury --scheme ecdsa-secp256k1 --threshold 2 --holders ann,ben,cas
  quorate key generate vault --scheme ed25519 --structure 'treasury:2of3 and compliance:1of2' \\
    --members treasury=ann,ben,cas --members compliance=dan,eve
  quorate key generate board --scheme bip340 --structure board:3of4 --members 'board=ceo*2,ann,ben'")]
pub(super) struct Generate {
    /// What the key is called in this home
    name: String,
    /// ecdsa-secp256k1, ecdsa-p256, bip340 or ed25519
    #[arg(long, value_name = "SCHEME")]
    scheme: String,
    /// How many holders are needed to sign; one fewer learn nothing
    #[arg(long, value_name = "T", required_unless_present = "structure", conflicts_with = "structure")]
    threshold: Option<u16>,
    /// Who holds the key, this party included; a structure names them itself
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', required_unless_present = "structure")]
    holders: Vec<String>,
    /// Who can sign instead of any T: groups and holders joined by `and`, `or` and `N of (…, …)`
    #[arg(long, value_name = "EXPRESSION")]
    structure: Option<String>,
    /// The members of a group of the structure; who has *2 behind the name counts twice
    #[arg(long, value_name = "GROUP=A,B*2")]
    members: Vec<String>,
    #[command(flatten)]
    meeting: Meeting,
}

impl Generate {
    pub(super) fn run(self) -> Result<(), Failure> {
        let scheme: Scheme = self.scheme.parse().map_err(|why: String| Failure::new(Exit::BadInput, why))?;
        let mut holders = party_names("--holders", &self.holders)?;
        if self.structure.is_none() && !self.members.is_empty() {
            let message = "--members without --structure: expected a structure in which the group occurs";
            return Err(Failure::new(Exit::BadInput, message));
        }
        let access = match &self.structure {
            None => NewAccess::Threshold(self.threshold.unwrap_or_default()),
            Some(expression) => {
                let bad = |fault: StructureFault| Failure::new(Exit::BadInput, format!("--structure: {fault}"));
                let named = NamedStructure::new(expression, &self.members).map_err(bad)?;
                if holders.is_empty() {
                    holders = named.holders().map_err(bad)?;
                }
                NewAccess::Structure(named)
            }
        };
        let request = NewKeyRequest { name: key_name(&self.name)?, scheme, access, holders };
        let made = generate(&self.meeting.desk()?, &request, &self.meeting.watch())?;
        if self.meeting.json {
            let mut value = public_json(&made.public, 0)?;
            value["run"] = made.report.json();
            return print(&format!("{value}\n"));
        }
        let receipt =
            made.report.receipt.map_or_else(String::new, |path| format!("receipt            {}\n", path.display()));
        print(&(page(&made.public, &[])? + &receipt))
    }
}
