//! Making a key that never exists anywhere.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use quorate_circuits::access::Structure;
use quorate_circuits::clear::Column;
use quorate_circuits::curve::Point;
use quorate_engine::net::PartyIndex;
use quorate_engine::run::{Holdings, Kept, Outcome};

use super::make::made;
use super::{Desk, records, write_down};
use crate::audit::{AuditLog, KeyAction};
use crate::exit::{Exit, Failure};
use crate::identity::{Card, Hex, PartyName};
use crate::keys::{
    Cost, HOLDERS_LIMIT, Holder, KeyError, KeyFolder, KeyName, KeysLock, NamedStructure, NewKey, Owner, PublicPart,
    Purpose, Scheme, SealingKey, StructureFault, Unlocked,
};
use crate::output::Report;
use crate::run::{Keeper, Preparation, Watch, network, runtime, session};
use crate::session::{Agreement, Wait, meet};

/// What key is made, and by whom.
#[derive(Clone, Debug)]
pub struct NewKeyRequest {
    /// Its name in this home.
    pub name: KeyName,
    /// What it signs.
    pub scheme: Scheme,
    /// Who can use it.
    pub access: NewAccess,
    /// Who holds it, this party included; the order does not matter.
    pub holders: Vec<PartyName>,
}

/// Who can use a new key.
#[derive(Clone, Debug)]
pub enum NewAccess {
    /// Any so many of the holders.
    Threshold(u16),
    /// Whom a structure allows; it names the holders.
    Structure(NamedStructure),
}

/// A key that was made.
#[derive(Debug)]
pub struct Generated {
    /// What everybody may know of it.
    pub public: PublicPart,
    /// The run.
    pub report: Report,
}

/// Makes a key with the other holders, who run the same command.
///
/// # Errors
/// A key of this name that is there already, holders that are unknown or too few, a passphrase that cannot be read;
/// partners that do not come, do not agree or misbehave; the file system's.
pub fn generate(desk: &Desk, request: &NewKeyRequest, watch: &Watch) -> Result<Generated, Failure> {
    let mut names = request.holders.clone();
    names.sort();
    check(desk, request, &names)?;
    let lock = desk.lock()?;
    let folder = desk.keys.key(&request.name);
    match folder.current() {
        Err(KeyError::NoKey { .. }) => {}
        Ok(_) => {
            let message = format!("there is a key {} already; keys are never overwritten", request.name);
            return Err(Failure::new(Exit::BadInput, message).hint("choose another name"));
        }
        Err(error) => return Err(error.into()),
    }
    let card = |name: &PartyName| {
        if *name == desk.owner.name { Ok(desk.identity.card().clone()) } else { desk.home.peer(name) }
    };
    let cards = names.iter().map(card).collect::<Result<Vec<Card>, _>>()?;
    let passphrase = desk.passphrase.read(&format!("the new key {}", request.name), Purpose::Creation);
    let passphrase = passphrase.map_err(KeyError::from)?;
    let sealing = SealingKey::create(&passphrase, Cost::DEFAULT)
        .map_err(|fault| KeyError::Seal { path: folder.path().to_owned(), fault })?;
    let mut parameters = vec![format!("holders={}", names.len())];
    let (program, records) = match &request.access {
        NewAccess::Threshold(threshold) => {
            parameters.push(format!("threshold={threshold}"));
            (format!("{}-key", request.scheme), records([]))
        }
        NewAccess::Structure(named) => {
            parameters.push(format!("who={}", access(named)?));
            (format!("{}-structured-key", request.scheme), records([("structure", named.to_string())]))
        }
    };
    let corrupt = request.access.signers_needed()? - 1;
    let mut preparation = Preparation::new(&desk.request(program, "holder", &names, parameters, corrupt))?;
    // All write down the same names of groups, not only the same numbers.
    preparation.terms.records = records;
    let owner = desk.owner.clone();
    let log = &preparation.log;
    let mut maker = Maker { request, cards, folder, lock, owner, log, sealing: Some(sealing), public: None };
    let wait = Wait::new(desk.wait);
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let meeting = meet(&preparation.identity, &preparation.roster, wait, &|event| watch.meeting(&event)).await?;
        let network = network(&preparation, meeting.links);
        session(&preparation, network, meeting.session, watch, Some(&mut maker)).await
    });
    runtime.shutdown_background();
    let report = result?;
    let public = maker.public.ok_or_else(|| Failure::new(Exit::Bug, "the session made no key"))?;
    confirmed(request, &report, maker.folder.path())?;
    Ok(Generated { public, report })
}

/// A holder that has not said that its share is on its disk may have none: nothing is entrusted to such a key, of which
/// too few shares may be left.
fn confirmed(request: &NewKeyRequest, report: &Report, folder: &Path) -> Result<(), Failure> {
    if report.unsigned.is_empty() {
        return Ok(());
    }
    let (name, silent) = (&request.name, report.unsigned.join(", "));
    let message = format!("the key {name} is stored here, but {silent} did not confirm to have stored a share of it");
    let hint = format!(
        "ask {silent} whether `quorate key show {name}` shows it there; if not, remove {} and its like at every \
         holder before the key is used for anything, and generate it again",
        folder.display()
    );
    Err(Failure::new(Exit::Session, message).hint(hint))
}

