//! New shares of a key: for the same holders, or for others under another threshold. The key stays.

use quorate_engine::net::{Network, PartyIndex};
use quorate_engine::run::{Holdings, Kept, Outcome};
use zeroize::Zeroizing;

use super::certify::witness;
use super::fresh::Fresh;
use super::introduce::{Introduction, introduce};
use super::known::known_record;
use super::presign::{Presigned, presign};
use super::{Desk, records};
use crate::audit::KeyAction;
use crate::exit::{Exit, Failure};
use crate::identity::{Card, PartyName};
use crate::keys::{KeyError, KeyFolder, KeyName, KeysLock, PublicPart, SharedPart, Unlocked};
use crate::output::Report;
use crate::run::{Keeper, Preparation, Settling, Watch, runtime, session};
use crate::session::{Agreement, Roster, Wait, meet};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct ReshareRequest {
    /// The key.
    pub name: KeyName,
    /// How many of the new holders sign together, and who they are; as before, if nothing is said.
    pub committee: Option<(u16, Vec<PartyName>)>,
    /// The holders who deal; the first that are enough, if nobody is named.
    pub dealers: Vec<PartyName>,
    /// How many signatures the first new signers prepare before the old shares are erased.
    pub presign: u32,
    /// Whether it is a drill: everything but the end, and nothing is kept.
    pub drill: bool,
}

/// New shares.
#[derive(Debug)]
pub struct Reshared {
    /// What everybody may know of the key now; nothing after a drill, and at a party that holds it no longer.
    pub public: Option<PublicPart>,
    /// What was prepared, where this party is among those who sign first.
    pub presigned: Option<Presigned>,
    /// The run.
    pub report: Report,
}

/// Makes new shares with the other parties, who run the same command.
///
/// # Errors
/// Parties that do not fit the key, a wrong passphrase; partners that do not come, do not agree or misbehave; the file
/// system's.
pub fn reshare(desk: &Desk, request: &ReshareRequest, watch: &Watch) -> Result<Reshared, Failure> {
    let lock = desk.lock()?;
    let folder = desk.keys.key(&request.name);
    let old = Old::open(desk, &folder, request)?;
    let cast = Cast::new(desk, request, old.as_ref())?;
    if let Some(old) = &old {
        folder.refuse_isolated(&old.unlocked.public, &[cast.dealers.clone(), cast.holders.clone()].concat())?;
    }
    let receives = cast.holders.contains(&desk.owner.name);
    let staged = folder.staged()?;
    if let Some(generation) = staged {
        let message = format!("generation {generation} of {} is stored and not in use", request.name);
        return Err(Failure::new(Exit::BadInput, message).hint(super::certify::resume_hint(&request.name)));
    }
    let sealing = match (&old, receives) {
        (None, true) => Some(desk.new_sealing(&request.name, &folder)?),
        _ => None,
    };
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let roster = cast.roster(desk)?;
        let wait = Wait::new(desk.wait);
        let meeting = meet(&desk.identity, &roster, wait, &|event| watch.meeting(&event)).await?;
        let mut network = Network::new(roster.me(), meeting.links);
        network.enter(quorate_engine::net::Phase::Session);
        let begun = begin(desk, request, &cast, old, sealing, (&roster, &mut network), (folder, lock)).await;
        let (preparation, mut keeper) = match begun {
            Ok(begun) => begun,
            Err(failure) => {
                drop(network);
                meeting.session.finish(Some("the parties do not agree on the key")).await;
                return Err(failure);
            }
        };
        let report = session(&preparation, network, meeting.session, watch, Some(&mut keeper)).await?;
        Ok((report, keeper))
    });
    runtime.shutdown_background();
    let (report, keeper) = result?;
    finish(desk, request, keeper, report, watch)
}

