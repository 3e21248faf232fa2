//! Keys that are shared anew by themselves, because the policy of every party says so beforehand: real resident processes.

mod command;
mod fixture;
mod holders;

use std::path::Path;

use command::{Running, quorate, start};
use holders::future::write_in_the_future;
use holders::{Holders, text};
use quorate::audit::{AuditLog, Event, KeyAction, RotationStep};
use quorate::identity::Home;
use serde_json::{Value, json};

const FOUR: [&str; 4] = ["ann", "ben", "cas", "dan"];

/// Cas is replaced by dan after two seconds.
const SPARE: &str = r#"
[rotation]
at_most = 1
within = "24h"

[[rotation.rule]]
name = "dan stands in for cas"
when = "silent"
after = "2s"
holders = ["cas"]
then = "replace"
substitute = "dan"
"#;

/// Whoever is silent for six seconds holds the key no longer.
const WITHOUT: &str = r#"
[rotation]
at_most = 1
within = "24h"

[[rotation.rule]]
name = "go on without"
when = "silent"
after = "6s"
then = "without"
"#;

fn policy(holders: &Holders, rotation: &str) -> String {
    let person = |name: &str| {
        let key = Home::at(holders.company.home(name)).identity().expect("an identity").public_key();
        format!("[people.{name}]\nidentity = \"{key}\"\nroles = [\"treasury\"]\n\n")
    };
    let people: String = FOUR.map(person).concat();
    format!("format = 1\nkey = \"treasury\"\nversion = 1\n\n{people}[change]\nquorum = \"2 of treasury\"\n{rotation}")
}

fn adopt(holders: &Holders, names: &[&str], text: &str) {
    let file = holders.company.write("policy.toml", text);
    for name in names {
        quorate(&["policy", "adopt", "treasury", &file, "--home", &holders.company.home(name)]).result();
    }
}

fn serve(holders: &Holders, name: &str, options: &[&str]) -> Running {
    let (home, passphrase) = (holders.company.home(name), holders.passphrase(name));
    let place = ["serve", "--home", &home, "--passphrase-file", &passphrase, "--wait", "30"];
    let running = start(&[&place, options].concat());
    running.until("serving");
    running
}

#[track_caller]
fn end(holders: &Holders, running: Running) -> String {
    running.signal("TERM");
    let ended = holders.end(running);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(!ended.err.contains("panicked"), "{}", ended.err);
    ended.err
}

fn show(holders: &Holders, name: &str) -> Value {
    holders.look(name, &["show", "treasury", "--json"]).json()
}

/// The events of a party's log, which is whole.
#[track_caller]
fn log(holders: &Holders, name: &str) -> Vec<Event> {
    let log = AuditLog::open(&Home::at(holders.company.home(name))).expect("a log");
    log.verify().expect("it is whole");
    log.entries().expect("it is readable").map(|entry| entry.expect("an entry").event).collect()
}

/// What a party's log says of rotations: the rule and the step.
#[track_caller]
fn rotations(holders: &Holders, name: &str) -> Vec<(Option<String>, RotationStep)> {
    let events = log(holders, name).into_iter();
    let of = |event| match event {
        Event::Rotation { rule, step, .. } => Some((rule, step)),
        _ => None,
    };
    events.filter_map(of).collect()
}

