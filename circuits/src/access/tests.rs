use proptest::prelude::*;

use super::*;

fn structure(text: &str) -> Structure {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// All sets of holders.
fn sets(structure: &Structure) -> impl Iterator<Item = Vec<u16>> {
    let holders = structure.holders();
    (0_u32..1 << holders).map(move |mask| (1..=holders as u16).filter(|i| mask >> (i - 1) & 1 == 1).collect())
}

#[test]
fn a_text_is_read_as_it_was_written() {
    for text in ["2 of (1, 2, 3)", "2 of (2 of (1, 2, 3), 1 of (4, 5))", "3 of (1*2, 2, 3)"] {
        assert_eq!(structure(text).to_string(), text);
    }
    assert_eq!(structure(" 2of(1,2 ,3)").to_string(), "2 of (1, 2, 3)");
    assert_eq!(structure("2 of (1, 2, 3)").plain_threshold(), Some(2));
    assert_eq!(structure("2 of (2, 1, 3)").plain_threshold(), None);
    assert_eq!(structure("2 of (1, 2, 3)"), Structure::threshold(2, 3).unwrap());
}

#[test]
fn what_is_no_structure_is_refused() {
    let refused = |text: &str| text.parse::<Structure>().unwrap_err();
    assert_eq!(refused("0 of (1, 2)"), NoStructure::Gate { threshold: 0, weight: 2 });
    assert_eq!(refused("3 of (1, 2)"), NoStructure::Gate { threshold: 3, weight: 2 });
    assert_eq!(refused("1 of (1, 2)"), NoStructure::Alone(1));
    assert_eq!(refused("2 of (1, 2*2)"), NoStructure::Alone(2));
    assert_eq!(refused("2 of (1, 3)"), NoStructure::Missing(2));
    assert_eq!(refused("2 of (1, 1)"), NoStructure::Twice(1));
    assert_eq!(refused("2 of (1, 2*0, 3)"), NoStructure::Weight(2));
    assert_eq!(refused("2 of (0, 1)"), NoStructure::Index(0));
    assert_eq!(refused("2 of (1, 300)"), NoStructure::Index(300));
    assert_eq!(refused("2 of (1*200, 2*57)"), NoStructure::Rows);
    assert_eq!(refused("2 of (1 2)"), NoStructure::Text { at: 8, expected: ", or )" });
    assert_eq!(refused("2 of (1, 2) x"), NoStructure::Text { at: 12, expected: "the end" });
    assert!(matches!(refused(""), NoStructure::Text { at: 0, .. }));
    assert!(matches!(refused("2 of (1, 99999)"), NoStructure::Text { at: 9, .. }));
    assert_eq!(refused(&format!("{}1{}", "1 of (".repeat(9), ")".repeat(9))), NoStructure::Depth);
    let all = |n: u16| (1..=n).map(|i| i.to_string()).collect::<Vec<_>>().join(", ");
    let repeated = format!("2 of (2 of ({}), 3 of ({}))", all(13), all(13));
    assert_eq!(refused(&repeated), NoStructure::Repeated(13));
    assert!(Structure::threshold(2, 256).is_ok());
    for (threshold, holders) in [(0, 3), (1, 3), (4, 3), (2, 257), (2, 70_000)] {
        assert!(Structure::threshold(threshold, holders).is_err());
    }
}

#[test]
fn departments_sign_together_and_weights_count() {
    let departments = structure("2 of (2 of (1, 2, 3), 1 of (4, 5))");
    assert!(departments.is_satisfied_by(&[1, 3, 5]) && !departments.is_satisfied_by(&[1, 2, 3]));
    assert_eq!(
        (departments.signers_needed(), departments.privacy_threshold(), departments.signers_enough()),
        (3, 2, 4)
    );
    assert_eq!(departments.quorum_of(&[1, 2, 3, 4, 5]), [1, 2, 4]);
    assert_eq!(departments.examples(2), [vec![1, 2, 4], vec![2, 3, 4]]);
    assert_eq!(departments.shortages(&[1, 2]), [Shortage { missing: 1, absent: vec![4, 5] }]);
    assert_eq!(departments.shortages(&[1, 4]), [Shortage { missing: 1, absent: vec![2, 3] }]);
    let board = structure("3 of (1*2, 2, 3)");
    assert!(board.is_satisfied_by(&[1, 3]) && !board.is_satisfied_by(&[2, 3]));
    assert_eq!((board.signers_needed(), board.signers_enough()), (2, 3));
    let either = structure("1 of (2 of (1, 2), 2 of (3, 4))");
    assert_eq!(either.idle(&[1, 2, 3]), [3]);
}

/// A gate with holders of 1 to `holders` below it, some of them in several places.
fn gates(holders: u16) -> impl Strategy<Value = Gate> {
    let holder = (1..=holders, 1_u16..3).prop_map(|(index, weight)| Input::Holder { index, weight });
    let gate = |inputs: Vec<Input>, choice: u16| {
        let mut kept: Vec<Input> = Vec::new();
        for input in inputs {
            let twice = matches!(&input, Input::Holder { index, .. }
                if kept.iter().any(|other| matches!(other, Input::Holder { index: same, .. } if same == index)));
            kept.extend((!twice).then_some(input));
        }
        let mut gate = Gate { threshold: 1, inputs: kept };
        gate.threshold = choice % gate.weight() as u16 + 1;
        gate
    };
    let inputs = holder.prop_recursive(3, 16, 4, move |inner| {
        (proptest::collection::vec(inner, 1..5), any::<u16>())
            .prop_map(move |(inputs, choice)| Input::Gate(gate(inputs, choice)))
    });
    (proptest::collection::vec(inputs, 2..5), any::<u16>()).prop_map(move |(inputs, choice)| gate(inputs, choice))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sizes_are_those_of_all_sets(root in gates(6)) {
        let Ok(structure) = Structure::new(root) else { return Ok(()) };
        prop_assert_eq!(structure.to_string().parse::<Structure>(), Ok(structure.clone()));
        let (good, bad): (Vec<_>, Vec<_>) = sets(&structure).partition(|set| structure.is_satisfied_by(set));
        prop_assert_eq!(structure.signers_needed(), good.iter().map(Vec::len).min().unwrap());
        prop_assert_eq!(structure.signers_enough(), bad.iter().map(Vec::len).max().unwrap() + 1);
        for set in bad {
            prop_assert!(!structure.shortages(&set).is_empty());
        }
        for set in good {
            prop_assert!(structure.shortages(&set).is_empty());
            let quorum = structure.quorum_of(&set);
            prop_assert!(structure.is_satisfied_by(&quorum) && structure.idle(&quorum).is_empty());
            for left_out in &quorum {
                let fewer: Vec<u16> = quorum.iter().copied().filter(|index| index != left_out).collect();
                prop_assert!(!structure.is_satisfied_by(&fewer));
            }
        }
    }

    #[test]
    fn no_text_is_taken_for_a_structure_that_it_is_not(text in "[0-9 of(),*]{0,40}") {
        if let Ok(structure) = text.parse::<Structure>() {
            prop_assert_eq!(structure.to_string().parse::<Structure>(), Ok(structure));
        }
    }
}
