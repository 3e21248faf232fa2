//! Making a key that never exists anywhere.

use quorate_circuits::access::Structure;
use quorate_circuits::clear::Column;
use quorate_engine::net::{Network, PartyIndex};
use quorate_engine::run::{Holdings, Kept, Outcome};

use super::Desk;
use super::fresh::Fresh;
use crate::audit::KeyAction;
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::{HOLDERS_LIMIT, KeyError, KeyName, NamedStructure, PublicPart, Scheme, StructureFault};
use crate::output::Report;
use crate::run::{Keeper, Preparation, Settling, Watch, network, runtime, session};
use crate::session::{Agreement, Roster, Wait, meet};

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
    let cards = desk.cards(&names)?;
    let sealing = desk.new_sealing(&request.name, &folder)?;
    let (program, who, structure) = request.access.program(request.scheme, "key")?;
    let parameters = vec![format!("holders={}", names.len()), who];
    let records = structure.iter().map(|named| ("structure".to_owned(), named.to_string())).collect();
    let needed = request.access.signers_needed()?;
    let mut preparation = Preparation::new(&desk.request(program, "holder", &names, parameters, needed - 1))?;
    // All write down the same names of groups, not only the same numbers.
    preparation.terms.records = records;
    let fresh = Fresh {
        name: request.name.clone(),
        scheme: request.scheme,
        threshold: needed as u16,
        structure,
        holders: cards,
        folder,
        lock,
        sealing: Some(sealing),
        created: None,
        staged: None,
    };
    let mut maker = Maker { desk, roster: preparation.roster.clone(), fresh };
    let wait = Wait::new(desk.wait);
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let meeting = meet(&preparation.identity, &preparation.roster, wait, &|event| watch.meeting(&event)).await?;
        let network = network(&preparation, meeting.links);
        session(&preparation, network, meeting.session, watch, Some(&mut maker)).await
    });
    runtime.shutdown_background();
    let report = result?;
    // Whoever has not signed its outcome has signed for its share: with the certificate the key is good at all holders.
    desk.record(&maker.fresh.public()?, KeyAction::Generated)?;
    Ok(Generated { public: maker.fresh.public()?, report })
}

fn check(desk: &Desk, request: &NewKeyRequest, names: &[PartyName]) -> Result<(), Failure> {
    if !names.contains(&desk.owner.name) {
        let message = format!("--holders does not name {}, whose home this is", desk.owner.name);
        return Err(Failure::new(Exit::BadInput, message));
    }
    request.access.check(names)
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
    /// Demands that holders, sorted by name, are those of whom it speaks.
    ///
    /// # Errors
    /// If they are not.
    pub(super) fn check(&self, names: &[PartyName]) -> Result<(), Failure> {
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Failure::new(Exit::BadInput, format!("--holders names {} twice", twice[0])));
        }
        let threshold = match self {
            Self::Threshold(threshold) => usize::from(*threshold),
            Self::Structure(named) => return check_structure(named, names),
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

    /// The program of a scheme that ends with this word, the parameter that says who can sign, and the structure if there
    /// is one.
    ///
    /// # Errors
    /// If it is no structure.
    pub(super) fn program(
        &self,
        scheme: Scheme,
        of: &str,
    ) -> Result<(String, String, Option<NamedStructure>), Failure> {
        Ok(match self {
            Self::Threshold(threshold) => (format!("{scheme}-{of}"), format!("threshold={threshold}"), None),
            Self::Structure(named) => {
                let who = format!("who={}", access(named)?);
                (format!("{scheme}-structured-{of}"), who, Some(named.clone()))
            }
        })
    }

    /// How many holders are needed at least.
    pub(super) fn signers_needed(&self) -> Result<usize, Failure> {
        match self {
            Self::Threshold(threshold) => Ok((*threshold).into()),
            Self::Structure(named) => Ok(access(named)?.signers_needed()),
        }
    }
}

/// Stores the new key.
struct Maker<'a> {
    desk: &'a Desk,
    roster: Roster,
    fresh: Fresh,
}

impl Keeper for Maker<'_> {
    fn holdings(&mut self, _: &Agreement) -> Result<Holdings, Failure> {
        Ok(Holdings { seats: (1..).take(self.fresh.holders.len()).collect(), ..Holdings::default() })
    }

    fn keep(&mut self, _: &Agreement, kept: Vec<Kept>, outcome: &Outcome) -> Result<(), Failure> {
        let chain_code = outcome.outputs.iter().find_map(|(name, column)| match column {
            Column::Scalars(scalars) if name == "chain_code" => scalars.first().map(|scalar| scalar.encode()),
            _ => None,
        });
        self.fresh.stage(&self.desk.owner, &kept, chain_code)
    }

    fn settle<'a>(&'a mut self, agreement: &'a Agreement, network: &'a mut Network) -> Settling<'a> {
        Box::pin(self.fresh.settle(&self.desk.identity, &self.roster, agreement.session, network))
    }

    fn ban(&mut self, _: PartyIndex) -> Result<(), Failure> {
        // Nothing was set up that outlives the session.
        Ok(())
    }
}