/// What becomes of it once all have settled.
fn finish(
    desk: &Desk,
    request: &ReshareRequest,
    keeper: Resharer<'_>,
    report: Report,
    watch: &Watch,
) -> Result<Reshared, Failure> {
    let Resharer { fresh, old_public, .. } = keeper;
    if request.drill {
        if let Some(public) = old_public {
            desk.record(&public, KeyAction::Drilled)?;
        }
        return Ok(Reshared { public: None, presigned: None, report });
    }
    let action = if request.committee.is_some() { KeyAction::Reshared } else { KeyAction::Refreshed };
    if fresh.staged.is_none() {
        if let Some(public) = old_public {
            desk.record(&public, action)?;
        }
        return Ok(Reshared { public: None, presigned: None, report });
    }
    let public = fresh.public()?;
    desk.record(&public, action)?;
    let first = public.shared().holders.into_iter().take(public.signers_needed.into()).map(|holder| holder.name);
    let first: Vec<PartyName> = first.collect();
    let mut presigned = None;
    if request.presign > 0 && first.contains(&desk.owner.name) {
        // The stock of the new shares is there before the old ones end.
        let Fresh { folder, lock, .. } = fresh;
        drop(lock);
        presigned = Some(presign(desk, &request.name, request.presign, &first, watch)?);
        folder.forget_previous(&desk.lock()?)?;
    } else {
        fresh.folder.forget_previous(&fresh.lock)?;
    }
    Ok(Reshared { public: Some(public), presigned, report })
}

/// A share that is there already.
struct Old {
    unlocked: Unlocked,
    record: Zeroizing<Vec<u8>>,
}

impl Old {
    fn open(desk: &Desk, folder: &KeyFolder, request: &ReshareRequest) -> Result<Option<Self>, Failure> {
        match folder.current() {
            Err(KeyError::NoKey { .. }) if request.committee.is_some() => Ok(None),
            Err(error) => Err(error.into()),
            Ok(_) => {
                let (unlocked, record) = desk.open_share(folder, &request.name)?;
                Ok(Some(Self { unlocked, record }))
            }
        }
    }
}

/// Who does what.
struct Cast {
    dealers: Vec<PartyName>,
    holders: Vec<PartyName>,
    threshold: u16,
}

impl Cast {
    fn new(desk: &Desk, request: &ReshareRequest, old: Option<&Old>) -> Result<Self, Failure> {
        let bad = |message: String| Failure::new(Exit::BadInput, message);
        let public = old.map(|old| &old.unlocked.public);
        let before = public.map(PublicPart::shared);
        let named = || before.iter().flat_map(|shared| &shared.holders).map(|holder| holder.name.clone());
        let (threshold, mut holders) = match (&request.committee, public) {
            (Some((threshold, holders)), _) => (*threshold, holders.clone()),
            (None, Some(public)) if public.structure.is_some() => return Err(structured(&request.name)),
            (None, Some(public)) => (public.signers_needed, named().collect()),
            (None, None) => return Err(bad(format!("there is no key {}", request.name))),
        };
        if request.committee.is_some() {
            holders.sort();
        }
        if let Some(twice) = holders.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(bad(format!("--holders names {} twice", twice[0])));
        }
        if threshold < 2 || usize::from(threshold) > holders.len() {
            let message = format!(
                "--threshold {threshold} of {} holders: expected the number of signers needed, from 2 to all holders",
                holders.len()
            );
            return Err(bad(message));
        }
        let dealers = match (&request.dealers, public) {
            (dealers, Some(public)) if dealers.is_empty() => public.first_quorum(),
            (dealers, None) if dealers.is_empty() => {
                let message = format!("this home has no share of {}, so that it does not know who deals", request.name);
                return Err(bad(message).hint("name the holders who deal with --dealers A,B, the same at every party"));
            }
            (dealers, None) => dealers.clone(),
            (dealers, Some(public)) => {
                if let Some(stranger) = dealers.iter().find(|name| !named().any(|known| known == **name)) {
                    return Err(bad(format!("--dealers names {stranger}, who holds no share of {}", request.name)));
                }
                if dealers.len() != usize::from(public.signers_needed) {
                    let (found, needed) = (dealers.len(), public.signers_needed);
                    return Err(bad(format!("--dealers names {found} holders; exactly {needed} deal")));
                }
                if let Some(lacking) = public.lacking(dealers) {
                    return Err(bad(format!("--dealers are not enough for {}; missing: {lacking}", request.name)));
                }
                // In the order of their shares, whatever the order on the command line.
                named().filter(|name| dealers.contains(name)).collect()
            }
        };
        let mut dealers = dealers;
        if public.is_none() {
            // Shares are held in the order of names.
            dealers.sort();
        }
        if let Some(twice) = dealers.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(bad(format!("--dealers names {} twice", twice[0])));
        }
        let me = &desk.owner.name;
        if !holders.contains(me) && !dealers.contains(me) {
            return Err(bad(format!("{me} is neither among the new holders nor among those who deal")));
        }
        Ok(Self { dealers, holders, threshold })
    }

    /// All parties, in the order of their first roles: dealers, then holders.
    fn roster(&self, desk: &Desk) -> Result<Roster, Failure> {
        let mut names: Vec<PartyName> = Vec::new();
        for name in self.dealers.iter().chain(&self.holders) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        Ok(Roster::new(desk.cards(&names)?, desk.owner.key)?)
    }

    fn roles(&self) -> Vec<(String, PartyName)> {
        let numbered = |role: &'static str, names: &[PartyName]| {
            (1..).zip(names).map(move |(n, name): (usize, _)| (format!("{role}_{n}"), name.clone())).collect::<Vec<_>>()
        };
        [numbered("dealer", &self.dealers), numbered("holder", &self.holders)].concat()
    }
}

