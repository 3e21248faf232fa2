//! Several processes with homes of their own, over TLS: what partners do.

mod command;
mod fixture;

use command::{Company, expected, quorate, same_statistics};
use serde_json::{Value, json};

#[test]
fn three_parties_get_what_one_process_gets() {
    let company = Company::new(&["party_1", "party_2", "party_3"]);
    let case = &expected("hospitals/lung_ncctg")["cases"]["age_by_sex"];
    let file = |party: usize, column: &str| format!("datasets/hospitals/lung_ncctg/hospital_{party}.csv:{column}");
    let parameters = ["--param", "groups=3", "--param", "edges=39,50,60,70,80,90", "--json"];
    // In any order: the last one comes when the others wait.
    let parties: Vec<_> = [3, 1, 2]
        .into_iter()
        .map(|party| {
            let inputs =
                [format!("value={}", file(party, "age")), format!("party_{party}.group={}", file(party, "sex"))];
            let arguments = ["hospital-stats", "--input", &inputs[0], "--input", &inputs[1]];
            let running = company.run(&format!("party_{party}"), &[&arguments[..], &parameters].concat());
            if party != 2 {
                running.until("waiting for");
            }
            (party, running)
        })
        .collect();
    let reports: Vec<(usize, Value)> =
        parties.into_iter().map(|(party, running)| (party, running.wait().json())).collect();
    let mut local = vec!["local".to_owned(), "hospital-stats".to_owned()];
    for party in 1..=3 {
        local.extend(["--input".to_owned(), format!("party_{party}.value={}", file(party, "age"))]);
        local.extend(["--input".to_owned(), format!("party_{party}.group={}", file(party, "sex"))]);
    }
    local.extend(parameters.map(str::to_owned));
    let local = quorate(&local).json();
    for (party, report) in &reports {
        same_statistics(&report["outputs"], case);
        for field in ["program", "digest", "protocol", "claim", "outputs", "cost", "parameters"] {
            assert_eq!(report[field], local[field], "{field}");
        }
        assert_eq!(report["session"], reports[0].1["session"]);
        for (other, own) in report["parties"].as_array().expect("a list").iter().enumerate() {
            let is_me = other + 1 == *party;
            assert_eq!(own["bytes_sent"].is_null(), !is_me);
            assert_eq!(own["peak_memory_bytes"].is_null(), !is_me);
            assert!(!is_me || own["bytes_sent"] == local["parties"][other]["bytes_sent"]);
        }
    }
    receipts_verify(&company, &reports[0].1);
}

fn receipts_verify(company: &Company, report: &Value) {
    for party in ["party_1", "party_2", "party_3"] {
        let file = company.receipt(party);
        assert!(file.contains(report["session"].as_str().expect("a session")));
        let verified = quorate(&["receipt", "verify", &file, "--home", &company.home("party_2")]);
        assert!(verified.err.is_empty(), "all keys are known: {}", verified.err);
        assert!(verified.result().starts_with("verified: complete\n"));
        // Without cards, the receipt still stands; whose the keys are is open.
        let stranger = quorate(&["receipt", "verify", &file]);
        assert!(stranger.err.contains("no card of party_1, party_2, party_3 is known"), "{}", stranger.err);
        assert_eq!(stranger.code, Some(0));
    }
    let file = company.receipt("party_1");
    let text = std::fs::read_to_string(&file).expect("a receipt");
    for (from, to) in
        [("\"groups\": \"3\"", "\"groups\": \"4\""), ("\"corrupt\": 2", "\"corrupt\": 1"), ("complete", "perfect")]
    {
        assert!(text.contains(from), "{from}");
        let forged = company.write("forged.json", &text.replacen(from, to, 1));
        quorate(&["receipt", "verify", &forged]).fails(5, &["the receipt does not verify"]);
    }
    quorate(&["receipt", "verify", &company.write("empty.json", "")]).fails(5, &["not a receipt"]);
    quorate(&["receipt", "verify", &company.path("nowhere")]).fails(2, &["nowhere"]);
}

