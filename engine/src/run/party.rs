//! One party of a run, whatever the protocol.

use std::num::Wrapping;

use futures_util::future::LocalBoxFuture;
use quorate_circuits::clear::{Column, Inputs};

use super::dealer::run_dealer;
use super::{Holdings, Hooks, Plain, RunError, execute, run_curve_party};
use crate::correlation::{MaterialSource, RingElement};
use crate::net::{Counters, PartyIndex};
use crate::plan::{Plan, demands_on_paper};
use crate::protocol::{
    Accusation, Ground, Protocol, ProtocolName, Ring, Session, additive, authenticated, replicated, robust, shamir,
    spdz, yao,
};

/// What a party has after a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The outputs that this party learned: name and value, in the order of the program.
    pub outputs: Vec<(String, Column)>,
    /// What it sent and received.
    pub counters: Counters,
    /// Who deviated although the run was finished, as far as this party knows.
    pub accusations: Vec<Accusation>,
}

/// Runs a plan as the party that `session.network` says, and gives the session back for what follows.
///
/// # Errors
/// A bad input of this party, a failed assert, a channel's error, the hook's. The session comes back even
/// then, so that the abort can be recorded.
///
/// The future is boxed so that the protocols are compiled once, here, and not in every crate that runs one.
pub fn run_party<'a>(
    plan: &'a Plan,
    session: Session,
    inputs: &'a Inputs,
    hooks: &'a mut dyn Hooks,
) -> LocalBoxFuture<'a, (Session, Result<Outcome, RunError>)> {
    Box::pin(by_protocol(plan, session, inputs, hooks, None))
}

/// The same on correlated randomness that [`super::preprocess`] made in an earlier session for the plan's
/// [`crate::plan::Consumption`]. Nothing is sent for preprocessing.
///
/// # Errors
/// Also if the material ends too early or was altered.
///
/// # Panics
/// If the plan is not one for prepared material.
pub fn run_prepared_party<'a>(
    plan: &'a Plan,
    session: Session,
    inputs: &'a Inputs,
    hooks: &'a mut dyn Hooks,
    source: Box<dyn MaterialSource>,
) -> LocalBoxFuture<'a, (Session, Result<Outcome, RunError>)> {
    assert!(plan.prepared && plan.protocol.takes_prepared(), "a plan that runs on prepared material");
    Box::pin(by_protocol(plan, session, inputs, hooks, Some(source)))
}

async fn by_protocol(
    plan: &Plan,
    session: Session,
    inputs: &Inputs,
    hooks: &mut dyn Hooks,
    source: Option<Box<dyn MaterialSource>>,
) -> (Session, Result<Outcome, RunError>) {
    assert_eq!(plan.prepared, source.is_some(), "a plan says whether its material is prepared");
    let me = session.network.me();
    match (plan.protocol, plan.ring) {
        (ProtocolName::Yao, _) => garbled(plan, session, inputs, hooks, source).await,
        (ProtocolName::AuthenticatedGarbling, _) => {
            let twin = authenticated::Paper::new(plan.parties).based_on(plan.base_ot);
            let mut real = authenticated::Authenticated::new(session).based_on(plan.base_ot);
            if let Some(source) = source {
                real = real.prepared_by(source);
            }
            party(plan, me, real, authenticated::Authenticated::into_session, twin, inputs, hooks).await
        }
        // Its numbers have 64 bits; larger ones its plans compute on bits.
        (ProtocolName::Spdz, _) => {
            let twin = spdz::Paper::new(plan.parties).based_on(plan.base_ot);
            let mut real = spdz::Spdz::new(session).based_on(plan.base_ot);
            if let Some(source) = source {
                real = real.prepared_by(source);
            }
            party(plan, me, real, spdz::Spdz::into_session, twin, inputs, hooks).await
        }
        (ProtocolName::ShamirRobust, Ring::Z64) => robust_party::<Wrapping<u64>>(plan, session, inputs, hooks).await,
        (ProtocolName::ShamirRobust, Ring::Z128) => robust_party::<Wrapping<u128>>(plan, session, inputs, hooks).await,
        // Its numbers have 64 bits too.
        (ProtocolName::Shamir, _) => {
            let twin = shamir::Paper::new(plan.parties);
            party(plan, me, shamir::Shamir::new(session), shamir::Shamir::into_session, twin, inputs, hooks).await
        }
        (ProtocolName::Additive, Ring::Z64) => {
            additive_party::<Wrapping<u64>>(plan, session, inputs, hooks, source).await
        }
        (ProtocolName::Additive, Ring::Z128) => {
            additive_party::<Wrapping<u128>>(plan, session, inputs, hooks, source).await
        }
        (ProtocolName::Replicated, ring @ Ring::Z64) => {
            let real = replicated::Replicated::<Wrapping<u64>>::new(session);
            let twin = replicated::Paper::new(ring);
            party(plan, me, real, replicated::Replicated::<Wrapping<u64>>::into_session, twin, inputs, hooks).await
        }
        (ProtocolName::Replicated, ring @ Ring::Z128) => {
            let real = replicated::Replicated::<Wrapping<u128>>::new(session);
            let twin = replicated::Paper::new(ring);
            party(plan, me, real, replicated::Replicated::<Wrapping<u128>>::into_session, twin, inputs, hooks).await
        }
        // On bits alone where the ring would have to be wider.
        (ProtocolName::ReplicatedMalicious, ring) => {
            let real = replicated::Replicated::<Wrapping<u64>>::verified(session);
            let twin = replicated::Paper::verified(ring);
            party(plan, me, real, replicated::Replicated::<Wrapping<u64>>::into_session, twin, inputs, hooks).await
        }
        (ProtocolName::Dkls | ProtocolName::Frost | ProtocolName::ShamirSigning | ProtocolName::SpdzSigning, _) => {
            on_a_curve(plan, session, hooks).await
        }
    }
}