/// Hears what the key is, and makes ready for the program that shares it anew.
async fn begin<'a>(
    desk: &'a Desk,
    request: &'a ReshareRequest,
    cast: &Cast,
    old: Option<Old>,
    sealing: Option<crate::keys::SealingKey>,
    (roster, network): (&Roster, &mut Network),
    (folder, lock): (KeyFolder, KeysLock),
) -> Result<(Preparation, Resharer<'a>), Failure> {
    let mine = match &old {
        Some(old) => {
            let public = &old.unlocked.public;
            Some(Introduction::of(public, folder.certificate(public.generation)?))
        }
        None => None,
    };
    let must_know: Vec<bool> = roster.cards().iter().map(|card| cast.dealers.contains(card.name())).collect();
    let known = introduce(network, roster, &request.name, mine, &must_know).await?;
    let shared = &known.shared;
    check_dealers(roster, cast, shared, &request.name)?;
    let program = format!("{}-reshare", shared.scheme);
    let parameters = vec![
        format!("dealers={}", cast.dealers.len()),
        format!("holders={}", cast.holders.len()),
        format!("threshold={}", cast.threshold),
    ];
    let corrupt = cast.dealers.len().min(cast.threshold.into()) - 1;
    let mut preparation = Preparation::new(&desk.request_for(program, &cast.roles(), parameters, corrupt))?;
    let title = format!("{} {} epoch {}", shared.scheme, shared.key_id, shared.epoch);
    let what = if request.drill { "drill" } else { "for use" };
    preparation.terms.records = records([("ceremony", what.to_owned()), ("key", title)]);
    let (record, old_public, own_sealing) = match old {
        Some(Old { unlocked, record }) => (record, Some(unlocked.public), Some(unlocked.sealing)),
        None => {
            let damaged = || Failure::new(Exit::Session, "what the dealers say of the key is no key");
            (known_record(shared).ok_or_else(damaged)?, None, sealing)
        }
    };
    let seat = |card: &Card| {
        let deals = cast.dealers.contains(card.name());
        shared.holders.iter().find(|holder| deals && holder.name == *card.name()).map_or(0, |holder| holder.index)
    };
    let seats = roster.cards().iter().map(seat).collect();
    let fresh = Fresh {
        name: request.name.clone(),
        scheme: shared.scheme,
        threshold: cast.threshold,
        structure: None,
        holders: desk.cards(&cast.holders)?,
        folder,
        lock,
        sealing: own_sealing,
        created: Some(known.created),
        staged: None,
    };
    let receives = cast.holders.contains(&desk.owner.name);
    let drill = request.drill;
    let roster = roster.clone();
    Ok((preparation, Resharer { desk, roster, fresh, record, seats, known: known.shared, old_public, receives, drill }))
}

