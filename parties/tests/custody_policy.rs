//! Requests, approvals and policies with real processes, and what happens when somebody cheats: every honest signer
//! refuses, says why, and keeps a record.

mod command;
mod fixture;
mod holders;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use command::{Ended, Running, quorate, start};
use holders::{HOLDERS, Holders, text};
use quorate::approval::{Statement, Verdict};
use quorate::audit::{AuditLog, Entry, Event, Verdict as Logged};
use quorate::identity::{Hex, Home};
use quorate::policy::Policy;
use quorate::request::{Bundle, Moment, Span};
use serde_json::Value;

/// Ann, ben and cas hold the key and are its treasury; eva is compliance; dan asks.
struct Custody {
    holders: Holders,
    key_id: String,
}

impl Custody {
    fn new() -> Self {
        let holders = Holders::new();
        let company = &holders.company;
        let everybody = ["ann", "ben", "cas", "dan", "eva"];
        ["dan", "eva"].iter().for_each(|name| company.add(name));
        for name in everybody {
            for other in everybody.iter().filter(|other| **other != name) {
                if !(HOLDERS.contains(&name) && HOLDERS.contains(other)) {
                    company.trust(name, other);
                }
            }
        }
        let made = holders.generate("treasury", "ed25519");
        let custody = Self { key_id: text(&made[0], "key_id").to_owned(), holders };
        custody.write("policy.toml", &custody.policy());
        for score in [10, 95] {
            custody.write(&format!("risk-{score}.json"), &format!("{{\"score\": {score}}}"));
        }
        for name in HOLDERS {
            let shown = custody.at(name, &["policy", "adopt", "treasury", &custody.path("policy.toml"), "--json"]);
            assert_eq!(shown.json()["version"], 1);
        }
        custody
    }

