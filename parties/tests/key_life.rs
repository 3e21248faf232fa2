//! The later life of keys, with real processes: the address stays, whatever becomes of the shares.

mod command;
mod fixture;
mod holders;

use std::path::Path;

use holders::{HOLDERS, Holders, PAIRS, text};

/// The three who make a key, and three more.
const SIX: [&str; 6] = ["ann", "ben", "cas", "dan", "eve", "fay"];

/// Signs with exactly these.
#[track_caller]
fn sign(holders: &Holders, signers: &[&str]) {
    let signed = holders.succeed(signers, &["sign", "treasury", "--message", "m", "--signers", &signers.join(",")]);
    assert!(signed.iter().all(|one| one["signature"] == signed[0]["signature"]), "{signed:?}");
}

/// Every three of five.
fn triples<'a>(five: &[&'a str; 5]) -> Vec<[&'a str; 3]> {
    let mut triples = Vec::new();
    for a in 0..5 {
        for b in a + 1..5 {
            for c in b + 1..5 {
                triples.push([five[a], five[b], five[c]]);
            }
        }
    }
    triples
}

/// From two of three to three of five: cas leaves, and three come who knew nothing of the key.
fn moves(scheme: &str, quorums: usize) {
    let holders = Holders::of(&SIX);
    let made = holders.generate("treasury", scheme);
    let before = &made[0];
    let five = ["ann", "ben", "dan", "eve", "fay"];
    let order = ["reshare", "treasury", "--threshold", "3", "--holders", "fay,eve,ann,ben,dan", "--dealers", "cas,ann"];
    let moved = holders.succeed(&SIX, &order);
    for (name, after) in SIX.iter().zip(&moved) {
        if *name == "cas" {
            assert_eq!(after["held"], false);
            continue;
        }
        for field in ["public_key", "key_id", "addresses"] {
            assert_eq!(after[field], before[field], "{name}: {field}");
        }
        assert_eq!((after["epoch"].as_u64(), after["signers_needed"].as_u64()), (Some(1), Some(3)));
        let folder = holders.folder(name, "treasury");
        assert!(folder.join("1").exists() == ["dan", "eve", "fay"].contains(name), "{name}: the old shares are erased");
    }
    holders.look("cas", &["show", "treasury"]).fails(2, &["there is no key treasury"]);
    assert!(!Path::new(&holders.folder("cas", "treasury")).join("1").exists());
    for triple in triples(&five).iter().take(quorums) {
        sign(&holders, triple);
    }
    let order = ["sign", "treasury", "--message", "m", "--signers", "ann,ben"];
    for ended in holders.together(&["ann", "ben"], &order) {
        ended.fails(2, &["treasury needs 3 signers; 2 are named"]);
    }
}

#[test]
fn an_ed25519_key_moves_to_another_committee() {
    moves("ed25519", 10);
}

#[test]
fn an_ecdsa_key_moves_to_another_committee() {
    moves("ecdsa-secp256k1", 3);
}

#[test]
fn a_key_is_refreshed_and_its_stock_is_there_before_the_old_shares_end() {
    let holders = Holders::new();
    let made = holders.generate("treasury", "ecdsa-secp256k1");
    holders.presign("treasury", &PAIRS[0], 2);
    let drilled = holders.succeed(&HOLDERS, &["refresh", "treasury", "--dry-run"]);
    assert!(drilled.iter().all(|one| one["drill"] == true && one["seconds"].as_f64() > Some(0.0)), "{drilled:?}");
    let shown = holders.look("ann", &["show", "treasury", "--json"]).json();
    assert_eq!((shown["epoch"].as_u64(), shown["stock"].as_u64()), (Some(0), Some(2)), "a drill changes nothing");
    let refreshed = holders.succeed(&HOLDERS, &["refresh", "treasury", "--presign", "3"]);
    for (party, after) in refreshed.iter().enumerate() {
        assert_eq!((after["epoch"].as_u64(), &after["addresses"]), (Some(1), &made[party]["addresses"]));
        assert_eq!(after["stock"].as_u64(), Some(if party < 2 { 3 } else { 0 }), "the first two have prepared");
    }
    let signed = holders.sign("treasury", &PAIRS[0], &["--message", "m"]);
    assert!(signed.iter().all(|one| one["prepared"] == true && one["stock"] == 2), "{signed:?}");
    holders.sign("treasury", &PAIRS[2], &["--message", "m"]);
    for name in HOLDERS {
        let folder = holders.folder(name, "treasury");
        assert!(!folder.join("1").exists() && folder.join("2/certificate.toml").exists(), "{name}");
    }
    // Again, and nobody needs to say how many there were before.
    let again = holders.succeed(&HOLDERS, &["refresh", "treasury", "--dealers", "cas,ben"]);
    assert!(again.iter().all(|one| one["epoch"] == 2));
    holders.sign("treasury", &PAIRS[1], &["--message", "m"]);
    let nothing = holders.succeed(&HOLDERS, &["resume", "treasury"]);
    assert!(nothing.iter().all(|one| text(one, "resumed") == "nothing"), "{nothing:?}");
}

