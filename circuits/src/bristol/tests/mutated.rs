//! Files with mistakes in them, wherever they fall: refused with a line that is there, or a file that prints back.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::super::Netlist;
use super::random::file;

/// A mistake.
#[derive(Clone, Debug)]
enum Mistake {
    /// A word becomes another.
    Word(Index, &'static str),
    /// A word disappears.
    NoWord(Index),
    /// A line comes twice.
    Twice(Index),
    /// A line disappears.
    NoLine(Index),
    /// Two lines change places.
    Swap(Index, Index),
    /// The file ends early.
    Cut(Index),
    /// A byte becomes another.
    Byte(Index, u8),
}

const WORDS: [&str; 16] =
    ["0", "1", "2", "3", "4", "7", "12", "100", "1073741823", "4294967296", "XOR", "AND", "EQ", "EQW", "MAND", "x"];

fn mistake() -> impl Strategy<Value = Mistake> {
    let index = any::<Index>;
    prop_oneof![
        (index(), select(&WORDS[..])).prop_map(|(at, word)| Mistake::Word(at, word)),
        index().prop_map(Mistake::NoWord),
        index().prop_map(Mistake::Twice),
        index().prop_map(Mistake::NoLine),
        (index(), index()).prop_map(|(a, b)| Mistake::Swap(a, b)),
        index().prop_map(Mistake::Cut),
        (index(), any::<u8>()).prop_map(|(at, byte)| Mistake::Byte(at, byte)),
    ]
}

impl Mistake {
    fn make(&self, text: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        match self {
            Self::Word(at, word) => replace_word(text, at, word.as_bytes()),
            Self::NoWord(at) => replace_word(text, at, b""),
            Self::Twice(at) => edit_lines(text, |lines| {
                let line = at.index(lines.len());
                lines.insert(line, lines[line].clone());
            }),
            Self::NoLine(at) => edit_lines(text, |lines| _ = lines.remove(at.index(lines.len()))),
            Self::Swap(a, b) => edit_lines(text, |lines| {
                let count = lines.len();
                lines.swap(a.index(count), b.index(count));
            }),
            Self::Cut(at) => text.truncate(at.index(text.len())),
            Self::Byte(at, byte) => {
                let at = at.index(text.len());
                text[at] = *byte;
            }
        }
    }
}

fn replace_word(text: &mut Vec<u8>, at: &Index, word: &[u8]) {
    let start = at.index(text.len());
    let length = text[start..].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
    text.splice(start..start + length, word.iter().copied());
}

fn edit_lines(text: &mut Vec<u8>, edit: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let mut lines: Vec<Vec<u8>> = text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    edit(&mut lines);
    *text = lines.concat();
}

/// What holds for all bytes.
fn is_refused_or_prints_back(text: &[u8]) -> Result<(), TestCaseError> {
    match Netlist::read(text) {
        Ok(netlist) => {
            let printed = netlist.to_string();
            let again = Netlist::read(printed.as_bytes());
            prop_assert_eq!(again.as_ref(), Ok(&netlist));
            let circuit = netlist.circuit();
            prop_assert_eq!(circuit.input_widths(), netlist.header().input_widths());
        }
        Err(error) => {
            let lines = text.split_inclusive(|byte| *byte == b'\n').count() as u64;
            prop_assert!((1..=lines.max(1)).contains(&error.line()), "{} in a file of {} lines", error, lines);
            prop_assert!(!error.hint().is_empty());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn mistakes_are_refused_or_harmless(text in file(), mistakes in prop::collection::vec(mistake(), 1..4)) {
        let mut text = text.into_bytes();
        mistakes.iter().for_each(|mistake| mistake.make(&mut text));
        is_refused_or_prints_back(&text)?;
    }

    #[test]
    fn any_bytes_are_refused_or_a_file(text in prop::collection::vec(any::<u8>(), 0..200)) {
        is_refused_or_prints_back(&text)?;
    }
}