    fn policy(&self) -> String {
        let person = |name: &str, roles: &str| {
            let key = Home::at(self.holders.company.home(name)).identity().expect("an identity").public_key();
            format!("[people.{name}]\nidentity = \"{key}\"\nroles = [\"{roles}\"]\n\n")
        };
        let people = person("ann", "treasury") + &person("ben", "treasury") + &person("cas", "treasury");
        let people = people + &person("dan", "clerk") + &person("eva", "compliance");
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
name = "coins"
then = "allow"
tier = "hot"
[rule.when]
kinds = ["transfer"]
assets = ["CHF"]
up_to = "100"

[[rule]]
name = "payments"
then = "allow"
quorum = "1 of treasury and 1 of compliance"
[rule.when]
kinds = ["transfer"]
assets = ["EUR"]
up_to = "10000"

[[rule]]
name = "nobody pays mallory"
then = "refuse"
[rule.when]
destinations = ["0xMallory"]

[[rule]]
name = "a high risk"
then = "refuse"
[rule.when]
assets = ["EUR"]
risk_at_least = 90
"#
        )
    }

    fn path(&self, name: &str) -> String {
        self.holders.company.path(name)
    }

    fn write(&self, name: &str, content: &str) -> String {
        self.holders.company.write(name, content)
    }

    fn home(&self, name: &str) -> Home {
        Home::at(self.holders.company.home(name))
    }

    /// Runs a command at a party.
    #[track_caller]
    fn at(&self, name: &str, arguments: &[&str]) -> Ended {
        quorate(&[arguments, &["--home", &self.holders.company.home(name)]].concat())
    }

    /// Dan asks for a payment; gives the request's file and id.
    #[track_caller]
    fn ask(&self, destination: &str, asset: &str, amount: &str) -> (String, String) {
        let file = self.path(&format!("request-{amount}-{asset}-{destination}-{}.toml", Moment::now().seconds()));
        let made = self.at(
            "dan",
            &[
                "request",
                "new",
                "transfer",
                "--key",
                "treasury",
                "--key-id",
                &self.key_id,
                "--source",
                "0xTreasury",
                "--destination",
                destination,
                "--asset",
                asset,
                "--amount",
                amount,
                "--out",
                &file,
                "--json",
            ],
        );
        let id = text(&made.json(), "id").to_owned();
        (file, id)
    }

    #[track_caller]
    fn approve(&self, name: &str, file: &str, more: &[&str]) {
        let policy = self.path("policy.toml");
        self.at(name, &[&["request", "approve", file, "--out", file, "--policy", &policy], more].concat()).result();
    }

    /// Starts signing at a party.
    fn sign(&self, name: &str, request: &str, more: &[&str]) -> Running {
        let place = ["--home", &self.holders.company.home(name), "--passphrase-file", &self.holders.passphrase(name)];
        start(
            &[&["request", "sign", request, "--json", "--wait", "20", "--risk", &self.risk(10)], more, &place].concat(),
        )
    }

    fn risk(&self, score: u8) -> String {
        self.path(&format!("risk-{score}.json"))
    }

    /// Ann and ben sign; gives how it ended for each.
    #[track_caller]
    fn both_sign(&self, request: &str) -> [Ended; 2] {
        let running = ["ann", "ben"].map(|name| self.sign(name, request, &[]));
        running.map(|running| self.holders.end(running))
    }

    /// Ann and ben sign, and make one signature.
    #[track_caller]
    fn succeeds(&self, request: &str) {
        let [ann, ben] = self.both_sign(request).map(Ended::json);
        assert_eq!(text(&ann, "signature"), text(&ben, "signature"));
    }

    /// Ann and ben refuse, for the same reason, and both have recorded it.
    #[track_caller]
    fn both_refuse(&self, request: &str, id: &str, words: &[&str]) {
        let [ann, ben] = self.both_sign(request);
        for (name, ended) in [("ann", ann), ("ben", ben)] {
            ended.fails(4, words);
            self.recorded(name, id, words[words.len() - 1]);
        }
    }

    /// The log of a party says that a request was refused, and that nothing was spent for it.
    #[track_caller]
    fn recorded(&self, name: &str, id: &str, words: &str) {
        let id: Hex<32> = id.parse().expect("an id");
        let entries = self.entries(name);
        let refused = entries.iter().any(|entry| match &entry.event {
            Event::Decision { request, verdict: Logged::Refused { reason }, .. } => {
                *request == id && reason.contains(words)
            }
            _ => false,
        });
        assert!(refused, "{name} has not recorded that {words:?}");
        assert!(!entries.iter().any(|entry| matches!(entry.event, Event::Signed { request, .. } if request == id)));
    }

    fn entries(&self, name: &str) -> Vec<Entry> {
        let log = AuditLog::open(&self.home(name)).expect("a log");
        log.verify().expect("it is whole");
        log.entries().expect("it is readable").map(|entry| entry.expect("an entry")).collect()
    }
}

/// One company for all tests. Parties have one address each, so tests take turns.
fn custody() -> MutexGuard<'static, Custody> {
    static SHARED: OnceLock<Mutex<Custody>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| Mutex::new(Custody::new()));
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[track_caller]
fn edit(path: &str, from: &str, to: &str) {
    let content = std::fs::read_to_string(path).expect("a text");
    assert!(content.contains(from), "{from:?} is not in {path}");
    std::fs::write(path, content.replace(from, to)).expect("a file");
}

#[test]
fn two_departments_approve_and_two_holders_sign() {
    let custody = custody();
    let (file, id) = custody.ask("0xB", "EUR", "5000");
    custody.both_refuse(&file, &id, &["missing: payments: approval by 1 more of treasury (ann, ben, cas)"]);
    // Nobody is online but the one who approves; cas and eva never meet.
    custody.approve("cas", &file, &[]);
    custody.at("ann", &["request", "import", &file]).result();
    custody.approve("eva", &file, &[]);
    custody.at("ben", &["request", "import", &file]).result();
    let shown = custody.at("ben", &["request", "show", &id[..8], "--risk", &custody.risk(10), "--json"]).json();
    assert_eq!(shown["decision"]["verdict"], "allowed", "{shown}");
    assert_eq!(shown["decision"]["approvals"], serde_json::json!(["cas", "eva"]));
    let message = custody.write("message", text(&shown, "text"));
    assert!(text(&shown, "text").contains("\namount: 5000\n"));
    // Ann has not heard of eva's approval yet: ben brings it.
    let signed = custody.both_sign(&id[..16]).map(Ended::json);
    for one in &signed {
        assert_eq!((text(one, "request"), text(one, "key")), (id.as_str(), "treasury"));
        assert_eq!(one["signature"], signed[0]["signature"]);
        assert_eq!(text(one, "message_hex"), hex::encode(text(&shown, "text")));
    }
    let signature = text(&signed[0], "signature");
    custody.at("cas", &["key", "verify", "treasury", "--message-file", &message, "--signature", signature]).result();
    is_on_record(&custody, &id);
    // Once is all: a request is signed once, whoever is asked again.
    let [ann, ben] = custody.both_sign(&id[..16]);
    [ann, ben].iter().for_each(|ended| ended.fails(4, &["(replay): the request was signed before"]));
    let listed = custody.at("ann", &["request", "list", "--json"]).json();
    let status = |value: &Value| value["id"] == id.as_str() && value["status"] == "signed";
    assert!(listed["requests"].as_array().expect("a list").iter().any(status), "{listed}");
    // The old road is closed.
    let raw = ["sign", "treasury", "--message", "m", "--wait", "1"];
    let refused = custody.holders.end(custody.holders.start("ann", &raw));
    refused.fails(4, &["the key treasury has a policy, and signs requests only", "quorate request new"]);
}

