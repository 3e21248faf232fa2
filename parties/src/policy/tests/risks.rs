//! A risk only raises what is required: of any policy, for any request.

use proptest::prelude::*;

use super::*;

fn rule(number: usize) -> impl Strategy<Value = String> {
    let then = prop_oneof![Just("allow"), Just("require"), Just("refuse")];
    let quorum = prop_oneof![
        Just(""),
        Just("quorum = \"1 of treasury\"\n"),
        Just("quorum = \"2 of treasury and 1 of compliance\"\n"),
        Just("quorum = \"weight 3 of treasury or 2 of compliance\"\n"),
    ];
    let band = prop_oneof![Just(""), Just("up_to = \"100\"\n"), Just("above = \"100\"\n")];
    let risk = prop::option::of(1_u8..=100);
    let limit = prop_oneof![Just(""), Just("[[rule.limit]]\nwindow = \"24h\"\ncount = 1\n")];
    (then, quorum, band, risk, limit).prop_map(move |(then, quorum, band, risk, limit)| {
        // What the check refuses is not tried: a rule that allows by a risk, one that refuses and asks, one that asks
        // for nothing.
        let risk = risk.filter(|_| then != "allow").map(|risk| format!("risk_at_least = {risk}\n")).unwrap_or_default();
        let (quorum, limit) = match then {
            "refuse" => ("", ""),
            "require" if quorum.is_empty() => ("quorum = \"1 of compliance\"\n", limit),
            _ => (quorum, limit),
        };
        format!("\n[[rule]]\nname = \"rule {number}\"\nthen = \"{then}\"\n{quorum}[rule.when]\nassets = [\"EUR\"]\n{band}{risk}{limit}")
    })
}

fn rules() -> impl Strategy<Value = String> {
    (rule(0), rule(1), rule(2), rule(3)).prop_map(|(a, b, c, d)| a + &b + &c + &d)
}

proptest! {
    #[test]
    fn a_higher_risk_allows_nothing_more(
        rules in rules(),
        amount in prop_oneof![Just("1"), Just("100"), Just("101")],
        approvals in prop::sample::subsequence(vec!["ben", "cas", "dan", "eva"], 0..=4),
        (low, high) in (0_u8..=100, 0_u8..=100).prop_map(|(a, b)| (a.min(b), a.max(b))),
    ) {
        let policy = policy(&rules);
        let request = pay("0xB", "EUR", amount);
        let at = |policy: &Policy, risk: Option<u8>| {
            decide(policy, &request, &Circumstances { risk, ..approved_by(&approvals) })
        };
        let (before, after) = (at(&policy, Some(low)), at(&policy, Some(high)));
        prop_assert!(!after.is_allowed() || before.is_allowed());
        // Nothing that was missing before is there now, unless it is refused.
        if after.verdict != Verdict::Refused {
            prop_assert!(before.missing.iter().all(|missing| after.missing.contains(missing)));
        }
        // No risk known is the highest, and with no rule about risks at all there is at most more freedom.
        prop_assert_eq!(at(&policy, None), at(&policy, Some(100)));
        let mut without = policy.clone();
        without.rules.retain(|rule| rule.when.risk_at_least.is_none());
        prop_assert!(!after.is_allowed() || at(&without, None).is_allowed());
    }
}

#[test]
fn a_risk_allows_nothing_by_itself() {
    let rules = "[[rule]]\nname = \"r\"\nthen = \"allow\"\n[rule.when]\nrisk_at_least = 10\n";
    let fault = Policy::parse(policy_text(rules).as_bytes()).expect_err("it is refused").to_string();
    assert!(fault.contains("rule \"r\", field `when.risk_at_least`") && fault.contains("can only raise"), "{fault}");
}

#[test]
fn scores_from_files_and_from_joint_programs() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    };
    assert_eq!(read_risk(&file("a", "{\"score\": 12}")), Ok(12));
    assert_eq!(read_risk(&file("b", "{\"score\": 12.01}")), Ok(13));
    let report = file("c", "{\"program\": \"risk\", \"outputs\": {\"score\": 70, \"other\": null}}");
    assert_eq!(read_risk(&format!("{report}:score")), Ok(70));
    for wrong in [
        format!("{report}:other"),
        format!("{report}:none"),
        report.clone(),
        file("d", "{\"score\": 101}"),
        file("e", "{\"score\": -1}"),
        file("f", "no"),
        "/nonexistent".to_owned(),
    ] {
        assert!(read_risk(&wrong).is_err(), "{wrong}");
    }
}
