//! `audit show`.

use super::Place;
use crate::audit::{Entry, Event, Moment, RequestAction, RotationStep, SessionEnding, Verdict, Whose};
use crate::exit::Failure;
use crate::identity::PartyName;
use crate::output::print;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate audit show --since 100
  quorate audit show --kind session,alarm --json")]
pub(super) struct Show {
    /// Leave out the entries before this one
    #[arg(long, value_name = "N", default_value_t = 1)]
    since: u64,
    /// Only entries of these kinds
    #[arg(long = "kind", value_name = "KIND[,KIND]", value_delimiter = ',', value_parser = Event::KINDS)]
    kinds: Vec<String>,
    #[command(flatten)]
    place: Place,
    /// Print a JSON list
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let log = self.place.log()?;
        let entries = {
            let held = log.hold()?;
            held.entries_after(self.since.saturating_sub(1).min(held.head().number))?
        };
        let mut first = true;
        for entry in entries {
            let entry = entry?;
            if !self.kinds.is_empty() && !self.kinds.iter().any(|kind| kind == entry.event.kind()) {
                continue;
            }
            if self.json {
                let line = entry.to_line();
                let object = String::from_utf8_lossy(&line);
                print(&format!("{}{}", if first { "[" } else { "," }, object.trim_end()))?;
            } else {
                print(&(line(&entry) + "\n"))?;
            }
            first = false;
        }
        match (self.json, first) {
            (true, true) => print("[]\n"),
            (true, false) => print("]\n"),
            (false, _) => Ok(()),
        }
    }
}

/// An entry in one line.
fn line(entry: &Entry) -> String {
    let Entry { number, time, event, .. } = entry;
    let words = words(event);
    // A log may be another version's, or somebody else's: its texts never steer a terminal.
    let words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{number:>6}  {}  {:8}  {words}", Moment(*time), event.kind())
}

fn words(event: &Event) -> String {
    let short = |hash: &[u8; 32]| hex::encode(&hash[..8]);
    match event {
        Event::Session { session, program, protocol, parties, outcome, .. } => {
            let ended = match outcome {
                SessionEnding::Done => "done".to_owned(),
                SessionEnding::Aborted { step, reason } => format!("aborted at {step}: {reason}"),
            };
            format!("{} {program} by {protocol}, {}: {ended}", short(&session.0), names(parties))
        }
        Event::Head { partner, whose: Whose::Own, number, hash, .. } => {
            format!("{partner} countersigned entry {number} (hash {}) of this log", short(&hash.0))
        }
        Event::Head { partner, whose: Whose::Partner, number, hash, .. } => {
            format!("entry {number} (hash {}) of the log of {partner} countersigned", short(&hash.0))
        }
        Event::Accepted { partner, number, hash, .. } => {
            format!("the log of {partner} is believed anew; entry {number} (hash {}) was given up", short(&hash.0))
        }
        Event::Request { request, kind, action, by } => {
            format!("{} {kind} {} by {by}", short(&request.0), done(*action))
        }
        Event::Decision { request, key, version, rule, approvals, verdict, .. } => {
            let verdict = match verdict {
                Verdict::Allowed => "allowed".to_owned(),
                Verdict::Refused { reason } => format!("refused: {reason}"),
            };
            let approvals = if approvals.is_empty() { "nobody".to_owned() } else { names(approvals) };
            format!(
                "{} with {key}, policy version {version}, rule {rule}, approved by {approvals}: {verdict}",
                short(&request.0)
            )
        }
        Event::Spend { request, key, asset, amount, destination } => {
            format!("{} {amount} {asset} to {destination} with {key}", short(&request.0))
        }
        Event::Signed { request, key, session } => {
            format!("{} with {key} in session {}", short(&request.0), short(&session.0))
        }
        Event::Key { key, key_id, epoch, action, by } => {
            let action = serde_json::to_value(action).expect("a word");
            format!("{key} ({}) {} by {by}, epoch {epoch}", short(&key_id.0), action.as_str().unwrap_or_default())
        }
        Event::Policy { key, version, digest, approvals } => {
            format!("of {key}: version {version} ({}), approved by {}", short(&digest.0), names(approvals))
        }
        Event::Rotation { key, epoch, holder, found, rule, step, .. } => {
            let rule = rule.as_ref().map_or_else(|| "no rule".to_owned(), |rule| format!("rule {rule}"));
            let step = match step {
                RotationStep::Proposed => "proposed".to_owned(),
                RotationStep::Refused { reason } => format!("refused: {reason}"),
                RotationStep::Begun => "begun".to_owned(),
                RotationStep::Done => "done".to_owned(),
                RotationStep::Failed { reason } => format!("failed: {reason}"),
            };
            format!("of {key}, epoch {epoch}, because {holder} {found} ({rule}): {step}")
        }
        Event::Declined { by, key, what, reason } => {
            let key = key.as_ref().map_or_else(|| "a key that is not here".to_owned(), ToString::to_string);
            format!("{what} with {key}, as {by} asked: {reason}")
        }
        Event::Alarm { what, partner: Some(partner) } => format!("{partner}: {what}"),
        Event::Alarm { what, partner: None } => what.clone(),
    }
}

const fn done(action: RequestAction) -> &'static str {
    match action {
        RequestAction::Created => "created",
        RequestAction::Imported => "imported",
        RequestAction::Approved => "approved",
        RequestAction::Refused => "refused",
        RequestAction::Revoked => "taken back",
    }
}

fn names(names: &[PartyName]) -> String {
    names.iter().map(PartyName::as_str).collect::<Vec<_>>().join(", ")
}
