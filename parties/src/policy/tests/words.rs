//! Differences, remarks and replays.

use super::*;

#[test]
fn differences_are_said_in_words() {
    let old = policy_text(BANDS);
    let said = |new: &str| {
        let (old, new) = (Policy::parse(old.as_bytes()).expect("a policy"), Policy::parse(new.as_bytes()).expect(new));
        difference(&old, &new).expect("small")
    };
    assert!(said(&old).is_empty());
    assert!(said(&(old.clone() + "# a comment")).is_empty());
    let higher = old.replace("up_to = \"1000\"", "up_to = \"2000\"").replace("above = \"1000\"", "above = \"2000\"");
    let lines = said(&higher);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    let line = &lines[0];
    assert!(line.starts_with("transfer of EUR above 1000 up to 2000 to anybody else: needs at most 2500"), "{line}");
    assert!(line.contains("in the place of a person at every signer") && line.contains("2 of treasury"), "{line}");
    let open = old.replace("destinations = [\"0xMallory\"]", "destinations = [\"0xMalory\"]");
    let lines = said(&open);
    assert!(lines.iter().any(|line| line.contains("0xMallory") && line.contains("becomes allowed")), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("0xMalory") && line.contains("becomes refused")), "{lines:#?}");
    let risky = old.clone()
        + "[[rule]]\nname = \"risk\"\nthen = \"require\"\nquorum = \"1 of compliance\"\n\
        [rule.when]\nrisk_at_least = 60\n";
    let lines = said(&risky);
    assert!(lines.iter().all(|line| line.contains("at a risk from 60 to 100: needs in addition")), "{lines:#?}");
    let people = old
        .replacen("roles = [\"compliance\"]", "roles = []", 1)
        .replace("2 of treasury\"\n\n[lists", "1 of treasury\"\n\n[lists");
    let lines = said(&people);
    assert_eq!(
        lines,
        [
            "dan has the roles no roles and had compliance",
            "the policy is changed by: 1 of treasury; before: 2 of treasury"
        ]
    );
    let weekend = old.clone()
        + "[[rule]]\nname = \"weekend\"\nthen = \"refuse\"\n[rule.when]\ndays = [\"saturday\", \"sunday\"]\n";
    let lines = said(&weekend);
    assert!(
        lines.iter().all(|line| line.contains("Sat, Sun") && line.contains("becomes refused (weekend)")),
        "{lines:#?}"
    );
}

fn remarks(rules: &str) -> Vec<String> {
    lint(&policy(rules)).into_iter().map(|remark| format!("{}: {}", remark.place, remark.words)).collect()
}

#[track_caller]
fn says(rules: &str, words: &str) {
    let remarks = remarks(rules);
    assert!(remarks.iter().any(|remark| remark.contains(words)), "{words:?} is missing in {remarks:#?}");
}

