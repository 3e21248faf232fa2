//! Retired keys and isolated holders, on a disk that crashes at every write.

use std::path::{Path, PathBuf};

use super::stock::tests::memory::{Failure, Memory};
use super::*;

struct World {
    disk: Memory,
    keys: Keys<Memory>,
    _folder: tempfile::TempDir,
    lock: KeysLock,
    sealing: SealingKey,
}

const ALICE: (&str, u8) = ("alice", 1);

impl World {
    /// A key in its second generation, with the first still there, and something prepared.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        // The lock is a real file; everything else is in memory.
        let lock = KeysLock::acquire(folder.path()).expect("nobody else uses it");
        let disk = Memory::default();
        let keys = Keys::on(PathBuf::from("/keys"), disk.clone());
        let sealing = SealingKey::create(&passphrase("right"), cheap()).expect("there is randomness");
        let world = Self { disk, keys, _folder: folder, lock, sealing };
        let (key, alice) = (world.key(), owner(ALICE.0, ALICE.1));
        key.create(&world.lock, &public_part(), &alice, &world.sealing, b"share 1").expect("a new key");
        let next = key.stage(&world.lock, &public_part(), &alice, &world.sealing, b"share 2").expect("staged");
        key.commit(&world.lock, next).expect("committed");
        let unlocked = key.unlock(&passphrase("right"), &alice).expect("the right passphrase");
        key.keep_pairs(&world.lock, &unlocked, &alice, b"pairs").expect("written");
        let mut stock = key.open_stock(&world.lock, &unlocked, &alice).expect("an empty stock");
        let items = |number: u8| (0..3).map(|_| zeroize::Zeroizing::new(vec![number; 40])).collect::<Vec<_>>();
        for (number, partner) in [(1, 2), (2, 3)] {
            let signers = Signers::new([identity_key(1), identity_key(partner)]).expect("two parties");
            stock.add(Hex([number; 32]), 0, &signers, items(number)).expect("a batch");
        }
        stock.close().expect("in order");
        world
    }

    fn key(&self) -> KeyFolder<Memory> {
        self.keys.key(&"treasury".parse().expect("a name"))
    }

    fn files(&self) -> Vec<String> {
        let key = Path::new("/keys/treasury");
        let inside = |path: PathBuf| path.strip_prefix(key).map(|path| path.display().to_string());
        self.disk.copy().into_keys().map(|path| inside(path).expect("a file of the key")).collect()
    }

    fn is_in_use(&self) -> bool {
        let key = self.key();
        match key.unlock(&passphrase("right"), &owner(ALICE.0, ALICE.1)) {
            Ok(_) => true,
            Err(KeyError::Retired { since: 77, .. }) => false,
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn a_retired_key_keeps_what_is_public_and_nothing_else() {
    let world = World::new();
    let key = world.key();
    assert!(world.is_in_use());
    assert_eq!(key.retire(&world.lock, 77), Ok(77));
    assert!(!world.is_in_use());
    assert_eq!(world.files(), ["2/public.toml", "current", "retired"]);
    assert_eq!(key.retire(&world.lock, 99), Ok(77), "once and for ever");
    assert_eq!(key.public().map(|public| public.generation), Ok(2));
    assert_eq!(world.keys.list().map(|listed| listed.len()), Ok(1));
    let alice = owner(ALICE.0, ALICE.1);
    let staged = key.stage(&world.lock, &public_part(), &alice, &world.sealing, b"share 3");
    assert!(matches!(staged, Err(KeyError::Retired { .. })), "nothing comes back");
    assert!(matches!(key.commit(&world.lock, 2), Err(KeyError::Retired { .. })));
    let failure = crate::exit::Failure::from(KeyError::Retired { name: key.name().clone(), since: 77 });
    assert_eq!(failure.exit, crate::exit::Exit::Refused);
    world.disk.set(Path::new("/keys/treasury/retired"), b"never\n".to_vec());
    assert!(matches!(key.unlock(&passphrase("right"), &alice), Err(KeyError::Damaged { .. })), "in doubt it is");
    assert!(matches!(
        world.keys.key(&"other".parse().expect("a name")).retire(&world.lock, 1),
        Err(KeyError::NoKey { .. })
    ));
}

#[test]
fn a_crash_at_any_write_leaves_a_key_in_use_or_one_that_is_retired() {
    let mut crashes = 0;
    for change in 0.. {
        let mut failed = false;
        for share in [0, 60, 128, 254, 255] {
            let world = World::new();
            world.disk.fail_after(change, Failure::Crash, share);
            let ended = world.key().retire(&world.lock, 77);
            failed = world.disk.restart();
            assert_eq!(ended.is_err(), failed);
            crashes += usize::from(failed);
            if failed && world.is_in_use() {
                assert_eq!(change, 0, "only before the mark is written");
                continue;
            }
            assert_eq!(world.key().retire(&world.lock, 99), Ok(77), "crash at change {change}");
            assert_eq!(world.files(), ["2/public.toml", "current", "retired"], "crash at change {change}");
        }
        if !failed {
            break;
        }
    }
    assert!(crashes > 40, "a retirement has {crashes} places to crash at");
}

#[test]
fn a_full_disk_retires_nothing_in_part() {
    let world = World::new();
    world.disk.fail_after(0, Failure::Full, 100);
    assert!(matches!(world.key().retire(&world.lock, 77), Err(KeyError::Full { .. })));
    world.disk.restart();
    assert!(world.is_in_use());
}

#[test]
fn what_was_prepared_with_an_isolated_holder_is_burned_and_nothing_else() {
    let world = World::new();
    let (key, alice) = (world.key(), owner(ALICE.0, ALICE.1));
    let unlocked = key.unlock(&passphrase("right"), &alice).expect("the right passphrase");
    let mut stock = key.open_stock(&world.lock, &unlocked, &alice).expect("in order");
    let burned = stock.burn_with(&identity_key(2)).expect("burned");
    assert_eq!(burned.iter().map(|(_, items)| *items).collect::<Vec<_>>(), [3]);
    let left = stock.all_left();
    assert_eq!(left.len(), 1);
    assert!(left[0].0.contains(&identity_key(3)) && left[0].1 == 3);
    assert_eq!(stock.burn_with(&identity_key(2)), Ok(Vec::new()));
}

#[test]
fn isolated_holders_are_refused_by_name_and_by_identity() {
    let world = World::new();
    let key = world.key();
    let public = key.public().expect("there");
    let names = |names: &[&str]| names.iter().map(|name| party(name)).collect::<Vec<_>>();
    assert_eq!(key.refuse_isolated(&public, &names(&["alice", "bob"])), Ok(()));
    let out =
        Isolated { name: party("bob"), identity: identity_key(2), since: 5, reason: "a \"lost\" laptop".to_owned() };
    key.isolate(out.clone()).expect("written");
    key.isolate(out.clone()).expect("the same again");
    assert_eq!(key.isolated(), Ok(vec![out]));
    assert!(matches!(key.refuse_isolated(&public, &names(&["alice", "bob"])), Err(KeyError::Isolated { .. })));
    assert_eq!(key.refuse_isolated(&public, &names(&["alice", "carol"])), Ok(()));
    // The identity that was shut out does not come back under another name.
    let renamed = Isolated { name: party("bobby"), identity: identity_key(3), since: 5, reason: "r".to_owned() };
    key.isolate(renamed).expect("written");
    assert!(matches!(key.refuse_isolated(&public, &names(&["alice", "carol"])), Err(KeyError::Isolated { .. })));
    assert_eq!((key.lift(&party("bob")), key.lift(&party("bob"))), (Ok(true), Ok(false)));
    world.disk.set(Path::new("/keys/treasury/isolated.toml"), b"nonsense".to_vec());
    assert!(matches!(key.refuse_isolated(&public, &names(&["alice"])), Err(KeyError::Damaged { .. })), "in doubt, no");
}
