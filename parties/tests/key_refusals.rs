//! What is refused, with which words and exit code; and that nothing is lost by it.

mod command;
mod fixture;
mod holders;

use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use command::{Ended, quorate, start};
use holders::secrets::unlock;
use holders::{HOLDERS, Holders, all_fail, copy, set_mode, text};
use quorate::identity::Home;
use quorate::keys::Keys;
use quorate_engine::ot::KEPT_PAIR_BYTES;

/// Two keys, and something prepared of the first: made once. Parties have one address each, so tests take turns.
fn holders() -> MutexGuard<'static, Holders> {
    static SHARED: OnceLock<Mutex<Holders>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| {
        let holders = Holders::new();
        holders.generate("treasury", "ecdsa-secp256k1");
        holders.generate("deeds", "ed25519");
        holders.presign("treasury", &["ann", "ben"], 2);
        Mutex::new(holders)
    });
    // A test that has failed has spoiled copies only.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

const SIGN: [&str; 6] = ["sign", "treasury", "--message", "pay the rent", "--wait", "0.3"];

/// Signs alone at ann, from whatever home.
#[track_caller]
fn alone(holders: &Holders, home: &str, more: &[&str]) -> Ended {
    holders.end(holders.start_at("ann", home, &[&SIGN, more].concat()))
}

#[test]
fn fewer_than_enough() {
    let holders = holders();
    let ann = holders.company.home("ann");
    alone(&holders, &ann, &["--signers", "ann"])
        .fails(2, &["treasury needs 2 signers; 1 are named: 1 more of ben, cas"]);
    alone(&holders, &ann, &["--signers", "ann,ann"]).fails(2, &["--signers names ann twice"]);
    let start = Instant::now();
    alone(&holders, &ann, &[]).fails(3, &["waiting for", "ben", "hint:"]);
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    // What the file says of the threshold is under the share's seal.
    let home = holders.copy("ann", "one-of-three");
    edit(&format!("{home}/keys/treasury/1/public.toml"), "signers_needed = 2", "signers_needed = 1");
    edit(&format!("{home}/keys/treasury/1/public.toml"), "privacy_threshold = 1", "privacy_threshold = 0");
    alone(&holders, &home, &["--signers", "ann"]).fails(2, &["public.toml", "hint:"]);
}

#[track_caller]
fn edit(path: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).expect("a text");
    assert!(text.contains(from), "{from:?} is not in {path}");
    std::fs::write(path, text.replace(from, to)).expect("a file");
}

#[test]
fn signers_and_what_they_sign() {
    let holders = holders();
    let ann = holders.company.home("ann");
    let named = |signers: &str| alone(&holders, &ann, &["--signers", signers]);
    named("ann,dan").fails(2, &["dan holds no share of treasury; its holders are ann, ben, cas"]);
    named("ben,cas").fails(2, &["ann is not among the signers ben, cas", "hint:"]);
    named("Ann!,ben").fails(2, &["--signers", "Ann!"]);
    let refused = |arguments: &[&str], words: &[&str]| {
        holders.end(holders.start("ann", &[arguments, &["--wait", "1"]].concat())).fails(2, words);
    };
    refused(&["sign", "nothing", "--message", "m"], &["there is no key nothing", "quorate key list"]);
    refused(&["sign", "../x", "--message", "m"], &["\"../x\" is not a key's name"]);
    refused(&["sign", "treasury"], &["--message"]);
    refused(&["sign", "treasury", "--message", "m", "--digest", "00"], &["--digest"]);
    refused(&["sign", "treasury", "--digest", "00"], &["--digest has 2 characters", "64 hexadecimal digits"]);
    refused(&["sign", "treasury", "--message-file", "nowhere"], &["nowhere", "cannot be read"]);
    refused(&["sign", "deeds", "--digest", &"00".repeat(32)], &["Ed25519 signs messages", "hint:"]);
    let long = holders.company.write("long", &"x".repeat(16_385));
    refused(&["sign", "deeds", "--message-file", &long], &["16385 bytes", "at most 16384", "hint:"]);
    refused(&["sign", "treasury", "--message", "m", "--path", "m/0'"], &["--path", "hardened"]);
    refused(&["sign", "treasury", "--message", "m", "--path", "zero"], &["--path"]);
    refused(&["sign", "deeds", "--message", "m", "--path", "m/0"], &["deeds has no chain code"]);
    refused(&["sign", "treasury", "--message", "m", "--taproot"], &["--taproot", "bip340"]);
    refused(&["presign", "treasury", "--count", "0"], &["--count 0", "1 to 1024"]);
    refused(&["presign", "treasury", "--count", "1025"], &["--count 1025", "hint:"]);
    let ended = holders.end(holders.start("ann", &["sign", "treasury", "--message", "m", "--wait=-1"]));
    ended.fails(2, &["--wait -1", "more than 0"]);
    let words =
        ["--path", "step 1 of the path is hardened", "below 2147483648", "HMAC-SHA512", "a key for each account"];
    holders.look("ann", &["derive", "treasury", "--path", "m/0h"]).fails(2, &words);
    holders.look("ann", &["derive", "deeds", "--path", "m/0"]).fails(2, &["no chain code"]);
    holders.look("ann", &["show", "nothing"]).fails(2, &["there is no key nothing"]);
    let forged = ["verify", "treasury", "--message", "m", "--signature", &"11".repeat(64)];
    holders.look("ann", &forged).fails(5, &["the signature is not of this message by this key"]);
    let garbage = ["verify", "treasury", "--message", "m", "--signature", "1234"];
    let ended = holders.look("ann", &garbage);
    assert!([Some(2), Some(5)].contains(&ended.code), "{ended:?}");
}

