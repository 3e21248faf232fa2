//! Correlated randomness for later runs, ahead of time.

use std::num::Wrapping;

use futures_util::future::LocalBoxFuture;
use quorate_circuits::clear::Inputs;

use super::{Hooks, Plain, RunError, StageDemand, execute};
use crate::correlation::{Correlations, Demand, MaterialSink, RingElement};
use crate::crypto::{SessionId, Transcript};
use crate::net::Phase;
use crate::ot::BaseOt;
use crate::plan::{Consumption, Material, Plan, garbled_demands};
use crate::protocol::authenticated::Authenticated;
use crate::protocol::spdz::Spdz;
use crate::protocol::yao::{self, Evaluator, Garbler};
use crate::protocol::{Ahead, Protocol, Ring, Session};

/// Makes what `runs` runs of a plan consume, run after run, into `sink`, and gives the session back. Nothing is opened, no
/// input is touched. All parties call it with the same consumption and number. `progress` is told how many stretches of
/// how many are made.
///
/// # Errors
/// The channels'; a failed check of what is made; the sink's.
pub fn preprocess<'a>(
    consumption: &'a Consumption,
    runs: u32,
    session: Session,
    sink: &'a mut dyn MaterialSink,
    progress: &'a mut dyn FnMut(u64, u64),
) -> LocalBoxFuture<'a, (Session, Result<(), RunError>)> {
    let (base, total) = (consumption.base_ot(), u64::from(runs) * consumption.stretches() as u64);
    let mut done = 0;
    let step = move || {
        done += 1;
        progress(done, total);
    };
    let mut making = Making { runs, sink, step };
    Box::pin(async move {
        match (consumption.material(), consumption.ring()) {
            (Material::Sums(demands), Ring::Z64) => making.sums::<Wrapping<u64>>(demands, base, session).await,
            (Material::Sums(demands), Ring::Z128) => making.sums::<Wrapping<u128>>(demands, base, session).await,
            (Material::Garbling(demands), _) => {
                let new = |session| Authenticated::new(session).based_on(base);
                making.runs(demands, (new, Authenticated::into_session), session).await
            }
            (Material::Spdz(demands), _) => {
                let new = |session| Spdz::new(session).based_on(base);
                making.runs(demands, (new, Spdz::into_session), session).await
            }
            (Material::Garbled(garbled), _) => making.garbled(&garbled.plan, session).await,
        }
    })
}

/// Runs that are being made, and whom to tell of each stretch.
struct Making<'a, F> {
    runs: u32,
    sink: &'a mut dyn MaterialSink,
    step: F,
}

impl<F: FnMut()> Making<'_, F> {
    /// Runs by additive shares, all from one set-up.
    async fn sums<R: RingElement>(
        &mut self,
        demands: &[Demand],
        base: BaseOt,
        mut session: Session,
    ) -> (Session, Result<(), RunError>) {
        let mut correlations = Correlations::<R>::new(session.network.me()).based_on(base);
        for _ in 0..self.runs {
            if let Err(error) = self.run_of_sums(&mut correlations, demands, &mut session).await {
                return (session, Err(error));
            }
        }
        (session, Ok(()))
    }

    async fn run_of_sums<R: RingElement>(
        &mut self,
        correlations: &mut Correlations<R>,
        demands: &[Demand],
        session: &mut Session,
    ) -> Result<(), RunError> {
        let Session { id, network, random, .. } = session;
        for demand in demands {
            if correlations.needs_set_up(demand, network.parties()) {
                network.enter(Phase::SetUp);
                correlations.set_up(network, random, id, demand).await?;
            }
            network.enter(Phase::Preprocessing);
            correlations.make(network, random, demand).await?;
            correlations.put_aside(demand, self.sink)?;
            (self.step)();
        }
        Ok(self.sink.end_run()?)
    }

    /// Runs that each have a set-up, and keys, of their own.
    async fn runs<P: Ahead>(
        &mut self,
        demands: &[P::Demand],
        (new, into_session): (impl Fn(Session) -> P, impl Fn(P) -> Session),
        mut session: Session,
    ) -> (Session, Result<(), RunError>) {
        let id = session.id;
        let mut result = Ok(());
        for run in 0..self.runs {
            session.id = id_of_run(&id, run);
            let mut protocol = new(session);
            result = self.run(&mut protocol, demands).await;
            session = into_session(protocol);
            session.id = id;
            if result.is_err() {
                break;
            }
        }
        (session, result)
    }

    /// Circuits garbled ahead: each run under a start point and a Delta of its own.
    async fn garbled(&mut self, plan: &Plan, mut session: Session) -> (Session, Result<(), RunError>) {
        let (id, me, garbling, base) = (session.id, session.network.me(), plan.garbling, plan.base_ot);
        let demands = garbled_demands(plan);
        let mut result = Ok(());
        for run in 0..self.runs {
            session.id = id_of_run(&id, run);
            let sink = &mut *self.sink;
            let (back, ended) = if me == yao::GARBLER {
                let garbler = Garbler::ahead(session, garbling, sink).based_on(base);
                through(plan, garbler, Garbler::into_session, &demands, &mut self.step).await
            } else {
                let evaluator = Evaluator::ahead(session, garbling, sink).based_on(base);
                through(plan, evaluator, Evaluator::into_session, &demands, &mut self.step).await
            };
            session = back;
            session.id = id;
            result = ended.and_then(|()| Ok(self.sink.end_run()?));
            if result.is_err() {
                break;
            }
        }
        (session, result)
    }

    async fn run<P: Ahead>(&mut self, protocol: &mut P, demands: &[P::Demand]) -> Result<(), RunError> {
        for demand in demands {
            protocol.make_ahead(demand, self.sink).await?;
            (self.step)();
        }
        Ok(self.sink.end_run()?)
    }
}

/// Takes a party through a plan without inputs.
async fn through<P: Protocol<Demand = yao::Demand>>(
    plan: &Plan,
    mut party: P,
    into_session: impl FnOnce(P) -> Session,
    demands: &[StageDemand<yao::Demand>],
    step: &mut impl FnMut(),
) -> (Session, Result<(), RunError>) {
    let inputs = Inputs::new();
    let mut plain = Plain::ahead(&plan.program, &plan.party_of, &inputs);
    let result = execute(plan, &mut party, &mut plain, demands, &mut Steps(step)).await;
    (into_session(party), result)
}

/// Tells of every wave, and does nothing else: nothing is opened.
struct Steps<'a, F>(&'a mut F);

impl<F: FnMut()> Hooks for Steps<'_, F> {
    fn before_opening<'a>(&'a mut self, _: &'a mut Session) -> LocalBoxFuture<'a, Result<(), RunError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn progress(&mut self, _: u64, _: u64) {
        (self.0)();
    }
}

/// The name that a run has while it is made: hashes of two set-ups have nothing in common.
fn id_of_run(session: &SessionId, run: u32) -> SessionId {
    let mut transcript = Transcript::new("quorate 2026 prepared run", session);
    SessionId(transcript.append("run", &run.to_le_bytes()).digest())
}
