//! Agreement: the same answer at all parties, or an error at all of them that names the field and both values.

mod fixture;

use fixture::{Seat, flip, name, run_all, seats};
use quorate::exit::{Exit, Failure};
use quorate::identity::Hex;
use quorate::session::{Agreement, AgreementError, DEALER, Ordered, Roster, Terms, TermsError};
use quorate_engine::net::{ChannelFault, PartyIndex, Step};

const NAMES: [&str; 3] = ["alice", "bob", "carol"];

/// Keeps its seat until everybody has answered, unless it fails.
async fn agrees(mut seat: Seat) -> Result<Agreement, AgreementError> {
    seat.agree().await
}

fn sizes<const N: usize>(items: [(&str, u64); N]) -> Ordered<u64> {
    items.into_iter().collect()
}

#[tokio::test]
async fn everybody_gets_the_same_session() {
    let mut parties = seats(&NAMES, |_| {});
    parties[0].sizes = sizes([("rows of alice", 10), ("columns", 3)]);
    parties[2].sizes = sizes([("columns", 3), ("rows of carol", u64::MAX)]);
    let agreements: Vec<_> = run_all(parties, agrees).await.into_iter().map(|a| a.expect("all the same")).collect();
    for (me, agreement) in agreements.iter().enumerate() {
        assert_eq!(agreement.me, PartyIndex(me));
        assert_eq!(agreement.own().name.as_str(), NAMES[me]);
        assert_eq!(Agreement { me: PartyIndex(0), ..agreement.clone() }, agreements[0]);
        let expected = sizes([("rows of alice", 10), ("columns", 3), ("rows of carol", u64::MAX)]);
        assert_eq!(agreement.sizes, expected);
    }
    let again = run_all(seats(&NAMES, |_| {}), agrees).await;
    assert_ne!(again[0].as_ref().expect("all the same").session, agreements[0].session, "no session id comes twice");
}

/// What alice and bob say when bob was told something else, and that carol fails too.
async fn difference(change: impl Fn(&mut Terms)) -> [String; 2] {
    let mut parties = seats(&NAMES, |_| {});
    change(&mut parties[1].terms);
    let errors: Vec<_> = run_all(parties, agrees).await.into_iter().map(|a| a.expect_err("they differ")).collect();
    for error in &errors {
        assert_eq!(Failure::from(error.clone()).exit, Exit::Session, "{error}");
    }
    [errors[0].to_string(), errors[1].to_string()]
}

#[tokio::test]
async fn every_field_is_compared_and_both_sides_say_it() {
    type Change = fn(&mut Terms);
    let cases: [(&str, &str, &str, Change); 12] = [
        ("the program is", "millionaires", "risk-score", |t| t.program = "risk-score".to_owned()),
        ("digest", "0707", "0807", |t| t.digest.0[0] = 8),
        ("parameter rows", "100", "200", |t| t.parameters = edited(&t.parameters, "rows", Some("200"))),
        ("parameter groups", "1", "not given", |t| t.parameters = edited(&t.parameters, "groups", None)),
        ("order of the parameters", "rows, groups", "groups, rows", |t| t.parameters = reversed(&t.parameters)),
        ("adversary", "semi-honest", "malicious", |t| t.claim.adversary = "malicious".to_owned()),
        ("corrupt", "is 1 for alice", "2 for bob", |t| t.claim.corrupt = 2),
        ("guarantee", "abort", "output", |t| t.claim.guarantee = "output".to_owned()),
        ("claim's text", "no coalition", "empty", |t| t.claim.text = String::new()),
        ("protocol", "yao", "additive", |t| t.protocol = "additive".to_owned()),
        ("role (dealer)", "held by nobody for alice", "carol for bob", |t| {
            let dealer = (DEALER, &name("carol"));
            t.roles = t.roles.iter().chain([dealer]).map(|(role, holder)| (role, holder.clone())).collect();
        }),
        ("role carol", "carol for alice", "bob for bob", |t| {
            t.roles = t.roles.iter().map(|(r, h)| (r, if r == "carol" { name("bob") } else { h.clone() })).collect();
        }),
    ];
    for (field, mine, theirs, change) in cases {
        let [alice, bob] = difference(change).await;
        for error in [&alice, &bob] {
            assert!(error.contains(field) && error.contains("alice") && error.contains("bob"), "{field}: {error}");
        }
        assert!(alice.contains(mine) && alice.contains(theirs), "{field}: {alice}");
    }
}

