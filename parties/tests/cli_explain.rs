//! `explain`: the table of protocols, the cost by source line, the picture, and the difference of two programs.

mod command;
mod fixture;

use command::quorate;
use serde_json::Value;

const RISK: [&str; 8] = ["explain", "risk-score", "--parties", "2", "--param", "rows=300", "--param", "columns=4"];

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

#[test]
fn the_table_marks_the_chosen_protocol_and_says_why() {
    let page = quorate(&["explain", "millionaires"]).result();
    let line =
        |start: &str| page.lines().find(|line| line.trim_start().starts_with(start)).unwrap_or_default().to_owned();
    assert!(line("→").contains("yao"), "{page}");
    assert!(line("yao is chosen").contains("the shortest time on this network"), "{page}");
    let headings =
        ["parties", "colluding", "behaviour", "AND gates", "multiplications", "rounds", "preprocessing", "online"];
    assert!(headings.iter().all(|heading| page.contains(heading)), "{page}");
    let page = quorate(&RISK).result();
    assert!(page.contains("yao does not fit: it is for 2 parties; there are 3"), "{page}");
    assert!(page.contains("additive is chosen: the only one that fits"), "{page}");
}

#[test]
fn lines_add_up_to_the_cost_of_the_chosen_protocol() {
    for arguments in [&RISK[..], &["explain", "hospital-stats", "--parties", "4"], &["explain", "millionaires"]] {
        let explained = quorate(&[arguments, &["--json"]].concat()).json();
        let by_line = &explained["by_line"];
        assert_eq!(by_line["protocol"], explained["chosen"]);
        let candidates = list(&explained["candidates"]);
        let chosen = candidates.iter().find(|c| c["protocol"] == explained["chosen"]).expect("it was considered");
        let cost = &chosen["cost"];
        let parts: Vec<&Value> = std::iter::once(&by_line["set_up"])
            .chain(list(&by_line["lines"]))
            .chain(list(&by_line["shared_rounds"]))
            .filter(|part| !part.is_null())
            .collect();
        let sum = |field: &str| parts.iter().map(|part| number(&part[field])).sum::<u64>();
        for field in ["and_gates", "multiplications", "rounds"] {
            assert_eq!(sum(field), number(&cost[field]), "{field}");
        }
        for phase in ["set-up", "preprocessing", "online"] {
            let bytes: u64 = parts.iter().map(|part| number(&part["bytes"][phase])).sum();
            assert_eq!(bytes, number(&cost["phases"][phase]["bytes"]), "{phase}");
        }
        let shares: f64 = parts.iter().filter_map(|part| part["share"].as_f64()).sum();
        assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    }
}

#[test]
fn lines_are_shown_in_order_with_their_text() {
    let by_line = &quorate(&[&RISK[..], &["--json"]].concat()).json()["by_line"];
    let numbers: Vec<u64> = list(&by_line["lines"]).iter().map(|line| number(&line["line"])).collect();
    assert!(numbers.is_sorted() && numbers.len() > 1, "{numbers:?}");
    let source = quorate(&["show", "risk-score"]).result();
    let page = quorate(&RISK).result();
    let section = page.split_once("What each line costs").expect("a section").1;
    for line in list(&by_line["lines"]) {
        let text = line["source"].as_str().expect("text");
        assert!(source.contains(text), "{text}");
        let beginning: String = text.chars().take(40).collect();
        assert!(section.contains(&beginning), "{beginning}\n{section}");
    }
}

#[test]
fn the_picture_is_well_formed_and_escaped() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = |name: &str| directory.path().join(name).to_str().expect("UTF-8").to_owned();
    let (program, picture) = (path("odd.qp"), path("cost.svg"));
    let source = "program odd\nrole a\nrole b\ninput a.x: u8\ninput b.y: u8\n\
                  reveal less = share(a.x) < share(b.y) to all # \"<b> & </b>\"\n";
    std::fs::write(&program, source).expect("a file");
    let page = quorate(&["explain", &program, "--flame", &picture]);
    assert!(page.err.contains("the picture is in"), "{}", page.err);
    page.result();
    let svg = std::fs::read_to_string(&picture).expect("a picture");
    assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"));
    assert!(svg.contains("&quot;&lt;b&gt; &amp; &lt;/b&gt;&quot;"), "{svg}");
    assert!(svg.contains("<title>6  reveal less"), "{svg}");
    assert!(!svg.contains("<b>") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    assert_eq!(svg.matches("<text ").count(), svg.matches("</text>").count());
    let nowhere = path("no/such/folder.svg");
    quorate(&["explain", &program, "--flame", &nowhere]).fails(2, &["--flame", "cannot be written"]);
}

