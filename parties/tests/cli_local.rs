//! `local`: every program of the library under every protocol that runs it, against the answers that pandas found.

mod command;
mod fixture;

use command::{Company, expected, quorate, same_statistics};
use serde_json::{Value, json};

const LUNG: &str = "datasets/hospitals/lung_ncctg";
const TRIAL: &str = "datasets/hospitals/indomethacin_rct";
const BANK: &str = "datasets/banking/german_credit";

fn local(program: &str, arguments: &[String]) -> Value {
    let fixed = ["local", program, "--json"].map(str::to_owned);
    quorate(&[&fixed, arguments].concat()).json()
}

fn input(name: &str, source: &str) -> [String; 2] {
    ["--input".to_owned(), format!("{name}={source}")]
}

fn parameter(name: &str, value: &str) -> [String; 2] {
    ["--param".to_owned(), format!("{name}={value}")]
}

fn protocol(name: &str) -> [String; 2] {
    ["--protocol".to_owned(), name.to_owned()]
}

/// The arguments of a case of hospital statistics.
fn statistics(folder: &str, case: &Value) -> Vec<String> {
    let mut arguments = Vec::new();
    let word = |value: &Value| value.as_str().map(str::to_owned);
    for (at, file) in case["files"].as_array().expect("a list").iter().enumerate() {
        let file = word(file).expect("a name");
        let party = at + 1;
        let value = word(&case["value"]).expect("a name");
        arguments.extend(input(&format!("party_{party}.value"), &format!("{folder}/{file}:{value}")));
        if let Some(group) = word(&case["group"]) {
            arguments.extend(input(&format!("party_{party}.group"), &format!("{folder}/{file}:{group}")));
        }
    }
    let edges: Vec<String> = case["edges"].as_array().expect("a list").iter().map(Value::to_string).collect();
    arguments.extend(parameter("groups", &case["groups"].to_string()));
    arguments.extend(parameter("decimals", &case["decimals"].to_string()));
    arguments.extend(parameter("edges", &edges.join(",")));
    arguments
}

fn every_case(folder: &str) {
    let expected = expected(folder.strip_prefix("datasets/").expect("a dataset"));
    for (name, case) in expected["cases"].as_object().expect("an object") {
        for under in ["clear", "additive"] {
            let report = local("hospital-stats", &[statistics(folder, case), protocol(under).to_vec()].concat());
            same_statistics(&report["outputs"], case);
            for (at, blank) in case["blank"].as_array().expect("a list").iter().enumerate() {
                let dropped = &report["dropped"][format!("party_{}.value", at + 1)];
                assert_eq!(dropped.as_u64().unwrap_or(0), blank.as_u64().expect("a number"), "{name}");
            }
        }
    }
}

#[test]
fn statistics_of_three_hospitals() {
    every_case(LUNG);
}

#[test]
fn statistics_of_a_trial_at_four_hospitals() {
    every_case(TRIAL);
}

#[test]
fn statistics_of_two_hospitals_under_yao() {
    let hospital = |party: usize| format!("{LUNG}/hospital_{party}.csv:wt.loss");
    let inputs = [input("party_1.value", &hospital(1)), input("party_2.value", &hospital(2))].concat();
    let clear = local("hospital-stats", &[inputs.clone(), protocol("clear").to_vec()].concat());
    for under in ["yao", "additive"] {
        let report = local("hospital-stats", &[inputs.clone(), protocol(under).to_vec()].concat());
        assert_eq!(report["outputs"], clear["outputs"], "{under}");
        assert_eq!(report["protocol"], under);
    }
}

#[test]
fn budgets() {
    let expected = expected("budgets/us_federal_receipts_2015");
    let agencies = ["agriculture", "health", "homeland_security", "interior", "treasury"];
    let inputs = agencies.iter().enumerate().flat_map(|(at, agency)| {
        let source = format!("datasets/budgets/us_federal_receipts_2015/{agency}.csv:amount_thousand_usd");
        input(&format!("party_{}.budget", at + 1), &source)
    });
    let report = local("budget-total", &inputs.collect::<Vec<_>>());
    assert_eq!(report["outputs"], expected["outputs"]);
    assert_eq!(report["parameters"]["parties"], "5");
}

#[test]
fn decisions() {
    let expected = expected("banking/german_credit");
    let mut arguments = Vec::new();
    for (name, file) in
        [("weights", "weights.csv:weight"), ("bias", "bias.csv:bias"), ("thresholds", "thresholds.csv:threshold")]
    {
        arguments.extend(input(&format!("model_owner.{name}"), &format!("{BANK}/model/{file}")));
    }
    for bank in ["bank_1", "bank_2"] {
        let columns: Vec<&str> =
            expected["features"][bank].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        arguments.extend(input(&format!("{bank}.features"), &format!("{BANK}/{bank}.csv:{}", columns.join(","))));
    }
    for under in ["clear", "additive"] {
        let report = local("risk-score", &[arguments.clone(), protocol(under).to_vec()].concat());
        assert_eq!(report["outputs"]["decision"], expected["decisions"], "{under}");
        assert_eq!(report["parties"][0]["learned"], json!([]));
        assert_eq!(report["parties"][2]["learned"], json!(["decision"]));
    }
    let all = local("risk-score", &[arguments, parameter("receivers", "model_owner,bank").to_vec()].concat());
    assert_eq!(all["parties"][0]["learned"], json!(["decision"]));
}

