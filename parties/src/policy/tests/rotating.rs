//! What is rotated by itself.

use super::*;

const ROTATION: &str = r#"
[rotation]
at_most = 2
within = "24h"
days = ["friday"]
hours = "08:00-18:00"

[[rotation.rule]]
name = "a spare"
when = "silent"
after = "4m"
holders = ["cas"]
then = "replace"
substitute = "dan"

[[rotation.rule]]
name = "new pairs"
when = "suspicious"
then = "refresh"
"#;

fn name(text: &str) -> PartyName {
    text.parse().expect("a name")
}

fn judged(found: Found, holder: &str, change: impl FnOnce(&mut Occasion<'_>)) -> Result<String, Unmoved> {
    let policy = policy(ROTATION);
    let holder = name(holder);
    let (now, last, silent) = (friday(), Some(friday()), Some(240));
    let mut occasion = Occasion { holder: &holder, found, silent, now, last, begun: &[] };
    change(&mut occasion);
    let rotation = policy.rotation.as_ref().expect("a section");
    rotation.judge(&occasion).map(|rule| rule.name.to_string())
}

#[track_caller]
fn refused(judged: Result<String, Unmoved>, words: &str) {
    match judged {
        Err(Unmoved::Refused { why, .. }) if why.contains(words) => {}
        other => panic!("{other:?} instead of {words:?}"),
    }
}

#[test]
fn the_rule_that_speaks_of_a_holder_is_found() {
    assert_eq!(judged(Found::Silent, "cas", |_| {}), Ok("a spare".to_owned()));
    assert_eq!(judged(Found::Suspicious, "ben", |_| {}), Ok("new pairs".to_owned()));
    refused(judged(Found::Silent, "ben", |_| {}), "no rule rotates the key because ben does not answer");
    let policy = policy(ROTATION);
    let rotation = policy.rotation.as_ref().expect("a section");
    assert_eq!(rotation.patience(&name("cas")), Some(Span::of_seconds(240)));
    assert_eq!(rotation.patience(&name("ben")), None);
    assert_eq!(Policy::parse(policy.to_text().as_bytes()).expect("it is one").digest(), policy.digest());
}

#[test]
fn a_silence_that_is_too_short_may_be_a_matter_of_seconds() {
    let early = judged(Found::Silent, "cas", |occasion| occasion.silent = Some(239));
    assert!(matches!(&early, Err(Unmoved::NotYet(why)) if why.contains("silent for 239 s here")), "{early:?}");
    // Who does not watch the holder is one who stands by, and judges by the rest.
    assert!(judged(Found::Silent, "cas", |occasion| occasion.silent = None).is_ok());
}

#[test]
fn hours_days_and_numbers_are_limits() {
    let later = |seconds| friday().after(Span::of_seconds(seconds));
    refused(judged(Found::Silent, "cas", |occasion| occasion.now = later(86_400)), "it is Sat");
    refused(judged(Found::Silent, "cas", |occasion| occasion.now = later(6 * 3_600)), "not between 08:00-18:00 UTC");
    let (day, second) = (Span::of_seconds(86_400), Span::of_seconds(1));
    let old = friday().before(day);
    let young = old.after(second);
    assert!(judged(Found::Silent, "cas", |occasion| occasion.begun = &[]).is_ok());
    let begun = [old, young];
    assert!(judged_with(&begun).is_ok(), "one is older than a day");
    let begun = [young, young];
    refused(judged_with(&begun), "2 rotations have begun within 1d; at most 2 may");
}

fn judged_with(begun: &[Moment]) -> Result<String, Unmoved> {
    let policy = policy(ROTATION);
    let holder = name("cas");
    let occasion =
        Occasion { holder: &holder, found: Found::Silent, silent: Some(240), now: friday(), last: None, begun };
    policy.rotation.as_ref().expect("a section").judge(&occasion).map(|rule| rule.name.to_string())
}

#[test]
fn a_clock_that_was_set_back_rotates_nothing_and_opens_nothing() {
    let ahead = |seconds| Some(friday().after(Span::of_seconds(seconds)));
    let set_back = judged(Found::Silent, "cas", |occasion| occasion.last = ahead(TOLERANCE.seconds() + 1));
    refused(set_back, "before the last entry of the log");
    // A little is put right: then the later of the two moments counts.
    assert!(judged(Found::Silent, "cas", |occasion| occasion.last = ahead(TOLERANCE.seconds())).is_ok());
    let evening: Moment = "2026-11-27T17:59:59Z".parse().expect("a time");
    let put_right = judged(Found::Silent, "cas", |occasion| {
        occasion.now = evening;
        occasion.last = Some(evening.after(Span::of_seconds(1)));
    });
    refused(put_right, "not between 08:00-18:00 UTC");
}