#[test]
fn what_is_made() {
    let holders = holders();
    let refused = |arguments: &[&str], words: &[&str]| {
        let order = [&["generate"], arguments, &["--wait", "1"]].concat();
        holders.end(holders.start("ann", &order)).fails(2, words);
    };
    let order = ["--scheme", "bip340", "--threshold", "2", "--holders", "ann,ben,cas"];
    refused(&[&["treasury"], &order[..]].concat(), &["there is a key treasury already", "hint: choose another name"]);
    refused(&[&["-x"], &order[..]].concat(), &["-x"]);
    let with = |position: usize, value: &'static str| {
        let mut order = order;
        order[position] = value;
        [&["new"], &order[..]].concat()
    };
    refused(&with(1, "rsa"), &["rsa", "ecdsa-secp256k1"]);
    refused(&with(3, "1"), &["--threshold 1 of 3 holders", "from 2 to all holders"]);
    refused(&with(3, "4"), &["--threshold 4 of 3 holders"]);
    refused(&with(5, "ben,cas"), &["--holders does not name ann"]);
    refused(&with(5, "ann,ben,ben"), &["--holders names ben twice"]);
    refused(&with(5, "ann,ben,dan"), &["dan", "hint:", "quorate trust"]);
    assert!(!holders.folder("ann", "new").exists());
}

#[test]
fn passphrases() {
    let holders = holders();
    let ann = holders.company.home("ann");
    let with = |arguments: &[&str]| {
        let place = ["--home", &ann];
        quorate(&[&["key"], &SIGN[..], &place, arguments].concat())
    };
    let file = |name: &str, content: &str| holders.secret_file(name, content);
    let wrong = "the passphrase is wrong, or the file was altered";
    with(&["--passphrase-file", &file("wrong", "the passphrase of ben\n")]).fails(2, &["share.sealed", wrong, "hint:"]);
    with(&["--passphrase-file", &file("empty", "\n")]).fails(2, &["the passphrase is empty"]);
    with(&["--passphrase-file", &file("long", &"x".repeat(1025))]).fails(2, &["longer than 1024 bytes"]);
    with(&["--passphrase-file", &holders.company.path("nowhere")]).fails(2, &["cannot be read from", "nowhere"]);
    with(&[]).fails(2, &["no terminal", "--passphrase-file", "--passphrase-fd"]);
    let exposed = file("exposed", "the passphrase of ann\n");
    for mode in [0o640, 0o604] {
        set_mode(&exposed, mode);
        let words = ["can be read by other users", &format!("mode {mode:o}"), "chmod 600"];
        with(&["--passphrase-file", &exposed]).fails(2, &words);
    }
    // From a descriptor.
    for (given, code, words) in [("the passphrase of ann\n", 3, "waiting for"), ("another\n", 2, wrong)] {
        let place = ["--home", &ann, "--passphrase-fd", "0"];
        let mut running = start(&[&["key"], &SIGN[..], &place].concat());
        running.feed(given);
        running.wait().fails(code, &[words]);
    }
    // Cheap mistakes are told before anybody types a passphrase.
    let early = |arguments: &[&str]| quorate(&[&["key"], arguments, &["--home", &ann]].concat());
    early(&["sign", "nothing", "--message", "m"]).fails(2, &["there is no key nothing"]);
    early(&["sign", "treasury", "--message", "m", "--signers", "ben,cas"]).fails(2, &["not among the signers"]);
    early(&["sign", "deeds", "--digest", &"00".repeat(32)]).fails(2, &["Ed25519 signs messages"]);
    let order = ["--scheme", "bip340", "--threshold", "2", "--holders"];
    early(&[&["generate", "treasury"], &order[..], &["ann,ben"]].concat()).fails(2, &["there is a key treasury"]);
    early(&[&["generate", "new"], &order[..], &["ann,dan"]].concat()).fails(2, &["dan"]);
    let home = holders.copy("ann", "no-ben");
    let pinned = std::fs::read_dir(format!("{home}/peers")).expect("a folder").flatten();
    pinned.filter(|card| card.file_name().to_string_lossy().starts_with("ben")).for_each(|card| {
        std::fs::remove_file(card.path()).expect("a file");
    });
    quorate(&["key", "sign", "treasury", "--message", "m", "--home", &home]).fails(2, &["ben", "quorate trust"]);
}

