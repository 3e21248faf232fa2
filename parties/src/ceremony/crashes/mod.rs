//! Crashes at every write of the generations of a key, at every party, with messages in any order.
//!
//! Each seed is the life of a key of four parties, each with a [machine](crate::keys::Machine) of its own: it is made or
//! imported, refreshed, moved to others, recovered and restored. In each of these ceremonies a party's process may be
//! killed between any two messages, its machine may lose its power in the middle of any write, rename or wait for the disk,
//! or its disk may be full once; afterwards any machine may lose what it has not waited for. Then `resume` runs, and may be
//! struck likewise, until it is left alone. What runs is what the commands run; only the program that computes the shares
//! and the links are replaced.
//!
//! What must hold then: all holders of one committee have shares of one epoch, any threshold of them have the key, nothing
//! is staged and nothing of before is left; who is no holder has nothing; whoever was told that a ceremony is over is not
//! contradicted; one-time material of another epoch is burned and none is handed out twice; another key is as it was.
//!
//! `QUORATE_CRASHES` says how many seeds are tried, `QUORATE_SEED` which one is the first.

mod party;
mod sharing;
mod wires;

use std::fmt;
use std::rc::Rc;

use quorate_engine::crypto::Random;

use super::resume::Resumed;
use crate::exit::Failure;
use crate::identity::Hex;
use crate::keys::{Dice, Fault, KeyError};
use party::{Cast, Party, Session};
use sharing::{Sharing, deal, have_the_key};
use wires::{Deed, Wires, act};

/// So many calls that change something are made by a party in a ceremony, roughly: crashes fall on the first ones evenly.
const CALLS: usize = 70;

/// So many moments has a ceremony, roughly.
const MOMENTS: usize = 60;

/// What has happened in all lives.
#[derive(Debug, Default)]
struct Tally {
    ceremonies: usize,
    struck: usize,
    crashes: usize,
    full: usize,
    killed: usize,
    finished: usize,
    taken_back: usize,
}

/// The life of one key.
struct Life<'a> {
    cast: &'a Cast,
    dice: Dice,
    random: Random,
    parties: Vec<Party>,
    /// The shares in use, if there is a key.
    current: Option<Rc<Sharing>>,
    sessions: u8,
    tally: Tally,
    /// What has happened, for whoever has to find out why it ended badly.
    story: Vec<String>,
}

impl Drop for Life<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.story.iter().for_each(|line| eprintln!("{line}"));
        }
    }
}

/// How a ceremony is struck at a party.
#[derive(Clone, Copy, Debug)]
enum Strike {
    /// At a call of its machine.
    Machine(usize, usize, Fault),
    /// Between two messages.
    Process(usize, usize),
}

