//! `key restore`: a share back from its guardians.

use std::path::PathBuf;

use serde_json::json;

use super::backup::{names, read_paper, write};
use super::{Unlocking, key_name};
use crate::backup::{Backup, Copies, Part, Purpose};
use crate::ceremony::{Desk, Restoration, ask_for_parts, restore};
use crate::exit::Failure;
use crate::keys::KeyName;
use crate::output::{print, say};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example, first the request, and when the guardians have released their parts:
  quorate key restore treasury --request --out ann.request
  quorate key restore treasury --part hanna.part --part ines.part
A rehearsal is the same with --drill, and writes no share.")]
pub(super) struct Restore {
    /// The key
    name: String,
    /// Make the request that guardians answer
    #[arg(long, requires = "out", conflicts_with = "part", required_unless_present = "part")]
    request: bool,
    /// Where the request goes
    #[arg(long, value_name = "FILE", requires = "request")]
    out: Option<PathBuf>,
    /// A guardian's part; as many as are needed
    #[arg(long, value_name = "FILE")]
    part: Vec<PathBuf>,
    /// Try whether the share could be restored, and write none
    #[arg(long)]
    drill: bool,
    /// The backup [default: this home's copy of the latest]
    #[arg(long, value_name = "FILE")]
    backup: Option<PathBuf>,
    #[command(flatten)]
    unlocking: Unlocking,
}

impl Restore {
    pub(super) fn run(self) -> Result<(), Failure> {
        let (desk, name) = (self.unlocking.desk()?, key_name(&self.name)?);
        let purpose = if self.drill { Purpose::Drill } else { Purpose::Restore };
        match &self.out {
            Some(out) if self.request => self.ask(&desk, &name, purpose, out),
            _ => self.restore(&desk, &name, purpose),
        }
    }

    fn ask(&self, desk: &Desk, name: &KeyName, purpose: Purpose, out: &std::path::Path) -> Result<(), Failure> {
        let backup = match &self.backup {
            Some(file) => read_paper(file, Backup::parse)?,
            None => Copies::of(desk.home(), name).latest()?,
        };
        backup.verify()?;
        let request = ask_for_parts(desk, name, &backup, purpose)?;
        write(out, &request.to_text())?;
        if self.unlocking.json {
            let value = json!({
                "request": request.id().to_string(), "backup": backup.id().to_string(), "purpose": purpose.name(),
                "guardians": backup.guardians().iter().map(|guardian| guardian.name.as_str()).collect::<Vec<_>>(),
                "guardians_needed": backup.needed(), "delay_seconds": backup.delay().seconds(),
                "file": out.display().to_string(),
            });
            return print(&format!("{value}\n"));
        }
        print(&format!(
            "request            {}\nguardians          {}\nneeded             {}\ndelay              {}\n",
            request.id(),
            names(backup.guardians().iter().map(|guardian| &guardian.name)),
            backup.needed(),
            backup.delay(),
        ))?;
        say("next: each guardian runs `quorate key release REQUEST --out PART`, now and when the delay is over");
        Ok(())
    }

    fn restore(&self, desk: &Desk, name: &KeyName, purpose: Purpose) -> Result<(), Failure> {
        let parts = self.part.iter().map(|file| read_paper(file, Part::parse)).collect::<Result<Vec<_>, _>>()?;
        let copies = Copies::of(desk.home(), name);
        let backup = match (&self.backup, parts.first()) {
            (Some(file), _) => read_paper(file, Backup::parse)?,
            (None, Some(part)) => {
                let copy = copies.list()?.into_iter().find(|backup| backup.id() == part.backup());
                copy.map_or_else(|| copies.latest(), Ok)?
            }
            (None, None) => copies.latest()?,
        };
        let restoration = restore(desk, name, &backup, &parts, purpose)?;
        self.told(&restoration, &backup)
    }

    fn told(&self, restoration: &Restoration, backup: &Backup) -> Result<(), Failure> {
        let Restoration { public, restored, generation, other_identity } = restoration;
        if !restored.liars.is_empty() {
            say(format_args!(
                "warning: {} released something else than the part of the share that the backup says; it was not used",
                names(restored.liars.iter())
            ));
        }
        let lost = generation.is_some() && public.scheme.is_ecdsa();
        if self.unlocking.json {
            let value = json!({
                "key": public.name.as_str(), "key_id": public.key_id.to_string(), "epoch": public.epoch,
                "backup": backup.id().to_string(), "drill": generation.is_none(), "generation": generation,
                "guardians": restored.guardians.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
                "liars": restored.liars.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
                "pairs_lost": lost, "other_identity": other_identity,
            });
            return print(&format!("{value}\n"));
        }
        let by = names(restored.guardians.iter());
        match generation {
            None => {
                print(&format!("drilled: {by} would give the share of {} back; nothing was written\n", public.name))
            }
            Some(_) => {
                print(&format!("restored: the share of {}, epoch {}, by {by}\n", public.name, public.epoch))?;
                after(restoration, lost)
            }
        }
    }
}

/// What a restored share still lacks.
fn after(restoration: &Restoration, lost: bool) -> Result<(), Failure> {
    let name = &restoration.public.name;
    if lost {
        say(format_args!(
            "note: what was set up with the other holders for products is gone: {name} signs again here after all holders \
             have run `quorate key refresh {name}`, or have recovered this share"
        ));
    }
    if restoration.other_identity {
        let me = restoration.public.own().map_or_else(String::new, |own| own.name.to_string());
        say(format_args!(
            "note: the other holders know this share by an identity that is lost: {name} does not sign with it here until \
             they have pinned this home's card, and all run `quorate key refresh {name} --new-identity {me}`"
        ));
    }
    say("next: remove the parts of the guardians; with this home they are the share");
    Ok(())
}
