use super::*;

#[track_caller]
fn verdict(policy: &Policy, request: &Request, circumstances: &Circumstances) -> (Verdict, String) {
    let decision = decide(policy, request, circumstances);
    (decision.verdict, decision.rule.clone())
}

#[track_caller]
fn refused(policy: &Policy, request: &Request, circumstances: &Circumstances, rule: &str, words: &str) {
    let decision = decide(policy, request, circumstances);
    assert_eq!((decision.verdict, decision.rule.as_str()), (Verdict::Refused, rule), "{}", decision.text());
    let reason = decision.reason().expect("it is refused");
    assert!(reason.contains(words), "{words:?} is missing in {reason}");
}

#[test]
fn bands_and_what_no_rule_allows() {
    let policy = policy(BANDS);
    let nobody = approved_by(&[]);
    assert_eq!(verdict(&policy, &pay("0xB", "EUR", "1000"), &nobody), (Verdict::Allowed, "small payments".to_owned()));
    let above = pay("0xB", "EUR", "1000.000000000000000001");
    assert_eq!(verdict(&policy, &above, &nobody), (Verdict::Wanting, "large payments".to_owned()));
    refused(&policy, &pay("0xB", "EUR", "50000.01"), &approved_by(&["ben", "cas", "dan"]), "(default)", "no rule");
    refused(&policy, &pay("0xB", "USD", "1"), &nobody, "(default)", "no rule");
    refused(&policy, &pay("0xmALLORY", "EUR", "1"), &nobody, "nobody pays mallory", "refuses");
    let decision = decide(&policy, &above, &nobody);
    let expected = "approval by 2 more of treasury (ann, ben, cas); and 1 more of compliance (dan, eva)";
    assert_eq!(decision.missing, [expected]);
    let said = |rule: &str| decision.findings.iter().any(|finding| finding.rule == rule);
    assert!(
        ["small payments", "large payments", "nobody pays mallory"].into_iter().all(said),
        "every rule has its say"
    );
}

/// All subsets of everybody, with the initiator among them.
#[test]
fn all_subsets_of_approvals() {
    let policy = policy(BANDS);
    let everybody = ["ann", "ben", "cas", "dan", "eva"];
    for initiator in ["ann", "dan"] {
        let request = Request {
            initiator: initiator.parse().expect("a name"),
            initiator_identity: key(initiator),
            ..pay("0xB", "EUR", "5000")
        };
        for subset in 0..32_u32 {
            let some: Vec<&str> = (0..5).filter(|i| subset >> i & 1 == 1).map(|i| everybody[i]).collect();
            let count = |of: &[&str]| some.iter().filter(|name| of.contains(name) && **name != initiator).count();
            let enough = count(&["ann", "ben", "cas"]) >= 2 && count(&["dan", "eva"]) >= 1;
            let decision = decide(&policy, &request, &approved_by(&some));
            assert_eq!(decision.is_allowed(), enough, "{initiator} asks, {some:?} approve");
        }
    }
}

#[test]
fn what_every_policy_asks_for() {
    let policy = policy(BANDS);
    let small = pay("0xB", "EUR", "10");
    let with = |change: &dyn Fn(&mut Circumstances)| {
        let mut circumstances = approved_by(&[]);
        change(&mut circumstances);
        circumstances
    };
    let late = with(&|c| c.now = friday().after(Span::of_seconds(3_600)));
    refused(&policy, &small, &late, "(expiry)", "has expired at 2026-11-27T14:45:00Z");
    let early = with(&|c| (c.now, c.last) = (friday().before(Span::of_seconds(121)), None));
    refused(&policy, &small, &early, "(expiry)", "in the future");
    let set_back = with(&|c| c.last = Some(c.now.after(Span::of_seconds(121))));
    refused(&policy, &small, &set_back, "(clock)", "before the last entry of the log");
    let put_right = with(&|c| c.last = Some(c.now.after(Span::of_seconds(119))));
    assert!(decide(&policy, &small, &put_right).is_allowed());
    refused(&policy, &small, &with(&|c| c.signed = true), "(replay)", "was signed before");
    let vetoed = with(&|c| c.standing.refusals = names(&["eva"]));
    refused(&policy, &small, &vetoed, "(refusals)", "refused by eva");
    let unknown = with(&|c| c.standing.initiator = Some("no card of ann is pinned here".to_owned()));
    refused(&policy, &small, &unknown, "(initiator)", "no card of ann");
    let other = Request { key: "deeds".parse().expect("a name"), ..small.clone() };
    refused(&policy, &other, &approved_by(&[]), "(key)", "the policy is of treasury");
    let person_missing = with(&|c| {
        c.standing.approvals = names(&["ben", "cas", "dan"]);
        c.signers = Some(names(&["ann", "cas"]));
    });
    refused(&policy, &pay("0xB", "EUR", "5000"), &person_missing, "large payments", "among the signers is missing ben");
}

