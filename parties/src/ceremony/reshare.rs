//! New shares of a key: for the same holders, or for others under another threshold. The key stays.

use quorate_engine::net::{Network, PartyIndex};
use quorate_engine::run::{Holdings, Kept, Outcome};
use zeroize::Zeroizing;

use super::fresh::Fresh;
use super::generate::NewAccess;
use super::introduce::{Introduction, introduce};
use super::known::known_record;
use super::presign::{Presigned, presign};
use super::rotate::Rotating;
use super::{Desk, Signatories};
use crate::audit::KeyAction;
use crate::exit::{Exit, Failure};
use crate::identity::{Card, PartyName};
use crate::keys::{KeyError, KeyFolder, KeyName, KeysLock, PublicPart, SealingKey, SharedPart, Unlocked};
use crate::output::Report;
use crate::run::{Keeper, Preparation, Settling, Watch, runtime, session};
use crate::session::{Agreement, Place, Roster, Summons, Wait, meet_at};

/// Among so many sets of holders that are enough, one of as few as possible is looked for.
const QUORUMS: usize = 1024;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct ReshareRequest {
    /// The key.
    pub name: KeyName,
    /// Who of the new holders can sign, and who they are; as before, if nothing is said.
    pub committee: Option<(NewAccess, Vec<PartyName>)>,
    /// The holders who deal; the first that are enough, if nobody is named.
    pub dealers: Vec<PartyName>,
    /// Holders who have lost their identities, and take part under new ones: their cards here are the new ones.
    pub renewed: Vec<PartyName>,
    /// How many signatures the first new signers prepare before the old shares are erased.
    pub presign: u32,
    /// Whether it is a drill: everything but the end, and nothing is kept.
    pub drill: bool,
}

impl ReshareRequest {
    /// What the log calls it.
    pub(super) fn action(&self) -> KeyAction {
        if self.committee.is_some() { KeyAction::Reshared } else { KeyAction::Refreshed }
    }
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
    let resharing = Resharing::new(desk, request.clone(), old, None, (folder, lock))?;
    let runtime = runtime()?;
    let wait = Wait::new(desk.wait);
    let result = runtime.block_on(resharing.run(
        desk,
        (Place::Own, &Summons::unannounced(), wait),
        std::future::ready(()),
        watch,
    ));
    runtime.shutdown_background();
    let (report, keeper) = result?;
    finish(desk, request, keeper, report, watch)
}

/// Everything for a session in which a key is shared anew.
pub(super) struct Resharing {
    pub(super) request: ReshareRequest,
    cast: Cast,
    old: Option<Old>,
    /// For a party that has no share yet.
    pub(super) sealing: Option<SealingKey>,
    folder: KeyFolder,
    pub(super) lock: KeysLock,
    /// The rule of the policy by which it happens, if nobody has asked for it.
    pub(super) rotation: Option<Rotating>,
}

impl Resharing {
    /// Prepares the session. A party that gets a share and has none seals it with `sealing`, or with a passphrase that is
    /// read now.
    ///
    /// # Errors
    /// Parties that do not fit the key; something that is stored and not in use.
    pub(super) fn new(
        desk: &Desk,
        request: ReshareRequest,
        old: Option<Old>,
        sealing: Option<SealingKey>,
        (folder, lock): (KeyFolder, KeysLock),
    ) -> Result<Self, Failure> {
        let cast = Cast::new(desk, &request, old.as_ref())?;
        if let Some(old) = &old {
            folder.refuse_isolated(&old.unlocked.public, &[cast.dealers.clone(), cast.holders.clone()].concat())?;
        }
        if let Some(generation) = folder.staged()? {
            let message = format!("generation {generation} of {} is stored and not in use", request.name);
            return Err(Failure::new(Exit::BadInput, message).hint(super::certify::resume_hint(&request.name)));
        }
        let receives = cast.holders.contains(&desk.owner.name);
        let sealing = match (&old, receives, sealing) {
            (None, true, None) => Some(desk.new_sealing(&request.name, &folder)?),
            (_, _, given) => given,
        };
        Ok(Self { request, cast, old, sealing, folder, lock, rotation: None })
    }

