//! Texts in requests: what people read is what is signed, so nothing in them is invisible or steers a terminal.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest text, in characters.
const LONGEST_WORDS: usize = 140;
/// The longest word.
const LONGEST_WORD: usize = 128;

/// A text of one line: 1 to 140 characters that can be seen, blanks only inside and one at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Words(String);

/// A word without blanks, as addresses and names of assets are: 1 to 128 characters of ASCII that can be seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Word(String);

impl Words {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Word {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Words {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(hidden) = text.chars().find(|c| is_hidden(*c)) {
            return Err(format!("it contains the character U+{:04X}, which cannot be seen", u32::from(hidden)));
        }
        if !(1..=LONGEST_WORDS).contains(&text.chars().count()) {
            return Err(format!("expected 1 to {LONGEST_WORDS} characters"));
        }
        if text.starts_with(' ') || text.ends_with(' ') || text.contains("  ") {
            return Err("blanks stand one at a time, and neither first nor last".to_owned());
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for Word {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if (1..=LONGEST_WORD).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(text.to_owned()));
        }
        Err(format!("expected 1 to {LONGEST_WORD} characters of ASCII without blanks"))
    }
}

/// Characters that show nothing, or turn the direction of what follows (Unicode's controls, formats, fillers, tags and
/// blanks other than the common one).
fn is_hidden(c: char) -> bool {
    const HIDDEN: [(u32, u32); 19] = [
        (0x00ad, 0x00ad),
        (0x034f, 0x034f),
        (0x061c, 0x061c),
        (0x070f, 0x070f),
        (0x115f, 0x1160),
        (0x17b4, 0x17b5),
        (0x180b, 0x180f),
        (0x200b, 0x200f),
        (0x2028, 0x202e),
        (0x2060, 0x206f),
        (0x2800, 0x2800),
        (0x3164, 0x3164),
        (0xe000, 0xf8ff),
        (0xfe00, 0xfe0f),
        (0xfeff, 0xfeff),
        (0xffa0, 0xffa0),
        (0xfff0, 0xfffb),
        (0x1d173, 0x1d17a),
        (0xe0000, 0x10_ffff),
    ];
    let code = u32::from(c);
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || HIDDEN.iter().any(|(first, last)| (*first..=*last).contains(&code))
}

as_text!(Words, Word);
shows_itself!(Words, Word);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_can_be_seen() {
        assert!(["rent", "Müller & Söhne", "家賃", "a b"].iter().all(|text| text.parse::<Words>().is_ok()));
        let hidden =
            ["", " a", "a ", "a  b", "a\nb", "a\u{1b}[2J", "a\u{202e}b", "a\u{200b}b", "a\u{a0}b", "\u{e0041}"];
        for text in hidden {
            assert!(text.parse::<Words>().is_err(), "{text:?}");
        }
        assert!("x".repeat(140).parse::<Words>().is_ok() && "x".repeat(141).parse::<Words>().is_err());
        assert!("0x00:é".parse::<Word>().is_err() && "a b".parse::<Word>().is_err() && "".parse::<Word>().is_err());
        assert!("erc20:0xA0b8".parse::<Word>().is_ok());
    }
}