/// Ways to spoil a file, of which the first line may be a comment.
fn spoiled(content: &[u8]) -> Vec<(String, Vec<u8>)> {
    let start =
        if content[0] == b'#' { content.split(|byte| *byte == b'\n').next().map_or(0, <[u8]>::len) + 1 } else { 0 };
    let mut all = Vec::new();
    // A text that has lost its last line break says the same as before.
    for length in [0, 1, 15, 40, content.len() / 2, content.len() - 2] {
        all.push((format!("cut to {length} bytes"), content[..length].to_vec()));
    }
    for at in [start, start + 17, start + 40, start + 57, content.len() / 2, content.len() - 2] {
        let mut flipped = content.to_vec();
        flipped[at] ^= 1;
        all.push((format!("byte {at} flipped"), flipped));
    }
    all.push(("a byte more".to_owned(), [content, &[0]].concat()));
    all
}

#[test]
fn files_that_are_cut_or_altered() {
    let holders = holders();
    let home = holders.copy("ann", "spoiled");
    for file in ["1/share.sealed", "1/pairs.sealed", "1/public.toml", "current"] {
        let path = format!("{home}/keys/treasury/{file}");
        let content = std::fs::read(&path).expect("a file");
        let spoiled =
            if file == "current" { vec![("a word".to_owned(), b"one\n".to_vec())] } else { spoiled(&content) };
        for (how, bytes) in spoiled {
            std::fs::write(&path, bytes).expect("a file");
            let ended = alone(&holders, &home, &[]);
            assert_eq!(ended.code, Some(2), "{file} {how}: {}", ended.err);
            // A public part that was altered and still reads is found by the share's seal.
            let named = ended.err.contains(file.trim_start_matches("1/")) || ended.err.contains("share.sealed");
            assert!(named && ended.err.contains("hint:"), "{file} {how}: {}", ended.err);
            assert!(!ended.err.contains("panicked"), "{file} {how}: {}", ended.err);
            // A key that is damaged does not hide the others.
            let listed = quorate(&["key", "list", "--home", &home]).result();
            assert!(listed.contains("treasury") && listed.contains("deeds"), "{file} {how}: {listed}");
        }
        std::fs::remove_file(&path).expect("a file");
        let words = if file == "current" { "there is no key treasury" } else { "is missing" };
        alone(&holders, &home, &[]).fails(2, &[words]);
        std::fs::write(&path, content).expect("a file");
    }
    // Put right, it reads again.
    alone(&holders, &home, &[]).fails(3, &["waiting for"]);
}

