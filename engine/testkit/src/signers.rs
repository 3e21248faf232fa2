//! Parties of programs over curves: all of them in one process, each with what it keeps.

use std::sync::Arc;

use quorate_circuits::bind::BoundProgram;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{Link, Network, PartyIndex, memory_links};
use quorate_engine::plan::{Plan, plan};
use quorate_engine::protocol::{ProtocolName, Session};
use quorate_engine::run::{CurveOutcome, Holdings, NoHooks, RunError, run_curve_party};

use crate::case::{Case, seed_bytes};
use crate::clock::{Part, Stalled, VirtualClock, drive};

/// The steps that programs over curves alone take, in the order of their names.
pub const SIGNING_STEPS: [&str; 23] = [
    "dkls/answer",
    "dkls/draw",
    "dkls/open",
    "frost/commit",
    "frost/echo",
    "frost/share",
    "key/answer",
    "key/commit",
    "key/complain",
    "key/confirm",
    "key/deal",
    "key/settle",
    "shamir-signing/open",
    "shamir-signing/points",
    "shamir-signing/ready",
    "shamir-signing/seeds",
    "spdz-signing/answer",
    "spdz-signing/begin",
    "spdz-signing/check",
    "spdz-signing/multiply",
    "spdz-signing/open",
    "spdz-signing/sacrifice",
    "spdz-signing/values",
];

/// The steps that programs of a key's later life alone take, in the order of their names.
pub const LIFE_STEPS: [&str; 8] = [
    "hand/mask",
    "hand/term",
    "reshare/answer",
    "reshare/commit",
    "reshare/complain",
    "reshare/confirm",
    "reshare/deal",
    "reshare/settle",
];

/// A run of a program over a curve.
#[derive(Clone, Debug)]
pub struct Signers {
    plan: Plan,
    seed: u64,
}

/// What is left of a party.
pub struct Signed {
    /// Its session; `None` after a failure, with its links closed.
    pub session: Option<Session>,
    /// What it has.
    pub result: Result<CurveOutcome, RunError>,
}

impl Signers {
    /// A program (a name of the library, or a text) with arguments as for [`Case::new`], one party for each role.
    ///
    /// # Panics
    /// If they do not fit together, or the protocol does not run the program.
    pub fn new(program: &str, arguments: &str, protocol: ProtocolName) -> Self {
        Self::of(&Case::new(program, arguments, &[]).program, protocol)
    }

    /// A bound program.
    pub fn of(program: &Arc<BoundProgram>, protocol: ProtocolName) -> Self {
        let party_of: Vec<PartyIndex> = (0..program.roles.len()).map(PartyIndex).collect();
        Self { plan: plan(program, protocol, party_of.len(), &party_of), seed: 1 }
    }

    /// Likewise, where party `seats[r]` plays role `r`.
    ///
    /// # Panics
    /// As of [`Self::new`], or if a party plays no role.
    pub fn seated(program: &str, arguments: &str, protocol: ProtocolName, seats: &[usize]) -> Self {
        let program = Case::new(program, arguments, &[]).program;
        let party_of: Vec<PartyIndex> = seats.iter().copied().map(PartyIndex).collect();
        let parties = seats.iter().max().map_or(0, |last| last + 1);
        Self { plan: plan(&program, protocol, parties, &party_of), seed: 1 }
    }

    /// With other randomness, in another session.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The plan that all parties follow.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Runs all parties over memory; `holdings` is by party.
    ///
    /// # Panics
    /// If they wait for each other for ever.
    pub fn run(&self, holdings: Vec<Holdings>) -> Vec<Signed> {
        let ended = self.run_over(holdings, memory_links(self.plan.parties), &VirtualClock::new());
        ended.unwrap_or_else(|stalled| panic!("{stalled:?}"))
    }

    /// Runs all parties over given links.
    ///
    /// # Errors
    /// If they wait for each other for ever.
    pub fn run_over(
        &self,
        holdings: Vec<Holdings>,
        links: Vec<Vec<Option<Link>>>,
        clock: &VirtualClock,
    ) -> Result<Vec<Signed>, Stalled> {
        let parts = links.into_iter().zip(holdings).enumerate().map(|(me, (links, holdings))| -> Part<'_, Signed> {
            Box::pin(self.party(PartyIndex(me), links, holdings))
        });
        drive(clock, parts.collect())
    }

    async fn party(&self, me: PartyIndex, links: Vec<Option<Link>>, holdings: Holdings) -> Signed {
        let session = Session {
            id: SessionId(seed_bytes(self.seed, u64::MAX - 1)),
            network: Network::new(me, links),
            random: Random::dangerous_from_seed(seed_bytes(self.seed, me.0 as u64)),
        };
        let (session, result) = run_curve_party(&self.plan, session, holdings, &mut NoHooks).await;
        Signed { session: result.is_ok().then_some(session), result }
    }
}
