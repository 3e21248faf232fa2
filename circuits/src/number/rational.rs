//! Exact quotients of revealed numbers.

use std::cmp::Ordering;

use ethnum::I256;

use super::pow10;

/// An exact rational number in lowest terms, the denominator positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rational {
    numerator: I256,
    denominator: I256,
}

impl Rational {
    /// `numerator / denominator`; `None` if the denominator is zero.
    pub fn new(numerator: I256, denominator: I256) -> Option<Self> {
        if denominator == 0 || denominator == I256::MIN || numerator == I256::MIN {
            return None;
        }
        let divisor = gcd(numerator.abs(), denominator.abs()).max(I256::ONE);
        let divisor = if denominator < 0 { -divisor } else { divisor };
        Some(Self { numerator: numerator / divisor, denominator: denominator / divisor })
    }

    /// A mantissa with `decimals` decimals.
    pub fn from_mantissa(mantissa: I256, decimals: u32) -> Option<Self> {
        Self::new(mantissa, pow10(decimals))
    }

    /// The numerator, in lowest terms.
    pub fn numerator(&self) -> I256 {
        self.numerator
    }

    /// The denominator, positive.
    pub fn denominator(&self) -> I256 {
        self.denominator
    }

    /// Sum; `None` beyond 256 bits.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Self::new(left.checked_add(right)?, self.denominator.checked_mul(other.denominator)?)
    }

    /// Negation.
    pub fn negated(self) -> Self {
        Self { numerator: -self.numerator, denominator: self.denominator }
    }

    /// Product; `None` beyond 256 bits.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        // Crosswise reduction first keeps the intermediate products small.
        let left = Self::new(self.numerator, other.denominator)?;
        let right = Self::new(other.numerator, self.denominator)?;
        Self::new(left.numerator.checked_mul(right.numerator)?, left.denominator.checked_mul(right.denominator)?)
    }

    /// Quotient; `None` if `other` is zero or beyond 256 bits.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        self.checked_mul(Self::new(other.denominator, other.numerator)?)
    }

    /// Order; `None` beyond 256 bits.
    pub fn compare(self, other: Self) -> Option<Ordering> {
        let left = self.numerator.checked_mul(other.denominator)?;
        Some(left.cmp(&other.numerator.checked_mul(self.denominator)?))
    }

    /// Decimal text with `significant` significant digits, rounded half away from zero; exact where the
    /// expansion ends before.
    pub fn to_decimal(self, significant: u32) -> String {
        let sign = if self.numerator < 0 { "-" } else { "" };
        let (numerator, denominator) = (self.numerator.abs(), self.denominator);
        let mut whole = numerator / denominator;
        let mut rest = numerator % denominator;
        let mut digits: Vec<u8> = Vec::new();
        let mut counted = if whole == 0 { 0 } else { whole.to_string().len() as u32 };
        // A zero before the first other digit is not significant, but the loop must end for tiny values.
        while rest != 0 && counted < significant && digits.len() < 320 {
            let (digit, next) = next_digit(rest, denominator);
            digits.push(digit);
            rest = next;
            counted += u32::from(counted > 0 || digit > 0);
        }
        if rest != 0 && next_digit(rest, denominator).0 >= 5 {
            increment(&mut whole, &mut digits);
        }
        while digits.last() == Some(&0) {
            digits.pop();
        }
        let fraction: String = digits.iter().map(|d| char::from(b'0' + d)).collect();
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}

/// One step of long division: `10 * rest / denominator` without leaving 256 bits, since `rest` is below the
/// denominator.
fn next_digit(rest: I256, denominator: I256) -> (u8, I256) {
    let (mut digit, mut remainder) = (0, I256::ZERO);
    for _ in 0..10 {
        // remainder + rest < 2 * denominator, compared without the sum.
        if remainder >= denominator - rest {
            remainder -= denominator - rest;
            digit += 1;
        } else {
            remainder += rest;
        }
    }
    (digit, remainder)
}

fn increment(whole: &mut I256, digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return;
        }
        *digit = 0;
    }
    *whole += 1;
}

fn gcd(mut a: I256, mut b: I256) -> I256 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(n: i64, d: i64) -> Rational {
        Rational::new(I256::from(n), I256::from(d)).expect("a denominator")
    }

    #[test]
    fn expands_decimally() {
        assert_eq!(ratio(1, 4).to_decimal(17), "0.25");
        assert_eq!(ratio(-1, 3).to_decimal(5), "-0.33333");
        assert_eq!(ratio(2, 3).to_decimal(5), "0.66667");
        assert_eq!(ratio(999_999, 1_000_000).to_decimal(3), "1");
        assert_eq!(ratio(200, 2).to_decimal(17), "100");
        assert_eq!(ratio(1, 3000).to_decimal(3), "0.000333");
        assert_eq!(ratio(22, 7).to_decimal(17).parse::<f64>().ok(), Some(22.0 / 7.0));
    }

    #[test]
    fn arithmetic_is_exact() {
        assert_eq!(ratio(1, 3).checked_add(ratio(1, 6)), Some(ratio(1, 2)));
        assert_eq!(ratio(1, 3).checked_div(ratio(-2, 3)), Some(ratio(-1, 2)));
        assert_eq!(ratio(1, 3).checked_div(ratio(0, 1)), None);
        assert_eq!(ratio(1, 3).compare(ratio(1, 2)), Some(Ordering::Less));
    }
}
