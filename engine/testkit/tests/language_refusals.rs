//! Whatever bytes claim to be a program: it is read or refused, and nothing panics.

use std::sync::Arc;

use proptest::prelude::*;
use quorate_circuits::bind::{Arguments, BoundInput, BoundProgram, Extent};
use quorate_circuits::clear::evaluate;
use quorate_circuits::library::PROGRAMS;
use quorate_circuits::number::{Range, word_of};
use quorate_circuits::program::{ParameterKind, Program, Span};
use quorate_circuits::text::{parse, print};
use quorate_testkit::generate::programs;

/// Reads a text. What is read prints and reads back, and binds or is refused.
fn read(source: &str) {
    match parse(source) {
        Ok(program) => {
            assert_eq!(parse(&print(&program)).as_ref(), Ok(&program), "{source}");
            let program = Arc::new(program);
            let _ = BoundProgram::check_greatest(&program);
            run_small(&program);
        }
        Err(error) => {
            assert!(!error.message.is_empty());
            let rendered = error.render("p.qp", source);
            assert!(rendered.starts_with("error: "));
            lies_within(source, error.span);
        }
    }
}

/// A place is a line of the text and a column of the line, or the one behind its end.
fn lies_within(source: &str, span: Span) {
    let lines: Vec<&str> = source.lines().collect();
    let (line, column) = (span.line as usize, span.column as usize);
    assert!(line >= 1 && column >= 1, "{span:?}: {source}");
    if source.is_empty() {
        return assert_eq!((line, column), (1, 1));
    }
    assert!(line <= lines.len().max(1), "{span:?}: {source}");
    let length = lines.get(line - 1).map_or(0, |line| line.chars().count());
    assert!(column <= length + 1, "{span:?}: {source}");
}

/// Runs a program at its least sizes, on the least and on the greatest inputs: a result or an error.
fn run_small(program: &Arc<Program>) {
    let mut arguments = Arguments::default().with_least_sizes(program);
    for parameter in program.parameters() {
        if let ParameterKind::Number { least, .. } = parameter.kind {
            arguments.parameters.insert(parameter.name.clone(), least.to_string());
        }
    }
    let Ok(bound) = BoundProgram::new(program, &arguments) else { return };
    let length = |input: &BoundInput| -> usize {
        let extent = |extent: &Extent| match extent {
            Extent::Known { length, .. } => *length,
            Extent::Private { least, .. } => *least as usize,
        };
        input.shape.0.iter().map(extent).product()
    };
    if bound.inputs.iter().map(length).max() > Some(10_000) {
        return;
    }
    for end in [|range: &Range| range.low, |range: &Range| range.high] {
        let given = |input: &BoundInput| (input.name.clone(), vec![word_of(end(&input.range)); length(input)]);
        let _ = evaluate(&bound, &bound.inputs.iter().map(given).collect(), &[1; 100]);
    }
}

/// Pieces that programs are made of, and some that break them.
const PIECES: &[&str] = &[
    "program ",
    "role ",
    "parameter ",
    "private ",
    "size ",
    "input ",
    "let ",
    "reveal ",
    "output ",
    "assert ",
    " to all",
    " when ",
    " in ",
    " default ",
    "roles",
    "total ",
    "rounded",
    "bit",
    "u8",
    "u0",
    "u128",
    "i0",
    "i7",
    "fixed(",
    "fixed(19)",
    "share(",
    "sum(",
    "dot(",
    "select(",
    "sum_over(",
    "part(",
    "within(",
    "random_bits(",
    "count_by(",
    "histogram_by(",
    "function ",
    "function f(x) = ",
    "{",
    "}",
    "return ",
    "map ",
    "each ",
    "fold associative ",
    "fold sequential ",
    " from ",
    "repeat ",
    "bits(",
    "unsigned(",
    "signed(",
    "join(",
    "circuit c = ",
    "\"add-64\"",
    " digest ",
    "include ",
    "\"choice\"",
    "table ",
    "wrapping_mul(",
    "shift_left(",
    "popcount(",
    "quotient(",
    "round(",
    "root(",
    "(",
    ")",
    "[",
    "]",
    "[0]",
    "[0..1]",
    "[9223372036854775807]",
    ",",
    ":",
    "=",
    ".",
    "..",
    "..=",
    "+",
    "-",
    "*",
    "/",
    "&",
    "|",
    "^^",
    "<",
    "!",
    "\"",
    "\\",
    "#",
    "\n",
    "\r\n",
    "\t",
    "0",
    "1",
    "-1",
    "0.5",
    "10^9",
    "10^18",
    "10^38",
    "10^76",
    "10^77",
    "2^254",
    "9^99999999",
    "340282366920938463463374607431768211455",
    "340282366920938463463374607431768211456",
    "9223372036854775808",
    "a",
    "b",
    "m",
    "x",
    "v1",
    "_",
    "é",
    "\u{202e}",
    "𝟙",
    "\0",
];

