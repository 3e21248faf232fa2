//! What the text of one cell says.

use crate::decimal::{Decimal, NotDecimal};
use crate::error::{Problem, shorten};

/// The content of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Number(Decimal),
    Blank,
}

impl Cell {
    /// Reads a number, true or false (one or zero), or nothing at all. Spaces around it are ignored.
    ///
    /// Only an empty cell is blank. "NA" and its relatives are refused: in one file they mean a missing value, in the
    /// next they are a typing error or a country, and a wrong guess silently changes every statistic.
    pub(crate) fn read(text: &str) -> Result<Self, Problem> {
        let text = text.trim_ascii();
        if text.is_empty() {
            return Ok(Self::Blank);
        }
        match text.parse() {
            Ok(number) => Ok(Self::Number(number)),
            Err(NotDecimal::NotFinite) => Err(Problem::NotFinite(shorten(text))),
            Err(NotDecimal::TooManyDigits | NotDecimal::Exponent) => Err(Problem::TooManyDigits(shorten(text))),
            Err(NotDecimal::Text) if text.eq_ignore_ascii_case("true") => Ok(Self::Number(Decimal::from(1))),
            Err(NotDecimal::Text) if text.eq_ignore_ascii_case("false") => Ok(Self::Number(Decimal::from(0))),
            Err(NotDecimal::Text) => Err(Problem::Text(shorten(text))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_truths_and_blanks() {
        assert_eq!(Cell::read(" 12.50\t").unwrap(), Cell::Number(Decimal::new(125, 1)));
        assert_eq!(Cell::read("True").unwrap(), Cell::Number(Decimal::from(1)));
        assert_eq!(Cell::read("FALSE").unwrap(), Cell::Number(Decimal::from(0)));
        assert_eq!(Cell::read("").unwrap(), Cell::Blank);
        assert_eq!(Cell::read("   ").unwrap(), Cell::Blank);
    }

    #[test]
    fn markers_of_missing_values_are_text() {
        for marker in ["NA", "null", "-", "n/a"] {
            assert!(matches!(Cell::read(marker), Err(Problem::Text(found)) if found == marker));
        }
        assert!(matches!(Cell::read("NaN"), Err(Problem::NotFinite(_))));
        assert!(matches!(Cell::read("1e40"), Err(Problem::TooManyDigits(_))));
    }
}
