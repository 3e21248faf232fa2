//! Which statements count.

use super::*;
use crate::approval::{Attestation, Statement, Verdict as Word, standing};
use crate::request::Bundle;

fn everybody(name: &PartyName) -> Option<PublicKey> {
    PEOPLE.get(name.as_str()).map(|identity| identity.public_key())
}

fn now() -> Moment {
    friday().after(Span::of_seconds(60))
}

fn says(policy: &Policy, bundle: &Bundle, who: &str, verdict: Word) -> Statement {
    Statement::sign(identity(who), bundle.id(), verdict, policy.digest(), now(), now().after(Span::of_seconds(60)))
}

fn bundle(statements: Vec<Statement>) -> Bundle {
    let mut bundle = Bundle::new(pay("0xB", "EUR", "5000"), identity("ann"));
    bundle.add(statements, []).expect("few");
    bundle
}

#[track_caller]
fn counts_for_nothing(policy: &Policy, statement: Statement, why: &str) {
    let (by, verdict) = (statement.by.clone(), statement.verdict);
    let standing = standing(&bundle(vec![statement]), policy, &everybody, now());
    assert!(standing.approvals.is_empty() && standing.refusals.is_empty(), "{standing:?}");
    let [discounted] = standing.discounted.as_slice() else { panic!("{standing:?}") };
    assert_eq!((&discounted.by, discounted.what.as_str()), (&by, verdict.name()));
    assert!(discounted.why.contains(why), "{why:?} is missing in {}", discounted.why);
}

#[test]
fn only_signed_words_of_known_people_count() {
    let policy = policy(BANDS);
    let empty = bundle(vec![]);
    let good = says(&policy, &empty, "ben", Word::Approve);
    assert_eq!(standing(&bundle(vec![good.clone()]), &policy, &everybody, now()).approvals, names(&["ben"]));
    // Of another request, of more, of somebody else.
    let other = Bundle::new(pay("0xB", "EUR", "50000"), identity("ann"));
    counts_for_nothing(&policy, says(&policy, &other, "ben", Word::Approve), "the signature is not");
    let signature = "the signature is not of this request";
    counts_for_nothing(&policy, Statement { by: "cas".parse().expect("a name"), ..good.clone() }, signature);
    counts_for_nothing(&policy, Statement { identity: key("cas"), ..good.clone() }, signature);
    let later = Statement { expires: good.expires.after(Span::of_seconds(9)), ..good.clone() };
    counts_for_nothing(&policy, later, signature);
    counts_for_nothing(&policy, says(&policy, &empty, "ann", Word::Approve), "who asks never approves");
    let office = says(&policy, &empty, "office", Word::Approve);
    counts_for_nothing(&policy, office, "office is not among the people");
    let until = now().after(Span::of_seconds(60));
    let before = Statement::sign(identity("ben"), empty.id(), Word::Approve, Hex([1; 32]), now(), until);
    counts_for_nothing(&policy, before, "another policy");
    let old = Statement::sign(identity("ben"), empty.id(), Word::Approve, policy.digest(), friday(), now());
    counts_for_nothing(&policy, old, "it has expired at");
    let future = Statement::sign(
        identity("ben"),
        empty.id(),
        Word::Approve,
        policy.digest(),
        until.after(TOLERANCE),
        until.after(TOLERANCE).after(TOLERANCE),
    );
    counts_for_nothing(&policy, future, "in the future");
    // Somebody who has taken the name ben.
    let thief = Identity::generate("ben".parse().expect("a name"), "127.0.0.1:1".parse().expect("an address"));
    let thief = thief.expect("there is randomness");
    let forged = Statement::sign(&thief, empty.id(), Word::Approve, policy.digest(), now(), until);
    counts_for_nothing(&policy, forged, "knows ben by another identity");
    let strangers = |_: &PartyName| None;
    let unpinned = standing(&bundle(vec![good]), &policy, &strangers, now());
    assert!(unpinned.approvals.is_empty() && unpinned.discounted[0].why.contains("no card of ben is pinned here"));
    assert!(unpinned.initiator.expect("ann is unknown too").contains("no card of ann"));
}

#[test]
fn the_most_restrictive_word_of_a_person_counts() {
    let policy = policy(BANDS);
    let empty = bundle(vec![]);
    let say = |verdict| says(&policy, &empty, "ben", verdict);
    let revoked = standing(&bundle(vec![say(Word::Approve), say(Word::Revoke)]), &policy, &everybody, now());
    assert!(revoked.approvals.is_empty() && revoked.discounted[0].why == "it was taken back");
    let all = vec![say(Word::Approve), say(Word::Revoke), say(Word::Refuse)];
    let refused = standing(&bundle(all), &policy, &everybody, now());
    assert!(refused.approvals.is_empty() && refused.refusals == names(&["ben"]));
    // No clock brings an approval back: what was refused in the past is refused.
    let year = Span::of_seconds(31_000_000);
    let long_ago = Statement::sign(
        identity("ben"),
        empty.id(),
        Word::Refuse,
        Hex([0; 32]),
        now().before(year),
        now().before(year),
    );
    let later = standing(&bundle(vec![say(Word::Approve), long_ago]), &policy, &everybody, now());
    assert_eq!((later.approvals, later.refusals), (vec![], names(&["ben"])));
    // Who asks can say no.
    let own = standing(&bundle(vec![says(&policy, &empty, "ann", Word::Refuse)]), &policy, &everybody, now());
    assert_eq!(own.refusals, names(&["ann"]));
}

#[test]
fn initiators_and_certificates() {
    let policy = policy(BANDS);
    // Somebody asks in ann's name.
    let forged = Bundle::new(pay("0xB", "EUR", "5000"), identity("ben"));
    let standing_of = |bundle: &Bundle| standing(bundle, &policy, &everybody, now());
    assert_eq!(standing_of(&forged).initiator.as_deref(), Some("ann has not signed the request"));
    let mut bundle = bundle(vec![]);
    assert_eq!(standing_of(&bundle).initiator, None);
    let certify = |who: &str, claim: &str, until: Moment| {
        let word = |text: &str| text.parse().expect("a word");
        Attestation::sign(identity(who), word(claim), word("0xB"), friday(), until)
    };
    let later = now().after(Span::of_seconds(60));
    bundle.add([], [certify("office", "screened", later)]).expect("few");
    assert_eq!(standing_of(&bundle).attested, [("screened".to_owned(), "0xB".to_owned())]);
    let bad = [
        certify("office", "screened", now()),
        certify("office", "solvent", later),
        certify("ben", "screened", later),
        Attestation { subject: "0xC".parse().expect("a word"), ..certify("office", "screened", later) },
    ];
    bundle.add([], bad).expect("few");
    let standing = standing_of(&bundle);
    let mut why: Vec<&str> = standing.discounted.iter().map(|one| one.why.as_str()).collect();
    why.sort_unstable();
    assert_eq!((standing.attested.len(), why.len()), (1, 4));
    assert!(why[0].starts_with("ben is no issuer") && why[1].starts_with("it has expired"));
    assert!(why[2].starts_with("office is not believed") && why[3].starts_with("the signature"));
}
