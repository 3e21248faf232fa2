//! Programs over curves, all parties on one thread and each one's CPU time by itself.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use cpu_time::ThreadTime;
use futures_executor::block_on;
use futures_util::future::join_all;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{Network, PartyIndex, memory_links};
use quorate_engine::plan::{Plan, plan};
use quorate_engine::protocol::{ProtocolName, Session};
use quorate_engine::run::{CurveOutcome, Holdings, NoHooks, run_curve_party};
use quorate_testkit::Case;

/// A planned program of the library.
pub struct Signers {
    plan: Plan,
    sessions: u8,
}

/// What a party has, and what that took.
pub struct Party {
    /// Outputs, what is kept, and what was sent.
    pub outcome: CurveOutcome,
    /// Its CPU time, from reading its records to its outputs.
    pub cpu: Duration,
}

impl Signers {
    /// The program of this name, one party for each role.
    ///
    /// # Panics
    /// If program, arguments and protocol do not fit together.
    pub fn new(program: &str, arguments: &str, protocol: ProtocolName) -> Self {
        let program = Case::new(program, arguments, &[]).program;
        let party_of: Vec<PartyIndex> = (0..program.roles.len()).map(PartyIndex).collect();
        Self { plan: plan(&program, protocol, party_of.len(), &party_of), sessions: 0 }
    }

    /// The program of this name, where party `seats[r]` plays role `r`.
    ///
    /// # Panics
    /// As [`Self::new`].
    pub fn seated(program: &str, arguments: &str, protocol: ProtocolName, seats: &[usize]) -> Self {
        let program = Case::new(program, arguments, &[]).program;
        let party_of: Vec<PartyIndex> = seats.iter().copied().map(PartyIndex).collect();
        let parties = seats.iter().max().map_or(0, |last| last + 1);
        Self { plan: plan(&program, protocol, parties, &party_of), sessions: 0 }
    }

    /// How many parties there are.
    pub fn parties(&self) -> usize {
        self.plan.parties
    }

    /// Runs it in a new session.
    ///
    /// # Panics
    /// If a party fails: over memory, honest parties do not.
    pub fn run(&mut self, holdings: Vec<Holdings>) -> Vec<Party> {
        self.sessions += 1;
        let links = memory_links(self.plan.parties).into_iter().zip(holdings).enumerate();
        let parties = links.map(|(me, (links, holdings))| {
            let me = PartyIndex(me);
            let session = Session {
                id: SessionId([self.sessions; 32]),
                network: Network::new(me, links),
                random: Random::dangerous_from_seed([self.sessions ^ (me.0 as u8) << 4; 32]),
            };
            Timed { future: Box::pin(run(&self.plan, session, holdings)), cpu: Duration::ZERO }
        });
        block_on(join_all(parties))
    }
}

async fn run(plan: &Plan, session: Session, holdings: Holdings) -> CurveOutcome {
    let (_, outcome) = run_curve_party(plan, session, holdings, &mut NoHooks).await;
    outcome.unwrap_or_else(|error| panic!("{error}"))
}

/// A party, with the CPU time of its polls.
struct Timed<'a> {
    future: Pin<Box<dyn Future<Output = CurveOutcome> + 'a>>,
    cpu: Duration,
}

impl Future for Timed<'_> {
    type Output = Party;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Party> {
        let start = ThreadTime::now();
        let polled = self.future.as_mut().poll(context);
        self.cpu += start.elapsed();
        polled.map(|outcome| Party { outcome, cpu: self.cpu })
    }
}
