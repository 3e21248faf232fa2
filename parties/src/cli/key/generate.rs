//! `key generate`.

use super::show::{page, public_json};
use super::{Meeting, key_name, party_names};
use crate::ceremony::{NewKeyRequest, generate};
use crate::exit::{Exit, Failure};
use crate::keys::Scheme;
use crate::output::print;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at each of three holders:
  quorate key generate treasury --scheme ecdsa-secp256k1 --threshold 2 --holders ann,ben,cas")]
pub(super) struct Generate {
    /// What the key is called in this home
    name: String,
    /// ecdsa-secp256k1, ecdsa-p256, bip340 or ed25519
    #[arg(long, value_name = "SCHEME")]
    scheme: String,
    /// How many holders are needed to sign; one fewer learn nothing
    #[arg(long, value_name = "T")]
    threshold: u16,
    /// Who holds the key, this party included
    #[arg(long, value_name = "A,B,C", value_delimiter = ',', required = true)]
    holders: Vec<String>,
    #[command(flatten)]
    meeting: Meeting,
}

impl Generate {
    pub(super) fn run(self) -> Result<(), Failure> {
        let scheme: Scheme = self.scheme.parse().map_err(|why: String| Failure::new(Exit::BadInput, why))?;
        let holders = party_names("--holders", &self.holders)?;
        let request = NewKeyRequest { name: key_name(&self.name)?, scheme, threshold: self.threshold, holders };
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
