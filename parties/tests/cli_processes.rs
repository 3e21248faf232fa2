//! `local --processes` and `circuit run --random`: parties in processes of their own, over every transport, measured.

mod command;
mod fixture;

use std::fs;

use command::quorate;
use quorate_engine::protocol::OFFERS_ON_NUMBERS;
use serde_json::Value;
use tempfile::TempDir;

const SEED: &str = "000102030405060708090a0b0c0d0e0f";

fn measured(arguments: &[&str]) -> Value {
    quorate(&[arguments, &["--json"]].concat()).json()
}

fn local(program: &str, arguments: &[&str]) -> Value {
    measured(&[&["local", program, "--processes"], arguments].concat())
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// What stands in every measured party, and how it adds up.
fn is_whole(report: &Value) {
    for party in report["parties"].as_array().expect("a list") {
        let phases = ["set_up", "preprocessing", "online"].map(|phase| &party["phases"][phase]);
        for field in ["bytes_sent", "bytes_received", "rounds"] {
            let sum: u64 = phases.iter().map(|phase| number(&phase[field])).sum();
            assert_eq!(sum, number(&party[field]), "{field} of {party}");
        }
        let (cpu, whole) = (party["cpu_seconds"].as_f64(), party["process_cpu_seconds"].as_f64());
        assert!(cpu.expect("a time") > 0.0 && cpu <= whole, "the protocol is a part of the process: {party}");
        assert!(party["wall_seconds"].as_f64().expect("a time") > 0.0, "{party}");
        assert!(number(&party["peak_memory_bytes"]) > 1_000_000, "{party}");
    }
    // What `explain` predicts is what the channels have counted.
    let sent: u64 =
        report["parties"].as_array().expect("a list").iter().map(|party| number(&party["bytes_sent"])).sum();
    assert_eq!(sent, number(&report["cost"]["bytes"]), "{report}");
    let rounds = report["parties"].as_array().expect("a list").iter().map(|party| number(&party["rounds"])).max();
    assert_eq!(rounds, report["cost"]["rounds"].as_u64(), "{report}");
}

#[test]
fn one_program_over_every_transport_gives_one_result() {
    let given = ["--input", "alice.wealth=8", "--input", "bob.wealth=7"];
    for transport in ["unix", "tcp", "tls"] {
        let report = local("millionaires", &[&given[..], &["--transport", transport]].concat());
        assert_eq!(report["outputs"]["alice_richer"], true);
        assert_eq!(report["outputs"]["bob_richer"], false);
        assert_eq!(report["outputs_equal_clear"], true);
        assert_eq!(report["transport"], transport);
        assert_eq!(report["sources"]["alice.wealth"], "8");
        is_whole(&report);
    }
}

#[test]
fn a_seed_gives_the_same_inputs_again() {
    let rows = ["--random", "--seed", SEED, "--param", "rows=7", "--param", "parties=3", "--transport", "unix"];
    let program = "benches/programs/sort.qp";
    let [first, again] = [local(program, &rows), local(program, &rows)];
    assert_eq!(first["seed"], SEED);
    assert_eq!(first["outputs"], again["outputs"]);
    assert_eq!(first["outputs_equal_clear"], true);
    assert_eq!(first["parties"].as_array().expect("a list").len(), 3);
    is_whole(&first);
    let other = local(program, &["--random", "--param", "rows=7", "--param", "parties=3", "--transport", "unix"]);
    assert_ne!(other["seed"], first["seed"]);
}

#[test]
fn sizes_are_parameters_where_nothing_is_measured() {
    // Of other seeds some give thresholds that do not ascend, and the program stops.
    let sizes = ["--random", "--seed", SEED, "--param", "banks=1", "--param", "rows=5", "--param", "columns=3"];
    let report = local("risk-score", &[&sizes[..], &["--transport", "tcp"]].concat());
    assert_eq!(report["outputs"]["decision"].as_array().expect("a column").len(), 5);
    is_whole(&report);
    let private = local("hospital-stats", &["--random", "--param", "rows=9", "--transport", "unix"]);
    assert_eq!(private["outputs_equal_clear"], true);
}

#[test]
fn statistics_are_for_people_too() {
    let text = quorate(&["local", "millionaires", "--processes", "--stats", "--random", "--seed", SEED]).result();
    for words in ["processor", "preprocessing", "on the clock", "whole process", SEED, "those of the clear evaluation"]
    {
        assert!(text.contains(words), "{words:?} is missing in:\n{text}");
    }
}

#[test]
fn an_assert_that_fails_in_a_process_is_its_users_mistake() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("never.qp");
    fs::write(
        &path,
        "program never\nrole ann\nrole ben\ninput ann.x: u8\ninput ben.y: u8\n\
         assert share(ann.x) + share(ben.y) < 0, \"it never is\"\nreveal sum = share(ann.x) + share(ben.y) to all\n",
    )
    .expect("a file");
    let ended = quorate(&["local", &path.to_string_lossy(), "--processes", "--random", "--transport", "unix"]);
    ended.fails(2, &["it never is"]);
}

