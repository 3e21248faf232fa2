//! Finishing what was interrupted: what all holders have stored is put into use, what some have not is taken back.

use quorate_engine::net::{Network, Step};
use serde::{Deserialize, Serialize};

use super::Desk;
use super::certify::{Staged, resume_hint};
use super::exchange::exchange;
use crate::exit::{Exit, Failure};
use crate::identity::{Identity, PartyName};
use crate::keys::{Certificate, Disk, Files, KeyError, KeyFolder, KeyName, KeysLock, PublicPart, SharedPart};
use crate::run::{Watch, runtime};
use crate::session::{Roster, Wait, meet};

/// What a holder has, and what it knows of the others.
const RESUME: Step = Step::new("key/resume");
/// What a holder has after that.
const RESUMED: Step = Step::new("key/resumed");

/// The sharing that a party uses.
fn same(standing: &Standing) -> Option<&SharedPart> {
    standing.current.as_ref().map(|(shared, _)| shared)
}

/// Whether all holders of a sharing are here, under the identities that this home knows, and each says for itself that it
/// uses its share. One of them alone could say anything.
fn all_use(shared: &SharedPart, roster: &Roster, heard: &[Standing]) -> bool {
    shared.holders.iter().all(|holder| {
        let is_it = |card: &crate::identity::Card| *card.name() == holder.name && card.public_key() == holder.identity;
        roster.cards().iter().position(is_it).is_some_and(|place| same(&heard[place]) == Some(shared))
    })
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumed {
    /// There was nothing to finish.
    Nothing,
    /// What was stored is in use now.
    Finished,
    /// What was stored is erased, and what was in use before is still.
    TakenBack,
}

impl Resumed {
    /// The word in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Finished => "finished",
            Self::TakenBack => "taken-back",
        }
    }
}

/// What a holder says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Standing {
    /// The shares in use and who has signed for them.
    current: Option<(SharedPart, Option<Certificate>)>,
    /// What is stored and not in use, with the signatures known for it.
    staged: Option<(SharedPart, Certificate)>,
    /// Whether there are older shares still.
    previous: bool,
}

/// Finishes or takes back what is stored and not in use. `with` are the parties who run the same command; all holders,
/// if nobody is named. With some of the holders alone nothing is taken back or erased.
///
/// # Errors
/// No key of this name; partners that do not come or say what cannot be; the file system's.
pub fn resume(
    desk: &Desk,
    name: &KeyName,
    with: &[PartyName],
    watch: &Watch,
) -> Result<(Resumed, Option<PublicPart>), Failure> {
    let lock = desk.lock()?;
    let folder = desk.keys.key(name);
    let home = Home { identity: &desk.identity, name, folder, lock };
    let finished_alone = home.finish_alone()?;
    let relevant = home.relevant(with)?;
    let holders = relevant.iter().flat_map(|shared| &shared.holders).map(|holder| holder.name.clone());
    let names: Vec<PartyName> = holders.collect();
    let roster = roster(desk, &names, with)?;
    let everybody = names.iter().all(|name| roster.cards().iter().any(|card| card.name() == name));
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let wait = Wait::new(desk.wait);
        let meeting = meet(&desk.identity, &roster, wait, &|event| watch.meeting(&event)).await?;
        let mut network = Network::new(roster.me(), meeting.links);
        network.enter(quorate_engine::net::Phase::Session);
        let settled = home.settle(&mut network, &roster, relevant.as_ref(), everybody).await;
        drop(network);
        meeting.session.finish(settled.as_ref().err().map(|_| "what is stored cannot be finished")).await;
        settled
    });
    runtime.shutdown_background();
    let resumed = match (result?, finished_alone) {
        (Resumed::Nothing, true) => Resumed::Finished,
        (resumed, _) => resumed,
    };
    let public = match home.folder.public() {
        Err(KeyError::NoKey { .. }) => None,
        public => Some(public?),
    };
    Ok((resumed, public))
}

fn roster(desk: &Desk, names: &[PartyName], with: &[PartyName]) -> Result<Roster, Failure> {
    let mut chosen = if with.is_empty() { names.to_vec() } else { with.to_vec() };
    chosen.push(desk.owner.name.clone());
    chosen.sort();
    chosen.dedup();
    Ok(Roster::new(desk.cards(&chosen)?, desk.owner.key)?)
}

/// What one holder has of the key.
pub(super) struct Home<'a, D = Files> {
    pub(super) identity: &'a Identity,
    pub(super) name: &'a KeyName,
    pub(super) folder: KeyFolder<D>,
    pub(super) lock: KeysLock,
}