#[derive(Clone, Debug)]
enum Edit {
    Insert(usize, &'static str),
    Remove(usize, usize),
    Repeat(usize, usize),
    Swap(usize, usize),
    Cut(usize),
    Byte(usize, u8),
    /// Another word in the place of the nth.
    Word(usize, &'static str),
    /// The nth word is left out, stands twice, or changes places with another.
    Without(usize),
    Twice(usize),
    Exchange(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = 0..4000usize;
    prop_oneof![
        4 => (at.clone(), prop::sample::select(PIECES.to_vec())).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        3 => (at.clone(), 1..12usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        2 => (at.clone(), 1..60usize).prop_map(|(at, length)| Edit::Repeat(at, length)),
        2 => (at.clone(), at.clone()).prop_map(|(a, b)| Edit::Swap(a, b)),
        1 => at.clone().prop_map(Edit::Cut),
        2 => (at.clone(), any::<u8>()).prop_map(|(at, byte)| Edit::Byte(at, byte)),
        4 => at.clone().prop_map(Edit::Without),
        3 => at.clone().prop_map(Edit::Twice),
        4 => (at.clone(), at.clone()).prop_map(|(a, b)| Edit::Exchange(a, b)),
        6 => (at, prop::sample::select(PIECES.to_vec())).prop_map(|(at, piece)| Edit::Word(at, piece.trim())),
    ]
}

fn apply(source: &str, edits: &[Edit]) -> String {
    let mut bytes = source.as_bytes().to_vec();
    for edit in edits {
        let length = bytes.len().max(1);
        let span = |at: usize, count: usize| at % length..(at % length + count).min(bytes.len());
        match edit {
            Edit::Insert(at, piece) => {
                let at = at % length;
                bytes.splice(at.min(bytes.len())..at.min(bytes.len()), piece.bytes());
            }
            Edit::Remove(at, count) if !bytes.is_empty() => drop(bytes.drain(span(*at, *count))),
            Edit::Repeat(at, count) if !bytes.is_empty() => {
                let copy = bytes[span(*at, *count)].to_vec();
                let at = at % length;
                bytes.splice(at..at, copy);
            }
            Edit::Swap(a, b) if !bytes.is_empty() => bytes.swap(a % length, b % length),
            Edit::Cut(at) => bytes.truncate(at % length),
            Edit::Word(at, piece) => edit_word(&mut bytes, *at, |_| piece.as_bytes().to_vec()),
            Edit::Without(at) => edit_word(&mut bytes, *at, |_| Vec::new()),
            Edit::Twice(at) => edit_word(&mut bytes, *at, |word| [word, b" ", word].concat()),
            Edit::Exchange(a, b) => exchange(&mut bytes, *a, *b),
            Edit::Byte(at, byte) if !bytes.is_empty() => bytes[at % length] = *byte,
            _ => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Something else in the place of the nth word.
fn edit_word(bytes: &mut Vec<u8>, at: usize, change: impl Fn(&[u8]) -> Vec<u8>) {
    let words = words(bytes);
    if !words.is_empty() {
        let place = words[at % words.len()].clone();
        let changed = change(&bytes[place.clone()]);
        bytes.splice(place, changed);
    }
}

fn exchange(bytes: &mut Vec<u8>, a: usize, b: usize) {
    let words = words(bytes);
    if words.is_empty() {
        return;
    }
    let (a, b) = (a % words.len(), b % words.len());
    let (first, second) = (words[a.min(b)].clone(), words[a.max(b)].clone());
    let [left, right] = [first.clone(), second.clone()].map(|place| bytes[place].to_vec());
    // The later one first, so that the earlier one's place stays what it is.
    if a != b {
        bytes.splice(second, left);
        bytes.splice(first, right);
    }
}

/// Where the names, numbers and signs of a text are.
fn words(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let kind = |b: u8| if b.is_ascii_alphanumeric() || b == b'_' { 1 } else { 2 * u8::from(!b.is_ascii_whitespace()) };
    let mut words = Vec::new();
    let mut start = 0;
    for end in 1..=bytes.len() {
        if end == bytes.len() || kind(bytes[end]) != kind(bytes[start]) {
            if kind(bytes[start]) > 0 {
                words.push(start..end);
            }
            start = end;
        }
    }
    words
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn edited_library_programs(entry in prop::sample::select(PROGRAMS.to_vec()), edits in prop::collection::vec(edit(), 1..6)) {
        read(&apply(entry.source, &edits));
    }

    #[test]
    fn pieces_in_any_order(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..60)) {
        read(&pieces.concat());
        read(&format!("program p\nrole a\ninput a.x: u8\nreveal r = {} to all\n", pieces.concat()));
    }

    #[test]
    fn any_text(text in "\\PC{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read(&text);
        read(&String::from_utf8_lossy(&bytes));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn edited_generated_programs(generated in programs(), edits in prop::collection::vec(edit(), 1..4)) {
        read(&apply(&generated.source, &edits));
        let program = parse(&generated.source).unwrap_or_else(|e| panic!("{e}"));
        read(&apply(&print(&program), &edits));
    }
}

#[test]
fn every_prefix_of_the_library() {
    for entry in PROGRAMS {
        for end in (0..entry.source.len()).filter(|end| entry.source.is_char_boundary(*end)) {
            read(&entry.source[..end]);
        }
    }
}

#[test]
fn deep_and_long_texts() {
    let with = |expression: String| {
        format!("program p\nrole a\ninput a.x: u8\nlet y = share(a.x)\nreveal r = {expression} to all\n")
    };
    let repeated = |piece: &str, count: usize| piece.repeat(count);
    for source in [
        with(repeated("(", 100_000) + "y" + &repeated(")", 100_000)),
        with(repeated("-", 100_000) + "y"),
        with(repeated("!", 100_000) + "y"),
        with(repeated("select(", 50_000)),
        with("y".to_owned() + &repeated("[0]", 100_000)),
        with("y".to_owned() + &repeated(" + y", 100_000)),
        with("y".to_owned() + &repeated(" + (y", 60) + &repeated(")", 60)),
        with("y < ".to_owned() + &repeated("9", 100_000)),
        with(repeated("[", 300_000)),
        with(repeated("\"", 300_000)),
        repeated("\n", 1 << 20),
        repeated("x", 1 << 20),
        repeated("x", (1 << 20) + 1),
        repeated("program ", 100_000),
        format!("program p\n{}", repeated("role a\n", 100_000)),
    ] {
        read(&source);
    }
}
