//! `key isolate` and `key retire`.

use serde_json::json;

use super::{Unlocking, key_name};
use crate::backup::Copies;
use crate::ceremony::{isolate, lift, retire};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::output::{print, say};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate key isolate treasury cas --reason \"cas reports a stolen laptop\"
  quorate key isolate treasury cas --lift")]
pub(super) struct Isolate {
    /// The key
    name: String,
    /// The holder
    holder: String,
    /// Why, in one line
    #[arg(long, value_name = "TEXT", required_unless_present = "lift", conflicts_with = "lift")]
    reason: Option<String>,
    /// Let it in again
    #[arg(long)]
    lift: bool,
    #[command(flatten)]
    unlocking: Unlocking,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate key retire treasury --for-good")]
pub(super) struct Retire {
    /// The key
    name: String,
    /// Yes: what is erased does not come back
    #[arg(long)]
    for_good: bool,
    #[command(flatten)]
    unlocking: Unlocking,
}

impl Isolate {
    pub(super) fn run(self) -> Result<(), Failure> {
        let (desk, name, holder) = (self.unlocking.desk()?, key_name(&self.name)?, self.holder.parse()?);
        if self.lift {
            lift(&desk, &name, &holder)?;
            if self.unlocking.json {
                return print(&format!("{}\n", json!({ "key": name.as_str(), "lifted": self.holder })));
            }
            return print(&format!("lifted: {holder} is no longer isolated from {name} in this home\n"));
        }
        let isolation = isolate(&desk, &name, &holder, self.reason.as_deref().unwrap_or_default())?;
        let public = &isolation.public;
        let others = public.holders.iter().map(|held| &held.name).filter(|name| **name != holder).cloned();
        let others: Vec<PartyName> = others.collect();
        let enough = public.allows(&others);
        let others: Vec<String> = others.iter().map(ToString::to_string).collect();
        if self.unlocking.json {
            let burned = isolation.burned.iter().map(|(signers, items)| json!({ "signers": signers, "items": items }));
            let burned: Vec<_> = burned.collect();
            let session = |(what, parties): &(String, Vec<String>)| json!({ "what": what, "parties": parties });
            let sessions: Vec<_> = isolation.sessions.iter().map(session).collect();
            let value = json!({
                "key": name.as_str(), "isolated": holder.as_str(), "burned": burned, "sessions": sessions,
                "others": others, "enough": enough,
            });
            return print(&format!("{value}\n"));
        }
        let mut text = format!("isolated: this home does nothing with {holder} under {name} any more\n");
        for (signers, items) in &isolation.burned {
            text += &format!("burned: {items} prepared signatures of {}\n", signers.join(", "));
        }
        for (what, parties) in &isolation.sessions {
            text += &format!("goes on: {what} with {}, which had begun before\n", parties.join(", "));
        }
        print(&text)?;
        if enough {
            let anew = match &public.structure {
                None => format!("--threshold {} --holders {}", public.signers_needed, others.join(",")),
                // Who counts for whom without it, people decide.
                Some(_) => format!("--structure … --members …` without {holder}, or `--threshold … --holders …"),
            };
            say(format_args!(
                "next: every other holder isolates it too; then make its share useless: `quorate key reshare {name} {anew}`"
            ));
        } else {
            say(format_args!(
                "next: without {holder} there are too few holders to sign or to reshare: move what {name} holds"
            ));
        }
        Ok(())
    }
}

impl Retire {
    pub(super) fn run(self) -> Result<(), Failure> {
        let (desk, name) = (self.unlocking.desk()?, key_name(&self.name)?);
        if !self.for_good {
            let message = format!("this would erase this party's share of {name} for ever");
            return Err(Failure::new(Exit::BadInput, message).hint("say --for-good if that is what you want"));
        }
        let (public, since) = retire(&desk, &name)?;
        let backups = Copies::of(desk.home(), &name).list()?;
        if self.unlocking.json {
            let value = json!({
                "key": name.as_str(), "key_id": public.key_id.to_string(), "retired": since,
                "backups": backups.iter().map(|backup| backup.id().to_string()).collect::<Vec<_>>(),
            });
            return print(&format!("{value}\n"));
        }
        print(&format!("retired: {name} signs nothing any more; its public part, receipts and log are kept\n"))?;
        if !backups.is_empty() {
            say("note: guardians have parts of this share still: ask them to remove what they guard");
        }
        Ok(())
    }
}
