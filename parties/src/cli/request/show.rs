//! `request list` and `request show`.

use std::path::PathBuf;

use serde_json::json;

use super::view::{Judged, page, whole_json};
use super::{Place, find};
use crate::exit::Failure;
use crate::output::{grid, print, say};
use crate::policy::{History, Office, Policy, Setting, read_risk};
use crate::request::{Bundle, Moment};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate request list --json")]
pub(super) struct List {
    #[command(flatten)]
    place: Place,
}

impl List {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let office = self.place.office()?;
        let (bundles, history) = (office.requests.list()?, office.history()?);
        let mut rows = Vec::new();
        for bundle in &bundles {
            let status = status(&office, bundle, &history);
            rows.push((bundle, status));
        }
        if self.place.json {
            let row = |(bundle, status): &(&Bundle, String)| {
                let mut value = super::view::request_json(bundle);
                value["status"] = status.as_str().into();
                value
            };
            return print(&format!("{}\n", json!({"requests": rows.iter().map(row).collect::<Vec<_>>()})));
        }
        if rows.is_empty() {
            say(format_args!("there are no requests in {}", office.home.path().display()));
            return Ok(());
        }
        let row = |(bundle, status): (&Bundle, String)| {
            let request = bundle.request();
            let id = bundle.id().to_string()[..16].to_owned();
            [id, request.key.to_string(), request.action.summary(), request.initiator.to_string(), status]
        };
        print(&grid(&["id", "key", "asks", "asked by", "status"], rows.into_iter().map(row)))
    }
}

/// One word for where a request stands.
fn status(office: &Office, bundle: &Bundle, history: &History) -> String {
    if history.is_signed(&bundle.id()) {
        return "signed".to_owned();
    }
    match judge(office, bundle, None, None, history) {
        Ok(Some(judged)) => judged.decision.verdict.name().to_owned(),
        Ok(None) => "no policy".to_owned(),
        Err(_) => "policy unusable".to_owned(),
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate request show 5f0c77a1
A file can be shown too: quorate request show rent.toml --policy policy.toml")]
pub(super) struct Show {
    /// The first digits of its id, eight at least, or a file
    request: String,
    /// Hold it against this policy, where this home has adopted none
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A risk, as `request sign` takes it [default: the highest]
    #[arg(long, value_name = "FILE[:OUTPUT]")]
    risk: Option<String>,
    #[command(flatten)]
    place: Place,
}

impl Show {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let office = self.place.office()?;
        let bundle = find(&office, &self.request)?;
        let risk = self.risk.as_deref().map(read_risk).transpose()?;
        let judged = judge(&office, &bundle, self.policy.as_ref(), risk, &office.history()?)?;
        if self.place.json {
            return print(&format!("{}\n", whole_json(&bundle, judged.as_ref())));
        }
        print(&page(&bundle, judged.as_ref()))
    }
}

/// What the policy in force says, or a policy that was named where none is adopted.
pub(super) fn judge(
    office: &Office,
    bundle: &Bundle,
    file: Option<&PathBuf>,
    risk: Option<u8>,
    history: &History,
) -> Result<Option<Judged>, Failure> {
    let now = Moment::now();
    let adopted = office.policy(bundle.request(), history, now)?;
    let policy = match (&adopted, file) {
        (Some(adopted), _) => adopted.policy.clone(),
        (None, Some(file)) => Policy::read(file)?,
        (None, None) => return Ok(None),
    };
    let standing = office.standing(bundle, &policy, now);
    let decision = office.decide(bundle, &policy, &Setting { risk, ..Setting::default() }, (history, now));
    Ok(Some(Judged { policy, adopted, standing, decision }))
}
