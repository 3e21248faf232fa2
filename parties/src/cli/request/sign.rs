//! `request sign`.

use super::find;
use crate::ceremony::{ApprovedRequest, Signed, sign_approved};
use crate::cli::key::sign::{page, signed_json};
use crate::cli::key::{Meeting, Signers, Witnessing};
use crate::exit::Failure;
use crate::policy::{Office, read_risk};
use crate::request::{Action, Bundle};
use crate::serve::{Order, Page};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, at each signer: quorate request sign 5f0c77a1 --signers ann,cas")]
pub(super) struct Sign {
    /// The first digits of its id, eight at least, or a file
    request: String,
    #[command(flatten)]
    signers: Signers,
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
    witnessing: Witnessing,
    #[command(flatten)]
    meeting: Meeting,
}

impl Sign {
    pub(super) fn run(self) -> Result<(), Failure> {
        let office = Office::open(self.meeting.home())?;
        let bundle = find(&office, &self.request)?;
        let request = ApprovedRequest {
            bundle: bundle.clone(),
            signers: self.signers.read()?,
            risk: self.risk.as_deref().map(read_risk).transpose()?,
            automatic: self.automatic,
            fresh: self.fresh,
        };
        let page = match self.meeting.hand_over(|| Ok(Order::request_of(&request)))? {
            Some(page) => page,
            None => {
                let desk = self.meeting.witnessed_desk(&self.witnessing)?;
                approved_page(&bundle, &sign_approved(&desk, request, &self.meeting.watch())?)?
            }
        };
        self.meeting.print(page)
    }
}

/// The signature of a request, in both forms.
pub(crate) fn approved_page(bundle: &Bundle, signed: &Signed) -> Result<Page, Failure> {
    let mut json = signed_json(signed)?;
    json["key"] = bundle.request().key.as_str().into();
    json["request"] = bundle.id().to_string().into();
    if !matches!(bundle.request().action, Action::Digest(_)) {
        json["message_hex"] = hex::encode(bundle.request().to_text()).into();
    }
    Ok(Page { json, text: format!("request      {}\n{}", bundle.id(), page(signed)?) })
}
