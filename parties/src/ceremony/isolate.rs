//! Shutting a holder out, and ending a key: what a party does by itself.

use serde::Deserialize;

use super::Desk;
use super::guardians::{note, now};
use crate::audit::{AuditLog, Event, KeyAction};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::{ISOLATION_REASON_LIMIT, Isolated, KeyName, PublicPart, Signers};
use crate::run::Watch;
use crate::serve::{Order, hand_over};

/// What was shut out.
#[derive(Debug)]
pub struct Isolation {
    /// The key.
    pub public: PublicPart,
    /// What was prepared with the holder and is burned: the signers, and how many items.
    pub burned: Vec<(Vec<String>, u64)>,
    /// The sessions with the key that go on with the holder in the resident process of this home, if one runs: what each
    /// does, and with whom.
    pub sessions: Vec<(String, Vec<String>)>,
}

/// Shuts a holder out of a key here. What stands in the way of burning what was prepared with it does not stand in the
/// way of that.
///
/// # Errors
/// If it holds no share; a wrong passphrase or keys in use, and then it is shut out all the same; the file system's.
pub fn isolate(desk: &Desk, name: &KeyName, holder: &PartyName, reason: &str) -> Result<Isolation, Failure> {
    let folder = desk.keys.key(name);
    let public = folder.public()?;
    if reason.is_empty() || reason.len() > ISOLATION_REASON_LIMIT || reason.chars().any(char::is_control) {
        let message = format!("--reason: expected one line of 1 to {ISOLATION_REASON_LIMIT} bytes");
        return Err(Failure::new(Exit::BadInput, message));
    }
    let held = public.holders.iter().find(|held| held.name == *holder);
    let held = held.filter(|held| held.identity != desk.owner.key).ok_or_else(|| nobody(&public, desk, holder))?;
    let isolated = Isolated { name: holder.clone(), identity: held.identity, since: now(), reason: reason.to_owned() };
    folder.isolate(isolated)?;
    note(desk, &public, KeyAction::Isolated)?;
    alarm(desk, holder, format!("isolated from {name}: {reason}"))?;
    let in_force = |failure: Failure| Failure {
        message: format!(
            "{holder} is isolated from {name}, but what was prepared with it is not burned: {}",
            failure.message
        ),
        ..failure
    };
    if let Some(told) = hand_over(&desk.home, order(name, holder), desk.wait, &Watch::relay(|_| {})) {
        let page = told.map_err(in_force)?;
        let lists = serde_json::from_value::<Concerned>(page.json);
        let lists = lists.map_err(|error| in_force(Failure::new(Exit::Bug, error.to_string())))?;
        let burned = lists.burned.into_iter().map(|burned| (burned.signers, burned.items)).collect();
        let sessions = lists.sessions.into_iter().map(|session| (session.what, session.parties)).collect();
        return Ok(Isolation { public, burned, sessions });
    }
    let names = |signers: &Signers| -> Vec<String> {
        let among = public.holders.iter().filter(|holder| signers.members().contains(&holder.identity));
        among.map(|holder| holder.name.to_string()).collect()
    };
    let burn = || -> Result<Vec<(Vec<String>, u64)>, Failure> {
        let lock = desk.lock()?;
        let passphrase = desk.passphrase_for(&format!("the key {name}"))?;
        let unlocked = folder.unlock(&passphrase, &desk.owner)?;
        let mut stock = folder.open_stock(&lock, &unlocked, &desk.owner)?;
        let burned = stock.burn_with(&held.identity)?;
        stock.close()?;
        Ok(burned.iter().map(|(signers, items)| (names(signers), *items)).collect())
    };
    // Nothing goes on in this home: its keys were free to be locked.
    let burned = burn().map_err(in_force)?;
    Ok(Isolation { burned, sessions: Vec::new(), public })
}

/// What a resident process says of it.
#[derive(Deserialize)]
struct Concerned {
    burned: Vec<Burned>,
    sessions: Vec<Ongoing>,
}

#[derive(Deserialize)]
struct Burned {
    signers: Vec<String>,
    items: u64,
}

#[derive(Deserialize)]
struct Ongoing {
    what: String,
    parties: Vec<String>,
}

fn order(key: &KeyName, holder: &PartyName) -> Order {
    Order::Isolated { key: key.to_string(), holder: holder.to_string() }
}

/// Lets a holder in again.
///
/// # Errors
/// If it was not shut out; the file system's.
pub fn lift(desk: &Desk, name: &KeyName, holder: &PartyName) -> Result<(), Failure> {
    let folder = desk.keys.key(name);
    folder.current()?;
    if !folder.lift(holder)? {
        return Err(Failure::new(Exit::BadInput, format!("{holder} is not isolated from {name}")));
    }
    Ok(alarm(desk, holder, format!("no longer isolated from {name}"))?)
}

/// Ends a key at this holder, for ever. Says when it was retired: now or before.
///
/// # Errors
/// If there is no such key; the file system's.
pub fn retire(desk: &Desk, name: &KeyName) -> Result<(PublicPart, u64), Failure> {
    let folder = desk.keys.key(name);
    let public = folder.public()?;
    let lock = desk.lock()?;
    let before = folder.retired()?;
    let since = folder.retire(&lock, now())?;
    if before.is_none() {
        note(desk, &public, KeyAction::Retired)?;
    }
    Ok((public, since))
}

fn alarm(desk: &Desk, holder: &PartyName, what: String) -> Result<(), crate::backup::BackupError> {
    AuditLog::of(&desk.home, desk.identity.clone())?.append(Event::Alarm { what, partner: Some(holder.clone()) })?;
    Ok(())
}

fn nobody(public: &PublicPart, desk: &Desk, holder: &PartyName) -> Failure {
    let others = public.holders.iter().map(|held| &held.name).filter(|name| **name != desk.owner.name);
    let others: Vec<_> = others.map(ToString::to_string).collect();
    let message = format!("{holder} is none of the other holders of {}: {}", public.name, others.join(", "));
    Failure::new(Exit::BadInput, message)
}
