//! Decimal text and mantissas.

use ethnum::I256;

/// 10^exponent.
///
/// # Panics
/// Above 10^76, which 256 bits do not hold; types have at most 38 decimals.
pub fn pow10(exponent: u32) -> I256 {
    I256::from(10).pow(exponent)
}

/// Writes a mantissa with `decimals` decimals: `format_decimal(-1250, 2)` is `-12.5`; trailing zeros of the
/// fraction are dropped.
pub fn format_decimal(mantissa: I256, decimals: u32) -> String {
    if decimals == 0 {
        return mantissa.to_string();
    }
    let unit = pow10(decimals);
    let (whole, fraction) = ((mantissa / unit).abs(), (mantissa % unit).abs());
    let sign = if mantissa < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", fraction.to_string(), width = decimals as usize);
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{digits}") }
}

/// Reads `-12.50` or `10^6` as a mantissa and the number of decimals written. Underscores separate digits.
pub fn parse_decimal(text: &str) -> Option<(I256, u32)> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, decimals) = parse_unsigned(digits)?;
    Some((if negative { -mantissa } else { mantissa }, decimals))
}

fn parse_unsigned(text: &str) -> Option<(I256, u32)> {
    if let Some((base, exponent)) = text.split_once('^') {
        let power = I256::from(base.parse::<u32>().ok()?).checked_pow(exponent.parse().ok()?)?;
        return Some((power, 0));
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = [whole, fraction].concat().chars().filter(|&c| c != '_').collect();
    let written = whole.starts_with(|c: char| c.is_ascii_digit()) && digits.bytes().all(|b| b.is_ascii_digit());
    // A point is followed by digits.
    let point = text.contains('.') != fraction.is_empty();
    // 76 digits fit 256 bits.
    if !written || !point || digits.len() > 76 {
        return None;
    }
    let decimals = fraction.chars().filter(char::is_ascii_digit).count() as u32;
    Some((digits.parse().ok()?, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_mantissa_agree() {
        for (text, mantissa, decimals) in
            [("12.50", 1250, 2), ("-3", -3, 0), ("10^6", 1_000_000, 0), ("1_000.5", 10_005, 1), ("-0.05", -5, 2)]
        {
            assert_eq!(parse_decimal(text), Some((I256::from(mantissa), decimals)), "{text}");
        }
        for text in ["", "-", ".", "1.", ".5", "1e5", "0x1", "1^", "^2", "10^400", "--1"] {
            assert_eq!(parse_decimal(text), None, "{text}");
        }
        assert_eq!(format_decimal(I256::from(-1250), 2), "-12.5");
        assert_eq!(format_decimal(I256::from(-5), 2), "-0.05");
        assert_eq!(format_decimal(I256::from(500), 2), "5");
    }
}