impl Life<'_> {
    fn strike(&mut self, among: &[usize]) -> Option<Strike> {
        let victim = among[self.dice.below(among.len())];
        let fault = match self.dice.below(8) {
            0 => return None,
            1 => return Some(Strike::Process(self.dice.below(among.len()), self.dice.below(MOMENTS))),
            2 => Fault::Full,
            3 | 4 => Fault::Killed,
            _ => Fault::PowerLost,
        };
        Some(Strike::Machine(victim, self.dice.below(CALLS), fault))
    }

    /// Arms a strike, and says which process is killed between messages, and when.
    fn arm(&mut self, strike: Option<Strike>) -> Option<(usize, usize)> {
        match strike? {
            Strike::Machine(victim, call, fault) => {
                self.parties[victim].machine.fail_after(call, fault);
                None
            }
            Strike::Process(place, moment) => Some((place, moment)),
        }
    }

    /// Every process has ended, in whatever way, and then some machines lose their power.
    fn restart(&mut self) {
        for party in &self.parties {
            self.tally.crashes += usize::from(!party.machine.runs());
            let lost = self.dice.once_in(3);
            party.machine.restart(lost);
            if lost {
                self.story.push(format!("{} loses its power", party.identity.name()));
            }
        }
    }

    fn next_session(&mut self) -> Hex<32> {
        self.sessions += 1;
        Hex([self.sessions; 32])
    }

    /// Runs a ceremony among parties, which is struck or not. What a party has heard of its end is `None` where it heard
    /// nothing.
    fn run<T: fmt::Debug>(
        &mut self,
        (what, among): (&str, &[usize]),
        strikes: bool,
        deed: impl for<'b> Fn(&'b Party, &'b Session<'b>) -> Deed<'b, Result<T, Failure>>,
    ) -> Vec<Option<Result<T, Failure>>> {
        let id = self.next_session();
        self.tally.ceremonies += 1;
        let (mut first, mut second, mut kill) = (None, None, None);
        if strikes {
            first = self.strike(among);
            self.tally.struck += usize::from(first.is_some());
            self.tally.full += usize::from(matches!(first, Some(Strike::Machine(_, _, Fault::Full))));
            self.tally.killed += usize::from(matches!(first, Some(Strike::Process(..))));
            kill = self.arm(first);
            if self.dice.once_in(4) {
                second = self.strike(among);
                kill = self.arm(second).or(kill);
            }
        }
        let wires = Wires::new(among.len());
        let session = Session { id, parties: among, cast: self.cast, wires: &wires };
        let deeds = among.iter().map(|party| deed(&self.parties[*party], &session)).collect();
        let runs = |place: usize| self.parties[among[place]].machine.runs();
        let heard = act(&wires, &mut self.dice, deeds, kill, runs);
        self.story.push(format!("{what} {among:?}, struck {first:?} {second:?}: {heard:?}"));
        self.restart();
        heard
    }

    /// `resume` at everybody who can be concerned, struck a few times and then left alone.
    fn resume(&mut self, among: &[usize]) -> Vec<Resumed> {
        for _ in 0..self.dice.below(3) {
            self.run(("resume", among), true, |party, session| Box::pin(party.resume(session)));
        }
        let resumed = self.run(("resume", among), false, |party, session| Box::pin(party.resume(session)));
        let resumed: Vec<Resumed> =
            resumed.into_iter().map(|one| one.expect("nobody was killed").expect("it can be finished")).collect();
        let again = self.run(("resume", among), false, |party, session| Box::pin(party.resume(session)));
        assert!(again.iter().all(|one| matches!(one, Some(Ok(Resumed::Nothing)))), "{again:?}");
        resumed
    }

    /// A ceremony in which shares are made, and its end: the new ones are in use everywhere, or nowhere.
    fn share(&mut self, sharing: Sharing, among: &[usize], concerned: &[usize]) {
        let sharing = Rc::new(sharing);
        let what = format!("share epoch {}", sharing.shared.epoch);
        let heard = self.run((&what, among), true, |party, session| {
            let sharing = sharing.clone();
            Box::pin(async move { party.settle(session, &sharing).await })
        });
        let over = heard.iter().any(|one| matches!(one, Some(Ok(()))));
        let resumed = self.resume(concerned);
        self.tally.finished += usize::from(resumed.contains(&Resumed::Finished));
        self.tally.taken_back += usize::from(resumed.contains(&Resumed::TakenBack));
        let first = sharing.shared.holders[0].identity;
        let holder = self.parties.iter().find(|party| party.identity.public_key() == first).expect("a party");
        let new = holder.folder().public().is_ok_and(|public| public.epoch == sharing.shared.epoch);
        assert!(new || !over, "who was told that it is over is not contradicted");
        if new {
            self.current = Some(sharing);
        }
        self.check();
    }

    /// Demands what must hold when everything was resumed.
    fn check(&self) {
        let mut records = Vec::new();
        for party in &self.parties {
            let (folder, key) = (party.folder(), party.identity.public_key());
            let holders = self.current.iter().flat_map(|sharing| &sharing.shared.holders);
            let holds = holders.into_iter().any(|holder| holder.identity == key);
            assert_eq!(folder.staged(), Ok(None));
            if !holds {
                assert!(matches!(folder.current(), Err(KeyError::NoKey { .. })), "who is no holder has nothing");
                let left = crate::keys::Disk::names(&party.machine, folder.path()).expect("readable");
                assert!(left.iter().all(|name| name.starts_with('.')), "{left:?}");
                continue;
            }
            let public = folder.public().expect("a holder has it");
            assert_eq!(Some(public.shared()), self.current.as_ref().map(|sharing| sharing.shared.clone()));
            assert_eq!(folder.has_previous(), Ok(false), "nothing of before is left");
            let unlocked = party.unlock().expect("its share opens");
            records.push(folder.pairs(&unlocked, &party.owner()).expect("whole").expect("a record"));
            assert!(unlocked.share == records[records.len() - 1], "of this scheme they are the same");
        }
        if let Some(shared) = self.current.as_ref().map(|sharing| &sharing.shared) {
            assert_eq!(records.len(), shared.holders.len());
            have_the_key(&records, &shared.public_key, shared.signers_needed);
        }
    }

    /// The holders in use, by place.
    fn holders(&self) -> Vec<usize> {
        let holds = |place: &usize| {
            let key = self.parties[*place].identity.public_key();
            let mut holders = self.current.iter().flat_map(|sharing| &sharing.shared.holders);
            holders.any(|holder| holder.identity == key)
        };
        (0..self.parties.len()).filter(holds).collect()
    }

    /// The key is made by three of them, or imported by the fourth.
    fn generate(&mut self) {
        let imported = self.dice.once_in(3);
        let sharing = deal(&mut self.random, None, 0, 2, &self.cast.cards(&[0, 1, 2]));
        let among: &[usize] = if imported { &[0, 1, 2, 3] } else { &[0, 1, 2] };
        self.share(sharing, among, &[0, 1, 2]);
    }

    /// New shares, for the same holders or for others.
    fn reshare(&mut self) {
        let Some(current) = &self.current else { return self.generate() };
        let (secret, epoch) = (current.secret, current.shared.epoch + 1);
        let before = self.holders();
        let mut after = before.clone();
        if self.dice.once_in(2) {
            // One goes, another comes, or one of both.
            let absent: Vec<usize> = (0..self.parties.len()).filter(|place| !before.contains(place)).collect();
            if let Some(new) = absent.first() {
                after.push(*new);
            }
            if after.len() > 3 || after.len() > 2 && self.dice.once_in(2) {
                after.remove(self.dice.below(after.len()));
            }
            after.sort_unstable();
        }
        let threshold = 2 + self.dice.below(after.len() - 1) as u16;
        let sharing = deal(&mut self.random, Some(secret), epoch, threshold, &self.cast.cards(&after));
        // Who leaves takes part if it deals.
        let deals = self.dice.once_in(2);
        let mut among: Vec<usize> = if deals { [before.clone(), after.clone()].concat() } else { after.clone() };
        let mut concerned = [before, after].concat();
        for list in [&mut among, &mut concerned] {
            list.sort_unstable();
            list.dedup();
        }
        self.share(sharing, &among, &concerned);
    }

    /// A share is lost, or only believed to be, and made again by the others or by guardians.
    fn replace(&mut self) {
        let holders = self.holders();
        let Some(sharing) = self.current.take() else { return };
        let lost = holders[self.dice.below(holders.len())];
        let helper = holders.iter().find(|place| **place != lost).expect("another");
        let folder = self.parties[*helper].folder();
        let generation = folder.current().expect("a holder has it");
        let certificate = folder.certificate(generation).expect("whole");
        if self.dice.once_in(2) {
            let folder = self.parties[lost].folder();
            crate::keys::Disk::remove_folder(&self.parties[lost].machine, folder.path()).expect("nothing fails");
        }
        let restored = self.dice.once_in(2);
        let again = |life: &mut Self, strikes: bool| {
            let heard = life.run((if restored { "restore" } else { "recover" }, &[lost]), strikes, |party, session| {
                let replaced = if restored {
                    party.restore(&sharing)
                } else {
                    party.recover(session, &sharing, certificate.as_ref())
                };
                Box::pin(std::future::ready(replaced))
            });
            matches!(heard[0], Some(Ok(())))
        };
        again(self, true);
        self.run(("resume", &holders), true, |party, session| Box::pin(party.resume(session)));
        if !self.parties[lost].folder().current().is_ok_and(|current| current > 0) {
            assert!(again(self, false), "it can be begun again");
        }
        self.resume(&holders);
        self.current = Some(sharing);
        self.check();
    }

    /// A holder uses what is prepared, and is struck or not.
    fn work(&mut self) {
        let holders = self.holders();
        if holders.is_empty() {
            return;
        }
        let place = holders[self.dice.below(holders.len())];
        let party = &mut self.parties[place];
        if self.dice.once_in(2) {
            party.machine.fail_after(self.dice.below(CALLS), Fault::PowerLost);
        }
        // The error is the crash.
        let _ = party.work();
        self.restart();
        self.parties[place].work().expect("after a crash it can be used");
    }
}

