//! A lost share, made again for its holder by others who are enough to sign, and who learn nothing of it.

use quorate_engine::net::{Network, PartyIndex, Phase};
use quorate_engine::run::{Holdings, Kept, Outcome};
use zeroize::Zeroizing;

use super::fresh::Fresh;
use super::introduce::{Introduction, introduce};
use super::known::known_record;
use super::{Desk, records};
use crate::audit::KeyAction;
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::{KeyFolder, KeyName, KeysLock, PublicPart, SealingKey, SharedPart, Unlocked};
use crate::output::Report;
use crate::run::{Keeper, Preparation, Watch, runtime, session};
use crate::session::{Agreement, Roster, Wait, meet};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct RecoverRequest {
    /// The key.
    pub name: KeyName,
    /// Whose share was lost.
    pub holder: PartyName,
    /// Who help; the first holders that are enough, if nobody is named.
    pub helpers: Vec<PartyName>,
    /// Whether it is a drill: everything but the end, and nothing is kept.
    pub drill: bool,
}

/// A share that is there again.
#[derive(Debug)]
pub struct Recovered {
    /// What everybody may know of the key.
    pub public: PublicPart,
    /// The run.
    pub report: Report,
}

/// Recovers a share with the other parties, who run the same command.
///
/// # Errors
/// Helpers that do not fit the key, a wrong passphrase; partners that do not come, do not agree or misbehave; the file
/// system's.
pub fn recover(desk: &Desk, request: &RecoverRequest, watch: &Watch) -> Result<Recovered, Failure> {
    let lock = desk.lock()?;
    let folder = desk.keys.key(&request.name);
    let target = desk.owner.name == request.holder;
    let public = match folder.public() {
        Err(_) if target => None,
        Err(error) => return Err(error.into()),
        Ok(public) => Some(public),
    };
    let helpers = helpers(desk, request, public.as_ref())?;
    if let Some(public) = &public {
        folder.refuse_isolated(public, &[helpers.clone(), vec![request.holder.clone()]].concat())?;
    }
    let own = if target {
        Own::Nothing(desk.new_sealing(&request.name, &folder)?)
    } else {
        let (unlocked, record) = desk.open_share(&folder, &request.name)?;
        Own::Share(Box::new(unlocked), record)
    };
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let names: Vec<PartyName> = helpers.iter().chain([&request.holder]).cloned().collect();
        let roster = Roster::new(desk.cards(&names)?, desk.owner.key)?;
        let meeting = meet(&desk.identity, &roster, Wait::new(desk.wait), &|event| watch.meeting(&event)).await?;
        let mut network = Network::new(roster.me(), meeting.links);
        network.enter(Phase::Session);
        let begun = begin(desk, request, (&roster, &mut network), own, (folder, lock)).await;
        let (preparation, mut keeper) = match begun {
            Ok(begun) => begun,
            Err(failure) => {
                drop(network);
                meeting.session.finish(Some("the parties do not agree on the key")).await;
                desk.record_alarm(&request.name, &failure);
                return Err(failure);
            }
        };
        let report = session(&preparation, network, meeting.session, watch, Some(&mut keeper)).await?;
        Ok((report, keeper))
    });
    runtime.shutdown_background();
    let (report, keeper) = result?;
    let shared = keeper.known.shared.clone();
    let index = keeper.index;
    let damaged = |fault: crate::keys::PublicPartFault| Failure::new(Exit::Bug, fault.to_string());
    let public = match &keeper.unlocked {
        Some(unlocked) => unlocked.public.clone(),
        None => shared.into_public(request.name.clone(), index, keeper.known.created).map_err(damaged)?,
    };
    desk.record(&public, if request.drill { KeyAction::Drilled } else { KeyAction::Recovered })?;
    Ok(Recovered { public, report })
}

