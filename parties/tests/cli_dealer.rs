//! `--dealer`: printed wherever trust is, counted, signed for, and refused by whoever has not permitted it.

mod command;
mod fixture;

use command::{Company, quorate};
use serde_json::{Value, json};

const PROGRAM: &str = "program p\nrole alice\nrole bob\ninput alice.x: i32 in -1000..=1000\n\
    input bob.y: i32 in -1000..=1000\nlet x = share(alice.x)\nlet y = share(bob.y)\nlet d = x - y\n\
    reveal larger = x > y to all\nreveal square = d * d to alice\n";

const TRUST: &str = "trusting carol, the dealer, not to collude with anybody";

/// Bytes that each party of a report sent and received.
fn traffic(report: &Value) -> Vec<(u64, u64)> {
    let figure = |party: &Value, name: &str| party[name].as_u64().expect("it was counted");
    let parties = report["parties"].as_array().expect("a list");
    parties.iter().map(|party| (figure(party, "bytes_sent"), figure(party, "bytes_received"))).collect()
}

#[test]
fn a_dealer_is_printed_and_costs_what_is_explained() {
    let company = Company::new(&[]);
    let file = company.write("p.qp", PROGRAM);
    let run = ["local", &file, "--input", "alice.x=-7", "--input", "bob.y=5"];
    let dealt = |more: &[&str]| quorate(&[&run[..], &["--dealer", "carol"], more].concat());
    let report = dealt(&["--json"]).json();
    assert_eq!(report["outputs"], json!({"larger": false, "square": 144}));
    assert_eq!(report["protocol"], "additive with a dealer");
    assert_eq!((&report["claim"]["trusted"], &report["claim"]["corrupt"]), (&json!(["carol"]), &json!(1)));
    assert_eq!((&report["parties"][2]["name"], &report["parties"][2]["role"]), (&json!("carol"), &json!("(dealer)")));
    assert_eq!(report["parties"][2]["learned"], json!([]));
    let text = dealt(&[]).result();
    assert!(text.contains(&format!("up to 1 of 2 colluding, selective-abort, {TRUST}\n")), "{text}");

    let explained = quorate(&["explain", &file, "--dealer", "carol", "--json"]).json();
    let candidates = explained["candidates"].as_array().expect("a list").clone();
    let fitting: Vec<&Value> = candidates.iter().filter(|candidate| candidate["fits"] == true).collect();
    assert_eq!((fitting.len(), &fitting[0]["protocol"]), (1, &json!("additive")));
    assert_eq!(fitting[0]["claim"], report["claim"]);
    assert_eq!(traffic(&fitting[0]["cost"]), traffic(&report));
    let page = quorate(&["explain", &file, "--dealer", "carol"]).result();
    assert!(page.contains(TRUST) && page.contains("(dealer)"), "{page}");
    assert!(page.contains("yao does not fit: it takes nothing from a dealer"), "{page}");

    let silent = quorate(&[&run[..], &["--json"]].concat()).json();
    assert_eq!((&silent["claim"]["trusted"], silent["parties"].as_array().map(Vec::len)), (&json!([]), Some(2)));
    assert!(!quorate(&["explain", &file]).result().contains("trusting"));
}

#[test]
fn what_takes_no_dealer_says_so() {
    let company = Company::new(&[]);
    let file = company.write("p.qp", PROGRAM);
    let run = |more: &[&str]| {
        let given = ["local", &file, "--input", "alice.x=1", "--input", "bob.y=5", "--dealer", "carol"];
        quorate(&[&given[..], more].concat())
    };
    run(&["--protocol", "yao"]).fails(2, &["yao: it takes nothing from a dealer", "and a dealer"]);
    run(&["--adversary", "malicious"]).fails(2, &["additive: it is secure against semi-honest parties only"]);
    run(&["--base-ot", "ml-kem-768"]).fails(2, &["no oblivious transfers"]);
    run(&["--protocol", "clear"]).fails(2, &["it goes with no other trust option"]);
    run(&["--dealer", "Carol!"]).fails(2, &[]);
}

#[test]
fn processes_have_a_dealer_too() {
    let company = Company::new(&[]);
    let file = company.write("p.qp", PROGRAM);
    for transport in ["tls", "unix"] {
        let arguments = ["local", &file, "--processes", "--random", "--dealer", "carol", "--json"];
        let report = quorate(&[&arguments[..], &["--transport", transport]].concat()).json();
        assert_eq!(report["outputs_equal_clear"], true);
        assert_eq!(report["claim"]["trusted"], json!(["carol"]));
        assert_eq!(report["parties"][2]["name"], "carol");
        let sent: u64 = traffic(&report).iter().map(|(sent, _)| sent).sum();
        assert_eq!(report["cost"]["bytes"], sent);
    }
}

