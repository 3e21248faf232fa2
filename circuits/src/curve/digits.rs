//! Scalars as digits of which few are not zero.

use super::SCALAR_BYTES;

/// Bits of a scalar.
pub(super) const BITS: usize = 8 * SCALAR_BYTES;

/// By piece of `width` bits, from the least, its digits in non-adjacent form for a window of so many bits (Solinas,
/// "Efficient arithmetic on Koblitz curves", 2000, section 3): `width + 1` digits, the least first, each zero or odd and
/// below `2^(window - 1)` in absolute value. Of `window + 1` digits about one is not zero. The number's least byte comes
/// first; it must be public.
///
/// # Panics
/// If the window is not of 2 to 7 bits.
pub(super) fn digits(number: &[u8; SCALAR_BYTES], width: usize, window: usize) -> Vec<i8> {
    assert!((2..8).contains(&window), "digits are bytes with a sign");
    let bit = |at: usize| u8::from(number[at / 8] >> (at % 8) & 1 == 1);
    let mut digits = vec![0; BITS / width * (width + 1)];
    for (piece, digits) in digits.chunks_exact_mut(width + 1).enumerate() {
        let within = |at: usize| if at < width { bit(piece * width + at) } else { 0 };
        let (mut at, mut carry) = (0, 0);
        while at <= width {
            let low = within(at) + carry;
            if low % 2 == 0 {
                // Nothing here; a carry goes on where the bit was one.
                carry = low / 2;
                at += 1;
                continue;
            }
            let taken = (1..window).fold(low, |taken, i| taken | within(at + i) << i);
            carry = taken >> (window - 1);
            digits[at] = (taken as i8).wrapping_sub((carry << window) as i8);
            at += window;
        }
        debug_assert!(carry == 0, "a piece ends within its digits");
    }
    digits
}