#[test]
fn a_program_does_not_differ_from_itself() {
    let page = quorate(&["explain", "--diff", "risk-score", "risk-score", "--param", "rows=7"]).result();
    assert!(page.contains("no difference in disclosure"), "{page}");
    let digest = quorate(&["digest", "risk-score"]).result();
    assert_eq!(page.matches(digest.trim()).count(), 2, "{page}");
    let found = quorate(&["explain", "--diff", "risk-score", "risk-score", "--json"]).json();
    assert_eq!(found["disclosure"]["equal"], true);
    assert_eq!(list(&found["disclosure"]["changes"]).len(), 0);
    assert!(list(&found["cost"]).iter().all(|protocol| protocol["old"] == protocol["new"]));
}

#[test]
fn what_changed_is_listed() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("new.qp").to_str().expect("UTF-8").to_owned();
    let old = quorate(&["show", "millionaires"]).result();
    let new = old
        .replace("input bob.wealth: u64", "input bob.wealth: u32")
        .replace("bob_wealth > alice_wealth to all", "bob_wealth > alice_wealth to bob")
        + "reveal total = alice_wealth + bob_wealth to all\n";
    std::fs::write(&path, new).expect("a file");
    let page = quorate(&["explain", "--diff", "millionaires", &path]).result();
    for words in [
        "~ input bob.wealth",
        "0..=4294967295",
        "~ output bob_richer",
        "+ output total",
        "+ remark: bob alone can solve",
    ] {
        assert!(page.contains(words), "{words:?} is missing in:\n{page}");
    }
    let found = quorate(&["explain", "--diff", "millionaires", &path, "--json"]).json();
    assert_eq!(found["disclosure"]["equal"], false);
    assert_ne!(found["old"]["digest"], found["new"]["digest"]);
    let yao = &list(&found["cost"])[0];
    assert_eq!((number(&yao["old"]["and_gates"]), yao["protocol"].as_str()), (128, Some("yao")));
    assert!(number(&yao["new"]["and_gates"]) > 128);
}

/// A protocol that runs neither program says whether it is for programs of their kind at all.
#[test]
fn protocols_for_the_other_kind_of_values_say_so() {
    let row = |page: &str, protocol: &str| {
        let line = page.lines().find(|line| line.trim_start().starts_with(protocol)).expect("its row");
        line.split_once(protocol).expect("its name").1.trim().to_owned()
    };
    let page = quorate(&["explain", "--diff", "millionaires", "millionaires"]).result();
    assert_eq!([row(&page, "dkls"), row(&page, "frost")], ["is for curves"; 2].map(str::to_owned), "{page}");
    let page = quorate(&["explain", "--diff", "ed25519-key", "ed25519-key"]).result();
    assert_eq!([row(&page, "yao"), row(&page, "additive")], ["is for numbers"; 2].map(str::to_owned), "{page}");
    assert_eq!(row(&page, "dkls"), "fits neither", "{page}");
}

/// Bounds show on no page that is bound to numbers, and still disclose.
#[test]
fn wider_bounds_are_a_difference() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("new.qp").to_str().expect("UTF-8").to_owned();
    let new = quorate(&["show", "risk-score"]).result().replace("size rows in 1..=10^6", "size rows in 1..=2000000");
    std::fs::write(&path, new).expect("a file");
    let page = quorate(&["explain", "--diff", "risk-score", &path]).result();
    assert!(page.contains("~ bounds of rows") && page.contains("1..=2000000, public"), "{page}");
}

#[test]
fn numbers_that_only_one_program_has_are_given_to_that_one() {
    let both = ["explain", "--diff", "millionaires", "risk-score"];
    let page = quorate(&[&both[..], &["--param", "rows=5"]].concat()).result();
    assert!(page.contains("+ public size rows: 5"), "{page}");
    quorate(&[&both[..], &["--param", "nix=5"]].concat()).fails(2, &["--param nix", "neither program"]);
    quorate(&["explain", "--diff", "millionaires"]).fails(2, &["2 values"]);
    quorate(&["explain", "hospital-stats", "--diff", "a", "b"]).fails(2, &["cannot be used with"]);
    quorate(&["explain"]).fails(2, &["PROGRAM"]);
    quorate(&["explain", "--diff", "millionaires", "millionaire"]).fails(2, &["there is no program \"millionaire\""]);
}