#[test]
fn a_stock_that_is_cut_or_altered_is_burned() {
    let holders = holders();
    let home = holders.company.path("spoiled-stock");
    let journal = format!("{home}/keys/treasury/stock/journal");
    let content = {
        holders.copy("ann", "spoiled-stock");
        std::fs::read(&journal).expect("a file")
    };
    let spoil = |bytes: Option<&[u8]>| {
        holders.copy("ann", "spoiled-stock");
        match bytes {
            Some(bytes) => std::fs::write(&journal, bytes).expect("a file"),
            None => std::fs::remove_file(&journal).expect("a file"),
        }
        alone(&holders, &home, &[])
    };
    let torn = "burned: its journal is cut or altered";
    for (at, flip) in [(3, 1), (60, 1), (content.len() / 2, 0x80), (content.len() - 1, 1)] {
        let mut bytes = content.clone();
        bytes[at] ^= flip;
        spoil(Some(&bytes)).fails(3, &[torn, "waiting for"]);
        assert_eq!(left(&home), 0);
    }
    spoil(Some(&content[..content.len() - 5])).fails(3, &[torn]);
    spoil(Some(&[])).fails(3, &[torn]);
    spoil(None).fails(3, &["what was prepared of treasury was burned: its journal is missing"]);
    assert_eq!(left(&home), 0);
    let mut later = content.clone();
    later[16] += 1;
    spoil(Some(&later)).fails(2, &["the journal has version 2; this quorate reads version 1", "hint:"]);
    // The items themselves.
    holders.copy("ann", "spoiled-stock");
    let stock = std::fs::read_dir(format!("{home}/keys/treasury/stock")).expect("a folder").flatten();
    let items = stock.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "items"));
    let items = items.expect("a batch");
    let bytes = std::fs::read(&items).expect("a file");
    std::fs::write(&items, &bytes[..bytes.len() - 1]).expect("a file");
    alone(&holders, &home, &[]).fails(3, &["2 prepared items of treasury were burned", "contradict each other"]);
    // Of another key.
    let (from, to) = (format!("{home}/keys/treasury/stock"), format!("{home}/keys/deeds/stock"));
    copy(&from, &to);
    let sign = ["sign", "deeds", "--message", "m", "--wait", "1"];
    let ended = holders.end(holders.start_at("ann", &home, &sign));
    ended.fails(2, &["belongs to another key", "remove it"]);
}

/// What `key show` counts.
fn left(home: &str) -> u64 {
    quorate(&["key", "show", "treasury", "--json", "--home", home]).json()["stock"].as_u64().expect("a number")
}

#[test]
fn files_of_others() {
    let holders = holders();
    let with = |file: &str, from: &str, more: &[(&str, &str)]| {
        let home = holders.copy("ann", "others-file");
        std::fs::copy(from, format!("{home}/keys/treasury/1/{file}")).expect("a file");
        more.iter().for_each(|(from, to)| edit(&format!("{home}/keys/treasury/1/public.toml"), from, to));
        alone(&holders, &home, &[])
    };
    let file = |name: &str, key: &str, file: &str| holders.folder(name, key).join("1").join(file);
    let file = |name: &str, key: &str, of: &str| file(name, key, of).to_str().expect("UTF-8").to_owned();
    for sealed in ["share.sealed", "pairs.sealed"] {
        with(sealed, &file("ben", "treasury", sealed), &[])
            .fails(2, &[sealed, "belongs to ben", "not to ann", "hint:"]);
        with(sealed, &file("ann", "deeds", sealed), &[])
            .fails(2, &[sealed, "is not that of the key beside it", "hint:"]);
    }
    with("pairs.sealed", &file("ann", "treasury", "share.sealed"), &[]).fails(2, &["the file's kind"]);
    let own = file("ann", "treasury", "share.sealed");
    with("share.sealed", &own, &[("epoch = 0", "epoch = 1")]).fails(2, &["the file's epoch", "hint:"]);
    with("public.toml", &file("ben", "treasury", "public.toml"), &[]).fails(2, &["share.sealed"]);
    // A whole home of ben's, with the identity of ann.
    let home = holders.copy("ben", "stolen");
    let _ = std::fs::remove_dir_all(format!("{home}/identity"));
    copy(&format!("{}/identity", holders.company.home("ann")), &format!("{home}/identity"));
    // Its audit log is another's; without it, its shares are.
    alone(&holders, &home, &["--signers", "ann,ben"]).fails(5, &["audit/log", "hint:"]);
    let _ = std::fs::remove_dir_all(format!("{home}/audit"));
    alone(&holders, &home, &["--signers", "ann,ben"]).fails(2, &["hint:"]);
}