#[test]
fn partners_permit_a_dealer_before_it_deals() {
    let company = Company::new(&["alice", "bob", "carol"]);
    let file = company.write("p.qp", PROGRAM);
    let run = |name: &str, more: &[&str]| {
        company.run(name, &[&[file.as_str(), "--dealer", "carol", "--json"], more].concat())
    };
    let policy =
        |name: &str, more: &[&str]| quorate(&[&["policy", "dealers", "--home", &company.home(name)], more].concat());
    run("alice", &["--input", "x=30"]).wait().fails(4, &["no policy of this home permits carol to deal", "--permit"]);
    assert_eq!(policy("alice", &[]).result(), "nobody is permitted to deal\n");
    policy("alice", &["--permit", "nobody"]).fails(2, &["nobody"]);
    for name in ["alice", "bob"] {
        assert!(policy(name, &["--permit", "carol"]).result().contains("carol"));
    }
    assert_eq!(policy("bob", &["--json"]).json()["dealers"][0]["name"], "carol");

    let parties = [run("alice", &["--input", "x=30"]), run("bob", &["--input", "y=-12"]), run("carol", &[])];
    let [alice, bob, carol] = parties.map(|party| party.wait());
    assert!(alice.err.contains(TRUST) && alice.err.contains("(dealer)"), "{}", alice.err);
    let (alice, bob, carol) = (alice.json(), bob.json(), carol.json());
    assert_eq!(alice["outputs"], json!({"larger": true, "square": 1764}));
    assert_eq!(bob["outputs"], json!({"larger": true, "square": null}));
    assert_eq!(carol["outputs"], json!({"larger": null, "square": null}));
    for report in [&alice, &bob, &carol] {
        assert_eq!(report["claim"]["trusted"], json!(["carol"]));
        assert_eq!((&report["session"], &report["cost"]), (&alice["session"], &alice["cost"]));
    }
    the_receipts_name_it(&company);

    policy("bob", &["--forbid", "carol"]).result();
    run("bob", &["--input", "y=1"]).wait().fails(4, &["permits carol"]);
}

fn the_receipts_name_it(company: &Company) {
    for name in ["alice", "bob", "carol"] {
        let file = company.receipt(name);
        let shown = quorate(&["receipt", "verify", &file, "--home", &company.home("alice")]).result();
        assert!(shown.starts_with("verified: complete\n") && shown.contains(TRUST), "{shown}");
        let text = std::fs::read_to_string(&file).expect("a receipt");
        let receipt: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(receipt["roles"]["(dealer)"], "carol");
        assert_eq!(receipt["protocol"], "additive with a dealer");
        let learned = |outcome: &Value| (outcome["party"].clone(), outcome["figures"]["learned"].clone());
        let outcomes: Vec<_> = receipt["outcomes"].as_array().expect("a list").iter().map(learned).collect();
        assert!(outcomes.contains(&(json!("carol"), json!([]))), "{outcomes:?}");
        let forged = company.write("forged.json", &text.replacen("(dealer)", "(nobody)", 1));
        quorate(&["receipt", "verify", &forged]).fails(5, &["the receipt does not verify"]);
    }
}

#[test]
fn a_dealer_has_no_role_and_is_missed() {
    let company = Company::new(&["alice", "bob"]);
    let file = company.write("p.qp", PROGRAM);
    let run = |more: &[&str]| company.run("alice", &[&[file.as_str(), "--input", "x=30"], more].concat()).wait();
    for name in ["alice", "bob"] {
        quorate(&["policy", "dealers", "--home", &company.home("alice"), "--permit", "bob"]).result();
        run(&["--dealer", name]).fails(2, &[&format!("{name} is the dealer"), &format!("holds the role {name}")]);
    }
    company.add("carol");
    run(&["--dealer", "carol"]).fails(2, &["carol"]);
    company.trust("alice", "carol");
    quorate(&["policy", "dealers", "--home", &company.home("alice"), "--permit", "carol"]).result();
    run(&["--dealer", "carol", "--wait", "0.5"]).fails(3, &["carol"]);
}
