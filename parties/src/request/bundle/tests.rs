use proptest::prelude::*;

use super::*;
use crate::approval::Verdict;
use crate::identity::{Hex, Identity};
use crate::request::{Action, Login, Moment, Span};

fn identity(name: &str) -> Identity {
    let address = "127.0.0.1:7000".parse().expect("an address");
    Identity::generate(name.parse().expect("a name"), address).expect("there is randomness")
}

fn bundle(initiator: &Identity) -> Bundle {
    let created = Moment::from_seconds(1_800_000_000);
    let request = Request {
        key: "treasury".parse().expect("a name"),
        key_id: Hex([7; 32]),
        path: None,
        nonce: Hex([9; 16]),
        initiator: initiator.name().clone(),
        initiator_identity: initiator.public_key(),
        created,
        expires: created.after(Span::of_seconds(600)),
        action: Action::Login(Login {
            audience: "bank.example".parse().expect("a word"),
            challenge: "8d1f".parse().expect("a word"),
        }),
    };
    Bundle::new(request, initiator)
}

fn says(who: &Identity, bundle: &Bundle, verdict: Verdict, at: u64) -> Statement {
    let given = Moment::from_seconds(1_800_000_000 + at);
    Statement::sign(who, bundle.id(), verdict, Hex([3; 32]), given, given.after(Span::of_seconds(100)))
}

#[test]
fn files_say_all_and_merge_in_any_order() {
    let (ann, ben, cas) = (identity("ann"), identity("ben"), identity("cas"));
    let empty = bundle(&ann);
    assert!(empty.is_signed_by_its_initiator());
    let with = |statements: Vec<Statement>| {
        let mut bundle = empty.clone();
        bundle.add(statements, []).expect("few");
        bundle
    };
    let one = with(vec![says(&ben, &empty, Verdict::Approve, 1)]);
    let other = with(vec![says(&cas, &empty, Verdict::Refuse, 2), says(&ben, &empty, Verdict::Revoke, 3)]);
    let (mut a, mut b) = (one.clone(), other.clone());
    a.merge(&other).expect("one request");
    b.merge(&one).expect("one request");
    b.merge(&one).expect("one request");
    assert_eq!((a.to_text(), a.statements().len()), (b.to_text(), 3));
    assert_eq!(Bundle::parse(a.to_text().as_bytes()), Ok(a.clone()));
    assert!(a.statements().iter().all(|statement| statement.is_signed(a.id())));
    let mut foreign = a.clone();
    let stranger = bundle(&cas);
    assert!(matches!(foreign.merge(&stranger), Err(BundleFault::OtherRequest { .. })));
    assert!(!a.statements()[0].is_signed(stranger.id()), "a statement is about one request");
}

#[test]
fn files_are_bounded_and_faults_have_places() {
    let ann = identity("ann");
    let bundle = bundle(&ann);
    let text = bundle.to_text();
    let fault = |text: &str| Bundle::parse(text.as_bytes()).expect_err("it is none").to_string();
    assert!(fault(&text.replace("format = 1", "format = 2")).contains("`format` is 2"));
    assert!(fault(&text.replace("initiated", "started")).contains("line "));
    assert!(fault(&text.replace("kind: login", "kind: logon")).contains("field `request`: line 2, field `kind`"));
    assert!(fault(&"x".repeat(BUNDLE_LIMIT + 1)).contains("more than"));
    let mut full = bundle.clone();
    for at in 0..MOST_STATEMENTS as u64 {
        full.add([says(&ann, &bundle, Verdict::Refuse, at)], []).expect("not too many");
    }
    assert!(full.to_text().len() <= BUNDLE_LIMIT, "{}", full.to_text().len());
    let more = full.clone().add([says(&ann, &bundle, Verdict::Refuse, 9_999)], []);
    assert!(matches!(more, Err(BundleFault::TooMany { field: "statement", .. })));
    assert_eq!(Bundle::parse(full.to_text().as_bytes()), Ok(full));
    // Another's name in the place of the initiator's is not signed by that name.
    let forged = text.replace("initiator: ann", "initiator: ben");
    assert!(!Bundle::parse(forged.as_bytes()).expect("a bundle").is_signed_by_its_initiator());
}

proptest! {
    #[test]
    fn any_bytes_are_accepted_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), at in 0_usize..900) {
        let _ = Bundle::parse(&bytes);
        let mut text = bundle(&identity("ann")).to_text().into_bytes();
        let at = at % text.len();
        text[at] = bytes.first().copied().unwrap_or(b'x');
        if let Ok(read) = Bundle::parse(&text) {
            prop_assert_eq!(Bundle::parse(read.to_text().as_bytes()), Ok(read));
        }
    }
}
