//! Keeping the stock filled. Signing comes first: a batch is small, none begins while signatures are made, and a
//! signature that begins meanwhile takes what is there, or what the batch has left of the machine.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::StockGoal;
use super::announce::Event;
use super::resident::{Resident, Work};
use super::sessions::Kind;
use crate::exit::{Exit, Failure};
use crate::keys::Signers;
use crate::run::Watch;

/// So many items are prepared at once.
const BATCH: u64 = 16;

/// How often it is looked whether something is missing.
const EVERY: Duration = Duration::from_secs(1);

/// How long signatures that are being made are waited for. Those that come without an end do not keep the stock empty.
const YIELDING: Duration = Duration::from_secs(2);

/// The pause after a batch that could not be made; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

impl Resident {
    /// Checks that what is to be prepared can be.
    ///
    /// # Errors
    /// A key that is not open, signers that do not fit.
    pub(super) fn check_goals(&self) -> Result<(), Failure> {
        for goal in &self.options.stocks {
            let key = &self.key_named(&goal.key)?;
            let presigning = self.desk.presigning(key, 1, &goal.signatories())?;
            let most = super::invited::MOST_KEPT;
            if !(1..=most).contains(&goal.items) {
                let message = format!("--stock {}={}: expected 1 to {most} items", goal.key, goal.items);
                return Err(Failure::new(Exit::BadInput, message));
            }
            let first = self.names_of(key.public(), &presigning.invitation().signers()[..1]).concat();
            if !self.is_first(&presigning.invitation().signers()[0]) {
                let name = &goal.key;
                self.announcer.note(format_args!("{first} calls for batches of {name}: this party takes part"));
            }
        }
        Ok(())
    }

    /// Keeps all stocks filled.
    pub(super) async fn keep_filled(self: Arc<Self>) {
        let goals = self.options.stocks.clone();
        futures_util::future::join_all(goals.into_iter().map(|goal| self.clone().fill(goal))).await;
    }

    async fn fill(self: Arc<Self>, goal: StockGoal) {
        let mut pause = FIRST_PAUSE;
        loop {
            let _ = timeout(YIELDING, self.sessions.until_none(Some(Kind::Sign))).await;
            let (resident, wanted) = (self.clone(), goal.clone());
            let filled = tokio::task::spawn_blocking(move || resident.batch(&wanted)).await;
            match filled {
                Ok(Ok(true)) => pause = FIRST_PAUSE,
                Ok(Ok(false)) => sleep(EVERY).await,
                // It was announced.
                Ok(Err(_)) | Err(_) => {
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    /// Prepares a batch, if something is missing and it is for this party to call for it. Says whether it did.
    fn batch(&self, goal: &StockGoal) -> Result<bool, Failure> {
        let key = &self.key_named(&goal.key)?;
        // The first signer of a set calls for its batches: so two do not call for the same.
        let presigning = self.desk.presigning(key, 1, &goal.signatories())?;
        let order = presigning.invitation().signers().to_vec();
        let names = self.names_of(key.public(), &order);
        let left = Signers::new(order.iter().copied()).map_or(0, |signers| key.left(&signers));
        let missing = goal.items.saturating_sub(left);
        if !self.is_first(&order[0]) || missing == 0 {
            return Ok(false);
        }
        let count = u32::try_from(missing.min(BATCH)).unwrap_or(1);
        let work = Work::Presign(Box::new(self.desk.presigning(key, count, &goal.signatories())?));
        let asked = self.asked("its own stock", &work, self.options.wait)?;
        self.hold(key, work, asked, &Watch::relay(|_| {}))?;
        let items = Signers::new(order).map_or(0, |signers| key.left(&signers));
        self.announcer.tell(&Event::Stock { key: goal.key.to_string(), signers: names, items });
        Ok(true)
    }

    fn is_first(&self, first: &crate::identity::PublicKey) -> bool {
        *first == self.desk.identity().public_key()
    }
}
