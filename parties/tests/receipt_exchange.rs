//! Receipts: signed and exchanged between parties, then verified and tampered with.

mod fixture;

use std::fs;

use fixture::{Seat, flip, run_all, seats};
use proptest::prelude::*;
use quorate::exit::{Exit, Failure};
use quorate::identity::{Card, Hex, Home};
use quorate::receipt::{
    Ending, Figures, InputCommitments, Outcome, Receipt, ReceiptError, commitment, exchange_outcomes,
    exchange_pre_receipts, verify,
};
use quorate::session::Agreement;
use quorate_engine::net::{PartyIndex, Step};
use serde_json::Value;

const NAMES: [&str; 3] = ["alice", "bob", "carol"];
const WORK: Step = Step::new("test/work");

fn figures() -> Figures {
    let learned = vec!["alice_richer".to_owned(), "bob_richer".to_owned()];
    Figures { learned, bytes_sent: 1000, bytes_received: 2000, rounds: 3, milliseconds: 40, accused: Vec::new() }
}

/// A whole session: agreement, some work, pre-receipts, outcomes.
async fn session(mut seat: Seat) -> Result<(Agreement, Receipt), ReceiptError> {
    if seat.roster.me().0 == 0 {
        assert!(seat.sizes.insert("rows", 100).is_ok());
    }
    let agreement = seat.agree().await.expect("they were told the same");
    seat.net.exchange_all(WORK, b"work", 4).await.expect("everybody works");
    let mut commitments = InputCommitments::new();
    commitments.add(&agreement, "wealth", &[seat.roster.me().0 as u8]).expect("the system has randomness");
    let signed = exchange_pre_receipts(&mut seat.net, &seat.identity, &agreement, &commitments).await?;
    let outcomes = exchange_outcomes(&mut seat.net, &seat.identity, &agreement, Ending::Done, figures()).await?;
    assert_eq!(outcomes.faults, []);
    let counters = seat.net.counters();
    assert_eq!(
        (counters.bytes_sent(), counters.rounds()),
        (8, 1),
        "agreement and receipts are no part of the protocol"
    );
    Ok((agreement.clone(), Receipt::new(&agreement, signed, outcomes.signed)))
}

async fn receipts() -> (Vec<Receipt>, Vec<Card>) {
    let parties = seats(&NAMES, |_| {});
    let cards = parties[0].roster.cards().to_vec();
    let receipts = run_all(parties, session).await.into_iter().map(|r| r.expect("nobody cheats").1).collect();
    (receipts, cards)
}

#[tokio::test]
async fn all_parties_hold_the_same_complete_receipt() {
    let (receipts, cards) = receipts().await;
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]));
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = receipts[0].write(&Home::at(directory.path())).expect("writable");
    assert_eq!(path, directory.path().join(format!("receipts/{}.json", receipts[0].session)));
    let content = fs::read(path).expect("it was just written");
    let verified = verify(&content, &cards).expect("nobody touched it");
    assert!(verified.status.is_complete());
    assert_eq!((verified.receipt, verified.unknown), (receipts[0].clone(), Vec::new()));
    let stranger = verify(&content, &[]).expect("verifiable without cards");
    assert_eq!(stranger.unknown.len(), 3, "and then it says whose keys it could not compare");
}

/// Sees a leaf's path, and may switch its value between the changed one and the old one.
type Visit<'a> = dyn FnMut(&str, &mut dyn FnMut(bool)) + 'a;

/// Every leaf of the file, changed in turn.
fn mutate(value: &mut Value, path: &str, check: &mut Visit<'_>) {
    match value {
        Value::Object(fields) => fields.iter_mut().for_each(|(k, v)| mutate(v, &format!("{path}.{k}"), check)),
        Value::Array(items) => {
            items.iter_mut().enumerate().for_each(|(i, v)| mutate(v, &format!("{path}[{i}]"), check))
        }
        leaf => {
            let (old, new) = (leaf.clone(), changed(leaf));
            check(path, &mut |on| *leaf = if on { new.clone() } else { old.clone() });
        }
    }
}

fn changed(leaf: &Value) -> Value {
    match leaf {
        Value::String(text) => {
            let last = if text.ends_with('1') { '2' } else { '1' };
            let kept = text.char_indices().next_back().map_or(0, |(at, _)| at);
            Value::String(format!("{}{last}", &text[..kept]))
        }
        Value::Number(number) => (number.as_u64().expect("all numbers are whole") + 1).into(),
        other => panic!("no leaf is {other}"),
    }
}

#[tokio::test]
async fn changing_any_value_is_noticed() {
    let (receipts, _) = receipts().await;
    let original: Value = serde_json::from_str(&receipts[0].to_json()).expect("JSON");
    let mut paths = Vec::new();
    mutate(&mut original.clone(), "", &mut |path, _| paths.push(path.to_owned()));
    assert!(paths.len() > 60, "{paths:?}");
    for target in &paths {
        let mut tampered = original.clone();
        mutate(&mut tampered, "", &mut |path, set| set(path == target));
        assert_ne!(tampered, original, "{target}");
        let fault = verify(tampered.to_string().as_bytes(), &[]).expect_err(target);
        assert_eq!(Failure::from(fault).exit, Exit::Unverified);
    }
    assert!(verify(original.to_string().as_bytes(), &[]).is_ok(), "spacing is not signed");
}

