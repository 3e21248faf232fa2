//! The text form: what is printed reads back, and the digest is that of the meaning, not of the layout.

use proptest::prelude::*;
use quorate_circuits::digest::ProgramDigest;
use quorate_circuits::library::PROGRAMS;
use quorate_circuits::program::Program;
use quorate_circuits::text::{parse, print};
use quorate_testkit::generate::programs;

fn parsed(source: &str) -> Program {
    parse(source).unwrap_or_else(|e| panic!("{}\n{source}", e.render("generated.qp", source)))
}

/// The same program in another layout: comments, blank lines, indentation, line breaks inside brackets.
fn relaid(source: &str, words: &[u8]) -> String {
    let mut words = words.iter().cycle();
    let mut text = String::from("# A comment first.\n\n");
    for line in source.lines() {
        let mut word = || *words.next().unwrap_or(&0);
        text += ["", "  ", "\t", "\n\n"][word() as usize % 4];
        let has_text = line.contains('"') || line.contains('#');
        let mut depth = 0;
        for c in line.chars() {
            depth += i32::from(matches!(c, '(' | '[')) - i32::from(matches!(c, ')' | ']'));
            text.push(c);
            if !has_text && c == ',' && depth > 0 && word() % 2 == 0 {
                text += " # inside brackets a line may end\n  ";
            } else if !has_text && c == ' ' && word() % 3 == 0 {
                text.push(' ');
            }
        }
        text += ["\n", " # \"why\"\n", "   \n", "\n# let x = 1\n"][word() as usize % 4];
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn printed_programs_read_back(generated in programs()) {
        let program = parsed(&generated.source);
        let text = print(&program);
        let again = parsed(&text);
        prop_assert_eq!(&again, &program);
        prop_assert_eq!(print(&again), text);
    }

    #[test]
    fn digests_do_not_see_layout(generated in programs(), words in prop::collection::vec(any::<u8>(), 1..60)) {
        let digest = ProgramDigest::of(&parsed(&generated.source));
        prop_assert_eq!(ProgramDigest::of(&parsed(&relaid(&generated.source, &words))), digest);
    }

    #[test]
    fn digests_see_every_constant(generated in programs(), more in 1u64..1000) {
        let changed = format!("{}\nreveal one_more = random_bits(8) * {more} to all\n", generated.source);
        let other = format!("{}\nreveal one_more = random_bits(8) * {} to all\n", generated.source, more + 1);
        prop_assert_ne!(ProgramDigest::of(&parsed(&changed)), ProgramDigest::of(&parsed(&other)));
    }
}

#[test]
fn digests_of_the_library_do_not_see_layout() {
    for entry in PROGRAMS {
        let digest = ProgramDigest::of(&parsed(entry.source));
        for seed in 0..50 {
            let words: Vec<u8> = (0..17).map(|i| (seed * 31 + i * 7) as u8).collect();
            assert_eq!(ProgramDigest::of(&parsed(&relaid(entry.source, &words))), digest);
        }
    }
}