/// Which rule, whose approvals, how much: in the log before the signature, and in the receipt.
fn is_on_record(custody: &Custody, id: &str) {
    let id: Hex<32> = id.parse().expect("an id");
    for name in ["ann", "ben"] {
        let entries = custody.entries(name);
        let place = |is: &dyn Fn(&Event) -> bool| entries.iter().position(|entry| is(&entry.event));
        let allowed = place(&|event| match event {
            Event::Decision { request, rule, approvals, verdict: Logged::Allowed, version: 1, .. } => {
                *request == id && rule == "payments" && approvals.len() == 2
            }
            _ => false,
        });
        let spent =
            place(&|event| matches!(event, Event::Spend { request, amount, .. } if *request == id && amount == "5000"));
        let signed = place(&|event| matches!(event, Event::Signed { request, .. } if *request == id));
        assert!(allowed.is_some() && allowed < spent && spent < signed, "{name}: {allowed:?} {spent:?} {signed:?}");
        let receipts = custody.holders.receipts(name);
        let named = receipts.iter().find(|receipt| receipt.receipt.records.find("request") == Some(&id.to_string()));
        let policy = named.expect("a receipt of this request").receipt.records.find("policy").expect("the policy");
        assert!(policy.starts_with("version 1 "), "{policy}");
    }
}

#[test]
fn an_amount_that_grows_after_the_approval() {
    let custody = custody();
    let (file, _) = custody.ask("0xB", "EUR", "700");
    custody.approve("cas", &file, &[]);
    custody.approve("eva", &file, &[]);
    edit(&file, "amount: 700", "amount: 9700");
    let id = Bundle::parse(&std::fs::read(&file).expect("a file")).expect("a bundle").id().to_string();
    custody.both_refuse(&file, &id, &["dan has not signed the request"]);
    // Dan itself asks for more, under the approvals of the smaller request.
    let (more, id) = custody.ask("0xB", "EUR", "9700");
    let approved = std::fs::read_to_string(&file).expect("a file");
    let statements = approved.split_once("[[statement]]").expect("approvals").1;
    let whole = std::fs::read_to_string(&more).expect("a file") + "\n[[statement]]" + statements;
    std::fs::write(&more, whole).expect("a file");
    custody.both_refuse(&more, &id, &["does not count: the signature is not of this request"]);
}

#[test]
fn forged_approvals() {
    let custody = custody();
    let (file, id) = custody.ask("0xB", "EUR", "800");
    custody.approve("cas", &file, &[]);
    // Dan writes what eva might have said, with its own key, and with eva's name and key.
    let dan = custody.home("dan").identity().expect("an identity");
    let eva = custody.home("eva").identity().expect("an identity").card().clone();
    let policy = Policy::read(Path::new(&custody.path("policy.toml"))).expect("a policy").digest();
    let mut bundle = Bundle::parse(&std::fs::read(&file).expect("a file")).expect("a bundle");
    let now = Moment::now();
    let mut forged =
        Statement::sign(&dan, bundle.id(), Verdict::Approve, policy, now, now.after(Span::of_seconds(3_600)));
    forged.by = eva.name().clone();
    let own_key = forged.clone();
    forged.identity = eva.public_key();
    bundle.add([own_key, forged], []).expect("few");
    std::fs::write(&file, bundle.to_text()).expect("a file");
    custody.both_refuse(&file, &id, &["1 more of compliance (eva)", "the approve of eva does not count"]);
    // And eva's own approval is still good.
    custody.approve("eva", &file, &[]);
    custody.succeeds(&file);
}

