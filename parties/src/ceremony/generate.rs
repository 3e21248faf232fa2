//! Making a key that never exists anywhere.

use quorate_circuits::clear::Column;
use quorate_engine::net::{Network, PartyIndex};
use quorate_engine::run::{Holdings, Kept, Outcome};

use super::Desk;
use super::fresh::Fresh;
use crate::audit::KeyAction;
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::{KeyError, KeyName, PublicPart, Scheme};
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
    /// How many holders sign together.
    pub threshold: u16,
    /// Who holds it, this party included; the order does not matter.
    pub holders: Vec<PartyName>,
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
    let parameters = vec![format!("holders={}", names.len()), format!("threshold={}", request.threshold)];
    let program = format!("{}-key", request.scheme);
    let corrupt = usize::from(request.threshold) - 1;
    let preparation = Preparation::new(&desk.request(program, "holder", &names, parameters, corrupt))?;
    let fresh = Fresh {
        name: request.name.clone(),
        scheme: request.scheme,
        threshold: request.threshold,
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
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Failure::new(Exit::BadInput, format!("--holders names {} twice", twice[0])));
    }
    if !names.contains(&desk.owner.name) {
        let message = format!("--holders does not name {}, whose home this is", desk.owner.name);
        return Err(Failure::new(Exit::BadInput, message));
    }
    let threshold = usize::from(request.threshold);
    if threshold < 2 || threshold > names.len() {
        let message = format!(
            "--threshold {threshold} of {} holders: expected the number of signers needed, from 2 to all holders",
            names.len()
        );
        return Err(Failure::new(Exit::BadInput, message));
    }
    Ok(())
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
        self.fresh.stage(self.desk, &kept, chain_code)
    }

    fn settle<'a>(&'a mut self, agreement: &'a Agreement, network: &'a mut Network) -> Settling<'a> {
        Box::pin(self.fresh.settle(self.desk, &self.roster, agreement, network))
    }

    fn ban(&mut self, _: PartyIndex) -> Result<(), Failure> {
        // Nothing was set up that outlives the session.
        Ok(())
    }
}
