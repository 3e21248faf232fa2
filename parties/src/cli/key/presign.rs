//! `key presign`.

use serde_json::json;

use super::{Meeting, key_name, party_names};
use crate::ceremony::presign;
use crate::exit::Failure;
use crate::output::print;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at both signers: quorate key presign treasury --count 100 --signers ann,cas")]
pub(super) struct Presign {
    /// The key
    name: String,
    /// How many signatures to prepare
    #[arg(long, value_name = "N", default_value_t = 16)]
    count: u32,
    /// Who will sign [default: the first holders that are enough]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    signers: Vec<String>,
    #[command(flatten)]
    meeting: Meeting,
}

impl Presign {
    pub(super) fn run(self) -> Result<(), Failure> {
        let signers = party_names("--signers", &self.signers)?;
        let name = key_name(&self.name)?;
        let done = presign(&self.meeting.desk()?, &name, self.count, &signers, &self.meeting.watch())?;
        let signers: Vec<_> = done.signers.iter().map(ToString::to_string).collect();
        if self.meeting.json {
            let value = json!({
                "key": name.as_str(), "prepared": self.count, "stock": done.stock, "signers": signers,
                "run": done.report.json(),
            });
            return print(&format!("{value}\n"));
        }
        let Presign { count, .. } = self;
        print(&format!("{count} signatures of {name} prepared; {} have {} now\n", signers.join(", "), done.stock))
    }
}
