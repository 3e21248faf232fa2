//! Resident processes: as witnesses, as signers of what their users ask for, with a stock that is filled meanwhile.

mod command;
mod fixture;
mod holders;

use command::{Running, start};
use holders::{HOLDERS, Holders, copy, text};
use serde_json::{Value, json};

const PAIR: [&str; 2] = ["ann", "ben"];

/// Starts a party's resident process and waits until it serves.
fn serve(holders: &Holders, name: &str, options: &[&str]) -> Running {
    let (home, passphrase) = (holders.company.home(name), holders.passphrase(name));
    let place = ["serve", "--home", &home, "--passphrase-file", &passphrase];
    let running = start(&[&place, options].concat());
    running.until("serving");
    running
}

/// Ends a resident process as a service manager does; it ends in order.
#[track_caller]
fn end(holders: &Holders, running: Running) -> String {
    running.signal("TERM");
    let ended = holders.end(running);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(
        ended.err.trim_end_matches(['\n', '"', '}']).ends_with("ended") && !ended.err.contains("panicked"),
        "{}",
        ended.err
    );
    ended.err
}

fn stock(holders: &Holders, name: &str) -> u64 {
    holders.look(name, &["show", "treasury", "--json"]).json()["stock"].as_u64().expect("a number")
}

#[test]
fn a_resident_process_takes_part_in_what_commands_elsewhere_start() {
    let holders = Holders::new();
    holders.generate("treasury", "ecdsa-secp256k1");
    let ben = serve(&holders, "ben", &[]);
    // It prepares whenever a holder asks for that.
    let prepared = holders.succeed(&["ann"], &["presign", "treasury", "--count", "3", "--signers", "ann,ben"]);
    assert_eq!(prepared[0]["stock"], json!(3));
    // It signs what its own user asks for too, and hands the user the result: here, without a passphrase.
    let ask = ["sign", "treasury", "--signers", "ann,ben", "--message", "pay the rent", "--json"];
    let home = holders.company.home("ben");
    let at_ann = holders.start("ann", &ask);
    let at_ben = start(&[&["key"][..], &ask, &["--home", &home]].concat());
    let signed: Vec<Value> = [at_ann, at_ben].into_iter().map(|running| holders.end(running).json()).collect();
    for one in &signed {
        assert_eq!((&one["prepared"], &one["stock"], &one["signers"]), (&json!(true), &json!(2), &json!(PAIR)));
        assert_eq!((&one["key"], &one["signature"]), (&json!("treasury"), &signed[0]["signature"]));
        assert!(one["run"]["session"].is_string());
    }
    // The page for people comes over the same way.
    let ask = ["sign", "treasury", "--signers", "ann,ben", "--message", "pay the rent", "--fresh"];
    let (at_ann, at_ben) = (holders.start("ann", &ask), start(&[&["key"][..], &ask, &["--home", &home]].concat()));
    let pages = [at_ann, at_ben].map(|running| holders.end(running).result());
    assert!(pages.iter().all(|page| page.contains("nothing prepared was used")), "{pages:?}");
    let said = end(&holders, ben);
    assert!(said.contains("preparing with treasury done: ann, ben"), "{said}");
    assert!(said.contains("signing with treasury done: ann, ben"), "{said}");
    // It ended in order: nothing is burned.
    assert_eq!((stock(&holders, "ann"), stock(&holders, "ben")), (2, 2));
    let again = serve(&holders, "ben", &[]);
    assert!(!again.said().contains("burned"), "{}", again.said());
    assert_eq!(end(&holders, again).matches("burned").count(), 0);
}

#[test]
fn without_a_policy_it_never_signs_by_itself() {
    let holders = Holders::new();
    holders.generate("treasury", "ed25519");
    let ben = serve(&holders, "ben", &[]);
    let ask = ["sign", "treasury", "--signers", "ann,ben", "--message", "pay eve", "--wait", "2"];
    holders.end(holders.start("ann", &ask)).fails(3, &["ben", "signs only what its own user asks for too"]);
    // Neither does it sign another message than the one that its user asks for.
    let other = ["key", "sign", "treasury", "--signers", "ann,ben", "--message", "pay the rent", "--wait", "3"];
    let at_ben = start(&[&other[..], &["--home", &holders.company.home("ben")]].concat());
    let at_ann = holders.start("ann", &ask);
    holders.end(at_ben).fails(3, &[]);
    holders.end(at_ann).fails(3, &[]);
    end(&holders, ben);
}

