//! `calibrate`, and what `explain` makes of a calibration.

mod command;
mod fixture;

use command::quorate;
use serde_json::Value;

/// A home whose calibration says that every unit of work takes so many seconds.
fn home(measured: &Value, seconds: f64) -> tempfile::TempDir {
    let mut calibration = measured.clone();
    let tables = calibration["prices"].as_object_mut().expect("prices").values_mut();
    for table in tables.flat_map(|prices| prices.as_array_mut().expect("tables")) {
        table["seconds"].as_object_mut().expect("units").values_mut().for_each(|unit| *unit = seconds.into());
    }
    let home = tempfile::tempdir().expect("a temporary directory");
    std::fs::write(home.path().join("calibration.json"), calibration.to_string()).expect("a file");
    home
}

fn path(home: &tempfile::TempDir) -> &str {
    home.path().to_str().expect("UTF-8")
}

/// The chosen protocol's cost.
fn cost(home: &str, rows: &str) -> Value {
    let rows = format!("rows={rows}");
    let arguments =
        ["explain", "risk-score", "--parties", "2", "--param", &rows, "--protocol", "replicated", "--home", home];
    let explained = quorate(&[&arguments[..], &["--json"]].concat()).json();
    let candidates = explained["candidates"].as_array().expect("a list");
    candidates.iter().find(|c| c["protocol"] == explained["chosen"]).expect("it was considered")["cost"].clone()
}

fn seconds(cost: &Value, field: &str) -> f64 {
    cost[field].as_f64().unwrap_or_else(|| panic!("{field} is no number: {cost}"))
}

#[test]
fn a_machine_is_measured_once_and_predicted_from_then_on() {
    let measured = tempfile::tempdir().expect("a temporary directory");
    // A home that is not there yet, and never gets an identity.
    let home = measured.path().join("new").to_str().expect("UTF-8").to_owned();
    let arguments = ["explain", "millionaires", "--home", &home];
    let page = quorate(&arguments).result();
    assert!(page.contains("Computing and memory are not predicted: run `quorate calibrate`"), "{page}");
    let calibrate = ["calibrate", "--protocol", "replicated", "--seconds", "0", "--home", &home, "--json"];
    let said = quorate(&calibrate).json();
    assert!(said["path"].as_str().is_some_and(|path| path.ends_with("calibration.json")), "{said}");
    for ring in ["replicated, 64 bits", "replicated, 128 bits"] {
        let tables = said["prices"][ring].as_array().expect("tables");
        assert!(tables.len() == 1 && tables[0]["parties"] == 3, "{said}");
        let units = tables[0]["seconds"].as_object().expect("units");
        assert!(units.len() > 12 && units.values().all(|unit| unit.as_f64().is_some_and(|unit| unit >= 0.0)), "{said}");
        assert!(units.values().any(|unit| unit.as_f64().is_some_and(|unit| unit > 0.0)), "{said}");
    }
    // Under a protocol that was not measured nothing is predicted.
    let page = quorate(&arguments).result();
    let machine = said["machine"]["architecture"].as_str().expect("a name");
    assert!(page.contains("Computing under yao was not measured") && page.contains(machine), "{page}");
    let budgets = ["explain", "budget-total", "--parties", "3", "--protocol", "replicated", "--home", &home];
    let page = quorate(&budgets).result();
    assert!(page.contains("Computing is that of the busiest party") && page.contains(machine), "{page}");

    let text = std::fs::read_to_string(said["path"].as_str().expect("a path")).expect("a file");
    predictions_scale(&serde_json::from_str(&text).expect("JSON"));
    damaged_files_are_named(&text);
}

/// Ten times the price is ten times the computing; more rows are more of it; the wall is network and computing.
fn predictions_scale(measured: &Value) {
    let (fast, slow) = (home(measured, 1e-9), home(measured, 1e-8));
    let (at_first, later) = (cost(path(&fast), "1000"), cost(path(&slow), "1000"));
    let (cheap, dear) = (seconds(&at_first, "cpu_seconds"), seconds(&later, "cpu_seconds"));
    assert!(cheap > 0.0 && (dear / cheap - 10.0).abs() < 1e-6, "{cheap} {dear}");
    assert_eq!(seconds(&at_first, "network_seconds"), seconds(&later, "network_seconds"));
    let wall = seconds(&later, "network_seconds") + dear;
    assert!((seconds(&later, "wall_seconds") - wall).abs() < 1e-9);
    let more = seconds(&cost(path(&fast), "10000"), "cpu_seconds");
    assert!(more > 9.0 * cheap && more < 11.0 * cheap, "{cheap} {more}");
    let party = at_first["parties"][0].clone();
    assert!(seconds(&party, "cpu_seconds") > 0.0);
    memory_is_the_process_and_its_parts(&at_first, measured);
}

fn memory_is_the_process_and_its_parts(cost: &Value, measured: &Value) {
    let number = |value: &Value| value.as_u64().unwrap_or_else(|| panic!("no number: {cost}"));
    let parties = cost["parties"].as_array().expect("a list");
    for party in parties {
        let parts: u64 = party["memory"].as_object().expect("parts").values().map(number).sum();
        assert!(parts > 0);
        assert_eq!(number(&party["memory_bytes"]), number(&measured["process"]) + parts);
    }
    assert_eq!(Some(number(&cost["memory_bytes"])), parties.iter().map(|party| number(&party["memory_bytes"])).max());
}

fn damaged_files_are_named(text: &str) {
    let home = tempfile::tempdir().expect("a temporary directory");
    let file = home.path().join("calibration.json");
    let damages = [
        (String::new(), "EOF"),
        (text[..text.len() / 2].to_owned(), "EOF"),
        (text.replace("\"version\": 3", "\"version\": 2"), "version 2"),
        (text.replacen("\"message\"", "\"letters\"", 1), "\"letters\" is no unit of work"),
        ("[1, 2, 3]".to_owned(), "invalid"),
    ];
    for (content, words) in damages {
        std::fs::write(&file, content).expect("a file");
        let ended = quorate(&["explain", "millionaires", "--home", path(&home)]);
        ended.fails(2, &["calibration.json: this is no calibration", words, "quorate calibrate"]);
    }
}

#[test]
fn without_a_calibration_no_number_is_invented() {
    let explained = quorate(&["explain", "millionaires", "--json"]).json();
    assert!(explained["machine"].is_null());
    for candidate in explained["candidates"].as_array().expect("a list") {
        assert!(candidate["cost"]["cpu_seconds"].is_null() && candidate["cost"]["wall_seconds"].is_null());
        assert!(candidate["cost"]["memory_bytes"].is_null());
    }
}

#[test]
fn bad_durations_are_refused() {
    for seconds in ["-1", "nan", "1e9"] {
        quorate(&["calibrate", &format!("--seconds={seconds}")]).fails(2, &["--seconds"]);
    }
    quorate(&["calibrate", "--protocol", "frost"])
        .fails(2, &["--protocol frost: computing is predicted for replicated"]);
    quorate(&["calibrate", "--protocol", "morse"]).fails(2, &["morse"]);
    // A home that cannot be made is found out before anything is measured.
    let file = tempfile::NamedTempFile::new().expect("a file");
    let below = file.path().join("home").to_str().expect("UTF-8").to_owned();
    let ended = quorate(&["calibrate", "--home", &below]);
    ended.fails(2, &[&below]);
    assert!(!ended.err.contains("measuring"), "{}", ended.err);
    let help = quorate(&["calibrate", "--help"]).result();
    assert!(help.contains("quorate calibrate --protocol replicated"), "{help}");
}
