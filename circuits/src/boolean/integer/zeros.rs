//! Runs of zeros at either end of a number.

use super::super::{Bits, Builder, Shape, Wire};
use super::associative::prefixes;

/// How many zeros stand above the highest 1, in as many bits as n needs; n for zero.
///
/// `FewAnds`: n - 1 AND gates in a chain. `FewRounds`: depth lg n and fewer than 2n AND gates, 120 for 64 bits.
pub fn leading_zeros(builder: &mut Builder, x: &Bits, shape: Shape) -> Bits {
    let out_width = (usize::BITS - x.width().leading_zeros()) as usize;
    match shape {
        Shape::FewAnds => {
            let flags = zeros_from_top(builder, x, shape);
            thermometer_sum(builder, &flags[1..], out_width)
        }
        Shape::FewRounds => {
            // Ones below the lowest bit end the run where the number ends.
            let padded = x.width().next_power_of_two();
            let padding = vec![Wire::TRUE; padded - x.width()];
            let padded: Vec<Wire> = padding.into_iter().chain(x.iter()).collect();
            count_by_halves(builder, &padded).truncate(out_width)
        }
    }
}

/// How many zeros stand below the lowest 1, in as many bits as n needs; n for zero. The price is that of
/// [`leading_zeros`].
pub fn trailing_zeros(builder: &mut Builder, x: &Bits, shape: Shape) -> Bits {
    let reversed = x.iter().rev().collect();
    leading_zeros(builder, &reversed, shape)
}

/// For each i from 0 to n, whether the i highest bits are all 0: n - 1 AND gates for `FewAnds`.
pub(super) fn zeros_from_top(builder: &mut Builder, x: &Bits, shape: Shape) -> Vec<Wire> {
    let zeros: Vec<Wire> = x.iter().rev().map(|bit| builder.not(bit)).collect();
    let mut flags = vec![Wire::TRUE];
    match shape {
        Shape::FewAnds => {
            for zero in zeros {
                let run = flags[flags.len() - 1];
                flags.push(builder.and(run, zero));
            }
        }
        Shape::FewRounds => flags.extend(prefixes(&zeros, &mut |high, low| builder.and(high, low))),
    }
    flags
}

/// How many of the flags are 1, if no 1 follows a 0: no AND gate. The count c has bit j set where c / 2^j is odd,
/// and as many of every 2^j-th flag are 1 as that quotient says.
fn thermometer_sum(builder: &mut Builder, flags: &[Wire], out_width: usize) -> Bits {
    (0..out_width)
        .map(|bit| {
            let step = 1 << bit;
            flags.iter().skip(step - 1).step_by(step).fold(Wire::FALSE, |parity, &flag| builder.xor(parity, flag))
        })
        .collect()
}

/// The leading zeros of 2^k bits in k + 1 bits. The top bit says that all are 0, and the others are 0 then.
fn count_by_halves(builder: &mut Builder, x: &[Wire]) -> Bits {
    if let [bit] = *x {
        return builder.not(bit).into();
    }
    let (low, high) = x.split_at(x.len() / 2);
    let (low, high) = (count_by_halves(builder, low), count_by_halves(builder, high));
    let below_top = high.width() - 1;
    let all_high = high.top();
    let all = builder.and(all_high, low.top());
    let mut count = Vec::with_capacity(high.width() + 1);
    for bit in 0..below_top {
        let from_low = builder.and(all_high, low[bit]);
        count.push(builder.xor(high[bit], from_low));
    }
    count.push(builder.xor(all_high, all));
    count.push(all);
    count.into()
}
