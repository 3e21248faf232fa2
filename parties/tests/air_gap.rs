//! A party on a machine that is on no network: somebody carries its messages as files.

mod command;
mod fixture;
mod holders;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use command::{Company, Ended, quorate};
use holders::{HOLDERS, Holders, text};

/// What happens to a file on its way: the files that arrive in its place, with their names.
type Handling = Box<dyn Fn(&Way, &str, Vec<u8>) -> Vec<(String, Vec<u8>)> + Send>;

/// A folder of one machine, and the same at the other.
#[derive(Clone, Debug)]
struct Way {
    direction: String,
    from: PathBuf,
    to: PathBuf,
    /// How many files went before.
    before: usize,
}

/// Somebody who carries files, until it is dropped.
struct Carrier {
    stop: Arc<AtomicBool>,
    carried: Arc<Mutex<BTreeMap<String, usize>>>,
    thread: Option<JoinHandle<()>>,
}

impl Carrier {
    /// Carries between pairs of machines: the folder of the one party, and that of the other.
    fn new(pairs: &[(&str, &Path, &str, &Path)], handling: Handling) -> Self {
        let mut ways = Vec::new();
        for (one, folder, other, other_folder) in pairs {
            for (sender, from, receiver, to) in [(one, folder, other, other_folder), (other, other_folder, one, folder)]
            {
                let direction = format!("{sender}-to-{receiver}");
                let (from, to) = (from.join(&direction), to.join(&direction));
                ways.push(Way { direction, from, to, before: 0 });
            }
        }
        let (stop, carried) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(BTreeMap::new())));
        let (stopped, counted) = (stop.clone(), carried.clone());
        let thread = thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                for way in &mut ways {
                    carry(way, &handling);
                    counted.lock().expect("nobody panics").insert(way.direction.clone(), way.before);
                }
                thread::sleep(Duration::from_millis(20));
            }
        });
        Self { stop, carried, thread: Some(thread) }
    }

    fn carried(&self) -> BTreeMap<String, usize> {
        self.carried.lock().expect("nobody panics").clone()
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("it carries");
        }
    }
}

/// The part files in a folder, in order.
fn parts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).map(|entries| entries.flatten().collect::<Vec<_>>()).unwrap_or_default();
    let names = entries.into_iter().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<_> = names.filter(|name| name.ends_with(".part") && !name.starts_with('.')).collect();
    names.sort();
    names
}

fn carry(way: &mut Way, handling: &Handling) {
    for name in parts(&way.from) {
        let path = way.from.join(&name);
        // Whoever has written it may have taken it back.
        let Ok(bytes) = fs::read(&path) else { continue };
        for (name, bytes) in handling(way, &name, bytes) {
            // The other one may not have begun.
            fs::create_dir_all(&way.to).expect("a folder");
            let staged = way.to.join(format!(".{name}.on-its-way"));
            fs::write(&staged, bytes).expect("a file");
            fs::rename(&staged, way.to.join(name)).expect("one file system");
        }
        let _ = fs::remove_file(&path);
        way.before += 1;
    }
}

fn faithfully() -> Handling {
    Box::new(|_, name, bytes| vec![(name.to_owned(), bytes)])
}

fn folder(company: &Company, name: &str) -> PathBuf {
    let path = PathBuf::from(company.path(name));
    fs::create_dir_all(&path).expect("a folder");
    path
}