#[test]
fn who_asks_and_who_has_no_role_approve_nothing() {
    let custody = custody();
    let (file, id) = custody.ask("0xB", "EUR", "900");
    let policy = custody.path("policy.toml");
    let approve = ["request", "approve", &file, "--policy", &policy];
    custody.at("dan", &approve).fails(4, &["to approve this would not count: who asks never approves"]);
    // Ann asks: that is not its role.
    let other = custody.path("ann.toml");
    let order = [
        "request",
        "new",
        "transfer",
        "--key",
        "treasury",
        "--destination",
        "0xB",
        "--asset",
        "EUR",
        "--amount",
        "1",
        "--source",
        "0xTreasury",
        "--out",
        &other,
        "--json",
    ];
    let ann = text(&custody.at("ann", &order).json(), "id").to_owned();
    custody.both_refuse(&other, &ann, &["ann may not ask: that needs the role clerk"]);
    assert_ne!(ann, id);
}

#[test]
fn limits_lists_and_velocity() {
    let custody = custody();
    let (over, id) = custody.ask("0xB", "EUR", "10000.01");
    custody.both_refuse(&over, &id, &["no rule of the policy allows it"]);
    let (listed, id) = custody.ask("0xMALLORY", "USD", "1");
    custody.both_refuse(&listed, &id, &["nobody pays mallory: the rule refuses it"]);
    let before = custody.holders.copy("ann", "ann-before");
    let (first, _) = custody.ask("0xCoffee", "USD", "100");
    custody.succeeds(&first);
    let (second, id) = custody.ask("0xCoffee", "USD", "51");
    custody.both_refuse(&second, &id, &["coffee: 100 was spent within 1d; with 51 it is above 150"]);
    let (third, _) = custody.ask("0xCoffee", "USD", "50");
    custody.succeeds(&third);
    let (fourth, id) = custody.ask("0xCoffee", "USD", "1");
    custody.both_refuse(&fourth, &id, &["coffee: 150 was spent within 1d"]);
    // Ann's home is set back to before anything was spent: its partner's counter stands.
    let place = ["--home", &before, "--passphrase-file", &custody.holders.passphrase("ann")];
    let ann = start(&[&["request", "sign", &fourth, "--wait", "20"], &place[..]].concat());
    let ben = custody.holders.end(custody.sign("ben", &fourth, &[]));
    assert!([Some(3), Some(4)].contains(&ben.code), "{ben:?}");
    custody.holders.end(ann).fails(3, &["ben", "error:"]);
}

#[test]
fn an_approval_that_has_expired_and_one_that_was_taken_back() {
    let custody = custody();
    let (file, id) = custody.ask("0xB", "EUR", "1100");
    custody.approve("cas", &file, &[]);
    custody.approve("eva", &file, &["--expires-in", "1s"]);
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    custody.both_refuse(&file, &id, &["the approve of eva does not count: it has expired at"]);
    custody.approve("eva", &file, &[]);
    // Ben alone hears of the revocation; ann has a file in which everything is in order.
    let revoked = custody.path("revoked.toml");
    custody
        .at("eva", &["request", "revoke", &file, "--out", &revoked, "--policy", &custody.path("policy.toml")])
        .result();
    let ann = custody.sign("ann", &file, &[]);
    let ben = custody.sign("ben", &revoked, &[]);
    for (name, running) in [("ann", ann), ("ben", ben)] {
        custody.holders.end(running).fails(4, &["the approve of eva does not count: it was taken back"]);
        custody.recorded(name, &id, "it was taken back");
    }
    // From now on ann knows.
    let shown = custody.at("ann", &["request", "show", &id[..8], "--risk", &custody.risk(10), "--json"]).json();
    assert_eq!(shown["decision"]["verdict"], "wanting", "{shown}");
    assert!(shown["statements"].as_array().expect("a list").iter().any(|one| one["why"] == "it was taken back"));
}