#[test]
fn a_silent_holder_is_replaced_by_the_one_whom_the_rule_names() {
    let holders = Holders::of(&FOUR);
    let made = holders.generate("treasury", "ed25519");
    let address = text(&made[0], "public_key").to_owned();
    adopt(&holders, &["ann", "ben", "dan"], &policy(&holders, SPARE));
    // Cas is not there; nobody types a command.
    let dan = serve(&holders, "dan", &["--stand-by", "treasury"]);
    let ben = serve(&holders, "ben", &[]);
    let ann = serve(&holders, "ann", &[]);
    for running in [&ann, &ben, &dan] {
        running.until("rotating with treasury done");
    }
    // The processes use the new shares: dan prepares with ann at one word of hers.
    let home = holders.company.home("ann");
    let order = ["key", "presign", "treasury", "--count", "2", "--signers", "ann,dan", "--json", "--home", &home];
    assert_eq!(holders.end(start(&order)).json()["stock"], json!(2));
    for running in [ann, ben, dan] {
        end(&holders, running);
    }
    for name in ["ann", "ben", "dan"] {
        let shown = show(&holders, name);
        assert_eq!((text(&shown, "public_key"), &shown["epoch"]), (&*address, &json!(1)), "{shown}");
        let named: Vec<_> =
            shown["holders"].as_array().expect("a list").iter().map(|one| one.as_str().expect("a name")).collect();
        assert_eq!(named, ["ann", "ben", "dan"]);
        let steps = rotations(&holders, name);
        let rule = Some("dan stands in for cas".to_owned());
        assert!(steps.iter().all(|(spoken, _)| *spoken == rule), "{steps:?}");
        // Whoever else proposes it meanwhile is told that one rotation is all that the rule allows.
        let taken =
            steps.iter().map(|(_, step)| step.clone()).filter(|step| !matches!(step, RotationStep::Refused { .. }));
        let last: Vec<_> = taken.skip_while(|step| *step == RotationStep::Proposed).collect();
        assert_eq!(last, [RotationStep::Begun, RotationStep::Done]);
        let made = |event: &Event| matches!(event, Event::Key { action: KeyAction::Reshared, epoch: 1, .. });
        assert_eq!(log(&holders, name).iter().filter(|event| made(event)).count(), 1);
    }
    assert!(
        ["ann", "ben"]
            .iter()
            .any(|name| rotations(&holders, name).iter().any(|(_, step)| *step == RotationStep::Proposed)),
        "somebody has proposed it"
    );
    let shown = quorate(&["audit", "show", "--kind", "rotation", "--home", &home]).result();
    for words in ["treasury", "because cas", "rule dan stands in for cas", "begun", "done"] {
        assert!(shown.contains(words), "{words:?} is missing in:\n{shown}");
    }
    // Cas's share and a new one do not go together. Governed keys sign requests only, so they prepare.
    let prepare = ["presign", "treasury", "--count", "1", "--signers", "ann,cas", "--wait", "5"];
    holders.end(holders.start("cas", &prepare)).fails(3, &[]);
    holders.end(holders.start("ann", &prepare)).fails(2, &["cas holds no share of treasury"]);
}

#[test]
fn without_a_rule_nothing_is_rotated() {
    let holders = Holders::of(&FOUR);
    holders.generate("treasury", "ed25519");
    adopt(&holders, &["ann"], &policy(&holders, ""));
    let ben = serve(&holders, "ben", &[]);
    let ann = serve(&holders, "ann", &["--silent-after", "1"]);
    ann.until("treasury is not rotated by itself because of cas: the policy of the key has no section `[rotation]`");
    end(&holders, ann);
    let refused = "the policy of the key has no section `[rotation]`".to_owned();
    let expected = [(None, RotationStep::Proposed), (None, RotationStep::Refused { reason: refused })];
    assert_eq!(rotations(&holders, "ann"), expected);
    // Neither where there is no policy at all.
    end(&holders, ben);
    let ben = serve(&holders, "ben", &["--silent-after", "1"]);
    ben.until("the key has no policy in this home, and nothing is rotated");
    end(&holders, ben);
    assert_eq!(show(&holders, "ann")["epoch"], json!(0));
    assert!(Path::new(&holders.company.home("ann")).join("proposals").exists(), "people may still do it");
}

#[test]
fn a_party_whose_rule_differs_refuses_with_the_reason() {
    let holders = Holders::of(&FOUR);
    holders.generate("treasury", "ed25519");
    adopt(&holders, &["ann"], &policy(&holders, WITHOUT));
    adopt(&holders, &["ben"], &policy(&holders, &WITHOUT.replace("\"6s\"", "\"7s\"")));
    let ben = serve(&holders, "ben", &[]);
    let ann = serve(&holders, "ann", &[]);
    ann.until("treasury is not rotated by itself because of cas");
    let (at_ann, at_ben) = (end(&holders, ann), end(&holders, ben));
    assert!(at_ann.contains("ben") && at_ann.contains("it goes by the policy"), "{at_ann}\n{at_ben}");
    let declined = |name: &str, of: &str| {
        log(&holders, name).iter().any(|event| match event {
            Event::Declined { by, what, reason, .. } => {
                by.as_str() == of && what == "rotating" && reason.contains("it goes by the policy")
            }
            _ => false,
        })
    };
    assert!(declined("ben", "ann") || declined("ann", "ben"), "{at_ann}\n{at_ben}");
    for name in ["ann", "ben"] {
        assert_eq!(show(&holders, name)["epoch"], json!(0));
        assert!(rotations(&holders, name).iter().all(|(_, step)| *step != RotationStep::Begun));
    }
}