#[test]
fn the_object_has_its_fields_in_order_and_exact_numbers() {
    let greatest = "18446744073709551615";
    let inputs = [input("alice.wealth", greatest), input("bob.wealth", greatest)].concat();
    let report = local("millionaires", &inputs);
    let names: Vec<&String> = report.as_object().expect("an object").keys().collect();
    let specified =
        ["session", "program", "digest", "protocol", "claim", "outputs", "parties", "cost", "seconds", "receipt"];
    assert_eq!(names[..10], specified);
    assert_eq!(names[10..], ["parameters", "sources", "dropped"]);
    assert_eq!(
        report["claim"],
        serde_json::from_str::<Value>(
            r#"{"adversary":"semi-honest","corrupt":1,"guarantee":"selective-abort","trusted":[]}"#
        )
        .expect("JSON")
    );
    assert_eq!(report["outputs"], json!({"alice_richer": false, "bob_richer": false}));
    let party: Vec<&String> = report["parties"][0].as_object().expect("an object").keys().collect();
    assert_eq!(
        party,
        ["role", "name", "learned", "bytes_sent", "bytes_received", "rounds", "cpu_seconds", "peak_memory_bytes"]
    );
    assert!(report["receipt"].is_null());

    let large = [input("party_1.budget", "900000000000000.25"), input("party_2.budget", "-0.75")].concat();
    let text = quorate(&[&["local", "budget-total", "--json"].map(str::to_owned)[..], &large].concat()).result();
    assert!(text.contains(r#""outputs":{"total":899999999999999.5}"#), "{text}");
}

#[test]
fn shares_of_any_program_file_can_be_computed() {
    let company = Company::new(&[]);
    let program = company.write(
        "average.qp",
        "program average\nparameter parties in 2..=8\nrole party[parties]\ninput party.x: fixed(2) in 0..=100\n\
         reveal sum = sum_over(party, share(party.x)) to all\n",
    );
    let inputs = [input("party_1.x", "1.25"), input("party_2.x", "2.5"), input("party_3.x", "true")].concat();
    let report = local(&program, &inputs);
    assert_eq!(report["outputs"]["sum"].to_string(), "4.75");
    assert_eq!(report["program"], "average");
}

/// A run, and what `explain` has to be told to predict it.
struct Case {
    program: &'static str,
    run: Vec<String>,
    explain: Vec<String>,
    protocols: &'static [&'static str],
}

fn cases() -> [Case; 4] {
    let hospital = |party: usize| input(&format!("party_{party}.value"), &format!("{LUNG}/hospital_{party}.csv:age"));
    let group = |party: usize| input(&format!("party_{party}.group"), &format!("{LUNG}/hospital_{party}.csv:sex"));
    let groups = parameter("groups", "3");
    let columns = [("columns[bank_1]", "2"), ("columns[bank_2]", "1"), ("rows", "694"), ("banks", "2")];
    let risk = [
        input("model_owner.weights", "0.5,-2,1"),
        input("model_owner.bias", "0.25"),
        input("model_owner.thresholds", "0,1"),
        input("bank_1.features", &format!("{BANK}/bank_1.csv:credit_amount,no_checking_account")),
        input("bank_2.features", &format!("{BANK}/bank_2.csv:owns_home")),
    ];
    [
        Case {
            program: "millionaires",
            run: [input("alice.wealth", "5"), input("bob.wealth", "3")].concat(),
            explain: Vec::new(),
            protocols: &["yao", "additive"],
        },
        Case {
            program: "hospital-stats",
            run: [hospital(1), hospital(2)].concat(),
            explain: parameter("parties", "2").to_vec(),
            protocols: &["yao", "additive"],
        },
        Case {
            program: "hospital-stats",
            run: [hospital(1), hospital(2), hospital(3), group(1), group(2), group(3), groups.clone()].concat(),
            explain: [parameter("parties", "3"), groups].concat(),
            protocols: &["additive"],
        },
        Case {
            program: "risk-score",
            run: risk.concat(),
            explain: columns.map(|(name, value)| parameter(name, value)).concat(),
            protocols: &["additive"],
        },
    ]
}

#[test]
fn explain_predicts_what_the_channels_count() {
    for Case { program, run, explain, protocols } in cases() {
        for name in protocols {
            let report = local(program, &[run.clone(), protocol(name).to_vec()].concat());
            let command = ["explain", program, "--json"].map(str::to_owned);
            let explained = quorate(&[&command[..], &explain, &protocol(name)].concat()).json();
            let mut candidates = explained["candidates"].as_array().expect("a list").iter();
            let cost = &candidates.find(|candidate| candidate["protocol"] == *name).expect("it was considered")["cost"];
            let parties = report["parties"].as_array().expect("a list");
            for (predicted, counted) in cost["parties"].as_array().expect("a list").iter().zip(parties) {
                for figure in ["role", "bytes_sent", "bytes_received", "rounds"] {
                    assert_eq!(predicted[figure], counted[figure], "{program} under {name}: {figure}");
                }
            }
            for figure in ["and_gates", "multiplications", "rounds", "bytes"] {
                assert_eq!(cost[figure], report["cost"][figure], "{program} under {name}: {figure}");
            }
        }
    }
}
