//! From text to an exact number.

use std::str::FromStr;

use super::{Decimal, MAX_DIGITS, power_of_ten};

/// Exponents beyond this are refused: no column of data holds them, and they would only make numbers hard to print.
const MAX_EXPONENT: i32 = 9_999;

/// Why a text is not a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDecimal {
    /// It is one of the spellings of NaN or of an infinity.
    #[error("is not a number that can be computed with")]
    NotFinite,
    /// It is not written like a number at all.
    #[error("is text, and a number was expected")]
    Text,
    /// It has more than [`MAX_DIGITS`] digits.
    #[error("has more than {MAX_DIGITS} digits")]
    TooManyDigits,
    /// Its exponent is absurd.
    #[error("has an exponent beyond {MAX_EXPONENT}")]
    Exponent,
}

/// Reads `12.50`, `-3`, `+7`, `.5`, `1e3`, `2.5E-4`. Nothing else: no spaces, no separators of thousands.
impl FromStr for Decimal {
    type Err = NotDecimal;

    fn from_str(text: &str) -> Result<Self, NotDecimal> {
        let (negative, unsigned) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            whole => (false, whole),
        };
        let digits_end = unsigned.iter().position(|byte| matches!(byte, b'e' | b'E')).unwrap_or(unsigned.len());
        let (digits, exponent) = unsigned.split_at(digits_end);
        let Some(digits) = Digits::read(digits) else {
            return Err(if is_not_finite(unsigned) { NotDecimal::NotFinite } else { NotDecimal::Text });
        };
        let exponent = if exponent.is_empty() { 0 } else { read_exponent(&exponent[1..])? };
        let magnitude = digits.magnitude.ok_or(NotDecimal::TooManyDigits)?;
        place_point(if negative { -magnitude } else { magnitude }, digits.decimals, exponent)
    }
}

/// The digits of a number without its sign and exponent.
struct Digits {
    /// All digits as one integer, unless there are too many.
    magnitude: Option<i128>,
    /// How many of them stand after the point.
    decimals: usize,
}

impl Digits {
    /// `None` if the bytes are anything but digits with at most one point among them.
    fn read(bytes: &[u8]) -> Option<Self> {
        let point = bytes.iter().position(|byte| *byte == b'.');
        let (whole, fraction) = match point {
            Some(at) => (&bytes[..at], &bytes[at + 1..]),
            None => (bytes, &[][..]),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut magnitude = 0i128;
        let mut significant = 0;
        for byte in whole.iter().chain(fraction) {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            // Leading zeros carry no information; a mantissa that is still zero has none of its digits used up.
            significant += usize::from(magnitude != 0 || digit != 0);
            if significant <= MAX_DIGITS {
                magnitude = magnitude * 10 + i128::from(digit);
            }
        }
        Some(Self { magnitude: (significant <= MAX_DIGITS).then_some(magnitude), decimals: fraction.len() })
    }
}

fn read_exponent(bytes: &[u8]) -> Result<i32, NotDecimal> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        whole => (false, whole),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NotDecimal::Text);
    }
    let magnitude =
        digits.iter().fold(0i32, |sum, digit| sum.saturating_mul(10).saturating_add(i32::from(digit - b'0')));
    if magnitude > MAX_EXPONENT {
        return Err(NotDecimal::Exponent);
    }
    Ok(if negative { -magnitude } else { magnitude })
}

/// Applies the exponent. A scale is never negative: 1e3 becomes 1000.
fn place_point(mantissa: i128, decimals: usize, exponent: i32) -> Result<Decimal, NotDecimal> {
    if mantissa == 0 {
        return Ok(Decimal::from(0));
    }
    let decimals = i32::try_from(decimals).map_err(|_| NotDecimal::TooManyDigits)?;
    let scale = decimals - exponent;
    if let Ok(scale) = u32::try_from(scale) {
        // Beyond the largest exponent only the zeros behind a point can lead, thousands of them.
        return match u16::try_from(scale) {
            Ok(scale) if i32::from(scale) <= 2 * MAX_EXPONENT => Ok(Decimal::new(mantissa, scale)),
            _ => Err(NotDecimal::Exponent),
        };
    }
    let limit = 10i128.pow(MAX_DIGITS as u32);
    power_of_ten(scale.unsigned_abs())
        .and_then(|power| mantissa.checked_mul(power))
        .filter(|mantissa| mantissa.unsigned_abs() < limit.unsigned_abs())
        .map(Decimal::from)
        .ok_or(NotDecimal::TooManyDigits)
}

fn is_not_finite(unsigned: &[u8]) -> bool {
    ["nan", "inf", "infinity"].iter().any(|name| unsigned.eq_ignore_ascii_case(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_numbers() {
        let cases = [
            ("12.50", 1250, 2),
            ("-3", -3, 0),
            ("+7", 7, 0),
            ("007", 7, 0),
            (".5", 5, 1),
            ("5.", 5, 0),
            ("1e3", 1000, 0),
            ("2.5E-4", 25, 5),
            ("1.5e1", 15, 0),
            ("-0", 0, 0),
            ("0e99", 0, 0),
            ("0.1", 1, 1),
            ("99999999999999999999999999999999999999", 10i128.pow(38) - 1, 0),
            ("0000000000000000000000000000000000000000000001", 1, 0),
        ];
        for (text, mantissa, scale) in cases {
            let number: Decimal = text.parse().unwrap();
            assert_eq!((number.mantissa(), number.scale()), (mantissa, scale), "{text}");
        }
    }

    #[test]
    fn texts_that_are_no_numbers() {
        for text in
            ["", "+", "-", ".", "e5", "1e", "1e+", "1_000", "1,5", " 1", "1 ", "--1", "0x10", "1.2.3", "½", "−3"]
        {
            assert_eq!(text.parse::<Decimal>(), Err(NotDecimal::Text), "{text}");
        }
        for text in ["NaN", "nan", "-inf", "Infinity", "+INF"] {
            assert_eq!(text.parse::<Decimal>(), Err(NotDecimal::NotFinite), "{text}");
        }
        for text in ["100000000000000000000000000000000000000", "1e38", "9e9999"] {
            assert_eq!(text.parse::<Decimal>(), Err(NotDecimal::TooManyDigits), "{text}");
        }
        for text in ["1e10000", "1e-99999999999999"] {
            assert_eq!(text.parse::<Decimal>(), Err(NotDecimal::Exponent), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(mantissa in -(10i128.pow(38) - 1)..10i128.pow(38), scale in 0u16..80) {
            let number = Decimal::new(mantissa, scale);
            prop_assert_eq!(number.to_string().parse::<Decimal>(), Ok(number));
        }

        #[test]
        fn any_text_is_judged_without_panic(text in ".{0,60}") {
            let _ = text.parse::<Decimal>();
        }

        #[test]
        fn floats_read_as_their_shortest_decimal(value in -1e15f64..1e15) {
            let number: Decimal = format!("{value:e}").parse().unwrap();
            prop_assert_eq!(number.to_string().parse::<f64>(), Ok(value));
        }
    }
}
