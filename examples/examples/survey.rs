//! A program written in Rust: built, printed, explained and run in the clear.
//!
//! Three clinics asked patients how content they are, from 0 to 10. They want to know the overall average, how many
//! were unhappy, and which clinic's average was best, without comparing the others.
//!
//! ```text
//! cargo run -p quorate-examples --example survey
//! ```
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use quorate_circuits::bind::Arguments;
use quorate_circuits::build::{Everybody, Private, ProgramBuilder, Secret, U8};
use quorate_circuits::digest::ProgramDigest;
use quorate_circuits::disclosure::Disclosure;
use quorate_circuits::program::{Diagnostic, Program};
use quorate_circuits::text::print;
use quorate_examples::{Error, bind, run};

const CLINICS: [&str; 3] = ["east", "west", "lake"];

fn survey() -> Result<Program, Diagnostic> {
    let p = ProgramBuilder::new("survey");
    let clinics = CLINICS.map(|name| p.role(name));
    let answers = p.size("answers", 1..=100_000).private();
    let columns = clinics.each_ref().map(|clinic| p.column(clinic, "content", &answers, U8.range(0..=10)));

    // Work on one's own answers is done in plain; three numbers of each clinic are shared.
    let shared = |what: &str, of: fn(&Private) -> Private| -> [Secret; 3] {
        std::array::from_fn(|i| of(&columns[i]).share().named(&format!("{what}_{}", CLINICS[i])))
    };
    let [count_east, count_west, count_lake] = shared("count", |column| column.at_least(0).sum());
    let [sum_east, sum_west, sum_lake] = shared("sum", |column| column.sum());
    let [low_east, low_west, low_lake] = shared("low", |column| column.less_than(4).sum());

    let count = p.reveal("count", &count_east + &count_west + &count_lake, Everybody);
    let sum = p.reveal("sum", &sum_east + &sum_west + &sum_lake, Everybody);
    p.output("average", sum / count);
    p.reveal("unhappy", low_east + low_west + low_lake, Everybody);

    // a/n >= b/m is a*m >= b*n: averages are compared without a division, and without being revealed.
    let east_leads = (&sum_east * &count_west).at_least(&sum_west * &count_east).named("east_leads");
    let leading_sum = east_leads.select(&sum_east, &sum_west);
    let leading_count = east_leads.select(&count_east, &count_west);
    let lake_best = (sum_lake * leading_count).greater_than(leading_sum * count_lake).named("lake_best");
    p.reveal("best", lake_best.select(3, east_leads.select(1, 2)), Everybody);
    p.finish()
}

fn main() -> Result<(), Error> {
    let program = survey()?;
    println!("{}", print(&program));
    println!("digest {}\n", ProgramDigest::of(&program));

    let bound = bind(program, &[])?;
    let disclosure = Disclosure::of(&bound, &Arguments::default(), &[])?;
    for provided in &disclosure.provides {
        println!("{} brings {}: {}", provided.role, provided.name, provided.what);
    }
    for revealed in disclosure.reveals.iter().filter(|revealed| !revealed.derived) {
        println!("{} is revealed to {}", revealed.name, revealed.receivers.join(", "));
    }
    for lint in &disclosure.lints {
        println!("note: {lint}");
    }

    println!();
    for (name, values) in
        run(&bound, &[("east.content", "7, 9, 3"), ("west.content", "10, 8"), ("lake.content", "2, 9, 9, 10")])?
    {
        println!("{name} = {}", values.join(", "));
    }
    Ok(())
}

#[test]
fn the_survey_agrees_with_plain_arithmetic() {
    let bound = bind(survey().expect("well formed"), &[]).expect("nothing is missing");
    let cases: [([&[u32]; 3], &str); 4] = [
        ([&[7, 9, 3], &[10, 8], &[2, 9, 9, 10]], "2"),
        ([&[10], &[10, 9], &[0]], "1"),
        ([&[5], &[5, 5], &[5, 5, 5]], "1"),
        ([&[1, 2], &[3], &[4, 4, 3]], "3"),
    ];
    for (answers, best) in cases {
        let texts = answers.map(|column| column.iter().map(ToString::to_string).collect::<Vec<_>>().join(","));
        let names = ["east.content", "west.content", "lake.content"];
        let inputs: Vec<(&str, &str)> = names.into_iter().zip(texts.iter().map(String::as_str)).collect();
        let outputs = run(&bound, &inputs).expect("it runs");
        let all: Vec<u32> = answers.concat();
        assert_eq!(outputs["count"], [all.len().to_string()]);
        assert_eq!(outputs["sum"], [all.iter().sum::<u32>().to_string()]);
        assert_eq!(outputs["unhappy"], [all.iter().filter(|a| **a < 4).count().to_string()]);
        assert_eq!(outputs["best"], [best]);
    }
}
