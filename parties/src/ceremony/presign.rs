//! Preparing one-time material.

use quorate_engine::net::PartyIndex;
use quorate_engine::run::{Holdings, Kept, Outcome};

use super::opened::Opened;
use super::standing::stand;
use super::{Desk, records};
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::{KeyName, Scheme};
use crate::output::Report;
use crate::run::{Keeper, Preparation, Watch, network, runtime, session};
use crate::session::{Agreement, Wait, meet};

/// The most that one session prepares.
pub(crate) const MOST_PREPARED: u32 = 1024;

/// Material that was prepared.
#[derive(Debug)]
pub struct Presigned {
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
    named: &[PartyName],
    watch: &Watch,
) -> Result<Presigned, Failure> {
    if !(1..=MOST_PREPARED).contains(&count) {
        let message = format!("--count {count}: expected 1 to {MOST_PREPARED}");
        return Err(Failure::new(Exit::BadInput, message).hint("run it several times for more"));
    }
    let opened = Opened::open(desk, name, named)?;
    let program = format!("{}-presign", opened.public().scheme);
    let parameters = vec![format!("signers={}", opened.cast.len()), format!("count={count}")];
    let mut preparation =
        Preparation::new(&desk.request(program, "signer", &opened.cast, parameters, opened.cast.len() - 1))?;
    preparation.terms.records = records([("key", opened.title())]);
    let mut preparer = Preparer { opened, lot: 0 };
    let wait = Wait::new(desk.wait);
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let meeting = meet(&preparation.identity, &preparation.roster, wait, &|event| watch.meeting(&event)).await?;
        let mut network = network(&preparation, meeting.links);
        match stand(&mut network, &preparation.roster, &mut preparer.opened).await {
            Ok(agreed) => preparer.lot = agreed.lot,
            Err(failure) => {
                drop(network);
                meeting.session.finish(Some("its stock cannot be used")).await;
                return Err(failure);
            }
        }
        session(&preparation, network, meeting.session, watch, Some(&mut preparer)).await
    });
    runtime.shutdown_background();
    let report = result?;
    let opened = preparer.opened;
    let (stock, signers) = (opened.stock.left(&opened.signers), opened.cast.clone());
    opened.close();
    Ok(Presigned { stock, signers, report })
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
        let Opened { stock, signers, .. } = &mut self.opened;
        Ok(stock.add(agreement.session, self.lot, signers, items)?)
    }

    fn ban(&mut self, party: PartyIndex) -> Result<(), Failure> {
        self.opened.ban(party)
    }
}
