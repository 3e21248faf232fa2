//! `quorate circuit`: the datasets against their test cases, and what is wrong with files and numbers.

mod command;
mod fixture;

use std::path::Path;

use command::{Company, Ended, quorate, root};
use quorate::circuit::{NamedCircuit, Values, evaluate};
use quorate_circuits::boolean::Shape;
use serde_json::Value;

const AES: &str = "datasets/circuits/aes-128.txt";
const SUM: &str = "datasets/circuits/arith-add-64-bit-truncated.txt";
const KEY: &str = "000102030405060708090a0b0c0d0e0f";
const PLAINTEXT: &str = "00112233445566778899aabbccddeeff";
const CIPHERTEXT: &str = "69c4e0d86a7b0430d8cdb78070b4c55a";

/// A full adder: two outputs of one bit.
const ADDER: &str =
    "5 8\n3 1 1 1\n2 1 1\n\n2 1 0 1 3 XOR\n2 1 0 1 4 AND\n2 1 2 3 6 XOR\n2 1 2 3 5 AND\n2 1 4 5 7 XOR\n";

fn circuit(arguments: &[&str]) -> Ended {
    quorate(&[&["circuit"], arguments].concat())
}

fn cases(file: &str) -> Value {
    let path = root().join(file).with_extension("json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

fn found(file: &str) -> NamedCircuit {
    let path = root().join(file);
    NamedCircuit::find(path.to_str().expect("a path in UTF-8"), Shape::FewAnds).expect("the dataset is a circuit")
}

#[test]
fn the_datasets_compute_their_test_cases() {
    for (file, most_significant_first) in [(AES, true), (SUM, false)] {
        let (named, cases) = (found(file), cases(file));
        let tests = cases["tests"].as_array().expect("a list");
        assert!(tests.len() >= 16);
        for test in tests {
            let texts = |field: &str| -> Vec<String> {
                let list = test[field].as_array().expect("a list").iter();
                list.map(|text| text.as_str().expect("a text").to_owned()).collect()
            };
            let bits = |field: &str| texts(field).concat().chars().map(|bit| bit == '1').collect::<Vec<bool>>();
            let wires = Values::new(&named.circuit, None).inputs(&texts("inputs")).expect("numbers that fit");
            assert_eq!(wires, bits("in_bits"), "{file}");
            let outputs = evaluate(&named.circuit, &wires);
            assert_eq!(outputs, bits("out_bits"), "{file}");
            if !most_significant_first {
                assert_eq!(Values::new(&named.circuit, None).outputs(&outputs), texts("reference"));
            }
        }
    }
}

#[test]
fn a_circuit_runs_in_the_clear() {
    assert_eq!(circuit(&["run", SUM, "--input", "2a", "ff"]).result(), "0000000000000129\n");
    let json = circuit(&["run", SUM, "--json", "--input", "0xFFFFFFFFFFFFFFFF", "--input", "2"]).json();
    assert_eq!(json, serde_json::json!({ "circuit": SUM, "outputs": ["0000000000000001"] }));
    let sidecar = format!("{AES}.json");
    let aes = ["run", AES, "--input", KEY, PLAINTEXT];
    let text = circuit(&[&aes[..], &["--sidecar", &sidecar]].concat()).result();
    assert!(text.contains("ciphertext") && text.contains(CIPHERTEXT), "{text}");
    let json = circuit(&[&aes[..], &["--sidecar", &sidecar, "--json"]].concat()).json();
    assert_eq!((&json["names"][0], &json["outputs"][0]), (&"ciphertext".into(), &CIPHERTEXT.into()));
    // Without the sidecar, the first wire is the least significant bit: the same bits, backwards.
    let raw = circuit(&aes).result();
    let number = |text: &str| u128::from_str_radix(text.trim(), 16).expect("128 bits");
    assert_eq!(number(&raw), number(CIPHERTEXT).reverse_bits());
}

#[test]
fn outputs_come_in_order_of_declaration() {
    let company = Company::new(&[]);
    let file = company.write("adder.txt", ADDER);
    assert_eq!(circuit(&["run", &file, "--input", "1", "1", "0"]).result(), "0\n1\n");
    assert_eq!(
        circuit(&["run", &file, "--input", "1", "1", "1", "--json"]).json()["outputs"],
        serde_json::json!(["1", "1"])
    );
    let sidecar = company.write(
        "names.json",
        r#"{"inputs": [{"name": "a"}, {"name": "b"}, {"name": "carry"}], "outputs": [{"name": "sum"}, {"name": "over"}]}"#,
    );
    let named = circuit(&["run", &file, "--input", "1", "1", "0", "--sidecar", &sidecar, "--json"]).json();
    assert_eq!(named["names"], serde_json::json!(["sum", "over"]));
    circuit(&["run", &file, "--input", "1", "2", "0", "--sidecar", &sidecar])
        .fails(2, &["--input 2, which is b: the number has 2 bits, and the input has 1", "carry (1 bit)"]);
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    let run = |inputs: &[&str]| circuit(&[&["run", SUM, "--input"], inputs].concat());
    run(&["1"]).fails(2, &["1 input is given, and the circuit has 2", "input 1 (64 bits), input 2 (64 bits)"]);
    run(&["1", "2", "3"]).fails(2, &["3 inputs are given, and the circuit has 2"]);
    circuit(&["run", SUM]).fails(2, &["0 inputs are given, and the circuit has 2"]);
    run(&["1", "10000000000000000"]).fails(2, &["--input 10000000000000000, which is input 2", "17 digits", "64 bits"]);
    run(&["12g4", "1"]).fails(2, &["which is input 1: 'g' is no hexadecimal digit"]);
    run(&["1.5", "1"]).fails(2, &["'.' is no hexadecimal digit"]);
    run(&["", "1"]).fails(2, &["no digits are given"]);
}

#[test]
fn statistics_are_those_of_the_file() {
    let json = circuit(&["stats", AES, "--json"]).json();
    let cases = cases(AES);
    for (ours, theirs) in [
        ("gates", "gates"),
        ("gates_total", "n_gates"),
        ("wires", "n_wires"),
        ("and_gates", "and_gates"),
        ("inputs", "inputs"),
        ("outputs", "outputs"),
    ] {
        assert_eq!(json[ours], cases[theirs], "{ours}");
    }
    assert_eq!((&json["format"], &json["and_depth"]), (&"fashion".into(), &60.into()));
    assert_eq!(json["simplified"]["and_gates"], 6400);
    let company = Company::new(&[]);
    // x & x and x ^ x are simplified away; the outputs are 0 and !x.
    let file = company.write("square.txt", "3 6\n3 0 2\n\n2 1 0 0 3 AND\n2 1 0 0 4 XOR\n1 1 3 5 INV\n");
    let json = circuit(&["stats", &file, "--json"]).json();
    assert_eq!((&json["format"], &json["and_gates"], &json["and_depth"]), (&"bristol".into(), &1.into(), &1.into()));
    assert_eq!(
        json["simplified"],
        serde_json::json!({"gates_total": 1, "gates": {"INV": 1}, "and_gates": 0, "and_depth": 0})
    );
    let text = circuit(&["stats", AES]).result();
    for words in ["Bristol Fashion", "2 values of 128 bits", "28176", "6400", "AND depth   60"] {
        assert!(text.contains(words), "{words:?} is missing in:\n{text}");
    }
}

#[test]
fn files_are_checked_with_line_numbers() {
    let company = Company::new(&[]);
    let stats = |content: &str| circuit(&["stats", &company.write("bad.txt", content)]);
    stats(&ADDER.replace("2 1 4 5 7 XOR", "2 1 4 7 7 XOR")).fails(2, &["bad.txt: line 9: the wire 7 is read", "hint:"]);
    stats(&ADDER.replace("2 1 4 5 7 XOR\n", ""))
        .fails(2, &["bad.txt: line 8: the file ends after 4 gates", "announces 5"]);
    stats(&ADDER.replace("5 8", "1099511627776 8")).fails(2, &["line 1: 1099511627776 is too large"]);
    stats(&ADDER.replace("5 AND", "5 NAND")).fails(2, &["line 8: found the gate \"NAND\", expected XOR, AND"]);
    stats("").fails(2, &["the file ends here"]);
    circuit(&["stats", "nowhere.txt"]).fails(2, &["there is no circuit \"nowhere.txt\""]);
    circuit(&["stats", "datasets"]).fails(2, &["datasets: this is a directory"]);
}

#[test]
fn sidecars_are_checked() {
    let company = Company::new(&[]);
    let run =
        |sidecar: &str| circuit(&["run", SUM, "--input", "1", "2", "--sidecar", &company.write("side.json", sidecar)]);
    run("[]").fails(2, &["side.json: this is no sidecar", "hint: write {"]);
    run(r#"{"inputs": [{"name": "a"}], "outputs": [{"name": "b"}]}"#).fails(2, &["side.json: this names 1 inputs"]);
    circuit(&["run", SUM, "--sidecar", "nowhere.json"]).fails(2, &["nowhere.json: this cannot be read"]);
    circuit(&["run", SUM, "--sidecar", &format!("{AES}.json"), "--input", "1", "2"])
        .fails(2, &["key has 128 bits here and 64"]);
}

#[test]
fn files_are_converted_between_the_formats() {
    let company = Company::new(&[]);
    for format in ["fashion", "bristol"] {
        let file = company.path(&format!("{format}.txt"));
        circuit(&["export", SUM, "-o", &file, "--format", format]).result();
        assert_eq!(circuit(&["stats", &file, "--json"]).json()["format"], format);
        assert_eq!(circuit(&["run", &file, "--input", "ffffffffffffffff", "3"]).result(), "0000000000000002\n");
        assert!(!Path::new(&format!("{file}.json")).exists(), "a file has no names to put into a sidecar");
    }
    let adder = company.write("adder.txt", ADDER);
    circuit(&["export", &adder, "-o", &company.path("old.txt"), "--format", "bristol"])
        .fails(2, &["3 inputs and 2 outputs", "write Bristol Fashion"]);
    circuit(&["export", &adder, "-o", &company.path("no/such/place.txt")]).fails(2, &["this cannot be written"]);
}

#[test]
fn a_circuit_is_drawn() {
    let company = Company::new(&[]);
    let picture = company.path("aes.svg");
    circuit(&["draw", AES, "-o", &picture, "--sidecar", &format!("{AES}.json")]).result();
    let svg = std::fs::read_to_string(picture).expect("a picture");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    for words in ["plaintext, 128 bits", "ciphertext, 128 bits", "36,762 gates, 6,400 of them AND, AND depth 60"] {
        assert!(svg.contains(words), "{words:?} is missing");
    }
    // Every layer is there, and the whole is small enough for any viewer.
    for layer in 0..=60 {
        assert!(svg.contains(&format!("AND depth {layer}: ")), "layer {layer} is missing");
    }
    assert!(svg.len() < 200_000);
}

#[test]
fn every_command_has_an_example() {
    for command in ["stats", "run", "export", "draw"] {
        let help = circuit(&[command, "--help"]).result();
        assert!(help.contains("Example") && help.contains(&format!("quorate circuit {command}")), "{help}");
    }
    assert!(circuit(&["--help"]).result().contains("Examples:"));
}