fn edited(parameters: &Ordered<String>, name: &str, value: Option<&str>) -> Ordered<String> {
    let value = |n: &str, old: &String| if n == name { value.map(str::to_owned) } else { Some(old.clone()) };
    parameters.iter().filter_map(|(n, old)| Some((n, value(n, old)?))).collect()
}

fn reversed(parameters: &Ordered<String>) -> Ordered<String> {
    let items: Vec<_> = parameters.iter().map(|(n, v)| (n.to_owned(), v.clone())).collect();
    items.into_iter().rev().collect()
}

#[tokio::test]
async fn two_parties_claim_one_role() {
    let mut parties = seats(&["alice", "bob"], |_| {});
    let claims = |holder: &str| [("rich", name(holder))].into_iter().collect();
    parties[0].terms.roles = claims("alice");
    parties[1].terms.roles = claims("bob");
    for error in run_all(parties, agrees).await {
        let error = error.expect_err("only one can have it");
        assert!(matches!(&error, AgreementError::RoleTakenTwice { role, .. } if role == "rich"), "{error}");
    }
}

#[tokio::test]
async fn the_parties_themselves_are_compared() {
    let mut parties = seats(&["alice", "bob"], |_| {});
    let other = fixture::identity("alice");
    let cards = [other.card().clone(), parties[1].identity.card().clone()];
    parties[1].roster = Roster::new(cards.to_vec(), parties[1].identity.public_key()).expect("lawful");
    for error in run_all(parties, agrees).await {
        let error = error.expect_err("bob has pinned another alice").to_string();
        assert!(error.contains("the pinned key of alice"), "{error}");
    }
}

#[tokio::test]
async fn sizes_that_do_not_fit_name_both_owners() {
    let mut parties = seats(&NAMES, |_| {});
    parties[0].sizes = sizes([("rows", 10)]);
    parties[2].sizes = sizes([("rows", 11)]);
    for error in run_all(parties, agrees).await {
        let error = error.expect_err("10 is not 11").to_string();
        assert!(error.contains("rows is 10 for alice and 11 for carol"), "{error}");
    }
}

#[tokio::test]
async fn a_party_that_tells_two_others_different_things_is_noticed() {
    // The statement ends with the commitment to the nonce: bob tells carol another one than alice.
    let parties = seats(&NAMES, |links| flip(links, 1, 2, 0));
    let errors: Vec<_> = run_all(parties, agrees).await.into_iter().map(|a| a.expect_err("bob lies")).collect();
    assert!(errors.iter().all(|e| matches!(e, AgreementError::Equivocation(_))), "{errors:?}");
    let alice = errors[0].to_string();
    assert!(alice.contains("bob told alice and carol different things"), "{alice}");
    assert!(errors[2].to_string().contains("bob told carol"), "{}", errors[2]);
}

#[tokio::test]
async fn nobody_chooses_its_nonce_after_the_others() {
    // Frame 3 opens the nonce: bob opens another one to carol than he committed to.
    let parties = seats(&NAMES, |links| flip(links, 1, 2, 3));
    let results: Vec<_> = run_all(parties, agrees).await;
    let carol = results[2].as_ref().expect_err("bob lies").to_string();
    assert!(carol.contains("bob") && carol.contains("not the one that was committed to"), "{carol}");
}

#[tokio::test]
async fn records_of_earlier_sessions_are_compared() {
    let mut parties = seats(&["alice", "bob"], |_| {});
    for (seat, epoch) in parties.iter_mut().zip(["epoch 1", "epoch 2"]) {
        assert!(seat.terms.records.insert("key", epoch.to_owned()).is_ok());
    }
    for error in run_all(parties, agrees).await {
        let error = error.expect_err("another epoch").to_string();
        assert!(error.contains("record key is epoch"), "{error}");
    }
}

