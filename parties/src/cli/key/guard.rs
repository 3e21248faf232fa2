//! `key guard`, `key release` and `key veto`: what guardians do.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::backup::{backup_json, page, read_paper, write};
use super::{Place, read};
use crate::audit::{AuditLog, Event, RequestAction};
use crate::backup::{
    Backup, BackupError, Guarded, History, Known, PAPER_LIMIT, PaperKind, Person, Request, Standing, Veto, kind,
};
use crate::ceremony::guardians::now;
use crate::exit::{Exit, Failure};
use crate::identity::{Card, Hex, Home, Identity, PartyName};
use crate::keys::{Keys, PublicPart};
use crate::output::{print, say};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  quorate key guard treasury.backup          accept a part; or a request or a veto that somebody sent
  quorate key guard treasury.backup --check  check it without any secret, and keep nothing
  quorate key guard --list                   what this home guards, and what was asked about it")]
pub(super) struct Guard {
    /// A backup, a request to restore, or a veto
    #[arg(value_name = "FILE", required_unless_present = "list")]
    file: Option<PathBuf>,
    /// Check a backup and keep nothing; anybody can
    #[arg(long, conflicts_with = "list")]
    check: bool,
    /// List what this home guards
    #[arg(long, conflicts_with = "file")]
    list: bool,
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate key release ann.request --out hanna.part")]
pub(super) struct Release {
    /// The request, as the holder has made it
    #[arg(value_name = "REQUEST")]
    file: PathBuf,
    /// Where the part goes: encrypted to who asks
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Release to this party, though its identity is not the one whose share it is: its card is trusted here
    #[arg(long = "for", value_name = "NAME")]
    instead: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: quorate key veto ann.request --reason \"I have lost nothing\" --out ann.veto")]
pub(super) struct Forbid {
    /// The request
    #[arg(value_name = "REQUEST")]
    file: PathBuf,
    /// Why, in one line
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Where the veto goes: guardians take it with `quorate key guard FILE`
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    place: Place,
}

impl Guard {
    pub(super) fn run(self) -> Result<(), Failure> {
        let home = Home::locate(self.place.home.as_deref())?;
        let guarded = Guarded::of(&home);
        let Some(file) = &self.file else { return self.listed(&guarded.list()?) };
        let bytes = read(file, PAPER_LIMIT as u64)?;
        match kind(&bytes).map_err(BackupError::paper(file.display()))? {
            PaperKind::Backup => {
                let backup = Backup::parse(&bytes).map_err(BackupError::paper(file.display()))?;
                self.backup(&home, &guarded, &backup)
            }
            PaperKind::RestoreRequest if !self.check => {
                let request = Request::parse(&bytes).map_err(BackupError::paper(file.display()))?;
                let backup = guarded.backup(request.backup())?;
                let told = History::of(&home, backup.key().key_id)?;
                let seen = guarded.see(&request, now(), told.latest)?;
                let (by, delay) = (&request.requester().name, backup.delay());
                note(&home, request.id(), RequestAction::Imported, by)?;
                self.said(
                    json!({ "request": request.id().to_string(), "requester": by.as_str(), "seen": seen }),
                    &format!("seen: {by} asks for a {}; the delay of {delay} runs\n", request.purpose()),
                )
            }
            PaperKind::Veto if !self.check => {
                let veto = Veto::parse(&bytes).map_err(BackupError::paper(file.display()))?;
                guarded.hear(&veto)?;
                let by = &veto.by().name;
                note(&home, veto.request(), RequestAction::Refused, by)?;
                self.said(
                    json!({ "vetoed": veto.request().to_string(), "by": by.as_str(), "reason": veto.reason() }),
                    &format!("heard: {by} vetoes the request {}: {}\n", veto.request(), veto.reason()),
                )
            }
            other => {
                let message = format!("{}: the file is {other}; expected a backup of a share", file.display());
                Err(Failure::new(Exit::BadInput, message))
            }
        }
    }

    fn backup(&self, home: &Home, guarded: &Guarded, backup: &Backup) -> Result<(), Failure> {
        let identity = home.identity()?;
        known_holder(home, &identity, backup)?;
        let held = held_here(home, backup)?;
        if self.check {
            backup.verify()?;
        } else {
            guarded.accept(&identity, backup)?;
        }
        let mut value = backup_json(backup);
        value["checked"] = true.into();
        value["guarded"] = (!self.check).into();
        value["held_here"] = held.as_ref().map(|public| public.name.as_str()).into();
        let mut text = page(backup);
        match &held {
            Some(public) => text += &format!("the key             is {} of this home\n", public.name),
            None => say("note: this home does not hold the key: compare its id with a holder of it"),
        }
        text += if self.check {
            "verified: every guardian's part is there, of the right share\n"
        } else {
            "guarded: this home's part opens and is of the right share, and so is every other guardian's\n"
        };
        self.said(value, &text)
    }

