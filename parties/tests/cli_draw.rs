//! `quorate circuit draw` of programs: every kind of program, nothing but well-formed text, and errors.

mod command;
mod fixture;

use command::{quorate, root};

/// Draws a program into a file of its own, with more options.
fn drawn(program: &str, options: &[&str]) -> String {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("picture.svg").to_str().expect("UTF-8").to_owned();
    let ended = quorate(&[&["circuit", "draw", program, "-o", &path], options].concat());
    assert!(ended.err.contains("wrote "), "{program}: {}", ended.err);
    assert_eq!(ended.result(), "");
    let svg = std::fs::read_to_string(path).expect("a picture");
    assert_well_formed(&svg);
    svg
}

/// Every element is closed, attributes are quoted, `&` begins an entity, and numbers are numbers.
#[track_caller]
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    let (first, rest) = svg.split_once('<').expect("an element");
    assert_eq!(first, "");
    for piece in rest.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or_else(|| panic!("no end: {piece}"));
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{piece}");
        } else {
            let name = tag.split_whitespace().next().expect("a name");
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        for entity in piece.split('&').skip(1) {
            assert!(["amp;", "lt;", "gt;", "quot;", "#10;"].iter().any(|known| entity.starts_with(known)), "{piece}");
        }
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
    assert!(open.is_empty(), "{open:?} are open");
    assert!(!svg.contains("NaN") && !svg.contains("\"inf"), "not a number");
    assert!(!svg.contains("href") && !svg.contains("url("), "a picture needs no other file");
}

/// What the picture says beside a name: the text of its box.
fn says(svg: &str, text: &str) -> bool {
    svg.contains(&format!(">{text}</text>"))
}

#[test]
fn the_library_is_drawn() {
    for name in ["budget-total", "hospital-stats", "millionaires", "risk-score"] {
        let svg = drawn(name, &[]);
        let source = quorate(&["show", name]).result();
        for line in source.lines() {
            // An assert's message is the text of its box.
            if let Some(message) = line.strip_prefix("assert ").and_then(|line| line.split('"').nth(1)) {
                assert!(says(&svg, message), "{message}");
            }
            for keyword in ["input ", "reveal ", "output ", "let "] {
                let named = line.strip_prefix(keyword).and_then(|line| line.split(['[', ':', ' ']).next());
                assert!(named.is_none_or(|named| says(&svg, named)), "{name} does not say {line}");
            }
        }
    }
}

#[test]
fn every_filetest_is_drawn_alike_each_time() {
    let folder = root().join("circuits/filetests/language");
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("filetests").map(|f| f.expect("a file").path()).collect();
    files.sort();
    assert!(files.len() > 50);
    let mut pictured = Vec::new();
    for file in &files {
        let name = file.to_str().expect("UTF-8");
        if file.ends_with("one-party.qp") || file.ends_with("signatures.qp") {
            // No protocol is for one party, or for two curves at once, so there is no plan to draw.
            quorate(&["circuit", "draw", name, "-o", "nowhere/picture.svg"]).fails(2, &["no protocol offers"]);
            continue;
        }
        let svg = drawn(name, &[]);
        let stem = file.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        assert!(svg.contains(&format!("<title>The program {stem}</title>")), "{stem}");
        pictured.push((name, svg));
    }
    for (name, svg) in pictured.iter().step_by(9) {
        assert_eq!(drawn(name, &[]), *svg);
    }
}

#[test]
fn inputs_outputs_and_bodies_have_boxes() {
    let svg = drawn("circuits/filetests/language/maps-over-rows.qp", &["--param", "rows=100"]);
    for text in ["owner.t", "i16 [rows, 3]", "map score × rows", "map accepted × rows", "to other", "[rows]", "to all"]
    {
        assert!(says(&svg, text), "{text:?} is missing");
    }
    assert!(svg.contains("with rows = 100<"));
    // The whole of an expression that is cut, and of what an input is declared as.
    assert!(svg.contains("<title>count = sum(map accepted(each t, w, each s))&#10;"));
    assert!(svg.contains("<title>input owner.t[rows, 3]: i16 in -100..=100&#10;private, in plain</title>"));
    let members = drawn("budget-total", &["--param", "parties=5"]);
    assert!(says(&members, "for each party × 5") && says(&members, "party.budget"));
    let receivers = drawn("risk-score", &["--param", "banks=2", "--param", "receivers=model_owner"]);
    assert!(says(&receivers, "to receivers: model_owner"));
}

