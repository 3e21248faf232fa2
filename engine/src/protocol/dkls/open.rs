//! Opening sums: one scalar from every signer to every other.

use quorate_circuits::curve::{Curve, SCALAR_BYTES};

use super::OPEN;
use crate::net::{ChannelError, ChannelFault, Network, Step};

/// Opens the sums of everybody's `shares`.
///
/// # Errors
/// The channels'; a share that is no scalar.
pub async fn open<C: Curve>(net: &mut Network, shares: &[C::Scalar]) -> Result<Vec<C::Scalar>, ChannelError> {
    open_at::<C>(net, OPEN, shares).await
}

/// Likewise, in another protocol's step.
///
/// # Errors
/// As of [`open`].
pub(in crate::protocol) async fn open_at<C: Curve>(
    net: &mut Network,
    step: Step,
    shares: &[C::Scalar],
) -> Result<Vec<C::Scalar>, ChannelError> {
    let mut message = Vec::with_capacity(shares.len() * SCALAR_BYTES);
    shares.iter().for_each(|share| message.extend_from_slice(&C::encode_scalar(share)));
    let incoming = net.exchange_all(step, &message, message.len()).await?;
    let mut sums = shares.to_vec();
    for peer in net.peers() {
        for (sum, bytes) in sums.iter_mut().zip(incoming[peer.0].as_chunks().0) {
            let share = C::decode_scalar(bytes).ok_or(ChannelError {
                peer,
                step,
                fault: ChannelFault::Malformed("an opened share is not below the group's order"),
            })?;
            *sum += share;
        }
    }
    Ok(sums)
}
