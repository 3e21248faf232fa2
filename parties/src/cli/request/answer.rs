//! `request import`, `approve`, `refuse`, `revoke` and `attest`: what people say, and how it gets around.

use std::path::PathBuf;

use super::show::judge;
use super::view::{page, whole_json};
use super::{Place, find, span, value, write_out};
use crate::approval::{Attestation, Statement, Verdict, relevant};
use crate::audit::{Event, RequestAction};
use crate::exit::{Exit, Failure};
use crate::output::{print, say};
use crate::policy::{Office, Policy, Subject};
use crate::request::{Bundle, Moment, RequestError, Requests, Span};

/// What all of these have.
#[derive(Debug, clap::Args)]
struct Answered {
    /// The first digits of its id, eight at least, or a file
    request: String,
    /// Write the request with the answer to a file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The policy under which this is said, where this home has adopted none
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate request import rent.toml")]
pub(super) struct Import {
    /// The file
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

impl Import {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let office = self.place.office()?;
        let found = Requests::read(&self.file)?;
        let new = matches!(office.requests.find(&found.id().to_string()), Err(RequestError::Unknown { .. }));
        let known = office.policy(found.request(), &office.history()?, Moment::now())?;
        let kept = known.map_or_else(|| found.clone(), |adopted| relevant(&found, &adopted.policy));
        let left = found.statements().len() + found.attestations().len();
        let left = left - kept.statements().len() - kept.attestations().len();
        if left > 0 {
            say(format_args!(
                "note: {left} of the statements in it can never count under the policy and were left out"
            ));
        }
        let bundle = office.requests.keep(&kept)?;
        if new {
            note(&office, &bundle, RequestAction::Imported)?;
        }
        show(&office, &bundle, None, self.place.json)
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate request approve rent.toml --expires-in 24h --out rent.toml")]
pub(super) struct Approve {
    #[command(flatten)]
    answered: Answered,
    /// For how long the approval counts, at most as long as the request
    #[arg(long, value_name = "SPAN", default_value = "24h")]
    expires_in: String,
}

impl Approve {
    pub(super) fn run(&self) -> Result<(), Failure> {
        self.answered.answer(Verdict::Approve, span("--expires-in", &self.expires_in)?)
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate request refuse 5f0c77a1")]
pub(super) struct Refuse {
    #[command(flatten)]
    answered: Answered,
}

impl Refuse {
    pub(super) fn run(&self) -> Result<(), Failure> {
        self.answered.answer(Verdict::Refuse, Span::of_seconds(86_400))
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate request revoke 5f0c77a1 --out revoked.toml")]
pub(super) struct Revoke {
    #[command(flatten)]
    answered: Answered,
}

impl Revoke {
    pub(super) fn run(&self) -> Result<(), Failure> {
        self.answered.answer(Verdict::Revoke, Span::of_seconds(86_400))
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate request attest rent.toml --claim screened --expires-in 7d --out rent.toml")]
pub(super) struct Attest {
    #[command(flatten)]
    answered: Answered,
    /// What is certified: a word that the policy asks for
    #[arg(long, value_name = "WORD")]
    claim: String,
    /// Of what: destination, initiator or request
    #[arg(long, default_value = "destination", value_parser = ["destination", "initiator", "request"])]
    of: String,
    /// For how long
    #[arg(long, value_name = "SPAN", default_value = "7d")]
    expires_in: String,
}

impl Attest {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let Answered { request, out, policy, place } = &self.answered;
        let office = place.office()?;
        let mut bundle = find(&office, request)?;
        let of = match self.of.as_str() {
            "initiator" => Subject::Initiator,
            "request" => Subject::Request,
            _ => Subject::Destination,
        };
        let subject = value("the subject", &of.of(bundle.request()))?;
        let (claim, now) = (value("--claim", &self.claim)?, Moment::now());
        let until = now.after(span("--expires-in", &self.expires_in)?);
        let made = Attestation::sign(&office.identity, claim, subject, now, until);
        bundle.add([], [made]).map_err(|fault| Failure::new(Exit::BadInput, fault.to_string()))?;
        let bundle = office.requests.keep(&bundle)?;
        write_out(out.as_ref(), &bundle)?;
        show(&office, &bundle, policy.as_ref(), place.json)
    }
}

impl Answered {
    /// Says something to the request, after it was seen that this will count.
    fn answer(&self, verdict: Verdict, life: Span) -> Result<(), Failure> {
        let office = self.place.office()?;
        let mut bundle = find(&office, &self.request)?;
        let (history, now) = (office.history()?, Moment::now());
        let policy = match (office.policy(bundle.request(), &history, now)?, &self.policy) {
            (Some(adopted), _) => adopted.policy,
            (None, Some(file)) => Policy::read(file)?,
            (None, None) => {
                let message = format!("the key {} has no policy in this home", bundle.request().key);
                let hint = "name the policy's file with --policy, or adopt it with `quorate policy adopt KEY FILE`";
                return Err(Failure::new(Exit::BadInput, message).hint(hint));
            }
        };
        let request = bundle.request();
        if verdict == Verdict::Approve && request.expires <= now {
            return Err(Failure::new(Exit::Refused, format!("the request has expired at {}", request.expires)));
        }
        if verdict == Verdict::Revoke {
            let own = |statement: &&Statement| {
                statement.verdict == Verdict::Approve && statement.identity == office.identity.public_key()
            };
            if !bundle.statements().iter().any(|statement| own(&statement)) {
                let message =
                    format!("{} has not approved this request, as far as is known here", office.identity.name());
                let hint = "`quorate request refuse` says no to a request";
                return Err(Failure::new(Exit::BadInput, message).hint(hint));
            }
        }
        let until = now.after(life).min(request.expires);
        let said = Statement::sign(&office.identity, bundle.id(), verdict, policy.digest(), now, until);
        bundle.add([said], []).map_err(|fault| Failure::new(Exit::BadInput, fault.to_string()))?;
        self.must_count(&office, &bundle, &policy, verdict)?;
        let bundle = office.requests.keep(&relevant(&bundle, &policy))?;
        let action = match verdict {
            Verdict::Approve => RequestAction::Approved,
            Verdict::Refuse => RequestAction::Refused,
            Verdict::Revoke => RequestAction::Revoked,
        };
        note(&office, &bundle, action)?;
        write_out(self.out.as_ref(), &bundle)?;
        show(&office, &bundle, self.policy.as_ref(), self.place.json)
    }

    /// A word that counts for nothing is not given.
    fn must_count(&self, office: &Office, bundle: &Bundle, policy: &Policy, verdict: Verdict) -> Result<(), Failure> {
        let standing = office.standing(bundle, policy, Moment::now());
        let me = office.identity.name();
        let counted = match verdict {
            Verdict::Approve => standing.approvals.contains(me),
            Verdict::Refuse => standing.refusals.contains(me),
            Verdict::Revoke => true,
        };
        if counted {
            return Ok(());
        }
        let mut why = standing.discounted.iter().filter(|discounted| discounted.by == *me);
        let why = why.next_back().map_or("it was refused before", |discounted| discounted.why.as_str());
        Err(Failure::new(Exit::Refused, format!("to {verdict} this would not count: {why}")))
    }
}

fn note(office: &Office, bundle: &Bundle, action: RequestAction) -> Result<(), Failure> {
    let (kind, by) = (bundle.request().action.kind().to_string(), office.identity.name().clone());
    office.log.append(Event::Request { request: bundle.id(), kind, action, by })?;
    Ok(())
}

fn show(office: &Office, bundle: &Bundle, policy: Option<&PathBuf>, json: bool) -> Result<(), Failure> {
    let judged = judge(office, bundle, policy, None, &office.history()?)?;
    if json {
        return print(&format!("{}\n", whole_json(bundle, judged.as_ref())));
    }
    print(&page(bundle, judged.as_ref()))
}
