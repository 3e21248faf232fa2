//! Where a session of signers is held: in a command of its own, or in a resident process beside others.

use std::sync::Arc;

use quorate_engine::net::Network;

use super::Desk;
use super::approved::Approved;
use super::invitation::Invitation;
use super::opened::Opened;
use super::standing::{Agreed, stand};
use super::witness::{Witnesses, consult};
use crate::exit::{Exit, Failure};
use crate::identity::{Card, Home, Identity};
use crate::keys::{Position, Signers};
use crate::link::Links;
use crate::run::{Parting, Preparation, Watch, network, runtime};
use crate::session::{Place, Summons, Wait, encode, meet_at, rendezvous};

/// Where and how a session is held.
pub(crate) struct Table<'a> {
    /// Where the others find this party.
    pub(crate) place: Place<'a>,
    /// Which session it is, and who has to be invited to it.
    pub(crate) summons: Summons,
    /// How long others are waited for.
    pub(crate) wait: Wait,
    /// Which other holders are asked before one-time material is used.
    pub(crate) witnesses: Witnesses,
    /// This party, and whom it knows.
    pub(crate) identity: &'a Arc<Identity>,
    pub(crate) home: &'a Home,
}

/// The signers have met and know what they use.
pub(super) struct Gathered {
    pub(super) network: Network,
    pub(super) links: Links,
    pub(super) agreed: Agreed,
}

impl Table<'_> {
    /// Holds a session in this command, which does nothing else.
    ///
    /// # Errors
    /// Those of the session; no randomness, no threads.
    pub(super) fn alone<T>(
        desk: &Desk,
        invitation: &Invitation,
        hold: impl AsyncFnOnce(&Table<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let table = Table {
            place: Place::Own,
            summons: summons(invitation)?,
            wait: Wait::new(desk.wait),
            witnesses: desk.witnesses,
            identity: &desk.identity,
            home: &desk.home,
        };
        let runtime = runtime()?;
        let result = runtime.block_on(hold(&table));
        // Tasks that still wait for a peer that neither reads nor leaves are not waited for.
        runtime.shutdown_background();
        result
    }

    /// The holders of a key who are no signers of this session and known here, to be asked and told.
    fn bystanders(&self, opened: &Opened) -> Vec<Card> {
        let others = opened.public().holders.iter().filter(|holder| !opened.cast.names.contains(&holder.name));
        let cards = others.filter_map(|holder| {
            let card = self.home.peer(&holder.name).ok()?;
            (card.public_key() == holder.identity).then_some(card)
        });
        cards.collect()
    }

    /// Tells the holders who have not taken part what was used. Whoever does not hear it is told at the next use.
    pub(super) async fn tell(&self, opened: &Opened, used: Position) {
        let used: [(Signers, Position); 1] = [(opened.signers.clone(), used)];
        if self.witnesses != Witnesses::Signers && matches!(self.place, Place::Own) {
            // Nothing that they answer changes what is done already.
            let whom = Witnesses::Reachable;
            let _ = consult(self.identity, &opened.key, self.bystanders(opened), &used, whom).await;
        }
    }

    async fn ask(&self, opened: &Opened) -> Result<(), Failure> {
        match self.place {
            Place::Own => consult(self.identity, &opened.key, self.bystanders(opened), &[], self.witnesses).await,
            // A resident process asks by itself, when it starts and then every minute.
            Place::Shared(_) => Ok(()),
        }
    }
}

/// How a session is called for that this party starts.
///
/// # Errors
/// If the operating system gives no randomness.
pub(crate) fn summons(invitation: &Invitation) -> Result<Summons, Failure> {
    let rendezvous =
        rendezvous().map_err(|_| Failure::new(Exit::BadInput, "the operating system gave no randomness"))?;
    Ok(Summons { rendezvous, invitation: Some(encode(invitation)) })
}

/// Meets the other signers, asks the other holders meanwhile, and settles what is signed and used.
///
/// # Errors
/// Partners that do not come, leave or send something else; the file system's.
pub(super) async fn gather(
    table: &Table<'_>,
    preparation: &Preparation,
    opened: &Opened,
    approved: Option<&mut Approved>,
    watch: &Watch,
) -> Result<Gathered, Failure> {
    let Preparation { identity, roster, .. } = preparation;
    let progress = |event| watch.meeting(&event);
    let meeting = meet_at(table.place, &table.summons, identity, roster, table.wait, &progress);
    let (meeting, asked) = tokio::join!(meeting, table.ask(opened));
    let meeting = meeting?;
    let mut network = network(preparation, meeting.links);
    match settle(&mut network, preparation, opened, approved, asked).await {
        Ok(agreed) => Ok(Gathered { network, links: meeting.session, agreed }),
        Err(Parting { failure, farewell }) => {
            drop(network);
            meeting.session.finish(Some(&farewell)).await;
            Err(failure)
        }
    }
}

/// Compares what was approved, if anything had to be, and what is prepared.
async fn settle(
    network: &mut Network,
    preparation: &Preparation,
    opened: &Opened,
    approved: Option<&mut Approved>,
    asked: Result<(), Failure>,
) -> Result<Agreed, Parting> {
    let private = |failure| Parting::private(failure, "its stock cannot be used");
    asked.map_err(private)?;
    if let Some(approved) = approved {
        approved.compare(network, &preparation.roster).await?;
    }
    stand(network, &preparation.roster, opened).await.map_err(private)
}
