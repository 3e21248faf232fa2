//! Numbers as bits and as hexadecimal digits.

/// The bits of a hexadecimal number, least significant first.
///
/// Digits are accepted in capitals or not, with or without `0x`, with or without zeros in front as far as whole bytes
/// have room for them. More digits than that are refused whatever they are: the text is meant for another width.
///
/// # Errors
/// What is wrong with the text, as a fragment that follows its name.
pub fn parse_hexadecimal(text: &str, width: usize) -> Result<Vec<bool>, String> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    if digits.is_empty() {
        return Err("no digits are given, expected a hexadecimal number".into());
    }
    let most = 2 * width.div_ceil(8).max(1);
    let found = digits.chars().count();
    if found > most {
        return Err(format!(
            "{found} digits are given, and the input has {width} bits, which are {most} digits at most"
        ));
    }
    let mut bits = Vec::with_capacity(4 * found);
    for digit in digits.chars().rev() {
        let Some(value) = digit.to_digit(16) else {
            return Err(format!("{digit:?} is no hexadecimal digit"));
        };
        bits.extend((0..4).map(|bit| value >> bit & 1 == 1));
    }
    let significant = bits.iter().rposition(|bit| *bit).map_or(0, |top| top + 1);
    if significant > width {
        return Err(format!("the number has {significant} bits, and the input has {width}"));
    }
    bits.resize(width, false);
    Ok(bits)
}

/// The number with these bits, least significant first: one digit for every four bits, at least one.
pub fn hexadecimal(bits: &[bool]) -> String {
    let digit = |bits: &[bool]| bits.iter().rev().fold(0, |digit, bit| digit << 1 | u32::from(*bit));
    let digits: String = bits.chunks(4).rev().filter_map(|four| char::from_digit(digit(four), 16)).collect();
    if digits.is_empty() { "0".into() } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_from_the_right() {
        assert_eq!(parse_hexadecimal("6", 4), Ok(vec![false, true, true, false]));
        assert_eq!(parse_hexadecimal("0xA", 4), Ok(vec![false, true, false, true]));
        assert_eq!(parse_hexadecimal("10", 5), Ok(vec![false, false, false, false, true]));
        assert_eq!(parse_hexadecimal("1", 3), Ok(vec![true, false, false]));
        assert_eq!(parse_hexadecimal("07", 3), Ok(vec![true; 3]));
        assert_eq!(parse_hexadecimal("0", 0), Ok(vec![]));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let wrong = |text, width, words: &str| {
            let error = parse_hexadecimal(text, width).expect_err("this does not fit");
            assert!(error.contains(words), "{error}");
        };
        wrong("8", 3, "the number has 4 bits, and the input has 3");
        wrong("200", 9, "the number has 10 bits, and the input has 9");
        wrong("1", 0, "the number has 1 bits, and the input has 0");
        wrong("000", 8, "3 digits are given, and the input has 8 bits, which are 2 digits at most");
        wrong("1g", 8, "'g' is no hexadecimal digit");
        wrong("1_0", 16, "'_' is no hexadecimal digit");
        wrong("-1", 16, "'-' is no hexadecimal digit");
        wrong("", 8, "no digits");
        wrong("0x", 8, "no digits");
    }

    #[test]
    fn numbers_are_as_long_as_their_width() {
        for (text, width) in [("00f3", 16), ("1a5", 9), ("0", 1), ("3", 2), ("0", 0), ("0123456789abcdef0", 65)] {
            let bits = parse_hexadecimal(text, width).expect("it fits");
            assert_eq!(bits.len(), width);
            assert_eq!(hexadecimal(&bits), text);
        }
    }
}
