//! `quorate circuit run --protocol`: circuits of files and of the library, with a process for each party.

mod command;
mod fixture;

use command::quorate;
use serde_json::Value;

const SUM: &str = "datasets/circuits/arith-add-64-bit-truncated.txt";

fn run(arguments: &[&str]) -> Value {
    quorate(&[&["circuit", "run", "--json"], arguments].concat()).json()
}

#[test]
fn a_file_runs_under_both_protocols() {
    for protocol in ["yao", "additive"] {
        let json = run(&[SUM, "--input", "2a", "ff", "--protocol", protocol]);
        assert_eq!(json["outputs"], serde_json::json!(["0000000000000129"]));
        assert_eq!(json["protocol"], protocol);
        assert_eq!(json["cost"]["and_gates"], 187);
        assert_eq!(json["claim"]["adversary"], "semi-honest");
    }
}

#[test]
fn a_gadget_has_outputs_in_order_and_its_own_variant_for_few_rounds() {
    let division = ["divide-64", "--input", "64", "7", "--protocol"];
    let text = quorate(&[&["circuit", "run"], &division[..], &["yao"]].concat()).result();
    assert_eq!(text, "000000000000000e\n0000000000000002\n");
    let sum = |protocol| run(&["add-64", "--input", "ff", "1", "--protocol", protocol]);
    assert_eq!(sum("yao")["cost"]["and_gates"], 63);
    let additive = sum("additive");
    assert_eq!(additive["outputs"], serde_json::json!(["0000000000000100"]));
    assert!(additive["cost"]["rounds"].as_u64().expect("a number") < 30, "{additive}");
}

#[test]
fn inputs_belong_to_parties_in_turn_or_as_is_said() {
    let three = ["add-64", "--input", "3", "4", "--protocol", "additive", "--parties", "3"];
    let json = run(&three);
    assert_eq!(json["outputs"], serde_json::json!(["0000000000000007"]));
    assert_eq!(json["parties"].as_array().expect("a list").len(), 3);
    let one = run(&[&three[..], &["--owner", "2=1"]].concat());
    assert_eq!(one["outputs"], json["outputs"]);
    for owner in ["3=1", "1=4", "0=1", "1"] {
        let refused = quorate(&[&["circuit", "run"], &three[..], &["--owner", owner]].concat());
        refused.fails(2, &["--owner", owner]);
    }
}

#[test]
fn trust_that_no_protocol_gives_is_refused() {
    let refused = quorate(&["circuit", "run", SUM, "--input", "1", "2", "--protocol", "yao", "--parties", "3"]);
    refused.fails(2, &["it is for 2 parties"]);
    let unknown = quorate(&["circuit", "run", SUM, "--input", "1", "2", "--protocol", "magic"]);
    unknown.fails(2, &["there is no protocol \"magic\""]);
}

#[test]
fn the_gadgets_are_listed() {
    let list = quorate(&["circuit", "list", "--json"]).json();
    let names: Vec<&str> = list.as_array().expect("a list").iter().filter_map(|g| g["name"].as_str()).collect();
    assert!(names.len() > 100 && names.contains(&"aes-128") && names.contains(&"f64-mul"), "{names:?}");
}
