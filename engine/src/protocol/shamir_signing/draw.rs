//! Everything that is drawn for a program: nonces, masks and their products.

use quorate_circuits::curve::Curve;
use zeroize::Zeroizing;

use super::points::open_points;
use super::polynomial::{at_zero, parity};
use super::seeds::{agree, agree_cost};
use super::{Points, READY, Zeros};
use crate::crypto::{Random, SessionId};
use crate::net::{ChannelError, Ledger, Network, Phase};
use crate::protocol::dkls::{Drawn, Draws, Operand};

/// Draws with all other signers at once, and gives what hides what is opened of it. `keys` are this signer's shares of the
/// held factors, of degree `t` at the same points. What was drawn is given as parts of sums, like the shares of a
/// key that has a part for each signer.
///
/// # Errors
/// The channels'; points that are none, or that lie on no polynomial.
pub async fn draw<C: Curve>(
    net: &mut Network,
    random: &mut Random,
    session: &SessionId,
    points: &Points,
    draws: &Draws,
    keys: &[C::Scalar],
) -> Result<(Drawn<C>, Zeros), ChannelError> {
    net.enter(Phase::SetUp);
    let (mut sets, zeros) = agree::<C>(net, random, session, points).await?;
    let nonces: Vec<_> = draws.nonces.iter().map(|length| sets.shares(*length)).collect();
    let masks: Vec<_> = draws.masks.iter().map(|mask| sets.shares(mask.length)).collect();
    let opened = if nonces.iter().all(|nonce| nonce.is_empty()) {
        net.enter(Phase::Preprocessing);
        Vec::new()
    } else {
        net.exchange_all(READY, &[], 0).await?;
        net.enter(Phase::Preprocessing);
        let shares = Zeroizing::new(nonces.iter().flat_map(|shares| shares.iter().copied()).collect::<Vec<_>>());
        open_points::<C>(net, random, points, &shares).await?
    };
    let mut opened = opened.into_iter();
    let weight = at_zero::<C::Scalar>(&points.0, &parity(&points.0))[net.me().0];
    let weighed = |shares: &Zeroizing<Vec<C::Scalar>>| shares.iter().map(|share| weight * share).collect::<Vec<_>>();
    let product = |mask: &[C::Scalar], operand: &Operand| -> Vec<C::Scalar> {
        let factor = |element: usize| match *operand {
            Operand::Nonce(nonce) => nonces[nonce][element % nonces[nonce].len()],
            Operand::Key(key) => keys[key],
        };
        mask.iter().enumerate().map(|(element, mask)| weight * mask * factor(element)).collect()
    };
    let of_mask = |(mask, shares): (&crate::protocol::dkls::MaskDraw, &Zeroizing<Vec<C::Scalar>>)| {
        mask.operands.iter().map(|operand| product(shares, operand)).collect::<Vec<_>>()
    };
    let drawn = Drawn {
        points: draws.nonces.iter().map(|length| opened.by_ref().take(*length).collect()).collect(),
        products: draws.masks.iter().zip(&masks).map(of_mask).collect(),
        nonces: nonces.iter().map(weighed).collect(),
        masks: masks.iter().map(weighed).collect(),
    };
    Ok((drawn, zeros))
}

/// Writes the messages of one [`draw`] of all signers.
pub fn draw_cost<C: Curve>(ledger: &mut Ledger, draws: &Draws) {
    let nonces: usize = draws.nonces.iter().sum();
    ledger.enter(Phase::SetUp);
    agree_cost(ledger);
    if nonces > 0 {
        ledger.exchange_all(0);
    }
    ledger.enter(Phase::Preprocessing);
    if nonces > 0 {
        ledger.exchange_all((nonces * C::POINT_BYTES) as u64);
    }
}
