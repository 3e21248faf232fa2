//! The rules of the house that a compiler does not keep, as functions that list what breaks them.
//!
//! Each answers sentences, one for every breach, so that a test prints them all at once and an empty list is a
//! tidy house. Exceptions stand here with their reasons; one that is needed no longer is a breach too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use quorate_engine::net::Step;

/// A source file: its path from the root of the workspace, and its text.
#[derive(Clone, Debug)]
pub struct Source {
    /// `engine/src/net/link.rs`.
    pub path: String,
    /// The text.
    pub text: String,
}

/// The layers of the engine, lowest first. A module uses those before it and itself.
pub const LAYERS: [&str; 14] = [
    "compute",
    "net",
    "crypto",
    "key",
    "tally",
    "frost",
    "ot",
    "vole",
    "record",
    "correlation",
    "galois",
    "protocol",
    "plan",
    "run",
];

/// Upward uses: file, layer used, reason.
const UPWARD: &[(&str, &str, &str)] = &[(
    "engine/src/plan/cost.rs",
    "run",
    "a plan's cost is the executor run with a paper twin: writing its choreography a second time is how a forecast goes wrong",
)];

/// File names that say nothing.
const NAMELESS: [&str; 5] = ["utils", "common", "misc", "helpers", "types"];

/// Files that bear such a name all the same: file, reason.
const NAMED_ALL_THE_SAME: &[(&str, &str)] =
    &[("circuits/src/program/types.rs", "these are the language's types: the noun is meant")];

/// Lines that no file exceeds, and what half and nine tenths of a crate's files keep to; tests aside.
const LONGEST: usize = 800;
const MEDIAN: usize = 200;
const NINTH_DECILE: usize = 500;

/// The crate that may hold `unsafe`.
const UNSAFE_CRATE: &str = "engine/kernels";

/// Marks of unfinished work, written so that this file does not find itself.
const UNFINISHED: [&str; 5] = [
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("FIX", "ME"),
    concat!("TO", "DO"),
    concat!("XX", "X:"),
];

/// Other engines. Papers are cited by author; software is measured in `benches`, and copied nowhere.
const OTHER_ENGINES: [&str; 12] = [
    "mp-spdz",
    "emp-tool",
    "emp-ot",
    "swanky",
    "polytune",
    "ciphercore",
    "secretflow",
    "libote",
    "cryprot",
    "cggmp21",
    "cait-sith",
    "mpz-",
];

/// Places that exist on one developer's machine only.
const PRIVATE_PLACES: [&str; 3] = [concat!("/work", "/"), concat!("/home", "/"), concat!("/root", "/")];

/// The root of the workspace.
pub fn root() -> PathBuf {
    let testkit = Path::new(env!("CARGO_MANIFEST_DIR"));
    testkit.ancestors().nth(2).expect("testkit lies two folders below the root").to_path_buf()
}

/// All Rust files and programs of the workspace, in order of their paths.
pub fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    collect(&root(), &root(), &mut sources);
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                collect(root, &path, sources);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "qp") {
            let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let path = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            sources.push(Source { path, text });
        }
    }
}

impl Source {
    /// Whether it belongs to tests or benches.
    pub fn is_test(&self) -> bool {
        let mut folders = self.path.split('/');
        folders.any(|part| matches!(part, "tests" | "benches" | "testkit" | "tests.rs"))
    }

    /// The folder that holds its crate's `src`, `tests` or `benches`.
    pub fn package(&self) -> &str {
        let cut = ["/src/", "/tests/", "/benches/"].iter().filter_map(|part| self.path.find(part)).min();
        &self.path[..cut.unwrap_or(0)]
    }

    /// Lines before the unit tests.
    pub fn lines(&self) -> usize {
        self.text.lines().take_while(|line| *line != "#[cfg(test)]").count()
    }

    /// The text without comments.
    fn code(&self) -> String {
        self.text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
    }
}

/// Uses of a layer of the engine by a lower one.
pub fn layering(sources: &[Source]) -> Vec<String> {
    let rank = |layer: &str| LAYERS.iter().position(|l| *l == layer);
    let mut breaches = Vec::new();
    let mut excused = Vec::new();
    for source in sources {
        let Some(inside) = source.path.strip_prefix("engine/src/") else { continue };
        let own = inside.split(['/', '.']).next().unwrap_or_default();
        let Some(own_rank) = rank(own) else { continue };
        for used in uses(&source.code(), "crate::") {
            if rank(&used).is_none_or(|used| used <= own_rank) {
                continue;
            }
            match UPWARD.iter().find(|(path, layer, _)| *path == source.path && *layer == used) {
                Some(exception) => excused.push(exception),
                None => breaches.push(format!("{}: {own} uses {used}, which lies above it", source.path)),
            }
        }
    }
    for exception in UPWARD.iter().filter(|exception| !excused.contains(exception)) {
        breaches.push(format!("{}: it no longer uses {}; drop the exception", exception.0, exception.1));
    }
    breaches
}

