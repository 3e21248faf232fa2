//! All parties of a plan in one process, on one thread, from one seed.

use std::sync::Arc;
use std::time::Duration;

use futures_executor::block_on;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{Clock, Link, Network, PartyIndex, Patience, SimulatedLine, memory_links, mesh, simulate};
use quorate_engine::ot::BaseOt;
use quorate_engine::plan::{Plan, plan, technique};
use quorate_engine::protocol::yao::Garbling;
use quorate_engine::protocol::{ProtocolName, Session};
use quorate_engine::run::{NoHooks, Outcome, RunError, run_party};

use crate::case::{Case, seed_bytes};
use crate::clock::{Part, Stalled, VirtualClock, drive};

/// The parties of a run, before it.
#[derive(Clone, Debug)]
pub struct Cluster {
    case: Case,
    protocol: ProtocolName,
    garbling: Garbling,
    base_ot: BaseOt,
    is_dealt: bool,
    parties: usize,
    party_of: Vec<PartyIndex>,
    seed: u64,
    patience: Option<Duration>,
}

/// What is left of a party after a run.
pub struct Ended {
    /// Which party.
    pub party: PartyIndex,
    /// Its session. A failed one is gone, and its links are closed, as a runtime would close them: otherwise
    /// the others would wait for a party that has given up.
    pub session: Option<Session>,
    /// What it learned, or why it stopped.
    pub result: Result<Outcome, RunError>,
}

impl Cluster {
    /// One party for each role; see [`Case::new`] for how program, arguments and inputs are written.
    ///
    /// # Panics
    /// If they do not fit together.
    pub fn of(source: &str, arguments: &str, inputs: &[(&str, &str)]) -> Self {
        Self::new(Case::new(source, arguments, inputs))
    }

    /// One party for each role.
    pub fn new(case: Case) -> Self {
        let parties = case.program.roles.len();
        let party_of = (0..parties).map(PartyIndex).collect();
        Self {
            case,
            protocol: ProtocolName::Additive,
            garbling: Garbling::default(),
            base_ot: BaseOt::default(),
            is_dealt: false,
            parties,
            party_of,
            seed: 1,
            patience: None,
        }
    }

    /// Under this protocol (additive sharing, if nothing is said).
    #[must_use]
    pub fn protocol(mut self, protocol: ProtocolName) -> Self {
        self.protocol = protocol;
        self
    }

    /// With this garbling, where the protocol is `yao`.
    #[must_use]
    pub fn garbling(mut self, garbling: Garbling) -> Self {
        self.garbling = garbling;
        self
    }

    /// With base OTs of this kind, where the protocol has any.
    #[must_use]
    pub fn base_ot(mut self, base: BaseOt) -> Self {
        self.base_ot = base;
        self
    }

    /// With a dealer behind the parties, where the protocol takes one.
    #[must_use]
    pub fn dealt(mut self) -> Self {
        self.is_dealt = true;
        self
    }

    /// The ways in which its protocol can be run, which do not change what anybody learns.
    pub fn variants(&self) -> Vec<Self> {
        let garblings = if self.protocol == ProtocolName::Yao { &Garbling::ALL[..] } else { &[Garbling::HalfGates] };
        garblings.iter().map(|garbling| self.clone().garbling(*garbling)).collect()
    }

    /// With other randomness.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Where protocols do not end because somebody is silent, parties wait for so long.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Party `seats[r]` plays role `r`; every party plays one.
    #[must_use]
    pub fn seats(mut self, seats: &[usize]) -> Self {
        self.party_of = seats.iter().copied().map(PartyIndex).collect();
        self.parties = seats.iter().max().map_or(0, |last| last + 1);
        self
    }

    /// What is run.
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// By role, the party that plays it.
    pub fn party_of(&self) -> &[PartyIndex] {
        &self.party_of
    }

    /// How many parties there are, besides a dealer.
    pub fn size(&self) -> usize {
        self.parties
    }

    /// How many take part, a dealer among them.
    pub fn all(&self) -> usize {
        self.parties + usize::from(self.is_dealt)
    }