#[test]
fn other_commands_of_its_home_say_that_it_runs() {
    let holders = Holders::new();
    holders.generate("treasury", "bip340");
    let ben = serve(&holders, "ben", &[]);
    let new = ["generate", "another", "--scheme", "bip340", "--threshold", "2", "--holders", "ann,ben", "--wait", "1"];
    holders.end(holders.start("ben", &new)).fails(2, &["the resident process of this home", "end it first"]);
    let (home, passphrase) = (holders.company.home("ben"), holders.passphrase("ben"));
    let second = start(&["serve", "--home", &home, "--passphrase-file", &passphrase]);
    holders.end(second).fails(2, &["cannot listen at", "another program listens there"]);
    let unknown = ["key", "sign", "other", "--message", "x", "--home", &home];
    holders.end(start(&unknown)).fails(2, &["other"]);
    // What needs no lock still works.
    assert!(holders.look("ben", &["show", "treasury"]).result().contains("signers_needed     2"));
    end(&holders, ben);
}

/// Sets ann and ben back to a moment at which they had what they have used since, with nobody but cas to know it.
#[test]
fn a_home_that_was_set_back_with_its_partner_is_caught_by_the_third_holder() {
    let holders = Holders::new();
    holders.generate("treasury", "ed25519");
    holders.presign("treasury", &PAIR, 3);
    let before = PAIR.map(|name| holders.copy(name, &format!("{name}-before")));
    let set_back = || PAIR.iter().zip(&before).for_each(|(name, copied)| copy(copied, &holders.company.home(name)));

    // With cas's resident process as a witness.
    let cas = serve(&holders, "cas", &[]);
    let signed = holders.sign("treasury", &PAIR, &["--message", "pay the rent"]);
    assert_eq!((&signed[0]["prepared"], &signed[0]["stock"]), (&json!(true), &json!(2)));
    set_back();
    let said = holders.said().len();
    let signed = holders.sign("treasury", &PAIR, &["--message", "pay eve"]);
    // Of the three items the first one was used: it is burned at both, and the second one is used.
    assert_eq!((&signed[0]["prepared"], &signed[0]["stock"]), (&json!(true), &json!(1)));
    let words = "cas has seen later uses: 1 items burned";
    assert_eq!(holders.said()[said..].matches(words).count(), 2, "{}", &holders.said()[said..]);
    end(&holders, cas);

    // What cas remembers survives its process.
    let cas = serve(&holders, "cas", &[]);
    set_back();
    let signed = holders.sign("treasury", &PAIR, &["--message", "pay mallory"]);
    assert_eq!((&signed[0]["prepared"], &signed[0]["stock"]), (&json!(true), &json!(0)));
    // A resident process asks when it starts.
    set_back();
    let ann = serve(&holders, "ann", &[]);
    assert!(ann.said().contains("cas has seen later uses: 3 items burned"), "{}", ann.said());
    end(&holders, ann);
    end(&holders, cas);
}

#[test]
fn a_home_that_demands_all_witnesses_burns_its_stock_without_them() {
    let holders = Holders::new();
    holders.generate("treasury", "ed25519");
    holders.presign("treasury", &PAIR, 2);
    let ask = |witnesses: &str| {
        let ask = ["sign", "treasury", "--signers", "ann,ben", "--message", "pay the rent", "--witnesses", witnesses];
        holders.succeed(&PAIR, &ask)
    };
    assert_eq!(ask("signers")[0]["stock"], json!(1));
    let cas = serve(&holders, "cas", &[]);
    assert_eq!((&ask("all")[0]["prepared"], stock(&holders, "ann")), (&json!(true), 0));
    end(&holders, cas);
    holders.presign("treasury", &PAIR, 2);
    let signed = ask("all");
    assert_eq!((&signed[0]["prepared"], &signed[0]["stock"]), (&json!(false), &json!(0)));
    assert!(holders.said().contains("cas did not say what they have seen: 2 items burned"));
    let wrong = ["sign", "treasury", "--message", "x", "--witnesses", "some"];
    holders.end(holders.start("ann", &wrong)).fails(2, &["reachable, all or signers"]);
}

/// Hands orders for the same messages to two resident processes, and waits for all signatures.
fn sign_at_once(holders: &Holders, pairs: &[[&str; 2]], tag: &str) -> Vec<[Value; 2]> {
    let ask = |name: &str, pair: &[&str; 2], message: &str| {
        let home = holders.company.home(name);
        let order = ["key", "sign", "treasury", "--signers", &pair.join(","), "--message", message, "--json"];
        start(&[&order[..], &["--home", &home]].concat())
    };
    let running: Vec<_> =
        (0..).zip(pairs).map(|(number, pair)| pair.map(|name| ask(name, pair, &format!("{tag} {number}")))).collect();
    running.into_iter().map(|both| both.map(|running| holders.end(running).json())).collect()
}