/// Crates used by crates that must not know them: `circuits` knows neither engine nor runtime, the engine no runtime.
pub fn floors(sources: &[Source]) -> Vec<String> {
    let above = [
        ("circuits/src/", &["quorate_engine", "quorate_kernels", "quorate_testkit", "quorate", "quorate_data"][..]),
        ("engine/kernels/src/", &["quorate_circuits", "quorate_engine", "quorate_testkit", "quorate", "quorate_data"]),
        ("engine/src/", &["quorate_testkit", "quorate", "quorate_data"]),
        ("parties/", &["quorate_kernels"]),
    ];
    let mut breaches = Vec::new();
    for source in sources {
        let code = source.code();
        for (_, crates) in above.iter().filter(|(folder, _)| source.path.starts_with(folder)) {
            for name in crates.iter().filter(|name| !uses(&code, &format!("{name}::")).is_empty()) {
                breaches.push(format!("{}: it uses {name}, which lies above it", source.path));
            }
        }
    }
    breaches
}

/// The first names after every `prefix` that begins a path.
fn uses(code: &str, prefix: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + prefix.len()..];
        // `use crate::{net::Step, ot};` names several.
        let listed = rest.strip_prefix('{').and_then(|list| list.split(';').next());
        let items: Vec<&str> = listed.map_or_else(|| vec![rest], |list| top_level_items(list));
        for item in items {
            let name: String = item.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                names.push(name);
            }
        }
    }
    names
}

/// The items of a list between braces, whose own braces are left whole.
fn top_level_items(list: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    list.split(|c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        (c == ',' && depth == 0) || depth < 0
    })
    .collect()
}

/// Files that are too long, and crates whose files are long as a rule.
pub fn lengths(sources: &[Source]) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut by_crate: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for source in sources.iter().filter(|s| !s.is_test() && s.path.ends_with(".rs")) {
        if source.lines() > LONGEST {
            breaches.push(format!("{}: {} lines; the limit is {LONGEST}", source.path, source.lines()));
        }
        by_crate.entry(source.package()).or_default().push(source.lines());
    }
    for (package, mut lengths) in by_crate {
        lengths.sort_unstable();
        let (median, ninth) = (lengths[lengths.len() / 2], lengths[lengths.len() * 9 / 10]);
        if median > MEDIAN || ninth > NINTH_DECILE {
            breaches.push(format!(
                "{package}: half of its files exceed {median} lines, a tenth {ninth}; the budgets are {MEDIAN} and {NINTH_DECILE}"
            ));
        }
    }
    breaches
}

/// Functions longer than a screen, tests aside: found by indentation, which rustfmt keeps.
pub fn long_functions(sources: &[Source], limit: usize) -> Vec<String> {
    let mut breaches = Vec::new();
    for source in sources.iter().filter(|s| !s.is_test() && s.path.ends_with(".rs")) {
        let lines: Vec<&str> = source.text.lines().take(source.lines()).collect();
        for (start, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let head = line.trim_start().split('(').next().unwrap_or_default();
            if !head.split_whitespace().any(|word| word == "fn") || line.trim_start().starts_with("//") {
                continue;
            }
            let close = format!("{}}}", " ".repeat(indent));
            let ends = |l: &&str| **l == close || (l.len() - l.trim_start().len() == indent && l.ends_with(';'));
            let length = lines[start..].iter().position(ends).map_or(0, |end| end + 1);
            if length > limit {
                breaches.push(format!(
                    "{}:{}: a function of {length} lines; the limit is {limit}",
                    source.path,
                    start + 1
                ));
            }
        }
    }
    breaches
}

/// Files whose name says nothing.
pub fn names(sources: &[Source]) -> Vec<String> {
    let nameless = |source: &&Source| source.path.split(['/', '.']).any(|part| NAMELESS.contains(&part));
    let mut breaches: Vec<String> = sources
        .iter()
        .filter(nameless)
        .filter(|source| !NAMED_ALL_THE_SAME.iter().any(|(path, _)| *path == source.path))
        .map(|source| format!("{}: a name that says nothing", source.path))
        .collect();
    for (path, _) in NAMED_ALL_THE_SAME {
        if !sources.iter().any(|source| source.path == *path) {
            breaches.push(format!("{path}: it is gone; drop the exception"));
        }
    }
    breaches
}

