//! Taking a prepared run for a session.

use std::sync::Arc;

use quorate_engine::net::{Network, Step};
use quorate_engine::plan::{Consumption, Plan};

use super::standing::{parting, stand};
use super::store::Store;
use super::{About, PreparedError, RunReader};
use crate::identity::{Home, Identity};
use crate::keys::ItemId;
use crate::run::Parting;
use crate::session::{Agreement, Roster};

/// A party has marked the run as used, durably.
const TAKEN: Step = Step::new("prepared/taken");

/// A run that all parties have and on which they agree. Nothing has happened to it yet.
pub(crate) struct Drawn {
    store: Store,
    run: ItemId,
}

/// A run as sessions name it.
pub(crate) fn title(run: ItemId) -> String {
    format!("run {} of {}", run.position.number, run.batch)
}

impl Drawn {
    /// Finds the run that this session uses: the first one that all parties have.
    ///
    /// # Errors
    /// If there is none: who has none; a store of something else, or an older copy; a peer that leaves or sends something
    /// else; the file system's.
    pub(crate) async fn find(
        network: &mut Network,
        roster: &Roster,
        (home, identity): (&Home, &Arc<Identity>),
        agreement: &Agreement,
        plan: &Plan,
    ) -> Result<Result<Self, PreparedError>, Parting> {
        let program = plan.program.program.name().to_owned();
        let consumption = Consumption::of(plan).filter(|consumption| !consumption.is_empty());
        let Some(consumption) = consumption else { return Ok(Err(PreparedError::Nothing { program })) };
        let about = About::new(agreement, plan, &consumption);
        let mut store = Store::open(home, identity, about).map_err(parting)?;
        let standings = stand(network, roster, &mut store).await?;
        Ok(match standings.first() {
            Some(run) => Ok(Self { store, run }),
            None => {
                let lacking = standings.lacking().to_vec();
                let own = lacking.contains(roster.name(roster.me()));
                let burned = store.burned().filter(|(_, runs)| *runs > 0).map(|(reason, _)| reason);
                Err(PreparedError::Empty { program, lacking, burned: burned.filter(|_| own), own })
            }
        })
    }

    /// Which run it is.
    pub(crate) fn run(&self) -> ItemId {
        self.run
    }

    /// Marks the run as used, on the disk, and hears that all others have; remembers that they have. Only then is anything
    /// sent that depends on it. Whatever happens from here on, this run is never used again.
    ///
    /// # Errors
    /// A run that is not as it was left; a peer that leaves; the file system's.
    pub(crate) async fn take(mut self, network: &mut Network, roster: &Roster) -> Result<RunReader, Parting> {
        let reader = self.store.take(self.run).map_err(parting)?;
        network.exchange_all(TAKEN, &[1], 1).await.map_err(|error| roster.fault(error))?;
        for (_, card) in roster.peers() {
            self.store.saw(&card.public_key(), self.run.position).map_err(parting)?;
        }
        self.store.rest().map_err(parting)?;
        Ok(reader)
    }
}
