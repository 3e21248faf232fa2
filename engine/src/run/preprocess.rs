//! Correlated randomness for later runs, ahead of time.

use std::num::Wrapping;

use futures_util::future::LocalBoxFuture;

use super::RunError;
use crate::correlation::{Correlations, MaterialSink, RingElement};
use crate::net::Phase;
use crate::plan::Consumption;
use crate::protocol::{Ring, Session};

/// Makes what `runs` runs of a plan consume, run after run, into `sink`, and gives the session back. Nothing is opened, no
/// input is touched. All parties call it with the same consumption and number. `progress` is told how many stretches of
/// how many are made.
///
/// # Errors
/// The channels'; a failed check of an OT extension; the sink's.
pub fn preprocess<'a>(
    consumption: &'a Consumption,
    runs: u32,
    session: Session,
    sink: &'a mut dyn MaterialSink,
    progress: &'a mut dyn FnMut(u64, u64),
) -> LocalBoxFuture<'a, (Session, Result<(), RunError>)> {
    Box::pin(async move {
        let mut session = session;
        let result = match consumption.ring() {
            Ring::Z64 => in_ring::<Wrapping<u64>>(consumption, runs, &mut session, sink, progress).await,
            Ring::Z128 => in_ring::<Wrapping<u128>>(consumption, runs, &mut session, sink, progress).await,
        };
        (session, result)
    })
}

async fn in_ring<R: RingElement>(
    consumption: &Consumption,
    runs: u32,
    session: &mut Session,
    sink: &mut dyn MaterialSink,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), RunError> {
    let Session { id, network, random, .. } = session;
    let mut correlations = Correlations::<R>::new(network.me()).based_on(consumption.base_ot());
    let total = u64::from(runs) * consumption.stretches().len() as u64;
    let mut done = 0;
    for _ in 0..runs {
        for demand in consumption.stretches() {
            if correlations.needs_set_up(demand, network.parties()) {
                network.enter(Phase::SetUp);
                correlations.set_up(network, random, id, demand).await?;
            }
            network.enter(Phase::Preprocessing);
            correlations.make(network, random, demand).await?;
            correlations.put_aside(demand, sink)?;
            done += 1;
            progress(done, total);
        }
        sink.end_run()?;
    }
    Ok(())
}