#[test]
fn rotations_are_counted_and_a_clock_that_was_set_back_stops_them() {
    let holders = Holders::of(&FOUR);
    let order = ["generate", "treasury", "--scheme", "ed25519", "--threshold", "2", "--holders", "ann,ben,cas,dan"];
    holders.succeed(&FOUR, &order);
    adopt(&holders, &["ann", "ben", "dan"], &policy(&holders, WITHOUT));
    let dan = serve(&holders, "dan", &[]);
    let ben = serve(&holders, "ben", &[]);
    let ann = serve(&holders, "ann", &[]);
    for running in [&ann, &ben, &dan] {
        running.until("rotating with treasury done: ann, ben, dan");
    }
    // Dan falls silent too; once a day is all.
    end(&holders, dan);
    let words = "rule go on without: 1 rotations have begun within 1d; at most 1 may";
    ann.until(&format!("treasury is not rotated by itself because of dan: {words}"));
    end(&holders, ann);
    end(&holders, ben);
    let refused = |name: &str, words: &str| {
        rotations(&holders, name).iter().any(|(rule, step)| match step {
            RotationStep::Refused { reason } => rule.is_some() && reason.contains(words),
            _ => false,
        })
    };
    assert!(refused("ann", "at most 1 may"));
    assert_eq!(show(&holders, "ann")["epoch"], json!(1));

    // As if the clock had shown a later day when the last entry was written.
    write_in_the_future(&Home::at(holders.company.home("ann")));
    let ann = serve(&holders, "ann", &[]);
    ann.until("before the last entry of the log");
    end(&holders, ann);
    assert_eq!(show(&holders, "ann")["epoch"], json!(1));
}

#[test]
fn what_is_wrong_with_a_rule_is_said() {
    let holders = Holders::of(&FOUR);
    let check = |command: &str, rotation: &str| {
        let file = holders.company.write("checked.toml", &policy(&holders, rotation));
        quorate(&["policy", command, &file])
    };
    let shown = check("check", SPARE).result();
    assert!(shown.contains("rotation   at most 1 within 1d\n"), "{shown}");
    assert!(shown.contains("when cas has not answered for 2s: new shares for the others and dan"), "{shown}");
    let replaced = |from: &str, to: &str| check("check", &SPARE.replace(from, to));
    replaced("at_most = 1", "at_most = 0").fails(2, &["rotation.at_most"]);
    replaced("after = \"2s\"\n", "").fails(2, &["dan stands in for cas", "`after`"]);
    replaced("\"dan\"", "\"zoe\"").fails(2, &["zoe is not among the people"]);
    replaced("\"dan\"", "\"cas\"").fails(2, &["cas cannot take its own place"]);
    replaced("\"replace\"", "\"without\"").fails(2, &["`substitute` is for"]);
    replaced("\"replace\"", "\"refresh\"").fails(2, &["cannot take part"]);
    replaced("\"silent\"", "\"suspicious\"").fails(2, &["`after` is for holders that are silent"]);
    replaced("then", "than").fails(2, &["than"]);
    check("check", &SPARE.replace("when = \"silent\"\nafter = \"2s\"", "when = \"suspicious\""))
        .fails(2, &["nobody loses a share by it"]);
    let twice = format!(
        "{SPARE}\n[[rotation.rule]]\nname = \"again\"\nwhen = \"silent\"\nafter = \"9m\"\nthen = \"without\"\n"
    );
    check("check", &twice).fails(2, &["again", "speaks of the same already"]);
    let remarks = check("lint", SPARE).result();
    assert!(remarks.contains("a holder whose machine starts anew is silent for longer than 2s"), "{remarks}");
    let old = holders.company.write("old.toml", &policy(&holders, ""));
    let new = holders.company.write("new.toml", &policy(&holders, SPARE));
    let lines = quorate(&["policy", "diff", &old, &new]).result();
    assert!(lines.contains("what is rotated by itself: at most 1 within 1d; before: nothing"), "{lines}");
    assert!(lines.contains("rotates by itself when cas has not answered for 2s"), "{lines}");
    let lines = quorate(&["policy", "diff", &new, &old]).result();
    assert!(lines.contains("no longer rotates by itself"), "{lines}");
}
