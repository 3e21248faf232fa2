//! An ECDSA key of threshold two, used by all three holders as an honest majority: without oblivious transfers, with
//! something prepared and without, by commands and by resident processes.

mod command;
mod fixture;
mod holders;

use command::start;
use holders::{HOLDERS, Holders, all_fail, text};
use k256::ecdsa::signature::hazmat::PrehashVerifier;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const MESSAGE: &str = "pay the rent";

fn made() -> Holders {
    let holders = Holders::new();
    holders.generate("treasury", "ecdsa-secp256k1");
    holders
}

/// What all three have printed is one signature of the message, checked by the curve's own crate.
#[track_caller]
fn verifies(holders: &Holders, signed: &[Value]) {
    let shown = holders.look("ann", &["show", "treasury", "--json"]).json();
    let bytes = |text: &str| hex::decode(text).expect("digits");
    let key = k256::ecdsa::VerifyingKey::from_sec1_bytes(&bytes(text(&shown, "public_key"))).expect("a public key");
    let signature = text(&signed[0], "signature");
    assert!(signed.iter().all(|one| one["signature"] == signature && one["signers"] == json!(HOLDERS)));
    let signature = k256::ecdsa::Signature::from_slice(&bytes(signature)).expect("a signature");
    assert!(key.verify_prehash(&Sha256::digest(MESSAGE), &signature).is_ok());
    assert!(key.verify_prehash(&Sha256::digest("pay eve"), &signature).is_err());
}

/// Bytes that this party, or the busiest whose traffic it knows, has sent while the protocol ran.
fn sent(printed: &Value) -> u64 {
    let parties = printed["run"]["parties"].as_array().expect("a list");
    parties.iter().filter_map(|party| party["bytes_sent"].as_u64()).max().expect("bytes were counted")
}

#[test]
fn three_sign_without_transfers() {
    let holders = made();
    let fresh = holders.succeed(&HOLDERS, &["sign", "treasury", "--message", MESSAGE, "--majority"]);
    verifies(&holders, &fresh);
    let pair = holders.sign("treasury", &["ann", "ben"], &["--message", MESSAGE]);
    assert!(100 * sent(&fresh[0]) < sent(&pair[0]), "{} and {}", sent(&fresh[0]), sent(&pair[0]));

    let prepared = holders.succeed(&HOLDERS, &["presign", "treasury", "--count", "2", "--majority"]);
    assert!(prepared.iter().all(|one| one["stock"] == 2 && one["signers"] == json!(HOLDERS)), "{prepared:?}");
    for left in [1, 0] {
        let signed = holders.succeed(&HOLDERS, &["sign", "treasury", "--message", MESSAGE, "--majority"]);
        assert!(signed.iter().all(|one| one["prepared"] == true && one["stock"] == left), "{signed:?}");
        verifies(&holders, &signed);
    }
    // What a receipt says of whom it withstands.
    let receipts = holders.receipts("cas");
    let ours: Vec<_> = receipts.iter().filter(|one| one.receipt.protocol == "shamir-signing").collect();
    assert_eq!(ours.len(), 4, "one signature, one batch, two signatures");
    assert!(ours.iter().all(|one| one.receipt.claim.corrupt == 1 && one.status.is_complete()));
}

#[test]
fn who_are_no_majority_is_said_before_anything_is_asked() {
    let holders = made();
    let sign = ["sign", "treasury", "--message", MESSAGE];
    let two = [&sign[..], &["--majority", "--signers", "ann,ben"]].concat();
    all_fail(&holders.together(&["ann"], &two), 2, &["--majority: 3 holders of treasury sign; 2 are named"]);
    let order = ["generate", "all", "--scheme", "ecdsa-p256", "--threshold", "3", "--holders", "cas,ann,ben"];
    holders.succeed(&HOLDERS, &order);
    let of_all = ["sign", "all", "--message", MESSAGE, "--majority"];
    let words = ["--majority: 5 signers are a majority where 3 can use the key, and all has 3 holders"];
    all_fail(&holders.together(&["ann"], &of_all), 2, &words);
    holders.generate("edwards", "ed25519");
    let edwards = ["sign", "edwards", "--message", MESSAGE, "--majority"];
    all_fail(&holders.together(&["ben"], &edwards), 2, &["a signature of ed25519 multiplies no secrets"]);
    // One says it and the others do not: they have other signers in mind, and nothing is used.
    let (ann, ben) = (holders.start("ann", &[&sign[..], &["--majority", "--wait", "3"]].concat()), {
        holders.start("ben", &[&sign[..], &["--wait", "3"]].concat())
    });
    for ended in [holders.end(ann), holders.end(ben)] {
        assert_eq!(ended.code, Some(3), "{}", ended.err);
    }
}

#[test]
fn resident_processes_prepare_for_a_majority() {
    let holders = made();
    let serve = |name: &str, options: &[&str]| {
        let (home, passphrase) = (holders.company.home(name), holders.passphrase(name));
        let running = start(&[&["serve", "--home", &home, "--passphrase-file", &passphrase][..], options].concat());
        running.until("serving");
        running
    };
    let residents = [serve("ben", &[]), serve("cas", &[])];
    let prepared = holders.succeed(&["ann"], &["presign", "treasury", "--count", "2", "--majority"]);
    assert_eq!((&prepared[0]["stock"], &prepared[0]["signers"]), (&json!(2), &json!(HOLDERS)));
    // A stock for as many signers as are a majority is one of a majority.
    let ann = serve("ann", &["--stock", "treasury=3:ann,ben,cas"]);
    ann.until("3 ");
    let ask = ["key", "sign", "treasury", "--majority", "--message", MESSAGE, "--json"];
    let asked = HOLDERS.map(|name| start(&[&ask[..], &["--home", &holders.company.home(name)]].concat()));
    let signed: Vec<Value> = asked.into_iter().map(|running| holders.end(running).json()).collect();
    assert!(signed.iter().all(|one| one["prepared"] == true), "{signed:?}");
    verifies(&holders, &signed);
    for running in residents.into_iter().chain([ann]) {
        running.signal("TERM");
        let ended = holders.end(running);
        assert!(ended.code == Some(0) && !ended.err.contains("panicked"), "{}", ended.err);
    }
}
