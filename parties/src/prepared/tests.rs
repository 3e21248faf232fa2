//! Files of runs and stores on a disk: what was altered, cut, moved, copied back or made by others is refused.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use quorate_engine::correlation::{MaterialFault, MaterialSource};
use tempfile::TempDir;
use zeroize::Zeroizing;

use super::file::{Header, RunFile, RunKey, RunWriter};
use super::store::Store;
use super::{About, Member, PreparedError, RunReader, check_run_file};
use crate::identity::{Hex, Home, Identity, PublicKey};
use crate::keys::stock::Reason;
use crate::keys::{ItemId, Position};

const LENGTH: usize = (2 << 20) + 77;

fn header(length: usize) -> Header {
    Header { store: Hex([1; 32]), session: Hex([2; 32]), number: 3, length: length as u64 }
}

fn key(byte: u8) -> RunKey {
    Zeroizing::new([byte; 32])
}

fn content(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 7 % 251) as u8).collect()
}

/// Writes a run in pieces of all sizes.
fn write(path: &Path, header: Header, content: &[u8]) {
    let mut writer = RunWriter::create(path, header, key(9)).expect("a new file");
    let mut rest = content;
    for size in [0, 1, 1000, 1 << 20, usize::MAX] {
        let (now, later) = rest.split_at(size.min(rest.len()));
        writer.write(now).expect("room");
        rest = later;
    }
    writer.finish().expect("all of it");
}

fn opened(path: &Path, header: &Header) -> Result<RunReader, &'static str> {
    RunFile::open(path, header).expect("the file system works").map(|file| file.unlocked(key(9)))
}

fn read(reader: &mut RunReader, length: usize) -> Result<Vec<u8>, MaterialFault> {
    let mut bytes = vec![0; length];
    for piece in bytes.chunks_mut(300_000) {
        reader.read(piece)?;
    }
    Ok(bytes)
}

#[test]
fn a_run_is_read_as_it_was_written_and_no_further() {
    let folder = tempfile::tempdir().expect("a folder");
    for length in [0, 1, 1 << 20, (1 << 20) + 1, LENGTH] {
        let path = folder.path().join(length.to_string());
        write(&path, header(length), &content(length));
        let mut reader = opened(&path, &header(length)).expect("as it was written");
        assert_eq!(read(&mut reader, length), Ok(content(length)));
        assert_eq!(read(&mut reader, 1), Err(MaterialFault::Truncated));
        let bytes = fs::read(&path).expect("a file");
        assert_eq!(check_run_file(&bytes, &[9; 32]), Ok(()));
        assert_eq!(check_run_file(&bytes, &[8; 32]).is_ok(), length == 0, "under another key nothing opens");
        let plain = content(64);
        assert!(length < 64 || !bytes.windows(64).any(|window| window == plain), "nothing is in the clear");
    }
}

#[test]
fn a_run_that_is_shorter_than_its_plan_says_is_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer = RunWriter::create(&folder.path().join("run"), header(10), key(9)).expect("a new file");
    writer.write(&[1; 9]).expect("room");
    assert!(writer.finish().is_err());
}

#[test]
fn chunks_belong_to_their_run_and_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run");
    write(&path, header(LENGTH), &content(LENGTH));
    let bytes = fs::read(&path).expect("a file");
    let (head, chunks) = bytes.split_at(super::RUN_HEADER_BYTES);
    let sealed = (1 << 20) + 40;
    let swapped = [head, &chunks[sealed..2 * sealed], &chunks[..sealed], &chunks[2 * sealed..]].concat();
    fs::write(&path, swapped).expect("a file");
    let mut reader = opened(&path, &header(LENGTH)).expect("its header and length are right");
    assert_eq!(read(&mut reader, 1), Err(MaterialFault::Altered));
    fs::write(&path, &bytes).expect("a file");
    let other = Header { number: 4, ..header(LENGTH) };
    assert_eq!(opened(&path, &other).err(), Some("the file is another run's"));
    // With the header of another run, the file is named as that run's; the chunks know better.
    let mut moved = bytes.clone();
    moved[84] = 4;
    fs::write(&path, moved).expect("a file");
    let mut reader = opened(&path, &other).expect("its header and length are right");
    assert_eq!(read(&mut reader, 1), Err(MaterialFault::Altered));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever byte is another one, and wherever the file is cut: a typed refusal.
    #[test]
    fn altered_and_cut_runs_are_refused(place in 0.0..1.0_f64, bit in 0..8_u32, cut in any::<bool>()) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("run");
        write(&path, header(5000), &content(5000));
        let mut bytes = fs::read(&path).expect("a file");
        let at = (place * bytes.len() as f64) as usize;
        if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
        fs::write(&path, &bytes).expect("a file");
        prop_assert!(check_run_file(&bytes, &[9; 32]).is_err());
        match opened(&path, &header(5000)) {
            Err(_) => {}
            Ok(mut reader) => prop_assert_eq!(read(&mut reader, 5000), Err(MaterialFault::Altered)),
        }
    }

    #[test]
    fn any_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(check_run_file(&bytes, &[9; 32]).is_err());
        let with_head = [b"quorate prepared\x01\0\0\0".as_slice(), &bytes].concat();
        let _ = check_run_file(&with_head, &[9; 32]);
    }
}