fn in_folder(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
fn an_air_gapped_holder_makes_a_key_and_signs() {
    let holders = Holders::new();
    let [ann, ben, cas] = HOLDERS.map(|name| folder(&holders.company, &format!("stick-of-{name}")));
    let carrier = Carrier::new(&[("ann", &ann, "ben", &ben), ("ann", &ann, "cas", &cas)], faithfully());
    let all = ["--via-files", in_folder(&ann)];
    let (with_ben, with_cas) = (format!("ann={}", in_folder(&ben)), format!("ann={}", in_folder(&cas)));
    let start = |name: &str, order: &[&str]| {
        let route: [&str; 2] = match name {
            "ann" => all,
            "ben" => ["--via-files", &with_ben],
            _ => ["--via-files", &with_cas],
        };
        holders.start(name, &[order, &route, &["--wait", "60", "--json"]].concat())
    };
    let order = ["generate", "treasury", "--scheme", "ed25519", "--threshold", "2", "--holders", "ann,ben,cas"];
    let running = HOLDERS.map(|name| start(name, &order));
    let ended = running.map(|running| holders.end(running));
    assert!(!ended[0].err.contains("listening at"), "{}", ended[0].err);
    assert!(ended[1].err.contains("listening at"), "{}", ended[1].err);
    let made = ended.map(Ended::json);
    assert_eq!(text(&made[0], "public_key"), text(&made[2], "public_key"));
    let before = carrier.carried();
    let order = ["sign", "treasury", "--message", "pay the rent", "--signers", "ann,ben"];
    let running = ["ann", "ben"].map(|name| start(name, &order));
    let signed = running.map(|running| holders.end(running).json());
    assert_eq!(signed[0]["signature"], signed[1]["signature"]);
    let verified = ["verify", "treasury", "--message", "pay the rent", "--signature", text(&signed[0], "signature")];
    holders.look("cas", &verified).result();
    let after = carrier.carried();
    eprintln!("files carried to make the key: {before:?}, and to sign: {after:?}");
    // One for each round of the handshake, the session and the protocol: no heartbeats, no fragments.
    for direction in ["ann-to-ben", "ben-to-ann"] {
        assert!(after[direction] - before[direction] <= 24, "{before:?}, {after:?}");
    }
    drop(carrier);
    for stick in [&ann, &ben, &cas] {
        for direction in ["ann-to-ben", "ann-to-cas"] {
            assert_eq!(parts(&stick.join(direction)), Vec::<String>::new(), "{}", stick.display());
        }
    }
    // What was signed is witnessed as over a network.
    for name in ["ann", "ben"] {
        quorate(&["audit", "verify", "--home", &holders.company.home(name)]).result();
        assert!(holders.receipts(name).iter().all(|receipt| receipt.status.is_complete()));
    }
}

#[test]
fn one_folder_that_both_reach() {
    let company = Company::new(&["alice", "bob"]);
    let shared = folder(&company, "shared");
    for _ in 0..2 {
        let run = |name: &str, wealth: &str| {
            company.run(name, &["millionaires", "--input", wealth, "--via-files", in_folder(&shared), "--json"])
        };
        let (alice, bob) = (run("alice", "wealth=5"), run("bob", "wealth=3"));
        let alice = alice.wait().json();
        assert_eq!(alice["outputs"]["alice_richer"], bob.wait().json()["outputs"]["alice_richer"]);
    }
    for direction in ["alice-to-bob", "bob-to-alice"] {
        assert!(parts(&shared.join(direction)).len() <= 1, "only what a party said when the other had left");
    }
}

/// Runs alice and bob with a carrier who does something to what bob sends to alice.
fn carried(wait: &str, handling: Handling) -> (Ended, Ended) {
    let company = Company::new(&["alice", "bob"]);
    let (alice, bob) = (folder(&company, "stick-of-alice"), folder(&company, "stick-of-bob"));
    let handling: Handling = Box::new(move |way, name, bytes| match way.direction.as_str() {
        "bob-to-alice" => handling(way, name, bytes),
        _ => vec![(name.to_owned(), bytes)],
    });
    let _carrier = Carrier::new(&[("alice", &alice, "bob", &bob)], handling);
    let run = |name: &str, wealth: &str, folder: &Path| {
        company.run(name, &["millionaires", "--input", wealth, "--via-files", in_folder(folder), "--wait", wait])
    };
    let start = Instant::now();
    let (alice, bob) = (run("alice", "wealth=5", &alice), run("bob", "wealth=3", &bob));
    let ended = (alice.wait(), bob.wait());
    let longest = 3.0 * wait.parse::<f64>().expect("seconds") + 45.0;
    assert!(start.elapsed().as_secs_f64() < longest, "{:?}", start.elapsed());
    ended
}

/// Does something to one of the files, by how many came before it: one of the handshake, or one of the session.
fn to_one(number: usize, what: impl Fn(&Way, &str, Vec<u8>) -> Vec<(String, Vec<u8>)> + Send + 'static) -> Handling {
    Box::new(
        move |way, name, bytes| {
            if way.before == number { what(way, name, bytes) } else { vec![(name.to_owned(), bytes)] }
        },
    )
}

/// A file of the handshake, and one of the session.
const EARLY_AND_LATE: [usize; 2] = [1, 5];

#[test]
fn a_file_that_comes_twice_is_no_harm() {
    // Every file is brought again together with the next one, when it was read already.
    let last = Mutex::new(None);
    let (alice, bob) = carried(
        "30",
        Box::new(move |_, name, bytes| {
            let this = (name.to_owned(), bytes);
            let before = last.lock().expect("nobody panics").replace(this.clone());
            before.into_iter().chain([this]).collect()
        }),
    );
    alice.result();
    bob.result();
}

#[test]
fn a_file_that_comes_again_as_another_one() {
    let (alice, _) = carried(
        "8",
        to_one(5, |_, name, bytes| {
            let first = name.replace("000006", "000002");
            assert_ne!(first, name, "the sixth file is number 6");
            vec![(first, bytes.clone()), (name.to_owned(), bytes)]
        }),
    );
    alice.fails(3, &["bob", "000002.part", "a part of this number came before, and was another one"]);
}

#[test]
fn a_damaged_file() {
    for number in EARLY_AND_LATE {
        let (alice, bob) = carried(
            "8",
            to_one(number, |_, name, mut bytes| {
                *bytes.last_mut().expect("a part has bytes") ^= 1;
                vec![(name.to_owned(), bytes)]
            }),
        );
        alice.fails(3, &["bob", ".part", "it was damaged on its way"]);
        bob.fails(3, &["alice"]);
    }
}

#[test]
fn a_file_that_is_cut() {
    for number in EARLY_AND_LATE {
        let (alice, _) = carried(
            "5",
            to_one(number, |_, name, mut bytes| {
                bytes.truncate(bytes.len() - 1);
                vec![(name.to_owned(), bytes)]
            }),
        );
        alice.fails(3, &["bob", ".part", "it is cut"]);
    }
}

#[test]
fn a_file_that_is_lost_or_comes_out_of_order() {
    for number in EARLY_AND_LATE {
        let (alice, bob) = carried("5", to_one(number, |_, _, _| Vec::new()));
        alice.fails(3, &["bob", ".part has not come; there is no other file"]);
        bob.fails(3, &["alice", ".part has not come"]);
        let (alice, _) = carried(
            "5",
            to_one(number, |_, name, bytes| vec![(name.replace(".part", "9.part").replace("-0", "-"), bytes)]),
        );
        alice.fails(3, &["bob", ".part has not come; there is", "instead"]);
    }
}

#[test]
fn files_of_something_else() {
    for number in EARLY_AND_LATE {
        let (alice, _) =
            carried("8", to_one(number, |_, name, _| vec![(name.to_owned(), b"holiday pictures".to_vec())]));
        alice.fails(3, &["bob", ".part", "it is not a message file"]);
        // A part of another connection, under this one's name.
        let (alice, _) = carried(
            "8",
            to_one(number, |_, name, bytes| {
                let text = bytes.iter().position(|byte| *byte == b'\n').expect("a first line");
                let line = String::from_utf8(bytes[..text].to_vec()).expect("text");
                assert!(line.contains(" bob alice "), "{line}");
                vec![(name.to_owned(), other_names(&bytes))]
            }),
        );
        alice.fails(3, &["bob", "it is another file", "from cas to alice"]);
    }
}

/// A part as cas would have written it.
fn other_names(bytes: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let end = bytes.iter().position(|byte| *byte == b'\n').expect("a first line");
    let line = std::str::from_utf8(&bytes[..end]).expect("text");
    let words: Vec<&str> = line.split(' ').collect();
    let [magic, label, number, _, to, received, length, _] = words[..] else { panic!("{line}") };
    let content = &bytes[end + 1..];
    let named = Sha256::new().chain_update(format!("{magic} {label} {number} cas {to} {received}\n"));
    let digest = hex::encode(named.chain_update(content).finalize());
    [format!("{magic} {label} {number} cas {to} {received} {length} {digest}\n").as_bytes(), content].concat()
}

#[test]
fn what_lies_around_from_before_is_in_nobodys_way() {
    let company = Company::new(&["alice", "bob"]);
    let shared = folder(&company, "shared");
    let run = |name: &str, wealth: &str, wait: &str| {
        company.run(name, &["millionaires", "--input", wealth, "--via-files", in_folder(&shared), "--wait", wait])
    };
    // Each has once begun alone, and given up.
    for name in ["alice", "bob"] {
        run(name, "wealth=1", "2").wait().fails(3, &["not everybody came within 2 s", "files in", "hint:"]);
    }
    let (alice, bob) = (run("alice", "wealth=5", "30"), run("bob", "wealth=3", "30"));
    alice.wait().result();
    bob.wait().result();
}

#[test]
fn folders_that_are_not_there() {
    let company = Company::new(&["alice", "bob"]);
    let shared = folder(&company, "shared");
    let run = |folders: &[&str]| {
        let given: Vec<&str> = folders.iter().flat_map(|folder| ["--via-files", folder]).collect();
        company.run("alice", &[&["millionaires", "--input", "wealth=5", "--wait", "1"], &given[..]].concat()).wait()
    };
    run(&["/nowhere/at/all"]).fails(2, &["there is no folder /nowhere/at/all", "hint:"]);
    run(&[&format!("carol={}", in_folder(&shared))]).fails(2, &["carol is no partner in this session"]);
    run(&[in_folder(&shared), in_folder(&shared)]).fails(2, &["given twice"]);
    let file = company.write("file", "");
    run(&[&file]).fails(2, &["there is no folder"]);
}
