//! `policy adopt`, `approve` and `show`: about the policies of this home.

use std::path::PathBuf;

use serde_json::json;

use super::Place;
use super::inspect::{page, policy_json};
use crate::audit::Event;
use crate::cli::key::key_name;
use crate::cli::request::span;
use crate::exit::{Exit, Failure};
use crate::identity::write_atomically;
use crate::keys::KeyName;
use crate::output::{print, say};
use crate::policy::{Adopted, ChangeApproval, History, Office, Policy, PolicyError, difference};
use crate::request::Moment;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate policy adopt treasury policy.toml
and for a later version: quorate policy adopt treasury policy-2.toml --approval ann.toml --approval ben.toml")]
pub(super) struct Adopt {
    /// The key
    key: String,
    /// The policy
    file: PathBuf,
    /// An approval of this version, as `policy approve` writes it
    #[arg(long = "approval", value_name = "FILE")]
    approvals: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
}

impl Adopt {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let office = self.place.office()?;
        let (key, now) = (key_name(&self.key)?, Moment::now());
        let approvals = self.approvals.iter().map(|file| ChangeApproval::read(file));
        let approvals = approvals.collect::<Result<Vec<_>, PolicyError>>()?;
        let history = office.history()?;
        let known = office.policies.versions(&key, &history)?;
        let adopted = office.policies.adopt(&office.identity, &key, &self.file, &approvals, (&history, now))?;
        // A crash before this line is repaired by the same command.
        if history.policy(&key).is_none_or(|(version, _)| version < adopted.policy.version) {
            let (version, digest, approvals) = (adopted.policy.version, adopted.digest, adopted.approvals.clone());
            office.log.append(Event::Policy { key: key.clone(), version, digest, approvals })?;
        }
        warn_of_strangers(&office, &adopted.policy);
        if self.place.json {
            let mut value = policy_json(&adopted.policy);
            value["approvals"] = adopted.approvals.iter().map(|name| name.as_str()).collect::<Vec<_>>().into();
            return print(&format!("{value}\n"));
        }
        if let Some(old) = known.last().filter(|old| old.digest != adopted.digest) {
            difference(&old.policy, &adopted.policy)?.iter().for_each(say);
        }
        print(&page(&adopted.policy))
    }
}

/// People whose words cannot count here yet.
fn warn_of_strangers(office: &Office, policy: &Policy) {
    for (name, person) in &policy.people {
        match office.home.peer(name) {
            _ if *name == *office.identity.name() && person.identity == office.identity.public_key() => {}
            Ok(card) if card.public_key() == person.identity => {}
            Ok(_) => say(format_args!("note: the pinned card of {name} has another identity than the policy")),
            Err(_) => say(format_args!("note: no card of {name} is pinned here: what {name} says does not count yet")),
        }
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate policy approve treasury policy-2.toml --out ann.toml")]
pub(super) struct Approve {
    /// The key
    key: String,
    /// The next version of its policy
    file: PathBuf,
    /// Where the approval goes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Until when the version can be adopted with it
    #[arg(long, value_name = "SPAN", default_value = "30d")]
    expires_in: String,
    #[command(flatten)]
    place: Place,
}

impl Approve {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let office = self.place.office()?;
        let (key, now) = (key_name(&self.key)?, Moment::now());
        let history = office.history()?;
        let old = latest(&office, &key, &history)?;
        let new = Policy::read(&self.file)?;
        if new.key != key {
            return Err(PolicyError::OtherKey { found: new.key, expected: key }.into());
        }
        let expected = old.policy.version + 1;
        if new.version != expected {
            return Err(PolicyError::Version { key, found: new.version, expected }.into());
        }
        let (me, identity) = (office.identity.name(), office.identity.public_key());
        let counts = old
            .policy
            .people
            .get(me)
            .is_some_and(|person| person.identity == identity && old.policy.change.quorum.counts(me, person));
        if !counts {
            let message = format!("{me} does not count for `{}`, which changes the policy", old.policy.change.quorum);
            return Err(Failure::new(Exit::Refused, message));
        }
        let differences = difference(&old.policy, &new)?;
        let approval = ChangeApproval::sign(
            &office.identity,
            &old.policy,
            &new,
            now.after(span("--expires-in", &self.expires_in)?),
        );
        write_atomically(&self.out, approval.to_text().as_bytes())?;
        if self.place.json {
            let value = json!({"key": key.as_str(), "by": me.as_str(), "from": approval.from.to_string(),
                "to": approval.to.to_string(), "expires": approval.expires.to_string(), "differences": differences});
            return print(&format!("{value}\n"));
        }
        let mut text = format!("approved   version {} of the policy of {key}, digest {}\n", new.version, approval.to);
        for line in &differences {
            text += &format!("changes    {line}\n");
        }
        print(&(text + &format!("expires    {}\nwritten    {}\n", approval.expires, self.out.display())))
    }
}

fn latest(office: &Office, key: &KeyName, history: &History) -> Result<Adopted, Failure> {
    let last = office.policies.versions(key, history)?.pop();
    last.ok_or_else(|| PolicyError::None { key: key.clone() }.into())
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate policy show treasury")]
pub(super) struct Show {
    /// The key
    key: String,
    #[command(flatten)]
    place: Place,
}

impl Show {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let office = self.place.office()?;
        let key = key_name(&self.key)?;
        let history = office.history()?;
        let versions = office.policies.versions(&key, &history)?;
        if versions.is_empty() {
            return Err(PolicyError::None { key }.into());
        }
        let in_force = office.policies.in_force(&key, &history, Moment::now());
        let number = in_force.ok().flatten().map(|adopted| adopted.policy.version);
        if self.place.json {
            let version = |adopted: &Adopted| {
                let mut value = policy_json(&adopted.policy);
                value["adopted"] = adopted.adopted.to_string().into();
                value["approvals"] = adopted.approvals.iter().map(|name| name.as_str()).collect::<Vec<_>>().into();
                value
            };
            let versions: Vec<_> = versions.iter().map(version).collect();
            return print(&format!("{}\n", json!({"in_force": number, "versions": versions})));
        }
        let mut text = String::new();
        for adopted in &versions {
            let by: Vec<_> = adopted.approvals.iter().map(ToString::to_string).collect();
            let by = if by.is_empty() { String::new() } else { format!(", approved by {}", by.join(", ")) };
            let now = if number == Some(adopted.policy.version) { ", in force" } else { "" };
            text += &format!("version    {} adopted at {}{by}{now}\n", adopted.policy.version, adopted.adopted);
        }
        let shown = versions.iter().find(|adopted| Some(adopted.policy.version) == number).or(versions.last());
        print(&(text + &shown.map(|adopted| page(&adopted.policy)).unwrap_or_default()))
    }
}
