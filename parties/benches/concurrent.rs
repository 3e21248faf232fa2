//! Many signatures at once: three processes make a key and then sign in fifty sessions at the same time, each a pair of
//! them over TLS connections of its own, from meeting to agreement to signature. `SESSIONS` says how many.
//!
//! The processes hold many identities each, one for each session: a home has one address.

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use quorate::identity::{Card, Hex, Home, Identity};
use quorate::session::{Claim, Ordered, Roster, Terms, Wait, agree, meet};
use quorate_circuits::bind::{Arguments, BoundProgram};
use quorate_circuits::library;
use quorate_engine::compute::Sequential;
use quorate_engine::crypto::{Random, SessionId};
use quorate_engine::net::{Network, PartyIndex, Phase};
use quorate_engine::plan::plan;
use quorate_engine::protocol::{ProtocolName, Session};
use quorate_engine::run::{CurveOutcome, Holdings, NoHooks, run_curve_party};

const NAMES: [&str; 3] = ["ann", "ben", "cas"];
const PAIRS: [[usize; 2]; 3] = [[0, 1], [0, 2], [1, 2]];
const FOLDER: &str = "QUORATE_BENCH_FOLDER";

fn main() {
    let sessions: usize = std::env::var("SESSIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(50);
    if let (Ok(folder), Some(me)) = (std::env::var(FOLDER), std::env::args().find_map(|a| a.parse::<usize>().ok())) {
        return be(Path::new(&folder), me, sessions);
    }
    let folder = tempfile::tempdir().expect("a folder");
    for session in 0..=sessions {
        for name in NAMES {
            let identity = Identity::generate(fixture::name(name), fixture::free_address()).expect("an identity");
            Home::at(home(folder.path(), session, name)).store(&identity).expect("a home");
        }
    }
    let start = Instant::now();
    let started: Vec<_> = (0..3)
        .map(|me| {
            Command::new(std::env::current_exe().expect("this program"))
                .arg(me.to_string())
                .env(FOLDER, folder.path())
                .env("SESSIONS", sessions.to_string())
                .stdout(Stdio::piped())
                .spawn()
                .expect("a process")
        })
        .collect();
    for (name, child) in NAMES.iter().zip(started) {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{name} failed");
        say(&format!("{name}: {}", String::from_utf8_lossy(&output.stdout).trim()));
    }
    say(&format!("{sessions} sessions in {:.2} s", start.elapsed().as_secs_f64()));
}

fn say(text: &str) {
    writeln!(std::io::stdout(), "{text}").expect("standard output");
}

fn home(folder: &Path, session: usize, name: &str) -> PathBuf {
    folder.join(format!("{session}-{name}"))
}

/// One of the processes.
fn be(folder: &Path, me: usize, sessions: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    let (signed, seconds) = runtime.block_on(async {
        let key =
            run(folder, 0, me, &[0, 1, 2], "ecdsa-secp256k1-key", &[("holders", "3"), ("threshold", "2")], None).await;
        let key = key.kept.into_iter().next().expect("a key").items.remove(0).to_vec();
        let start = Instant::now();
        let mine = (1..=sessions).filter(|session| PAIRS[session % 3].contains(&me));
        let digest = "5a".repeat(32);
        let parameters = [("signers", "2"), ("digest", digest.as_str())];
        let runs = mine
            .map(|session| run(folder, session, me, &PAIRS[session % 3], "ecdsa-secp256k1", &parameters, Some(&key)));
        // A session that fails panics: the process then fails as a whole.
        (join_all(runs).await.len(), start.elapsed().as_secs_f64())
    });
    let cpu = quorate::usage::process_cpu_seconds().unwrap_or_default();
    say(&format!("{signed} signatures at once in {seconds:.2} s, {cpu:.2} s of processor time in all"));
}

/// One session, as a party of it.
async fn run(
    folder: &Path,
    session: usize,
    me: usize,
    cast: &[usize],
    program: &str,
    parameters: &[(&str, &str)],
    key: Option<&[u8]>,
) -> CurveOutcome {
    let identity_of = |party: usize| Home::at(home(folder, session, NAMES[party])).identity().expect("a home");
    let cards: Vec<Card> = cast.iter().map(|party| identity_of(*party).card().clone()).collect();
    let identity = Arc::new(identity_of(me));
    let roster = Roster::new(cards, identity.public_key()).expect("a roster");
    let meeting = meet(&identity, &roster, Wait::new(Duration::from_secs(60)), &|_| {}).await.expect("they come");
    let mut network = Network::new(roster.me(), meeting.links);
    network.enter(Phase::Session);
    let parsed = Arc::new(library::find(program).expect("a program").program().expect("it parses"));
    let given = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let arguments = Arguments { parameters: given, sizes: BTreeMap::new() };
    let bound = Arc::new(BoundProgram::new(&parsed, &arguments).expect("it binds"));
    let terms = terms(program, &bound, &roster);
    let agreement = agree(&mut network, &roster, &terms, &Ordered::new()).await.expect("they agree");
    let party_of: Vec<PartyIndex> = (0..cast.len()).map(PartyIndex).collect();
    let plan = plan(&bound, ProtocolName::Dkls, cast.len(), &party_of);
    let records = key.map(|key| ("key".to_owned(), key.to_vec().into())).into_iter().collect();
    let holdings = Holdings { records, seats: cast.iter().map(|party| *party as u16 + 1).collect() };
    let random = Random::from_operating_system().expect("randomness");
    let run = Session { id: SessionId(agreement.session.0), network, random, compute: Arc::new(Sequential) };
    let (run, result) = run_curve_party(&plan, run, holdings, &mut NoHooks).await;
    drop(run);
    meeting.session.finish(None).await;
    result.expect("every session succeeds")
}

fn terms(program: &str, bound: &BoundProgram, roster: &Roster) -> Terms {
    Terms {
        program: program.to_owned(),
        digest: Hex([0; 32]),
        parameters: bound.parameters.iter().map(|(name, value)| (name.clone(), value.to_string())).collect(),
        roles: bound.roles.iter().zip(roster.cards()).map(|(role, card)| (role.clone(), card.name().clone())).collect(),
        records: Ordered::new(),
        claim: Claim {
            adversary: "malicious".to_owned(),
            corrupt: 1,
            guarantee: "selective-abort".to_owned(),
            ranges: "trusted".to_owned(),
            text: "one of the signers is malicious".to_owned(),
        },
        protocol: "dkls".to_owned(),
    }
}