/// A party's home, and the group that it belongs to.
struct World {
    folder: TempDir,
    home: Home,
    identity: Arc<Identity>,
}

fn partner(seed: u8) -> PublicKey {
    let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key();
    PublicKey::from_bytes(key.to_bytes()).expect("a public key")
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let address = "127.0.0.1:7000".parse().expect("an address");
        let identity = Identity::generate("alice".parse().expect("a name"), address).expect("randomness");
        let home = Home::at(folder.path().join("home"));
        Self { folder, home, identity: Arc::new(identity) }
    }

    fn about(&self, other: &str, seed: u8) -> About {
        let me = Member { name: "alice".parse().expect("a name"), key: self.identity.public_key() };
        let other = Member { name: other.parse().expect("a name"), key: partner(seed) };
        About {
            parties: vec![me, other],
            protocol: "additive".to_owned(),
            ring_bits: 64,
            consumption: Hex([5; 32]),
            program: "millionaires".to_owned(),
            bytes_each: 100,
        }
    }

    fn open(&self) -> Store {
        Store::open(&self.home, &self.identity, self.about("bob", 2)).expect("the store of this group")
    }

    fn stock(&self) -> std::path::PathBuf {
        self.home.path().join("prepared").join(self.about("bob", 2).id().to_string())
    }
}

/// Puts `count` runs into a store.
fn fill(store: &mut Store, session: u8, count: u32) {
    store.make_room().expect("a folder");
    let session = Hex([session; 32]);
    let keys = (0..count).map(|number| {
        let (path, header) = (store.path_of(session, number), store.header(session, number));
        let mut writer = RunWriter::create(&path, header, key(number as u8)).expect("a new file");
        writer.write(&[number as u8; 100]).expect("room");
        writer.finish().expect("all of it")
    });
    let keys = keys.collect();
    let lot = store.next_lot().expect("a number");
    store.add(session, lot, keys).expect("room");
}

