//! Departments and weights: who can sign is what the structure says, at every holder, in real processes.

mod command;
mod fixture;
mod holders;

use command::{Running, quorate};
use holders::{Holders, text};
use serde_json::{Value, json};

const NAMES: [&str; 5] = ["ann", "ben", "cas", "dan", "eve"];
const DEPARTMENTS: [&str; 6] = [
    "--structure",
    "treasury:2of3 and compliance:1of2",
    "--members",
    "treasury=ann,ben,cas",
    "--members",
    "compliance=dan,eve",
];

fn generate(holders: &Holders, names: &[&str], key: &str, scheme: &str, structure: &[&str]) -> Vec<Value> {
    holders.succeed(names, &[&["generate", key, "--scheme", scheme], structure].concat())
}

/// Every one of these holders refuses to sign with the others, before it has spoken to any of them.
#[track_caller]
fn refuse(holders: &Holders, names: &[&str], key: &str, words: &[&str]) {
    let order = ["sign", key, "--message", "m", "--signers", &names.join(","), "--wait", "1"];
    for ended in holders.together(names, &order) {
        ended.fails(2, words);
        assert!(!ended.err.contains("listening"), "{}", ended.err);
    }
}

#[track_caller]
fn sign(holders: &Holders, names: &[&str], key: &str, scheme: &str, prepared: bool) {
    let signed = holders.succeed(names, &["sign", key, "--message", "m", "--signers", &names.join(",")]);
    for signer in &signed {
        assert_eq!((&signer["signers"], &signer["prepared"]), (&json!(names), &json!(prepared)));
    }
    let (public, signature) = (text(&signed[0], "public_key"), text(&signed[0], "signature"));
    let given = ["--public-key", public, "--scheme", scheme, "--message", "m", "--signature", signature];
    assert_eq!(quorate(&[&["key", "verify"][..], &given].concat()).result(), format!("verified: {scheme}\n"));
}

#[test]
fn every_smallest_quorum_of_departments_signs_and_no_largest_other_set() {
    let holders = Holders::of(&NAMES);
    let made = generate(&holders, &NAMES, "vault", "ed25519", &DEPARTMENTS);
    for one in &made {
        assert_eq!((&one["signers_needed"], &one["privacy_threshold"]), (&json!(3), &json!(2)));
        assert_eq!((&one["signers_enough"], &one["structure"]), (&json!(4), &json!(DEPARTMENTS[1])));
        assert_eq!(one["groups"], json!({ "treasury": "ann,ben,cas", "compliance": "dan,eve" }));
        assert_eq!(one["quorums"][0], json!(["ann", "ben", "dan"]));
    }
    for pair in [["ann", "ben"], ["ann", "cas"], ["ben", "cas"]] {
        for third in ["dan", "eve"] {
            sign(&holders, &[pair[0], pair[1], third], "vault", "ed25519", false);
        }
    }
    refuse(&holders, &["ann", "ben", "cas"], "vault", &["missing: compliance: 1 more of dan, eve", DEPARTMENTS[1]]);
    refuse(&holders, &["ann", "dan", "eve"], "vault", &["missing: treasury: 1 more of ben, cas"]);
    refuse(&holders, &["ben", "dan", "eve"], "vault", &["missing: treasury: 1 more of ann, cas"]);
    refuse(&holders, &["cas", "dan", "eve"], "vault", &["missing: treasury: 1 more of ann, ben"]);
    let page = holders.look("eve", &["show", "vault"]).result();
    for words in [
        "signers_needed     3",
        "privacy_threshold  2",
        "structure          treasury:2of3 and compliance:1of2",
        "  treasury         ann, ben, cas",
        "signers_enough     4  (of all 5; 3 are enough if they are the right ones)",
        "can sign           ann, ben, dan",
    ] {
        assert!(page.contains(words), "{words:?} is missing in:\n{page}");
    }
    let list = holders.look("eve", &["list"]).result();
    assert!(list.contains("treasury:2of3 and compliance:1of2"), "{list}");
}

#[test]
fn departments_sign_ecdsa_with_something_prepared_and_without() {
    let holders = Holders::of(&NAMES);
    generate(&holders, &NAMES, "vault", "ecdsa-secp256k1", &DEPARTMENTS);
    let quorum = ["ann", "cas", "eve"];
    holders.succeed(&quorum, &["presign", "vault", "--count", "1", "--signers", "eve,ann,cas"]);
    sign(&holders, &quorum, "vault", "ecdsa-secp256k1", true);
    sign(&holders, &quorum, "vault", "ecdsa-secp256k1", false);
    // Who is not named is chosen: the first who are enough.
    let signed = holders.succeed(&["ann", "ben", "dan"], &["sign", "vault", "--message", "m"]);
    assert_eq!(signed[0]["signers"], json!(["ann", "ben", "dan"]));
}

