//! One party of a program over a curve.
//!
//! Public values are columns, as everywhere; secret ones are sums of leaves with public coefficients ([`sum`]). The
//! executor draws all leaves, computes whatever is computable, opens what must be opened to go on, and begins again
//! until nothing is left ([`execute`]; [`known`] saves computing twice). What a leaf's share is, and how a sum is opened, is the protocol's ([`signers`]).

mod authenticated;
mod execute;
mod frost;
mod generate;
mod known;
mod life;
mod majority;
mod record;
mod signers;
mod sum;

use std::collections::BTreeMap;

use futures_util::future::LocalBoxFuture;
use quorate_circuits::curve::{CurveName, Ed25519, P256, Secp256k1};
use zeroize::{Zeroize, Zeroizing};

use super::{Hooks, Outcome, RunError};
use crate::plan::{CurvePlan, Plan};
use crate::protocol::Session;
use frost::SchnorrCurve;

/// What a party brings from earlier sessions.
#[derive(Default)]
pub struct Holdings {
    /// By record: its bytes, as they were kept. A one-time record is consumed by handing it in.
    pub records: BTreeMap<String, Zeroizing<Vec<u8>>>,
    /// By party: which holder of the key it is, from 1. Where some parties alone have shares (`held … by`), what counts is
    /// what is said of those who deal or help; 0 for others.
    pub seats: Vec<u16>,
}

/// What is to be kept for later sessions.
pub struct Kept {
    /// The record.
    pub record: String,
    /// Its bytes; of a vector, one for each element.
    pub items: Vec<Zeroizing<Vec<u8>>>,
}

/// What a party has after a program over a curve.
pub struct CurveOutcome {
    /// Outputs and counters.
    pub outcome: Outcome,
    /// What is to be kept, in the order of the program.
    pub kept: Vec<Kept>,
}

/// Runs a plan over a curve as the party that `session.network` says, and gives the session back for what follows.
///
/// # Errors
/// A record that is malformed or belongs to something else; a failed check or assert; a channel's error; the hook's.
///
/// # Panics
/// If the plan is not one over a curve.
pub fn run_curve_party<'a>(
    plan: &'a Plan,
    session: Session,
    holdings: Holdings,
    hooks: &'a mut dyn Hooks,
) -> LocalBoxFuture<'a, (Session, Result<CurveOutcome, RunError>)> {
    Box::pin(on_its_curve(plan, session, holdings, hooks))
}

async fn on_its_curve(
    plan: &Plan,
    mut session: Session,
    holdings: Holdings,
    hooks: &mut dyn Hooks,
) -> (Session, Result<CurveOutcome, RunError>) {
    let curve = plan.curve.as_ref().expect("a plan over a curve");
    let result = match curve.curve {
        CurveName::Secp256k1 => party::<Secp256k1>(plan, curve, &mut session, holdings, hooks).await,
        CurveName::P256 => party::<P256>(plan, curve, &mut session, holdings, hooks).await,
        CurveName::Ed25519 => party::<Ed25519>(plan, curve, &mut session, holdings, hooks).await,
    };
    (session, result)
}

/// Wipes a record that was read: a word at a time, where [`Zeroizing`] writes byte by byte. That of a key has 16 KB for every
/// other holder, so that it shows.
fn wipe(mut record: Zeroizing<Vec<u8>>) {
    let mut bytes = std::mem::take(&mut *record);
    bytes.resize(bytes.capacity(), 0);
    let (head, words, tail) = bytemuck::pod_align_to_mut::<u8, u64>(&mut bytes);
    head.zeroize();
    words.zeroize();
    tail.zeroize();
}

async fn party<C: SchnorrCurve>(
    plan: &Plan,
    curve: &CurvePlan,
    session: &mut Session,
    holdings: Holdings,
    hooks: &mut dyn Hooks,
) -> Result<CurveOutcome, RunError> {
    let held = record::read::<C>(&plan.program, &holdings, &session.network);
    holdings.records.into_values().for_each(wipe);
    let held = held?;
    execute::Execution::new(plan, curve, session, held, hooks).run().await
}