#[test]
fn a_holder_with_another_identity() {
    let holders = holders();
    let home = holders.copy("ann", "other-ben");
    let (ben, card) = (holders.company.path("new-ben"), holders.company.path("new-ben.card"));
    quorate(&["init", "ben", "--listen", "127.0.0.1:9", "--home", &ben]).result();
    std::fs::write(&card, quorate(&["card", "--home", &ben]).result()).expect("a file");
    let pinned = std::fs::read_dir(format!("{home}/peers")).expect("a folder").flatten();
    pinned.filter(|card| card.file_name().to_string_lossy().starts_with("ben")).for_each(|card| {
        std::fs::remove_file(card.path()).expect("a file");
    });
    quorate(&["trust", &card, "--home", &home]).result();
    alone(&holders, &home, &[]).fails(2, &["the share of treasury belongs to the identity", "knows ben as", "hint:"]);
}

#[test]
fn two_processes_on_one_home() {
    let holders = holders();
    let order = ["sign", "treasury", "--message", "m", "--wait", "12"];
    let first = holders.start("ann", &order);
    first.until("waiting for");
    let second = alone(&holders, &holders.company.home("ann"), &[]);
    second.fails(2, &["another quorate process uses the keys", "hint:"]);
    assert!(holders.look("ann", &["show", "treasury"]).result().contains("treasury"));
    first.signal("KILL");
    first.wait();
    // The lock goes with the process; what was prepared does not outlive it.
    let burned = "2 prepared items of treasury were burned: the process that used it did not end in order";
    alone(&holders, &holders.company.home("ann"), &[]).fails(3, &[burned, "waiting for"]);
    let signed = holders.sign("treasury", &["ann", "ben"], &["--message", "m"]);
    assert_eq!(signed[0]["prepared"], false);
    holders.presign("treasury", &["ann", "ben"], 2);
    // What ben has left of the batch before does not stand in the way of the new one.
    let signed = holders.sign("treasury", &["ann", "ben"], &["--message", "m"]);
    assert!(signed.iter().all(|one| one["prepared"] == true && one["stock"] == 1), "{signed:?}");
    holders.presign("treasury", &["ann", "ben"], 1);
}

/// Two parties with different orders, who come to each other.
#[track_caller]
fn apart(holders: &Holders, ann: &[&str], ben: &[&str]) -> [Ended; 2] {
    at_different_places(holders, "10", ann, ben)
}

/// Two parties with different orders, who wait for different partners.
#[track_caller]
fn at_different_places(holders: &Holders, wait: &str, ann: &[&str], ben: &[&str]) -> [Ended; 2] {
    let wait = ["--wait", wait];
    let ann = holders.start("ann", &[ann, &wait].concat());
    let ben = holders.start("ben", &[ben, &wait].concat());
    [holders.end(ann), holders.end(ben)]
}

#[test]
fn signers_that_were_told_different_things() {
    let holders = holders();
    let sign = ["sign", "treasury", "--message"];
    let both = |ended: &[Ended], words: &[&str]| {
        all_fail(ended, 3, &[&["the parties do not agree", "for ann", "for ben"], words].concat());
    };
    let stocks = || ["ann", "ben"].map(|name| left(&holders.company.home(name)));
    let before = stocks();
    // The SHA-256 of both messages, at both parties.
    let (a, b) = (
        "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
    );
    both(&apart(&holders, &[&sign[..], &["a"]].concat(), &[&sign[..], &["b"]].concat()), &["digest", a, b]);
    let path = |path: &'static str| [&sign[..], &["a", "--path", path]].concat();
    both(&apart(&holders, &path("m/1"), &path("m/2")), &["parameter path"]);
    both(&apart(&holders, &path("m/1"), &[&sign[..], &["a"]].concat()), &["parameter path"]);
    both(&apart(&holders, &path("m/1"), &["presign", "treasury"]), &["program", "presign", "ecdsa-secp256k1"]);
    let deeds = ["sign", "deeds", "--message", "a"];
    both(&apart(&holders, &path("m/1"), &deeds), &["program", "ed25519", "ecdsa-secp256k1"]);
    let count = |count: &'static str| ["presign", "treasury", "--count", count];
    both(&apart(&holders, &count("1"), &count("2")), &["parameter count", "1 for", "2 for"]);
    // Nothing was used up by that, and where one has nothing prepared none uses it.
    assert_eq!(stocks(), before);
    let fresh = [&sign[..], &["a", "--fresh"]].concat();
    let signed = apart(&holders, &[&fresh[..], &["--json"]].concat(), &[&sign[..], &["a", "--json"]].concat());
    let signed = signed.map(Ended::json);
    assert!(signed.iter().all(|one| one["prepared"] == false), "{signed:?}");
    assert_eq!(stocks(), before);
    // The others come to different partners.
    let signers = |signers: &'static str| [&sign[..], &["a", "--signers", signers]].concat();
    let ended = at_different_places(&holders, "2", &signers("ann,ben"), &signers("ben,cas"));
    all_fail(&ended, 3, &["hint:"]);
    let ended = at_different_places(&holders, "2", &signers("ann,ben"), &signers("ann,ben,cas"));
    all_fail(&ended, 3, &[]);
}