#[test]
fn what_does_not_go_together_is_refused() {
    let base = ["local", "millionaires"];
    for (options, words) in [
        (&["--random"][..], &["--processes"][..]),
        (&["--processes", "--random", "--input", "alice.wealth=1"], &["--input"]),
        (&["--processes", "--random", "--protocol", "clear"], &["in the clear there is nothing"]),
        (&["--processes", "--random", "--transport", "pigeon"], &["unix, tcp or tls"]),
        (&["--processes", "--random", "--seed", "12"], &["32 lower-case hexadecimal digits"]),
        (&["--processes", "--random", "--protocol", "magic"], &["there is no protocol"]),
        (&["--processes"], &["alice.wealth"]),
    ] {
        quorate(&[&base[..], options].concat()).fails(2, words);
    }
    quorate(&["local", "hospital-stats", "--processes", "--random", "--param", "rows=0"])
        .fails(2, &["rows=0", "1..=1000000"]);
    quorate(&["party-process", "/nowhere/order.json"]).fails(1, &["/nowhere/order.json"]);
}

#[test]
fn many_instances_of_a_file_and_of_a_gadget() {
    let sum = "datasets/circuits/arith-add-64-bit-truncated.txt";
    let cases =
        [sum, "less-than-64"].into_iter().flat_map(|circuit| offered().into_iter().map(move |of| (circuit, of)));
    for (circuit, (protocol, parties)) in cases {
        let parties = parties.to_string();
        let options = ["--random", "--instances", "130", "--protocol", protocol, "--parties", &parties];
        let report = measured(&[&["circuit", "run", circuit, "--transport", "unix"], &options[..]].concat());
        assert_eq!(report["outputs_equal_clear"], true, "{circuit} under {protocol}");
        assert_eq!(report["instances"], 130);
        assert_eq!(number(&report["and_gates"]) % 130, 0, "gates are those of whole instances");
        assert!(report["bytes_per_and_gate"].as_f64().expect("a number") > 0.0);
        assert!(report["parties"][0]["and_gates_per_cpu_second"].as_f64().expect("a number") > 0.0);
        is_whole(&report);
    }
}

/// Between processes over TLS, as between partners: a cipher of a file, a hash and floating point of the library.
#[test]
fn circuits_over_tls_give_the_clear_result() {
    let circuits = [("datasets/circuits/aes-128.txt", 6400), ("sha-256-of-32-bytes", 20_954), ("f64-mul", 5011)];
    let under: [&[&str]; 5] = [
        &["yao", "--garbling", "half-gates"],
        &["yao", "--garbling", "three-halves"],
        &["authenticated-garbling", "--parties", "2"],
        &["authenticated-garbling", "--parties", "3"],
        &["additive", "--parties", "3"],
    ];
    for (circuit, gates) in circuits {
        for options in under {
            let run = ["circuit", "run", circuit, "--random", "--instances", "1", "--transport", "tls", "--protocol"];
            let report = measured(&[&run[..], options].concat());
            assert_eq!(report["outputs_equal_clear"], true, "{circuit} under {options:?}");
            assert_eq!(report["transport"], "tls");
            // Sharings trade gates for rounds.
            let few = number(&report["and_gates"]) == gates;
            assert!(few || options[0] == "additive", "{circuit} under {options:?}: {}", report["and_gates"]);
            is_whole(&report);
        }
    }
}

