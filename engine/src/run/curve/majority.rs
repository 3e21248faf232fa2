//! Signers of whom fewer than half are corrupted, in the place of pairs with OTs.

use quorate_circuits::curve::Curve;
use zeroize::Zeroizing;

use super::record::{Held, HeldKey};
use crate::net::ChannelError;
use crate::plan::CurvePlan;
use crate::protocol::Session;
use crate::protocol::dkls::{Drawn, Draws};
use crate::protocol::shamir_signing::{Points, Zeros, draw, open};
use crate::record::RecordError;
use crate::run::RunError;

/// What hides what is opened or kept of this session's leaves; sums of an earlier session's are hidden already.
#[derive(Default)]
pub(super) struct Majority {
    zeros: Option<Zeros>,
}

impl Majority {
    /// Checks that the key is one that these signers can use: as many as `2t + 1` where `t + 1` can have it. A program that
    /// makes a key or hands one over is another matter, which the plan has looked at.
    pub(super) fn check<C: Curve>(&self, held: &Held<C>, curve: &CurvePlan) -> Result<(), RecordError> {
        match &held.key {
            Some(key) if !curve.makes_keys() => points(key).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// Draws all leaves; of a key there are `factors` copies.
    pub(super) async fn draw<C: Curve>(
        &mut self,
        held: &Held<C>,
        session: &mut Session,
        draws: &Draws,
        factors: usize,
    ) -> Result<Drawn<C>, RunError> {
        let points = match &held.key {
            Some(key) => points(key)?,
            None => {
                let all: Vec<u16> = (1..=session.network.parties() as u16).collect();
                // The plan has counted the parties.
                Points::new(&all).ok_or(RecordError::Malformed("the number of signers"))?
            }
        };
        let mut keys = Zeroizing::new(Vec::with_capacity(factors));
        if factors > 0 {
            // A key of nothing but a threshold has a share of one row.
            let share = held.key()?.record()?.share.expose_secret();
            keys.extend(share.iter().take(1).cycle().take(factors));
        }
        let Session { id, network, random, .. } = session;
        let (drawn, zeros) = draw::<C>(network, random, id, &points, draws, &keys).await?;
        self.zeros = Some(zeros);
        Ok(drawn)
    }

    /// Opens sums of which this signer has these parts.
    pub(super) async fn open<C: Curve>(
        &mut self,
        session: &mut Session,
        parts: &mut [C::Scalar],
    ) -> Result<Vec<C::Scalar>, ChannelError> {
        if let Some(zeros) = &mut self.zeros {
            zeros.add::<C>(parts);
        }
        open::<C>(&mut session.network, parts).await
    }

    /// A part that is kept.
    pub(super) fn masked<C: Curve>(&mut self, part: C::Scalar) -> C::Scalar {
        let mut parts = [part];
        if let Some(zeros) = &mut self.zeros {
            zeros.add::<C>(&mut parts);
        }
        parts[0]
    }
}

/// Where the signers' shares are.
fn points<C: Curve>(key: &HeldKey<C>) -> Result<Points, RecordError> {
    let access = &key.holding.access;
    let expected = access.plain_threshold().map(|threshold| 2 * threshold - 1);
    let indices = key.signers.indices();
    let points = Points::new(indices).filter(|_| expected == Some(indices.len()));
    points.ok_or_else(|| RecordError::NoMajority { access: access.clone(), expected, found: indices.len() })
}