#[test]
fn holders_that_were_told_different_things() {
    let holders = holders();
    let order = |scheme: &'static str, threshold: &'static str| {
        ["generate", "apart", "--scheme", scheme, "--threshold", threshold, "--holders", "ann,ben"]
    };
    let wrong = ["the parties do not agree", "for ann", "for ben"];
    let ended = apart(&holders, &order("bip340", "2"), &order("ed25519", "2"));
    all_fail(&ended, 3, &[&wrong[..], &["program", "bip340-key", "ed25519-key"]].concat());
    let three = |threshold: &'static str| {
        [
            "generate",
            "apart",
            "--scheme",
            "ed25519",
            "--threshold",
            threshold,
            "--holders",
            "ann,ben,cas",
            "--wait",
            "6",
        ]
    };
    let running = [("ann", "2"), ("ben", "3"), ("cas", "2")].map(|(name, t)| holders.start(name, &three(t)));
    let ended = running.map(|running| holders.end(running));
    all_fail(&ended, 3, &[]);
    assert!(ended[..2].iter().all(|ended| ended.err.contains("threshold")), "{ended:?}");
    let ended = at_different_places(&holders, "2", &order("bip340", "2"), &three("2")[..8]);
    all_fail(&ended, 3, &[]);
    for name in ["ann", "ben", "cas"] {
        assert!(!holders.folder(name, "apart").join("current").exists(), "nothing was made");
    }
}

/// Ben's transfers with ann are altered, as by a faulty disk under a seal that holds, or by ben: their check fails, and
/// nothing that was set up between the two is used again. With cas, both sign on.
#[test]
fn a_failed_check_ends_the_pair() {
    let holders = holders();
    let key = "banned";
    let order = ["generate", key, "--scheme", "ecdsa-p256", "--threshold", "2", "--holders", "ann,ben,cas"];
    holders.succeed(&HOLDERS, &order);
    holders.presign(key, &["ann", "ben"], 1);
    {
        let (unlocked, owner) = unlock(&holders, "ben", key);
        let keys = Keys::of(&Home::at(holders.company.home("ben")));
        let folder = keys.key(&key.parse().expect("a name"));
        let mut record = folder.pairs(&unlocked, &owner).expect("it opens").expect("it is there");
        // Ben's record of ann is the first of three: seeds of both directions.
        for at in [unlocked.share.len() + 100, unlocked.share.len() + KEPT_PAIR_BYTES - 100] {
            record[at] ^= 1;
        }
        folder.keep_pairs(&keys.lock().expect("no other process"), &unlocked, &owner, &record).expect("written");
    }
    let sign = ["sign", key, "--message", "m", "--signers", "ann,ben", "--wait", "10"];
    let fresh = [&sign[..], &["--fresh"]].concat();
    let ended = holders.together(&["ann", "ben"], &fresh);
    all_fail(&ended, 3, &[]);
    // The one who has found it does not try again, whatever is asked for, and both know why.
    for order in [&fresh[..], &sign, &["presign", key, "--signers", "ann,ben", "--wait", "10"]] {
        let words = ["nothing that", "set up for banned may be used: a check between them has failed before", "hint:"];
        all_fail(&holders.together(&["ann", "ben"], order), 3, &words);
    }
    // With others, both sign as before.
    holders.sign(key, &["ann", "cas"], &["--message", "m"]);
    holders.sign(key, &["ben", "cas"], &["--message", "m"]);
}

