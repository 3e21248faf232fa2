//! Sums of boolean vectors: a tree of additions, each level one batch.

use quorate_circuits::bind::View;
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
    let (mut operand, mut left) = (operand, width);
    let mut current = protocol.duplicate(share);
    // Element `i` of row `r` stands at `i * across + r * down`: row after row at first, column after column then,
    // where halves lie together and an odd rest is one more column.
    let (mut across, mut down) = (1, width);
    while left > 1 {
        let pairs = left / 2;
        let columns =
            |from: usize, count| Pick::View(View { offset: from * across, axes: vec![(count, across), (rows, down)] });
        let sum = Operand { width: (operand.width + 1).min(bits), ..operand };
        let (a, b) = (protocol.pick(&current, &columns(0, pairs)), protocol.pick(&current, &columns(pairs, pairs)));
        let circuit = circuits.of(Recipe::Sum(vec![operand, operand], sum.width));
        let mut sums = one(protocol, &[CallRequest { circuit: &circuit, operands: vec![&a, &b] }]).await?;
        if left % 2 == 1 {
            let rest = protocol.pick(&current, &columns(left - 1, 1));
            let rest = widened(protocol, circuits, &rest, operand, sum.width).await?;
            sums = protocol.concatenate(&[&sums, &rest]);
        }
        (current, operand, left, across, down) = (sums, sum, left.div_ceil(2), rows, 1);
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
