//! The demos: separate processes, real files, and the answers that pandas found.

mod command;
mod fixture;

use std::time::{Duration, Instant};

use command::{expected, quorate, same_statistics, start_in};
use serde_json::Value;

fn demo(name: &str) -> Value {
    let start = Instant::now();
    let report = quorate(&["demo", name, "--json"]).json();
    // The aim is 5 s once built with optimisation; this is the test profile on a machine that tests other things too.
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    for party in report["parties"].as_array().expect("a list") {
        for figure in ["bytes_sent", "bytes_received", "rounds", "cpu_seconds", "peak_memory_bytes"] {
            assert!(party[figure].is_number(), "{figure} of {party}");
        }
    }
    let receipt = report["receipt"].as_str().expect("a path");
    assert!(quorate(&["receipt", "verify", receipt]).result().starts_with("verified: complete\n"));
    for source in report["sources"].as_object().expect("an object").values() {
        let path = source.as_str().and_then(|source| source.split(':').next()).expect("a path");
        assert!(path.starts_with("datasets/") && command::root().join(path).is_file(), "{path}");
    }
    report
}

#[test]
fn hospitals() {
    let report = demo("hospitals");
    same_statistics(&report["outputs"], &expected("hospitals/lung_ncctg")["cases"]["age"]);
    assert_eq!(report["parties"][0]["name"], "hospital_1");
    assert_eq!(report["parties"][0]["role"], "party_1");
    assert_eq!(report["parameters"]["edges"], "39,50,60,70,80,90");
    assert!(report["sources"]["party_3.value"].as_str().is_some_and(|source| source.ends_with("hospital_3.csv:age")));
}

#[test]
fn millionaires() {
    assert_eq!(demo("millionaires")["outputs"], expected("millionaires")["outputs"]);
}

#[test]
fn budget() {
    assert_eq!(demo("budget")["outputs"], expected("budgets/us_federal_receipts_2015")["outputs"]);
}

#[test]
fn risk() {
    let report = demo("risk");
    assert_eq!(report["outputs"]["decision"], expected("banking/german_credit")["decisions"]);
    assert_eq!(report["parties"][0]["learned"], serde_json::json!([]));
}

#[test]
fn without_a_name_all_are_listed_and_the_hospitals_play() {
    let ended = quorate::<&str>(&["demo"]);
    for words in ["millionaires", "budget", "hospitals", "risk", "3 processes"] {
        assert!(ended.err.contains(words), "{words:?} is missing in:\n{}", ended.err);
    }
    let text = ended.result();
    assert!(
        text.contains("62.447368421052632") && text.contains("hospital_3") && text.contains("semi-honest"),
        "{text}"
    );
}

#[test]
fn a_party_that_fails_ends_the_demo() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let data = directory.path().join("datasets/millionaires");
    std::fs::create_dir_all(&data).expect("a directory");
    std::fs::write(data.join("alice.csv"), "wealth\nplenty\n").expect("a file");
    std::fs::write(data.join("bob.csv"), "wealth\n1\n").expect("a file");
    let start = Instant::now();
    let ended = start_in(directory.path(), &["demo", "millionaires", "--json"]).wait();
    ended.fails(2, &["alice ended with exit code 2", "row 1 (line 2), column wealth", "\"plenty\" is text"]);
    // Bob would have waited for half a minute.
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}

/// Three custodians, whose key signs for the chain: what the demo says is checked with a library of its own and with
/// OpenSSL.
#[test]
fn signing() {
    let ended = quorate(&["demo", "signing", "--json"]);
    let report = ended.json();
    let text = |field: &str| report[field].as_str().unwrap_or_else(|| panic!("{field} in {report}")).to_owned();
    assert!(text("address").starts_with("bc1q"));
    let parties = report["parties"].as_array().expect("a list");
    assert_eq!(parties.len(), 3);
    for party in parties {
        for figure in ["bytes_sent", "bytes_received", "rounds", "cpu_seconds", "peak_memory_bytes"] {
            assert!(party[figure].is_number(), "{figure} of {party}");
        }
    }
    let sent: u64 = parties.iter().filter_map(|party| party["bytes_sent"].as_u64()).sum();
    assert_eq!(report["cost"]["bytes"].as_u64(), Some(sent), "what was predicted is what was sent");
    let acts: Vec<&str> =
        report["acts"].as_array().expect("a list").iter().filter_map(|act| act["act"].as_str()).collect();
    assert_eq!(acts, ["key", "presign", "sign", "presign", "sign", "presign", "sign", "kill", "sign"]);
    assert!(quorate(&["receipt", "verify", &text("receipt")]).result().starts_with("verified: complete\n"));

    the_world_verifies(&report);
}

/// A treasury: what the chain sees is one key from the first signature to the last.
#[test]
fn custody() {
    let report = quorate(&["demo", "custody", "--json"]).json();
    let acts: Vec<&str> =
        report["acts"].as_array().expect("a list").iter().filter_map(|act| act["act"].as_str()).collect();
    let payment = ["request", "screen", "approve"];
    let paid = ["request", "screen", "approve", "sign"];
    let expected = [
        &["key", "policy", "presign"][..],
        &paid,
        &payment,
        &["refuse", "lose", "recover"],
        &paid,
        &["refresh"],
        &paid,
        &["reshare", "policy"],
        &paid,
        &["audit"],
    ];
    assert_eq!(acts, expected.concat());
    let custody = &report["custody"];
    assert_eq!(custody["refused"]["exit_code"], 4, "{custody}");
    assert!(custody["refused"]["why"].as_str().expect("text").contains("never more than one at a time"), "{custody}");
    assert_eq!(custody["audit"]["logs"], 4, "{custody}");
    assert!(custody["audit"]["receipts"].as_u64() > Some(10), "{custody}");
    assert!(custody["audit"]["entries"].as_u64() > Some(30), "{custody}");
    let message = hex::decode(report["message_hex"].as_str().expect("text")).expect("hexadecimal");
    assert!(String::from_utf8_lossy(&message).contains("flowers for cas"));
    the_world_verifies(&report);
}

/// The last signature of a demo verifies under its key, in a library of its own and in OpenSSL.
fn the_world_verifies(report: &serde_json::Value) {
    let text = |field: &str| report[field].as_str().unwrap_or_else(|| panic!("{field} in {report}")).to_owned();
    let bytes = |field: &str| hex::decode(text(field)).expect("hexadecimal");
    use k256::ecdsa::signature::Verifier;
    use k256::pkcs8::DecodePublicKey;
    let key = k256::ecdsa::VerifyingKey::from_public_key_pem(&text("public_key_pem")).expect("a key");
    let signature = k256::ecdsa::Signature::from_der(&bytes("signature_der")).expect("a signature");
    key.verify(&bytes("message_hex"), &signature).expect("it verifies");
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("key.pem"), text("public_key_pem")).expect("a file");
    std::fs::write(path("signature.der"), bytes("signature_der")).expect("a file");
    std::fs::write(path("message"), bytes("message_hex")).expect("a file");
    let verified = std::process::Command::new("openssl")
        .args(["dgst", "-sha256", "-verify"])
        .args([path("key.pem"), "-signature".into(), path("signature.der"), path("message")])
        .output()
        .expect("OpenSSL is installed");
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}