    /// Program and protocol, for a table of figures.
    pub fn label(&self) -> String {
        format!("{}, {}", self.case.name, self.protocol.name())
    }

    /// What a failing test calls it; a run of the same description replays.
    pub fn describe(&self) -> String {
        let seats: Vec<usize> = self.party_of.iter().map(|party| party.0).collect();
        let (protocol, parties, seed) =
            (technique(self.protocol, self.garbling, self.base_ot), self.parties, self.seed);
        let dealer = if self.is_dealt { " and a dealer" } else { "" };
        format!("{} under {protocol}, {parties} parties{dealer}, seats {seats:?}, seed {seed}", self.case.name)
    }

    /// The plan that all parties follow.
    pub fn plan(&self) -> Plan {
        let plan = plan(&self.case.program, self.protocol, self.parties, &self.party_of);
        Plan { garbling: self.garbling, base_ot: self.base_ot, is_dealt: self.is_dealt, ..plan }
    }

    /// Runs all parties over memory.
    ///
    /// # Panics
    /// If they wait for each other for ever.
    pub fn run(&self) -> Vec<Ended> {
        let ended = self.run_over(memory_links(self.all()), &VirtualClock::new());
        ended.unwrap_or_else(|stalled| panic!("{}: {stalled:?}", self.describe()))
    }

    /// Runs all parties over lines of this kind between every two, and says how long it took.
    ///
    /// # Panics
    /// If they wait for each other for ever.
    pub fn run_at_a_distance(&self, line: SimulatedLine) -> (Vec<Ended>, Duration) {
        let clock = VirtualClock::new();
        let ended = self.run_over(simulated_links(self.all(), line, &clock), &clock);
        (ended.unwrap_or_else(|stalled| panic!("{}: {stalled:?}", self.describe())), clock.now())
    }

    /// Runs all parties over given links.
    ///
    /// # Errors
    /// If they wait for each other for ever.
    pub fn run_over(&self, links: Vec<Vec<Option<Link>>>, clock: &Arc<VirtualClock>) -> Result<Vec<Ended>, Stalled> {
        self.run_by(&vec![self.plan(); self.all()], links, clock)
    }

    /// Runs all parties over given links, each by a plan of its own: one that cheats skips a check of its own inputs.
    ///
    /// # Errors
    /// If they wait for each other for ever.
    pub fn run_by(
        &self,
        plans: &[Plan],
        links: Vec<Vec<Option<Link>>>,
        clock: &Arc<VirtualClock>,
    ) -> Result<Vec<Ended>, Stalled> {
        let parts =
            links.into_iter().zip(plans).enumerate().map(|(me, (links, plan))| -> Part<'_, Ended> {
                Box::pin(self.party(plan, PartyIndex(me), links, clock))
            });
        drive(clock, parts.collect())
    }

    /// Runs one party alone on this thread; the others are elsewhere, behind its links, which other threads move.
    pub fn run_one(&self, party: PartyIndex, links: Vec<Option<Link>>) -> Ended {
        block_on(self.party(&self.plan(), party, links, &VirtualClock::new()))
    }

    async fn party(
        &self,
        plan: &Plan,
        party: PartyIndex,
        links: Vec<Option<Link>>,
        clock: &Arc<VirtualClock>,
    ) -> Ended {
        let mut network = Network::new(party, links);
        if let Some(first) = self.patience {
            network.be_patient(Patience { clock: clock.clone(), first, growth: first / 100 });
        }
        let session = Session {
            id: SessionId(seed_bytes(self.seed, u64::MAX - 1)),
            network,
            random: Random::dangerous_from_seed(seed_bytes(self.seed, party.0 as u64)),
        };
        let (session, result) = run_party(plan, session, &self.case.inputs, &mut NoHooks).await;
        Ended { party, session: result.is_ok().then_some(session), result }
    }
}

/// Lines of this kind between every two parties.
pub fn simulated_links(parties: usize, line: SimulatedLine, clock: &Arc<VirtualClock>) -> Vec<Vec<Option<Link>>> {
    let clock: Arc<dyn Clock> = clock.clone();
    mesh(parties, || simulate(line, &clock))
}