/// Plays the life of one key.
fn live(cast: &Cast, seed: u64) -> Tally {
    let mut dice = Dice::new(seed);
    let parties = cast.parties(&mut dice);
    // What the shares are decides nothing.
    let mut random = Random::from_operating_system().expect("there is randomness");
    let other = deal(&mut random, None, 0, 2, &cast.cards(&[0, 1, 2, 3]));
    parties.iter().for_each(|party| party.create_other(&other));
    let others: Vec<_> = parties.iter().map(Party::other).collect();
    let mut life =
        Life { cast, dice, random, parties, current: None, sessions: 0, tally: Tally::default(), story: Vec::new() };
    life.generate();
    for _ in 0..3 {
        life.work();
        if life.dice.once_in(3) { life.replace() } else { life.reshare() }
    }
    life.work();
    let left: Vec<_> = life.parties.iter().map(Party::other).collect();
    assert!(left == others, "another key is as it was");
    std::mem::take(&mut life.tally)
}

/// Says at which seed a test has failed.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("QUORATE_SEED={} QUORATE_CRASHES=1 plays it again", self.0);
        }
    }
}

#[test]
fn after_crashes_at_any_write_and_between_any_messages_there_is_one_key_of_one_epoch() {
    let given = |name: &str, otherwise: u64| {
        std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
    };
    let (first, count) = (given("QUORATE_SEED", 0), given("QUORATE_CRASHES", 150));
    let cast = Cast::new();
    let mut all = Tally::default();
    for seed in first..first + count {
        let named = Seed(seed);
        let tally = live(&cast, seed);
        drop(named);
        all.ceremonies += tally.ceremonies;
        all.struck += tally.struck;
        all.crashes += tally.crashes;
        all.full += tally.full;
        all.killed += tally.killed;
        all.finished += tally.finished;
        all.taken_back += tally.taken_back;
    }
    eprintln!("{count} lives of a key: {all:?}");
    // Of that many, all kinds have happened.
    if count >= 100 {
        assert!(all.crashes > 0 && all.full > 0 && all.killed > 0 && all.finished > 0 && all.taken_back > 0, "{all:?}");
    }
}