#[tokio::test]
async fn malformed_statements_name_peer_and_step() {
    let mut other_version = vec![6, 0];
    other_version.extend([1; 60]);
    for (bytes, expected) in [
        (vec![], "the statement is cut"),
        (vec![3], "the statement is cut"),
        (vec![5, 0], "another layout"),
        (vec![5, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], "another layout"),
        ([vec![5, 0], vec![0xa5; 60_000]].concat(), "another layout"),
        (vec![0; 64 * 1024 + 1], "bytes arrived where 65536 were due"),
        (other_version, "the wire version is 5 for alice and 6 for bob"),
    ] {
        let mut parties = seats(&["alice", "bob"], |_| {});
        let mut bob = parties.pop().expect("two parties");
        bob.net.send(PartyIndex(0), Step::new("session/statement"), &bytes).await.expect("it is queued");
        let error = parties[0].agree().await.expect_err("that is no statement");
        assert!(error.to_string().contains(expected) && error.to_string().contains("bob"), "{error}");
    }
}

#[tokio::test]
async fn a_statement_with_control_characters_is_refused() {
    let mut parties = seats(&["alice", "bob"], |_| {});
    parties[1].terms.protocol = "\x1b[31myao".to_owned();
    let errors = run_all(parties, agrees).await;
    let error = errors[0].as_ref().expect_err("unprintable").to_string();
    assert!(error.contains("unprintable") && !error.contains('\x1b'), "{error}");
}

#[tokio::test]
async fn a_peer_that_leaves_is_named_with_its_step() {
    let mut parties = seats(&NAMES, |_| {});
    drop(parties.pop());
    for error in run_all(parties, agrees).await {
        let error = error.expect_err("carol has left");
        match error {
            AgreementError::Peer(fault) => {
                // Whoever fails first is gone for the other too.
                assert!(fault.peer == name("carol") || fault.peer == name("alice"), "{fault}");
                assert!(matches!(fault.fault, ChannelFault::Link(_)));
            }
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn terms_are_checked_before_anybody_is_dialled() {
    let seat = seats(&NAMES, |_| {}).swap_remove(0);
    let roles = NAMES.map(str::to_owned);
    let check = |change: fn(&mut Terms)| {
        let mut terms = seat.terms.clone();
        change(&mut terms);
        terms.check(&roles, &seat.roster)
    };
    assert_eq!(check(|_| {}), Ok(()));
    let without = |t: &mut Terms, role: &str| {
        t.roles = t.roles.iter().filter(|(r, _)| *r != role).map(|(r, h)| (r, h.clone())).collect();
    };
    let mut vacant = seat.terms.clone();
    without(&mut vacant, "bob");
    assert!(matches!(vacant.check(&roles, &seat.roster), Err(TermsError::Vacant { role }) if role == "bob"));
    let extra = check(|t| assert!(t.roles.insert("judge", name("bob")).is_ok()));
    assert!(matches!(extra, Err(TermsError::UnknownRole { .. })));
    let outsider = check(|t| {
        t.roles =
            [("alice", "dave"), ("bob", "bob"), ("carol", "carol")].map(|(r, h)| (r, name(h))).into_iter().collect()
    });
    assert!(matches!(outsider, Err(TermsError::Outsider { .. })));
    let idle = check(|t| {
        t.roles =
            [("alice", "alice"), ("bob", "bob"), ("carol", "bob")].map(|(r, h)| (r, name(h))).into_iter().collect()
    });
    assert!(matches!(idle, Err(TermsError::Idle { party }) if party == name("carol")));
    assert!(matches!(check(|t| t.program = "a\nb".to_owned()), Err(TermsError::Text { .. })));
    assert_eq!(Failure::from(TermsError::Vacant { role: "bob".to_owned() }).exit, Exit::BadInput);
}

#[tokio::test]
async fn terms_that_cannot_be_sent_are_refused_here() {
    let mut seat = seats(&["alice", "bob"], |_| {}).swap_remove(0);
    seat.terms.parameters = (0..40).map(|i| (format!("p{i}"), "x".repeat(2000))).collect();
    let error = seat.agree().await.expect_err("too long");
    assert!(matches!(error, AgreementError::Terms(TermsError::TooLong { .. })), "{error}");
    assert_eq!(Failure::from(error).exit, Exit::BadInput);
    assert_eq!(seat.terms.digest, Hex([7; 32]));
}