/// Refreshing would make a plain threshold of it.
fn structured(name: &KeyName) -> Failure {
    let message = format!("{name} is a key with a structure, which is not refreshed yet");
    let hint = "share it anew under a threshold, with --threshold and --holders, if that is what you want";
    Failure::new(Exit::BadInput, message).hint(hint)
}

/// Dealers hold shares under the identities by which this home knows them, and are exactly enough.
fn check_dealers(roster: &Roster, cast: &Cast, shared: &SharedPart, name: &KeyName) -> Result<(), Failure> {
    for card in roster.cards().iter().filter(|card| cast.dealers.contains(card.name())) {
        let holder = shared.holders.iter().find(|holder| holder.name == *card.name());
        if holder.is_none_or(|holder| holder.identity != card.public_key()) {
            let message = format!("{} holds no share of {name} under the identity that this home knows", card.name());
            return Err(Failure::new(Exit::Session, message));
        }
    }
    if cast.dealers.len() != usize::from(shared.signers_needed) {
        let (found, needed) = (cast.dealers.len(), shared.signers_needed);
        let message = format!("--dealers names {found} holders of {name}; exactly {needed} deal");
        return Err(Failure::new(Exit::Session, message));
    }
    Ok(())
}

/// Brings the old share or none, and stores the new one.
struct Resharer<'a> {
    desk: &'a Desk,
    roster: Roster,
    fresh: Fresh,
    record: Zeroizing<Vec<u8>>,
    seats: Vec<u16>,
    known: SharedPart,
    old_public: Option<PublicPart>,
    receives: bool,
    drill: bool,
}

impl Keeper for Resharer<'_> {
    fn holdings(&mut self, _: &Agreement) -> Result<Holdings, Failure> {
        Ok(Holdings { records: [("key".to_owned(), self.record.clone())].into(), seats: self.seats.clone() })
    }

    fn keep(&mut self, _: &Agreement, kept: Vec<Kept>, _: &Outcome) -> Result<(), Failure> {
        if self.drill || !self.receives {
            return Ok(());
        }
        self.fresh.stage(self.desk, &kept, self.known.chain_code.map(|code| code.0))
    }

    fn settle<'a>(&'a mut self, agreement: &'a Agreement, network: &'a mut Network) -> Settling<'a> {
        Box::pin(async {
            if self.drill {
                return Ok(());
            }
            if self.receives {
                return self.fresh.settle(self.desk, &self.roster, agreement, network).await;
            }
            let expected = |shared: &SharedPart| {
                let holders = || shared.holders.iter().map(|holder| (&holder.name, holder.identity));
                let agreed = || self.fresh.holders.iter().map(|card| (card.name(), card.public_key()));
                shared.key_id == self.known.key_id
                    && shared.public_key == self.known.public_key
                    && shared.epoch == self.known.epoch + 1
                    && shared.signers_needed == self.fresh.threshold
                    && holders().eq(agreed())
            };
            witness(network, &self.roster, agreement.session, expected).await?;
            // All who hold the key from now on have signed that they have their shares: this one is of no more use.
            Ok(self.fresh.folder.leave(&self.fresh.lock)?)
        })
    }

    fn ban(&mut self, _: PartyIndex) -> Result<(), Failure> {
        // Nothing was set up that outlives the session.
        Ok(())
    }
}
