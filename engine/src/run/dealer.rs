//! The dealer of a run.

use super::{Hooks, Outcome, RunError};
use crate::correlation::RingElement;
use crate::correlation::dealer::Dealer;
use crate::plan::{Plan, demands_on_paper};
use crate::protocol::Session;
use crate::protocol::additive::Paper;

/// Deals what each part of each stage consumes, in the order in which the others take it, and is there when everybody
/// signs before something opens. It has no input and learns no output.
pub(super) async fn run_dealer<R: RingElement>(
    plan: &Plan,
    mut session: Session,
    mut twin: Paper,
    hooks: &mut dyn Hooks,
) -> (Session, Result<Outcome, RunError>) {
    let result = deal_all::<R>(plan, &mut session, &mut twin, hooks).await;
    let counters = session.network.counters();
    (session, result.map(|()| Outcome { outputs: Vec::new(), counters, accusations: Vec::new() }))
}

async fn deal_all<R: RingElement>(
    plan: &Plan,
    session: &mut Session,
    twin: &mut Paper,
    hooks: &mut dyn Hooks,
) -> Result<(), RunError> {
    let demands = demands_on_paper(plan, twin);
    let mut dealer = Dealer::<R>::default();
    let (mut opened, mut done) = (false, 0);
    let total = plan.stages.iter().map(|stage| stage.parts().count() as u64).sum();
    for (stage, demand) in plan.stages.iter().zip(&demands) {
        for (_, is_short) in stage.parts() {
            if let Some(demand) = demand.of(is_short) {
                let Session { id, network, random, .. } = &mut *session;
                dealer.deal(network, random, id, demand).await?;
            }
            if stage.opens() && !opened {
                opened = true;
                hooks.before_opening(session).await?;
            }
            done += 1;
            hooks.progress(done, total);
        }
    }
    Ok(())
}
