//! Four processes of which one stops or falls silent in the middle: the three others finish, with the right result, and
//! their receipts say who was outvoted.

mod command;
mod fixture;

use command::{Company, Running, quorate};

const NAMES: [&str; 4] = ["ann", "ben", "cas", "dan"];

/// The sum of three columns, and of whose numbers most are largest; the fourth party brings nothing.
const PROGRAM: &str = "program outvoted
role ann
role ben
role cas
role dan
size rows in 1..=10^6
input ann.x[rows]: u16 in 0..=1000
input ben.y[rows]: u16 in 0..=1000
input cas.z[rows]: u16 in 0..=1000
let x = share(ann.x)
let y = share(ben.y)
let z = share(cas.z)
reveal total = sum(x) + sum(y) + sum(z) to all
reveal products = sum(x * y) to all
reveal above = sum(x > z) to all
";

const ROWS: u64 = 20_000;

/// All four, at the beginning of the protocol.
fn begun(company: &Company) -> Vec<Running> {
    let program = company.write("outvoted.qp", PROGRAM);
    let columns: Vec<String> = (0..3)
        .map(|shift| {
            let rows: String = (0..ROWS).map(|row| format!("{}\n", (row + shift) % 1000)).collect();
            company.write(&format!("column_{shift}.csv"), &format!("a\n{rows}"))
        })
        .collect();
    let trust = ["--adversary", "malicious", "--guarantee", "output", "--corrupt", "1"];
    let more = ["--progress", "json", "--json"];
    let inputs =
        [("x", 0), ("y", 1), ("z", 2)].map(|(name, column): (&str, usize)| format!("{name}={}:a", columns[column]));
    let parties: Vec<Running> = NAMES
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let input: Vec<&str> = inputs.get(place).map_or(Vec::new(), |input| vec!["--input", input]);
            company.run(name, &[&[program.as_str()], &input[..], &trust, &more].concat())
        })
        .collect();
    parties.iter().for_each(|party| party.until("\"begin\""));
    parties
}

/// What the first three have, and that their receipts name the fourth.
fn finished(company: &Company, parties: Vec<Running>) {
    let numbers = |shift: u64| (0..ROWS).map(move |row| (row + shift) % 1000);
    let total: u64 = (0..3).flat_map(numbers).sum();
    let products: u64 = numbers(0).zip(numbers(1)).map(|(x, y)| x * y).sum();
    let above = numbers(0).zip(numbers(2)).filter(|(x, z)| x > z).count() as u64;
    for (party, name) in parties.into_iter().zip(NAMES) {
        let ended = party.wait();
        assert_eq!(ended.code, Some(0), "{name}: {}", ended.err);
        assert!(ended.err.contains("dan is accused"), "{name}: {}", ended.err);
        let outputs = &ended.json()["outputs"];
        assert_eq!(
            (&outputs["total"], &outputs["products"], &outputs["above"]),
            (&total.into(), &products.into(), &above.into()),
            "{name}"
        );
        let verified = quorate(&["receipt", "verify", &company.receipt(name), "--home", &company.home(name)]).result();
        assert!(verified.contains("deviated, as more have signed than may be corrupted: dan"), "{name}: {verified}");
        assert!(verified.contains("missing the signatures of dan"), "{name}: {verified}");
    }
}

#[test]
fn a_party_that_is_killed_is_outvoted() {
    let company = Company::new(&NAMES);
    let mut parties = begun(&company);
    let dan = parties.pop().expect("four of them");
    dan.signal("KILL");
    finished(&company, parties);
}

#[test]
fn a_party_that_falls_silent_is_outvoted() {
    let company = Company::new(&NAMES);
    let mut parties = begun(&company);
    let dan = parties.pop().expect("four of them");
    dan.signal("STOP");
    finished(&company, parties);
    dan.signal("CONT");
}