/// Circuits at the edges of the format: no inputs, outputs that are inputs or constants, values wider than a number.
const EDGES: [(&str, &str); 4] = [
    ("no-inputs.txt", "2 2\n0\n1 2\n\n1 1 1 0 EQ\n1 1 0 1 EQ\n"),
    ("wires.txt", "2 6\n2 2 2\n1 4\n\n1 1 0 4 EQW\n2 1 1 3 5 AND\n"),
    ("constant.txt", "2 4\n1 2\n1 2\n\n1 1 1 2 EQ\n2 1 0 1 3 AND\n"),
    ("wide.txt", ""),
];

#[test]
fn circuits_at_the_edges_of_the_format_run() {
    let folder = TempDir::new().expect("a folder");
    for (name, text) in EDGES {
        let wide: String = (0..150).map(|i| format!("2 1 {i} {} {} AND\n", 150 + i, 300 + i)).collect();
        let text = if name == "wide.txt" { format!("150 450\n2 150 150\n1 150\n\n{wide}") } else { text.to_owned() };
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        for (protocol, parties) in offered() {
            let parties = parties.to_string();
            let options =
                ["--random", "--instances", "3", "--protocol", protocol, "--parties", &parties, "--transport", "unix"];
            let report = measured(&[&["circuit", "run", &*path.to_string_lossy()], &options[..]].concat());
            assert_eq!(report["outputs_equal_clear"], true, "{name} under {protocol}");
            is_whole(&report);
        }
    }
}

#[test]
fn batches_that_cannot_be_are_refused() {
    let run = ["circuit", "run", "less-than-64", "--random"];
    for (options, words) in [
        (&["--instances", "0", "--protocol", "yao"][..], &["--instances 0"][..]),
        (&["--instances", "100000001", "--protocol", "yao"], &["1 to 100000000"]),
        (&[], &["in the clear there is none"]),
        (&["--protocol", "yao", "--parties", "3"], &["it is for 2 parties"]),
        (&["--protocol", "yao", "--adversary", "malicious"], &["semi-honest"]),
        (&["--protocol", "yao", "--owner", "3=1"], &["--owner 3=1"]),
    ] {
        quorate(&[&run[..], options].concat()).fails(2, words);
    }
    for option in [["--instances", "2"], ["--seed", SEED], ["--transport", "unix"]] {
        let given = ["circuit", "run", "less-than-64", "--protocol", "yao", "--input", "1", "2"];
        quorate(&[&given[..], &option].concat()).fails(2, &[option[0], "add --random"]);
    }
}

/// Every protocol on numbers, for two and for three parties where it is for so many.
fn offered() -> Vec<(&'static str, usize)> {
    let fits = |parties: usize| {
        OFFERS_ON_NUMBERS
            .iter()
            .filter(move |offer| (offer.least_parties..=offer.most_parties).contains(&parties))
            .map(move |offer| (offer.name.name(), parties))
    };
    [2, 3].into_iter().flat_map(fits).collect()
}

#[test]
fn every_program_of_the_benches_runs_under_every_protocol() {
    let sizes = [("logistic-train", "steps=2"), ("logistic-train", "columns=3"), ("logistic-score", "columns=3")];
    let mut programs = 0;
    for entry in fs::read_dir(command::root().join("benches/programs")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let own: Vec<&str> =
            sizes.iter().filter(|(of, _)| *of == name).flat_map(|(_, size)| ["--param", size]).collect();
        let counts = fs::read_to_string(&path).expect("a text").contains("parameter parties");
        for (protocol, parties) in offered().into_iter().filter(|(_, parties)| counts || *parties == 2) {
            let parties = format!("parties={parties}");
            let count: &[&str] = if counts { &["--param", &parties] } else { &[] };
            let fixed = ["--random", "--param", "rows=4", "--protocol", protocol, "--transport", "unix"];
            let report = local(&path.to_string_lossy(), &[&fixed[..], count, &own].concat());
            assert_eq!(report["outputs_equal_clear"], true, "{name} under {protocol}");
            assert_eq!(report["protocol"], protocol);
            is_whole(&report);
        }
        programs += 1;
    }
    assert_eq!(programs, 9);
}
