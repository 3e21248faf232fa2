use proptest::prelude::*;

use super::*;
use crate::request::{Currency, Day, Iban, Word, Words};

fn identity() -> PublicKey {
    let base = curve25519_point();
    PublicKey::from_bytes(base).expect("the generator is a key")
}

/// The generator of Ed25519, encoded.
fn curve25519_point() -> [u8; 32] {
    let mut bytes = [0x66; 32];
    bytes[0] = 0x58;
    bytes
}

fn request(action: Action) -> Request {
    let created: Moment = "2026-11-27T13:45:00Z".parse().expect("a time");
    Request {
        key: "treasury".parse().expect("a name"),
        key_id: Hex([7; 32]),
        path: None,
        nonce: Hex([9; 16]),
        initiator: "ann".parse().expect("a name"),
        initiator_identity: identity(),
        created,
        expires: created.after("7d".parse().expect("a span")),
        action,
    }
}

fn transfer() -> Request {
    request(Action::Transfer(Transfer {
        source: "0xA".parse().expect("a word"),
        destination: "0xB".parse().expect("a word"),
        asset: "ETH".parse().expect("a word"),
        amount: "2.5".parse().expect("an amount"),
        memo: Some("rent of November".parse().expect("words")),
    }))
}

#[test]
fn the_text_is_what_people_read() {
    let text = transfer().to_text();
    let expected = "quorate request 1\nkind: transfer\nkey: treasury\nkey id: \
        0707070707070707070707070707070707070707070707070707070707070707\nnonce: 09090909090909090909090909090909\n\
        initiator: ann\ninitiator identity: 5866666666666666666666666666666666666666666666666666666666666666\n\
        created: 2026-11-27T13:45:00Z\nexpires: 2026-12-04T13:45:00Z\nsource: 0xA\ndestination: 0xB\nasset: ETH\n\
        amount: 2.5\nmemo: rent of November\n";
    assert_eq!(text, expected);
    assert_eq!(Request::parse(text.as_bytes()), Ok(transfer()));
}

#[test]
fn every_other_text_is_refused_with_its_place() {
    let text = transfer().to_text();
    let with = |from: &str, to: &str| Request::parse(text.replace(from, to).as_bytes());
    assert_eq!(with("request 1", "request 2"), Err(TextFault::Head { expected: HEAD }));
    assert!(matches!(with("amount: 2.5", "amount: 2.50"), Err(TextFault::Spelling { line: 13, .. })));
    assert!(matches!(with("amount: 2.5", "amount: -2"), Err(TextFault::Field { field: "amount", line: 13, .. })));
    assert!(matches!(with("amount: 2.5", "amount: 0"), Err(TextFault::Contradiction(_))));
    assert!(matches!(with("asset: ETH\n", ""), Err(TextFault::Missing { field: "asset", line: Some(12) })));
    assert!(matches!(
        with("memo: rent of November\n", "memo: rent\nmemo: more\n"),
        Err(TextFault::Surplus { line: 15 })
    ));
    assert!(matches!(with("kind: transfer", "kind: gift"), Err(TextFault::Field { field: "kind", line: 2, .. })));
    assert!(matches!(with("expires: 2026-12-04", "expires: 2027-12-04"), Err(TextFault::Contradiction(_))));
    assert!(matches!(with("\n", "\r\n"), Err(TextFault::Head { .. })));
    assert_eq!(Request::parse(text.trim_end().as_bytes()), Err(TextFault::Cut));
    assert_eq!(Request::parse(&[0xff, b'\n']), Err(TextFault::NotText));
    assert_eq!(Request::parse(&vec![b'a'; TEXT_LIMIT + 1]), Err(TextFault::TooLong));
    let path = text.replace("nonce:", "path: m/0/1\nnonce:");
    assert_eq!(Request::parse(path.as_bytes()).expect("a request").path.as_deref(), Some("m/0/1"));
    assert!(Request::parse(path.replace("m/0/1", "m/00/1").as_bytes()).is_err());
}

fn words() -> impl Strategy<Value = Words> {
    "[a-zäöü&.,:()0-9]{1,20}( [a-z:]{1,20}){0,3}".prop_map(|text| text.parse().expect("words"))
}

fn word() -> impl Strategy<Value = Word> {
    "[!-~]{1,128}".prop_map(|text| text.parse().expect("a word"))
}

fn amount() -> impl Strategy<Value = Amount> {
    ("0|[1-9][0-9]{0,19}", "[0-9]{0,17}[1-9]").prop_map(|(a, b)| format!("{a}.{b}").parse().expect("an amount"))
}

fn action() -> impl Strategy<Value = Action> {
    let transfer = (word(), word(), word(), amount(), prop::option::of(words())).prop_map(
        |(source, destination, asset, amount, memo)| {
            Action::Transfer(Transfer { source, destination, asset, amount, memo })
        },
    );
    let iban: Iban = "DE89370400440532013000".parse().expect("an account");
    let currency: Currency = "EUR".parse().expect("a currency");
    let wire = (words(), words(), amount(), 0_u64..200_000_000_000, any::<bool>(), prop::option::of(words())).prop_map(
        move |(debtor, creditor, amount, day, bic, memo)| {
            Action::Wire(WireTransfer {
                debtor,
                creditor,
                iban: iban.clone(),
                bic: bic.then(|| "DEUTDEFF500".parse().expect("a bank")),
                amount,
                currency: currency.clone(),
                value_date: Day::of(Moment::from_seconds(day)),
                memo,
            })
        },
    );
    let login = (word(), word()).prop_map(|(audience, challenge)| Action::Login(Login { audience, challenge }));
    let digest = (any::<[u8; 32]>(), prop::option::of(words()))
        .prop_map(|(digest, memo)| Action::Digest(RawDigest { digest: Hex(digest), memo }));
    prop_oneof![transfer, wire, login, digest]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        action in action(),
        nonce in any::<[u8; 16]>(),
        created in 0_u64..200_000_000_000,
        life in 1_u64..7_776_000,
        path in prop::option::of("m(/[1-9][0-9]{0,8}){0,4}"),
    ) {
        let created = Moment::from_seconds(created);
        let expires = created.after(Span::of_seconds(life));
        let request = Request { nonce: Hex(nonce), created, expires, path, ..request(action) };
        let text = request.to_text();
        prop_assert!(text.len() <= TEXT_LIMIT);
        prop_assert_eq!(Request::parse(text.as_bytes()), Ok(request));
    }

    /// One changed byte makes another request or none: never the same one.
    #[test]
    fn no_two_texts_are_one_request(action in action(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let request = request(action);
        let mut text = request.to_text().into_bytes();
        let at = at.index(text.len());
        prop_assume!(text[at] != byte);
        text[at] = byte;
        if let Ok(other) = Request::parse(&text) {
            prop_assert_ne!(&other, &request);
            prop_assert_ne!(other.id(), request.id());
            prop_assert_eq!(other.to_text().into_bytes(), text);
        }
    }

    #[test]
    fn any_bytes_are_accepted_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(request) = Request::parse(&bytes) {
            prop_assert_eq!(request.to_text().into_bytes(), bytes);
        }
    }
}
