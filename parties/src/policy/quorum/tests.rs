use proptest::prelude::*;

use super::*;
use crate::identity::{Address, Identity};

fn person(roles: &[&str], weight: u32, location: &str) -> Person {
    let address: Address = "127.0.0.1:7000".parse().expect("an address");
    let identity = Identity::generate("x".parse().expect("a name"), address).expect("there is randomness");
    Person {
        identity: identity.public_key(),
        roles: roles.iter().map(|role| role.parse().expect("a role")).collect(),
        weight,
        location: Some(location.parse().expect("a word")),
        jurisdiction: None,
    }
}

/// Three of the treasury, two of compliance, two of the board, one with nothing.
fn people() -> BTreeMap<PartyName, Person> {
    let all = [
        ("ann", person(&["treasury"], 1, "zurich")),
        ("ben", person(&["treasury"], 1, "zurich")),
        ("cas", person(&["treasury"], 1, "oslo")),
        ("dan", person(&["compliance"], 1, "zurich")),
        ("eva", person(&["compliance"], 1, "oslo")),
        ("fay", person(&["board"], 2, "zurich")),
        ("gus", person(&["board"], 1, "lima")),
        ("hal", person(&[], 1, "rome")),
    ];
    all.into_iter().map(|(name, person)| (name.parse().expect("a name"), person)).collect()
}

/// Every subset of everybody, against a count made by hand.
#[test]
fn all_subsets_against_all_expressions() {
    type Reference = fn(&[&str]) -> bool;
    fn count(names: &[&str], of: &[&str]) -> usize {
        names.iter().filter(|name| of.contains(name)).count()
    }
    const TREASURY: [&str; 3] = ["ann", "ben", "cas"];
    const COMPLIANCE: [&str; 2] = ["dan", "eva"];
    fn weight(names: &[&str]) -> usize {
        2 * count(names, &["fay"]) + count(names, &["gus"])
    }
    fn places(names: &[&str], of: &[&str]) -> usize {
        let place = |name: &&&str| match **name {
            "ann" | "ben" | "dan" | "fay" => "zurich",
            "cas" | "eva" => "oslo",
            "gus" => "lima",
            _ => "rome",
        };
        names.iter().filter(|name| of.contains(name)).map(|name| place(&name)).collect::<BTreeSet<_>>().len()
    }
    let cases: [(&str, Reference); 8] = [
        ("2 of treasury and 1 of compliance", |n| count(n, &TREASURY) >= 2 && count(n, &COMPLIANCE) >= 1),
        ("1 of treasury or 2 of compliance", |n| count(n, &TREASURY) >= 1 || count(n, &COMPLIANCE) >= 2),
        ("1 of treasury and (2 of compliance or weight 3 of board)", |n| {
            count(n, &TREASURY) >= 1 && (count(n, &COMPLIANCE) >= 2 || weight(n) >= 3)
        }),
        ("weight 2 of board", |n| weight(n) >= 2),
        ("person hal and 3 of treasury", |n| n.contains(&"hal") && count(n, &TREASURY) >= 3),
        ("2 of treasury and distinct locations >= 2", |n| count(n, &TREASURY) >= 2 && places(n, &TREASURY) >= 2),
        ("distinct locations >= 3", |n| places(n, &["ann", "ben", "cas", "dan", "eva", "fay", "gus", "hal"]) >= 3),
        ("1 of compliance and distinct jurisdictions >= 1", |_| false),
    ];
    let people = people();
    let names: Vec<&PartyName> = people.keys().collect();
    for (text, reference) in cases {
        let quorum: Quorum = text.parse().expect(text);
        assert_eq!(quorum.to_string(), text);
        for subset in 0..1_u32 << names.len() {
            let some: Vec<&PartyName> = (0..names.len()).filter(|i| subset >> i & 1 == 1).map(|i| names[i]).collect();
            let plain: Vec<&str> = some.iter().map(|name| name.as_str()).collect();
            let present = Present::new(&people, some.iter().copied());
            assert_eq!(quorum.is_met(&present), reference(&plain), "{text}: {plain:?}");
        }
    }
}

#[test]
fn one_person_counts_once_and_strangers_not_at_all() {
    let people = people();
    let quorum: Quorum = "2 of treasury".parse().expect("a quorum");
    let (ann, zoe): (PartyName, PartyName) = ("ann".parse().expect("a name"), "zoe".parse().expect("a name"));
    assert!(!quorum.is_met(&Present::new(&people, [&ann, &ann, &zoe])));
    let missing = quorum.missing(&Present::new(&people, [&ann])).expect("it is not met");
    assert_eq!(missing, "1 more of treasury (ben, cas)");
}

#[test]
fn words_that_are_no_expression() {
    for (text, why) in [
        ("", "expected a number"),
        ("2 treasury", "expected `of`"),
        ("0 of treasury", "a number from 1"),
        ("2 of", "expected a role"),
        ("2 of of", "cannot be the name of a role"),
        ("1 of a and 1 of b or 1 of c", "parentheses"),
        ("(1 of a", "expected `)`"),
        ("1 of a 1 of b", "`and`, `or` or the end"),
        ("distinct cities >= 2", "`locations` or `jurisdictions`"),
        ("distinct locations > 2", "expected `>=`"),
        ("weight x of a", "a number from 1"),
        ("person Ann", "not a party's name"),
        ("99999 of a", "a number from 1"),
        ("((((((((( 1 of a )))))))))", "more than 8 deep"),
    ] {
        let error = text.parse::<Quorum>().expect_err(text);
        assert!(error.contains(why), "{text}: {error}");
    }
    let long = format!("1 of {}", "a".repeat(2000));
    assert!(long.parse::<Quorum>().is_err());
    assert!("(1 of a) AND 1 of b".parse::<Quorum>().is_err());
    assert_eq!("(1 of a and (1 of b))".parse::<Quorum>().expect("one").to_string(), "1 of a and 1 of b");
}

proptest! {
    #[test]
    fn any_text_is_accepted_or_refused(text in "[ ()0-9a-z>=]{0,80}") {
        if let Ok(quorum) = text.parse::<Quorum>() {
            prop_assert_eq!(quorum.to_string().parse::<Quorum>(), Ok(quorum));
        }
    }

    #[test]
    fn what_is_written_is_read_again(
        text in "(2 of a|weight 3 of b|person c|distinct locations >= 2)( and (1 of d|\\(1 of e or 2 of f\\))){0,5}"
    ) {
        let quorum: Quorum = text.parse().expect("an expression");
        prop_assert_eq!(quorum.to_string().parse::<Quorum>(), Ok(quorum));
    }

    /// Whoever joins never makes a quorum unmet.
    #[test]
    fn more_people_are_never_less(subset in 0_u32..256, more in 0_usize..8, which in 0_usize..4) {
        let text = ["2 of treasury and 1 of compliance", "weight 2 of board or 2 of compliance",
            "1 of treasury and distinct locations >= 2", "person hal and (1 of board or 1 of treasury)"][which];
        let (quorum, people): (Quorum, _) = (text.parse().expect("a quorum"), people());
        let names: Vec<&PartyName> = people.keys().collect();
        let some = |bits: u32| (0..8).filter(move |i| bits >> i & 1 == 1);
        let before = quorum.is_met(&Present::new(&people, some(subset).map(|i| names[i])));
        let after = quorum.is_met(&Present::new(&people, some(subset | 1 << more).map(|i| names[i])));
        prop_assert!(!before || after);
    }
}