#[test]
fn tiers() {
    let policy = policy(BANDS);
    let automatic = |list: &[&str]| Circumstances { automatic: true, ..approved_by(list) };
    assert!(decide(&policy, &pay("0xB", "EUR", "1000"), &automatic(&[])).is_allowed());
    let large = pay("0xB", "EUR", "2000");
    refused(&policy, &large, &automatic(&["ben", "cas", "dan"]), "large payments", "it is cold");
}

#[test]
fn several_rules_are_required_together() {
    let rules = r#"
[[rule]]
name = "payments"
then = "allow"
quorum = "1 of treasury"
[rule.when]
kinds = ["transfer"]

[[rule]]
name = "strangers need compliance and a certificate"
then = "require"
quorum = "1 of compliance"
attestations = [{ claim = "screened" }]
[rule.when]
other_than = ["@suppliers"]

[[rule]]
name = "never at night"
then = "refuse"
[rule.when]
hours = "22:00-06:00"

[[rule]]
name = "never on weekends"
then = "refuse"
[rule.when]
days = ["saturday", "sunday"]
"#;
    let policy = policy(rules);
    assert!(decide(&policy, &pay("0xGood", "ETH", "1"), &approved_by(&["ben"])).is_allowed());
    let stranger = pay("0xgood", "ETH", "1");
    assert_eq!(decide(&policy, &stranger, &approved_by(&["ben"])).missing.len(), 2, "another spelling is a stranger");
    let mut certified = approved_by(&["ben", "dan"]);
    certified.standing.attested.push(("screened".to_owned(), "0xGood".to_owned()));
    assert_eq!(decide(&policy, &stranger, &certified).verdict, Verdict::Wanting, "certified was another subject");
    certified.standing.attested.push(("screened".to_owned(), "0xgood".to_owned()));
    assert!(decide(&policy, &stranger, &certified).is_allowed());
    for (at, rule) in [
        ("2026-11-27T22:00:00Z", "never at night"),
        ("2026-11-28T05:59:00Z", "never at night"),
        ("2026-11-28T12:00:00Z", "never on weekends"),
    ] {
        let now: Moment = at.parse().expect("a time");
        let request = Request { created: now, expires: now.after(Span::of_seconds(60)), ..pay("0xGood", "ETH", "1") };
        let circumstances = Circumstances { now, ..approved_by(&["ben"]) };
        refused(&policy, &request, &circumstances, rule, "refuses");
    }
}

fn spent(amounts: &[(&str, u64)]) -> Vec<Spend> {
    let one = |(place, (amount, hours)): (usize, &(&str, u64))| {
        let request = Request { nonce: Hex([place as u8; 16]), ..pay("0xB", "EUR", amount) };
        Spend::of(&request, friday().before(Span::of_seconds(hours * 3_600)))
    };
    amounts.iter().enumerate().map(one).collect()
}

#[test]
fn velocity_counts_what_the_rule_looks_at() {
    let policy = policy(BANDS);
    let after = |history: Vec<Spend>| Circumstances { history, ..approved_by(&[]) };
    let ask = |amount: &str| pay("0xB", "EUR", amount);
    assert!(decide(&policy, &ask("500"), &after(spent(&[("1000", 1), ("1000", 2)]))).is_allowed());
    refused(&policy, &ask("500.01"), &after(spent(&[("1000", 1), ("1000", 2)])), "small payments", "above 2500");
    refused(&policy, &ask("1"), &after(spent(&[("1", 1), ("1", 2), ("1", 23)])), "small payments", "at most 3");
    // What is older, larger than the band or of another asset does not count; nor does the request itself, tried again.
    let old = spent(&[("1", 1), ("1", 2), ("1", 25), ("40000", 1)]);
    assert!(decide(&policy, &ask("1"), &after(old)).is_allowed());
    let again = vec![Spend::of(&ask("1000"), friday()), spent(&[("1000", 1)]).remove(0)];
    assert!(decide(&policy, &ask("1000"), &after(again)).is_allowed());
}

#[test]
fn before_the_first_drill() {
    let mut text = policy_text(BANDS);
    text = text.replace("[change]", "[undrilled]\nEUR = \"100\"\n\n[change]");
    let policy = Policy::parse(text.as_bytes()).expect("a policy");
    let undrilled = Circumstances { drilled: false, ..approved_by(&["ben", "cas", "dan"]) };
    assert!(decide(&policy, &pay("0xB", "EUR", "100"), &undrilled).is_allowed());
    refused(&policy, &pay("0xB", "EUR", "101"), &undrilled, "(undrilled)", "101 EUR is above 100");
    assert!(decide(&policy, &pay("0xB", "EUR", "101"), &approved_by(&[])).is_allowed());
}
