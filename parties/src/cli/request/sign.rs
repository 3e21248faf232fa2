//! `request sign`.

use super::find;
use crate::ceremony::{ApprovedRequest, sign_approved};
use crate::cli::key::sign::{page, signed_json};
use crate::cli::key::{Meeting, party_names};
use crate::exit::Failure;
use crate::output::print;
use crate::policy::{Office, read_risk};
use crate::request::Action;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at each signer: quorate request sign 5f0c77a1 --signers ann,cas")]
pub(super) struct Sign {
    /// The first digits of its id, eight at least, or a file
    request: String,
    /// Who signs [default: the first holders that are enough]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    signers: Vec<String>,
    /// A risk: a JSON file with a number `score`, or what `quorate run --json` printed and the name of an output
    #[arg(long, value_name = "FILE[:OUTPUT]")]
    risk: Option<String>,
    /// Sign without a person: only what the policy calls hot
    #[arg(long)]
    automatic: bool,
    /// Use nothing that was prepared
    #[arg(long)]
    fresh: bool,
    #[command(flatten)]
    meeting: Meeting,
}

impl Sign {
    pub(super) fn run(self) -> Result<(), Failure> {
        let desk = self.meeting.desk()?;
        let office = Office::open(self.meeting.home())?;
        let bundle = find(&office, &self.request)?;
        let request = ApprovedRequest {
            bundle: bundle.clone(),
            signers: party_names("--signers", &self.signers)?,
            risk: self.risk.as_deref().map(read_risk).transpose()?,
            automatic: self.automatic,
            fresh: self.fresh,
        };
        let signed = sign_approved(&desk, request, &self.meeting.watch())?;
        if self.meeting.json {
            let mut value = signed_json(&signed)?;
            value["key"] = bundle.request().key.as_str().into();
            value["request"] = bundle.id().to_string().into();
            if !matches!(bundle.request().action, Action::Digest(_)) {
                value["message_hex"] = hex::encode(bundle.request().to_text()).into();
            }
            return print(&format!("{value}\n"));
        }
        print(&format!("request      {}\n{}", bundle.id(), page(&signed)?))
    }
}
