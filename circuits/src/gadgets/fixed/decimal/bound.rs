//! Bounds: how large an exponential is, and how far an error of the argument leads.

use ethnum::I256;

use super::{DecimalFunction, Real};
use crate::gadgets::fixed::real::{self, DIGITS, ONE};
use crate::number::Range;

/// Results are less than this: as precise as pieces are.
const LARGE: i128 = 1 << 32;

impl DecimalFunction {
    /// Whether the exponential of this mantissa fits.
    pub(super) fn is_small(&self, x: i128) -> bool {
        self.exponential_above(x).is_some_and(|above| above < LARGE)
    }

    /// The greatest mantissa whose exponential fits.
    pub(super) fn greatest_argument(&self) -> i128 {
        // e^-1 fits with 9 decimals, e^40 does not with any.
        let (mut fits, mut large) = (-self.argument_one(), 40 * self.argument_one());
        while large - fits > 1 {
            let middle = fits + (large - fits) / 2;
            if self.is_small(middle) {
                fits = middle;
            } else {
                large = middle;
            }
        }
        fits
    }

    /// More than the exponential of a mantissa, in units of the result, and little more; `None` from e^40 on.
    pub(super) fn exponential_above(&self, x: i128) -> Option<i128> {
        // e^x = 2^k e^r. Of x, ln 2 and the series all but 2^-48 is right, relatively.
        let x = ((I256::from(x) << DIGITS as u32).div_euclid(I256::from(self.argument_one())))
            .clamp(I256::from(-40 * ONE), I256::from(41 * ONE));
        let x = x.as_i128();
        if x >= 40 * ONE {
            return None;
        }
        let (doublings, rest) = (x.div_euclid(real::logarithm_of_2()), x.rem_euclid(real::logarithm_of_2()));
        let power = real::exponential(rest);
        let product = I256::from(power + (power >> 40)) * self.one();
        let scaled = if doublings < 0 { product >> (-doublings) as u32 } else { product << doublings as u32 };
        Some((scaled >> DIGITS as u32).as_i128() + 1)
    }

    /// How far, in half units of the result, this function of a number of the range can be from the real function of
    /// another number that is `before` half units from it; `None` if nothing can be said.
    pub fn error(&self, before: I256) -> Option<I256> {
        let Range { low, high } = self.argument;
        let (one, argument_one) = (I256::from(self.one()), I256::from(self.argument_one()));
        let propagated = match self.function {
            _ if before == 0 => I256::ZERO,
            // The slope is at most e^x at the greatest x, and that is known in units of the result.
            Real::Exp => {
                let farthest = high.checked_add(before.checked_add(I256::ONE)? / 2)?;
                let steepest = self.exponential_above(i128::try_from(farthest).ok()?)?;
                quotient_above(before.checked_mul(steepest.into())?, argument_one)?
            }
            // The slope is at most 1 / x at the least x, of which the mantissa is known.
            Real::Log => {
                let twice_least = low.checked_mul(I256::from(2))?.checked_sub(before)?;
                if twice_least <= 0 {
                    return None;
                }
                quotient_above(before.checked_mul(one * 2)?, twice_least)?
            }
            // The slope is at most 1/4, and results are between 0 and 1.
            Real::Sigmoid => quotient_above(before.checked_mul(one)?, argument_one * 4)?.min(one * 2),
            // The slope is at most 1, and results are between -1 and 1.
            Real::Tanh => quotient_above(before.checked_mul(one)?, argument_one)?.min(one * 4),
        };
        // What is less than a unit off has another two halves.
        propagated.checked_add(I256::from(2))
    }
}

/// The quotient of natural numbers, rounded up.
fn quotient_above(numerator: I256, denominator: I256) -> Option<I256> {
    Some(numerator.checked_add(denominator - 1)?.div_euclid(denominator))
}
