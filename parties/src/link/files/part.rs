//! A part: one file of a stream that is carried by hand.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::identity::{Hex, PartyName};

/// The most bytes of the stream in one part.
pub(super) const CONTENT_LIMIT: usize = 4 << 20;

/// The longest first line.
const HEADER_LIMIT: usize = 512;

/// The longest file.
pub(super) const FILE_LIMIT: usize = CONTENT_LIMIT + HEADER_LIMIT;

/// The first word of every part, and the version of its layout.
const MAGIC: &str = "quorate-part-1";

/// What the parts of one connection have in common: when it was begun, and a random number. Later ones come later in
/// the order of names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Label(String);

/// Digits of the time in a label, and of the random number.
const TIME_DIGITS: usize = 12;
const RANDOM_DIGITS: usize = 16;

impl Label {
    /// A label of a connection that begins now, in seconds since 1970.
    pub(super) fn new(seconds: u64, random: [u8; RANDOM_DIGITS / 2]) -> Self {
        Self(format!("{seconds:0TIME_DIGITS$}-{}", hex::encode(random)))
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Label {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (time, random) = text.split_once('-').ok_or(())?;
        let digits = time.len() == TIME_DIGITS && time.bytes().all(|byte| byte.is_ascii_digit());
        let random = random.len() == RANDOM_DIGITS && random.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if digits && random { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

/// Digits of a part's number in its file's name; a longer number has more.
const NUMBER_DIGITS: usize = 6;

/// The name of the file of a part.
pub(super) fn file_name(label: &Label, number: u64) -> String {
    format!("{label}-{number:0NUMBER_DIGITS$}.part")
}

/// The label and number that a file's name says, if it is a part's.
pub(super) fn read_name(name: &str) -> Option<(Label, u64)> {
    let (label, number) = name.strip_suffix(".part")?.rsplit_once('-')?;
    let (label, number) = (label.parse::<Label>().ok()?, number.parse().ok()?);
    (file_name(&label, number) == name).then_some((label, number))
}

/// What a part says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) label: Label,
    pub(super) number: u64,
    pub(super) from: PartyName,
    pub(super) to: PartyName,
    /// How many parts of the other direction the sender has read: those need not be carried again.
    pub(super) received: u64,
    pub(super) content: Vec<u8>,
}

/// Why a file is not a part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum PartFault {
    /// It has fewer bytes than it says: it may still be on its way.
    #[error("it is cut: it has {found} of {expected} bytes")]
    Cut { found: usize, expected: usize },
    /// Not a part at all.
    #[error("it is not a message file of this version of quorate")]
    Foreign,
    /// It was changed on its way.
    #[error("it was damaged on its way: its checksum is another one")]
    Damaged,
}

impl Part {
    /// The bytes of the file: a line for people, then the stream's.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.header().into_bytes();
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.content);
        bytes
    }

    fn header(&self) -> String {
        let Self { label, number, from, to, received, content } = self;
        format!("{MAGIC} {label} {number} {from} {to} {received} {} {}", content.len(), self.digest())
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it is no part, or not a whole one.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, PartFault> {
        let line_end = bytes.iter().take(HEADER_LIMIT).position(|byte| *byte == b'\n');
        let Some(line_end) = line_end else {
            // The beginning of a first line may be the beginning of a file that is on its way.
            let begun = bytes.len() < HEADER_LIMIT && MAGIC.as_bytes().iter().zip(bytes).all(|(a, b)| a == b);
            let cut = PartFault::Cut { found: bytes.len(), expected: bytes.len() + 1 };
            return Err(if begun { cut } else { PartFault::Foreign });
        };
        let (header, content) = (&bytes[..line_end], &bytes[line_end + 1..]);
        let (part, length) = std::str::from_utf8(header).ok().and_then(header_of).ok_or(PartFault::Foreign)?;
        if content.len() < length {
            return Err(PartFault::Cut { found: bytes.len(), expected: line_end + 1 + length });
        }
        let part = Self { content: content.to_vec(), ..part };
        if part.header().as_bytes() != header {
            return Err(PartFault::Damaged);
        }
        Ok(part)
    }

    /// Of all that it says. It finds accidents; what somebody does on purpose is found by the encryption inside.
    fn digest(&self) -> Hex<32> {
        let Self { label, number, from, to, received, content } = self;
        let named = Sha256::new().chain_update(format!("{MAGIC} {label} {number} {from} {to} {received}\n"));
        Hex(named.chain_update(content).finalize().into())
    }
}

/// A part without its content, and the content's length, as the first line says.
fn header_of(line: &str) -> Option<(Part, usize)> {
    let words: Vec<&str> = line.split(' ').collect();
    let [MAGIC, label, number, from, to, received, length, _digest] = words[..] else { return None };
    let part = Part {
        label: label.parse().ok()?,
        number: number.parse().ok()?,
        from: from.parse().ok()?,
        to: to.parse().ok()?,
        received: received.parse().ok()?,
        content: Vec::new(),
    };
    let length = length.parse().ok().filter(|length| *length <= CONTENT_LIMIT)?;
    Some((part, length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(content: &[u8]) -> Part {
        Part {
            label: Label::new(1_764_253_000, [7; 8]),
            number: 3,
            from: "ann".parse().expect("a name"),
            to: "ben".parse().expect("a name"),
            received: 2,
            content: content.to_vec(),
        }
    }

    #[test]
    fn names_say_label_and_number() {
        let (early, late) = (Label::new(9, [255; 8]), Label::new(10, [0; 8]));
        assert!(early < late);
        for number in [1, 999_999, 1_000_000] {
            assert_eq!(read_name(&file_name(&late, number)), Some((late.clone(), number)));
        }
        assert_eq!(file_name(&early, 1), "000000000009-ffffffffffffffff-000001.part");
        for name in [
            "",
            ".part",
            "x-1.part",
            "000000000009-ffffffffffffffff-1.part",
            "000000000009-FFFFFFFFFFFFFFFF-000001.part",
        ] {
            assert_eq!(read_name(name), None, "{name}");
        }
    }

    #[test]
    fn parts_are_read_whole_or_not_at_all() {
        for content in [&b""[..], b"one\ntwo", &[0; 1000]] {
            let bytes = part(content).to_bytes();
            assert_eq!(Part::parse(&bytes), Ok(part(content)));
            for cut in 0..bytes.len() {
                let fault = Part::parse(&bytes[..cut]).expect_err("it is cut");
                assert!(matches!(fault, PartFault::Cut { .. }), "{cut}: {fault}");
            }
            assert_eq!(Part::parse(&[&bytes[..], b"x"].concat()), Err(PartFault::Damaged));
        }
        assert_eq!(Part::parse(b"something else\n"), Err(PartFault::Foreign));
        assert_eq!(Part::parse(b"something else"), Err(PartFault::Foreign));
        assert_eq!(Part::parse(&[b'q'; 600]), Err(PartFault::Foreign));
    }

    proptest! {
        #[test]
        fn a_flipped_bit_is_found(at in any::<proptest::sample::Index>(), bit in 0..8_u8) {
            let mut bytes = part(b"what is said").to_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(Part::parse(&bytes).is_err());
        }

        #[test]
        fn any_bytes_are_a_part_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(part) = Part::parse(&bytes) {
                prop_assert_eq!(part.to_bytes(), bytes);
            }
        }
    }
}
