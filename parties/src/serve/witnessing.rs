//! The resident process as one that asks: what the other holders have seen, when it starts and then every minute, and
//! what it has used, as soon as it has.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::resident::Resident;
use crate::ceremony::{OpenKey, Witnesses, burn_without, tell_and_ask};
use crate::exit::Failure;

/// How often holders are asked.
const EVERY: Duration = Duration::from_secs(60);

/// The pause before those who have not answered are asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// Uses that come this soon after each other are told together.
const TOGETHER: Duration = Duration::from_millis(500);

impl Resident {
    /// Asks the holders of all keys what they have seen, and burns what must not be used any more.
    pub(super) async fn ask_all(&self) {
        for key in &self.keys() {
            if let Err(failure) = self.ask(key).await {
                self.announcer.note(failure);
            }
        }
    }

    /// Asks the holders of a key. Where all of them are demanded, those who do not answer are given time: they may be
    /// starting too.
    async fn ask(&self, key: &OpenKey) -> Result<(), Failure> {
        let until = Instant::now() + self.options.wait;
        while self.desk.witnesses() != Witnesses::Signers {
            let holders = self.desk.other_holders(key);
            let silent = tell_and_ask(self.desk.identity(), key, holders, &key.used()).await?;
            if self.desk.witnesses() != Witnesses::All || silent.is_empty() {
                break;
            }
            if Instant::now() >= until {
                return burn_without(key, &silent);
            }
            sleep(AGAIN).await;
        }
        Ok(())
    }

    /// Tells the holders of all keys what this process has used.
    pub(super) async fn tell_all(&self) {
        if self.desk.witnesses() == Witnesses::Signers {
            return;
        }
        for key in &self.keys() {
            let used = key.used();
            if !used.is_empty() {
                let holders = self.desk.other_holders(key);
                if let Err(failure) = tell_and_ask(self.desk.identity(), key, holders, &used).await {
                    self.announcer.note(failure);
                }
            }
        }
    }

    /// Asks every minute, and tells after each use.
    pub(super) async fn keep_asking(self: Arc<Self>) {
        loop {
            match timeout(EVERY, self.used.notified()).await {
                Ok(()) => {
                    sleep(TOGETHER).await;
                    self.tell_all().await;
                }
                Err(_) => self.ask_all().await,
            }
        }
    }
}