fn check(desk: &Desk, request: &NewKeyRequest, names: &[PartyName]) -> Result<(), Failure> {
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Failure::new(Exit::BadInput, format!("--holders names {} twice", twice[0])));
    }
    if !names.contains(&desk.owner.name) {
        let message = format!("--holders does not name {}, whose home this is", desk.owner.name);
        return Err(Failure::new(Exit::BadInput, message));
    }
    let threshold = match &request.access {
        NewAccess::Threshold(threshold) => usize::from(*threshold),
        NewAccess::Structure(named) => return check_structure(named, names),
    };
    if threshold < 2 || threshold > names.len() {
        let message = format!(
            "--threshold {threshold} of {} holders: expected the number of signers needed, from 2 to all holders",
            names.len()
        );
        return Err(Failure::new(Exit::BadInput, message));
    }
    Ok(())
}

/// Demands that the structure names those who hold the key.
fn check_structure(named: &NamedStructure, names: &[PartyName]) -> Result<(), Failure> {
    let holders = named.holders().map_err(bad_structure)?;
    if holders.len() > HOLDERS_LIMIT {
        let message = format!("--structure names {} holders: expected at most {HOLDERS_LIMIT}", holders.len());
        return Err(Failure::new(Exit::BadInput, message));
    }
    match holders.iter().find(|name| !names.contains(name)).or(names.iter().find(|name| !holders.contains(name))) {
        None => Ok(()),
        Some(name) => {
            let message = format!("--holders and --structure do not name the same parties: {name} is in one of them");
            Err(Failure::new(Exit::BadInput, message).hint("leave --holders out: the structure names them"))
        }
    }
}

fn access(named: &NamedStructure) -> Result<Structure, Failure> {
    named.compiled().map_err(bad_structure)
}

fn bad_structure(fault: StructureFault) -> Failure {
    Failure::new(Exit::BadInput, format!("--structure: {fault}"))
}

impl NewAccess {
    /// How many holders are needed at least.
    fn signers_needed(&self) -> Result<usize, Failure> {
        match self {
            Self::Threshold(threshold) => Ok((*threshold).into()),
            Self::Structure(named) => Ok(access(named)?.signers_needed()),
        }
    }
}

/// Stores the new key.
struct Maker<'a> {
    request: &'a NewKeyRequest,
    cards: Vec<Card>,
    folder: KeyFolder,
    lock: KeysLock,
    owner: Owner,
    log: &'a AuditLog,
    /// Taken when the key is stored.
    sealing: Option<SealingKey>,
    public: Option<PublicPart>,
}

impl Keeper for Maker<'_> {
    fn holdings(&mut self, _: &Agreement) -> Result<Holdings, Failure> {
        Ok(Holdings { seats: (1..).take(self.cards.len()).collect(), ..Holdings::default() })
    }

    fn keep(&mut self, _: &Agreement, kept: Vec<Kept>, outcome: &Outcome) -> Result<(), Failure> {
        let lost = |why: &str| Failure::new(Exit::Bug, format!("the new key cannot be stored: {why}"));
        let record = kept.iter().find(|kept| kept.record == "key").and_then(|kept| kept.items.first());
        let record = record.ok_or_else(|| lost("the program kept none"))?;
        let made = made(self.request.scheme.curve(), record).map_err(|error| lost(&error.to_string()))?;
        let public_key: Point = *made.commitments.first().ok_or_else(|| lost("it has no public key"))?;
        let chain_code = outcome.outputs.iter().find_map(|(name, column)| match column {
            Column::Scalars(scalars) if name == "chain_code" => scalars.first().map(|scalar| scalar.encode()),
            _ => None,
        });
        let holders = (1..).zip(&self.cards).map(|(index, card)| Holder {
            name: card.name().clone(),
            identity: card.public_key(),
            index,
        });
        let public = PublicPart::new(NewKey {
            name: self.request.name.clone(),
            scheme: self.request.scheme,
            key_id: Hex(made.key_id),
            created: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
            threshold: self.request.access.signers_needed()? as u16,
            structure: match &self.request.access {
                NewAccess::Threshold(_) => None,
                NewAccess::Structure(named) => Some(named.clone()),
            },
            index: made.index,
            public_key,
            chain_code,
            commitments: made.commitments.clone(),
            holders: holders.collect(),
        });
        let public = public.map_err(|fault| lost(&fault.to_string()))?;
        let sealing = self.sealing.take().ok_or_else(|| lost("it was stored before"))?;
        let Self { folder, lock, owner, .. } = self;
        // What was set up with the other holders is there before the key is: a key without it could not sign.
        let generation = folder.stage(lock, &public, owner, &sealing, &made.share)?;
        let staged = folder.public_of(generation)?;
        let unlocked = Unlocked { public: staged.clone(), share: made.share, sealing };
        folder.keep_pairs(lock, &unlocked, owner, record)?;
        folder.commit(lock, generation)?;
        write_down(self.log, &staged, KeyAction::Generated, &owner.name);
        self.public = Some(staged);
        Ok(())
    }

    fn ban(&mut self, _: PartyIndex) -> Result<(), Failure> {
        // Nothing was set up that outlives the session.
        Ok(())
    }
}