/// Ben's file with what was prepared is altered. He finds that when its use is on the disk already, and ann has hers.
#[test]
fn an_item_that_was_altered_is_used_up() {
    let holders = holders();
    let pair = &["ben", "cas"];
    holders.presign("treasury", pair, 2);
    let stock = std::fs::read_dir(holders.folder("ben", "treasury").join("stock")).expect("a folder").flatten();
    let with_cas = |path: &Path| path.extension().is_some_and(|extension| extension == "items");
    let items = stock.map(|entry| entry.path()).filter(|path| with_cas(path));
    let items = items.max_by_key(|path| path.metadata().and_then(|file| file.modified()).expect("a time"));
    let items = items.expect("a batch");
    let mut bytes = std::fs::read(&items).expect("a file");
    bytes[100] ^= 1;
    std::fs::write(&items, bytes).expect("a file");
    let sign = ["sign", "treasury", "--message", "m", "--signers", "ben,cas", "--wait", "10"];
    let ended = holders.together(pair, &sign);
    ended[0].fails(2, &["the item is used up without having been used", "hint:", "receipt of the abort"]);
    ended[1].fails(3, &["ben", "it could not begin", "receipt of the abort"]);
    let signed = holders.sign("treasury", pair, &["--message", "m"]);
    assert!(signed.iter().all(|one| one["prepared"] == true && one["stock"] == 0), "{signed:?}");
    assert_eq!(used_twice(&holders), None);
}

/// An item that the receipts of two sessions name.
fn used_twice(holders: &Holders) -> Option<String> {
    let mut sessions = std::collections::HashMap::new();
    let receipts = HOLDERS.iter().flat_map(|name| holders.receipts(name)).map(|verified| verified.receipt);
    let items = receipts.filter_map(|receipt| Some((receipt.records.find("presignature")?.clone(), receipt.session)));
    items
        .into_iter()
        .find_map(|(item, session)| (*sessions.entry(item.clone()).or_insert(session) != session).then_some(item))
}

#[test]
fn a_signer_that_falls_silent() {
    let holders = holders();
    let order = ["sign", "treasury", "--message", "m", "--wait", "3", "--signers", "ann,cas"];
    let cas = holders.start("cas", &order);
    cas.until("waiting for");
    cas.signal("STOP");
    let start = Instant::now();
    holders.end(holders.start("ann", &order)).fails(3, &["cas", "hint:"]);
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    cas.signal("KILL");
    cas.wait();
    holders.sign("treasury", &["ann", "cas"], &["--message", "m"]);
}

/// Ben's disk is full when the new key comes: ben has none of it, says so, and nobody takes it for a good one.
#[test]
fn a_full_disk() {
    let holders = holders();
    let ben = holders.company.home("ben");
    let keys = Path::new(&ben).join("keys");
    let Some(disk) = SmallDisk::over(&keys) else {
        // Only root mounts; `keys::tests` and `keys::stock::tests` fill a disk in memory, at every write.
        return;
    };
    let order = ["generate", "full", "--scheme", "ecdsa-p256", "--threshold", "2", "--holders", "ann,ben,cas"];
    let ended = holders.together(&HOLDERS, &[&order[..], &["--wait", "20"]].concat());
    ended[1].fails(2, &["the disk is full", "hint: make room and try again"]);
    for ended in [&ended[0], &ended[2]] {
        let stored = "the new shares of full are stored here and not yet in use";
        ended.fails(3, &[stored, "hint: run `quorate key resume full`"]);
    }
    drop(disk);
    for name in HOLDERS {
        holders.look(name, &["show", "full"]).fails(2, &["there is no key full"]);
    }
    // What not all have stored is taken back, and what was there before is there still.
    let resumed = holders.succeed(&HOLDERS, &["resume", "full", "--with", "ann,ben,cas"]);
    assert_eq!(["taken-back", "nothing", "taken-back"], [0, 1, 2].map(|i| text(&resumed[i], "resumed")));
    holders.generate("full", "ecdsa-p256");
    holders.sign("deeds", &["ann", "ben"], &["--message", "m"]);
    let listed = holders.look("ben", &["list", "--json"]).json();
    assert!(
        listed["keys"].as_array().is_some_and(|keys| keys.iter().any(|key| text(key, "name") == "deeds")),
        "{listed}"
    );
}

/// A file system of a few pages, mounted over a folder.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn over(folder: &Path) -> Option<Self> {
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", "size=24k,mode=700", "tmpfs"]).arg(folder);
        let mounted = command.output().is_ok_and(|output| output.status.success());
        mounted.then(|| Self(folder.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}