/// The helpers, in the order of their shares.
fn helpers(desk: &Desk, request: &RecoverRequest, public: Option<&PublicPart>) -> Result<Vec<PartyName>, Failure> {
    let bad = |message: String| Failure::new(Exit::BadInput, message);
    let (name, me, lost) = (&request.name, &desk.owner.name, &request.holder);
    if request.helpers.contains(lost) {
        return Err(bad(format!("--helpers names {lost}, whose share was lost")));
    }
    let Some(public) = public else {
        if request.helpers.is_empty() {
            let message = format!("this home knows nothing of {name}, so that it does not know who helps");
            return Err(bad(message).hint("name the holders who help with --helpers A,B, the same at every party"));
        }
        let mut helpers = request.helpers.clone();
        // Shares are held in the order of names.
        helpers.sort();
        return Ok(helpers);
    };
    if public.structure.is_some() {
        return Err(structured(name));
    }
    let holders = public.shared().holders;
    if !holders.iter().any(|holder| holder.name == *lost) {
        return Err(bad(format!("{lost} holds no share of {name}, so that none can be recovered")));
    }
    let others = holders.iter().map(|holder| &holder.name).filter(|name| *name != lost);
    let needed = usize::from(public.signers_needed);
    let helpers: Vec<PartyName> = if request.helpers.is_empty() {
        others.take(needed).cloned().collect()
    } else {
        others.filter(|name| request.helpers.contains(name)).cloned().collect()
    };
    if helpers.len() != needed || !request.helpers.is_empty() && request.helpers.len() != needed {
        return Err(bad(format!("{name} needs exactly {needed} holders other than {lost} who help")));
    }
    if me != lost && !helpers.contains(me) {
        return Err(bad(format!("{me} is neither {lost} nor among those who help")));
    }
    Ok(helpers)
}

/// What a party has of the key.
enum Own {
    Share(Box<Unlocked>, Zeroizing<Vec<u8>>),
    /// It is to get it, and seals it with this.
    Nothing(SealingKey),
}

async fn begin<'a>(
    desk: &'a Desk,
    request: &'a RecoverRequest,
    (roster, network): (&Roster, &mut Network),
    own: Own,
    (folder, lock): (KeyFolder, KeysLock),
) -> Result<(Preparation, Recoverer<'a>), Failure> {
    let mine = match &own {
        Own::Share(unlocked, _) => {
            Some(Introduction::of(&unlocked.public, folder.certificate(unlocked.public.generation)?))
        }
        Own::Nothing(_) => None,
    };
    let must_know: Vec<bool> = roster.cards().iter().map(|card| *card.name() != request.holder).collect();
    let known = introduce(network, roster, &request.name, mine, (&must_know, &[])).await?;
    let shared = &known.shared;
    let index = check(roster, request, shared)?;
    let helpers = roster.cards().len() - 1;
    let mut roles: Vec<(String, PartyName)> = Vec::new();
    for (number, card) in (1..).zip(&roster.cards()[..helpers]) {
        let number: usize = number;
        roles.push((format!("helper_{number}"), card.name().clone()));
    }
    roles.push(("holder".to_owned(), request.holder.clone()));
    let parameters = vec![format!("helpers={helpers}"), format!("index={index}")];
    let program = format!("{}-recover", shared.scheme);
    let mut preparation = Preparation::new(&desk.request_for(program, &roles, parameters, helpers - 1))?;
    let title = format!("{} {} epoch {}", shared.scheme, shared.key_id, shared.epoch);
    let what = if request.drill { "drill" } else { "for use" };
    preparation.terms.records = records([("ceremony", what.to_owned()), ("key", title)]);
    let seat = |name: &PartyName| {
        let holder = shared.holders.iter().find(|holder| holder.name == *name && *name != request.holder);
        holder.map_or(0, |holder| holder.index)
    };
    let seats = roster.cards().iter().map(|card| seat(card.name())).collect();
    let (record, unlocked, sealing) = match own {
        Own::Share(unlocked, record) => (record, Some(unlocked), None),
        Own::Nothing(sealing) => {
            let damaged = || Failure::new(Exit::Session, "what the helpers say of the key is no key");
            (known_record(shared).ok_or_else(damaged)?, None, Some(sealing))
        }
    };
    let fresh = Fresh {
        name: request.name.clone(),
        scheme: shared.scheme,
        threshold: shared.signers_needed,
        structure: None,
        holders: Vec::new(),
        folder,
        lock,
        sealing,
        created: Some(known.created),
        staged: None,
    };
    let drill = request.drill;
    Ok((preparation, Recoverer { desk, fresh, record, seats, known, unlocked, index, drill }))
}

