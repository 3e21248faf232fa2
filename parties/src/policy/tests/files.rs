use proptest::prelude::*;

use super::*;

#[track_caller]
fn fault(text: &str) -> String {
    Policy::parse(text.as_bytes()).expect_err("it is refused").to_string()
}

#[test]
fn faults_have_lines_or_rules() {
    let whole = policy_text(BANDS);
    let with = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        fault(&whole.replacen(from, to, 1))
    };
    for (from, to, words) in [
        ("format = 1", "format = 2", "`format` is 2"),
        ("version = 1", "version = 0", "the first version is 1"),
        ("version = 1", "version = 1\nsurplus = 1", "line 4: unknown field `surplus`"),
        ("then = \"allow\"", "then = \"permit\"", "unknown variant `permit`"),
        ("2 of treasury and 1 of compliance", "2 treasury", "expected `of`"),
        ("1 of compliance", "1 of board", "rule \"large payments\", field `quorum`: nobody has the role board"),
        ("person ben", "person zoe", "zoe is not among the people"),
        ("up_to = \"1000\"", "up_to = \"1,000\"", "is not an amount"),
        ("above = \"1000\"", "above = \"50000\"", "no amount is above this"),
        ("assets = [\"EUR\"]", "assets = []", "name the assets"),
        ("window = \"24h\"", "window = \"one day\"", "is not a span of time"),
        ("count = 3\nsum = \"2500\"", "", "a limit needs a `count` or a `sum`"),
        ("\"0xMallory\"", "\"@villains\"", "there is no list \"villains\""),
        ("name = \"large payments\"", "name = \"small payments\"", "another rule has this name"),
        ("weight = 2", "weight = 0", "a weight is at least 1"),
        ("roles = [\"compliance\"]", "roles = [\"compliance\", \"treasury\"]", "one approval would count for both"),
        ("[change]", "exclusive = [[\"treasury\", \"nobody\"]]\n[change]", "nobody has the role nobody"),
        ("then = \"refuse\"", "then = \"refuse\"\nquorum = \"1 of treasury\"", "asks for nothing"),
        (
            "[[rule]]\nname = \"nobody pays",
            "[[rule]]\nname = \"x\"\nthen = \"require\"\n[[rule]]\nname = \"nobody pays",
            "must say what",
        ),
    ] {
        let found = with(from, to);
        assert!(found.contains(words), "{words:?} is missing in {found}");
    }
    let twice = whole.replace(&key("dan").to_string(), &key("ann").to_string());
    assert!(fault(&twice).contains("the same identity"));
    let exclusive = whole.replace("version = 1", "version = 1\nexclusive = [[\"treasury\", \"compliance\"]]");
    assert!(Policy::parse(exclusive.as_bytes()).is_ok());
    let both = exclusive.replacen("roles = [\"compliance\"]", "roles = [\"compliance\", \"treasury\"]", 1);
    assert!(fault(&both).contains("people.dan: nobody may have both roles"));
    assert!(fault(&"x".repeat(POLICY_LIMIT + 1)).contains("more than"));
}

/// The digest is of what is said, not of how it is written.
#[test]
fn digests() {
    let text = policy_text(BANDS);
    let digest = |text: &str| Policy::parse(text.as_bytes()).expect("a policy").digest();
    let same =
        [text.clone() + "# a comment\n", text.replace("vetoes = 1\n", ""), text.replace("\"1000\"", "\"1000.00\"")];
    assert!(same.iter().all(|other| digest(other) == digest(&text)));
    let others = [
        text.replace("up_to = \"1000\"", "up_to = \"1001\""),
        text.replace("0xMallory", "0xMalory"),
        text.replace("version = 1", "version = 2"),
        text.replace("count = 3", "count = 4"),
        text.replace(&key("eva").to_string(), &key("office").to_string()).replacen("office", "bureau", 1),
    ];
    assert!(others.iter().all(|other| digest(other) != digest(&text)));
    let policy = Policy::parse(text.as_bytes()).expect("a policy");
    assert_eq!(Policy::parse(policy.to_text().as_bytes()), Ok(policy));
}

proptest! {
    #[test]
    fn any_bytes_are_accepted_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), at in any::<prop::sample::Index>()) {
        let _ = Policy::parse(&bytes);
        let _ = ChangeApproval::parse(&bytes);
        let mut text = policy_text(BANDS).into_bytes();
        let at = at.index(text.len());
        text[at] = bytes.first().copied().unwrap_or(b'0');
        if let Ok(policy) = Policy::parse(&text) {
            prop_assert_eq!(Policy::parse(policy.to_text().as_bytes()), Ok(policy));
        }
    }
}