#[test]
fn signatures_during_a_refill_all_succeed() {
    let holders = Holders::new();
    holders.generate("treasury", "ecdsa-secp256k1");
    let ben = serve(&holders, "ben", &["--stock", "treasury=60:ann,ben"]);
    assert!(ben.said().contains("ann calls for batches of treasury"), "{}", ben.said());
    let ann = serve(&holders, "ann", &["--stock", "treasury=60:ann,ben", "--json"]);
    // The first batch is there, and the others are being made.
    ann.until("\"event\":\"stock\"");
    let signed = sign_at_once(&holders, &[PAIR; 12], "during a refill");
    for [one, other] in &signed {
        assert_eq!(text(one, "signature"), text(other, "signature"));
    }
    assert!(signed.iter().any(|[one, _]| one["prepared"] == json!(true)), "what is prepared is used meanwhile");
    ann.until("\"items\":60}");
    for running in [ann, ben] {
        let said = end(&holders, running);
        assert!(!said.contains("failed"), "{said}");
    }
    assert_eq!((stock(&holders, "ann"), stock(&holders, "ben")), (60, 60));
}

#[test]
fn fifty_sessions_at_once_among_three_resident_processes() {
    let holders = Holders::new();
    holders.generate("treasury", "ed25519");
    let options = |name| if name == "ben" { &[][..] } else { &["--stock", "treasury=20:ann,cas"] };
    let running = HOLDERS.map(|name| serve(&holders, name, options(name)));
    running[0].until("20 signatures of treasury are prepared for ann, cas");
    let pairs: Vec<[&str; 2]> = (0..50).map(|number| holders::PAIRS[number % 3]).collect();
    let signed = sign_at_once(&holders, &pairs, "at once");
    let mut signatures: Vec<&str> = signed.iter().map(|[one, _]| text(one, "signature")).collect();
    assert!(signed.iter().all(|[one, other]| text(one, "signature") == text(other, "signature")));
    signatures.sort_unstable();
    signatures.dedup();
    assert_eq!(signatures.len(), 50);
    for running in running {
        let said = end(&holders, running);
        assert!(!said.contains("failed"), "{said}");
    }
}

#[test]
fn a_process_that_is_told_to_end_gives_up_a_session_that_waits_for_somebody() {
    let holders = Holders::new();
    holders.generate("treasury", "ed25519");
    let ann = serve(&holders, "ann", &[]);
    let home = holders.company.home("ann");
    let ask = ["key", "sign", "treasury", "--signers", "ann,ben", "--message", "pay the rent", "--home", &home];
    let asking = start(&[&ask[..], &["--wait", "100"]].concat());
    ann.until("signing with treasury: ann, ben");
    let said = end(&holders, ann);
    assert!(said.contains("ending after 1 sessions") && said.contains("are given up"), "{said}");
    holders.end(asking).fails(3, &["was told to end"]);
}

#[test]
fn a_holder_that_falls_silent_raises_a_proposal() {
    let holders = Holders::new();
    holders.generate("treasury", "ed25519");
    let cas = serve(&holders, "cas", &[]);
    let ben = serve(&holders, "ben", &[]);
    let ann = serve(&holders, "ann", &["--silent-after", "3", "--json"]);
    cas.signal("STOP");
    ann.until("\"event\":\"proposal\"");
    let folder = std::path::Path::new(&holders.company.home("ann")).join("proposals");
    let files: Vec<_> = std::fs::read_dir(&folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let proposal = std::fs::read_to_string(&files[0]).expect("a file");
    for words in ["key = \"treasury\"", "holder = \"cas\"", "has not answered for 3 s", "remaining = [", "\"ben\""] {
        assert!(proposal.contains(words), "{words:?} is missing in:\n{proposal}");
    }
    cas.signal("CONT");
    ann.until("\"event\":\"answers\"");
    let said = end(&holders, ann);
    assert!(!said.contains("\"holder\":\"ben\""), "{said}");
    end(&holders, ben);
    end(&holders, cas);
}

#[test]
fn what_is_wrong_on_the_command_line_is_said_before_anything_is_opened() {
    let holders = Holders::new();
    let (home, passphrase) = (holders.company.home("ann"), holders.passphrase("ann"));
    let fails = |options: &[&str], words: &[&str]| {
        let place = ["serve", "--home", &home, "--passphrase-file", &passphrase];
        holders.end(start(&[&place, options].concat())).fails(2, words);
    };
    fails(&[], &["there is no key", "key generate"]);
    holders.generate("treasury", "ed25519");
    fails(&["--key", "other"], &["other"]);
    fails(&["--stock", "treasury"], &["NAME=N"]);
    fails(&["--stock", "treasury=0"], &["expected 1 to 8192"]);
    fails(&["--stock", "treasury=5:ann,dan"], &["dan holds no share"]);
    fails(&["--stock", "other=5"], &["does not use a key other"]);
    fails(&["--silent-after", "0"], &["--silent-after"]);
    fails(&["--witnesses", "nobody"], &["reachable, all or signers"]);
    let wrong = holders.secret_file("wrong.pass", "not this one\n");
    holders.end(start(&["serve", "--home", &home, "--passphrase-file", &wrong])).fails(2, &["passphrase"]);
}
