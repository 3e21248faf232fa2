//! Identities, cards and what a home refuses.

mod fixture;

use std::fs;

use fixture::identity;
use proptest::prelude::*;
use quorate::exit::{Exit, Failure};
use quorate::identity::{Card, CardFault, Home, IdentityError, PartyName, Pinned};

#[test]
fn names_and_addresses_are_checked() {
    for good in ["alice", "party_1", "0", "_x", "a-b", &"a".repeat(64)] {
        assert!(good.parse::<PartyName>().is_ok(), "{good}");
    }
    for bad in ["", "-a", "Alice", "a b", "a/b", "..", "ä", &"a".repeat(65)] {
        assert!(matches!(bad.parse::<PartyName>(), Err(IdentityError::Name { .. })), "{bad}");
    }
    for good in ["127.0.0.1:7001", "[::1]:7001", "hospital-a.example:65535"] {
        assert_eq!(good.parse::<quorate::identity::Address>().expect(good).to_string(), good);
    }
    for bad in
        ["", "host", "host:", "host:0", "host:65536", ":1", "::1:7", "[::1:7", "[x]:7", "0.0.0.0:7", "[::]:7", "a b:7"]
    {
        assert!(matches!(bad.parse::<quorate::identity::Address>(), Err(IdentityError::Address { .. })), "{bad}");
    }
}

#[test]
fn an_identity_survives_its_home_and_is_never_overwritten() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let home = Home::at(directory.path().join("deep").join("home"));
    assert!(matches!(home.identity(), Err(IdentityError::NoIdentity { .. })));
    let alice = identity("alice");
    home.store(&alice).expect("an empty home takes an identity");
    let loaded = home.identity().expect("it was just stored");
    assert_eq!(loaded.card(), alice.card());
    let error = home.store(&identity("bob")).expect_err("a home holds one identity");
    assert!(matches!(&error, IdentityError::Exists { name, .. } if name == "alice"), "{error}");
    assert_eq!(home.identity().expect("untouched").card(), alice.card());
    let left: Vec<_> = fs::read_dir(home.path()).expect("readable").map(|e| e.expect("readable").file_name()).collect();
    assert_eq!(left, ["identity"], "no temporary files stay behind");
}

#[cfg(unix)]
#[test]
fn the_secret_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().expect("a temporary directory");
    let home = Home::at(directory.path());
    home.store(&identity("alice")).expect("an empty home takes an identity");
    let key = directory.path().join("identity/secret.key");
    assert_eq!(fs::metadata(&key).expect("it is there").permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("it is ours");
    assert!(matches!(home.identity(), Err(IdentityError::Exposed { mode: 0o644, .. })));
}

#[test]
fn a_damaged_identity_is_named() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let (home, key) = (Home::at(directory.path()), directory.path().join("identity/secret.key"));
    home.store(&identity("alice")).expect("an empty home takes an identity");
    for content in ["", "xyz", &"g".repeat(64), &"0".repeat(63), &"0".repeat(64), &"0".repeat(9999)] {
        fs::write(&key, content).expect("it is ours");
        assert!(matches!(home.identity(), Err(IdentityError::Damaged { .. })), "{content:.70}");
    }
}

#[test]
fn cards_round_trip_and_any_change_is_noticed() {
    let alice = identity("alice");
    let text = alice.card().to_text();
    assert_eq!(&Card::parse(text.as_bytes()).expect("our own text"), alice.card());
    let secret = alice.sign(&quorate::identity::Canonical::new("probe"));
    assert!(!text.contains(&secret.to_string()[..16]), "a card carries public things only");
    let comment = text.find('\n').expect("the first line is a comment");
    for at in comment + 1..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
        assert!(Card::parse(&bytes).is_err(), "changed at {at}: {}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn malformed_cards_name_the_field() {
    let text = identity("alice").card().to_text();
    let without = |field: &str| {
        let lines: Vec<_> = text.lines().filter(|line| !line.starts_with(field)).collect();
        Card::parse(lines.join("\n").as_bytes()).expect_err("a field is missing").to_string()
    };
    for field in ["format", "name", "public_key", "address", "signature"] {
        assert!(without(field).contains(field), "{}", without(field));
    }
    let error = Card::parse(text.replace("alice", "Alice!").as_bytes()).expect_err("not a name").to_string();
    assert!(error.contains("Alice!") && error.contains("line 3"), "{error}");
    let error = Card::parse(format!("{text}extra = 1\n").as_bytes()).expect_err("unknown field").to_string();
    assert!(error.contains("extra"), "{error}");
    let weak =
        text.replace(&text[text.find("public_key").expect("there")..][..79], &format!("public_key = \"{:064}\"", 1));
    assert!(Card::parse(weak.as_bytes()).is_err(), "the identity point is no key");
    assert_eq!(Card::parse(text.replace("format = 1", "format = 2").as_bytes()), Err(CardFault::Format { found: 2 }));
    assert_eq!(Card::parse(&[0xff; 10]), Err(CardFault::NotText));
    assert_eq!(Card::parse(&vec![b'#'; 1 << 20]), Err(CardFault::TooLong));
}

proptest! {
    /// The fuzz target `papers` goes on with this.
    #[test]
    fn any_bytes_are_a_card_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), at: prop::sample::Index) {
        let text = identity("alice").card().to_text().into_bytes();
        let at = at.index(text.len());
        let spliced = [&text[..at], &bytes, &text[at..]].concat();
        for bytes in [bytes, spliced] {
            if let Ok(card) = Card::parse(&bytes) {
                let again = card.to_text();
                prop_assert_eq!(Card::parse(again.as_bytes()).map(|card| card.to_text()), Ok(again));
            }
        }
    }
}

#[test]
fn pinning_refuses_what_would_change_a_key() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let home = Home::at(directory.path());
    let (alice, bob) = (identity("alice"), identity("bob"));
    assert!(matches!(home.pin(bob.card()), Err(IdentityError::NoIdentity { .. })));
    home.store(&alice).expect("an empty home takes an identity");
    assert_eq!(home.pin(bob.card()), Ok(Pinned::New));
    assert_eq!(home.pin(bob.card()), Ok(Pinned::Unchanged));
    assert_eq!(home.peers().expect("readable"), [bob.card().clone()]);
    assert_eq!(&home.peer(bob.name()).expect("pinned"), bob.card());
    assert!(matches!(home.pin(alice.card()), Err(IdentityError::OwnCard { .. })));
    assert!(matches!(home.pin(identity("alice").card()), Err(IdentityError::OwnName { .. })));
    let error = home.pin(identity("bob").card()).expect_err("another key under a pinned name");
    assert!(matches!(error, IdentityError::OtherKey { .. }), "{error}");
    let failure = Failure::from(error);
    assert_eq!(failure.exit, Exit::BadInput);
    assert!(failure.hint.expect("how to go on").contains("bob.card"));
    assert!(matches!(home.peer(&fixture::name("carol")), Err(IdentityError::Unpinned { .. })));
}

#[test]
fn a_renamed_card_file_pins_nobody() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let home = Home::at(directory.path());
    home.store(&identity("alice")).expect("an empty home takes an identity");
    home.pin(identity("bob").card()).expect("a new party");
    let peers = directory.path().join("peers");
    fs::rename(peers.join("bob.card"), peers.join("carol.card")).expect("it is ours");
    assert!(matches!(home.peer(&fixture::name("carol")), Err(IdentityError::Card { .. })));
    assert!(matches!(home.peers(), Err(IdentityError::Card { .. })));
}