fn run(session: u8, lot: u64, number: u32) -> ItemId {
    ItemId { batch: Hex([session; 32]), position: Position { lot, number } }
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

#[test]
fn each_run_is_taken_once_in_order_and_its_file_goes() {
    let world = World::new();
    let mut store = world.open();
    fill(&mut store, 1, 3);
    assert_eq!(store.batches().expect("a list"), [(run(1, 0, 0), 3)]);
    let mut reader = store.take(run(1, 0, 1)).expect("it is there");
    assert_eq!(read(&mut reader, 100), Ok(vec![1; 100]));
    assert_eq!(store.batches().expect("a list"), [(run(1, 0, 2), 1)], "what comes before it is burned");
    for number in [0, 1] {
        assert!(matches!(store.take(run(1, 0, number)), Err(PreparedError::Stock(_))), "{number} is used up");
        assert!(!store.path_of(Hex([1; 32]), number).exists());
    }
    // Also after it was closed in order and opened again.
    drop(store);
    let mut store = world.open();
    assert_eq!(store.burned(), None);
    assert_eq!(store.batches().expect("a list"), [(run(1, 0, 2), 1)]);
    fill(&mut store, 2, 1);
    assert_eq!(store.batches().expect("a list"), [(run(1, 0, 2), 1), (run(2, 1, 0), 1)]);
}

#[test]
fn a_process_that_did_not_end_in_order_burns_what_was_open_and_nothing_at_rest() {
    let world = World::new();
    let mut store = world.open();
    fill(&mut store, 1, 2);
    store.rest().expect("in order");
    // At rest nothing is open: a killed process changes nothing.
    let copy = world.folder.path().join("at-rest");
    copied(&world.stock(), &copy);
    assert_eq!(store.batches().expect("a list").len(), 1);
    std::mem::forget(store);
    fs::remove_dir_all(world.stock()).expect("a folder");
    copied(&copy, &world.stock());
    let mut store = world.open();
    assert_eq!((store.burned(), store.batches().expect("a list").len()), (None, 1));
    // While it is open, all of it is burned.
    let copy = world.folder.path().join("open");
    copied(&world.stock(), &copy);
    std::mem::forget(store);
    fs::remove_dir_all(world.stock()).expect("a folder");
    copied(&copy, &world.stock());
    let mut store = world.open();
    assert_eq!(store.burned(), Some((Reason::Unclean, 2)));
    assert_eq!(store.batches().expect("a list"), []);
    assert!(!store.path_of(Hex([1; 32]), 0).exists(), "the files go too");
}

#[test]
fn an_older_copy_is_found_by_whoever_saw_a_later_use() {
    let world = World::new();
    let mut store = world.open();
    fill(&mut store, 1, 3);
    store.rest().expect("in order");
    let copy = world.folder.path().join("copy");
    copied(&world.stock(), &copy);
    drop(store.take(run(1, 0, 0)).expect("it is there"));
    let seen = run(1, 0, 0).position;
    assert_eq!(store.heed(seen).expect("the disk works"), 0, "this party knows of it");
    drop(store);
    fs::remove_dir_all(world.stock()).expect("a folder");
    copied(&copy, &world.stock());
    let mut store = world.open();
    assert_eq!(store.batches().expect("a list"), [(run(1, 0, 0), 3)], "no disk can find it");
    assert_eq!(store.heed(seen).expect("the disk works"), 3);
    assert_eq!(store.batches().expect("a list"), []);
    // A store that was removed is none that was set back.
    drop(store);
    fs::remove_dir_all(world.stock()).expect("a folder");
    let mut store = world.open();
    assert_eq!(store.heed(seen).expect("the disk works"), 0);
    fill(&mut store, 2, 1);
    assert_eq!(store.batches().expect("a list"), [(run(2, 1, 0), 1)], "numbers go on after what was seen");
}

#[test]
fn what_partners_did_is_remembered() {
    let world = World::new();
    let mut store = world.open();
    fill(&mut store, 1, 3);
    assert_eq!(store.last_seen(&partner(2)).expect("the disk works"), None);
    store.saw(&partner(2), run(1, 0, 1).position).expect("room");
    drop(store);
    let mut store = world.open();
    assert_eq!(store.last_seen(&partner(2)).expect("the disk works"), Some(run(1, 0, 1).position));
    assert!(store.saw(&partner(3), run(1, 0, 1).position).is_err(), "a stranger");
}

#[test]
fn the_store_of_another_group_is_refused_by_name() {
    let world = World::new();
    let mut store = world.open();
    fill(&mut store, 1, 1);
    drop(store);
    let other = world.about("carol", 3);
    fs::rename(world.stock(), world.home.path().join("prepared").join(other.id().to_string())).expect("a rename");
    let refused = Store::open(&world.home, &world.identity, other.clone()).err().expect("refused");
    assert!(
        matches!(&refused, PreparedError::Other { field: "group", found, expected, .. }
            if found == "alice, bob" && expected == "alice, carol"),
        "{refused}"
    );
    // A description that is made to fit does not help: the journal says to what it belongs.
    let folder = world.home.path().join("prepared").join(other.id().to_string());
    fs::write(folder.join("about.json"), other.text()).expect("a file");
    let refused = Store::open(&world.home, &world.identity, other).err().expect("refused");
    assert!(matches!(refused, PreparedError::Stock(_)), "{refused}");
    fs::write(folder.join("about.json"), "{}").expect("a file");
    let refused = Store::open(&world.home, &world.identity, world.about("carol", 3)).err().expect("refused");
    assert!(matches!(refused, PreparedError::Damaged { .. }), "{refused}");
}

#[test]
fn a_run_whose_file_is_not_as_it_was_left_is_burned() {
    let world = World::new();
    let mut store = world.open();
    fill(&mut store, 1, 3);
    fs::remove_file(store.path_of(Hex([1; 32]), 0)).expect("a file");
    let path = store.path_of(Hex([1; 32]), 1);
    let bytes = fs::read(&path).expect("a file");
    fs::write(&path, &bytes[..bytes.len() - 1]).expect("a file");
    for (number, why) in [(0, "the file is gone"), (1, "the file is cut, or longer than it says")] {
        let refused = store.take(run(1, 0, number)).err().expect("refused");
        assert!(matches!(refused, PreparedError::Damaged { why: said, .. } if said == why), "{refused}");
    }
    assert_eq!(store.batches().expect("a list"), [(run(1, 0, 2), 1)]);
}

#[test]
fn one_process_at_a_time() {
    let world = World::new();
    let _store = world.open();
    let second = Store::open(&world.home, &world.identity, world.about("bob", 2)).err().expect("refused");
    assert!(matches!(second, PreparedError::InUse { .. }), "{second}");
}