#[test]
fn a_chair_who_counts_twice_reaches_three_with_one_other() {
    let holders = Holders::of(&NAMES[..3]);
    let structure = ["--structure", "board:3of4", "--members", "board=ann*2,ben,cas"];
    generate(&holders, &NAMES[..3], "board", "bip340", &structure);
    sign(&holders, &["ann", "ben"], "board", "bip340", false);
    sign(&holders, &["ann", "cas"], "board", "bip340", false);
    refuse(&holders, &["ben", "cas"], "board", &["board needs board:3of4; missing: board: 1 more of ann*2"]);
    // Who is of no use to the others is not asked to sign.
    let structure = ["--structure", "(ann and ben) or board:3of4", "--members", "board=cas*2,ben,ann"];
    generate(&holders, &NAMES[..3], "other", "bip340", &structure);
    refuse(&holders, &["ann"], "other", &["missing: either ben, or board: 2 more of ben, cas*2"]);
}

#[test]
fn holders_who_mean_different_structures_make_no_key() {
    let holders = Holders::of(&NAMES[..3]);
    let order = |structure: &'static str| {
        let order = ["generate", "board", "--scheme", "ed25519", "--structure", structure];
        [&order[..], &["--members", "board=ann*2,ben,cas", "--wait", "5"]].concat()
    };
    let start = |name: &str, order: &[&str]| holders.start(name, order);
    let running: Vec<Running> = vec![
        start("ann", &order("board:3of4")),
        start("ben", &order("board:3of4")),
        start("cas", &order("board:4of4")),
    ];
    for ended in running.into_iter().map(|running| holders.end(running)) {
        ended.fails(3, &["who"]);
    }
    // The same in numbers, and other names of groups.
    let renamed = ["generate", "board", "--scheme", "ed25519", "--structure", "desk:3of4", "--wait", "5"];
    let renamed = [&renamed[..], &["--members", "desk=ann*2,ben,cas"]].concat();
    let running = vec![start("ann", &order("board:3of4")), start("ben", &order("board:3of4")), start("cas", &renamed)];
    for ended in running.into_iter().map(|running| holders.end(running)) {
        ended.fails(3, &["structure"]);
    }
    assert!(holders.look("ann", &["list", "--json"]).json()["keys"].as_array().expect("a list").is_empty());
}

#[test]
fn what_is_no_structure_is_shown_at_its_place() {
    let holders = Holders::of(&NAMES[..2]);
    let refused = |structure: &[&str], words: &[&str]| {
        let order = ["generate", "vault", "--scheme", "ed25519"];
        holders.end(holders.start("ann", &[&order[..], structure].concat())).fails(2, words);
    };
    let members = ["--members", "board=ann,ben"];
    refused(
        &["--structure", "board:2of3", members[0], members[1]],
        &["--structure: board has 2 members, who count 2: expected 2of2\n  board:2of3\n        ^"],
    );
    refused(&["--structure", "board:2of2 xor ann", members[0], members[1]], &["board:2of2 xor ann\n             ^"]);
    refused(&["--structure", "ann or ben"], &["ann could use the key alone"]);
    refused(&["--structure", "ben and cas"], &["does not name ann, whose home this is"]);
    refused(&["--structure", "ann and ben", "--holders", "ann,ben,cas"], &["do not name the same parties: cas"]);
    refused(&["--structure", "ann and ben", "--threshold", "2"], &["--threshold"]);
    refused(&["--threshold", "2", "--holders", "ann,ben", "--members", "a=ann"], &["--structure"]);
    refused(&["--holders", "ann,ben"], &["--threshold"]);
}