/// Under a structure a share is not always a sum of others.
fn structured(name: &KeyName) -> Failure {
    let message = format!("{name} is a key with a structure, of which helpers cannot make a lost share");
    let hint = format!(
        "all holders share it anew, which gives a new share to whoever has lost one: `quorate key reshare {name} --structure … \
         --dealers …`; or restore a backup with its guardians"
    );
    Failure::new(Exit::BadInput, message).hint(hint)
}

/// The index of the lost share; everybody holds its share under the identity that this home knows.
fn check(roster: &Roster, request: &RecoverRequest, shared: &SharedPart) -> Result<u16, Failure> {
    let mut index = None;
    for card in roster.cards() {
        let holder = shared.holders.iter().find(|holder| holder.name == *card.name());
        let Some(holder) = holder.filter(|holder| holder.identity == card.public_key()) else {
            let (who, name) = (card.name(), &request.name);
            let message = format!("{who} holds no share of {name} under the identity that this home knows");
            return Err(Failure::new(Exit::Session, message));
        };
        if *card.name() == request.holder {
            index = Some(holder.index);
        }
    }
    if shared.structure.is_some() {
        return Err(structured(&request.name));
    }
    let needed = usize::from(shared.signers_needed);
    if roster.cards().len() != needed + 1 {
        let (found, name) = (roster.cards().len() - 1, &request.name);
        return Err(Failure::new(Exit::Session, format!("{found} help, and {name} needs exactly {needed}")));
    }
    index.ok_or_else(|| Failure::new(Exit::Bug, "the holder is not among the parties"))
}

/// Brings the share or gets it. Nobody's old share ends, so that nothing has to be settled: whatever is missing after a
/// session that broke off can be recovered again.
struct Recoverer<'a> {
    desk: &'a Desk,
    fresh: Fresh,
    record: Zeroizing<Vec<u8>>,
    seats: Vec<u16>,
    known: Introduction,
    unlocked: Option<Box<Unlocked>>,
    index: u16,
    drill: bool,
}

impl Recoverer<'_> {
    /// A share of the epoch that all others have: its certificate is theirs.
    fn store(&mut self, kept: &[Kept]) -> Result<(), Failure> {
        let Recoverer { desk, fresh, known, index, .. } = self;
        fresh.stage_as(&desk.owner, kept, known.shared.clone(), *index)?;
        fresh.replace_lost(known.certificate.as_ref(), &known.shared)
    }
}

impl Keeper for Recoverer<'_> {
    fn holdings(&mut self, _: &Agreement) -> Result<Holdings, Failure> {
        Ok(Holdings { records: [("key".to_owned(), self.record.clone())].into(), seats: self.seats.clone() })
    }

    fn keep(&mut self, _: &Agreement, kept: Vec<Kept>, _: &Outcome) -> Result<(), Failure> {
        if self.drill {
            return Ok(());
        }
        let Some(unlocked) = &self.unlocked else { return self.store(&kept) };
        // A helper has set up anew what it needs with the holder, in place of what was lost there.
        let record = kept.iter().find(|kept| kept.record == "key").and_then(|kept| kept.items.first());
        match record {
            Some(record) => Ok(self.fresh.folder.keep_pairs(&self.fresh.lock, unlocked, &self.desk.owner, record)?),
            None => Ok(()),
        }
    }

    fn ban(&mut self, _: PartyIndex) -> Result<(), Failure> {
        // Nothing was used that outlives the session.
        Ok(())
    }
}
