//! A resident process as a signer without a person: what the key's policy calls hot it signs, everything else it
//! refuses with the reason, and its log says which.

mod command;
mod fixture;
mod holders;

use command::{Ended, Running, quorate, start};
use holders::{HOLDERS, Holders, text};
use quorate::audit::{AuditLog, Event, Verdict};
use quorate::identity::Home;

/// Ann, ben and cas hold the key; dan asks. Ben's resident process runs.
struct Scene {
    holders: Holders,
    key_id: String,
    ben: Running,
}

fn serve(holders: &Holders, name: &str) -> Running {
    let (home, passphrase) = (holders.company.home(name), holders.passphrase(name));
    let running = start(&["serve", "--home", &home, "--passphrase-file", &passphrase, "--wait", "20"]);
    running.until("serving");
    running
}

impl Scene {
    fn new() -> Self {
        let holders = Holders::new();
        holders.company.add("dan");
        for name in HOLDERS {
            holders.company.trust("dan", name);
            holders.company.trust(name, "dan");
        }
        let made = holders.generate("treasury", "ed25519");
        let key_id = text(&made[0], "key_id").to_owned();
        let policy = holders.company.write("policy.toml", &policy(&holders));
        for name in HOLDERS {
            let home = holders.company.home(name);
            quorate(&["policy", "adopt", "treasury", &policy, "--home", &home]).result();
        }
        let ben = serve(&holders, "ben");
        Self { holders, key_id, ben }
    }

    /// Dan asks for a payment; gives the request's file.
    fn ask(&self, asset: &str, amount: &str) -> String {
        let file = self.holders.company.path(&format!("request-{asset}-{amount}.toml"));
        let home = self.holders.company.home("dan");
        let what = ["--key", "treasury", "--key-id", &self.key_id, "--source", "0xTreasury", "--destination", "0xB"];
        let rest = ["--asset", asset, "--amount", amount, "--out", &file, "--home", &home];
        quorate(&[&["request", "new", "transfer"][..], &what, &rest].concat()).result();
        file
    }

    /// Ann signs with ben, at whose home nobody is.
    fn sign(&self, file: &str) -> Ended {
        let (home, passphrase) = (self.holders.company.home("ann"), self.holders.passphrase("ann"));
        let order = ["request", "sign", file, "--signers", "ann,ben", "--json", "--wait", "20"];
        let place = ["--home", &home, "--passphrase-file", &passphrase];
        self.holders.end(start(&[&order[..], &place].concat()))
    }

    /// The events of ben's log.
    fn log(&self) -> Vec<Event> {
        let log = AuditLog::open(&Home::at(self.holders.company.home("ben"))).expect("a log");
        log.verify().expect("it is whole");
        log.entries().expect("it is readable").map(|entry| entry.expect("an entry").event).collect()
    }

    /// Ben's log ends with a refusal for this reason.
    #[track_caller]
    fn has_refused(&self, words: &str) {
        let mut decisions = self.log().into_iter().filter_map(|event| match event {
            Event::Decision { verdict, .. } => Some(verdict),
            _ => None,
        });
        match decisions.next_back() {
            Some(Verdict::Refused { reason }) if reason.contains(words) => {}
            other => panic!("{other:?} instead of a refusal with {words:?}"),
        }
    }
}

fn policy(holders: &Holders) -> String {
    let person = |name: &str, roles: &str| {
        let key = Home::at(holders.company.home(name)).identity().expect("an identity").public_key();
        format!("[people.{name}]\nidentity = \"{key}\"\nroles = [\"{roles}\"]\n\n")
    };
    let people: String = HOLDERS.map(|name| person(name, "treasury")).concat();
    let people = people + &person("dan", "clerk");
    format!(
        r#"format = 1
key = "treasury"
version = 1
initiators = ["clerk"]

{people}[change]
quorum = "2 of treasury"

[[rule]]
name = "coffee"
then = "allow"
tier = "hot"
[rule.when]
kinds = ["transfer"]
assets = ["USD"]
up_to = "100"
[[rule.limit]]
window = "24h"
sum = "150"

[[rule]]
name = "payments"
then = "allow"
tier = "cold"
[rule.when]
kinds = ["transfer"]
assets = ["EUR"]
up_to = "10000"
"#
    )
}

#[test]
fn what_the_policy_calls_hot_is_signed_without_a_person() {
    let scene = Scene::new();
    let coffee = scene.ask("USD", "5");
    let signed = scene.sign(&coffee).json();
    assert_eq!(signed["signers"], serde_json::json!(["ann", "ben"]));
    let log = scene.log();
    let place = |is: &dyn Fn(&Event) -> bool| log.iter().position(is);
    let allowed = place(&|event| matches!(event, Event::Decision { verdict: Verdict::Allowed, .. }));
    let spent = place(&|event| matches!(event, Event::Spend { amount, .. } if amount == "5"));
    let made = place(&|event| matches!(event, Event::Signed { .. }));
    assert!(allowed.is_some() && allowed < spent && spent < made, "{allowed:?} {spent:?} {made:?}");

    // Once is all.
    scene.sign(&coffee).fails(4, &["the request was signed before"]);

    // Above the limit, and above the sum of a day: each signer counts for itself, over its own log.
    scene.sign(&scene.ask("USD", "101")).fails(4, &["no rule of the policy allows it"]);
    scene.has_refused("no rule of the policy allows it");
    scene.sign(&scene.ask("USD", "99")).json();
    scene.sign(&scene.ask("USD", "98")).fails(4, &["coffee"]);
    scene.has_refused("coffee");

    // What is cold needs a person at every signer: ann is one, and nobody is at ben's.
    let payment = scene.ask("EUR", "1000");
    scene.sign(&payment).fails(4, &["ben does not take part", "cold"]);
    scene.has_refused("cold");

    // With a person at ben's, who hands the request to the process, it is signed.
    let home = scene.holders.company.home("ben");
    let order = ["request", "sign", &payment, "--signers", "ann,ben", "--json", "--home", &home];
    let at_ben = start(&order);
    scene.ben.until("(asked by its own user)");
    let at_ann = scene.sign(&payment).json();
    let at_ben = scene.holders.end(at_ben).json();
    assert_eq!((&at_ann["signature"], &at_ann["request"]), (&at_ben["signature"], &at_ben["request"]));

    // The old road is closed, also over the socket.
    let raw = start(&["key", "sign", "treasury", "--message", "m", "--signers", "ann,ben", "--home", &home]);
    scene.holders.end(raw).fails(4, &["has a policy, and signs requests only"]);

    scene.ben.signal("TERM");
    let ended = scene.holders.end(scene.ben);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.err.contains("the policy refused what ann asked of treasury"), "{}", ended.err);
}

#[test]
fn two_resident_processes_sign_what_is_hot_at_one_command() {
    let scene = Scene::new();
    let ann = serve(&scene.holders, "ann");
    let coffee = scene.ask("USD", "7");
    // Handed over at ann's: no passphrase is asked for.
    let home = scene.holders.company.home("ann");
    let signed = start(&["request", "sign", &coffee, "--signers", "ann,ben", "--json", "--home", &home]);
    assert!(scene.holders.end(signed).json()["signature"].is_string());
    for running in [ann, scene.ben] {
        running.signal("TERM");
        let ended = scene.holders.end(running);
        assert_eq!(ended.code, Some(0), "{}", ended.err);
        assert!(ended.err.contains("signing with treasury done: ann, ben"), "{}", ended.err);
    }
}