/// Everybody's share is new, also that of one who had lost it, and the key is the same under the same structure.
#[test]
fn departments_refresh_their_key_and_move_to_another_structure_and_back() {
    let holders = Holders::of(&NAMES);
    let made = generate(&holders, &NAMES, "vault", "ed25519", &DEPARTMENTS);
    let same = |after: &Value, epoch: u64| {
        assert_eq!((&after["public_key"], &after["epoch"]), (&made[0]["public_key"], &json!(epoch)), "{after}");
    };
    let drilled = holders.succeed(&NAMES, &["refresh", "vault", "--dry-run"]);
    assert!(drilled.iter().all(|one| one["drill"] == true), "{drilled:?}");
    let before = holders.copy("cas", "cas-before");
    for after in holders.succeed(&NAMES, &["refresh", "vault", "--dealers", "ben,cas,eve"]) {
        same(&after, 1);
        assert_eq!((&after["structure"], &after["signers_needed"]), (&json!(DEPARTMENTS[1]), &json!(3)));
    }
    sign(&holders, &["ann", "cas", "dan"], "vault", "ed25519", false);
    refuse(&holders, &["ann", "ben", "cas"], "vault", &["missing: compliance: 1 more of dan, eve"]);
    // Too few, or the wrong ones, deal nothing.
    let wrong = |dealers: &str, words: &str| {
        let order = ["refresh", "vault", "--dealers", dealers, "--wait", "1"];
        holders.end(holders.start("ann", &order)).fails(2, &[words]);
    };
    wrong("ann,ben,cas", "missing: compliance: 1 more of dan, eve");
    wrong("ann,dan", "missing: treasury: 1 more of ben, cas");
    wrong("ann,ben,cas,dan", "names ann, without whom the others are enough for vault");
    // A share of before goes with nobody's of now.
    holders::copy(&format!("{before}/keys"), &format!("{}/keys", holders.company.home("cas")));
    let ended =
        holders.together(&["ann", "cas", "dan"], &["sign", "vault", "--message", "m", "--signers", "ann,cas,dan"]);
    holders::all_fail(&ended, 3, &[]);
    let words = "shares of different epochs do not go together";
    assert!(ended.iter().any(|ended| ended.err.contains(words)), "{ended:?}");

    // Cas has lost the share, which no sum of others' is: all share the key anew.
    let lost = holders.folder("cas", "vault");
    std::fs::remove_dir_all(&lost).expect("the key's folder");
    let recover = ["recover", "vault", "cas", "--wait", "1"];
    holders.end(holders.start("ann", &recover)).fails(2, &["with a structure", "key reshare vault --structure"]);
    let anew = [&["reshare", "vault"][..], &DEPARTMENTS, &["--dealers", "ann,ben,dan"]].concat();
    for after in holders.succeed(&NAMES, &anew) {
        same(&after, 2);
        assert_eq!(after["groups"], json!({ "treasury": "ann,ben,cas", "compliance": "dan,eve" }));
    }
    sign(&holders, &["ben", "cas", "eve"], "vault", "ed25519", false);

    // To a plain threshold, and from there to weights, with something prepared.
    let export = ["export", "vault", "--to", "ann", "--out", &holders.company.path("never"), "--dry-run"];
    holders.end(holders.start("ann", &export)).fails(2, &["with a structure", "under a threshold"]);
    let plain = ["reshare", "vault", "--threshold", "2", "--holders", "ann,ben,dan"];
    let four = ["ann", "ben", "cas", "dan"];
    let moved = holders.succeed(&["ann", "ben", "dan"], &plain);
    moved.iter().for_each(|after| same(after, 3));
    let board = ["--structure", "board:3of5", "--members", "board=ann*2,ben,cas,dan", "--dealers", "ann,dan"];
    let order = [&["reshare", "vault"][..], &board, &["--presign", "1"]].concat();
    // What cas has is of an epoch that is over: it is left behind, and starts anew.
    std::fs::remove_dir_all(&lost).expect("the key's folder");
    for after in holders.succeed(&four, &order) {
        same(&after, 4);
        assert_eq!((&after["structure"], &after["signers_needed"]), (&json!("board:3of5"), &json!(2)));
    }
    sign(&holders, &["ann", "ben"], "vault", "ed25519", true);
    sign(&holders, &["ben", "cas", "dan"], "vault", "ed25519", false);
    refuse(&holders, &["ben", "cas"], "vault", &["missing: board: 1 more of ann*2, dan"]);

    // The chair is not needed for new shares: the three others deal, more than the fewest who could.
    for after in holders.succeed(&four, &["refresh", "vault", "--dealers", "ben,cas,dan"]) {
        same(&after, 5);
    }
    sign(&holders, &["ann", "dan"], "vault", "ed25519", false);
    // But not for shares of which it takes more to use them than of these.
    let all = ["reshare", "vault", "--threshold", "3", "--holders", "ann,ben,cas", "--dealers", "ben,cas,dan"];
    holders.end(holders.start("ben", &[&all[..], &["--wait", "1"]].concat())).fails(2, &["and 2 others could use it"]);
}

#[test]
fn departments_refresh_an_ecdsa_key_and_sign() {
    let holders = Holders::of(&NAMES);
    let made = generate(&holders, &NAMES, "vault", "ecdsa-secp256k1", &DEPARTMENTS);
    for (one, after) in made.iter().zip(holders.succeed(&NAMES, &["refresh", "vault"])) {
        assert_eq!((&one["addresses"], &after["epoch"]), (&after["addresses"], &json!(1)));
    }
    sign(&holders, &["ann", "cas", "eve"], "vault", "ecdsa-secp256k1", false);
}