    /// Who deals and who holds, in order.
    pub(super) fn parties(&self) -> (&[PartyName], &[PartyName]) {
        (&self.cast.dealers, &self.cast.holders)
    }

    /// All parties, in the order of the session.
    ///
    /// # Errors
    /// A party that this home does not know.
    pub(super) fn roster(&self, desk: &Desk) -> Result<Roster, Failure> {
        self.cast.roster(desk)
    }

    /// Runs the session; `undisturbed` is waited for when all have met.
    ///
    /// # Errors
    /// Partners that do not come, do not agree or misbehave; the file system's.
    pub(super) async fn run<'a>(
        self,
        desk: &'a Desk,
        (place, summons, wait): (Place<'_>, &Summons, Wait),
        undisturbed: impl Future<Output = ()>,
        watch: &Watch,
    ) -> Result<(Report, Resharer<'a>), Failure> {
        let roster = self.roster(desk)?;
        let progress = |event| watch.meeting(&event);
        let meeting = meet_at(place, summons, &desk.identity, &roster, wait, &progress).await?;
        undisturbed.await;
        let mut network = Network::new(roster.me(), meeting.links);
        network.enter(quorate_engine::net::Phase::Session);
        let name = self.request.name.clone();
        let (preparation, mut keeper) = match begin(desk, self, (&roster, &mut network)).await {
            Ok(begun) => begun,
            Err(failure) => {
                drop(network);
                meeting.session.finish(Some("the parties do not agree on the key")).await;
                desk.record_alarm(&name, &failure);
                return Err(failure);
            }
        };
        let report = session(&preparation, network, meeting.session, watch, Some(&mut keeper)).await?;
        Ok((report, keeper))
    }
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
    let action = request.action();
    if fresh.staged.is_none() {
        if let Some(public) = old_public {
            desk.record(&public, action)?;
        }
        return Ok(Reshared { public: None, presigned: None, report });
    }
    let public = fresh.public()?;
    desk.record(&public, action)?;
    let first = public.first_quorum();
    let mut presigned = None;
    if request.presign > 0 && first.contains(&desk.owner.name) {
        // The stock of the new shares is there before the old ones end.
        let Fresh { folder, lock, .. } = fresh;
        drop(lock);
        presigned = Some(presign(desk, &request.name, request.presign, &Signatories::named(first), watch)?);
        folder.forget_previous(&desk.lock()?)?;
    } else {
        fresh.folder.forget_previous(&fresh.lock)?;
    }
    Ok(Reshared { public: Some(public), presigned, report })
}

/// A share that is there already.
pub(super) struct Old {
    pub(super) unlocked: Unlocked,
    pub(super) record: Zeroizing<Vec<u8>>,
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
    /// Who of the holders can sign.
    access: NewAccess,
    /// How many of them at least.
    needed: usize,
}