/// The strongest colour is that of the costliest box, and domains follow from the protocol.
#[test]
fn colours_say_where_values_live_and_what_they_cost() {
    let colour = |svg: &str, title: &str| {
        let (before, _) = svg.split_once(&format!("<title>{title} = ")).expect("a box");
        let (_, fill) = before.rsplit_once("fill=\"").expect("a colour");
        let (fill, border) = fill.split_once("\" stroke=\"").expect("a border");
        (fill.to_owned(), border.trim_end_matches("\">").to_owned())
    };
    let yao = drawn("risk-score", &["--protocol", "yao"]);
    let additive = drawn("risk-score", &["--protocol", "additive"]);
    let (_, garbled) = colour(&yao, "score");
    let (_, arithmetic) = colour(&additive, "score");
    let (costly, boolean) = colour(&additive, "decision");
    assert_eq!(garbled, boolean);
    assert_ne!(arithmetic, boolean);
    let (cheap, _) = colour(&additive, "thresholds");
    let light = |colour: &str| {
        let parts = (1..6).step_by(2).map(|i| u32::from_str_radix(&colour[i..i + 2], 16).expect("a colour"));
        parts.sum::<u32>()
    };
    assert!(light(&costly) < light(&cheap));
    // Where something is shown only under a condition, what is shown is still secret.
    let conditional = drawn("hospital-stats", &["--protocol", "yao"]);
    assert_eq!(colour(&conditional, "min").1, colour(&conditional, "sum").1);
}

/// Shares are of what the statements send: together they are all of it.
#[test]
fn shares_add_up() {
    let svg = drawn("hospital-stats", &["--protocol", "additive", "--param", "groups=3"]);
    let shares = svg.split(" %</text>").filter_map(|before| before.rsplit_once('>')).map(|(_, share)| share);
    let shares: Vec<f64> = shares.filter_map(|share| share.parse().ok()).collect();
    let sum: f64 = shares.iter().sum();
    assert!(shares.len() > 4 && (sum - 100.0).abs() < 1.5, "{shares:?}");
}

#[test]
fn texts_are_escaped_and_long_ones_cut() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("odd.qp").to_str().expect("UTF-8").to_owned();
    let long = "a".repeat(60);
    let source = format!(
        "program odd\nrole a\nrole b\ninput a.x: u8\ninput b.y: u8\nlet {long} = share(a.x) < share(b.y)\n\
         assert a.x < 9, \"<b> & </b>, \"\nreveal less = {long} to all\n"
    );
    std::fs::write(&path, source).expect("a file");
    let svg = drawn(&path, &[]);
    assert!(says(&svg, "&lt;b&gt; &amp; &lt;/b&gt;, ") && !svg.contains("<b>"), "{svg}");
    assert!(svg.contains(&format!("<title>{long} = share(a.x) &lt; share(b.y)&#10;")) && !says(&svg, &long));
    assert!(says(&svg, "less") && svg.contains("…</text>"));
}

#[test]
fn errors_say_what_to_do() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = |name: &str| directory.path().join(name).to_str().expect("UTF-8").to_owned();
    let picture = path("picture.svg");
    let draw =
        |program: &str, options: &[&str]| quorate(&[&["circuit", "draw", program, "-o", &picture], options].concat());
    draw("nowhere.qp", &[]).fails(2, &["there is no program \"nowhere.qp\""]);
    draw("nowhere", &[]).fails(2, &["there is no circuit \"nowhere\""]);
    draw("risk-score", &["--param", "nix=1"]).fails(2, &["nix"]);
    draw("risk-score", &["--param", "rows"]).fails(2, &["--param rows", "NAME=VALUE"]);
    draw("risk-score", &["--param", "rows=0"]).fails(2, &["rows"]);
    draw("risk-score", &["--protocol", "rot13"]).fails(2, &["--protocol", "rot13"]);
    draw("hospital-stats", &["--param", "parties=3", "--protocol", "yao"]).fails(2, &["yao"]);
    draw("risk-score", &["--sidecar", "x.json"]).fails(2, &["--sidecar is for circuits", "risk-score is a program"]);
    draw("risk-score", &["--shape", "few-rounds"]).fails(2, &["--shape is for circuits"]);
    draw("add-64", &["--param", "rows=1"]).fails(2, &["--param is for programs", "add-64 is a circuit"]);
    draw("add-64", &["--protocol", "yao"]).fails(2, &["--protocol is for programs"]);
    let wrong = path("wrong.qp");
    std::fs::write(&wrong, "program wrong\nrole a\nreveal x = y to all\n").expect("a file");
    draw(&wrong, &[]).fails(2, &["wrong.qp:3:12", "reveal x = y to all", "^"]);
    assert!(!directory.path().join("picture.svg").exists());
    let nowhere = path("no/such/folder.svg");
    quorate(&["circuit", "draw", "millionaires", "-o", &nowhere]).fails(2, &[&nowhere, "cannot be written"]);
}
