//! Finishing what was interrupted: what all holders have stored is put into use, what some have not is taken back.

use quorate_engine::net::{Network, Step};
use serde::{Deserialize, Serialize};

use super::Desk;
use super::certify::{Staged, resume_hint};
use super::exchange::exchange;
use crate::exit::{Exit, Failure};
use crate::identity::PartyName;
use crate::keys::{Certificate, KeyError, KeyFolder, KeyName, KeysLock, PublicPart, SharedPart};
use crate::run::{Watch, runtime};
use crate::session::{Roster, Wait, meet};

/// What a holder has, and what it knows of the others.
const RESUME: Step = Step::new("key/resume");
/// What a holder has after that.
const RESUMED: Step = Step::new("key/resumed");

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
    let home = Home { desk, name, folder, lock };
    let finished_alone = home.finish_alone()?;
    let relevant = home.relevant(with)?;
    let holders = relevant.iter().flat_map(|shared| &shared.holders).map(|holder| holder.name.clone());
    let names: Vec<PartyName> = holders.collect();
    let roster = home.roster(&names, with)?;
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

struct Home<'a> {
    desk: &'a Desk,
    name: &'a KeyName,
    folder: KeyFolder,
    lock: KeysLock,
}

impl Home<'_> {
    fn staging(&self, generation: u64) -> Staged<'_> {
        let Self { desk, name, folder, lock } = self;
        Staged { folder, lock, identity: &desk.identity, name, generation }
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

    /// With all signatures there, nobody else is needed.
    fn finish_alone(&self) -> Result<bool, Failure> {
        match self.staged()? {
            Some((generation, shared, certificate)) if certificate.is_complete(&shared) => {
                self.staging(generation).commit(&certificate, &shared)?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// The sharing whose holders are asked: what is stored, else what is in use.
    fn relevant(&self, with: &[PartyName]) -> Result<Option<SharedPart>, Failure> {
        match (self.staged()?, self.folder.public()) {
            (Some((_, shared, _)), _) => Ok(Some(shared)),
            // A party that was to become a holder, and was killed before it had anything.
            (None, Err(KeyError::NoKey { .. })) if !with.is_empty() => Ok(None),
            (None, public) => Ok(Some(public?.shared())),
        }
    }

    fn roster(&self, names: &[PartyName], with: &[PartyName]) -> Result<Roster, Failure> {
        let mut chosen = if with.is_empty() { names.to_vec() } else { with.to_vec() };
        chosen.push(self.desk.owner.name.clone());
        chosen.sort();
        chosen.dedup();
        Ok(Roster::new(self.desk.cards(&chosen)?, self.desk.owner.key)?)
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

    /// Shows and is shown, and does what follows.
    async fn settle(
        &self,
        network: &mut Network,
        roster: &Roster,
        relevant: Option<&SharedPart>,
        everybody: bool,
    ) -> Result<Resumed, Failure> {
        let mine = self.standing()?;
        let heard = exchange(network, roster, RESUME, &mine).await?;
        let mut resumed = Resumed::Nothing;
        if let Some((generation, shared, mut certificate)) = self.staged()? {
            let session = certificate.session;
            for standing in &heard {
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
                resumed = Resumed::Finished;
            } else if everybody {
                // Nobody has all signatures, so nobody uses the new shares.
                self.folder.discard_staged(&self.lock)?;
                resumed = Resumed::TakenBack;
            } else {
                let missing: Vec<String> = certificate.missing(&shared).iter().map(ToString::to_string).collect();
                let message = format!(
                    "nobody here has the signatures of {} for the new shares of {}",
                    missing.join(", "),
                    self.name
                );
                return Err(Failure::new(Exit::Session, message).hint(resume_hint(self.name)));
            }
        }
        // Old shares end when everybody uses the new ones.
        let after = self.standing()?;
        let heard = exchange(network, roster, RESUMED, &after).await?;
        fn same(standing: &Standing) -> Option<&SharedPart> {
            standing.current.as_ref().map(|(shared, _)| shared)
        }
        if let Some(ahead) = heard.iter().position(|standing| {
            same(standing).is_some_and(|shared| {
                relevant.is_some_and(|relevant| shared.key_id == relevant.key_id)
                    && same(&after).is_none_or(|mine| mine.key_id == shared.key_id && mine.epoch < shared.epoch)
            })
        }) {
            let who = roster.cards()[ahead].name();
            let message =
                format!("{who} has newer shares of {} than this home, which has none of that epoch", self.name);
            return Err(Failure::new(Exit::Session, message)
                .hint(format!("`quorate key recover {} {}` makes this share again", self.name, self.desk.owner.name)));
        }
        if everybody && after.previous && heard.iter().all(|standing| same(standing) == same(&after)) {
            self.folder.forget_previous(&self.lock)?;
            if resumed == Resumed::Nothing {
                resumed = Resumed::Finished;
            }
        }
        Ok(resumed)
    }
}