/// The share file is gone: a laptop was lost, and its holder has an empty home with its old identity.
fn recovers(scheme: &str) {
    let holders = Holders::new();
    let made = holders.generate("treasury", scheme);
    std::fs::remove_dir_all(holders.folder("cas", "treasury")).expect("the key's folder");
    let order = ["recover", "treasury", "cas", "--helpers", "ben,ann"];
    let drilled = holders.succeed(&HOLDERS, &[&order[..], &["--dry-run"]].concat());
    assert!(drilled.iter().all(|one| one["drill"] == true), "{drilled:?}");
    holders.look("cas", &["show", "treasury"]).fails(2, &["there is no key treasury"]);
    let recovered = holders.succeed(&HOLDERS, &order);
    for one in &recovered {
        assert_eq!((text(one, "recovered"), one["epoch"].as_u64()), ("cas", Some(0)));
        assert_eq!(one["public_key"], made[0]["public_key"]);
    }
    let shown = holders.look("cas", &["show", "treasury", "--json"]).json();
    for field in ["key_id", "public_key", "holders", "index", "signers_needed", "chain_code"] {
        assert_eq!(shown[field], made[2][field], "{field}");
    }
    for pair in &PAIRS {
        holders.sign("treasury", pair, &["--message", "m"]);
    }
    // A holder whose share is damaged knows who helps.
    let share = holders.folder("cas", "treasury").join("1/share.sealed");
    std::fs::write(&share, b"nothing").expect("the share");
    holders.succeed(&HOLDERS, &["recover", "treasury", "cas"]);
    holders.sign("treasury", &PAIRS[2], &["--message", "m"]);
}

#[test]
fn a_lost_share_of_ecdsa_is_recovered() {
    recovers("ecdsa-p256");
}

#[test]
fn a_lost_share_of_ed25519_is_recovered() {
    recovers("ed25519");
}

/// The key of the first test vector of RFC 8032 is divided, signs, and is put together again.
#[test]
fn a_key_is_imported_and_exported_loudly() {
    let holders = Holders::new();
    let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n";
    let file = holders.secret_file("seed.hex", seed);
    let order = ["import", "treasury", "--scheme", "ed25519", "--threshold", "2", "--holders", "ann,ben,cas", "--json"];
    let start = |more: &[&str]| {
        let dealer = holders.start("ann", &[&order[..], &["--secret-file", &file], more].concat());
        let others = ["ben", "cas"].map(|name| holders.start(name, &[&order[..], &["--dealer", "ann"], more].concat()));
        (dealer, others)
    };
    let (ann, others) = start(&["--dry-run"]);
    for drilled in [ann].into_iter().chain(others).map(|running| holders.end(running)) {
        let drilled = drilled.json();
        assert_eq!(
            (&drilled["imported"], &drilled["drill"], &drilled["held"]),
            (&false.into(), &true.into(), &false.into())
        );
    }
    assert!(HOLDERS.iter().all(|name| !holders.folder(name, "treasury").join("current").exists()), "nothing was kept");
    let (ann, others) = start(&[]);
    let ann = holders.end(ann);
    assert!(ann.err.contains("has existed in one place") && ann.err.contains("destroy"), "{}", ann.err);
    let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    assert_eq!(text(&ann.json(), "public_key"), public);
    for other in others {
        assert_eq!(text(&holders.end(other).json(), "public_key"), public);
    }
    let signed = holders.sign("treasury", &PAIRS[2], &["--message", "m"]);
    assert_eq!(text(&signed[0], "public_key"), public);
    let out = holders.company.path("whole.hex");
    let order = ["export", "treasury", "--to", "ben", "--out", &out];
    holders.end(holders.start("ben", &order)).fails(2, &["signs alone, for ever", "--i-understand"]);
    let drilled = holders.succeed(&["ann", "ben"], &[&order[..], &["--dry-run"]].concat());
    for one in &drilled {
        assert_eq!((&one["drill"], &one["exported_to"], one["epoch"].as_u64()), (&true.into(), &().into(), Some(0)));
    }
    assert!(!Path::new(&out).exists(), "nobody has the key");
    let sure = [&order[..], &["--i-understand-that-the-key-will-exist-in-one-place"]].concat();
    holders.succeed(&["ann", "ben"], &sure);
    let scalar = std::fs::read_to_string(&out).expect("the key");
    // What is exported is imported again: it is the same key.
    assert_eq!(scalar.trim().len(), 64);
    holders.end(holders.start("ben", &sure)).fails(2, &["there is such a file already"]);
}
