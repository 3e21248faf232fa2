//! `key generate`.

use super::show::{page, public_json};
use super::who::Who;
use super::{Meeting, key_name};
use crate::ceremony::{NewKeyRequest, generate};
use crate::exit::{Exit, Failure};
use crate::keys::Scheme;
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
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    meeting: Meeting,
}

impl Generate {
    pub(super) fn run(self) -> Result<(), Failure> {
        let scheme: Scheme = self.scheme.parse().map_err(|why: String| Failure::new(Exit::BadInput, why))?;
        let (access, holders) = self.who.read()?;
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
