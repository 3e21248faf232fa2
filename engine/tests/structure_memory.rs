//! A million rows in a `map` and a `fold` are bound, planned and priced, and what they disclose is
//! computed, in the memory of ten thousand.
//!
//! Peak memory is a figure of a process: the test starts its own binary for each protocol and number of rows.
#![cfg(target_os = "linux")]

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;

use quorate_circuits::bind::BoundProgram;
use quorate_circuits::disclosure::Disclosure;
use quorate_circuits::text::parse;
use quorate_engine::net::PartyIndex;
use quorate_engine::plan::{cost, plan};
use quorate_engine::protocol::{OFFERS_ON_NUMBERS, ProtocolName};
use quorate_testkit::read_arguments;

/// What a started process does: protocol and rows.
const TASK: &str = "QUORATE_STRUCTURE_MEMORY_TASK";

/// How much more a hundred times the rows may take.
const MOST_MORE_KIBIBYTES: usize = 4 << 10;

const PROGRAM: &str = "program structure
role a
role b
size rows in 1..=10^6
table a.people[rows] {
  age: u8 in 0..=120
  income: i64 in -10^9..=10^9
}
input b.limit: i64 in -10^9..=10^9
input b.weights[rows]: i32 in 0..=100
function counted(age, income, weight, limit) {
  let rich = income > limit
  let old = age >= 65
  return select(rich & !old, quotient(income, weight + 1), shift_right(age, 2))
}
function greater_of(x, y) = max(x, y)
function plus(x, y) = x + y
let scores = map counted(each share(a.people.age), each share(a.people.income), each share(b.weights), share(b.limit))
reveal most = fold associative greater_of(each scores) in -10^9..=10^9 to all
reveal total = fold associative plus(each scores) to all
reveal count = sum(scores > 0) to all
";

#[test]
fn plans_of_a_million_rows_are_small() {
    if let Ok(task) = std::env::var(TASK) {
        let (protocol, rows) = task.split_once(' ').expect("two words");
        return be(protocol.parse().expect("a protocol"), rows);
    }
    for offer in OFFERS_ON_NUMBERS.iter().filter(|offer| offer.least_parties == 2) {
        let [few, many] = ["10000", "1000000"].map(|rows| peak(offer.name, rows));
        assert!(many < few + MOST_MORE_KIBIBYTES, "{}: {few} KiB, then {many} KiB", offer.name.name());
    }
}

/// The peak memory of a process that prices the program for so many rows.
fn peak(protocol: ProtocolName, rows: &str) -> usize {
    let started = Command::new(std::env::current_exe().expect("this binary"))
        .args(["--exact", "plans_of_a_million_rows_are_small", "--nocapture"])
        .env(TASK, format!("{} {rows}", protocol.name()))
        .stdout(Stdio::piped())
        .spawn();
    let output = started.and_then(std::process::Child::wait_with_output).expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    let line = text.lines().find_map(|line| line.split_once("report ")).expect("a report").1;
    line.trim().parse().expect("a size")
}

fn be(protocol: ProtocolName, rows: &str) {
    let program = Arc::new(parse(PROGRAM).unwrap_or_else(|e| panic!("{}", e.render("structure", PROGRAM))));
    let arguments = read_arguments(&program, &format!("rows={rows}"));
    let bound = Arc::new(BoundProgram::new(&program, &arguments).unwrap_or_else(|e| panic!("{e}")));
    let disclosure = Disclosure::of(&bound, &arguments, &[]).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(disclosure.reveals.len(), 3);
    let cost = cost(&plan(&bound, protocol, 2, &[PartyIndex(0), PartyIndex(1)]));
    let rows: u64 = rows.parse().expect("a number");
    assert!(cost.and_gates > 100 * rows, "{} AND gates", cost.and_gates);
    writeln!(std::io::stdout(), "report {}", peak_kibibytes()).expect("a pipe");
}

fn peak_kibibytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("the high-water mark");
    line.split_whitespace().nth(1).and_then(|figure| figure.parse().ok()).expect("a number")
}
