//! Each example, run in the clear on small data and compared with plain arithmetic.

use quorate_circuits::bind::BoundProgram;
use quorate_circuits::text::{parse, print};
use quorate_examples::{EXAMPLES, Example, Outputs};

fn run(name: &str, parameters: &[(&str, &str)], inputs: &[(&str, &str)]) -> Outputs {
    let example = Example::find(name).expect("there is such an example");
    example.run(parameters, inputs).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn all_are_well_formed_and_cannot_overflow() {
    for example in EXAMPLES {
        let program = parse(example.source).unwrap_or_else(|e| panic!("{}", e.render(example.name, example.source)));
        assert_eq!(program.name(), example.name);
        assert_eq!(parse(&print(&program)).as_ref(), Ok(&program));
        let program = std::sync::Arc::new(program);
        BoundProgram::check_greatest(&program).unwrap_or_else(|e| panic!("{}", e.render(example.name, example.source)));
    }
}

#[test]
fn second_price_auction() {
    for bids in [[300, 200, 100], [100, 200, 300], [200, 300, 100], [5, 5, 5], [0, 9, 9], [9, 0, 9], [9, 9, 0]] {
        let given = bids.map(|bid| format!("{bid}.25"));
        let outputs = run(
            "second-price-auction",
            &[],
            &[("ann.bid", &given[0]), ("ben.bid", &given[1]), ("cleo.bid", &given[2])],
        );
        let winner = (0..3).max_by_key(|i| (bids[*i], 2 - *i)).expect("three bids");
        for (i, name) in ["ann_won", "ben_won", "cleo_won"].into_iter().enumerate() {
            assert_eq!(outputs[name], [if i == winner { "1" } else { "0" }], "{bids:?}");
        }
        let mut sorted = bids;
        sorted.sort_unstable();
        assert_eq!(outputs["price"], [format!("{}.25", sorted[1])]);
    }
}

#[test]
fn pay_gap() {
    let groups = ["0,0,0,0,1,1,1,1", "0,0,0,1,1,1,1", "0,0,0,1,1,1"];
    let salaries = [
        "3000,3100.5,2900,4000,3500,3600,3700,5000",
        "2500,2600,2700,2800,2900,3000,3100",
        "7000,1000,3000,6000,2000,2500",
    ];
    let names: Vec<[String; 2]> =
        (1..=3).map(|i| [format!("employer_{i}.group"), format!("employer_{i}.salary")]).collect();
    let inputs: Vec<(&str, &str)> =
        (0..3).flat_map(|i| [(names[i][0].as_str(), groups[i]), (names[i][1].as_str(), salaries[i])]).collect();
    let outputs = run("pay-gap", &[("employers", "3")], &inputs);

    let (mut counts, mut totals) = ([0.0; 2], [0.0; 2]);
    for (group, salary) in groups.iter().zip(salaries).flat_map(|(g, s)| g.split(',').zip(s.split(','))) {
        let group: usize = group.parse().expect("a group");
        counts[group] += 1.0;
        totals[group] += salary.parse::<f64>().expect("a salary");
    }
    let average = [totals[0] / counts[0], totals[1] / counts[1]];
    let found = |name: &str| -> Vec<f64> { outputs[name].iter().map(|v| v.parse().expect("a number")).collect() };
    assert_eq!(found("count"), counts);
    assert_eq!(found("total"), totals);
    assert!(found("average").iter().zip(average).all(|(a, b)| (a - b).abs() < 1e-5));
    assert!((found("gap")[0] - (average[1] - average[0]) / average[1]).abs() < 1e-9);

    let few = Example::find("pay-gap").expect("there").run(
        &[("employers", "3")],
        &names.iter().flat_map(|n| [(n[0].as_str(), "0,1"), (n[1].as_str(), "1,2")]).collect::<Vec<_>>(),
    );
    assert!(few.expect_err("too few").to_string().contains("fewer than ten people"));
}

#[test]
fn secret_ballot() {
    let answers = [0, 0, 1, 2, 0, 1, 0];
    let names: Vec<(String, String)> =
        (1..).zip(answers).map(|(i, a)| (format!("voter_{i}.answer"), a.to_string())).collect();
    let inputs: Vec<(&str, &str)> = names.iter().map(|(n, a)| (n.as_str(), a.as_str())).collect();
    let outputs = run("secret-ballot", &[("voters", "7")], &inputs);
    for (answer, name) in ["yes", "no", "abstained"].into_iter().enumerate() {
        assert_eq!(outputs[name], [answers.iter().filter(|a| **a == answer).count().to_string()]);
    }
    assert_eq!(outputs["share_of_yes"], ["0.6666666667"]);
}

#[test]
fn equal_averages() {
    // Averages 2 and 2.04; 2 and 2.06; one exactly at the tolerance.
    for (south, equal) in
        [("2.04", "1"), ("2.0,2.12", "0"), ("2.05", "1"), ("2.051", "0"), ("1.95,1.95,1.95", "1"), ("-2", "0")]
    {
        let outputs = run("equal-averages", &[], &[("north.value", "1,2,3"), ("south.value", south)]);
        assert_eq!(outputs["equal"], [equal], "{south}");
    }
    let wide = run("equal-averages", &[("tolerance", "4000")], &[("north.value", "1,2,3"), ("south.value", "-2")]);
    assert_eq!(wide["equal"], ["1"]);
}

#[test]
fn weighted_score() {
    let inputs = |weights| {
        [
            ("foundation.weights", weights),
            ("foundation.enough", "6.5"),
            ("judge_1.scores", "10, 5, 8, 0"),
            ("judge_2.scores", "6, 7, 8, 9"),
        ]
    };
    let outputs = run("weighted-score", &[("judges", "2")], &inputs("0.4, 0.3, 0.2, 0.1"));
    // 16*0.4 + 12*0.3 + 16*0.2 + 9*0.1 = 14.1, against 2 * 6.5.
    assert_eq!(outputs["points"], ["14.1"]);
    assert_eq!(outputs["points_per_judge"], ["7.05"]);
    assert_eq!(outputs["accepted"], ["1"]);
    let refused =
        Example::find("weighted-score").expect("there").run(&[("judges", "2")], &inputs("0.4, 0.3, 0.2, 0.2"));
    assert!(refused.expect_err("1.1").to_string().contains("must add up to 1"));
}

#[test]
fn common_slot() {
    let free = ["1,1,0,0,1,1,1,0,1,1", "1,0,0,1,1,1,0,0,1,1", "0,1,0,1,1,1,1,1,1,0"];
    let names: Vec<String> = (1..=3).map(|i| format!("person_{i}.free")).collect();
    let inputs: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(free).collect();
    let outputs = run("common-slot", &[("people", "3")], &inputs);
    assert_eq!(outputs["common"].join(","), "0,0,0,0,1,1,0,0,1,0");
}
