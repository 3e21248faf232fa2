//! Programs with range checks: which asserts there are, where they stand, and that the meaning is the same.

use std::sync::Arc;

use quorate_circuits::bind::{Arguments, BoundOperation, BoundProgram, Knowledge, RangeTrust};
use quorate_circuits::clear::{ClearError, Inputs, evaluate};
use quorate_circuits::disclosure::Disclosure;
use quorate_circuits::number::Word;
use quorate_circuits::text::parse;

const PROGRAM: &str = "program checked
parameter members in 2..=4 default 2
role a
role b[members]
input a.age: u8 in 18..=120
input a.whole: i16
input a.level[2]: u8 in 0..=200
input b.loss[3]: i16 in -1000..=1000
let level = share(a.level)
reveal first = sum(level) to all
let loss = sum_over(b, share(sum(b.loss)))
output twice = first * 2
reveal second = max(share(a.age), share(a.whole)) + loss to all
assert level < 180, \"levels are low\"
";

fn bound() -> (BoundProgram, Arguments) {
    let program = Arc::new(parse(PROGRAM).unwrap_or_else(|e| panic!("{}", e.render("test", PROGRAM))));
    let arguments = Arguments::default();
    let bound = BoundProgram::new(&program, &arguments);
    (bound.unwrap_or_else(|e| panic!("{e}")), arguments)
}

fn inputs(age: Word, loss: Word) -> Inputs {
    let numbers = [
        ("a.age", vec![age]),
        ("a.whole", vec![(-3_i128) as Word]),
        ("a.level", vec![150, 7]),
        ("b_1.loss", vec![loss, 0, 1]),
        ("b_2.loss", vec![5, 5, 5]),
    ];
    numbers.into_iter().map(|(name, words)| (name.to_owned(), words)).collect()
}

fn messages(program: &BoundProgram) -> Vec<String> {
    let message = |operation: &BoundOperation| match operation {
        BoundOperation::Assert { message, .. } => Some(message.clone()),
        _ => None,
    };
    program.values.iter().filter_map(|value| message(&value.operation)).collect()
}

#[test]
fn every_share_that_does_not_fill_its_bits_is_checked() {
    let checked = bound().0.with_range_checks();
    let mut found = messages(&checked);
    found.sort();
    let expected = [
        "a value computed by role b_1 in line 11 is out of range",
        "a value computed by role b_2 in line 11 is out of range",
        "input age of role a is out of range",
        "input level of role a is out of range",
        "levels are low",
    ];
    assert_eq!(found, expected);
}

#[test]
fn asserts_stand_before_every_output() {
    let checked = bound().0.with_range_checks();
    let is_output = |id: &usize| {
        matches!(checked.values[*id].operation, BoundOperation::Reveal { .. } | BoundOperation::Output { .. })
    };
    let is_assert = |id: &usize| matches!(checked.values[*id].operation, BoundOperation::Assert { .. });
    let first_output = (0..checked.values.len()).find(is_output);
    assert!((0..checked.values.len()).rfind(is_assert) < first_output);
    let (plain, _) = bound();
    let names = |program: &BoundProgram| program.outputs().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&checked), names(&plain));
    for (id, value) in checked.values.iter().enumerate() {
        assert!(value.operands.iter().all(|operand| operand.0 < id), "operands come first");
    }
}

#[test]
fn the_meaning_is_the_same() {
    let (plain, _) = bound();
    let checked = plain.with_range_checks();
    for (age, loss) in [(18, 1000), (120, (-1000_i128) as Word), (60, 0)] {
        let inputs = inputs(age, loss);
        let defaulted = plain.with_range_defaults();
        let [before, after, also] =
            [&plain, &checked, &defaulted].map(|program| evaluate(program, &inputs, &[]).expect("in range"));
        assert_eq!(before.outputs(&plain).collect::<Vec<_>>(), after.outputs(&checked).collect::<Vec<_>>());
        assert_eq!(before.outputs(&plain).collect::<Vec<_>>(), also.outputs(&defaulted).collect::<Vec<_>>());
    }
    assert_eq!(checked.with_range_checks().values.len(), checked.values.len(), "checks are there once");
}

/// A program that lets its owner's side pass what the check does not.
#[test]
fn a_shared_value_out_of_range_fails_its_assert() {
    for (age, role) in [(17, "age"), (121, "age"), (255, "age")] {
        let mut cheated = bound().0.with_range_checks();
        cheated.inputs.iter_mut().for_each(|input| input.range = quorate_circuits::number::Range::signed(17));
        let failed = evaluate(&cheated, &inputs(age, 0), &[]).map(|_| ());
        let message = format!("input {role} of role a is out of range");
        assert_eq!(failed, Err(ClearError::AssertFailed { message, line: 13 }));
    }
}

#[test]
fn the_disclosure_says_what_is_enforced() {
    let (plain, arguments) = bound();
    let checked = plain.with_range_checks();
    let trust = |program: &BoundProgram| (0..program.inputs.len()).map(|i| program.range_trust(i)).collect::<Vec<_>>();
    assert_eq!(trust(&plain), [RangeTrust::Trusted; 5]);
    let mut expected = [RangeTrust::Enforced; 5];
    expected[3..].fill(RangeTrust::PartlyEnforced);
    assert_eq!(trust(&checked), expected);
    let words = |program| Disclosure::of(program, &arguments, &[]).expect("bound").provides[0].what.clone();
    assert!(words(&plain).ends_with("in 18..=120 (range trusted, not enforced)"), "{}", words(&plain));
    assert!(words(&checked).ends_with("in 18..=120 (range enforced in the protocol)"), "{}", words(&checked));
    let secret = |program: &BoundProgram| program.values.iter().filter(|v| v.knowledge == Knowledge::Secret).count();
    assert!(secret(&checked) > secret(&plain));
}