#[test]
fn different_requests_for_different_signers() {
    let custody = custody();
    let (small, one) = custody.ask("0xB", "CHF", "2");
    let (large, other) = custody.ask("0xB", "CHF", "3");
    let (ann, ben) = (custody.sign("ann", &small, &[]), custody.sign("ben", &large, &[]));
    custody.holders.end(ann).fails(3, &["the parties do not agree: record request is", &one, &other, "hint:"]);
    custody.holders.end(ben).fails(3, &["the parties do not agree: record request is", &one, &other, "hint:"]);
    // Nothing was spent by it.
    custody.succeeds(&small);
}

#[test]
fn one_signer_refuses_and_the_others_hear_why() {
    let custody = custody();
    let (file, id) = custody.ask("0xB", "EUR", "1200");
    custody.approve("cas", &file, &[]);
    custody.approve("eva", &file, &[]);
    let ann = custody.sign("ann", &file, &[]);
    let place =
        ["--home", &custody.holders.company.home("ben"), "--passphrase-file", &custody.holders.passphrase("ben")];
    // Ben's own screening says otherwise than ann's.
    let risk = custody.risk(95);
    let ben = start(&[&["request", "sign", &file, "--json", "--wait", "20", "--risk", &risk], &place[..]].concat());
    custody.holders.end(ben).fails(4, &["a high risk: the rule refuses it"]);
    custody.holders.end(ann).fails(3, &["ben refuses by its own policy: a high risk: the rule refuses it"]);
    custody.recorded("ann", &id, "ben refuses: a high risk");
    custody.recorded("ben", &id, "a high risk");
    custody.succeeds(&file);
    // Without any screening the risk counts as the highest.
    let (file, _) = custody.ask("0xB", "EUR", "1300");
    let alone = start(&[&["request", "sign", &file, "--json", "--wait", "0.3"], &place[..]].concat());
    custody.holders.end(alone).fails(4, &["a high risk: the rule refuses it"]);
}

#[test]
fn a_policy_that_was_edited_by_hand() {
    let custody = custody();
    let (file, _) = custody.ask("0xB", "CHF", "4");
    let edited = custody.holders.copy("ann", "edited");
    edit(&format!("{edited}/policies/treasury/1.toml"), "up_to = \"100\"", "up_to = \"100000\"");
    let sign = |home: &str| {
        let place = ["--home", home, "--passphrase-file", &custody.holders.passphrase("ann")];
        let command: [&[&str]; 2] = [&["request", "sign", &file, "--wait", "1"], &place];
        custody.holders.end(start(&command.concat()))
    };
    sign(&edited).fails(4, &["1.toml", "the file was edited", "hint:"]);
    std::fs::remove_dir_all(format!("{edited}/policies")).expect("it is there");
    sign(&edited).fails(4, &["the policy of treasury was set back", "hint:"]);
    let raw = ["sign", "treasury", "--message", "m", "--wait", "1"];
    custody.holders.end(custody.holders.start_at("ann", &edited, &raw)).fails(4, &["was set back"]);
}

#[test]
fn a_clock_that_was_set_back() {
    let custody = custody();
    let (file, id) = custody.ask("0xB", "CHF", "5");
    let later = custody.holders.copy("ann", "later");
    let home = Home::at(&later);
    holders::future::write_in_the_future(&home);
    let place = ["--home", &later, "--passphrase-file", &custody.holders.passphrase("ann")];
    let ann = start(&[&["request", "sign", &file, "--wait", "5"], &place[..]].concat());
    custody.holders.end(ann).fails(4, &["(clock)", "before the last entry of the log"]);
    let logged = AuditLog::open(&home).expect("a log").entries().expect("readable").any(|entry| {
        matches!(entry.expect("an entry").event, Event::Decision { request, verdict: Logged::Refused { .. }, .. }
            if request.to_string() == id)
    });
    assert!(logged, "it is recorded although nobody came to hear it");
}