#[test]
fn a_party_can_hold_several_roles_and_names_differ_from_roles() {
    let company = Company::new(&["lender", "saver"]);
    let two = company.write("two.csv", "a,b\n1,2\n3,4\n-5,6\n");
    let lender = company.run(
        "lender",
        &[
            "risk-score",
            "--as",
            "model_owner,bank_2",
            "--peer",
            "bank_1=saver",
            "--param",
            "receivers=all",
            "--json",
            "--input",
            "weights=1,1,1",
            "--input",
            "bias=-3.5",
            "--input",
            "thresholds=0,5",
            "--input",
            &format!("features={two}:a"),
        ],
    );
    let saver = company.run(
        "saver",
        &[
            "risk-score",
            "--as",
            "bank_1",
            "--peer",
            "bank_2=lender",
            "--peer",
            "model_owner=lender",
            "--param",
            "receivers=all",
            "--input",
            &format!("bank_1.features={two}:a,b"),
            "--json",
        ],
    );
    let (lender, saver) = (lender.wait(), saver.wait());
    let lender = lender.json();
    // Scores 1+2+1-3.5 = 0.5, 3+4+3-3.5 = 6.5, -5+6-5-3.5 = -7.5.
    assert_eq!(lender["outputs"]["decision"], serde_json::from_str::<Value>("[1,2,0]").expect("JSON"));
    assert_eq!(saver.json()["outputs"], lender["outputs"]);
    assert_eq!(lender["parties"][0]["role"], "model_owner,bank_2");
    assert_eq!(lender["parties"][1]["name"], "saver");
}

#[test]
fn an_output_for_others_is_null() {
    let company = Company::new(&["model_owner", "bank_1"]);
    let table = company.write("table.csv", "a\n1\n9\n");
    let owner = company.run(
        "model_owner",
        &["risk-score", "--input", "weights=1", "--input", "bias=0", "--input", "thresholds=2,5", "--json"],
    );
    let bank = company.run("bank_1", &["risk-score", "--input", &format!("features={table}:a"), "--json"]);
    let (owner, bank) = (owner.wait().json(), bank.wait().json());
    assert_eq!(owner["outputs"], json!({"decision": null}));
    assert_eq!(owner["parties"][0]["learned"], json!([]));
    assert_eq!(bank["outputs"]["decision"].to_string(), "[0,2]");
}

#[test]
fn standard_input_and_tables_for_people() {
    let company = Company::new(&["alice", "bob"]);
    let mut alice = company.run("alice", &["millionaires", "--input", "wealth=-"]);
    alice.feed("12\n");
    let bob = company.run("bob", &["millionaires", "--input", "wealth=11"]);
    let (alice, bob) = (alice.wait(), bob.wait());
    for words in ["alice_richer", "semi-honest parties", "receipt", "protocol", "yao"] {
        assert!(alice.out.contains(words), "{words:?} is missing in:\n{}", alice.out);
    }
    for words in ["Everything that is revealed", "Claim asked for: semi-honest", "listening at", "all parties agree"] {
        assert!(alice.err.contains(words), "{words:?} is missing in:\n{}", alice.err);
    }
    assert!(!alice.err.contains("warning:") && bob.err.contains("warning:"));
    assert_eq!((alice.code, bob.code), (Some(0), Some(0)));
}

#[test]
fn identities_are_made_shown_and_pinned() {
    let company = Company::new(&["alice", "bob"]);
    let home = company.home("alice");
    quorate(&["init", "alice", "--listen", "127.0.0.1:9", "--home", &home])
        .fails(2, &["already holds the identity of alice"]);
    quorate(&["init", "Alice!", "--listen", "127.0.0.1:9", "--home", &company.home("x")])
        .fails(2, &["not a party's name"]);
    quorate(&["init", "x", "--listen", "nowhere", "--home", &company.home("x")]).fails(2, &["it has no port"]);
    quorate(&["card", "--home", &company.home("x")]).fails(2, &["there is no identity", "quorate init"]);
    let peers = quorate(&["peers", "--home", &home, "--json"]).json();
    assert_eq!(peers.as_array().map(Vec::len), Some(1));
    assert_eq!(peers[0]["name"], "bob");
    let forged =
        std::fs::read_to_string(company.card("bob")).expect("a card").replace("name = \"bob\"", "name = \"rob\"");
    quorate(&["trust", &company.write("forged", &forged), "--home", &home]).fails(2, &["signature"]);
    quorate(&["trust", &company.card("alice"), "--home", &home]).fails(2, &["this home's own identity"]);
    assert!(quorate(&["trust", &company.card("bob"), "--home", &home]).err.contains("trusted already"));
}