/// The party that garbles, or the one that evaluates.
async fn garbled(
    plan: &Plan,
    session: Session,
    inputs: &Inputs,
    hooks: &mut dyn Hooks,
    source: Option<Box<dyn MaterialSource>>,
) -> (Session, Result<Outcome, RunError>) {
    let (me, garbling, base) = (session.network.me(), plan.garbling, plan.base_ot);
    let twin = yao::Paper::new(garbling).based_on(base);
    if me == yao::GARBLER {
        let mut real = yao::Garbler::new(session, garbling).based_on(base);
        if let Some(source) = source {
            real = real.prepared_by(source);
        }
        party(plan, me, real, yao::Garbler::into_session, twin, inputs, hooks).await
    } else {
        let mut real = yao::Evaluator::new(session, garbling).based_on(base);
        if let Some(source) = source {
            real = real.prepared_by(source);
        }
        party(plan, me, real, yao::Evaluator::into_session, twin, inputs, hooks).await
    }
}

/// A program over a curve that holds nothing and keeps nothing.
async fn on_a_curve(plan: &Plan, session: Session, hooks: &mut dyn Hooks) -> (Session, Result<Outcome, RunError>) {
    let holdings = Holdings { seats: (1..=plan.parties as u16).collect(), ..Holdings::default() };
    let (session, result) = run_curve_party(plan, session, holdings, hooks).await;
    // What is kept would be lost here: programs that keep something are run with a store.
    let result = result.and_then(|curve| match curve.kept.as_slice() {
        [] => Ok(curve.outcome),
        _ => Err(RunError::Stopped("this program keeps what it makes; quorate key runs it".to_owned())),
    });
    (session, result)
}

/// A party with additive shares, or the dealer who gives these parties their correlations.
async fn additive_party<R: RingElement>(
    plan: &Plan,
    session: Session,
    inputs: &Inputs,
    hooks: &mut dyn Hooks,
    source: Option<Box<dyn MaterialSource>>,
) -> (Session, Result<Outcome, RunError>) {
    let me = session.network.me();
    let twin = additive::Paper::new(plan.parties, plan.ring);
    if plan.dealer() == Some(me) {
        return run_dealer::<R>(plan, session, twin, hooks).await;
    }
    let mut real = additive::Additive::<R>::new(session).based_on(plan.base_ot).dealt(plan.is_dealt);
    if let Some(source) = source {
        real = real.prepared_by(source);
    }
    party(plan, me, real, additive::Additive::<R>::into_session, twin, inputs, hooks).await
}

async fn robust_party<R: robust::Number>(
    plan: &Plan,
    session: Session,
    inputs: &Inputs,
    hooks: &mut dyn Hooks,
) -> (Session, Result<Outcome, RunError>) {
    let (me, twin) = (session.network.me(), robust::Paper::<R>::new(plan.parties));
    party(plan, me, robust::Robust::<R>::new(session), robust::Robust::<R>::into_session, twin, inputs, hooks).await
}

async fn party<P: Protocol, T: Protocol<Demand = P::Demand>>(
    plan: &Plan,
    me: PartyIndex,
    mut protocol: P,
    into_session: impl FnOnce(P) -> Session,
    mut twin: T,
    inputs: &Inputs,
    hooks: &mut dyn Hooks,
) -> (Session, Result<Outcome, RunError>) {
    let mut plain = Plain::new(&plan.program, me, &plan.party_of, inputs);
    let result = match plain.check_inputs() {
        Err(error) => Err(error.into()),
        Ok(()) => {
            let demands = demands_on_paper(plan, &mut twin);
            execute(plan, &mut protocol, &mut plain, &demands, hooks).await
        }
    };
    let mut accusations = protocol.accusations();
    let replaced = plain.replaced().iter();
    accusations.extend(replaced.map(|party| Accusation {
        party: *party,
        step: robust::ROBUST_MASKS,
        ground: Ground::Proven,
    }));
    let session = into_session(protocol);
    let counters = session.network.counters();
    let result = result.map(|()| {
        let outputs = plain.outputs().map(|(name, _, column)| (name.to_owned(), column.clone())).collect();
        Outcome { outputs, counters, accusations }
    });
    (session, result)
}
