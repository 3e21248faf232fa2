//! `key recover`.

use super::show::{page, public_json};
use super::{Meeting, key_name, party_names};
use crate::ceremony::{RecoverRequest, recover};
use crate::exit::{Exit, Failure};
use crate::output::print;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at cas, who has lost the share, and at ann and ben, who help:
  quorate key recover treasury cas --helpers ann,ben
The share is the one that was lost; those who help learn nothing of it.")]
pub(super) struct Recover {
    /// The key
    name: String,
    /// Whose share was lost
    holder: String,
    /// Who help, exactly as many as sign [default: the first holders; a home that knows nothing of the key names them]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    helpers: Vec<String>,
    /// A drill: everything but the end, and nothing is kept; every party says so
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    meeting: Meeting,
}

impl Recover {
    pub(super) fn run(self) -> Result<(), Failure> {
        let name = key_name(&self.name)?;
        let holder = self.holder.parse().map_err(|error| Failure::new(Exit::BadInput, format!("HOLDER: {error}")))?;
        let helpers = party_names("--helpers", &self.helpers)?;
        let request = RecoverRequest { name, holder, helpers, drill: self.dry_run };
        let recovered = recover(&self.meeting.desk()?, &request, &self.meeting.watch())?;
        let seconds = recovered.report.seconds;
        if self.meeting.json {
            let mut value = public_json(&recovered.public, 0)?;
            value["recovered"] = request.holder.as_str().into();
            value["drill"] = request.drill.into();
            value["seconds"] = seconds.into();
            value["run"] = recovered.report.json();
            return print(&format!("{value}\n"));
        }
        let who = &request.holder;
        if request.drill {
            return print(&format!(
                "a drill: the share of {who} could be recovered in {seconds:.1} s; nothing was changed\n"
            ));
        }
        print(&(page(&recovered.public, &[])? + &format!("recovered          the share of {who}\n")))
    }
}