    fn listed(&self, standings: &[Standing]) -> Result<(), Failure> {
        if standings.is_empty() && !self.json {
            say("nothing is guarded in this home");
        }
        let request = |request: &(Request, u64), vetoes: &[Veto]| {
            let (request, seen) = request;
            let veto = vetoes.iter().find(|veto| veto.request() == request.id());
            let by = veto.map(|veto| veto.by().name.to_string());
            (request.clone(), *seen, by)
        };
        let mut values = Vec::new();
        let mut text = String::new();
        for Standing { backup, requests, vetoes } in standings {
            let asked: Vec<_> = requests.iter().map(|one| request(one, vetoes)).collect();
            let mut value = backup_json(backup);
            let lines = asked.iter().map(|(request, seen, veto)| {
                json!({
                    "request": request.id().to_string(), "requester": request.requester().name.as_str(),
                    "purpose": request.purpose().name(), "seen": seen, "veto": veto,
                })
            });
            value["requests"] = lines.collect();
            values.push(value);
            text += &page(backup);
            for (request, seen, veto) in &asked {
                let veto = veto.as_ref().map_or_else(String::new, |by| format!(", vetoed by {by}"));
                let (by, purpose) = (&request.requester().name, request.purpose());
                text += &format!("request            {} by {by}, a {purpose}, seen at {seen}{veto}\n", request.id());
            }
        }
        self.said(json!({ "guarded": values }), &text)
    }

    fn said(&self, value: Value, text: &str) -> Result<(), Failure> {
        if self.json { print(&format!("{value}\n")) } else { print(text) }
    }
}

impl Release {
    pub(super) fn run(self) -> Result<(), Failure> {
        let home = Home::locate(self.place.home.as_deref())?;
        let identity = home.identity()?;
        let request = read_paper(&self.file, Request::parse)?;
        let guarded = Guarded::of(&home);
        let backup = guarded.backup(request.backup())?;
        let instead: Option<Card> = self.instead.as_deref().map(|name| card(&home, name)).transpose()?;
        let told = History::of(&home, backup.key().key_id)?;
        let epoch = held_here(&home, &backup)?.map(|public| public.epoch).max(told.epoch);
        let known = Known { epoch, instead: instead.as_ref(), latest: told.latest };
        let part = guarded.release(&identity, &request, now(), &known)?;
        note(&home, request.id(), RequestAction::Approved, identity.name())?;
        write(&self.out, &part.to_text())?;
        let (holder, requester) = (&backup.holder().name, &request.requester().name);
        if self.json {
            let value = json!({
                "backup": backup.id().to_string(), "request": request.id().to_string(), "purpose": request.purpose().name(),
                "holder": holder.as_str(), "requester": requester.as_str(), "file": self.out.display().to_string(),
            });
            return print(&format!("{value}\n"));
        }
        print(&format!(
            "released: this home's part of the share of {holder}, for a {}, encrypted to {requester}\n",
            request.purpose()
        ))
    }
}

impl Forbid {
    pub(super) fn run(self) -> Result<(), Failure> {
        let home = Home::locate(self.place.home.as_deref())?;
        let identity = home.identity()?;
        let request = read_paper(&self.file, Request::parse)?;
        // Whoever knows the backup learns at once that nobody will listen; others learn it from the guardians.
        let may = Guarded::of(&home).may_veto(request.backup(), &Person::own(&identity));
        if let Err(error @ BackupError::NoVetoer { .. }) = may {
            return Err(error.into());
        }
        let veto = Veto::new(&identity, &request, &self.reason, now())?;
        write(&self.out, &veto.to_text())?;
        print(&format!("vetoed: the request {} of {}\n", request.id(), request.requester().name))?;
        say("next: every guardian runs `quorate key guard FILE` with this veto before the delay is over");
        Ok(())
    }
}

/// Demands that the holder is the party that this home knows by its name.
fn known_holder(home: &Home, identity: &Identity, backup: &Backup) -> Result<(), Failure> {
    let holder = backup.holder();
    let known =
        if holder.name == *identity.name() { identity.public_key() } else { home.peer(&holder.name)?.public_key() };
    if known == holder.identity {
        return Ok(());
    }
    let (found, pinned) = (holder.identity.short(), known.short());
    Err(BackupError::OtherIdentity { name: holder.name.clone(), found, pinned }.into())
}

/// The key in this home of which the backup has a share, if this party holds it too: then it must say the same.
fn held_here(home: &Home, backup: &Backup) -> Result<Option<PublicPart>, Failure> {
    let listed = Keys::of(home).list()?.into_iter().filter_map(|listed| listed.public.ok());
    let Some(public) = listed.into_iter().find(|public| public.key_id == backup.key().key_id) else { return Ok(None) };
    let (theirs, holder) = (backup.key(), backup.holder());
    let same_key = public.public_key == theirs.public_key && public.scheme == theirs.scheme;
    let same_shares =
        public.epoch != theirs.epoch || (public.commitments == theirs.commitments && public.holders.contains(holder));
    if same_key && same_shares {
        return Ok(Some(public));
    }
    let message = format!("the backup's key is not what this home knows as {}", public.name);
    Err(Failure::new(Exit::Unverified, message)
        .hint(format!("do not rely on this file: ask {} for another", holder.name)))
}

/// Writes into this party's log what happened to a request.
fn note(home: &Home, request: Hex<32>, action: RequestAction, by: &PartyName) -> Result<(), Failure> {
    let kind = "restore-share".to_owned();
    AuditLog::open(home)?.append(Event::Request { request, kind, action, by: by.clone() })?;
    Ok(())
}

fn card(home: &Home, name: &str) -> Result<Card, Failure> {
    let name: PartyName = name.parse()?;
    Ok(home.peer(&name)?)
}
