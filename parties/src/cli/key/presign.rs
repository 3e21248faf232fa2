//! `key presign`.

use serde_json::json;

use super::{Meeting, Signers, Witnessing, key_name};
use crate::ceremony::{Presigned, presign};
use crate::exit::Failure;
use crate::keys::KeyName;
use crate::serve::{Order, Page};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at both signers: quorate key presign treasury --count 100 --signers ann,cas")]
pub(super) struct Presign {
    /// The key
    name: String,
    /// How many signatures to prepare
    #[arg(long, value_name = "N", default_value_t = 16)]
    count: u32,
    #[command(flatten)]
    signers: Signers,
    #[command(flatten)]
    witnessing: Witnessing,
    #[command(flatten)]
    meeting: Meeting,
}

impl Presign {
    pub(super) fn run(self) -> Result<(), Failure> {
        let signers = self.signers.read()?;
        let name = key_name(&self.name)?;
        let handed = self.meeting.hand_over(|| Ok(Order::presign(&name, self.count, &signers)))?;
        let page = match handed {
            Some(page) => page,
            None => {
                let desk = self.meeting.witnessed_desk(&self.witnessing)?;
                presigned_page(&name, &presign(&desk, &name, self.count, &signers, &self.meeting.watch())?)
            }
        };
        self.meeting.print(page)
    }
}

/// What was prepared, in both forms.
pub(crate) fn presigned_page(name: &KeyName, done: &Presigned) -> Page {
    let signers: Vec<_> = done.signers.iter().map(ToString::to_string).collect();
    let Presigned { count, stock, report, .. } = done;
    let text = format!("{count} signatures of {name} prepared; {} have {stock} now\n", signers.join(", "));
    let json = json!({
        "key": name.as_str(), "prepared": count, "stock": stock, "signers": signers, "run": report.json(),
    });
    Page { json, text }
}
