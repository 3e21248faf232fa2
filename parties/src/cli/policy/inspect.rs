//! `policy check`, `diff`, `test` and `lint`: about files, in no home.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::cli::key::read;
use crate::exit::{Exit, Failure};
use crate::output::{grid, print, say};
use crate::policy::{Policy, Remark, Replayed, difference, lint, replay};

/// The longest file of requests.
const LONGEST_REPLAY: u64 = 64 << 20;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate policy check policy.toml")]
pub(super) struct Check {
    /// The policy
    file: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let policy = Policy::read(&self.file)?;
        if self.json {
            return print(&format!("{}\n", policy_json(&policy)));
        }
        print(&page(&policy))
    }
}

/// What is in a policy, as JSON.
pub(super) fn policy_json(policy: &Policy) -> Value {
    json!({
        "key": policy.key.as_str(),
        "version": policy.version,
        "digest": policy.digest().to_string(),
        "effective": policy.effective.map(|moment| moment.to_string()),
        "people": policy.people.keys().map(|name| name.as_str()).collect::<Vec<_>>(),
        "rules": policy.rules.iter().map(|rule| rule.name.as_str()).collect::<Vec<_>>(),
        "change": policy.change.quorum.to_string(),
        "rotation": policy.rotation.as_ref().map(|rotation| json!({
            "limits": rotation.to_string(),
            "rules": rotation.rules.iter().map(|rule| json!({"name": rule.name.as_str(), "words": rule.words()}))
                .collect::<Vec<_>>(),
        })),
    })
}

/// The same for people.
pub(super) fn page(policy: &Policy) -> String {
    let mut text =
        format!("key        {}\nversion    {}\ndigest     {}\n", policy.key, policy.version, policy.digest());
    if let Some(effective) = policy.effective {
        text += &format!("effective  {effective}\n");
    }
    for (name, person) in &policy.people {
        let roles: Vec<_> = person.roles.iter().map(ToString::to_string).collect();
        let roles = if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") };
        text += &format!("person     {name}: {roles}\n");
    }
    for rule in &policy.rules {
        let then = match rule.then {
            crate::policy::Then::Allow => "allows",
            crate::policy::Then::Require => "requires",
            crate::policy::Then::Refuse => "refuses",
        };
        let quorum = rule.quorum.as_ref().map(|quorum| format!(", {quorum}")).unwrap_or_default();
        text += &format!("rule       {} ({then}{quorum})\n", rule.name);
    }
    if let Some(rotation) = &policy.rotation {
        text += &format!("rotation   {rotation}\n");
        for rule in &rotation.rules {
            text += &format!("rotates    {} ({})\n", rule.words(), rule.name);
        }
    }
    text + &format!("change     {}\n", policy.change.quorum)
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate policy diff policy-1.toml policy-2.toml")]
pub(super) struct Diff {
    /// The version before
    old: PathBuf,
    /// The version after
    new: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let (old, new) = (Policy::read(&self.old)?, Policy::read(&self.new)?);
        let lines = difference(&old, &new)?;
        if self.json {
            let (old, new) = (old.digest().to_string(), new.digest().to_string());
            return print(&format!("{}\n", json!({"old": old, "new": new, "differences": lines})));
        }
        if lines.is_empty() {
            return print("no difference: the two decide alike\n");
        }
        print(&(lines.join("\n") + "\n"))
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate policy test policy.toml --replay requests.jsonl

Each line of the file is a request as one JSON object:
  {\"at\": \"2026-11-27T09:00:00Z\", \"kind\": \"transfer\", \"initiator\": \"ann\", \"destination\": \"0x…\",
   \"asset\": \"ETH\", \"amount\": \"2.5\", \"approvals\": [\"ben\"]}")]
pub(super) struct Test {
    /// The policy
    file: PathBuf,
    /// The requests, one JSON object a line, in the order of their times
    #[arg(long, value_name = "FILE")]
    replay: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Test {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let policy = Policy::read(&self.file)?;
        let bytes = read(&self.replay, LONGEST_REPLAY)?;
        let bad = |why: &str| Failure::new(Exit::BadInput, format!("{}: {why}", self.replay.display()));
        let text = String::from_utf8(bytes).map_err(|_| bad("it is not UTF-8"))?;
        let replayed = replay(&policy, &text).map_err(|failure| bad(&failure.message))?;
        let count = |name: &str| replayed.iter().filter(|one| one.decision.verdict.name() == name).count();
        if self.json {
            let requests: Vec<Value> = replayed.iter().map(Replayed::json).collect();
            let value = json!({"allowed": count("allowed"), "wanting": count("wanting"), "refused": count("refused"),
                "requests": requests});
            return print(&format!("{value}\n"));
        }
        let row = |one: &Replayed| {
            let why = one.decision.reason().unwrap_or_else(|| one.decision.rule.clone());
            [
                one.line.to_string(),
                one.at.to_string(),
                one.action.summary(),
                one.decision.verdict.name().to_owned(),
                why,
            ]
        };
        let table = grid(&["line", "at", "asks", "verdict", "why"], replayed.iter().map(row));
        let sum = format!("{} allowed, {} wanting, {} refused\n", count("allowed"), count("wanting"), count("refused"));
        print(&(table + &sum))
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate policy lint policy.toml")]
pub(super) struct Lint {
    /// The policy
    file: PathBuf,
    /// Exit with 2 if there is any remark
    #[arg(long)]
    deny: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Lint {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let remarks = lint(&Policy::read(&self.file)?);
        if self.deny && !remarks.is_empty() {
            remarks.iter().for_each(|Remark { place, words }| say(format_args!("{place}: {words}")));
            let message = format!("{}: {} remarks", self.file.display(), remarks.len());
            return Err(Failure::new(Exit::BadInput, message));
        }
        if self.json {
            let remark = |Remark { place, words }: &Remark| json!({"place": place, "words": words});
            return print(&format!("{}\n", json!({"remarks": remarks.iter().map(remark).collect::<Vec<_>>()})));
        }
        if remarks.is_empty() {
            return print("no remarks\n");
        }
        print(&remarks.iter().map(|Remark { place, words }| format!("{place}: {words}\n")).collect::<String>())
    }
}
