//! Sums of boolean vectors: a tree of additions, each level one batch.

use quorate_circuits::lower::Operand;

use crate::net::ChannelError;
use crate::plan::{Circuits, Recipe};
use crate::protocol::{CallRequest, Pick, Protocol};

/// Sums of consecutive runs of `width` elements of `operand`'s kind, each sum of `bits` bits.
pub(super) async fn sum_runs<P: Protocol>(
    protocol: &mut P,
    circuits: &mut Circuits,
    share: &P::Share,
    operand: Operand,
    width: usize,
    bits: u32,
) -> Result<P::Share, ChannelError> {
    let rows = protocol.length(share) / width.max(1);
    let mut operand = operand;
    let mut current = protocol.duplicate(share);
    // Where element `i` of row `r` stands.
    let mut at: Vec<u32> = (0..rows * width).map(|i| i as u32).collect();
    let mut left = width;
    while left > 1 {
        let (pairs, odd) = (left / 2, left % 2 == 1);
        let sum = Operand { width: (operand.width + 1).min(bits), ..operand };
        let position = |row: usize, i: usize| at[row * left + i];
        let all = |pick: &dyn Fn(usize) -> usize| -> Pick {
            Pick::Gather(
                (0..rows).flat_map(|r| (0..pairs).map(move |i| (r, i))).map(|(r, i)| position(r, pick(i))).collect(),
            )
        };
        let (a, b) = (protocol.pick(&current, &all(&|i| 2 * i)), protocol.pick(&current, &all(&|i| 2 * i + 1)));
        let circuit = circuits.of(Recipe::Sum(vec![operand, operand], sum.width));
        let mut sums = one(protocol, &[CallRequest { circuit: &circuit, operands: vec![&a, &b] }]).await?;
        let mut next: Vec<u32> = (0..rows * pairs).map(|i| i as u32).collect();
        if odd {
            let rest = protocol.pick(&current, &Pick::Gather((0..rows).map(|r| position(r, left - 1)).collect()));
            let rest = widened(protocol, circuits, &rest, operand, sum.width).await?;
            sums = protocol.concatenate(&[&sums, &rest]);
            next = (0..rows)
                .flat_map(|r| (0..=pairs).map(move |i| if i < pairs { r * pairs + i } else { rows * pairs + r }))
                .map(|i| i as u32)
                .collect();
        }
        (current, at, operand, left) = (sums, next, sum, pairs + usize::from(odd));
    }
    widened(protocol, circuits, &current, operand, bits).await
}

async fn widened<P: Protocol>(
    protocol: &mut P,
    circuits: &mut Circuits,
    share: &P::Share,
    operand: Operand,
    bits: u32,
) -> Result<P::Share, ChannelError> {
    if operand.width == bits {
        return Ok(protocol.duplicate(share));
    }
    let circuit = circuits.of(Recipe::Sum(vec![operand], bits));
    one(protocol, &[CallRequest { circuit: &circuit, operands: vec![share] }]).await
}

/// One call with one output.
pub(super) async fn one<P: Protocol>(
    protocol: &mut P,
    calls: &[CallRequest<'_, P::Share>],
) -> Result<P::Share, ChannelError> {
    let mut outputs = protocol.call(calls).await?;
    Ok(outputs.remove(0).remove(0))
}