proptest! {
    /// The fuzz target `papers` goes on with this.
    #[test]
    fn any_bytes_are_no_receipt(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[{}\\[\\]\",:0-9a-z ]{0,200}") {
        prop_assert!(verify(&bytes, &[]).is_err());
        prop_assert!(verify(text.as_bytes(), &[]).is_err());
    }
}

#[tokio::test]
async fn changing_any_name_or_list_is_noticed() {
    let (receipts, _) = receipts().await;
    let text = receipts[0].to_json();
    for (from, to) in [
        ("\"wealth\"", "\"health\""),
        ("\"groups\"", "\"Groups\""),
        ("\"rows\": 100", "\"cols\": 100"),
        ("\"alice\": \"alice\"", "\"alicia\": \"alice\""),
        ("\"format\": 2,", "\"format\": 2, \"note\": \"paid\","),
        ("\"format\": 2,", "\"format\": 2, \"format\": 2,"),
        ("\"groups\": \"1\"", "\"groups\": \"1\", \"groups\": \"1\""),
        ("\"done\"", "{\"aborted\": {\"step\": \"x\", \"reason\": \"y\"}}"),
        ("\"alice_richer\",", ""),
    ] {
        assert!(text.contains(from), "{from}");
        assert!(verify(text.replacen(from, to, 1).as_bytes(), &[]).is_err(), "{from} -> {to}");
    }
    let lists = |edit: fn(&mut Receipt)| {
        let mut receipt = receipts[0].clone();
        edit(&mut receipt);
        verify(receipt.to_json().as_bytes(), &[]).expect_err("a list was changed").to_string()
    };
    assert!(lists(|r| r.parties.swap(0, 1)).contains("session"));
    assert!(lists(|r| r.outcomes.push(r.outcomes[0].clone())).contains("has signed twice"));
    assert!(lists(|r| r.pre_receipts[1] = r.pre_receipts[0].clone()).contains("has signed twice"));
    assert!(lists(|r| r.outcomes.truncate(2)).contains("status"));
    assert!(lists(|r| r.pre_receipts[0].transcripts.truncate(1)).contains("transcripts"));
    assert!(lists(|r| r.parties.push(r.parties[0].clone())).contains("twice"));
}

#[tokio::test]
async fn signatures_of_another_session_do_not_count() {
    let ((ours, _), (theirs, _)) = tokio::join!(receipts(), receipts());
    let mut mixed = ours[0].clone();
    mixed.outcomes[0] = theirs[0].outcomes[0].clone();
    let fault = verify(mixed.to_json().as_bytes(), &[]).expect_err("it is of another session");
    assert_eq!(fault.field, "outcomes[0].signature");
}

#[tokio::test]
async fn names_must_have_the_keys_that_are_pinned() {
    let (receipts, _) = receipts().await;
    let other = fixture::identity("bob");
    let fault = verify(receipts[0].to_json().as_bytes(), &[other.card().clone()]).expect_err("another bob");
    assert_eq!(fault.field, "parties[1]");
    assert!(fault.why.contains("not the pinned bob"), "{fault}");
}

#[tokio::test]
async fn a_peer_that_leaves_after_the_result_is_missing_and_not_fatal() {
    let parties = seats(&NAMES, |_| {});
    let results = run_all(parties, |mut seat| async move {
        let agreement = seat.agree().await.expect("they were told the same");
        let commitments = InputCommitments::new();
        let signed = exchange_pre_receipts(&mut seat.net, &seat.identity, &agreement, &commitments).await;
        let signed = signed.expect("nobody cheats");
        if seat.roster.me().0 == 2 {
            return None;
        }
        let outcomes = exchange_outcomes(&mut seat.net, &seat.identity, &agreement, Ending::Done, figures()).await;
        let outcomes = outcomes.expect("short enough");
        assert_eq!(outcomes.faults.len(), 1);
        assert_eq!(outcomes.faults[0].peer.as_str(), "carol");
        Some(Receipt::new(&agreement, signed, outcomes.signed))
    });
    let receipt = results.await.swap_remove(0).expect("alice has one");
    let verified = verify(receipt.to_json().as_bytes(), &[]).expect("what is there is right");
    assert_eq!(verified.status.to_string(), "missing the signatures of carol");
}

#[tokio::test]
async fn an_abort_is_a_receipt_too() {
    let mut parties = seats(&["alice", "bob"], |_| {});
    let (alice, bob) = parties.split_at_mut(1);
    let (agreement, other) = tokio::join!(alice[0].agree(), bob[0].agree());
    let (agreement, _) = (agreement.expect("the same"), other.expect("the same"));
    let ending = Ending::Aborted { step: "yao/tables".to_owned(), reason: "bob\nleft".to_owned() };
    let outcome = Outcome::sign(&alice[0].identity, &agreement, ending, Figures { learned: Vec::new(), ..figures() });
    let receipt = Receipt::new(&agreement, Vec::new(), vec![outcome]);
    let verified = verify(receipt.to_json().as_bytes(), &[]).expect("alice has signed");
    let expected = "aborted at step yao/tables, as seen by alice (bob left); missing the signatures of bob";
    assert_eq!(verified.status.to_string(), expected);
    assert!(!verified.status.is_complete());
}

#[tokio::test]
async fn contradicting_transcripts_stop_the_session_before_outputs_open() {
    // Frame 4 from bob to carol is its work: 0 to 3 are the agreement.
    let parties = seats(&NAMES, |links| flip(links, 1, 2, 4));
    let results = run_all(parties, session).await;
    let mut contradictions = 0;
    for result in results {
        match result.expect_err("carol has heard something else than bob has said") {
            ReceiptError::Transcripts { sender, receiver } => {
                assert_eq!((sender.as_str(), receiver.as_str()), ("bob", "carol"));
                contradictions += 1;
            }
            ReceiptError::Peer(_) => {}
            other => panic!("{other}"),
        }
    }
    assert_eq!(contradictions, 3, "everybody can tell");
}

#[tokio::test]
async fn a_wrong_signature_is_refused_before_outputs_open() {
    // The last byte of a pre-receipt is its signature's; frame 5 follows agreement and work.
    let parties = seats(&NAMES, |links| flip(links, 1, 2, 5));
    let results = run_all(parties, session_up_to_pre_receipts).await;
    let error = results[2].as_ref().expect_err("bob's signature is wrong").to_string();
    assert!(error.contains("bob") && error.contains("signature is not the peer's"), "{error}");
    assert!(results[0].is_ok(), "alice has seen the right one");
}

async fn session_up_to_pre_receipts(mut seat: Seat) -> Result<(), ReceiptError> {
    let agreement = seat.agree().await.expect("they were told the same");
    seat.net.exchange_all(WORK, b"work", 4).await.expect("everybody works");
    exchange_pre_receipts(&mut seat.net, &seat.identity, &agreement, &InputCommitments::new()).await.map(|_| ())
}

#[tokio::test]
async fn malformed_pre_receipts_are_refused() {
    for bytes in [vec![], vec![0xff; 1000], vec![0; 256 * 1024 + 1]] {
        let results = run_all(seats(&["alice", "bob"], |_| {}), move |mut seat| {
            let bytes = bytes.clone();
            async move {
                let agreement = seat.agree().await.expect("they were told the same");
                if seat.roster.me().0 == 1 {
                    seat.net.send(PartyIndex(0), Step::new("receipt/pre-receipt"), &bytes).await.expect("queued");
                    return None;
                }
                let commitments = InputCommitments::new();
                Some(exchange_pre_receipts(&mut seat.net, &seat.identity, &agreement, &commitments).await)
            }
        });
        let error = results.await.swap_remove(0).expect("alice's").expect_err("that is no pre-receipt");
        assert!(error.to_string().starts_with("bob, step receipt/pre-receipt"), "{error}");
    }
}

#[tokio::test]
async fn commitments_open_with_the_salt_in_the_owners_home() {
    let mut parties = seats(&["alice", "bob"], |_| {});
    let (alice, bob) = parties.split_at_mut(1);
    let (agreement, _) = tokio::join!(alice[0].agree(), bob[0].agree());
    let agreement = agreement.expect("the same");
    let mut commitments = InputCommitments::new();
    commitments.add(&agreement, "wealth", b"5").expect("the system has randomness");
    commitments.add(&agreement, "wealth 2", b"5").expect("the system has randomness");
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = commitments.keep(&Home::at(directory.path()), agreement.session).expect("writable");
    let text = fs::read_to_string(path).expect("it was just written");
    let (salt, input) = text.lines().next().expect("one line each").split_once(' ').expect("salt and name");
    let salt: Hex<32> = salt.parse().expect("hexadecimal");
    let key = agreement.own().public_key;
    let public = commitments.public().find(input).expect("committed");
    assert_eq!(commitment(agreement.session, key, input, &salt.0, b"5"), *public);
    assert_ne!(commitment(agreement.session, key, input, &salt.0, b"6"), *public);
    assert_ne!(commitments.public().find("wealth"), commitments.public().find("wealth 2"));
}

#[test]
fn what_is_no_receipt_is_refused() {
    for content in ["", "{}", "[]", "null", &"[".repeat(100_000), "{\"format\": 2}"] {
        let fault = verify(content.as_bytes(), &[]).expect_err("no receipt");
        assert_eq!(fault.field, "file");
    }
    assert!(verify(&vec![b' '; (16 << 20) + 1], &[]).is_err());
}