/// Marks of unfinished work.
pub fn unfinished(sources: &[Source]) -> Vec<String> {
    found(sources, &UNFINISHED, |line| line.to_owned())
}

/// Other engines' names outside `benches`, and places of one machine.
pub fn strangers(sources: &[Source]) -> Vec<String> {
    let mine = |source: &&Source| !source.path.starts_with("benches/") && !source.path.ends_with("testkit/src/tidy.rs");
    let sources: Vec<Source> = sources.iter().filter(mine).cloned().collect();
    let mut breaches = found(&sources, &OTHER_ENGINES, str::to_lowercase);
    breaches.extend(found(&sources, &PRIVATE_PLACES, |line| line.to_owned()));
    breaches
}

fn found(sources: &[Source], words: &[&str], read: impl Fn(&str) -> String) -> Vec<String> {
    let mut breaches = Vec::new();
    for source in sources {
        for (number, line) in source.text.lines().enumerate() {
            let line = read(line);
            for word in words.iter().filter(|word| line.contains(**word)) {
                breaches.push(format!("{}:{}: it says {word}", source.path, number + 1));
            }
        }
    }
    breaches
}

/// Crates that do not forbid `unsafe`.
pub fn unsafe_code(sources: &[Source]) -> Vec<String> {
    let is_root = |source: &&Source| source.path.ends_with("/src/lib.rs") || source.path.ends_with("/src/main.rs");
    let forbids = |source: &Source| source.text.lines().any(|line| line == "#![forbid(unsafe_code)]");
    sources
        .iter()
        .filter(is_root)
        .filter(|source| source.package() != UNSAFE_CRATE && !forbids(source))
        .map(|source| format!("{}: it does not say #![forbid(unsafe_code)]", source.path))
        .collect()
}

/// The steps that the engine's sources name, in order of their names.
pub fn steps(sources: &[Source]) -> Vec<Step> {
    let mut names: Vec<&str> = Vec::new();
    for source in sources.iter().filter(|source| source.path.starts_with("engine/src/")) {
        let shipped = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        for (at, mark) in shipped.match_indices("Step::new(\"") {
            names.extend(shipped[at + mark.len()..].split('"').next());
        }
    }
    names.sort_unstable();
    // A step's name is a constant everywhere else; a test process can afford to keep a few for good.
    names.into_iter().map(|name| Step::new(Box::leak(name.to_owned().into_boxed_str()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.into(), text: text.into() }
    }

    #[test]
    fn uses_are_found_in_all_spellings() {
        let code = "use crate::net::Step;\nuse crate::{ot::{Pads, extend}, run};\nlet x = crate::plan::cost(y);";
        assert_eq!(uses(code, "crate::"), ["net", "ot", "run", "plan"]);
        assert_eq!(uses("quorate_engine::net mycrate::net", "crate::"), Vec::<String>::new());
    }

    #[test]
    fn breaches_are_breaches() {
        let upward = source("engine/src/net/link.rs", "use crate::{crypto::Prg, net::Step};");
        assert!(layering(&[upward])[0].contains("net uses crypto"));
        let floor = source("circuits/src/lib.rs", "use quorate_engine::net;");
        assert_eq!(floors(std::slice::from_ref(&floor)).len(), 1);
        assert_eq!(unsafe_code(&[floor]).len(), 1);
        let long = source("engine/src/a.rs", &format!("fn f() {{\n{}}}\n", "    x();\n".repeat(99)));
        assert_eq!(long_functions(std::slice::from_ref(&long), 70).len(), 1);
        assert!(long_functions(&[long], 101).is_empty());
        let endless = source("engine/src/b.rs", &"x\n".repeat(801));
        assert_eq!(lengths(&[endless]).len(), 2);
        assert!(names(&[source("engine/src/utils.rs", "")])[0].starts_with("engine/src/utils.rs"));
        assert_eq!(unfinished(&[source("x.rs", UNFINISHED[0])]).len(), 1);
        assert_eq!(strangers(&[source("x.rs", "as in Swanky")]).len(), 1);
    }

    #[test]
    fn steps_are_those_of_the_shipped_code() {
        let text = "const A: Step = Step::new(\"b/a\");\n#[cfg(test)]\nconst B: Step = Step::new(\"t\");";
        assert_eq!(steps(&[source("engine/src/a.rs", text)]), [Step::new("b/a")]);
    }
}