#[test]
fn lint_finds_mistakes_and_ways_around() {
    let only = remarks(BANDS);
    assert_eq!(only, ["undrilled: nothing limits what is signed before a recovery of the key was rehearsed"]);
    let rule = |name: &str, rest: &str| format!("[[rule]]\nname = \"{name}\"\n{rest}\n");
    says(&rule("open", "then = \"allow\""), "open: allows any amount without any approval");
    says(&rule("open", "then = \"allow\""), "open: allows digests without any approval");
    says(&rule("hot", "then = \"allow\"\ntier = \"hot\"\nquorum = \"1 of treasury\""), "hot: is hot and has no limit");
    says(&BANDS.replace("[[rule.limit]]\nwindow = \"24h\"\ncount = 3\nsum = \"2500\"", ""), "nothing limits how often");
    says(
        &rule("six", "then = \"allow\"\nquorum = \"6 of treasury\""),
        "six: the quorum can never be met, even by everybody",
    );
    says(
        &rule("all", "then = \"allow\"\nquorum = \"3 of treasury\""),
        "all: where ann asks, the quorum can never be met",
    );
    says(&rule("w", "then = \"allow\"\nquorum = \"weight 2 of treasury\""), "w: cas alone meets the quorum");
    says(
        &rule(
            "no",
            "then = \"refuse\"\n[rule.when]\nkinds = [\"login\"]\ndestinations = [\"0xA\"]\nother_than = [\"0xA\"]",
        ),
        "no: no request can meet its conditions",
    );
    let doubled = BANDS.replace("above = \"1000\"\n", "");
    says(&doubled, "small payments: asks for no approval, but other rules do for everything that it allows");
    let shadowed = BANDS.to_owned() + &rule("nothing", "then = \"refuse\"");
    says(&shadowed, "small payments: other rules refuse everything that it allows");
    let inverted =
        BANDS.replace(
            "name = \"small payments\"\nthen = \"allow\"",
            "name = \"small payments\"\nthen = \"allow\"\nquorum = \"1 of compliance\"",
        ) + &rule("huge", "then = \"allow\"\n[rule.when]\nassets = [\"EUR\"]\nabove = \"50000\"\nup_to = \"90000\"");
    says(&inverted, "90000 needs no approval, but 1000 does");
    says(&BANDS.replace("sum = \"2500\"", "sum = \"3000\""), "3 times 1000 within 1d is not above 3000");
    says(&BANDS.replace("sum = \"2500\"", "sum = \"900\""), "900 within 1d is less than the single limit 1000");
}

#[test]
fn lint_looks_at_people_too() {
    let text = policy_text(BANDS)
        .replace("version = 1", "version = 1\ninitiators = [\"treasury\"]")
        .replace("2 of treasury\"\n\n[lists", "1 of treasury\"\n\n[lists");
    let remarks: Vec<String> = lint(&Policy::parse(text.as_bytes()).expect("a policy"))
        .into_iter()
        .map(|r| r.place + ": " + &r.words)
        .collect();
    for words in ["change: one person alone can change", "people.ann: may ask and may approve"] {
        assert!(remarks.iter().any(|remark| remark.starts_with(words)), "{words}: {remarks:#?}");
    }
}

#[test]
fn replays_move_the_counters() {
    let line = |at: &str, rest: &str| {
        format!(
            "{{\"at\":\"2026-11-{at}Z\",\"kind\":\"transfer\",\"initiator\":\"ann\",\"destination\":\"0xB\",\"asset\":\"EUR\",{rest}}}\n"
        )
    };
    let lines = line("01T09:00:00", "\"amount\":\"1000\"")
        + &line("01T10:00:00", "\"amount\":\"1000\"")
        + &line("01T11:00:00", "\"amount\":\"1000\"")
        + "\n"
        + &line("02T09:30:00", "\"amount\":\"1000\"")
        + &line("02T10:30:00", "\"amount\":\"20000\",\"approvals\":[\"ann\",\"ben\",\"dan\"]")
        + &line("02T10:31:00", "\"amount\":\"20000\",\"approvals\":[\"cas\",\"ben\",\"dan\"]");
    let replayed = replay(&policy(BANDS), &lines).expect("requests");
    let verdicts: Vec<_> = replayed.iter().map(|one| (one.line, one.decision.verdict)).collect();
    use Verdict::{Allowed, Refused, Wanting};
    assert_eq!(verdicts, [(1, Allowed), (2, Allowed), (3, Refused), (5, Allowed), (6, Wanting), (7, Allowed)]);
    let error =
        replay(&policy(BANDS), &(line("02T09:00:00", "\"amount\":\"1\"") + &line("01T09:00:00", "\"amount\":\"1\"")));
    assert!(error.expect_err("time goes back").message.starts_with("line 2: 2026-11-01"));
    let error = replay(&policy(BANDS), &line("02T09:00:00", "\"price\":\"1\"")).expect_err("no amount");
    assert!(error.message.starts_with("line 1: unknown field `price`"), "{}", error.message);
}