impl Cast {
    fn new(desk: &Desk, request: &ReshareRequest, old: Option<&Old>) -> Result<Self, Failure> {
        let bad = |message: String| Failure::new(Exit::BadInput, message);
        let public = old.map(|old| &old.unlocked.public);
        let before = public.map(PublicPart::shared);
        let named = || before.iter().flat_map(|shared| &shared.holders).map(|holder| holder.name.clone());
        let (access, mut holders) = match (&request.committee, public) {
            (Some((access, holders)), _) => (access.clone(), holders.clone()),
            (None, Some(public)) => {
                let plain = || NewAccess::Threshold(public.signers_needed);
                (public.structure.clone().map_or_else(plain, NewAccess::Structure), named().collect())
            }
            (None, None) => return Err(bad(format!("there is no key {}", request.name))),
        };
        if request.committee.is_some() {
            holders.sort();
        }
        access.check(&holders)?;
        let needed = access.signers_needed()?;
        if let Some(stranger) = request.renewed.iter().find(|name| !named().any(|known| known == **name)) {
            let message = format!("--new-identity names {stranger}, who holds no share of {}", request.name);
            if public.is_some() {
                return Err(bad(message));
            }
        }
        let named_once = |(i, name): &(usize, &PartyName)| !request.dealers[..*i].contains(name);
        if let Some((_, twice)) = request.dealers.iter().enumerate().find(|place| !named_once(place)) {
            return Err(bad(format!("--dealers names {twice} twice")));
        }
        let dealers = match (&request.dealers, public) {
            (dealers, Some(public)) if dealers.is_empty() => fewest(public),
            (dealers, None) if dealers.is_empty() => {
                let message = format!("this home has no share of {}, so that it does not know who deals", request.name);
                return Err(bad(message).hint("name the holders who deal with --dealers A,B, the same at every party"));
            }
            (dealers, None) => dealers.clone(),
            (dealers, Some(public)) => {
                if let Some(stranger) = dealers.iter().find(|name| !named().any(|known| known == **name)) {
                    return Err(bad(format!("--dealers names {stranger}, who holds no share of {}", request.name)));
                }
                check_dealing(public, dealers, needed).map_err(bad)?;
                // In the order of their shares, whatever the order on the command line.
                named().filter(|name| dealers.contains(name)).collect()
            }
        };
        let mut dealers = dealers;
        if public.is_none() {
            // Shares are held in the order of names.
            dealers.sort();
        }
        let me = &desk.owner.name;
        if !holders.contains(me) && !dealers.contains(me) {
            return Err(bad(format!("{me} is neither among the new holders nor among those who deal")));
        }
        Ok(Self { dealers, holders, access, needed })
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
    resharing: Resharing,
    (roster, network): (&Roster, &mut Network),
) -> Result<(Preparation, Resharer<'a>), Failure> {
    let Resharing { request, cast, old, sealing, folder, lock, rotation } = resharing;
    let cast = &cast;
    let mine = match &old {
        Some(old) => {
            let public = &old.unlocked.public;
            Some(Introduction::of(public, folder.certificate(public.generation)?))
        }
        None => None,
    };
    let must_know: Vec<bool> = roster.cards().iter().map(|card| cast.dealers.contains(card.name())).collect();
    let mut known = introduce(network, roster, &request.name, mine, (&must_know, &request.renewed)).await?;
    for holder in known.shared.holders.iter_mut().filter(|holder| request.renewed.contains(&holder.name)) {
        let card = roster.cards().iter().find(|card| *card.name() == holder.name);
        holder.identity = card.map_or(holder.identity, Card::public_key);
    }
    let shared = &known.shared;
    check_dealers(roster, cast, shared, &request.name)?;
    let (program, who, structure) = cast.access.program(shared.scheme, "reshare")?;
    let parameters = vec![format!("dealers={}", cast.dealers.len()), format!("holders={}", cast.holders.len()), who];
    let corrupt = cast.dealers.len().min(cast.needed) - 1;
    let mut preparation = Preparation::new(&desk.request_for(program, &cast.roles(), parameters, corrupt))?;
    let title = format!("{} {} epoch {}", shared.scheme, shared.key_id, shared.epoch);
    let what = if request.drill { "drill" } else { "for use" };
    let named = [("ceremony".to_owned(), what.to_owned()), ("key".to_owned(), title)];
    // All write down the same names of groups, not only the same numbers, and agree on whose identity is a new one.
    let groups = structure.iter().map(|named| ("structure".to_owned(), named.to_string()));
    let renewed = request.renewed.iter().map(|name| (format!("new identity {name}"), identity(roster, name)));
    let rule = rotation.iter().flat_map(Rotating::records);
    preparation.terms.records = named.into_iter().chain(groups).chain(renewed).chain(rule).collect();
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
        threshold: cast.needed as u16,
        structure,
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
    let known = known.shared;
    let keeper = Resharer { desk, roster, fresh, record, seats, known, old_public, receives, drill, rotation };
    Ok((preparation, keeper))
}

/// The first holders that are enough, as few as possible: with more of them the claim would say that more may collude than
/// the key withstands.
fn fewest(public: &PublicPart) -> Vec<PartyName> {
    let first = public.first_quorum();
    let needed = usize::from(public.signers_needed);
    if first.len() == needed {
        return first;
    }
    public.quorums(QUORUMS).into_iter().find(|quorum| quorum.len() == needed).unwrap_or(first)
}

/// The identity under which a holder takes part.
fn identity(roster: &Roster, name: &PartyName) -> String {
    let card = roster.cards().iter().find(|card| card.name() == name);
    card.map_or_else(|| "of nobody here".to_owned(), |card| card.public_key().to_string())
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
    // Whoever is new to the key hears only now who can use it.
    let index = shared.holders.first().map_or(0, |holder| holder.index);
    let public = shared.clone().into_public(name.clone(), index, 0);
    let public = public.map_err(|fault| Failure::new(Exit::Session, format!("what {name} is said to be: {fault}")))?;
    check_dealing(&public, &cast.dealers, cast.needed).map_err(|message| Failure::new(Exit::Session, message))
}

/// Demands that dealers can use the key and each of them is needed for that, and that no more of them may collude than the
/// old shares and the new ones, of which `needed` holders can make use at least, withstand.
///
/// # Errors
/// What is wrong with them.
fn check_dealing(public: &PublicPart, dealers: &[PartyName], needed: usize) -> Result<(), String> {
    let (name, fewest) = (&public.name, usize::from(public.signers_needed));
    if public.structure.is_none() && dealers.len() != fewest {
        let found = dealers.len();
        return Err(format!("--dealers names {found} holders; exactly {fewest} deal"));
    }
    if let Some(lacking) = public.lacking(dealers) {
        return Err(format!("--dealers are not enough for {name}; missing: {lacking}"));
    }
    let without = |one: &PartyName| dealers.iter().filter(|other| *other != one).cloned().collect::<Vec<_>>();
    if let Some(more) = dealers.iter().find(|one| public.allows(&without(one))) {
        return Err(format!("--dealers names {more}, without whom the others are enough for {name}: leave it out"));
    }
    let claimed = dealers.len().min(needed) - 1;
    if claimed >= fewest {
        return Err(format!(
            "--dealers names {} holders, and {fewest} others could use it: nobody can say that any {claimed} of the \
             parties learn nothing. Name {fewest} who can use it",
            dealers.len()
        ));
    }
    Ok(())
}

/// Brings the old share or none, and stores the new one.
pub(super) struct Resharer<'a> {
    desk: &'a Desk,
    roster: Roster,
    pub(super) fresh: Fresh,
    record: Zeroizing<Vec<u8>>,
    seats: Vec<u16>,
    known: SharedPart,
    old_public: Option<PublicPart>,
    receives: bool,
    drill: bool,
    rotation: Option<Rotating>,
}

impl Keeper for Resharer<'_> {
    fn holdings(&mut self, _: &Agreement) -> Result<Holdings, Failure> {
        if let Some(rotation) = &self.rotation {
            rotation.commit()?;
        }
        Ok(Holdings { records: [("key".to_owned(), self.record.clone())].into(), seats: self.seats.clone() })
    }

    fn keep(&mut self, _: &Agreement, kept: Vec<Kept>, _: &Outcome) -> Result<(), Failure> {
        if self.drill || !self.receives {
            return Ok(());
        }
        self.fresh.stage(&self.desk.owner, &kept, self.known.chain_code.map(|code| code.0))
    }

    fn settle<'a>(&'a mut self, agreement: &'a Agreement, network: &'a mut Network) -> Settling<'a> {
        Box::pin(async {
            if self.drill {
                return Ok(());
            }
            if self.receives {
                return self.fresh.settle(&self.desk.identity, &self.roster, agreement.session, network).await;
            }
            self.fresh.leave(&self.roster, agreement.session, network, &self.known).await
        })
    }

    fn ban(&mut self, _: PartyIndex) -> Result<(), Failure> {
        // Nothing was set up that outlives the session.
        Ok(())
    }
}