#[test]
fn policies_are_changed_by_their_quorum() {
    let custody = custody();
    let next = custody.policy().replace("version = 1", "version = 2").replace("sum = \"150\"", "sum = \"500\"");
    let file = custody.write("policy-2.toml", &next);
    let adopt = |name: &str, approvals: &[&str]| {
        let given: Vec<&str> = approvals.iter().flat_map(|file| ["--approval", *file]).collect();
        let home = custody.path(&format!("{name}-copy"));
        quorate(&[&["policy", "adopt", "treasury", &file, "--home", &home], &given[..]].concat())
    };
    custody.holders.copy("ann", "ann-copy");
    let approvals: Vec<String> = ["ann", "ben"]
        .map(|name| {
            let out = custody.path(&format!("{name}-approves.toml"));
            let said = custody.at(name, &["policy", "approve", "treasury", &file, "--out", &out]).result();
            assert!(said.contains("at most 500 within 1d"), "{said}");
            out
        })
        .to_vec();
    adopt("ann", &[]).fails(4, &["version 2 of the policy of treasury is not approved", "2 more of treasury"]);
    adopt("ann", &[&approvals[0]]).fails(4, &["1 more of treasury (ben, cas)"]);
    let out = custody.path("eva-approves.toml");
    custody.at("eva", &["policy", "approve", "treasury", &file, "--out", &out]).fails(2, &["has no policy"]);
    let shown = adopt("ann", &[&approvals[0], &approvals[1]]).result();
    assert!(shown.contains("version    2"), "{shown}");
    // Two versions do not sign together.
    let (request, _) = custody.ask("0xB", "CHF", "6");
    let place = ["--home", &custody.path("ann-copy"), "--passphrase-file", &custody.holders.passphrase("ann")];
    let ann = start(&[&["request", "sign", &request, "--wait", "20"], &place[..]].concat());
    let ben = custody.sign("ben", &request, &[]);
    custody.holders.end(ben).fails(3, &["record policy is version 1", "version 2"]);
    custody.holders.end(ann).fails(3, &["record policy is version 2", "version 1"]);
}

#[test]
fn policies_are_looked_at_as_files() {
    let custody = custody();
    let file = custody.path("policy.toml");
    let checked = quorate(&["policy", "check", &file, "--json"]).json();
    assert_eq!((&checked["key"], &checked["version"]), (&"treasury".into(), &1.into()));
    let other = custody.write("policy-3.toml", &custody.policy().replace("up_to = \"10000\"", "up_to = \"20000\""));
    let differences = quorate(&["policy", "diff", &file, &other, "--json"]).json();
    let said = differences["differences"].as_array().expect("a list");
    assert!(said[0].as_str().expect("words").contains("above 10000 up to 20000"), "{said:?}");
    assert_eq!(quorate(&["policy", "diff", &file, &file]).result(), "no difference: the two decide alike\n");
    let remarks = quorate(&["policy", "lint", &file, "--json"]).json();
    assert!(
        remarks["remarks"].as_array().expect("a list").iter().any(|remark| remark["place"] == "coins"),
        "{remarks}"
    );
    quorate(&["policy", "lint", &file, "--deny"]).fails(2, &["coins: is hot", "remarks"]);
    let line = |amount: &str| {
        format!(
            "{{\"at\":\"2026-11-01T09:00:00Z\",\"kind\":\"transfer\",\"initiator\":\"dan\",\"destination\":\"0xB\",\
            \"asset\":\"USD\",\"amount\":\"{amount}\"}}\n"
        )
    };
    let past = custody.write("past.jsonl", &(line("100") + &line("51") + &line("50")));
    let tried = quorate(&["policy", "test", &file, "--replay", &past, "--json"]).json();
    assert_eq!((&tried["allowed"], &tried["refused"]), (&2.into(), &1.into()), "{tried}");
    assert_eq!(tried["requests"][1]["decision"]["rule"], "coffee");
    let bad = custody.write("bad.jsonl", &(line("100") + "{}\n"));
    quorate(&["policy", "test", &file, "--replay", &bad]).fails(2, &["bad.jsonl: line 2: missing field"]);
    let broken = custody.write("broken.toml", &custody.policy().replace("then = \"refuse\"", "then = \"never\""));
    quorate(&["policy", "check", &broken]).fails(2, &["broken.toml: line ", "never"]);
    quorate(&["policy", "check", &custody.path("nowhere")]).fails(2, &["nowhere", "no such file"]);
}
