//! Preparing one-time material.

use quorate_engine::net::PartyIndex;
use quorate_engine::run::{Holdings, Kept, Outcome};

use super::invitation::Invitation;
use super::opened::Opened;
use super::table::{Table, gather};
use super::{Desk, Signatories, records};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::{KeyName, Scheme};
use crate::output::Report;
use crate::run::{Keeper, Preparation, Watch, session};
use crate::session::Agreement;

/// The most that one session prepares.
pub(crate) const MOST_PREPARED: u32 = 1024;

/// Material that was prepared.
#[derive(Debug)]
pub struct Presigned {
    /// How many items were prepared.
    pub count: u32,
    /// How many items these signers have now.
    pub stock: u64,
    /// Who they are.
    pub signers: Vec<PartyName>,
    /// The run.
    pub report: Report,
}

/// Prepares `count` signatures with the other signers, who run the same command.
///
/// # Errors
/// A key that is not there, signers that do not fit, a wrong passphrase; partners that do not come, do not agree or
/// misbehave; the file system's.
pub fn presign(
    desk: &Desk,
    name: &KeyName,
    count: u32,
    named: &Signatories,
    watch: &Watch,
) -> Result<Presigned, Failure> {
    check_count(count)?;
    let opened = Opened::open(desk, name, named)?;
    let key = opened.key.clone();
    let presigning = Presigning::new(desk, opened, count)?;
    let result = Table::alone(desk, &presigning.invitation(), async |table| presigning.run(table, watch).await);
    key.close();
    result
}

/// Whether so many can be prepared at once.
///
/// # Errors
/// If not.
pub(crate) fn check_count(count: u32) -> Result<(), Failure> {
    if (1..=MOST_PREPARED).contains(&count) {
        return Ok(());
    }
    let message = format!("--count {count}: expected 1 to {MOST_PREPARED}");
    Err(Failure::new(Exit::BadInput, message).hint("run it several times for more"))
}

/// Everything for a session in which material is prepared.
pub(crate) struct Presigning {
    opened: Opened,
    count: u32,
    preparation: Preparation,
}

impl Presigning {
    /// Prepares the session.
    ///
    /// # Errors
    /// Terms that cannot be proposed.
    pub(super) fn new(desk: &Desk, mut opened: Opened, count: u32) -> Result<Self, Failure> {
        check_count(count)?;
        opened.prepares = true;
        let program = format!("{}-presign", opened.public().scheme);
        let parameters = vec![format!("signers={}", opened.cast.names.len()), format!("count={count}")];
        let mut preparation = Preparation::new(&desk.request_of_signers(program, &opened.cast, parameters))?;
        preparation.terms.records = records([("key", opened.title())]);
        Ok(Self { opened, count, preparation })
    }

    /// What the other signers are invited to.
    pub(crate) fn invitation(&self) -> Invitation {
        let Self { opened, count, .. } = self;
        Invitation::Presign { key: opened.title(), count: *count, signers: opened.order() }
    }

    /// Runs the session.
    ///
    /// # Errors
    /// Partners that do not come, do not agree or misbehave; the file system's.
    pub(crate) async fn run(self, table: &Table<'_>, watch: &Watch) -> Result<Presigned, Failure> {
        let Self { opened, count, preparation } = self;
        let (key, signers) = (opened.key.clone(), opened.signers.clone());
        let gathered = gather(table, &preparation, &opened, None, watch).await?;
        let agreed = gathered.agreed;
        let mut preparer = Preparer { opened, lot: agreed.lot };
        let report = session(&preparation, gathered.network, gathered.links, watch, Some(&mut preparer)).await?;
        // Until here no other session has used what was set up with the other signers.
        drop(agreed);
        Ok(Presigned { count, stock: key.left(&signers), signers: preparer.opened.cast.names, report })
    }
}

/// The record of one-time material of a scheme.
pub(super) const fn one_time(scheme: Scheme) -> &'static str {
    if scheme.is_ecdsa() { "presignature" } else { "nonce" }
}

/// Takes the key, and puts what was prepared into the stock.
struct Preparer {
    opened: Opened,
    lot: u64,
}

impl Keeper for Preparer {
    fn holdings(&mut self, _: &Agreement) -> Result<Holdings, Failure> {
        self.opened.refuse_isolated()?;
        let records = [("key".to_owned(), self.opened.record())].into();
        Ok(Holdings { records, seats: self.opened.seats.clone() })
    }

    fn keep(&mut self, agreement: &Agreement, kept: Vec<Kept>, _: &Outcome) -> Result<(), Failure> {
        let record = one_time(self.opened.public().scheme);
        let items = kept.into_iter().find(|kept| kept.record == record).map(|kept| kept.items);
        let items = items.ok_or_else(|| Failure::new(Exit::Bug, "the program prepared nothing"))?;
        let Opened { key, signers, .. } = &self.opened;
        key.with(|reserve| reserve.stock_mut().add(agreement.session, self.lot, signers, items))?;
        self.opened.refuse_isolated().or_else(|refused| {
            // One of them was shut out meanwhile: what was there was burned then, and this is burned now.
            for isolated in key.folder.isolated()? {
                key.burn_with(&isolated.identity)?;
            }
            Err(refused.into())
        })
    }

    fn ban(&mut self, party: PartyIndex) -> Result<(), Failure> {
        self.opened.ban(party)
    }
}
