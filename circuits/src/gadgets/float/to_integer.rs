//! Floating-point numbers as integers.

use super::Format;
use super::operand::Operand;
use super::window::{Window, any};
use crate::boolean::{Bits, Builder, Shape, Signedness, Wire, integer};

/// The integer of `width` bits that comes of cutting off what is behind the point; the least or the greatest one for
/// numbers beyond, and 0 for a NaN: Rust's `as`.
///
/// `f64-to-i64`: 562 AND gates, depth 81 for `FewAnds`; 672, depth 20 for `FewRounds`.
///
/// # Panics
/// If the operand does not have the width of the format, or all numbers are within the range of the integers.
pub fn to_integer(
    builder: &mut Builder,
    x: &Bits,
    format: Format,
    width: usize,
    signedness: Signedness,
    shape: Shape,
) -> Bits {
    let x = Operand::new(builder, x, format);
    let (bits, negative) = match signedness {
        Signedness::Unsigned => (width, Wire::FALSE),
        Signedness::Signed => (width - 1, x.sign),
    };
    assert!(0 < bits && (bits as i64) < format.bias(), "integers of {width} bits");
    let Reach { toward_left, within, above } = reach(builder, &x, bits, format, shape);
    // Numbers below 0 are below all natural ones.
    let positive = builder.not(x.sign);
    let (within, above) = match signedness {
        Signedness::Unsigned => (builder.and(within, positive), builder.and(above, positive)),
        Signedness::Signed => (within, above),
    };

    let fraction: Bits = x.fraction.iter().map(|bit| builder.and(bit, within)).collect();
    let significand = fraction.concat(&within.into());
    let magnitude = truncated(builder, &significand, &toward_left, bits);
    let nan = x.is_nan(builder);
    let ordered = builder.not(nan);
    let saturates = builder.and(above, ordered);
    match signedness {
        Signedness::Unsigned => magnitude.iter().map(|bit| builder.xor(bit, saturates)).collect(),
        Signedness::Signed => {
            // The greatest integer is 0 with all bits but the sign inverted, the least 0 with the sign inverted.
            let greatest = builder.and(saturates, positive);
            let least = builder.xor(saturates, greatest);
            let zero = Bits::constant(0, width);
            let signed: Bits = magnitude.zero_extend(width).iter().map(|bit| builder.xor(bit, negative)).collect();
            let signed = integer::add_with_carry(builder, &signed, &zero, negative, shape);
            let mut wires: Vec<Wire> = signed.iter().take(bits).map(|bit| builder.xor(bit, greatest)).collect();
            wires.push(builder.xor(signed.top(), least));
            wires.into()
        }
    }
}

/// Where the point is.
struct Reach {
    /// How far the integer with the leading bit in the lowest place is to be shifted to the left.
    toward_left: Bits,
    /// Whether the number is at least 1, or would be if the lowest places allowed, and below 2^bits.
    within: Wire,
    /// Whether it is at least 2^bits.
    above: Wire,
}

fn reach(builder: &mut Builder, x: &Operand, bits: usize, format: Format, shape: Shape) -> Reach {
    let steps = steps(bits);
    // The exponent, and more by what is missing in `bits` to a power of two.
    let width = format.exponent_bits + 1;
    let offset = i128::from((1 << steps) - bits as i64 - format.bias());
    let offset = Bits::constant(offset as u128, width);
    let place = integer::add(builder, &x.exponent.zero_extend(width), &offset, shape);
    let high: Bits = place.iter().skip(steps).collect();
    let outside = any(builder, &high);
    let not_negative = builder.not(place.top());
    Reach {
        toward_left: place.truncate(steps),
        within: builder.not(outside),
        above: builder.and(outside, not_negative),
    }
}

/// The significand with its leading bit at the top of `bits` places, shifted to the right by what `toward_left` lacks
/// to its greatest value.
fn truncated(builder: &mut Builder, significand: &Bits, toward_left: &Bits, bits: usize) -> Bits {
    let padding = Bits::constant(0, bits.saturating_sub(significand.width()));
    let room = Bits::constant(0, (1 << toward_left.width()) - 1);
    let padded = padding.concat(significand).concat(&room);
    Window::new(padded).shift_left(builder, toward_left, bits).bits
}

/// Bits of a shift by less than `bits`.
fn steps(bits: usize) -> usize {
    bits.next_power_of_two().ilog2() as usize
}