impl<D: Disk + Clone> Home<'_, D> {
    fn staging(&self, generation: u64) -> Staged<'_, D> {
        let Self { identity, name, folder, lock } = self;
        Staged { folder, lock, identity, name, generation }
    }

    /// What is stored, with a certificate at least begun. What was stored and not even signed for was given to nobody: it
    /// is taken back when everybody is asked.
    fn staged(&self) -> Result<Option<(u64, SharedPart, Certificate)>, Failure> {
        let Some(generation) = self.folder.staged()? else { return Ok(None) };
        match (self.folder.public_of(generation), self.folder.certificate(generation)?) {
            (Ok(public), Some(certificate)) => Ok(Some((generation, public.shared(), certificate))),
            // It was killed while it stored it, before anybody got its signature.
            (_, _) => {
                self.folder.discard_staged(&self.lock)?;
                Ok(None)
            }
        }
    }

    /// Whatever is there is there for good, before anything is done or said of it. With all signatures there, nobody else
    /// is needed.
    pub(super) fn finish_alone(&self) -> Result<bool, Failure> {
        self.folder.settle(&self.lock)?;
        match self.staged()? {
            Some((generation, shared, certificate)) if certificate.is_complete(&shared) => {
                self.staging(generation).commit(&certificate, &shared)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The sharing whose holders are asked: what is stored, else what is in use.
    pub(super) fn relevant(&self, with: &[PartyName]) -> Result<Option<SharedPart>, Failure> {
        match (self.staged()?, self.folder.public()) {
            (Some((_, shared, _)), _) => Ok(Some(shared)),
            // A party that was to become a holder, and was killed before it had anything.
            (None, Err(KeyError::NoKey { .. })) if !with.is_empty() => Ok(None),
            (None, public) => Ok(Some(public?.shared())),
        }
    }

    fn standing(&self) -> Result<Standing, Failure> {
        let current = match self.folder.public() {
            Err(KeyError::NoKey { .. }) => None,
            public => {
                let public = public?;
                Some((public.shared(), self.folder.certificate(public.generation)?))
            }
        };
        let staged = self.staged()?.map(|(_, shared, certificate)| (shared, certificate));
        let previous = current.is_some() && self.folder.has_previous()?;
        Ok(Standing { current, staged, previous })
    }

    /// Whether this party was left out of a newer sharing that all its holders use.
    fn has_left(&self, shared: &SharedPart, roster: &Roster, heard: &[Standing]) -> bool {
        let me = self.identity.public_key();
        shared.holders.iter().all(|holder| holder.identity != me) && all_use(shared, roster, heard)
    }

    /// Shows and is shown, and does what follows.
    pub(super) async fn settle(
        &self,
        network: &mut Network,
        roster: &Roster,
        relevant: Option<&SharedPart>,
        everybody: bool,
    ) -> Result<Resumed, Failure> {
        let mine = self.standing()?;
        let heard = exchange(network, roster, RESUME, &mine).await?;
        let mut resumed = self.decide(roster, &heard, everybody)?;
        // Old shares end when everybody uses the new ones.
        let after = self.standing()?;
        let heard = exchange(network, roster, RESUMED, &after).await?;
        if let Some(ahead) = heard.iter().position(|standing| {
            same(standing).is_some_and(|shared| {
                relevant.is_some_and(|relevant| shared.key_id == relevant.key_id)
                    && same(&after).is_none_or(|mine| mine.key_id == shared.key_id && mine.epoch < shared.epoch)
            })
        }) {
            if same(&heard[ahead]).is_some_and(|shared| self.has_left(shared, roster, &heard)) {
                // All who hold the key from now on have said so: this share is of no more use.
                self.folder.leave(&self.lock)?;
                return Ok(Resumed::Finished);
            }
            let who = roster.cards()[ahead].name();
            let message =
                format!("{who} has newer shares of {} than this home, which has none of that epoch", self.name);
            return Err(Failure::new(Exit::Session, message).hint(format!(
                "`quorate key recover {} {}` makes this share again",
                self.name,
                self.identity.name()
            )));
        }
        if after.previous && same(&after).is_some_and(|shared| all_use(shared, roster, &heard)) {
            self.folder.forget_previous(&self.lock)?;
            if resumed == Resumed::Nothing {
                resumed = Resumed::Finished;
            }
        }
        Ok(resumed)
    }

    /// Puts what is staged into use, or takes it back, after what the others have shown.
    fn decide(&self, roster: &Roster, heard: &[Standing], everybody: bool) -> Result<Resumed, Failure> {
        let Some((generation, shared, mut certificate)) = self.staged()? else { return Ok(Resumed::Nothing) };
        let session = certificate.session;
        for standing in heard {
            let of_staged = standing.staged.iter().map(|(shared, certificate)| (shared, certificate));
            let of_current = standing.current.iter().filter_map(|(s, c)| c.as_ref().map(|c| (s, c)));
            for (_, known) in
                of_staged.chain(of_current).filter(|(other, known)| **other == shared && known.session == session)
            {
                for certified in &known.signatures {
                    // One that does not verify is not taken, whoever shows it.
                    let _ = certificate.accept(&shared, certified.clone());
                }
            }
        }
        if certificate.is_complete(&shared) {
            self.staging(generation).commit(&certificate, &shared)?;
            Ok(Resumed::Finished)
        } else if let Some(user) = heard.iter().position(|s| s.current.as_ref().is_some_and(|(c, _)| *c == shared)) {
            let (who, name) = (roster.cards()[user].name(), self.name);
            let message = format!("{who} uses the new shares of {name} and shows no certificate that is complete");
            Err(Failure::new(Exit::Session, message))
        } else if everybody {
            // Nobody has all signatures, so nobody uses the new shares.
            self.folder.discard_staged(&self.lock)?;
            Ok(Resumed::TakenBack)
        } else {
            let missing: Vec<String> = certificate.missing(&shared).iter().map(ToString::to_string).collect();
            let message =
                format!("nobody here has the signatures of {} for the new shares of {}", missing.join(", "), self.name);
            Err(Failure::new(Exit::Session, message).hint(resume_hint(self.name)))
        }
    }
}
