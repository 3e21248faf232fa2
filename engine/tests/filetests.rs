//! The filetests of `circuits/filetests`, in the clear and under every protocol that fits, all parties in one process.
//!
//! Figures of `explain:` expectations are rewritten by
//! `QUORATE_BLESS=1 cargo test -p quorate-engine --test filetests`: look at what changed before you believe it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use quorate_circuits::bind::BoundProgram;
use quorate_circuits::clear::Inputs;
use quorate_circuits::filetest::{Checked, Figures, Learned, Protocols, blessed, check};
use quorate_circuits::library::PROGRAMS;
use quorate_circuits::program::{FUNCTIONS, Reduction};
use quorate_circuits::text::Library;
use quorate_engine::net::{PartyIndex, Phase};
use quorate_engine::plan::{cost, plan};
use quorate_engine::protocol::{OFFERS_ON_NUMBERS, ProtocolName};
use quorate_engine::run::RunError;
use quorate_testkit::tidy::root;
use quorate_testkit::{Case, Cluster};

/// The parties of a run on one thread, from one seed.
struct InOneProcess;

fn named(protocol: &str) -> ProtocolName {
    protocol.parse().expect("one of the names given")
}

impl Protocols for InOneProcess {
    fn names(&self) -> Vec<&'static str> {
        OFFERS_ON_NUMBERS.iter().map(|offer| offer.name.name()).collect()
    }

    fn is_wanted(&self, _: &str) -> bool {
        true
    }

    fn fits(&self, protocol: &str, parties: usize) -> bool {
        let offer = named(protocol).offer();
        (offer.least_parties..=offer.most_parties).contains(&parties)
    }

    fn run(&self, protocol: &str, program: &Arc<BoundProgram>, inputs: &Inputs) -> Result<Vec<Learned>, String> {
        let name = program.program.name().to_owned();
        let case = Case { name, program: program.clone(), inputs: inputs.clone() };
        let ended: Vec<_> =
            Cluster::new(case).protocol(named(protocol)).run().into_iter().map(|party| party.result).collect();
        // Whoever is left alone says so; what stopped the first is the cause.
        let cause = ended.iter().find_map(|result| match result {
            Err(RunError::Program(error)) => Some(error.to_string()),
            _ => None,
        });
        match cause {
            Some(cause) => Err(cause),
            None => ended.into_iter().map(|r| r.map(|o| o.outputs).map_err(|error| error.to_string())).collect(),
        }
    }

    fn figures(&self, protocol: &str, program: &Arc<BoundProgram>) -> Figures {
        let parties = program.roles.len();
        let party_of: Vec<PartyIndex> = (0..parties).map(PartyIndex).collect();
        let cost = cost(&plan(program, named(protocol), parties, &party_of));
        let online = cost.phases[Phase::Online as usize];
        Figures {
            and_gates: cost.and_gates,
            multiplications: cost.multiplications,
            rounds: cost.rounds().into(),
            bytes: cost.bytes(),
            online_rounds: online.rounds.into(),
            online_bytes: online.bytes,
        }
    }
}

fn folder() -> PathBuf {
    root().join("circuits/filetests")
}

/// All programs in a folder and the folders below it, with their sources.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "qp") {
            let source = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            found.push((path, source));
        }
    }
    found.sort();
    found
}

/// What a file's misses are, as a list of sentences.
fn misses(path: &Path, source: &str) -> Vec<String> {
    let at = path.display();
    let checked: Checked = match check(source, &Library, &InOneProcess) {
        Ok(checked) => checked,
        Err(diagnostic) => return vec![diagnostic.render(&at.to_string(), source)],
    };
    if std::env::var_os("QUORATE_BLESS").is_some() && !checked.corrections.is_empty() {
        std::fs::write(path, blessed(source, &checked.corrections)).expect("the folder can be written");
    }
    let sentence = |miss: &quorate_circuits::filetest::Miss| {
        format!("{at}:{}: {}: expected {}; found {}", miss.span.line, miss.what, miss.expected, miss.found)
    };
    checked.misses.iter().map(sentence).collect()
}

fn all_hold(folder: &Path, least: usize) {
    let sources = sources(folder);
    assert!(sources.len() >= least, "{} files in {}", sources.len(), folder.display());
    let misses: Vec<String> = sources.iter().flat_map(|(path, source)| misses(path, source)).collect();
    assert!(misses.is_empty(), "\n{}\n", misses.join("\n"));
}

#[test]
fn statements_and_functions_mean_what_they_say() {
    all_hold(&folder().join("language"), 40);
}

#[test]
fn refusals_name_the_place() {
    all_hold(&folder().join("refused"), 20);
}

#[test]
fn programs_of_the_library_keep_their_promises() {
    all_hold(&folder().join("library"), PROGRAMS.len());
}

#[test]
fn leaky_programs_are_flagged() {
    all_hold(&folder().join("lints/leaky"), 20);
}

#[test]
fn safe_programs_are_not_flagged() {
    all_hold(&folder().join("lints/safe"), 20);
}

/// The corpus speaks of every statement and every function: a new one needs a file.
#[test]
fn nothing_of_the_language_is_left_out() {
    let all: Vec<(PathBuf, String)> = sources(&folder().join("language"));
    let words: BTreeSet<&str> = all
        .iter()
        .flat_map(|(_, source)| source.lines().filter(|line| !line.trim_start().starts_with('#')))
        .flat_map(|line| line.split(|c: char| c.is_whitespace() || "()[],.:".contains(c)))
        .collect();
    use quorate_circuits::program::Notation::{Infix, Name, Prefix};
    let functions = FUNCTIONS.iter().map(|row| match row.notation {
        Name => row.name,
        Infix(symbol, _) => symbol,
        Prefix(_) => "",
    });
    let statements = ["parameter", "role", "size", "private", "input", "let", "reveal", "output", "assert", "when"];
    let others = ["part", "within", "random_bits", "total", "rounded", "roles", "default", "fixed", "bit"];
    let reductions = Reduction::NAMES.iter().map(|(name, _)| *name);
    for word in functions.chain(reductions).chain(statements).chain(others).filter(|word| !word.is_empty()) {
        assert!(words.contains(word), "no file of the corpus uses {word}");
    }
}

/// A copy of a library program in the corpus is the library's program.
#[test]
fn copies_of_the_library_are_copies() {
    for entry in PROGRAMS {
        let path = folder().join(format!("library/{}.qp", entry.name));
        let copy = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let program =
            quorate_circuits::text::parse(&copy).unwrap_or_else(|e| panic!("{}", e.render(entry.name, &copy)));
        assert_eq!(Ok(program), entry.program(), "{} differs from the library's", path.display());
    }
}
